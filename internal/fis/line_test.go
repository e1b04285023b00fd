package fis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// found is what was made of a document, for comparing.
type found struct {
	Envelope Envelope
	Tree     any
	Err      string
}

// twoSteps finds documents and parses them, one step after the other.
func twoSteps(text []byte) (out []found, err error) {
	err = ReadDocuments(bytes.NewReader(text), "in", func(env Envelope) error {
		doc, err := NewParser(nil).Parse(env)
		out = append(out, asFound(doc, env, err))
		return nil
	})
	return out, err
}

func oneStep(p *Parser, text []byte) (out []found, err error) {
	err = p.Line(text, "in", 0, func(doc *Document, err error) error {
		out = append(out, asFound(doc, doc.Envelope, err))
		return nil
	})
	return out, err
}

func asFound(doc *Document, env Envelope, err error) found {
	if err != nil {
		env.Document = nil
		return found{env, nil, err.Error()}
	}
	env = doc.Envelope
	env.Document = nil
	return found{env, dump(doc.Root), ""}
}

// finds compares what Find finds with what ReadDocuments finds.
func finds(t *testing.T, p *Parser, text []byte) {
	t.Helper()
	var want, got []Envelope
	wantErr := ReadDocuments(bytes.NewReader(text), "in", func(env Envelope) error { want = append(want, env); return nil })
	err := p.Find(text, "in", 0, func(env Envelope) error { got = append(got, env); return nil })
	if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Errorf("%.100q: found %v, want %v %s", text, err, wantErr, diff)
	}
}

var lineSamples = []string{
	bareExpense, ``, ` `, `null`, `17`, `{}`, `[]`, `[null]`, `[[[{"id":"a","docType":"expense"}]]]`, `{}{}`, `{"a":1} x`, `{"a":1}{"a":1,"a":2}`,
	`{"id":"d1","docType":" Expense ","companyId":17,"entityId":null,"companyUuid":[],"docStatus":"READY","document":{"expenseEntry":[],"report":{"reportId":"R"}},"links":[{"rel":"x"}]}`,
	`{"document":"{\"expenseEntry\":[]}","id":"d1"}`, `{"id":"d1","document":null}`, `{"document":{"cashAdvanceData":{}}}`, `{"id":"d1","document":[1]}`, `{"document":{"a":1},"document":{}}`,
	`{"content":[{"id":"a","document":{}},null,{"expenseEntry":[]}],"page":{}}`, `{"page":{},"content":{"id":"a","document":{"x":[1,"2",null]}}}`, `{"fIDocuments":[{"a":1}],"content":[]}`,
	`{"content":[{"a":1}],"requestHeader":{}}`, `{"content":[{"a":1}],"document":{"b":1}}`, `{"requestHeader":{},"content":[{"a":1}]}`, `{"content":[3]}`, `{"content":null}`, `{"links":[]}`,
	`{"id":"a","links":[{"b":1,"b":2}],"document":{}}`, `{"id":"a","document":{"b":1,"b":2}}`, `{"id":"a","\u0064ocument":{"b":1}}`, `{"id":"a","x":"` + "\xff" + `","document":{}}`, "\xef\xbb\xbf{}",
	`{"id":"` + "\xff" + `","document":{}}`, `{"instruction":"DEPOSIT","document":{"instruction":"x","requestHeader":1}}`, `{"content":[[{"id":"x","document":{"c":{"document":{"d":1}}}}]]}`,
	strings.Repeat("[", 9) + strings.Repeat("]", 9), strings.Repeat("[", 10) + strings.Repeat("]", 10), `{"id":"a","docType":"x","instruction":null}`, `{"id":"a","docType":"x"}`,
}

// Finding and parsing in one pass is the same as in two steps, whatever stands around the documents, and whatever was
// read before.
func TestLine(t *testing.T) {
	p := NewParser(nil)
	deep := strings.Repeat(`{"a":`, MaxDepth)
	samples := append(lineSamples, deep+`1`+strings.Repeat("}", MaxDepth), `{"content":[{"id":"x","document":`+deep+`1`+strings.Repeat("}", MaxDepth)+`}]}`,
		`{"content":[{"id":"x","document":{"a":`+deep+`1`+strings.Repeat("}", MaxDepth)+`}}]}`, `{"id":"x","y":`+deep+`1`+strings.Repeat("}", MaxDepth)+`,"document":{}}`)
	finder := NewParser(func(string) bool { return false })
	for range 3 {
		for _, text := range samples {
			finds(t, finder, []byte(text))
			want, wantErr := twoSteps([]byte(text))
			got, err := oneStep(p, []byte(text))
			if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Errorf("%.100s: %v, want %v %s", text, err, wantErr, diff)
			}
		}
	}
}

