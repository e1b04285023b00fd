package signin

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const good = "five white horses at noon"

// desk is a book with a clock that is set by hand.
type desk struct {
	*testing.T
	*Book
	path string
	at   time.Time
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, path: filepath.Join(t.TempDir(), "people", "console.db"), at: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	if d.served() {
		return d
	}
	b, err := Open(t.Context(), d.path, d.clock)
	d.ok(err)
	d.Book = b
	t.Cleanup(func() { _ = b.Close() })
	return d
}

func (d *desk) clock() time.Time { return d.at }

func (d *desk) ok(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) person(name string, roles ...Role) Person {
	d.Helper()
	_, word, err := d.Invite(d.Context(), "test", name, "", "lantern", roles)
	d.ok(err)
	_, err = d.UseLink(d.Context(), word, good)
	d.ok(err)
	p, err := d.Called(d.Context(), name)
	d.ok(err)
	return p
}

func (d *desk) try(name, password, address, device string) error {
	_, err := d.ByPassword(d.Context(), Attempt{Name: name, Password: password, Address: address, Device: device})
	return err
}

// Two who open the first link at once: one becomes administrator, of the other nothing is left.
func TestFirstLinkAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	word, err := d.Link(t.Context(), "serve", Person{}, FirstGood)
	d.ok(err)
	var in atomic.Int32
	var all sync.WaitGroup
	for _, name := range []string{"aiko", "eve", "mallory"} {
		all.Go(func() {
			switch _, err := d.First(t.Context(), word, name, "", good, []string{"lantern", "works"}); {
			case err == nil:
				in.Add(1)
			case !errors.Is(err, ErrNotFound):
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	all.Wait()
	people, err := d.People(t.Context())
	d.ok(err)
	if in.Load() != 1 || len(people) != 1 || !people[0].HasPassword || len(people[0].Roles) != 2 {
		t.Errorf("%d came in, and there are %+v", in.Load(), people)
	}
}

// Many tries at once are no way round the waiting: only those that are free are looked at. And who is signed in proves
// again who he is, however many tries a stranger makes with his name.
func TestTriesAtOnceWait(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mira := d.person("mira", Accountant)
	var looked atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := d.try("mira", "wrong", "203.0.113.9", ""); errors.Is(err, ErrRefused) {
				looked.Add(1)
			}
		})
	}
	all.Wait()
	if n := looked.Load(); n != freeTries+1 {
		t.Errorf("%d of 20 tries at once were looked at, want %d", n, freeTries+1)
	}
	if err := d.try("mira", good, "198.51.100.1", ""); !errors.As(err, new(*ErrWait)) {
		t.Errorf("a new browser does not wait: %v", err)
	}
	if _, err := d.ByPassword(t.Context(), Attempt{Name: mira.Name, Password: good, Address: "198.51.100.1", Session: "1a2b3c4d"}); err != nil {
		t.Errorf("a stranger keeps her from proving who she is: %v", err)
	}
}

// A link is good once, for its time, and the first one makes the administrator.
func TestLinks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if nobody, err := d.Nobody(t.Context()); err != nil || !nobody {
		t.Fatal(nobody, err)
	}
	word, err := d.Link(t.Context(), "serve", Person{}, FirstGood)
	d.ok(err)
	if _, err := d.First(t.Context(), word, "Aiko", "", "short", []string{"lantern"}); !errors.As(err, new(*ErrWeak)) {
		t.Errorf("a weak password: %v", err)
	}
	p, err := d.First(t.Context(), word, "Aiko", "Aiko T", good, []string{"lantern", "works"})
	d.ok(err)
	if p.Name != "aiko" || !May(p.In("lantern"), ManagePeople) || !May(p.In("works"), ManagePeople) || May(p.In("lantern"), Settle) {
		t.Errorf("%+v", p)
	}
	if _, err := d.First(t.Context(), word, "eve", "", good, []string{"lantern"}); !errors.Is(err, ErrNotFound) {
		t.Errorf("the link is used twice: %v", err)
	}
	_, word, err = d.Invite(t.Context(), "aiko", "mira", "", "lantern", []Role{Accountant})
	d.ok(err)
	d.at = d.at.Add(25 * time.Hour)
	if _, err := d.UseLink(t.Context(), word, good); !errors.Is(err, ErrNotFound) {
		t.Errorf("an old link is taken: %v", err)
	}
}

