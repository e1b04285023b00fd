package fis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

const bareExpense = `{ "report": {"reportId": "R1"}, "expenseEntry": [ ] }`

func quoted(s string) string {
	raw, _ := json.Marshal(s)
	return string(raw)
}

func readAll(t *testing.T, text string) ([]Envelope, error) {
	t.Helper()
	var got []Envelope
	err := ReadDocuments(strings.NewReader(text), "in.json", func(e Envelope) error {
		got = append(got, e)
		return nil
	})
	return got, err
}

func TestReadDocumentsInAllWrappers(t *testing.T) {
	one := Envelope{ID: "d1", DocType: Expense, CompanyID: "17", EntityID: "p1", CompanyUUID: "u1", ERPSystemID: "S1", Status: StatusReady, Document: []byte(bareExpense)}
	asObject := `{"id":"d1","docType":"expense","companyId":17,"entityId":"p1","companyUuid":"u1","erpSystemId":"S1","document":` + bareExpense + `,"docStatus":"READY","links":[{"rel":"self"}]}`
	// The order of fields is nobody's promise, the document may be a text, and unknown fields appear at any time.
	asText := `{"links":[],"new":{"document":1},"document":` + quoted(bareExpense) + `,"docStatus":"READY","erpSystemId":"S1","companyUuid":"u1","entityId":"p1","companyId":"17","docType":" EXPENSE ","id":"d1"}`
	bare := Envelope{DocType: Expense, Document: []byte(bareExpense)}
	for name, c := range map[string]struct {
		text string
		want []Envelope
	}{
		"envelope":                {asObject, []Envelope{one}},
		"envelope, text":          {asText, []Envelope{one}},
		"bare":                    {bareExpense, []Envelope{bare}},
		"bare with mark":          {"\xef\xbb\xbf" + bareExpense + "\r\n", []Envelope{bare}},
		"list answer":             {`{"links":[{"rel":"next","href":"x"}],"content":[` + asObject + `,` + asText + `],"page":{"size":25}}`, []Envelope{one, one}},
		"list answer, page first": {`{"page":{"size":25},"content":[` + asObject + `]}`, []Envelope{one}},
		"one instead of list":     {`{"content":` + asObject + `}`, []Envelope{one}},
		"older answer":            {`{"fIDocuments":[` + asObject + `],"offset":0,"nextPage":null,"numberReturned":1}`, []Envelope{one}},
		"array":                   {`[` + asObject + `,null,` + bareExpense + `,{"content":[` + asText + `]}]`, []Envelope{one, bare, one}},
		"lines":                   {asObject + "\n" + asText + "\n\n" + bareExpense + "\n", []Envelope{one, one, bare}},
		"no content":              {`{"links":[],"page":{"size":25,"totalElements":0}}`, nil},
		"null content":            {`{"content":null,"page":{}}`, nil},
		"empty content":           {`{"content":[]}`, nil},
		"nothing":                 {" \n", nil},
		"null document":           {`{"id":"d1","docType":"expense","document":null}`, []Envelope{{ID: "d1", DocType: Expense}}},
		"missing document":        {`{"id":"d1","docType":"invoice","links":[]}`, []Envelope{{ID: "d1", DocType: Invoice}}},
		"type by shape":           {`{"id":"d1","document":{"cashAdvanceData":{}}}`, []Envelope{{ID: "d1", DocType: CashAdvance, Document: []byte(`{"cashAdvanceData":{}}`)}}},
		"unknown shape":           {`{"code":500}`, []Envelope{{Document: []byte(`{"code":500}`)}}},
		"bare with content":       {`{"requestHeader":{},"lineItem":[],"content":["x"]}`, []Envelope{{DocType: Invoice, Document: []byte(`{"requestHeader":{},"lineItem":[],"content":["x"]}`)}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readAll(t, c.text)
			if err != nil {
				t.Fatal(err)
			}
			for i := range c.want {
				c.want[i].Place = fmt.Sprintf("in.json, document %d", i+1)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadDocumentsSaysWhereItIsWrong(t *testing.T) {
	for _, c := range []struct {
		text   string
		before int
		offset int64
		reason string
	}{
		{bareExpense + "\n{\"a\":}", 1, int64(len(bareExpense)) + 6, "invalid character '}'"},
		{"\xef\xbb\xbf{\"a\":}", 0, 8, "invalid character '}'"},
		{`{"content":[` + bareExpense + `,17]}`, 1, int64(len(bareExpense)) + 15, "found a number"},
		{`["x"]`, 0, 4, "found a string"},
		{`{"id":"d1","document":{"a":1}`, 0, 29, "ends too early"},
		{`{"content":[{"a":1}`, 1, 19, "ends too early"},
		{`{"id":"a","id":"b","document":{}}`, 0, 14, `field "id" comes twice`},
		{`{"document":{},"document":{}}`, 0, 25, `field "document" comes twice`},
		{strings.Repeat("[", 12), 0, 9, "lists within lists"},
		{"\xff\xfe{\x00}\x00", 0, 0, "UTF-16"},
		{"{\x00}\x00", 0, 0, "UTF-16"},
		{"\x00{\x00}", 0, 0, "UTF-16"},
		{"\x1f\x8b\x08\x00", 0, 0, "compressed; unpack"},
		{"PK\x03\x04\x14", 0, 0, "compressed; unpack"},
		{`reportId,amount`, 0, 0, "invalid character 'r'"},
	} {
		got, err := readAll(t, c.text)
		var bad *FormatError
		if !errors.As(err, &bad) || len(got) != c.before || bad.Offset != c.offset || bad.Document != "in.json" || !strings.Contains(err.Error(), c.reason) {
			t.Errorf("%.40q: %d documents, %v; want %d, offset %d, %q", c.text, len(got), err, c.before, c.offset, c.reason)
		}
	}
}

func TestReadDocumentsPassesErrorsOn(t *testing.T) {
	mine := errors.New("mine")
	calls := 0
	err := ReadDocuments(strings.NewReader(bareExpense+bareExpense), "in", func(Envelope) error { calls++; return mine })
	if err != mine || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
	// io.EOF of the caller is an error like any other one, not the end of the input.
	if err := ReadDocuments(strings.NewReader(`[`+bareExpense+`]`), "in", func(Envelope) error { return io.EOF }); err != io.EOF {
		t.Errorf("got %v", err)
	}
	broken := errors.New("cable cut")
	err = ReadDocuments(io.MultiReader(strings.NewReader(bareExpense+`{"a":`), iotest.ErrReader(broken)), "in.json", func(Envelope) error { return nil })
	var bad *FormatError
	if !errors.Is(err, broken) || errors.As(err, &bad) || !strings.Contains(err.Error(), "in.json") {
		t.Errorf("got %v", err)
	}
}

// countingReader makes an endless list answer and knows how much of it was read.
type countingReader struct {
	pending bytes.Buffer
	made    int
	limit   int
	read    int
}

func (r *countingReader) Read(p []byte) (int, error) {
	for r.pending.Len() < len(p) && r.made < r.limit {
		if r.made == 0 {
			r.pending.WriteString(`{"content":[`)
		} else {
			r.pending.WriteByte(',')
		}
		fmt.Fprintf(&r.pending, `{"id":"d%d","docType":"expense","document":`, r.made)
		r.pending.Write(sampleExpense(r.made))
		r.pending.WriteByte('}')
		if r.made++; r.made == r.limit {
			r.pending.WriteString(`]}`)
		}
	}
	n, err := r.pending.Read(p)
	r.read += n
	return n, err
}

// Documents are handed out as they come: nothing beyond a small buffer is read ahead, nothing before is kept.
func TestReadDocumentsStreams(t *testing.T) {
	r := &countingReader{limit: 400}
	count, passed := 0, 0
	p := NewParser(nil)
	err := ReadDocuments(r, "in", func(env Envelope) error {
		passed += len(env.Document)
		if ahead := r.read - passed; ahead > 200<<10 {
			return fmt.Errorf("%d bytes read ahead", ahead)
		}
		doc, err := p.Parse(env)
		if err != nil || doc.ReportID() != fmt.Sprintf("R%08d", count) || env.ID != fmt.Sprintf("d%d", count) {
			return fmt.Errorf("document %d: %s, %v", count, env.ID, err)
		}
		count++
		return nil
	})
	if err != nil || count != 400 {
		t.Errorf("%d documents, %v", count, err)
	}
}

func TestReadDocumentsLimitsOneDocument(t *testing.T) {
	endless := io.MultiReader(strings.NewReader(`{"a":"`), neverEnding('x'))
	if err := ReadDocuments(endless, "in", func(Envelope) error { return nil }); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

type neverEnding byte

func (c neverEnding) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(c)
	}
	return len(p), nil
}

// FuzzReadDocuments checks that a document is the same however it is wrapped, and that nothing makes the reader fall.
func FuzzReadDocuments(f *testing.F) {
	for _, s := range []string{bareExpense, `{"content":[{"id":"d1","document":{}}]}`, `{"fIDocuments":[]}`, `[{"id":"d1","docType":"expense","document":"{}"}]`, "{}\n{}", `{"document":"x"}`, `{"page":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := ReadDocuments(bytes.NewReader(text), "in", func(Envelope) error { return nil })
		var bad *FormatError
		if err != nil && !errors.As(err, &bad) {
			t.Fatalf("%q: %v", text, err)
		}
		if _, err := NewParser(nil).Parse(Envelope{Document: text}); err != nil {
			return
		}
		document := strings.TrimSpace(string(text))
		for _, wrapped := range []string{
			`{"id":"d1","document":` + document + `}`, `{"document":` + quoted(document) + `,"id":"d1"}`, `{"links":[],"content":[{"id":"d1","document":` + document + `}]}`,
		} {
			got, err := readAll(t, wrapped)
			if err != nil || len(got) != 1 || got[0].ID != "d1" || string(got[0].Document) != document {
				t.Fatalf("%q: %v, %v", wrapped, got, err)
			}
		}
	})
}

// vendorFiles are the vendor's published samples, where they lie beside the repository.
func vendorFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../../../shared/fis/documents*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func eachDocument(t *testing.T, path string, fn func(Envelope)) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	seen := 0
	err = ReadDocuments(file, filepath.Base(path), func(env Envelope) error { seen++; fn(env); return nil })
	if err != nil || seen == 0 {
		t.Errorf("%s: %d documents, %v", path, seen, err)
	}
}