// What the caller says ends it, and a document that is kept by mistake is another one later: that is what lent means.
func TestLineLends(t *testing.T) {
	mine := errors.New("mine")
	p := NewParser(nil)
	text := []byte(`{"content":[{"id":"a","document":{"x":"1"}},{"id":"b","document":{"x":"2"}}]}`)
	var kept []*Document
	var texts []string
	if err := p.Line(text, "in", 0, func(d *Document, _ error) error { return mine }); err != mine {
		t.Fatal(err)
	}
	for range 2 {
		must := p.Line(text, "in", 0, func(d *Document, _ error) error {
			kept, texts = append(kept, d), append(texts, d.Root.Str("x"))
			return nil
		})
		if must != nil {
			t.Fatal(must)
		}
	}
	if strings.Join(texts, "") != "1212" || kept[0].ID != "a" || kept[3].ID != "b" {
		t.Errorf("%q", texts)
	}
	if kept[0].Root != kept[2].Root {
		t.Error("the memory of a document that was lent is not used again")
	}
	own, err := p.Parse(Envelope{Document: []byte(`{"x":"own"}`)})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Line(text, "in", 0, func(*Document, error) error { return nil }); err != nil || own.Root.Str("x") != "own" {
		t.Error("a document of Parse is overwritten", err)
	}
}

// Documents that are like those before are read by what was learned of those; that takes no memory but for the texts
// that are kept.
func TestLineAllocates(t *testing.T) {
	line := []byte(`{"id":"d1","docType":"expense","document":` + strings.ReplaceAll(string(sampleExpense(3)), "\n", " ") + `}`)
	p := NewParser(func(name string) bool { return name == "amountGross" })
	read := func() {
		if err := p.Line(line, "in", 0, func(*Document, error) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	read()
	read()
	if n := testing.AllocsPerRun(50, read); n > 8 {
		t.Errorf("%v allocations for a document", n)
	}
}

// The beginning that two texts share, wherever they differ.
func TestCommon(t *testing.T) {
	long := bytes.Repeat([]byte("abcdefgh"), 12)
	for n := range len(long) {
		for at := range n {
			other := bytes.Clone(long[:n])
			other[at] ^= 0x40
			if got := common(long, other); got != at {
				t.Fatalf("length %d, different at %d: got %d", n, at, got)
			}
		}
		if common(long[:n], long) != n || common(long, long[:n]) != n {
			t.Fatalf("length %d: not all of it", n)
		}
	}
}

// Documents of many shapes, in which fields stand in another order, or are left out, are read as by a parser that has
// met none.
func TestManyShapes(t *testing.T) {
	rnd := rand.New(rand.NewSource(1))
	p := NewParser(nil)
	for range 400 {
		var b strings.Builder
		b.WriteString(`{"id":"x","docType":"expense","document":{"report":{},"expenseEntry":[`)
		for e := range 3 {
			if e > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('{')
			from, more := rnd.Intn(30), 0
			for i := range 40 + rnd.Intn(30) {
				if rnd.Intn(20) == 0 {
					more += rnd.Intn(9)
				}
				value := "null"
				if rnd.Intn(6) == 0 {
					value = fmt.Sprintf("%q", strings.Repeat("v", rnd.Intn(12)))
				}
				if i > 0 {
					b.WriteByte(',')
				}
				fmt.Fprintf(&b, `"entryCustom%dCode":%s`, from+i+more, value)
			}
			b.WriteByte('}')
		}
		b.WriteString(`]}}`)
		want, wantErr := twoSteps([]byte(b.String()))
		got, err := oneStep(p, []byte(b.String()))
		if diff := cmp.Diff(want, got); diff != "" || err != nil || wantErr != nil || want[0].Err != "" {
			t.Fatalf("%s: %v, %v %s", b.String(), err, wantErr, diff)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range lineSamples {
		f.Add([]byte(s), []byte(bareExpense))
	}
	f.Fuzz(func(t *testing.T, before, text []byte) {
		p := NewParser(nil)
		_, _ = oneStep(p, before)
		_, _ = oneStep(p, before)
		want, wantErr := twoSteps(text)
		got, err := oneStep(p, text)
		if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Errorf("%q after %q: %v, want %v %s", text, before, err, wantErr, diff)
		}
		finds(t, p, text)
		for _, g := range got {
			if g.Err == "" && wantErr == nil && !json.Valid(text) && json.Valid(bytes.TrimSpace(text)) {
				t.Errorf("%q is taken", text)
			}
		}
	})
}

// BenchmarkLine reads JSON lines as the renderer does.
func BenchmarkLine(b *testing.B) {
	lines := make([][]byte, 50)
	size := 0
	for i := range lines {
		lines[i] = []byte(fmt.Sprintf(`{"id":"d%d","docType":"expense","document":%s}`, i, sampleExpense(i)))
		size += len(lines[i])
	}
	p := NewParser(func(name string) bool { return name == "amountGross" || name == "journalAccountCode" })
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for _, line := range lines {
			if err := p.Line(line, "in", 0, func(*Document, error) error { return nil }); err != nil {
				b.Fatal(err)
			}
		}
	}
}
