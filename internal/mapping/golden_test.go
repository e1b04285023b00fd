package mapping_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

// made is the moment all files of the tests are made.
func made() time.Time { return time.Date(2026, 11, 2, 2, 15, 0, 0, time.UTC) }

// sampleDocuments are our own documents, in order of their names.
func sampleDocuments(t *testing.T) []fis.Envelope {
	t.Helper()
	var out []fis.Envelope
	names, err := fs.Glob(samples.Documents(), "*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no samples", err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(samples.Documents(), name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, envelopes(t, name, data)...)
	}
	return out
}

func envelopes(t *testing.T, name string, data []byte) []fis.Envelope {
	t.Helper()
	var out []fis.Envelope
	err := fis.ReadDocuments(bytes.NewReader(data), name, func(e fis.Envelope) error { out = append(out, e); return nil })
	if err != nil {
		t.Fatal(name, err)
	}
	return out
}

// rendered is what came of many documents: a file for each group, and what was refused.
type rendered struct {
	files   map[string][]byte
	totals  map[string]mapping.Totals
	parts   map[string]mapping.Part
	refused map[string]*mapping.DocumentError
}

// renderGroups makes a file for each group, as the run does.
func renderGroups(t *testing.T, plan *mapping.Plan, docs []fis.Envelope) rendered {
	t.Helper()
	out := rendered{map[string][]byte{}, map[string]mapping.Totals{}, map[string]mapping.Part{}, map[string]*mapping.DocumentError{}}
	open := map[string]*mapping.File{}
	var groups []string
	w := plan.NewWorker()
	for _, env := range docs {
		p, err := w.Prepare(env)
		if err == nil && p.Rows > 0 {
			if open[p.Group] == nil {
				groups = append(groups, p.Group)
				ctx := mapping.FileContext{Route: "gl", Sequence: int64(len(groups)), Created: made(), Group: p.Group, TempDir: t.TempDir()}
				if open[p.Group], err = plan.NewFile(ctx); err != nil {
					t.Fatal(err)
				}
			}
			out.parts[env.Name()], err = open[p.Group].Add(p)
		}
		var de *mapping.DocumentError
		if errors.As(err, &de) {
			out.refused[env.Name()] = de
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range groups {
		var b bytes.Buffer
		totals, err := open[g].Finish(&b)
		if err != nil {
			t.Fatal(err)
		}
		out.files[g], out.totals[g] = b.Bytes(), totals
	}
	return out
}

func readyPlan(t *testing.T, name string) *mapping.Plan {
	t.Helper()
	plan, findings := mapping.Load(templates.FS(), filepath.Join("..", "..", "mappings", name+".xlsx"))
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// Each template makes the same files of the samples as it did when somebody looked at them; -update writes them anew.
func TestGolden(t *testing.T) {
	docs := sampleDocuments(t)
	for _, name := range mapping.TemplateNames(templates.FS()) {
		t.Run(name, func(t *testing.T) {
			plan := readyPlan(t, name)
			var taken []fis.Envelope
			for _, d := range docs {
				if slices.Contains(plan.DocTypes(), d.DocType) {
					taken = append(taken, d)
				}
			}
			got := renderGroups(t, plan, taken)
			var b bytes.Buffer
			for _, g := range sortedKeys(got.files) {
				b.WriteString("==> group " + g + "\n")
				b.Write(got.files[g])
			}
			for _, d := range sortedKeys(got.refused) {
				b.WriteString("==> refused: " + got.refused[d].Error() + "\n")
			}
			golden(t, filepath.Join("testdata", "golden", name+".txt"), b.Bytes())
		})
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s differs (-update accepts it):\n%s", path, diff)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// allDocuments are the samples and, where they lie beside the checkout, the vendor's own documents.
func allDocuments(t *testing.T) []fis.Envelope {
	t.Helper()
	docs := sampleDocuments(t)
	vendor, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "fis", "documents", "*.json"))
	for _, path := range vendor {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, envelopes(t, filepath.Base(path), data)...)
	}
	return docs
}

// openLookups makes a mapping that takes codes nobody knows: the vendor's documents have a chart of accounts of their own.
func openLookups(t *testing.T, name string) *mapping.Plan {
	t.Helper()
	text, err := mapping.NewYAML(templates.FS(), name)
	if err != nil {
		t.Fatal(err)
	}
	s := strings.ReplaceAll(string(text), `["*", ""`, `["*", "900000"`)
	s = strings.ReplaceAll(s, `["*"]`, `["*", "900000"]`)
	s = strings.ReplaceAll(s, `["*", "*", ""`, `["*", "*", "900001"`)
	s = strings.ReplaceAll(s, "company: IFBLANK(document.company_code; settings.company)", `company: '"1000"'`)
	plan, findings := mapping.LoadBytes(templates.FS(), name+".yaml", []byte(s))
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// No document loses an amount on its way through any template: what the file says of a document is what its posting lines say, number by number.
func TestNothingIsLost(t *testing.T) {
	docs := allDocuments(t)
	fields := map[string][]string{"generic-csv": {"Line", "Debit", "Credit"}, "legacy-fixed": {"D", "amount"}, "hledger-journal": {"Posting", "amount"}}
	for _, name := range sortedKeys(fields) {
		t.Run(name, func(t *testing.T) {
			plan := openLookups(t, name)
			for _, env := range docs {
				post, want := postedAmounts(t, env, plan.Template().Rounding)
				if post == nil {
					continue
				}
				got := renderGroups(t, plan, []fis.Envelope{env})
				if err := got.refused[env.Name()]; err != nil {
					if name == "legacy-fixed" && strings.Contains(err.Error(), "has 3 decimals") {
						continue // a ledger with two decimals does not take dinars
					}
					t.Errorf("%s: %v", env.Place, err)
					continue
				}
				file, totals := only(t, got)
				have := fileAmounts(t, plan, file, fields[name][0], fields[name][1:]...)
				if diff := cmp.Diff(want, have); diff != "" {
					t.Errorf("%s: amounts differ (-posting lines +file):\n%s", env.Place, diff)
				}
				if !totals.Debit[post.currency].Equal(post.debit) || !totals.Credit[post.currency].Equal(post.debit) {
					t.Errorf("%s: the totals say %v, the lines %s", env.Place, totals.Debit, post.debit)
				}
			}
		})
	}
}

func only(t *testing.T, r rendered) ([]byte, mapping.Totals) {
	t.Helper()
	for g, file := range r.files {
		return file, r.totals[g]
	}
	t.Fatal("no file")
	return nil, mapping.Totals{}
}

type posted struct {
	currency string
	debit    fis.Amount
}

// postedAmounts are the signed amounts of a document's posting lines, sorted; nil when it has none.
func postedAmounts(t *testing.T, env fis.Envelope, round bool) (*posted, []string) {
	t.Helper()
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		t.Fatal(err)
	}
	if !doc.DocType.HasPostingLines() {
		return nil, nil
	}
	res, err := posting.Derive(doc, posting.Options{Round: round})
	if err != nil {
		t.Fatal(env.Place, err)
	}
	out := &posted{currency: res.Currency}
	var amounts []string
	for i := range res.Lines {
		amounts = append(amounts, res.Lines[i].Amount().StringFixed(3))
		out.debit = out.debit.Add(res.Lines[i].Debit)
	}
	sort.Strings(amounts)
	return out, amounts
}

// fileAmounts reads the signed amounts of a file back, as anybody would who has the file and its layout.
func fileAmounts(t *testing.T, plan *mapping.Plan, file []byte, record string, fields ...string) []string {
	t.Helper()
	var amounts []string
	if plan.Layout().Spec().Kind == layout.PatternText {
		for _, m := range regexp.MustCompile(`(?m)^ {4}.{44}  [A-Z]{3} +(-?[0-9.]+)  ;`).FindAllSubmatch(file, -1) {
			a, err := fis.ParseAmount(string(m[1]))
			if err != nil {
				t.Fatal(err)
			}
			amounts = append(amounts, a.StringFixed(3))
		}
		sort.Strings(amounts)
		return amounts
	}
	r, err := plan.Layout().NewReader(bytes.NewReader(file), int64(len(file)), layout.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	records := plan.Layout().Records()
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if records[row.Record].Name != record {
			continue
		}
		sum := fis.Zero
		for i, f := range records[row.Record].Fields {
			for k, name := range fields {
				if f.Name == name && k == 0 {
					sum = sum.Add(row.Values[i].Number)
				} else if f.Name == name {
					sum = sum.Sub(row.Values[i].Number)
				}
			}
		}
		amounts = append(amounts, sum.StringFixed(3))
	}
	sort.Strings(amounts)
	return amounts
}

// The extract is one-sided: each journal row and application is there once, with its signed amount, and the header tells their number and sum.
func TestExtractHoldsEveryJournalRow(t *testing.T) {
	plan := readyPlan(t, "concur-sae")
	for _, env := range allDocuments(t) {
		doc, err := fis.NewParser(nil).Parse(env)
		if err != nil {
			t.Fatal(err)
		}
		if doc.DocType != fis.Expense {
			continue
		}
		want, total := journalAmounts(t, doc)
		got := renderGroups(t, plan, []fis.Envelope{env})
		if err := got.refused[env.Name()]; err != nil {
			t.Errorf("%s: %v", env.Place, err)
			continue
		}
		lines := strings.Split(strings.TrimSuffix(string(got.files[""]), "\n"), "\n")
		head := strings.Split(lines[0], "|")
		if len(head) != 5 || head[2] != strconv.Itoa(len(lines)-1) {
			t.Errorf("%s: header %q for %d rows", env.Place, lines[0], len(lines)-1)
		}
		if sum, err := fis.ParseAmount(head[3]); err != nil || !sum.Equal(total) {
			t.Errorf("%s: header total %s, want %s", env.Place, head[3], total)
		}
		var have []string
		for _, l := range lines[1:] {
			cells := strings.Split(l, "|")
			if len(cells) != 400 {
				t.Fatalf("%s: %d columns", env.Place, len(cells))
			}
			a, err := fis.ParseAmount(cells[168])
			if err != nil || (cells[167] == "CR") != a.IsNegative() || cells[168][0] != '+' && cells[168][0] != '-' {
				t.Errorf("%s: %s %s", env.Place, cells[167], cells[168])
			}
			have = append(have, a.StringFixed(8))
		}
		sort.Strings(have)
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s (-document +file):\n%s", env.Place, diff)
		}
	}
}

// journalAmounts are the gross amounts of the journal rows and the applications that are not zero, sorted, and their sum.
func journalAmounts(t *testing.T, doc *fis.Document) (amounts []string, total fis.Amount) {
	t.Helper()
	add := func(n *fis.Node, name string) {
		a, _, err := n.Amount(name)
		if err != nil {
			t.Fatal(err)
		}
		if !a.IsZero() {
			amounts, total = append(amounts, a.StringFixed(8)), total.Add(a)
		}
	}
	for _, e := range doc.Root.List("expenseEntry") {
		for _, a := range e.List("allocation") {
			for _, j := range a.List("journal") {
				add(j, "amountGross")
			}
		}
	}
	for _, a := range doc.Root.List("cashAdvanceApplication") {
		add(a, "cashAdvanceApplicationAmount")
	}
	sort.Strings(amounts)
	return amounts, total
}

// An accounting program accepts the journal of all samples, strictly. It is checked where it is installed; CI installs it.
func TestHledgerAccepts(t *testing.T) {
	got := renderGroups(t, readyPlan(t, "hledger-journal"), sampleDocuments(t))
	if n := strings.Count(string(got.files[""]), " * ("); n != got.totals[""].Documents || n < 40 {
		t.Fatalf("%d transactions for %d documents", n, got.totals[""].Documents)
	}
	hledger, err := exec.LookPath("hledger")
	if err != nil {
		t.Log("hledger is not installed: only the golden file vouches for the journal")
		return
	}
	check := func(journal []byte) (string, error) {
		path := filepath.Join(t.TempDir(), "out.journal")
		if err := os.WriteFile(path, journal, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(hledger, "-f", path, "check", "--strict", "ordereddates")
		cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := check(got.files[""]); err != nil {
		t.Errorf("hledger check: %v\n%s", err, out)
	}
	if _, err := check(bytes.Replace(got.files[""], []byte(" 23.40 "), []byte(" 23.41 "), 1)); err == nil {
		t.Error("hledger accepts a journal that does not balance: the check proves nothing")
	}
}
