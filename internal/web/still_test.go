package web

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/signin"
)

// What lasts longer than a page ends with the session, with a change of roles, and with the company's being served.
func TestStill(t *testing.T) {
	t.Parallel()
	g, _ := gate(t, nil)
	serves := true
	g.app.Serving = func(_ context.Context, names []string) (map[string]bool, error) {
		return map[string]bool{names[0]: serves}, nil
	}
	p, _, err := g.app.Book.Invite(t.Context(), "test", "mira", "", "lantern", []signin.Role{signin.Auditor})
	if err != nil {
		t.Fatal(err)
	}
	come := func() *frame.Req {
		word, err := g.app.Book.SignedIn(t.Context(), p, signin.ByPassword, "", "", "")
		if err != nil {
			t.Fatal(err)
		}
		s, err := g.app.Book.Session(t.Context(), word)
		if err != nil {
			t.Fatal(err)
		}
		return &frame.Req{App: g.app, R: httptest.NewRequest("GET", "/c/lantern/runs/1/events", nil), Who: s, Word: word, Co: g.app.Company("lantern"), Now: time.Now()}
	}
	want := func(q *frame.Req, want bool, when string) {
		t.Helper()
		if still, err := q.Still(); err != nil || still != want {
			t.Errorf("%s: %t %v", when, still, err)
		}
	}
	q := come()
	want(q, true, "signed in")
	if serves = false; len(q.Mine()) > 0 {
		t.Error("a company that is not served is in the list")
	}
	want(q, false, "not served any more")
	serves = true
	want(q, true, "served again")
	if err := g.app.Book.SignOut(t.Context(), q.Word, q.Who); err != nil {
		t.Fatal(err)
	}
	want(q, false, "signed out")
	q = come()
	if err := g.app.Book.SetRoles(t.Context(), signin.Person{Name: "test"}, p.ID, "other", []signin.Role{signin.Auditor}, "a test"); err != nil {
		t.Fatal(err)
	}
	want(q, false, "other roles")
}
