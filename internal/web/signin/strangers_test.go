package signin

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

// Strangers who try for hours leave a bounded history and a bounded count; what was left out is told as a number, and a known name is told of
// beside the noise.
func TestStrangersFillNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.person("mira", Accountant)
	before, _, err := d.Verify(t.Context())
	d.ok(err)
	for range 3 * mostRefusals {
		d.ok(d.Refused(t.Context(), "a name that is not known", "", "password, from 203.0.113.9"))
		d.ok(d.Refused(t.Context(), "somebody", "", "oidc, from 203.0.113.9"))
	}
	d.ok(d.Refused(t.Context(), "mira", "", "password, from 203.0.113.9"))
	after, broken, err := d.Verify(t.Context())
	d.ok(err)
	if after-before > 2*ofOneName+2 || len(broken) > 0 {
		t.Errorf("%d rows of %d refusals, broken %v", after-before, 6*mostRefusals, broken)
	}
	rows, err := d.History(t.Context(), 0, 1)
	d.ok(err)
	if rows[0].Who != "mira" {
		t.Errorf("a refusal of a known name is drowned: %+v", rows[0])
	}
	for i := range 3 * mostRefusals { // names are no way round it
		d.ok(d.Refused(t.Context(), fmt.Sprint("name ", i), "", "password"))
	}
	d.at = d.at.Add(time.Hour)
	d.ok(d.Refused(t.Context(), "somebody", "", "oidc"))
	rows, err = d.History(t.Context(), 0, 1000)
	d.ok(err)
	if len(rows) > int(before)+mostRefusals+5 || !strings.Contains(rows[1].Detail, "more in the hour") {
		t.Errorf("%d rows, then %+v", len(rows), rows[1])
	}
	for i := range 400 {
		if _, err := d.keysOf("name-"+fmt.Sprint(i), fmt.Sprintf("2001:db8:%x::1", i)); err != nil {
			t.Fatal(err)
		}
	}
}

// keysOf counts a try without looking at its password.
func (d *desk) keysOf(name, address string) ([]tried, error) {
	keys, err := d.keys(d.Context(), Attempt{Name: name, Address: address}, Person{})
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		if _, rest, _ := strings.Cut(k.key, " "); len(rest) > 4 {
			return nil, fmt.Errorf("%q is one of more than 65,536 counts", k.key)
		}
	}
	return keys, d.counted(d.Context(), keys)
}

// Whoever has one address of IPv6 has 2^64: they are one address.
func TestNetworks(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"203.0.113.9": "203.0.113.9", "::ffff:203.0.113.9": "203.0.113.9", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "nonsense": "nonsense"} {
		if got := Network(address); got != want {
			t.Errorf("%s is counted as %s, want %s", address, got, want)
		}
	}
	d := newDesk(t)
	var wait *ErrWait
	for i := range freeByAddress + 2 {
		err := d.try(fmt.Sprint("name-", i), "wrong", fmt.Sprintf("2001:db8:1:2::%x", i+1), "")
		if errors.As(err, &wait) != (i > freeByAddress) {
			t.Fatalf("try %d from the same /64: %v", i, err)
		}
	}
	if err := d.try("name-x", "wrong", "2001:db8:1:3::1", ""); !errors.Is(err, ErrRefused) {
		t.Errorf("another network waits: %v", err)
	}
}

// While strangers keep the hashes busy, who is known by his browser is looked at at once, and too many strangers are sent away.
func TestStrangersDoNotHoldUp(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mira := d.person("mira", Accountant)
	device, err := d.Device(t.Context(), mira)
	d.ok(err)
	d.hashes <- struct{}{}
	d.hashes <- struct{}{} // both are taken
	var sent, waiting sync.WaitGroup
	refused := make(chan error, 2*mostWaiting)
	for i := range mostWaiting + 5 {
		waiting.Add(1)
		sent.Go(func() {
			waiting.Done()
			refused <- d.try(fmt.Sprint("name-", i), "wrong", fmt.Sprintf("198.51.%d.1", i), "")
		})
	}
	waiting.Wait()
	var wait *ErrWait
	for range 5 {
		if err := <-refused; !errors.As(err, &wait) {
			t.Errorf("one more stranger waits: %v", err)
		}
	}
	d.ok(d.try("mira", good, "198.51.100.1", device))
	<-d.hashes
	<-d.hashes
	sent.Wait()
}

