package why

import (
	"encoding/json"
	"strings"
	"testing"
)

// Every code has a text, and no text has a bracket that is never closed.
func TestEveryCodeHasText(t *testing.T) {
	for _, code := range codesOf() {
		r := Reason{Code: code}
		for _, name := range namesOf(code) {
			r = r.With(name, "2")
		}
		is, out := r.Text(), r.Way()
		if strings.TrimSpace(is) == "" || strings.ContainsAny(is+out, "{}⟦⟧") || strings.HasSuffix(is, " ") {
			t.Errorf("%s: %q, %q", code, is, out)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		r    Reason
		want string
	}{
		{New("lock-failed", "code", 500, "result", "ERROR"), "the service answered 500 ERROR; the next run tries again"},
		{New("held-file-refused", "file", "a.csv", "said", ""), "the ERP refused import file a.csv"},
		{New("held-file-refused", "file", "a.csv", "said", "no {file} here"), "the ERP refused import file a.csv: no {file} here"},
		{New("condition-fails", "route", "r", "documents", 1, "names", "D1", "problem", "x"), "route r: its condition (when) fails for 1 document, which stay in Concur (D1): x"},
		{New("condition-fails", "route", "r", "documents", 2, "names", "D1, D2", "problem", "x"), "route r: its condition (when) fails for 2 documents, which stay in Concur (D1, D2): x"},
		{By("I say so"), "I say so"},
		{By(""), ""},
	} {
		if got := c.r.Text(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	if !By("").None() || By("x").None() {
		t.Error("an empty text is a reason, or a text is none")
	}
}

// What a journal keeps is read again as it was; rows of older versions, and of newer ones, keep their text.
func TestStored(t *testing.T) {
	r := New("lock-failed", "code", 500, "result", "E")
	if got, err := FromStored(r.Stored(), r.Text(), ""); err != nil || !got.Equal(r) {
		t.Errorf("%v, %v", got, err)
	}
	if (Reason{}).Stored() != "" {
		t.Error("no reason is kept as one")
	}
	for _, kept := range []string{"", `{"code":"of-next-year"}`} {
		old, err := FromStored(kept, "it was so", "do this")
		if err != nil || old.Code != Told || old.Text() != "it was so" || old.Way() != "do this" {
			t.Errorf("%q: %v, %v", kept, old, err)
		}
	}
	if old, err := FromStored("", "", ""); err != nil || !old.None() {
		t.Errorf("%v, %v: a reason from nothing", old, err)
	}
	if _, err := FromStored("{", "it was so", ""); err == nil {
		t.Error("a damaged code is read")
	}
}

// Machines get code, values and text; what they give back is the same reason.
func TestJSON(t *testing.T) {
	r := New("lock-failed", "code", 500, "result", "E")
	b, err := json.Marshal(r)
	want := `{"code":"lock-failed","values":{"code":"500","result":"E"},"text":"the service answered 500 E; the next run tries again"}`
	if err != nil || string(b) != want {
		t.Errorf("%s, %v", b, err)
	}
	var back Reason
	if err := json.Unmarshal(b, &back); err != nil || !back.Equal(r) {
		t.Errorf("%v, %v", back, err)
	}
}

// With makes another reason and leaves the first as it is.
func TestWith(t *testing.T) {
	a := New("lock-failed", "code", 1)
	b := a.With("code", 2)
	if a.Values["code"] != "1" || b.Values["code"] != "2" {
		t.Errorf("%v, %v", a, b)
	}
}
