package cli

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/explaining"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/journaltest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/mappings"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

// explainWorld is a working folder with one import file of three sample documents, made with the workbook that lies
// there.
func explainWorld(t *testing.T, ready string) *lookWorld {
	t.Helper()
	return explainWorldOf(t, ready, "01-cash-taxi", "13-travel-allowance", "17-tax-half-deductible")
}

// explainWorldOf is such a world with an import file of these documents.
func explainWorldOf(t *testing.T, ready string, documents ...string) *lookWorld {
	t.Helper()
	w := newLookWorld(t)
	book, err := fs.ReadFile(mappings.FS(), ready+".xlsx")
	w.must(err)
	w.must(os.MkdirAll(filepath.Join(w.dir, "mappings"), 0o700))
	write(t, filepath.Join(w.dir, "mappings", "expenses.xlsx"), string(book))
	plan, findings := mapping.LoadBytes(templates.FS(), "expenses.xlsx", book)
	w.must(findings.Err())
	var list []journal.Arrival
	var acks []journal.AckOutcome
	for _, name := range documents {
		text, err := fs.ReadFile(samples.Documents(), name+".json")
		w.must(err)
		w.must(fis.ReadDocuments(bytes.NewReader(text), name, func(env fis.Envelope) error {
			list = append(list, journal.Arrival{Envelope: env, Route: "expenses", ReportID: name, Currency: "EUR", Amount: amount(t, "1")})
			acks = append(acks, journal.AckOutcome{DocID: env.ID, State: records.Acknowledged})
			return nil
		}))
	}
	_, err = w.j.StoreArrivals(w.ctx, list, w.at, "")
	w.must(err)
	w.must(w.j.SettleAck(w.ctx, acks))
	rendered := w.at.Add(-90 * time.Second) // a long file: it is fixed in the journal long after it was begun
	worker := plan.NewWorker()
	var file *mapping.File
	var group string // of the three documents: they have one company and one currency
	var parts []records.Part
	for _, a := range acks {
		env, err := w.j.Payload(w.ctx, a.DocID)
		w.must(err)
		p, err := worker.Prepare(env)
		w.must(err)
		if file == nil {
			group = p.Group
			file, err = plan.NewFile(mapping.FileContext{Route: "expenses", Sequence: 1, Created: rendered, Group: group, TempDir: w.dir})
			w.must(err)
		}
		part, err := file.Add(p)
		w.must(err)
		parts = append(parts, records.Part{DocID: a.DocID, FirstLine: part.FirstLine, LastLine: part.LastLine, Rows: part.Rows, Currency: p.Currency, Debit: p.Debit, Credit: p.Credit})
	}
	var body bytes.Buffer
	totals, err := file.Finish(&body)
	w.must(err)
	sum := sha256.Sum256(body.Bytes())
	name := "expenses-000001.csv"
	if len(plan.Layout().Beside(name)) > 0 { // its members are named for it
		name = file.Name()
	}
	w.must(w.j.CreateFile(w.ctx, &records.File{Route: "expenses", Sequence: 1, Name: name, TempName: ".t", Acceptance: "document", Group: group, Mapping: plan.Name(), MappingHash: plan.Hash(),
		SHA256: hex.EncodeToString(sum[:]), Size: int64(body.Len()), Lines: totals.Lines, Created: rendered, Totals: map[string]records.Sum{}}, journaltest.Parts(parts), &body))
	return w
}

func TestExplainTellsWhereEveryCellCameFrom(t *testing.T) {
	w := explainWorld(t, "generic-csv")
	for name, args := range map[string][]string{
		"heading": {"expenses/1", "1"},
		"line":    {"expenses-000001.csv", "7"},
		"column":  {"1", "7", "cost centre"},
		"account": {"expenses/1", "7", "Account"}, // as in docs/accountants.md
		"number":  {"expenses/1", "3", "9", "--all"},
	} {
		out, stderr, code := w.exec("100", append([]string{"explain"}, args...)...)
		if code != desk.ExitDone || stderr != "" {
			t.Errorf("%s: exit code %d, %s", name, code, stderr)
		}
		golden(t, "explain-"+name+".txt", versionless(out))
	}
}

