package pack_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	"github.com/fisbridge/fisbridge/internal/layout/layouttest"
	"github.com/fisbridge/fisbridge/internal/say"
)

const twoMembers = `
kind: package
own:
  members:
    - name: Manifest.xml
      from: manifest
    - name: "{stem} lines.csv"
      records: [line]
      file: { kind: delimited, encoding: windows-1252, unmappable: replace, line_end: crlf, delimiter: semicolon }
    - name: heads.csv
      records: [head, total]
      file: { kind: delimited, header: true, header_record: head }
`

func records() []layout.Record {
	return []layout.Record{
		{Name: "head", Match: layout.Match{Columns: 2}, Fields: []layout.Field{{Name: "id", Type: layout.CodeType}, {Name: "date", Type: layout.DateType, DateForm: "yyyy/MM/dd"}}},
		{Name: "line", Fields: []layout.Field{{Name: "id", Type: layout.CodeType}, {Name: "amount", Type: layout.AmountType, Decimals: "2"}, {Name: "text"}}},
		{Name: "total", Match: layout.Match{Columns: 1}, Fields: []layout.Field{{Name: "count", Type: layout.IntegerType}}},
	}
}

func spec(t *testing.T, text string) layout.Spec {
	t.Helper()
	var s layout.Spec
	if err := yaml.NewDecoder(strings.NewReader(text), yaml.Strict()).Decode(&s); err != nil {
		t.Fatal(err)
	}
	s.Files = map[string][]byte{"manifest": []byte("<manifest/>")}
	return s
}

// written writes two documents, each with a head and lines, one after the other.
func written(t *testing.T, p *layout.Plan, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	f, err := p.NewNamedFile(&out, name)
	if err != nil {
		t.Fatal(err)
	}
	put := func(record int, values ...layout.Value) {
		t.Helper()
		b, err := p.Encode([]byte("before"), record, values, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Write(b[len("before"):]); err != nil {
			t.Fatal(err)
		}
	}
	put(0, layout.Text("A"), layouttest.OnDay(2031, 5, 2))
	put(1, layout.Text("A"), layouttest.Num(t, "75.50"), layout.Text("Zürich"))
	put(1, layout.Text("A"), layouttest.Num(t, "1.25"), layout.Text("Łódź; Bus"))
	put(0, layout.Text("B"), layouttest.OnDay(2031, 5, 3))
	put(1, layout.Text("B"), layouttest.Num(t, "-2.00"))
	put(2, layouttest.Num(t, "2"))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestMembersAreFilesOfTheirOwnKind(t *testing.T) {
	p := layouttest.Compiled(t, spec(t, twoMembers), records()...)
	data := written(t, p, "AP_0042.zip")
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	want := []struct{ name, text string }{
		{"Manifest.xml", "<manifest/>"},
		{"AP_0042 lines.csv", "A;75.50;Z\xFCrich\r\nA;1.25;\"?\xF3d?; Bus\"\r\nB;-2.00;\r\n"},
		{"heads.csv", "id,date\nA,2031/05/02\nB,2031/05/03\n2\n"},
	}
	if len(z.File) != len(want) {
		t.Fatalf("%d members", len(z.File))
	}
	for i, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || f.Name != want[i].name || string(text) != want[i].text {
			t.Errorf("member %d is %s with %q, %v; want %s with %q", i, f.Name, text, err, want[i].name, want[i].text)
		}
		if !f.Modified.Equal(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)) && f.ModifiedDate != 33 || f.Flags != 0 || f.ExternalAttrs != 0 {
			t.Errorf("%s has time %v, flags %x, attributes %x", f.Name, f.Modified, f.Flags, f.ExternalAttrs)
		}
	}
	if again := written(t, p, "AP_0042.zip"); !bytes.Equal(data, again) {
		t.Error("the same rows make other bytes")
	}
}

