//go:build unix

package companies

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/postgres"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// shared is a database with a book, for one test.
type shared struct {
	*testing.T
	server *pgtest.Server
	book   *Book
}

func open(t *testing.T) *shared {
	t.Helper()
	server := pgtest.Start(t)
	if server == nil {
		return nil
	}
	b, err := Open(context.Background(), postgres.Server{URL: server.URL, Password: secret.Text(pgtest.Password)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return &shared{t, server, b}
}

var ann = Who{Actor: "fisbridge fleet publish by ann", Reason: "test"}

func (s *shared) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shared) publish(name string) {
	s.Helper()
	_, _, err := s.book.Publish(context.Background(), name, Content{Hash: "h", Consumers: []Consumer{{"u", name, "ER"}}}, ann)
	s.must(err)
}

func (s *shared) due() *Claim {
	s.Helper()
	c, err := s.book.Due(context.Background(), func(company string) string { return "node:" + company }, nil, false)
	s.must(err)
	if c == nil {
		s.Fatal("no company is due")
	}
	return c
}

// take opens the company's journal as the process of a pass does.
func (s *shared) take(name, holder string, c *Claim) error {
	s.Helper()
	d := &postgres.Dialect{Server: s.book.dialect.Server, Holder: holder}
	if c != nil {
		d.Claim = postgres.Claim{Number: c.Number, Version: c.Version}
	}
	write, readers, err := d.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Release(), write.Close(), readers.Close())
}

// A process of a pass takes the lease for the claim that started it, and for nothing else.
func TestClaimIsProved(t *testing.T) {
	s := open(t)
	if s == nil {
		return
	}
	ctx := context.Background()
	s.publish("acme")
	c := s.due()
	s.must(s.take("acme", "node:acme", c))
	over := func(when string, c *Claim) {
		t.Helper()
		if err := s.take("acme", "node:acme", c); !errors.Is(err, ledger.ErrClaimOver) {
			t.Errorf("%s: want the claim to be over, got %v", when, err)
		}
	}
	end := func(c *Claim, p Passed) bool {
		t.Helper()
		had, err := s.book.End(ctx, c, "node:acme", p)
		s.must(err)
		return had
	}
	end(c, Passed{})
	later := s.due()
	over("claimed again", c)
	s.publish("acme")
	over("published again", later)
	if had := end(later, Passed{Next: time.Hour, Failed: true, Summary: "{}"}); !had {
		t.Error("a claim ends when another version was published")
	}
	if late := s.due(); late.Version != 2 || late.Failed != 0 {
		t.Errorf("what was published is put off by the pass of the version before: %+v", late)
	} else {
		s.must(s.book.Disable(ctx, "acme", ann))
		over("disabled", late)
		var closed *ledger.ClosedError
		if err := s.take("acme", "other", nil); !errors.As(err, &closed) || closed.Erased {
			t.Errorf("want a disabled company to be refused, got %v", err)
		}
		s.must(s.book.Enable(ctx, "acme", ann))
		over("disabled and enabled", late)
		if end(late, Passed{Next: time.Hour}) {
			t.Error("a claim of before the company was disabled says when it is due")
		}
	}
	s.must(s.take("acme", "other", nil)) // by hand

	last := s.due()
	s.must(s.book.Disable(ctx, "acme", ann))
	_, err := s.book.Erase(ctx, "acme", ann, nil)
	s.must(err)
	for _, c := range []*Claim{last, nil} {
		var closed *ledger.ClosedError
		if err := s.take("acme", "node:acme", c); !errors.As(err, &closed) || !closed.Erased {
			t.Errorf("want an erased company to be refused, got %v", err)
		}
	}
	if pgtest.Ask[bool](t, s.server, `SELECT to_regnamespace('acme') IS NOT NULL`) {
		t.Error("the schema of an erased company was made anew")
	}
	s.must(s.take("never", "other", nil)) // nobody has published it
}

