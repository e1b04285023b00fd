package proof

import (
	"bytes"
	"math/big"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/text/encoding/charmap"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// guide is docs/integrators.md.
func guide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/integrators.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The template of the integrators' guide does what the guide says: an outsider takes its files apart, and its result
// file is read.
func TestGuideTemplateWorks(t *testing.T) {
	block := regexp.MustCompile("(?s)```yaml\n(name: oldbooks\n.*?)```").FindStringSubmatch(guide(t))
	if block == nil {
		t.Fatal("the guide has no template")
	}
	// With accounts for everything, more of the samples take part.
	template := strings.NewReplacer(`["*", ""]`, `["*", "9999"]`, `["*", "*", ""]`, `["*", "*", "9000"]`).Replace(block[1])
	fsys := fstest.MapFS{"oldbooks/template.yaml": {Data: []byte(template)}}
	text, err := workbook.NewYAML(fsys, "oldbooks", nil)
	if err != nil {
		t.Fatal(err)
	}
	plan, findings := mapping.LoadBytes(fsys, "oldbooks.yaml", text)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	var taken []fis.Envelope
	for _, env := range sampleDocuments(t) {
		if doc := parse(t, env); env.DocType == fis.Expense && len(doc.CompanyCodes()) > 0 && doc.CompanyCodes()[0] == "1000" {
			taken = append(taken, env)
		}
	}
	file, err := plan.NewFile(mapping.FileContext{Route: "gl", Group: "1000", Sequence: 7, Created: made()})
	if err != nil {
		t.Fatal(err)
	}
	worker, posted := plan.NewWorker(), 0
	for _, env := range taken {
		p, err := worker.Prepare(env)
		if err == nil {
			_, err = file.Add(p)
		}
		if err == nil {
			posted++
		}
	}
	var out bytes.Buffer
	if _, err := file.Finish(&out); err != nil {
		t.Fatal(err)
	}
	if posted < 10 || file.Name() != "OB1000.0007.dat" {
		t.Errorf("%d documents in %s", posted, file.Name())
	}
	checkOldbooks(t, out.Bytes(), posted)

	answer, err := charmap.CodePage037.NewEncoder().String("8B529375F4D95FD281B8            R          COMPANY CLOSED                       ")
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := readResult(t, plan, "OB1000.0007.ans", []byte(answer))
	if len(rows) != 1 || rows[0].Refs.ReportID != "8B529375F4D95FD281B8" {
		t.Errorf("%+v", rows)
	}
}

// checkOldbooks counts the totals from the bytes.
func checkOldbooks(t *testing.T, data []byte, documents int) {
	t.Helper()
	if len(data)%100 != 0 {
		t.Fatalf("%d bytes", len(data))
	}
	sums, hash, lines, docs, trailer := map[bool]*big.Int{true: new(big.Int), false: new(big.Int)}, new(big.Int), 0, 0, ""
	for i := 0; i < len(data); i += 100 {
		raw := data[i : i+100]
		line := ""
		for _, b := range raw {
			if r := charmap.CodePage037.DecodeByte(b); r < 0x80 {
				line += string(r)
			} else {
				line += "?" // packed digits, say: one byte a character, so that positions hold
			}
		}
		switch line[:2] {
		case "HD":
			if line[2:16] != "07710002026306" {
				t.Errorf("header %q", line)
			}
		case "DO":
			docs++
		case "LN":
			lines++
			digits := ""
			for _, b := range raw[18:31] {
				digits += string('0' + rune(b&0x0F))
			}
			negative := raw[30]>>4 == 0xD
			amount, _ := new(big.Int).SetString(digits, 10)
			sums[negative].Add(sums[negative], amount)
			account, _ := new(big.Int).SetString(strings.TrimSpace(line[8:18]), 10)
			hash.Add(hash, account)
			if (raw[37]&0x0F == 0x0D) != negative {
				t.Errorf("packed and overpunched amount disagree: % X", raw)
			}
		case "TR":
			trailer = line
		default:
			t.Errorf("record %q", line)
		}
	}
	if docs != documents || lines == 0 || sums[true].Cmp(sums[false]) != 0 {
		t.Errorf("%d documents, %d lines, %s and %s", docs, lines, sums[false], sums[true])
	}
	if got, want := trailer[2:8], pad(big.NewInt(int64(lines)), 6); got != want {
		t.Errorf("lines %s, want %s", got, want)
	}
	if got, want := trailer[8:20], pad(sums[false], 13)[:12]; got != want {
		t.Errorf("debit %s, want %s", got, want)
	}
	if got, want := trailer[34:46], pad(hash, 12); got != want {
		t.Errorf("hash %s, want %s", got, want)
	}
}

func pad(n *big.Int, width int) string {
	s := n.String()
	return strings.Repeat("0", max(0, width-len(s))) + s
}

// The guide names every key of a template, every sign, role, and name that is not a field.
func TestGuideNamesEverything(t *testing.T) {
	text := guide(t)
	said := func(what, word string) {
		if !strings.Contains(text, "`"+word+"`") && !strings.Contains(text, word+":") && !strings.Contains(text, "`"+word+":") {
			t.Errorf("docs/integrators.md does not say what the %s `%s` is", what, word)
		}
	}
	for _, v := range []any{template.Template{}, template.Record{}, template.Field{}, template.Totals{}, template.Setting{}, template.Lookup{},
		template.Column{}, template.Summarise{}, template.Grouping{}, template.HashTotal{}, template.About{}, template.ERP{}, template.Judge{}, format.Format{}, format.Column{}, layout.Spec{}, layout.Field{}, layout.Match{}} {
		typ := reflect.TypeOf(v)
		for i := range typ.NumField() {
			if name, _, _ := strings.Cut(typ.Field(i).Tag.Get("yaml"), ","); name != "" {
				said("key", name)
			}
		}
	}
	for _, s := range layout.Signs() {
		said("sign", s)
	}
	for _, r := range format.Roles() {
		said("role", string(r))
	}
	names := facts.All()
	if len(names) < 50 {
		t.Fatalf("%d names", len(names))
	}
	for _, n := range names {
		said("name", n.Name)
	}
}