// Wrong tries wait, longer each time; the right password works after the wait; others are not hindered, and who has a
// browser that is known is not kept out by a stranger.
func TestTriesWait(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mira := d.person("mira", Accountant)
	d.person("ruth", Approver)
	device, err := d.Device(t.Context(), mira)
	d.ok(err)
	for i := range freeTries + 1 {
		if err := d.try("mira", "wrong", "203.0.113.9", ""); !errors.Is(err, ErrRefused) {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	var wait *ErrWait
	if err := d.try("mira", good, "203.0.113.9", ""); !errors.As(err, &wait) {
		t.Errorf("the try after five wrong ones does not wait: %v", err)
	}
	if err := d.try("mira", good, "198.51.100.1", device); err != nil {
		t.Errorf("a stranger keeps her out of her own browser: %v", err)
	}
	if err := d.try("ruth", good, "203.0.113.9", ""); err != nil {
		t.Errorf("another person is hindered: %v", err)
	}
	d.at = d.at.Add(4 * time.Second)
	if err := d.try("mira", good, "203.0.113.9", ""); err != nil {
		t.Errorf("the right one does not work after the wait: %v", err)
	}
	longest := time.Duration(0)
	for range 30 {
		err := d.try("mira", "wrong", "203.0.113.9", "")
		if errors.As(err, &wait) {
			longest = max(longest, wait.For)
			d.at = d.at.Add(wait.For)
		}
	}
	if longest < 10*time.Minute || longest > longestWait+2*time.Second {
		t.Errorf("the longest wait is %s", longest)
	}
}

// One address cannot try one name after the other for ever.
func TestTriesOfOneAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var wait *ErrWait
	for i := range freeByAddress + 2 {
		err := d.try("name-"+string(rune('a'+i)), "wrong", "203.0.113.9", "")
		if errors.As(err, &wait) != (i > freeByAddress) {
			t.Fatalf("try %d: %v", i, err)
		}
	}
}

// A name that is not known, one that is ended and a wrong password get the same words; a name that is not known is not
// written down, for people type passwords there.
func TestUnknownNames(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	boss := d.person("aiko", Administrator)
	tom := d.person("tom", Auditor)
	d.ok(d.End(t.Context(), boss, tom.ID, "left the company"))
	for _, name := range []string{"nobody", "aiko", "tom"} {
		password := "wrong wrong wrong"
		if name == "tom" {
			password = good
		}
		if err := d.try(name, password, "1.2.3.4", ""); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.ok(ignore(d.try("my secret password", "x", "1.2.3.4", "")))
	rows, err := d.History(t.Context(), 0, 100)
	d.ok(err)
	for _, r := range rows {
		if strings.Contains(r.Who+r.About+r.Detail, "secret") || strings.Contains(r.Detail, "wrong wrong") {
			t.Errorf("what was typed stands in the history: %+v", r)
		}
	}
}

func ignore(err error) error {
	if errors.Is(err, ErrRefused) {
		return nil
	}
	return err
}

// Sessions end after an hour without a call, after twelve in all, with a change of roles and of the password.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	boss, mira := d.person("aiko", Administrator), d.person("mira", Accountant)
	begin := func() string {
		word, err := d.SignedIn(t.Context(), mira, ByPassword, "1.2.3.4", "", "")
		d.ok(err)
		return word
	}
	is := func(word string) bool {
		_, err := d.Session(t.Context(), word)
		if err != nil && !errors.Is(err, ErrNotFound) {
			t.Fatal(err)
		}
		return err == nil
	}
	word := begin()
	for range 11 {
		d.at = d.at.Add(59 * time.Minute)
		if !is(word) {
			t.Fatal("a session that is used has ended")
		}
	}
	d.at = d.at.Add(90 * time.Minute)
	if is(word) {
		t.Error("it outlives twelve hours")
	}
	word = begin()
	d.at = d.at.Add(61 * time.Minute)
	if is(word) {
		t.Error("it outlives an hour without a call")
	}
	word = begin()
	d.ok(d.SetRoles(t.Context(), boss, mira.ID, "lantern", []Role{Auditor}, "new work"))
	if is(word) {
		t.Error("it outlives a change of roles")
	}
	word = begin()
	d.ok(d.ChangePassword(t.Context(), mira, good+" again"))
	if is(word) {
		t.Error("it outlives a change of the password")
	}
	word = begin()
	second, err := d.SignedIn(t.Context(), mira, ByPassword, "1.2.3.4", "", word)
	d.ok(err)
	if is(word) || !is(second) {
		t.Error("a sign-in does not end the browser's former session")
	}
	if err := d.SetRoles(t.Context(), boss, boss.ID, "lantern", []Role{Accountant}, "I want it"); !errors.Is(err, ErrSelf) {
		t.Errorf("somebody changes his own roles: %v", err)
	}
	other := d.person("bea", Administrator)
	d.ok(d.SetRoles(t.Context(), other, boss.ID, "lantern", nil, "left"))
	if err := d.SetRoles(t.Context(), boss, other.ID, "lantern", nil, "revenge"); !errors.Is(err, ErrLast) {
		t.Errorf("the last administrator goes: %v", err)
	}
}

// Tokens are of machines, are shown once, and end.
func TestTokens(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, err := d.MakeToken(t.Context(), "test", d.person("mira", Accountant), "x", time.Hour); err == nil {
		t.Error("a person has a token")
	}
	m, err := d.AddMachine(t.Context(), "test", "monitor", "", "lantern", []Role{Auditor})
	d.ok(err)
	word, err := d.MakeToken(t.Context(), "test", m, "nagios", time.Hour)
	d.ok(err)
	s, err := d.ByTokenWord(t.Context(), word)
	d.ok(err)
	if s.Person.Name != "monitor" || s.Actor() != "fisbridge console by monitor (token, session 1)" {
		t.Errorf("%+v %s", s.Person, s.Actor())
	}
	if err := d.try("monitor", "", "1.2.3.4", ""); !errors.Is(err, ErrRefused) {
		t.Errorf("a machine signs in: %v", err)
	}
	d.at = d.at.Add(2 * time.Hour)
	if _, err := d.ByTokenWord(t.Context(), word); !errors.Is(err, ErrNotFound) {
		t.Errorf("a token outlives its time: %v", err)
	}
}

// Nothing secret stands in the file, and an edited row of the history is found.
func TestWhatIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mira := d.person("mira", Accountant)
	word, err := d.SignedIn(t.Context(), mira, ByPassword, "1.2.3.4", "", "")
	d.ok(err)
	db, err := sql.Open("sqlite", d.path)
	d.ok(err)
	defer db.Close()
	for _, table := range []string{"people", "sessions", "links", "history"} {
		rows, err := db.Query(`SELECT * FROM ` + table)
		d.ok(err)
		columns, err := rows.Columns()
		d.ok(err)
		for rows.Next() {
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(sql.NullString)
			}
			d.ok(rows.Scan(values...))
			for i, v := range values {
				if s := v.(*sql.NullString).String; strings.Contains(s, good) || strings.Contains(s, word) {
					t.Errorf("%s.%s holds %s", table, columns[i], s)
				}
			}
		}
		d.ok(rows.Close())
	}
	if _, broken, err := d.Verify(t.Context()); err != nil || len(broken) > 0 {
		t.Fatal(broken, err)
	}
	if _, err := db.Exec(`UPDATE history SET who = 'eve' WHERE seq = 2`); err == nil {
		t.Error("the history can be changed")
	}
	_, err = db.Exec(`DROP TRIGGER history_no_update; UPDATE history SET who = 'eve' WHERE seq = 2`)
	d.ok(err)
	if _, broken, err := d.Verify(t.Context()); err != nil || len(broken) == 0 || broken[0] != 2 {
		t.Errorf("an edited row is not found: %v %v", broken, err)
	}
}

// Passwords that are guessed first are refused; sentences are not.
func TestWeakPasswords(t *testing.T) {
	t.Parallel()
	for password, code := range map[string]string{
		"short": "short", "elevenchars": "short", "aaaaaaaaaaaaaaaa": "few", "abcdefghijklmnop": "few", "123456789012345": "few", "mira.anders1": "name", "Password-2026!": "common", "qwertzuiop12": "common",
		strings.Repeat("long ", 50): "long",
	} {
		var weak *ErrWeak
		if err := CheckPassword(password, "mira.anders"); !errors.As(err, &weak) || weak.Code != code {
			t.Errorf("%q: %v, want %s", password, err, code)
		}
	}
	for _, password := range []string{good, "Tr0ub4dor&3-and-more", "übermorgen regnet es nicht", "password managers are fine"} {
		if err := CheckPassword(password, "mira.anders"); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}