// A role of one company takes its own lease and changes nothing else; one that sees no row is told so before it works.
func TestARoleOfACompany(t *testing.T) {
	s := open(t)
	if s == nil {
		return
	}
	s.publish("acme")
	s.server.Do(t, `CREATE ROLE acme LOGIN PASSWORD '`+pgtest.Password+`'`, `CREATE ROLE other LOGIN PASSWORD '`+pgtest.Password+`'`, `CREATE SCHEMA acme AUTHORIZATION acme`, `CREATE SCHEMA later AUTHORIZATION other`,
		`GRANT USAGE ON SCHEMA fisbridge_fleet TO acme, other`, `GRANT SELECT, UPDATE (fence, owner, lease_until, taken_at) ON fisbridge_fleet.companies TO acme, other`, `GRANT USAGE, CREATE ON SCHEMA acme TO other`)
	as := func(role string) postgres.Server {
		return postgres.Server{URL: strings.Replace(s.server.URL, "fisbridge@", role+"@", 1), Password: secret.Text(pgtest.Password)}
	}
	d := &postgres.Dialect{Server: as("acme"), Holder: "here"}
	write, readers, err := d.Open("acme")
	s.must(err)
	for _, change := range []string{"state = 'disabled'", "version = 7", "claim = 0", "company = 'b'", "summary = 'x'"} {
		if _, err := write.ExecContext(context.Background(), `UPDATE fisbridge_fleet.companies SET `+change+` WHERE company = 'acme'`); err == nil {
			t.Errorf("a role of a company may set %s", change)
		}
	}
	s.must(errors.Join(d.Release(), write.Close(), readers.Close()))
	for _, c := range []struct{ role, schema, say string }{{"acme", "acme", ""}, {"other", "acme", "does not see the row of company acme"}, {"fisbridge", "acme", ""}} {
		f, err := postgres.Probe(context.Background(), as(c.role), c.schema)
		s.must(err)
		if got := fmt.Sprint(f.Missing); len(f.Missing) > 0 != (c.say != "") || !strings.Contains(got, c.say) {
			t.Errorf("%s: want %q, got %s", c.role, c.say, got)
		}
	}
}

// One company of Concur is one, in whichever letters its id is written.
func TestConsumersInBothCases(t *testing.T) {
	s := open(t)
	if s == nil {
		return
	}
	ctx := context.Background()
	publish := func(name, uuid string) error {
		_, _, err := s.book.Publish(ctx, name, Content{Hash: "h", Consumers: []Consumer{{uuid, "sys", "ER"}}}, ann)
		return err
	}
	s.must(publish("acme", "ABCD-1"))
	s.must(publish("acme", "abcd-1"))
	var taken *TakenError
	if err := publish("beta", "Abcd-1"); !errors.As(err, &taken) || taken.By != "acme" {
		t.Errorf("want the documents to be taken, got %v", err)
	}
	s.server.Do(t, `UPDATE fisbridge_fleet.consumers SET company_uuid = 'ABCD-1'`) // of an older program
	if err := publish("beta", "abcd-1"); !errors.As(err, &taken) || taken.By != "acme" {
		t.Errorf("want the documents to be taken, got %v", err)
	}
}

// Of two programs that make the shared schema at once the second one finds it made.
func TestMadeAtOnce(t *testing.T) {
	t.Parallel()
	server := pgtest.Start(t)
	if server == nil {
		return
	}
	ctx := t.Context()
	c, err := pgx.ParseConfig(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	c.Password = pgtest.Password
	first, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close(ctx)
	do := func(query string) {
		t.Helper()
		if _, err := first.Exec(ctx, query); err != nil {
			t.Fatal(err)
		}
	}
	do(`BEGIN; SELECT pg_advisory_xact_lock(hashtext('fisbridge'), hashtext('fisbridge_fleet'))`)
	second := make(chan error, 1)
	go func() {
		j, err := server.Place("acme").Open(ctx, time.Now, "test")
		if err == nil {
			err = j.Close()
		}
		second <- err
	}()
	for waits := 0; waits == 0; {
		if err := first.QueryRow(ctx, `SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`).Scan(&waits); err != nil {
			t.Fatal(err)
		}
	}
	do(`CREATE SCHEMA fisbridge_fleet; COMMIT`)
	if err := <-second; err != nil {
		t.Error(err)
	}
}

// Whether a company may be erased is asked while nobody can write into its journal, so that nothing begins behind the answer.
func TestEraseAsksUnderTheLock(t *testing.T) {
	t.Parallel()
	s := open(t)
	if s == nil {
		return
	}
	ctx := t.Context()
	s.publish("acme")
	s.must(s.book.Disable(ctx, "acme", ann))
	refusal := errors.New("there is something left")
	asked := 0
	_, err := s.book.Erase(ctx, "acme", ann, func(ctx context.Context) error {
		asked++
		c, err := pgx.ParseConfig(s.server.URL + "&lock_timeout=100")
		s.must(err)
		c.Password = pgtest.Password
		writer, err := pgx.ConnectConfig(ctx, c)
		s.must(err)
		defer writer.Close(ctx)
		if _, err := writer.Exec(ctx, `SELECT FROM fisbridge_fleet.companies WHERE company = 'acme' FOR NO KEY UPDATE`); err == nil || !strings.Contains(err.Error(), "55P03") {
			t.Errorf("somebody may write while it is asked: %v", err)
		}
		return refusal
	})
	if !errors.Is(err, refusal) || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	if c, err := s.book.Find(ctx, "acme"); err != nil || c.State != Disabled {
		t.Errorf("it was erased all the same: %+v %v", c, err)
	}
}
