//go:build unix

package signin

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/postgres"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// inDatabase is a server on which each book gets a database of its own.
type inDatabase struct {
	server *pgtest.Server
	books  atomic.Int64
}

// places are the servers of tests that run on one, by the name of the test.
var places = map[string]*inDatabase{}

// served opens the book of a desk in the database of a fleet where its test asks for that.
func (d *desk) served() bool {
	d.Helper()
	above, _, _ := strings.Cut(d.Name(), "/")
	at := places[above]
	if at == nil {
		return false
	}
	name := fmt.Sprintf("desk_%d", at.books.Add(1))
	at.server.Do(d, `CREATE DATABASE `+name)
	u, err := url.Parse(at.server.URL)
	d.ok(err)
	u.Path = "/" + name
	db, err := postgres.OpenFleet(context.Background(), postgres.Server{URL: u.String(), Password: secret.Text(pgtest.Password)})
	d.ok(err)
	d.Book = Served(db, d.clock)
	d.Cleanup(func() { _ = db.Close() })
	return true
}

// The book of a fleet, which lies in its database, keeps what the book of one machine keeps.
func TestServed(t *testing.T) {
	server := pgtest.Start(t)
	if server == nil {
		return
	}
	places[t.Name()] = &inDatabase{server: server}
	for name, test := range map[string]func(*testing.T){"FirstLinkAtOnce": TestFirstLinkAtOnce, "TriesAtOnceWait": TestTriesAtOnceWait, "Links": TestLinks, "TriesWait": TestTriesWait, "TriesOfOneAddress": TestTriesOfOneAddress,
		"UnknownNames": TestUnknownNames, "SessionsEnd": TestSessionsEnd, "Tokens": TestTokens, "HistoryOfACompany": TestHistoryOfACompany, "StrangeTexts": TestStrangeTexts, "Identities": TestIdentities, "Ceremonies": TestCeremonies, "GroupsAndGrants": TestGroupsAndGrants, "StrangersFillNothing": TestStrangersFillNothing, "Grant": TestGrant} {
		t.Run(name, test)
	}
}

// What a browser says of itself may be no text at all.
func TestStrangeTexts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	p := d.person("mira", Accountant)
	word, err := d.SignedIn(d.Context(), p, ByPassword, "10.0.0.1", "Moz\xff\x00illa", "")
	d.ok(err)
	if s, err := d.Session(d.Context(), word); err != nil || s.Agent != "Moz\uFFFD\uFFFDilla" {
		t.Errorf("%+v %v", s, err)
	}
	d.ok(d.Note(d.Context(), "refused", "a\x00b", "", "\xff"))
	if _, err := d.Called(d.Context(), "mi\x00ra\xff"); err == nil {
		t.Error("a name that is no text is known")
	}
	if _, broken, err := d.Verify(d.Context()); err != nil || len(broken) > 0 {
		t.Errorf("the history is broken: %v %v", broken, err)
	}
}

// Somebody whom a provider of identities knows is made once, gets the roles of his groups, and loses them with these.
func TestIdentities(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.person("mira", Accountant)
	i := Identity{Issuer: "https://login.example.com", Subject: "7", Name: "Mira", Shown: "Mira M.", Roles: map[string][]Role{"lantern": {Auditor}}}
	p, err := d.ByIdentity(d.Context(), i, "10.0.0.1")
	d.ok(err)
	if p.Name != "mira-2" || len(p.In("lantern")) != 1 {
		t.Errorf("%+v", p)
	}
	again, err := d.ByIdentity(d.Context(), i, "10.0.0.1")
	if d.ok(err); again.ID != p.ID {
		t.Errorf("made twice: %+v", again)
	}
	i.Roles = map[string][]Role{"lantern": nil}
	if _, err := d.ByIdentity(d.Context(), i, "10.0.0.1"); err == nil {
		t.Error("somebody without a group comes in")
	}
	d.ok(d.AddPasskey(d.Context(), p, "key", "my phone", "{}"))
	d.ok(d.PasskeyUsed(d.Context(), "key", "{}"))
	if keys, err := d.Passkeys(d.Context(), p.ID); err != nil || len(keys) != 1 {
		t.Errorf("%v %v", keys, err)
	}
	d.ok(d.EndPasskey(d.Context(), p, "key"))
	d.ok(d.Prefer(d.Context(), p.ID, "de", "dark", "roomy"))
	if all, err := d.People(d.Context()); err != nil || len(all) != 2 {
		t.Errorf("%v %v", all, err)
	}
}