// versionless leaves out the hash of the mapping, which changes with every template.
func versionless(s string) string {
	return regexp.MustCompile(`version [0-9a-f]{12}`).ReplaceAllString(s, "version 3f9a0c1d5e72")
}

// Header, records and trailer of a file with positions, signs and totals.
func TestExplainFixedFile(t *testing.T) {
	w := explainWorld(t, "legacy-fixed")
	for name, args := range map[string][]string{"fixed-header": {"1"}, "fixed-amount": {"3", "amount"}, "fixed-trailer": {"12"}} {
		out, stderr, code := w.exec("100", append([]string{"explain", "expenses/1"}, args...)...)
		if code != desk.ExitDone || stderr != "" {
			t.Errorf("%s: exit code %d, %s", name, code, stderr)
		}
		golden(t, "explain-"+name+".txt", versionless(out))
	}
}

func TestExplainForMachines(t *testing.T) {
	w := explainWorld(t, "generic-csv")
	out, _, code := w.exec("80", "explain", "expenses/1", "2", "Account", "--json")
	var x explaining.Explanation
	if err := json.Unmarshal([]byte(out), &x); err != nil || code != desk.ExitDone {
		t.Fatal(err, code, out)
	}
	if !x.Same || x.Whole || x.Changed || x.Line.Line != 2 || len(x.Line.Cells) != 1 {
		t.Errorf("got %+v", x)
	}
	var heading explaining.Explanation // belongs to no document: the whole file is made again
	if out, _, _ := w.exec("80", "explain", "expenses/1", "1", "--json"); json.Unmarshal([]byte(out), &heading) != nil || !heading.Same || !heading.Whole {
		t.Errorf("got %+v", heading)
	}
	c := x.Line.Cells[0]
	if c.Text != "640100" || c.Place != "Columns!C8" || len(c.Lookups) != 1 || c.Lookups[0].Cell != "Accounts!B6" || c.Sources[0].Found[0].Raw != "640100" {
		t.Errorf("got %+v", c)
	}
}

// When the mapping has changed, explain says so; and it says whether this very line is another one now.
func TestExplainWithAChangedMapping(t *testing.T) {
	w := explainWorld(t, "generic-csv")
	path := filepath.Join(w.dir, "mappings", "expenses.xlsx")
	setCell(t, path, "Settings", "B4", "TRAVEL")
	out, _, code := w.exec("200", "explain", "expenses/1", "1")
	if code != desk.ExitDone || !strings.Contains(out, "the mapping has changed since") || !strings.Contains(out, "byte for byte what stands in the file") {
		t.Errorf("heading: exit code %d\n%s", code, out)
	}
	out, _, code = w.exec("200", "explain", "expenses/1", "2")
	if code != desk.ExitNeedsPerson || !strings.Contains(out, "DIFFERS") || !strings.Contains(out, ",TRAVEL,") || !strings.Contains(out, ",CONCUR,") {
		t.Errorf("line: exit code %d\n%s", code, out)
	}
	setCell(t, path, "Accounts", "B6", "") // the first document is refused now
	out, stderr, code := w.exec("200", "explain", "expenses/1", "11")
	if code != desk.ExitFailed || !strings.Contains(stderr, "the mapping has changed since the file was made") || !strings.Contains(stderr, "Account: is required") {
		t.Errorf("gone: exit code %d\n%s%s", code, out, stderr)
	}
}

// A file that tells the second it was made at is made again with that second.
func TestExplainFileThatTellsItsTime(t *testing.T) {
	w := explainWorld(t, "hledger-journal")
	out, stderr, code := w.exec("200", "explain", "expenses/1", "1", "time")
	if code != desk.ExitDone || stderr != "" || !strings.Contains(out, `"02:13:30"`) || !strings.Contains(out, "byte for byte") {
		t.Errorf("exit code %d, %s\n%s", code, stderr, out)
	}
}

