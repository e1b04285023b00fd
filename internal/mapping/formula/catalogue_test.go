package formula

import (
	"cmp"
	"os"
	"strings"
	"testing"
)

// The catalogue goes into the workbook and into the documentation: each example is computed, so it cannot lie.
func TestCatalogueExamples(t *testing.T) {
	w := sampleWorld()
	seen := map[string]bool{}
	for _, f := range Functions() {
		if seen[f.Name] {
			t.Errorf("%s is there twice", f.Name)
		}
		seen[f.Name] = true
		if f.Group == "" || f.Meaning == "" || !strings.HasPrefix(f.Syntax, f.Name+"(") || !strings.Contains(f.Example, f.Name+"(") {
			t.Errorf("%s: incomplete: %+v", f.Name, f)
			continue
		}
		v, err := mustCompile(t, f.Example, w).Eval(w)
		if err != nil || v.String() != f.Result {
			t.Errorf("%s gives %q (%v), the catalogue says %q", f.Example, v, err, f.Result)
		}
		// The same with commas, as an English Excel writes it.
		if v, err := mustCompile(t, strings.ReplaceAll(f.Example, ";", ","), w).Eval(w); err != nil || v.String() != f.Result {
			t.Errorf("%s with commas gives %q (%v)", f.Example, v, err)
		}
	}
	for _, name := range strings.Fields(`IF IFS SWITCH AND OR NOT IFERROR ISBLANK IFBLANK COALESCE LOOKUP FIELD LEFT RIGHT MID LEN UPPER LOWER PROPER TRIM CLEAN SUBSTITUTE REPLACE
		FIND SEARCH CONCAT CONCATENATE TEXTJOIN REPT TEXT VALUE ROUND ROUNDUP ROUNDDOWN ABS SIGN MIN MAX SUM MOD INT DATE YEAR MONTH DAY EOMONTH EDATE DATEVALUE
		CHOOSE XOR ISNUMBER ISTEXT ISERROR ISNA TRUNC CEILING FLOOR MROUND POWER AVERAGE NUMBERVALUE WEEKDAY WEEKNUM ISOWEEKNUM DATEDIF DAYS WORKDAY
		NETWORKDAYS XLOOKUP INDEX MATCH SUMIF COUNTIF FISCALYEAR STARTSWITH ENDSWITH CONTAINS EXACT PADLEFT PADRIGHT ONLYDIGITS ONLYLETTERS TRANSLIT`) {
		if !seen[name] {
			t.Errorf("%s is promised and not there", name)
		}
	}
}

// The row of a function must fit its syntax, or a call without optional values would fail at run time.
func TestCatalogueDefaults(t *testing.T) {
	for _, f := range catalogue() {
		if f.special != nil {
			continue
		}
		if len(f.Params) != f.Most() || len(f.Defaults) != f.Most()-f.Least() {
			t.Errorf("%s: %d types and %d defaults for %s", f.Name, len(f.Params), len(f.Defaults), f.Syntax)
		}
		if n := map[bool]int{f.F1 != nil: 1, f.F2 != nil: 2, f.F3 != nil: 3, f.F4 != nil: 4}[true]; n != len(f.Params) {
			t.Errorf("%s computes %d values and takes %d", f.Name, n, len(f.Params))
		}
	}
}

// The table of functions in the accountants' documentation is the catalogue. UPDATE_GOLDEN=1 writes it anew.
func TestCatalogueIsDocumented(t *testing.T) {
	const file, begin, end = "../../../docs/accountants.md", "<!-- functions -->\n", "<!-- end of functions -->"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no %s", file, begin)
	}
	var b strings.Builder
	group, cell := "", strings.NewReplacer("|", `\|`).Replace
	for _, f := range Functions() {
		if f.Group != group {
			group = f.Group
			b.WriteString("\n| " + group + " | gives | example | result |\n|---|---|---|---|\n")
		}
		b.WriteString("| `" + cell(f.Syntax) + "` | " + cell(f.Meaning) + " | `" + cell(f.Example) + "` | `" + cell(f.Result) + "` |\n")
	}
	b.WriteString("\n| function | German | French | Spanish |\n|---|---|---|---|\n")
	for _, f := range Functions() {
		if n := f.Abroad; n.German+n.French+n.Spanish != "" {
			b.WriteString("| " + f.Name + " | " + cmp.Or(n.German, f.Name) + " | " + cmp.Or(n.French, f.Name) + " | " + cmp.Or(n.Spanish, f.Name) + " |\n")
		}
	}
	want := before + begin + b.String() + "\n" + end + after
	if want == string(data) {
		return
	}
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("docs/accountants.md has another table of functions than the catalogue: UPDATE_GOLDEN=1 go test -run Documented")
}
