package concur

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Every published list decodes. The vendor's samples are not part of this repository; they are read where they lie
// beside it.
func TestPublishedLists(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/fis/documents/*.json")
	for _, name := range files {
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(body, []byte("fIDocuments")) {
			continue
		}
		var docs []fis.Envelope
		sink := &collect{docs: &docs}
		if _, err := readList(bytes.NewReader(body), fis.Expense, 1<<20, 1<<24, sink); err != nil || len(sink.badItems) > 0 || len(docs) == 0 {
			t.Errorf("%s: %d documents, bad %v, %v", filepath.Base(name), len(docs), sink.badItems, err)
		}
	}
}

func FuzzListAnswer(f *testing.F) {
	for _, s := range []string{
		`{"links":[],"content":[{"id":"a","docType":"expense","document":{"x":1},"docStatus":"READY"}],"page":{"size":1,"totalPages":1,"number":0}}`,
		`{"fIDocuments":[{"id":"a","document":"{\"x\":1}"}],"offset":"","nextPage":"","numberReturned":1}`,
		`[{"id":"a","document":[{"x":1}]}]`, `{"content":null}`, `{"content":[{}]}`, `{"page":"x"}`, `{`, `[[[`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var docs []fis.Envelope
		_, err := readList(strings.NewReader(body), fis.Expense, 1<<12, 1<<14, &collect{docs: &docs})
		for _, d := range docs {
			if d.ID == "" || len([]rune(d.ID)) > maxDocID || !json.Valid(d.Document) || d.Document[0] != '{' {
				t.Errorf("not a document: %q %q", d.ID, d.Document)
			}
		}
		if err == nil && !json.Valid([]byte(body)) && len(docs) == 0 && !strings.ContainsAny(body, "{[") {
			t.Error("nothing was read and nothing was wrong")
		}
	})
}