// The journal keeps the version that a file was made with: it explains the file, whatever the workbook says today.
func TestExplainByTheVersionTheFileWasMadeWith(t *testing.T) {
	w := explainWorld(t, "generic-csv")
	path := filepath.Join(w.dir, "mappings", "expenses.xlsx")
	book, err := os.ReadFile(path)
	w.must(err)
	plan, findings := mapping.LoadBytes(templates.FS(), "expenses.xlsx", book)
	w.must(findings.Err())
	w.must(w.j.PutMappingLive(w.ctx, records.MappingContent{
		MappingVersion: records.MappingVersion{Route: "expenses", Name: "expenses.xlsx", Template: plan.TemplateName(), Hash: plan.Hash(), FileHash: plan.FileHash()},
		Body:           book, TemplateBody: plan.TemplateSource(),
	}))
	setCell(t, path, "Settings", "B4", "TRAVEL")
	out, stderr, code := w.exec("200", "explain", "expenses/1", "2", "Source")
	if code != desk.ExitDone || stderr != "" || !strings.Contains(out, "the one the file was made with") || !strings.Contains(out, `"CONCUR"`) || strings.Contains(out, "TRAVEL") {
		t.Errorf("exit code %d, %s\n%s", code, stderr, out)
	}
}

func TestExplainRefuses(t *testing.T) {
	w := explainWorld(t, "generic-csv")
	for want, args := range map[string][]string{
		"no import file has the name":     {"expenses/2", "1"},
		"has 11 lines, so no line 12":     {"expenses/1", "12"},
		`"x" is no line`:                  {"expenses/1", "x"},
		`did you mean Account?`:           {"expenses/1", "2", "acount"},
		"give FILE and LINE":              {"expenses/1"},
		"go with --rendered":              {"expenses/1", "2", "--mapping", "generic-csv"},
		"--rendered needs --documents":    {"--rendered", "x.csv", "1"},
		"read the rendered file":          {"--rendered", "nothing.csv", "--documents", ".", "--mapping", "generic-csv", "1"},
		"--mapping or --route is missing": {"--rendered", "x.csv", "--documents", ".", "1"},
	} {
		_, stderr, code := w.exec("80", append([]string{"explain"}, args...)...)
		if code == desk.ExitDone || !strings.Contains(stderr, want) {
			t.Errorf("%v: exit code %d, %s", args, code, stderr)
		}
	}
}

// A payload that has aged out is told as such.
func TestExplainWithoutPayload(t *testing.T) {
	w := explainWorld(t, "generic-csv")
	w.damage(`DELETE FROM payloads`)
	_, stderr, code := w.exec("80", "explain", "expenses/1", "2")
	if code != desk.ExitFailed || !strings.Contains(stderr, "has no payload in the journal any more") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
}

// setCell edits a workbook as a person would.
func setCell(t *testing.T, path, sheet, cell, text string) {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if err := book.SetCellStr(sheet, cell, text); err != nil {
		t.Fatal(err)
	}
	if err := book.Save(); err != nil {
		t.Fatal(err)
	}
}

// A line is explained by its document alone, and says what the whole file says: for every line of files with late
// columns, headers and trailers. Where a count of other documents' records is needed that nobody kept, the whole file
// tells it.
func TestExplainByOneDocument(t *testing.T) {
	for _, template := range []string{"generic-csv", "legacy-fixed", "hledger-journal"} {
		t.Run(template, func(t *testing.T) {
			w := explainWorld(t, template)
			alone := 0
			for line := 1; ; line++ {
				out, _, code := w.exec("80", "explain", "expenses/1", strconv.Itoa(line), "--json")
				if code == desk.ExitUsage && line > 2 {
					break
				}
				var x explaining.Explanation
				if err := json.Unmarshal([]byte(out), &x); err != nil || code != desk.ExitDone || !x.Same || x.Line.Line > line {
					t.Fatal(line, err, code, out)
				}
				if !x.Whole {
					alone++
					if x.Line.DocID == "" {
						t.Errorf("line %d belongs to no document, and was explained by one", line)
					}
				}
			}
			if alone == 0 && template != "hledger-journal" {
				t.Error("no line was explained by its document alone")
			}
		})
	}
}
