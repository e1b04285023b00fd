package bridge_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/templates"
)

// workbook is csv.xlsx as somebody saved it after an edit.
func (w *world) workbook(edit func(f *excelize.File) error) string {
	w.Helper()
	f, err := excelize.OpenReader(strings.NewReader(w.read("csv.xlsx")))
	w.ok(err)
	defer f.Close()
	w.ok(edit(f))
	w.ok(f.SetDocProps(&excelize.DocProperties{LastModifiedBy: "Ada"}))
	var b bytes.Buffer
	w.ok(f.Write(&b))
	return b.String()
}

// accountOf is the cell with the ledger account of a Concur account.
func accountOf(f *excelize.File, code string) string {
	found, err := f.SearchSheet("Accounts", code)
	if err != nil || len(found) == 0 {
		return ""
	}
	return "B" + strings.TrimLeft(found[0], "AB")
}

// taxiTo is the workbook after taxis were moved to another account.
func (w *world) taxiTo(account string) string {
	return w.workbook(func(f *excelize.File) error { return f.SetCellStr("Accounts", accountOf(f, "640100"), account) })
}

// newest is the text of the newest import file of the route.
func (w *world) newest() string {
	w.Helper()
	names := w.list("files/journals")
	return w.read("files/journals/" + names[len(names)-1])
}

// inForce is the versions of the route as the journal has them.
func (w *world) inForce() (live records.MappingVersion, refused *records.MappingVersion) {
	w.Helper()
	list, err := w.j.LiveMappings(w.ctx)
	w.ok(err)
	for i := range list {
		if list[i].State == records.MappingLive {
			live = list[i]
		} else {
			refused = &list[i]
		}
	}
	return live, refused
}

// noted checks that the notes of a run say all of the words; without words, that there are no notes.
func noted(t testing.TB, s *bridge.Summary, words ...string) {
	t.Helper()
	all := strings.Join(s.Notes, "\n")
	if len(words) == 0 && all != "" {
		t.Errorf("notes: %s", all)
	}
	for _, word := range words {
		if !strings.Contains(all, word) {
			t.Errorf("the notes do not say %q:\n%s", word, all)
		}
	}
}

// A changed workbook that is clean is used by the next run, of the same process too; who changed what is kept, and old
// files can be explained.
func TestChangedWorkbookGoesLive(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	noted(t, w.run(bridge.ExitDone))
	first, _ := w.inForce()
	if first.Name != "csv.xlsx" || first.Template != "generic-csv" || first.Actor != "test" ||
		!strings.Contains(w.newest(), ",640100,") {
		t.Errorf("%+v\n%s", first, w.newest())
	}

	w.good("D2")
	w.write("csv.xlsx", w.taxiTo("640105"))
	noted(t, w.run(bridge.ExitDone),
		"route journals: the changed csv.xlsx is in force from this run: Accounts!B6: 640100 Account: 640100 → 640105")
	second, refused := w.inForce()
	if second.Hash == first.Hash || second.Author != "Ada" || len(second.Changes) != 1 || refused != nil ||
		!strings.Contains(w.newest(), ",640105,") {
		t.Errorf("%+v\n%s", second, w.newest())
	}
	w.good("D3")
	noted(t, w.run(bridge.ExitDone))

	old, err := w.j.MappingBytes(w.ctx, first.Hash)
	w.ok(err)
	plan, findings := mapping.LoadVersion(old.Name, old.Body, old.Template, old.TemplateBody)
	w.ok(findings.Err())
	if plan.Hash() != first.Hash {
		t.Error("the former version does not come back as it was")
	}
	files, err := w.j.FilesIn(w.ctx, records.Dropped)
	w.ok(err)
	if len(files) != 3 || files[0].MappingHash != first.Hash || files[1].MappingHash != second.Hash ||
		files[2].MappingHash != second.Hash {
		t.Errorf("files: %+v", files)
	}
}

