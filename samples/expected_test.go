package samples_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/samples"
)

// TestExpectedLines compares the posting lines of each document with expected/; -update writes them anew. A document
// that is refused has its reasons there.
func TestExpectedLines(t *testing.T) {
	m, err := samples.Load()
	if err != nil {
		t.Fatal(err)
	}
	if update() {
		if err := os.RemoveAll("expected"); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir("expected", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range m.Documents {
		got := derived(t, s)
		name := filepath.Join("expected", s.File)
		if update() {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("%v: go test ./samples -update", err)
			continue
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: %s", s.File, diff)
		}
	}
}

// derived is what a document posts, or why it does not.
func derived(t *testing.T, s samples.Sample) []byte {
	t.Helper()
	result, err := posting.Derive(parse(t, s.File), posting.Options{})
	var out any
	var refusal *posting.Refusal
	switch {
	case errors.As(err, &refusal) && !s.DocType.HasPostingLines():
		out = map[string]any{"docId": refusal.DocID, "docType": s.DocType, "refused": refusal.Problems}
	case err != nil:
		t.Errorf("%s: %v", s.File, err)
	default:
		out = withWarnings(t, result)
	}
	text, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// withWarnings is the result as it is published, and its warnings after it.
func withWarnings(t *testing.T, r *posting.Result) any {
	t.Helper()
	published, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		DocID    string            `json:"docId"`
		DocType  string            `json:"docType"`
		Currency string            `json:"currency"`
		Lines    json.RawMessage   `json:"lines"`
		Warnings []posting.Problem `json:"warnings,omitempty"`
	}
	in := json.NewDecoder(bytes.NewReader(published))
	in.DisallowUnknownFields()
	if err := in.Decode(&out); err != nil || out.Warnings != nil {
		t.Fatalf("the published form has docId, docType, currency and lines only: %v", err)
	}
	out.Warnings = r.Warnings
	return out
}

// TestSampleTotals checks the samples against themselves: what people would add up by hand from the manifest is what is
// posted.
func TestSampleTotals(t *testing.T) {
	m, err := samples.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range m.Documents {
		if s.DocType != fis.Expense || s.File == fileNameOf(t, m, "approved-differs") {
			continue
		}
		result, err := posting.Derive(parse(t, s.File), posting.Options{})
		if err != nil {
			t.Errorf("%s: %v", s.File, err)
			continue
		}
		if len(result.Warnings) > 0 {
			t.Errorf("%s: %v", s.File, result.Warnings)
		}
		cost, used := fis.Zero, fis.Zero
		for _, l := range result.Lines {
			switch l.Role {
			case posting.Expense, posting.Tax, posting.NonDeductibleTax:
				cost = cost.Add(l.Amount())
			case posting.EmployeePayable, posting.CardVendorPayable, posting.CardClearing, posting.CashAdvanceClearing:
				used = used.Add(l.Amount())
			}
		}
		if !cost.Equal(amount(s.Total)) || !used.Equal(amount(s.Total).Neg()) {
			t.Errorf("%s: cost %s, owed %s, want %s", s.File, cost, used, s.Total)
		}
	}
}

func fileNameOf(t *testing.T, m samples.Manifest, name string) string {
	t.Helper()
	for i, c := range cases() {
		if c.name == name {
			return m.Documents[i].File
		}
	}
	t.Fatalf("no sample is called %s", name)
	return ""
}