// A ceremony is good on every node, for its time, for its kind and person, and once.
func TestCeremonies(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	other := &Book{db: d.db, begin: d.begin, now: d.clock}
	type data struct{ Challenge string }
	sealed, err := d.Begin(t.Context(), "used", 7, data{"a long challenge"}, 5*time.Minute)
	d.ok(err)
	if strings.Contains(sealed, "challenge") {
		t.Error("the browser reads it")
	}
	var got data
	d.ok(other.Begun(t.Context(), "used", 7, sealed, &got))
	if got.Challenge != "a long challenge" {
		t.Errorf("another node reads %+v", got)
	}
	changed := []byte(sealed)
	changed[len(changed)/2] ^= 1
	for why, err := range map[string]error{"of another kind": other.Begun(t.Context(), "added", 7, sealed, &got), "of somebody else": other.Begun(t.Context(), "used", 8, sealed, &got), "changed": other.Begun(t.Context(), "used", 7, string(changed), &got), "none": other.Begun(t.Context(), "used", 7, "", &got)} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("a ceremony is taken that is %s: %v", why, err)
		}
	}
	d.ok(other.Spend(t.Context(), sealed, 5*time.Minute))
	if err := d.Spend(t.Context(), sealed, 5*time.Minute); !errors.Is(err, ErrNotFound) {
		t.Errorf("it is good twice: %v", err)
	}
	d.at = d.at.Add(6 * time.Minute)
	if err := d.Begun(t.Context(), "used", 7, sealed, &got); !errors.Is(err, ErrNotFound) {
		t.Errorf("it outlives its time: %v", err)
	}
	again, err := d.Begin(t.Context(), "used", 7, data{"a long challenge"}, 5*time.Minute)
	d.ok(err)
	d.ok(d.Spend(t.Context(), again, 5*time.Minute))
	n := 0
	d.ok(d.db.QueryRowContext(t.Context(), `SELECT COUNT(*) FROM spent`).Scan(&n))
	if n != 1 {
		t.Errorf("%d are kept as spent", n)
	}
}

// A page that verifies the history walks what was added; an edited row is found at the latest a day after, an edited end at once.
func TestProven(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.person("mira", Accountant)
	first, _, err := d.Proven(t.Context())
	d.ok(err)
	d.ok(d.Note(t.Context(), "refused", "a", "", ""))
	rows, broken, err := d.Proven(t.Context())
	if d.ok(err); rows != first+1 || len(broken) != 0 {
		t.Errorf("%d rows, want %d; broken %v", rows, first+1, broken)
	}
	edit := func(query string) {
		t.Helper()
		db, err := sql.Open("sqlite", d.path)
		d.ok(err)
		_, err = db.Exec(`DROP TRIGGER IF EXISTS history_no_update; ` + query)
		d.ok(errors.Join(err, db.Close()))
	}
	edit(`UPDATE history SET who = 'eve' WHERE seq = 1`)
	d.at = d.at.Add(25 * time.Hour)
	if _, broken, err = d.Proven(t.Context()); err != nil || len(broken) != 1 || broken[0] != 1 {
		t.Errorf("an edited row is not found the day after: %v %v", broken, err)
	}
	edit(fmt.Sprintf(`UPDATE history SET hash = 'x' WHERE seq = %d`, rows))
	if _, broken, err = d.Proven(t.Context()); err != nil || len(broken) != 2 {
		t.Errorf("an edited end is not found at once: %v %v", broken, err)
	}
}

// What groups give and what people grant are kept apart: neither takes what the other gave, and a group that is left takes what it gave. Roles
// that an older program kept with those of people, though groups gave them, go with the group.
func TestGroupsAndGrants(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	boss := d.person("aiko", Administrator)
	const issuer = "https://login.example.com"
	in := func(roles map[string][]Role) (Person, error) {
		return d.ByIdentity(t.Context(), Identity{Issuer: issuer, Subject: "7", Name: "Mira", Roles: roles}, "10.0.0.1")
	}
	is := func(why string, p Person, company string, want ...Role) {
		t.Helper()
		if got := p.In(company); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %v, want %v", why, got, want)
		}
	}
	p, err := in(map[string][]Role{"lantern": {Auditor}})
	d.ok(err)
	d.ok(d.SetRoles(t.Context(), boss, p.ID, "lantern", []Role{Accountant}, "helps out"))
	d.ok(d.SetRoles(t.Context(), boss, p.ID, "works", []Role{Operator}, "helps out"))
	p, err = in(map[string][]Role{"lantern": {Auditor}, "works": nil})
	d.ok(err)
	is("granted beside the group", p, "lantern", Accountant, Auditor)
	is("granted where no group says anything", p, "works", Operator)
	d.ok(d.SetRoles(t.Context(), boss, p.ID, "lantern", nil, "no more"))
	p, err = d.Person(t.Context(), p.ID)
	d.ok(err)
	is("what the group gives is not taken", p, "lantern", Auditor)
	p, err = in(map[string][]Role{"lantern": nil})
	d.ok(err)
	is("the group was left", p, "lantern")
	is("what was granted stays", p, "works", Operator)
	d.ok(d.SetRoles(t.Context(), boss, p.ID, "works", nil, "no more"))
	if _, err := in(map[string][]Role{"lantern": nil}); !errors.Is(err, ErrNoRole) {
		t.Errorf("somebody without a role comes in: %v", err)
	}
	// As an older program left it.
	d.ok(d.in(t.Context(), func(tx *tx) error { return tx.roles(issuer, p.ID, p.Name, "lantern", []Role{Auditor}, "roles changed") }))
	p, err = in(map[string][]Role{"lantern": {Operator}})
	d.ok(err)
	is("roles of an older program's groups", p, "lantern", Operator)
	d.ok(d.SetRoles(t.Context(), boss, p.ID, "lantern", []Role{Accountant}, "helps out"))
	p, err = in(map[string][]Role{"lantern": nil})
	d.ok(err)
	is("granted since", p, "lantern", Accountant)
	p, err = in(map[string][]Role{"lantern": nil})
	d.ok(err)
	is("granted since, a second time", p, "lantern", Accountant)
}