// What cannot be used leaves the former version in force, in this process and in the next; each reason has words of its
// own, and the history has it once.
func TestUnusableWorkbookLeavesTheFormerInForce(t *testing.T) {
	encrypted := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00",
		600) + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
	for name, c := range map[string]struct {
		text  func(w *world) string
		lock  string
		words []string
	}{
		"mistakes": {text: func(w *world) string {
			return w.workbook(func(f *excelize.File) error {
				return errors.Join(f.SetCellStr("Columns", "C3", "reportIdd"),
					f.SetCellInt("Accounts", accountOf(f, "640100"), 640105))
			})
		}, words: []string{"csv.xlsx Columns!C3: ", "reportIdd", "csv.xlsx Accounts!B6: ", "number cell"}},
		"its tests fail": {text: func(w *world) string {
			w.write("csv.xlsx", w.taxiTo("640105"))
			return w.workbook(func(f *excelize.File) error {
				_, err := f.NewSheet("Tests")
				return errors.Join(err, f.SetSheetRow("Tests", "A1",
					&[]any{"Test", "Document", "Line", "Column", "Expected"}),
					f.SetSheetRow("Tests", "A2", &[]any{"taxi", "D1", "expense", "Account", "640100"}))
			})
		}, words: []string{`csv.xlsx Tests!E2: the test "taxi" expects 640100 in Account, but it is 640105`}},
		"half saved": {text: func(w *world) string { s := w.taxiTo("640105"); return s[:len(s)/2] },
			words: []string{"it may still be being saved"}},
		"empty": {text: func(*world) string { return "" }, words: []string{"the file is empty"}},
		"password": {text: func(*world) string { return encrypted },
			words: []string{"protected by a password"}},
		"old format": {text: func(*world) string { return encrypted[:500] },
			words: []string{"old .xls workbook"}},
		"a CSV": {text: func(*world) string { return "Record;Field;Value\nLine;Account;line.account\n" },
			words: []string{"text or CSV file named .xlsx"}},
		"gone": {words: []string{"there is no such file"}},
		"open in Excel": {text: func(w *world) string { return w.taxiTo("640105") }, lock: "~$csv.xlsx",
			words: []string{"open in Excel or LibreOffice"}},
		"open in LibreOffice": {text: func(w *world) string { return w.taxiTo("640105") }, lock: ".~lock.csv.xlsx#",
			words: []string{"open in Excel or LibreOffice"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options{})
			w.good("D1")
			w.run(bridge.ExitDone)
			before, _ := w.inForce()
			fine := w.read("csv.xlsx")
			if c.text == nil {
				w.ok(os.Remove(filepath.Join(w.dir, "csv.xlsx")))
			} else {
				w.write("csv.xlsx", c.text(w))
			}
			if c.lock != "" {
				w.write(c.lock, "somebody")
			}
			words := append(c.words, "look: route journals: the changed csv.xlsx is not used; the version of 2026-03-31 23:10 UTC stays in force")
			w.good("D2")
			noted(t, w.run(bridge.ExitNeedsPerson), words...)
			w.load()
			w.good("D3")
			noted(t, w.run(bridge.ExitNeedsPerson), words...)
			after, refused := w.inForce()
			if after.ID != before.ID || refused == nil || len(refused.Problems) == 0 {
				t.Errorf("in force %+v, refused %+v", after, refused)
			}
			w.states("D1 filed, D2 filed, D3 filed")
			if text := w.newest(); !strings.Contains(text, ",640100,") || strings.Contains(text, "640105") {
				t.Errorf("the former version is not the one that was used:\n%s", text)
			}
			if n := w.events("mapping refused"); n != 1 {
				t.Errorf("the history has the refusal %d times", n)
			}
			if c.lock != "" {
				w.ok(os.Remove(filepath.Join(w.dir, c.lock)))
				noted(t, w.run(bridge.ExitDone), "is in force from this run")
			} else {
				w.write("csv.xlsx", fine)
				noted(t, w.run(bridge.ExitDone))
			}
			if _, refused := w.inForce(); refused != nil {
				t.Errorf("still refused: %+v", refused)
			}
		})
	}
}

// events counts a kind of event in the history.
func (w *world) events(name string) int {
	w.Helper()
	n := 0
	events, err := w.j.MappingHistory(w.ctx)
	w.ok(err)
	for _, e := range events {
		if e.Event == name {
			n++
		}
	}
	return n
}

// Looking at the workbook, colouring it or noting something in it changes nothing.
func TestSameContentStaysInForce(t *testing.T) {
	w := newWorld(t, options{})
	w.run(bridge.ExitDone)
	w.write("~$csv.xlsx", "somebody")
	noted(t, w.run(bridge.ExitDone))
	w.write("csv.xlsx", w.workbook(func(f *excelize.File) error {
		style, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1,
			Color: []string{"FF0000"}}})
		_, err2 := f.NewSheet("our notes")
		return errors.Join(err, err2, f.SetCellStyle("Accounts", "A2", "B4", style),
			f.SetCellStr("our notes", "A1", "ask Ada"))
	}))
	noted(t, w.run(bridge.ExitDone))
	versions, err := w.j.MappingVersions(w.ctx, "journals")
	if err != nil || len(versions) != 1 || w.events("mapping in force") != 1 {
		t.Errorf("%+v %v", versions, err)
	}
}

// Without a former version there is nothing to fall back on: the route stays broken, its documents in Concur, until the
// workbook is right.
func TestFirstWorkbookMustBeClean(t *testing.T) {
	w := newWorld(t, options{})
	fine := w.read("csv.xlsx")
	w.write("csv.xlsx", w.workbook(func(f *excelize.File) error { return f.SetCellStr("Columns", "C3", "reportIdd") }))
	w.good("D1")
	_, err := bridge.New(bridge.Options{Config: w.cfg, Journal: w.j, Service: w.service, Invoices: w.invoices, Templates: w.loaded,
		Now: w.clock.now, Sleep: w.clock.sleep})
	var unusable *bridge.UnusableError
	if !errors.As(err, &unusable) || !strings.Contains(err.Error(), "Columns!C3") {
		t.Errorf("%v", err)
	}
	if live, refused := w.inForce(); live.ID != 0 || refused != nil {
		t.Errorf("%+v %+v", live, refused)
	}
	w.write("csv.xlsx", fine)
	w.load()
	w.run(bridge.ExitDone)
	w.states("D1 filed")
}

