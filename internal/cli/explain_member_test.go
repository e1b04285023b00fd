package cli

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/explaining"
)

// Each file of a package has lines of its own: explain takes the file, and answers for the line that stands there.
func TestExplainTakesTheMemberOfAPackage(t *testing.T) {
	w := newLookWorld(t)
	docs := []string{"../../samples/documents/47-invoice-plain.json", "../../samples/documents/48-invoice-tax.json", "../../samples/documents/50-invoice-several.json"}
	for template, files := range map[string]map[string]string{
		"netsuite-bills": {"BILL_netsuite-bills_000007_EXP.csv": "", "BILL_netsuite-bills_000007.csv": ""},
		"oracle-fbdi-ap": {"ApInvoiceLinesInterface.csv": "ApInvoices_oracle-fbdi-ap_000007.zip", "ApInvoicesInterface.csv": "ApInvoices_oracle-fbdi-ap_000007.zip"},
	} {
		out := t.TempDir()
		if _, stderr, code := w.exec("100", append([]string{"render", "--mapping", template, "--sequence", "7", "--created", "2026-11-02T02:15:00Z", "-o", out + "/"}, docs...)...); code != desk.ExitDone {
			t.Fatal(stderr)
		}
		for member, file := range files {
			args := []string{"explain", "--mapping", template, "--sequence", "7", "--created", "2026-11-02T02:15:00Z", "--documents", strings.Join(docs, ",")}
			path := filepath.Join(out, cmp.Or(file, member))
			args = append(args, "--rendered", path)
			body, err := os.ReadFile(path)
			if file != "" {
				if _, stderr, code := w.exec("100", append(args, "1")...); code != desk.ExitUsage || !strings.Contains(stderr, "--member: ") {
					t.Errorf("without --member: exit code %d, %s", code, stderr)
				}
				args = append(args, "--member", strings.ToLower(member))
				body, err = memberIn(path, member)
			}
			w.must(err)
			lines := strings.Split(strings.TrimRight(string(body), "\r\n"), "\n")
			for i, want := range lines {
				text, stderr, code := w.exec("100", append(args, "--json", strconv.Itoa(i+1))...)
				var x explaining.Explanation
				if code != desk.ExitDone || json.Unmarshal([]byte(text), &x) != nil {
					t.Fatalf("%s line %d: exit code %d, %s", member, i+1, code, stderr)
				}
				if x.Line.Text != strings.TrimRight(want, "\r") || x.Line.Member != member || x.Line.Line != i+1 || x.Lines != len(lines) || !x.Same {
					t.Errorf("%s line %d of %d: want %q, got line %d of %d in %s, same %v: %q", member, i+1, len(lines), want, x.Line.Line, x.Lines, x.Line.Member, x.Same, x.Line.Text)
				}
			}
			if _, stderr, code := w.exec("100", append(args, strconv.Itoa(len(lines)+1))...); code != desk.ExitUsage || !strings.Contains(stderr, "so no line") {
				t.Errorf("%s behind its end: exit code %d, %s", member, code, stderr)
			}
		}
	}
}

// Of a package in the journal, the only member that documents made is meant where none is named; files of the template
// are told apart.
func TestExplainPackageOfTheJournal(t *testing.T) {
	w := explainWorld(t, "d365-general-journal")
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"expenses/1", "1", "--member", "General journal.csv"}, desk.ExitDone, "the row of headings"},
		{[]string{"expenses/1", "2"}, desk.ExitDone, "General journal.csv of expenses-000001.csv, line 2 of"},
		{[]string{"expenses/1", "2"}, desk.ExitDone, "byte for byte what stands in the file"},
		{[]string{"expenses/1", "2", "--member", "Manifest.xml"}, desk.ExitUsage, "is a file of the template"},
		{[]string{"expenses/1", "2", "--member", "x.csv"}, desk.ExitUsage, "its members are General journal.csv"},
		{[]string{"expenses/1", "99", "--member", "General journal.csv"}, desk.ExitUsage, "so no line 99"},
	} {
		out, stderr, code := w.exec("100", append([]string{"explain"}, c.args...)...)
		if code != c.code || !strings.Contains(strings.Join(strings.Fields(out+stderr), " "), c.want) {
			t.Errorf("%v: exit code %d, want %s in %s%s", c.args, code, c.want, out, stderr)
		}
	}
	w = explainWorld(t, "generic-csv")
	if _, stderr, code := w.exec("100", "explain", "expenses/1", "2", "--member", "x.csv"); code != desk.ExitUsage || !strings.Contains(stderr, "has no members") {
		t.Errorf("one file: exit code %d, %s", code, stderr)
	}
}

// A line of a package is explained by its document alone: the payloads of the others may have aged out.
func TestExplainMemberByOneDocument(t *testing.T) {
	invoices := []string{"47-invoice-plain", "48-invoice-tax", "50-invoice-several"}
	for _, c := range []struct {
		template, member string
		documents        []string
	}{
		{"d365-general-journal", "General journal.csv", []string{"01-cash-taxi", "13-travel-allowance", "17-tax-half-deductible"}},
		{"netsuite-bills", "BILL_expenses_000001_EXP.csv", invoices},
		{"netsuite-bills", "BILL_expenses_000001.csv", invoices},
		{"oracle-fbdi-ap", "ApInvoiceLinesInterface.csv", invoices},
		{"oracle-fbdi-ap", "ApInvoicesInterface.csv", invoices},
	} {
		t.Run(c.template+" "+c.member, func(t *testing.T) {
			w := explainWorldOf(t, c.template, c.documents...)
			explained := func(line int) (x explaining.Explanation, stderr string, code int) {
				out, stderr, code := w.exec("100", "explain", "expenses/1", strconv.Itoa(line), "--member", c.member, "--json")
				if code == desk.ExitDone {
					w.must(json.Unmarshal([]byte(out), &x))
				}
				return x, stderr, code
			}
			whose, rows := map[int]string{}, 0
			for line := 1; ; line++ {
				x, stderr, code := explained(line)
				if code == desk.ExitUsage && line > 1 {
					break
				}
				if code != desk.ExitDone || !x.Same || x.Line.Line != line || x.Member != c.member {
					t.Fatalf("line %d: exit code %d, %s %+v", line, code, stderr, x.Line)
				}
				if x.Line.DocID != "" {
					whose[line] = x.Line.DocID
					rows++
				}
			}
			last := slices.Max(slices.Collect(maps.Keys(whose)))
			w.damage("DELETE FROM payloads WHERE doc_id <> '" + whose[last] + "'")
			x, stderr, code := explained(last)
			if code != desk.ExitDone || !x.Same || x.Line.DocID != whose[last] || rows < 3 {
				t.Errorf("line %d of %d: exit code %d, %s", last, rows, code, stderr)
			}
		})
	}
}

// memberIn reads a file of a zip.
func memberIn(archive, member string) ([]byte, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return fs.ReadFile(z, member)
}