// A package is read member by member; where somebody knows in which order its rows were written, in that.
func TestRowsComeAsTheyWereWritten(t *testing.T) {
	p := layouttest.Compiled(t, spec(t, twoMembers), records()...)
	data := written(t, p, "AP_0042.zip")
	rows, bad := layouttest.ReadAll(t, p, data)
	if got := idsOf(rows); len(bad) > 0 || got != "line A, line A, line B, head A, head B, total 2" {
		t.Errorf("read %s, %v", got, bad)
	}
	order := []int{0, 1, 1, 0, 1, -1}
	at := -1
	part := layout.Part{Want: [][]bool{{true, false}, {true, true, false}, {true}}, Expect: func() int { at++; return order[min(at, 5)] }}
	r, err := p.NewPartReader(bytes.NewReader(data), int64(len(data)), layout.Limits{}, part)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	rows = nil
	for {
		row, err := r.Next()
		if err != nil {
			break
		}
		row.Values = append([]layout.Value(nil), row.Values...)
		rows = append(rows, row)
	}
	if got := idsOf(rows); got != "head A, line A, line A, head B, line B, total 2" {
		t.Errorf("read in order: %s", got)
	}
}

func idsOf(rows []layout.Row) string {
	var out []string
	for _, r := range rows {
		out = append(out, records()[r.Record].Name+" "+r.Values[0].String())
	}
	return strings.Join(out, ", ")
}

