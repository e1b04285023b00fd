package fis

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func parse(t *testing.T, text string) *Document {
	t.Helper()
	doc, err := NewParser(nil).Parse(Envelope{ID: "doc1", Document: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestParseKeepsValuesAsSpelled(t *testing.T) {
	doc := parse(t, `{"a":50.00000000,"b":"M\u00fc\"ller \ud83d\ude00","c":null,"d":true,"e":[],"f":{},"g":[null,1,"x",null],"h":" V1  ","i":0E-8,"\u006a":"escaped name"}`)
	var names []string
	doc.Root.Each(func(name string, v *Node) { names = append(names, fmt.Sprintf("%s %s %q", name, v.Kind(), v.Text())) })
	want := []string{
		`a number "50.00000000"`, `b text "Mü\"ller 😀"`, `d true or false "true"`, `e list ""`, `f object ""`, `g list "1, x"`, `h text " V1  "`, `i number "0E-8"`, `j text "escaped name"`,
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestParseRefuses(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65)
	for _, c := range []struct {
		text   string
		offset int64
		reason string
	}{
		{``, 0, "ends too early"},
		{`{"a":1`, 6, "ends too early"},
		{`{"a":1}x`, 7, "invalid character 'x'"},
		{`{"a":1}{}`, 7, "text after the document"},
		{`{"a":1,}`, 6, "invalid character"},
		{`{"a" 1}`, 5, "invalid character '1'"},
		{`{"a":01}`, 6, "invalid character"},
		{`{"a":1,"b":2,"a":null}`, 16, `field "a" comes twice`},
		{`{"a":null,"\u0061":null}`, 18, `field "a" comes twice`},
		{`{"x":{"a":1,"a":1}}`, 15, `field "a" comes twice`},
		{`{"a":'1'}`, 5, "invalid character"},
		{`{"a":"` + "\xff" + `"}`, 6, "invalid UTF-8"},
		{`{"a":"\u12g4"}`, 6, "escape"},
		{`{1:2}`, 1, "name must be a string"},
		{`[]`, 2, "a document is an object"},
		{`null`, 4, "a document is an object"},
		{`"text"`, 6, "a document is an object"},
		{deep, 320, "64 levels"},
	} {
		_, err := NewParser(nil).Parse(Envelope{ID: "doc1", Document: []byte(c.text)})
		var bad *FormatError
		if !errors.As(err, &bad) || bad.Document != "doc1" || bad.Offset != c.offset || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%.40s: %v; want offset %d, %q", c.text, err, c.offset, c.reason)
		}
	}
}

// A field of so many UTF-16 units may end in the half of an emoji: the document is read all the same, in a list as by
// itself, and the mark of a lost character stands where it was.
func TestHalfACharacter(t *testing.T) {
	const text = `{"report":{"reportName":"cut \ud83d","reportKey":"\ude00 \ud83d\ude00 \\ud83d"}}`
	var docs []Envelope
	list := `{"content":[{"id":"a","docType":"expense","document":` + text + `},{"id":"b","docType":"expense","document":` + text + `}]}`
	if err := ReadDocuments(strings.NewReader(list), "list", func(env Envelope) error { docs = append(docs, env); return nil }); err != nil || len(docs) != 2 {
		t.Fatal(len(docs), err)
	}
	doc, err := NewParser(nil).Parse(docs[1])
	if err != nil {
		t.Fatal(err)
	}
	report := doc.Root.Get("report")
	if name, key := report.Get("reportName").Text(), report.Get("reportKey").Text(); name != "cut \uFFFD" || key != "\uFFFD 😀 \\ud83d" {
		t.Errorf("%q, %q", name, key)
	}
}

func TestParseRefusesHugeDocument(t *testing.T) {
	text := `{"a":"` + strings.Repeat("x", MaxDocumentBytes) + `"}`
	if _, err := NewParser(nil).Parse(Envelope{Document: []byte(text)}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

// The same name in two objects, also in a parent and its child, is fine.
func TestParseNamesAreOfOneObject(t *testing.T) {
	doc := parse(t, `{"a":{"a":{"a":1},"b":2},"b":[{"a":1},{"a":2}]}`)
	if got := doc.Root.Get("a").Get("a").Str("a"); got != "1" {
		t.Errorf("got %q", got)
	}
	if got := doc.Root.List("b")[1].Str("a"); got != "2" {
		t.Errorf("got %q", got)
	}
}

func TestParseManyNames(t *testing.T) {
	var b strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&b, `"name%d":%d,`, i, i)
	}
	doc := parse(t, "{"+b.String()+`"last":1}`)
	if doc.Root.Len() != 5001 || doc.Root.Str("name4999") != "4999" {
		t.Errorf("%d fields", doc.Root.Len())
	}
	if _, err := NewParser(nil).Parse(Envelope{Document: []byte("{" + b.String() + `"name17":1}`)}); err == nil || !strings.Contains(err.Error(), "name17") {
		t.Errorf("got %v", err)
	}
}

// More names than a parser remembers: they are kept, and found when they come twice, all the same.
func TestParseForgottenNames(t *testing.T) {
	var b strings.Builder
	for i := range maxWords + 100 {
		fmt.Fprintf(&b, `"name%d":%d,`, i, i)
	}
	p := NewParser(nil)
	for range 2 { // the second time the words are full from the start
		doc, err := p.Parse(Envelope{Document: []byte("{" + b.String() + `"o":{"name17":1,"name16400":2},"last":1}`)})
		if err != nil || doc.Root.Len() != maxWords+102 || doc.Root.Str("name16390") != "16390" || doc.Root.Get("o").Str("name16400") != "2" {
			t.Fatalf("%v, %d fields", err, doc.Root.Len())
		}
		for _, twice := range []string{"name17", "name16400"} {
			for _, text := range []string{"{" + b.String() + `"` + twice + `":1}`, `{"o":{"` + twice + `":1,"x":2,"` + twice + `":null}}`} {
				if _, err := p.Parse(Envelope{Document: []byte(text)}); err == nil || !strings.Contains(err.Error(), twice) {
					t.Errorf("%s comes twice: got %v", twice, err)
				}
			}
		}
	}
}

// The order of fields that a parser has learned is a guess, no more: any order, and names that begin alike, are read as
// they are.
func TestParseGuessesNames(t *testing.T) {
	p := NewParser(nil)
	for _, text := range []string{
		`{"a":{"one":1,"two":2},"b":{"x":null,"one":1}}`, `{"a":{"one":1,"two":2},"b":{"x":null,"one":1}}`, `{"b":{"one":1},"a":{"two":2,"twofold":3,"one":1}}`,
		`{"a":{},"b":{"x":1,"twofold":3,"two":2}}`, `{ "a" : { "one" : 1 , "two" : 2 } , "b" : [ { "x" : null , "one" : [ ] } , { } ] }`, `{"a":{"one":1,"tw":2},"\u0062":{"o\u006ee":1,"one\"":2}}`,
	} {
		doc, err := p.Parse(Envelope{Document: []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plain(t, []byte(text)), dump(doc.Root)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	if _, err := p.Parse(Envelope{Document: []byte(`{"a":{"one":1,"two":2,"one":3}}`)}); err == nil || !strings.Contains(err.Error(), `field "one" comes twice`) {
		t.Errorf("got %v", err)
	}
	if _, err := p.Parse(Envelope{Document: []byte(`{"a":{"one":1,"one\":2}}`)}); err == nil {
		t.Error("a name without an end is taken")
	}
}

func TestParserKeepsWhatIsWanted(t *testing.T) {
	p := NewParser(func(name string) bool { return name == "entryId" || name == "codes" })
	doc, err := p.Parse(Envelope{Document: sampleExpense(7)})
	if err != nil {
		t.Fatal(err)
	}
	entry := doc.Root.List("expenseEntry")[2]
	if entry.Str("entryId") == "" || entry.Get("entryDescription") != nil || entry.Get("allocation").Len() != 1 {
		t.Error("the wanted field and all lists of objects are kept, other fields are not")
	}
	if entry.List("allocation")[0].List("journal")[0].Get("taxGuid") != nil {
		t.Error("a list of texts that nobody wants is kept")
	}
	if doc.Currency() != "EUR" || doc.ReportID() != "R00000007" || doc.EmployeeID() != "E00007" || doc.Date().String() != "2026-02-01" || doc.DocType != Expense {
		t.Error("fields that the document's own methods need are gone")
	}
	doc, err = p.Parse(Envelope{Document: []byte(`{"codes":["a","b"],"other":["c"],"one":"x","empty":[]}`)})
	if err != nil || doc.Root.Len() != 2 || doc.Root.Str("codes") != "a, b" || doc.Root.Get("empty") == nil {
		t.Errorf("%v, %d fields", err, doc.Root.Len())
	}
}

// A wrong field that is not wanted is still wrong JSON.
func TestParserChecksWhatItSkips(t *testing.T) {
	p := NewParser(func(string) bool { return false })
	for _, text := range []string{`{"a":tru}`, `{"a":"x}`, `{"a":1e}`, `{"a":[{"b":1,"b":2}]}`} {
		if _, err := p.Parse(Envelope{Document: []byte(text)}); err == nil {
			t.Errorf("%s is accepted", text)
		}
	}
}

func TestDocumentsOutliveTheParser(t *testing.T) {
	p := NewParser(nil)
	raw := sampleExpense(1)
	first, err := p.Parse(Envelope{Document: raw})
	if err != nil {
		t.Fatal(err)
	}
	before := dump(first.Root)
	for i := range 20 {
		if _, err := p.Parse(Envelope{Document: sampleExpense(100 + i)}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.Parse(Envelope{Document: []byte(`{"a":`)}); err == nil {
		t.Fatal("malformed document accepted")
	}
	clear(raw)
	if diff := cmp.Diff(before, dump(first.Root)); diff != "" {
		t.Error(diff)
	}
}

func TestVendorSamplesParse(t *testing.T) {
	for _, f := range vendorFiles(t) {
		eachDocument(t, f, func(env Envelope) {
			doc, err := NewParser(nil).Parse(env)
			if err != nil {
				t.Fatal(err)
			}
			if doc.Currency() == "" || doc.ReportID() == "" || doc.Title() == "" || doc.EmployeeID() == "" || doc.Date().IsZero() || doc.IsTest() {
				t.Errorf("%s: a fact is missing", env.Place)
			}
			if diff := cmp.Diff(plain(t, env.Document), dump(doc.Root)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// FuzzParse compares with the library's strict reading, and the tree with encoding/json's.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":1,"b":[{"c":"x"},null],"d":{"e":null}}`, `{"a":1,"a":2}`, `{"a":"\u00fc"}`, `{}x`, `[{"a":1}]`, `{"a":{"b":{"c":[[[1]]]}}}`, `{"n":-1.5E+3}`} {
		f.Add([]byte(s))
	}
	f.Add([]byte(`{"a":{"c":1,"d":2},"b":null,"a\u0062":[{"c":1,"d":null},{"d":"\u00e9é","c":tru}]}`))
	f.Add(sampleExpense(1)[:3000])
	p, none := NewParser(nil), NewParser(func(string) bool { return false })
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := p.Parse(Envelope{Document: text})
		valid := jsontext.Value(text).IsValid() && jsontext.Value(text).Kind() == '{' && depth(text) <= MaxDepth
		if valid != (err == nil) {
			t.Fatalf("%q: valid %t, got %v", text, valid, err)
		}
		if _, err := none.Parse(Envelope{Document: text}); valid != (err == nil) {
			t.Fatalf("%q: valid %t, got %v from a parser that wants nothing", text, valid, err)
		}
		if err != nil {
			var bad *FormatError
			if !errors.As(err, &bad) || bad.Offset < 0 || bad.Offset > int64(len(text)) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if !json.Valid(text) {
			t.Fatalf("%q: encoding/json calls it invalid", text)
		}
		if diff := cmp.Diff(plain(t, text), dump(doc.Root)); diff != "" {
			t.Fatal(diff)
		}
	})
}

func depth(text []byte) (deepest int) {
	dec := jsontext.NewDecoder(strings.NewReader(string(text)), jsontext.AllowDuplicateNames(true))
	for {
		if _, err := dec.ReadToken(); err != nil {
			return deepest
		}
		deepest = max(deepest, dec.StackDepth())
	}
}

// dump and plain bring a tree and encoding/json's view of a text to one form, without nulls.
func dump(n *Node) any {
	switch n.Kind() {
	case Object:
		m := map[string]any{}
		n.Each(func(name string, v *Node) { m[name] = dump(v) })
		return m
	case Array:
		l := []any{}
		for _, item := range n.Items() {
			l = append(l, dump(item))
		}
		return l
	case Number:
		return json.Number(n.Text())
	case Bool:
		return n.Text() == "true"
	}
	return n.Text()
}

func plain(t *testing.T, text []byte) any {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(string(text)))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return withoutNulls(v)
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, item := range v {
			if v[name] = withoutNulls(item); item == nil {
				delete(v, name)
			}
		}
		return v
	case []any:
		l := []any{}
		for _, item := range v {
			if item != nil {
				l = append(l, withoutNulls(item))
			}
		}
		return l
	}
	return v
}

// A production ERP gets no documents of test users, wherever the service says that somebody is one.
func TestDocumentsOfTestUsers(t *testing.T) {
	for text, want := range map[string]bool{
		`{"report":{"isTest":"Y"}}`:                                                     true,
		`{"report":{"isTest":"N"}}`:                                                     false,
		`{"requestHeader":{"requestId":"Q"},"employee":{"isTest":true}}`:                true,
		`{"requestHeader":{"requestId":"Q","isTest":"N"},"employee":{"isTest":true}}`:   true,
		`{"requestHeader":{"requestId":"Q"},"employee":{"isTest":false}}`:               false,
		`{"requestHeader":{"requestId":"Q","isTest":null},"employee":{"isTest":"Y"}}`:   true,
		`{"requestHeader":{"requestId":"Q","isTest":"Y"},"employee":{"employeeId":""}}`: true,
	} {
		if got := parse(t, text).IsTest(); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
