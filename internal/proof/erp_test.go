package proof

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

// judgement is what the files of a template are held against, besides what every template is.
type judgement struct {
	// held are the sample documents that the template does not take, by the beginning of their names.
	held []string
	// rules are those of the format, as facts. They look at the bytes of a file and know nothing of our layouts.
	rules func(*importFile) []string
	// bad are damages that the rules must find, each in a file that holds its text.
	bad []damage
	// csv are rules for hledger's CSV reader, the first judge that nobody here wrote: account1 is the number of the
	// account, account2 is `file`, which must end at zero.
	csv string
	// minor: amounts count minor units. csvOf are the types of documents whose rows hledger is to read; all when empty.
	minor bool
	csvOf []fis.DocType
	// script is the judge beside the checkout with its options; apart leaves files out of what it sees, by a part of
	// their names.
	script []string
	apart  string
}

// damage changes a file so that its ERP would refuse it.
type damage struct{ name, from, to, complaint string }

// judgedBy renders all sample documents by the ready workbook of a template and holds the files against its judges.
func judgedBy(t *testing.T, name string, j judgement) {
	t.Helper()
	plan := readyPlan(t, name)
	docs, want := shelfDocuments(t, plan.DocTypes(), j.held)
	files, refused := render(t, plan, docs, 42)
	var got []string
	var taken []fis.Envelope
	for _, env := range docs {
		if refused[env.Name()] != nil {
			got = append(got, env.ID)
		} else {
			taken = append(taken, env)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("held documents (-want +got):\n%s\n%v", diff, refused)
	}
	for _, f := range files {
		for _, finding := range j.rules(f) {
			t.Errorf("%s: %s", f.name, finding)
		}
	}
	t.Run("script", func(t *testing.T) { j.outside(t, files, true) })
	for _, d := range j.bad {
		t.Run(d.name, func(t *testing.T) { j.refuses(t, files, d) })
	}
	if j.csv != "" {
		t.Run("hledger", func(t *testing.T) { j.readByHledger(t, files, taken) })
	}
}

// shelfDocuments are the sample documents of some types, and the ids of those that are held. Of a report that comes
// twice only the first is there: two revisions of one report never go into one file.
func shelfDocuments(t *testing.T, types []fis.DocType, held []string) (docs []fis.Envelope, refused []string) {
	t.Helper()
	manifest, err := samples.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range manifest.Documents {
		if s.Role == samples.Resubmitted || !slices.Contains(types, s.DocType) {
			continue
		}
		data, err := fs.ReadFile(samples.Documents(), s.File)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, readEnvelopes(t, s.File, data)...)
		if s.Role == samples.Unmapped || slices.ContainsFunc(held, func(h string) bool { return strings.HasPrefix(s.File, h) }) {
			refused = append(refused, s.DocID)
		}
	}
	slices.Sort(refused)
	return docs, refused
}

// refuses wants the damage to be found, by our rules and by the script.
func (j judgement) refuses(t *testing.T, files []*importFile, d damage) {
	t.Helper()
	for _, f := range files {
		text := strings.Replace(string(f.data), d.from, d.to, 1)
		if text == string(f.data) {
			continue
		}
		bad := &importFile{name: f.name, data: []byte(text)}
		found := strings.Join(j.rules(bad), "\n")
		if !strings.Contains(found, d.complaint) {
			t.Errorf("the rules say %q, want %q", found, d.complaint)
		}
		if !strings.Contains(d.name, "(ours)") {
			j.outside(t, []*importFile{bad}, false)
		}
		return
	}
	t.Fatalf("no file holds %q", d.from)
}

