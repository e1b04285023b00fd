package signin

import (
	"path/filepath"
	"testing"
	"time"
)

// The history of sign-ins of one company says nothing of the people of another one, and roles are told by company.
func TestHistoryOfACompany(t *testing.T) {
	t.Parallel()
	b, err := Open(t.Context(), filepath.Join(t.TempDir(), "console.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	begun := time.Now().Add(-time.Second)
	both, _, err := b.Invite(t.Context(), "otto", "mira", "", "acme", []Role{Accountant})
	if err == nil {
		_, _, err = b.Invite(t.Context(), "otto", "otto", "", "borealis", []Role{Administrator})
	}
	if err == nil {
		err = b.SetRoles(t.Context(), Person{Name: "otto"}, both.ID, "borealis", []Role{Auditor}, "helps out")
	}
	if err == nil {
		err = b.Note(t.Context(), "refused", "mira", "", "GET /c/borealis/documents wants the right look")
	}
	if err == nil {
		err = b.Refused(t.Context(), "a name that is not known", "", "password, from 203.0.113.9")
	}
	if err != nil {
		t.Fatal(err)
	}
	rows, err := b.HistoryOf(t.Context(), "acme", 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.About == "otto" || r.Detail == "borealis: auditor" || r.Detail == "borealis: helps out" || r.Event == "refused" {
			t.Errorf("acme is told of borealis, or of what is no company's: %+v", r)
		}
	}
	if len(rows) == 0 {
		t.Error("acme is told nothing")
	}
	for company, want := range map[string]int{"acme": 1, "borealis": 2, "acm": 0} {
		if given, err := b.RolesGiven(t.Context(), company, begun); err != nil || len(given) != want {
			t.Errorf("%s: %d rows about roles, want %d (%v)", company, len(given), want, err)
		}
	}
}