// A bad line names its member.
func TestBadLineNamesItsMember(t *testing.T) {
	p := layouttest.Compiled(t, spec(t, twoMembers), records()...)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, m := range [][2]string{{"heads.csv", "id,date\nA,2031/13/02\n"}, {"x lines.csv", "A;one;\r\n"}} {
		w, err := z.Create(m[0])
		if err == nil {
			_, err = io.WriteString(w, m[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, bad := layouttest.ReadAll(t, p, out.Bytes())
	if len(bad) != 2 || !strings.HasPrefix(bad[0].Error(), "x lines.csv, line 1, line.amount") || !strings.HasPrefix(bad[1].Error(), "heads.csv, line 2, head.date") {
		t.Errorf("got %v", bad)
	}
	if _, _, err := layouttest.TryRead(p, out.Bytes()[:out.Len()-30], layout.Limits{}); err == nil {
		t.Error("half an archive was read")
	}
	if missing, err := p.Unfinished(bytes.NewReader(out.Bytes()), int64(out.Len()-30)); err != nil || missing == "" {
		t.Errorf("half an archive is whole: %v", err)
	}
}

// Notes and errors name the records of the package.
func TestNotesNameTheRecord(t *testing.T) {
	p := layouttest.Compiled(t, spec(t, twoMembers), records()...)
	var notes layout.Notes
	if _, err := p.Encode(nil, 1, []layout.Value{layout.Text("A"), layouttest.Num(t, "1.00"), layout.Text("東京")}, &notes); err != nil {
		t.Fatal(err)
	}
	if list := notes.List(p); len(list) != 1 || list[0] != (layout.Note{Record: "line", Field: "text", Kind: layout.Replaced, Count: 1}) {
		t.Errorf("notes %v", list)
	}
	_, err := p.Encode(nil, 1, []layout.Value{layout.Text("A"), layouttest.Num(t, "1.005")}, nil)
	if err == nil || !strings.HasPrefix(err.Error(), "line.amount") {
		t.Errorf("error %v", err)
	}
	if rules := say.Join("; ", p.Rules(1, 1)...).String(); !strings.Contains(rules, "2 decimals") {
		t.Errorf("rules %s", rules)
	}
	spans, err := p.Spans(1, []layout.Value{layout.Text("A"), layouttest.Num(t, "1.00"), layout.Text("ü")})
	if err != nil || spans[1].Text != "1.00" || spans[2].Text != "ü" || spans[1].End != 0 {
		t.Errorf("spans %v, %v", spans, err)
	}
}

func TestMistakesInPackages(t *testing.T) {
	for name, c := range map[string]struct{ text, place, reason string }{
		"settings of members": {"kind: package\ndelimiter: tab\nown: { members: [ { name: a.csv, records: [head, line, total], file: { kind: delimited } } ] }", "file", "settings of its members"},
		"no members":          {"kind: package", "file.own.members", "1 to 100 members"},
		"a record left":       {"kind: package\nown: { members: [ { name: a.csv, records: [head], file: { kind: delimited } } ] }", "records.line", "no member"},
		"a record twice":      {"kind: package\nown: { members: [ { name: a.csv, records: [head, line], file: { kind: delimited } }, { name: b.csv, records: [line, total], file: { kind: delimited } } ] }", "file.own.members.b.csv.records", "another member already"},
		"an unknown record":   {"kind: package\nown: { members: [ { name: a.csv, records: [heed], file: { kind: delimited } } ] }", "file.own.members.a.csv.records", `did you mean "head"`},
		"an unknown key":      {"kind: package\nown: { memmbers: [] }", "file.own", "memmbers"},
		"one name twice":      {"kind: package\nown: { members: [ { name: a.csv, records: [head, total], file: { kind: delimited } }, { name: A.CSV, records: [line], file: { kind: delimited } } ] }", "file.own.members.2.name", "another member"},
		"a way out":           {"kind: package\nown: { members: [ { name: ../a.csv, records: [head, line, total], file: { kind: delimited } } ] }", "file.own.members.1.name", "file name"},
		"in the member":       {"kind: package\nown: { members: [ { name: a.csv, records: [head, line, total], file: { kind: delimited, delimiter: tab, quoting: al } } ] }", "file.own.members.a.csv.file.quoting", "all"},
		"not told apart":      {"kind: package\nown: { members: [ { name: a.csv, records: [line, total, head], file: { kind: delimited } } ] }", "file.own.members.a.csv.records", "told apart"},
		"a package in one":    {"kind: package\nown: { members: [ { name: a.csv, records: [head, line, total], file: { kind: package } } ] }", "file.own.members.a.csv.file.kind", "another"},
		"no such file":        {"kind: package\nown: { members: [ { name: a.csv, records: [head, line, total], file: { kind: delimited } }, { name: m.xml, from: other } ] }", "file.own.members.m.xml.from", "files of the template"},
		"beside, one name":    {"kind: package\nown: { as: beside, members: [ { name: a.csv, records: [head, total], file: { kind: delimited } }, { name: '{name}', records: [line], file: { kind: delimited } } ] }", "file.own.members.1.name", "{stem}"},
		"beside, no starter":  {"kind: package\nown: { as: beside, members: [ { name: '{name}', records: [head, total], file: { kind: delimited } }, { name: '{stem}_L.csv', records: [line], file: { kind: delimited } } ] }", "file.own.members.2.name", "starts the import"},
	} {
		_, problems := kinds.Compile(spec(t, c.text), records())
		found := false
		for _, p := range problems {
			found = found || p.Place == c.place && strings.Contains(p.Reason, c.reason)
		}
		if !found {
			t.Errorf("%s: got %v", name, problems)
		}
	}
}

func TestBeside(t *testing.T) {
	zipped := layouttest.Compiled(t, spec(t, twoMembers), records()...)
	beside := layouttest.Compiled(t, spec(t, strings.NewReplacer("own:\n", "own:\n  as: beside\n", "Manifest.xml", `"{stem}_m.xml"`, "{stem} lines", "{stem}_lines", "heads.csv", `"{name}"`).Replace(twoMembers)), records()...)
	if got := strings.Join(beside.Beside("B.7.csv"), " "); got != "B.7_m.xml B.7_lines.csv" || zipped.Beside("x") != nil || layouttest.Compiled(t, layout.Spec{Kind: layout.Delimited}, records()[1]).Beside("x") != nil {
		t.Error("which members lie side by side")
	}
	rows, bad := layouttest.ReadAll(t, beside, written(t, beside, "BILL_7.csv"))
	if got := idsOf(rows); len(bad) > 0 || got != "line A, line A, line B, head A, head B, total 2" {
		t.Errorf("read %s, %v", got, bad)
	}
}