// outside asks the script, where it lies beside the checkout.
func (j judgement) outside(t *testing.T, files []*importFile, good bool) {
	t.Helper()
	if len(j.script) == 0 {
		return
	}
	program := filepath.Join("../../../shared/tools/judges", j.script[0])
	if _, err := os.Stat(program); err != nil {
		return // the scripts are kept apart from the project; our own rules were asked
	}
	args := slices.Clone(j.script[1:])
	for _, f := range files {
		if j.apart != "" && strings.Contains(f.name, j.apart) {
			continue
		}
		path := filepath.Join(t.TempDir(), f.name)
		if err := os.WriteFile(path, f.data, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, ok := run(t.Context(), t, program, args...); ok != good {
		t.Errorf("%s accepts: %v\n%s", j.script[0], ok, out)
	}
}

// readByHledger has hledger read the files, whose balances by account must be those of the posting lines. Files of some
// ERPs do not name the currency; then all sums are of none.
func (j judgement) readByHledger(t *testing.T, files []*importFile, taken []fis.Envelope) {
	t.Helper()
	rules := j.csv
	program, dir, got := external(t, "hledger"), t.TempDir(), books{}
	path := filepath.Join(dir, "file.rules")
	if err := os.WriteFile(path, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	named := strings.Contains(rules, "currency %")
	for _, f := range files {
		file := filepath.Join(dir, "file.csv")
		data := f.data
		if !utf8.Valid(data) {
			var err error
			if data, err = charmap.ISO8859_1.NewDecoder().Bytes(data); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		out, ok := run(t.Context(), t, program, "-f", "csv:"+file, "--rules-file", path, "print", "-O", "csv")
		if !ok {
			t.Fatalf("%s: %s", f.name, out)
		}
		rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		at := map[string]int{}
		for i, head := range rows[0] {
			at[head] = i
		}
		for _, r := range rows[1:] {
			currency := ""
			if named {
				currency = r[at["commodity"]]
			}
			account := strings.TrimSuffix(strings.TrimPrefix(r[at["account"]], "a:"), "-0")
			got.add("", account, currency, amountOf(t, r[at["amount"]]))
		}
	}
	want := books{}
	taken = slices.DeleteFunc(slices.Clone(taken), func(e fis.Envelope) bool { return len(j.csvOf) > 0 && !slices.Contains(j.csvOf, e.DocType) })
	for _, e := range postingEntries(t, taken) {
		if j.minor {
			e.amount = e.amount.Shift(fis.MinorUnits(e.currency))
		}
		if !named {
			e.currency = ""
		}
		want.add("", e.account, e.currency, e.amount)
	}
	compareBooks(t, "balances (-posting lines +hledger)", want, got)
}

// Every template has a judge or says that none was to be had; those of ERPs have their test here.
func TestEveryERPIsJudged(t *testing.T) {
	paths, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		tests += string(text)
	}
	for _, name := range template.Names(templates.FS()) {
		read, findings := template.Read(templates.FS(), name)
		if err := findings.Err(); err != nil {
			t.Fatal(err)
		}
		if name == "concur-sae-xlsx" {
			continue // the rows of concur-sae on a sheet: a test of the templates holds them together
		}
		if len(read.About.Judges) > 0 && !strings.Contains(tests, `"`+name+`"`) {
			t.Errorf("%s names judges, and no test here renders it", name)
		}
	}
}

// found gathers what rules find in one file.
type found []string

func (f *found) say(line int, format string, args ...any) {
	*f = append(*f, fmt.Sprintf("%d: %s", line, fmt.Sprintf(format, args...)))
}

// table reads a CSV file with a header as rows by heading.
func (f *found) table(data []byte, headings []string) []map[string]string {
	r := csv.NewReader(bytes.NewReader(data))
	rows, err := r.ReadAll()
	if err != nil {
		f.say(0, "no CSV: %v", err)
		return nil
	}
	if len(rows) < 2 {
		f.say(0, "no rows")
		return nil
	}
	if headings != nil && !slices.Equal(rows[0], headings) {
		f.say(1, "headings %q", rows[0])
		return nil
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// plain are rows of a CSV file without a header, by name.
func (f *found) plain(data []byte, names []string) []map[string]string {
	return f.table(append([]byte(strings.Join(names, ",")+"\n"), data...), names)
}

func (f *found) needs(line int, row map[string]string, names ...string) {
	for _, n := range names {
		if strings.TrimSpace(row[n]) == "" {
			f.say(line, "%s is empty", n)
		}
	}
}

func (f *found) widths(line int, row map[string]string, most map[string]int) {
	for n, w := range most {
		if len([]rune(row[n])) > w {
			f.say(line, "%s has more than %d characters", n, w)
		}
	}
}

func (f *found) day(line int, what, text, form string) {
	if d, err := time.Parse(form, text); err != nil || d.Format(form) != text {
		f.say(line, "%s %q is no date of the form %s", what, text, form)
	}
}

// number is a plain number with a point; decimals at most.
func (f *found) number(line int, what, text string, signed bool, decimals int) fis.Amount {
	form := `\d+(\.\d{1,` + fmt.Sprint(max(decimals, 1)) + `})?`
	if decimals == 0 {
		form = `\d+`
	}
	if signed {
		form = "-?" + form
	}
	if !regexp.MustCompile("^" + form + "$").MatchString(text) {
		f.say(line, "%s %q is no such number", what, text)
		return fis.Zero
	}
	a, err := fis.ParseAmount(text)
	if err != nil {
		f.say(line, "%s %q: %v", what, text, err)
	}
	return a
}

// side is the amount of two columns of which one is filled.
func (f *found) side(line int, debit, credit string, decimals int) fis.Amount {
	if (debit == "") == (credit == "") {
		f.say(line, "debit %q and credit %q: one must be filled", debit, credit)
		return fis.Zero
	}
	if debit != "" {
		return f.number(line, "debit", debit, false, decimals)
	}
	return f.number(line, "credit", credit, false, decimals).Neg()
}

// balance are sums that must end at zero.
type balance map[string]fis.Amount

func (b balance) add(key string, a fis.Amount) { b[key] = b[key].Add(a) }

func (f *found) zero(b balance) {
	for key, sum := range b {
		if !sum.IsZero() {
			f.say(0, "%s does not balance: %s", key, sum)
		}
	}
}
