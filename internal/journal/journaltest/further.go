package journaltest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// An ERP may post a document in several of its own: each of their numbers finds it, and so it is in a journal of a
// program that kept only the first of them.
func testFurtherNumbersAreFound(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "journal.db")
	j, err := database.Open(ctx, path, time.Now, "test")
	if err != nil {
		t.Fatal(err)
	}
	acknowledged(t, j, "A", "B")
	f := filed(t, j, "document", 1, "A", "B")
	answer(t, j, "a", map[string]fis.Outcome{
		"A": {Verdict: fis.Posted, Number: "51-000/42", Also: []fis.Booking{{Number: "CLR 77/3"}, {Number: "5100042"}}},
		"B": {Verdict: fis.Posted, Number: "51-000/43"}}, f.ID, nil)
	look := func(when string) {
		t.Helper()
		for text, want := range map[string]string{"51-000/42": "A", "CLR77": "A", "clr 77/3": "A", "51-000/43": "B", "77": ""} {
			if got := foundBy(t, j, text); got != want {
				t.Errorf("%s: %q finds %q, want %q", when, text, got, want)
			}
		}
		if docs, err := j.FindByFacts(ctx, "CLR 77/3"); err != nil || len(docs) != 1 || docs[0].ID != "A" {
			t.Errorf("%s: %v %v", when, docs, err)
		}
		if _, diffs, err := j.VerifyDerived(ctx); err != nil || len(diffs) > 0 {
			t.Errorf("%s: %v %v", when, diffs, err)
		}
	}
	look("new")
	// as the program before left it
	for _, query := range []string{`DELETE FROM doc_keys WHERE key = 'CLR773'`, `DELETE FROM meta WHERE name = 'filled also'`} {
		if _, err := byHand(j, query); err != nil {
			t.Fatal(err)
		}
	}
	if _, diffs, err := j.VerifyDerived(ctx); err != nil || len(diffs) > 0 {
		t.Errorf("a journal that was not opened for work since: %v %v", diffs, err)
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if j, err = database.Open(ctx, path, time.Now, "test"); err != nil {
		t.Fatal(err)
	}
	look("upgraded")
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}