// replacing puts another file in the place of the workbook while documents are being fetched.
type replacing struct {
	bridge.Service
	during func()
}

func (r replacing) Walk(ctx context.Context, t fis.DocType,
	handle func(context.Context, concur.Page) error) (concur.WalkStats, error) {
	r.during()
	return r.Service.Walk(ctx, t, handle)
}

// A workbook that is replaced in the middle of a run changes nothing in that run (PITFALLS 54).
func TestWorkbookReplacedInTheMiddle(t *testing.T) {
	w := newWorld(t, options{})
	w.run(bridge.ExitDone)
	w.service = replacing{w.client, func() { w.write("csv.xlsx", w.taxiTo("640105")) }}
	w.load()
	w.good("D1")
	noted(t, w.run(bridge.ExitDone))
	if !strings.Contains(w.newest(), ",640100,") {
		t.Errorf("the mapping changed under the run:\n%s", w.newest())
	}
	w.good("D2")
	noted(t, w.run(bridge.ExitDone), "in force from this run")
	if !strings.Contains(w.newest(), ",640105,") {
		t.Errorf("%s", w.newest())
	}
}

// A run that was killed after it had stored the new version, and before it used it, leaves nothing that the next one
// would have to mend.
func TestKilledAfterStoringTheVersion(t *testing.T) {
	w := newWorld(t, options{})
	w.run(bridge.ExitDone)
	text := w.taxiTo("640105")
	w.write("csv.xlsx", text)
	plan, findings := mapping.LoadBytes(templates.FS(), "csv.xlsx", []byte(text))
	w.ok(findings.Err())
	w.ok(w.j.PutMappingLive(w.ctx,
		records.MappingContent{MappingVersion: records.MappingVersion{Route: "journals", Name: "csv.xlsx",
			Template: plan.TemplateName(), Hash: plan.Hash(), FileHash: plan.FileHash()},
			Body: plan.Bytes(), TemplateBody: plan.TemplateSource()}))
	w.good("D1")
	w.load()
	noted(t, w.run(bridge.ExitDone))
	if !strings.Contains(w.newest(), ",640105,") || w.events("mapping in force") != 2 {
		t.Errorf("%d events\n%s", w.events("mapping in force"), w.newest())
	}
}

// A template that changed under a mapping counts as a change of the mapping: what no longer fits it stays out, and the
// former pair of both in force.
func TestTemplateChangedUnderTheMapping(t *testing.T) {
	text, err := fs.ReadFile(templates.FS(), "generic-csv/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	own := fstest.MapFS{"generic-csv/template.yaml": {Data: text}}
	w := newWorld(t, options{templates: own})
	w.run(bridge.ExitDone)
	first, _ := w.inForce()
	own["generic-csv/template.yaml"] = &fstest.MapFile{Data: bytes.Replace(text,
		[]byte("type: text, width: 60, overflow: cut"), []byte("type: text, width: 5, overflow: cut"), 1)}
	w.good("D1")
	noted(t, w.run(bridge.ExitDone), "template generic-csv: Line Text width: 60 → 5")
	if !strings.Contains(w.newest(), ",Entry,") && !strings.Contains(w.newest(), `,"Entry"`) && !strings.Contains(w.newest(), ",Entry ,") && !strings.Contains(w.newest(), `"Entry "`) {
		t.Errorf("the new width is not used:\n%s", w.newest())
	}
	second, _ := w.inForce()
	if second.Hash == first.Hash {
		t.Error("the hash is the same")
	}
	own["generic-csv/template.yaml"] = &fstest.MapFile{Data: bytes.Replace(text, []byte("{ name: Employee, type"),
		[]byte("{ name: Staff, type"), 1)}
	w.good("D2")
	noted(t, w.run(bridge.ExitNeedsPerson), `has no field "Employee"`)
	w.states("D1 filed, D2 filed")
	if strings.Contains(w.newest(), "Staff") || !strings.Contains(w.newest(), "Employee") {
		t.Errorf("%s", w.newest())
	}
}

// A return folder that stirs before the first full run wakes half a pass: the version it uses is in force from then on,
// too.
func TestReturnsPutTheVersionInForce(t *testing.T) {
	w := newWorld(t, options{})
	if _, err := w.b.Returns(w.ctx); err != nil {
		t.Fatal(err)
	}
	if live, _ := w.inForce(); live.Hash == "" {
		t.Error("nothing is in force")
	}
	noted(t, w.run(bridge.ExitDone))
	if n := w.events("mapping in force"); n != 1 {
		t.Errorf("%d events", n)
	}
}
