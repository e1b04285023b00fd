package postgres

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// Server is where journals lie: an address without a password, and where the password is.
type Server struct {
	// URL is postgres://user@host:port/database?options, as libpq reads it.
	URL string
	// Password is fetched for each connection, so that one which changes is taken without a new start.
	Password secret.Secret
}

// oldest is the oldest PostgreSQL whose makers still mend it, and that the tests run on.
const oldest = 14

const (
	// firstPatience is how long a server is waited for that was never there, so that a command that only looks tells it soon.
	firstPatience = 3 * time.Second
	// patience is how long a server is waited for that was there before: it is started again, or another one takes its place.
	patience = 45 * time.Second
	// pause is between two tries.
	pause = 250 * time.Millisecond
	// lockWait is how long a transaction waits for the one before it, as SQLite waits.
	lockWait = "30s"
	// idleLimit ends a transaction of a program that stands still in the middle of it, so that others can go on: shorter than a lease.
	idleLimit = "20s"
)

// TooOldError says that a server is older than what journals need.
type TooOldError struct{ Version string }

// Error names both versions.
func (e *TooOldError) Error() string {
	return fmt.Sprintf("the server is PostgreSQL %s; journals need %d or newer", e.Version, oldest)
}

// SchemaError says that a connection works in another schema than was asked for, as behind a pooler that drops settings.
type SchemaError struct{ Want, Have string }

// Error names both schemas.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("the connection works in schema %q instead of %q: a pooler between has dropped search_path; give the role one (ALTER ROLE … SET search_path = %s)", e.Have, e.Want, e.Want)
}

// ReadOnlyError says that a server only reads.
type ReadOnlyError struct{ Standby bool }

// Error tells why.
func (e *ReadOnlyError) Error() string {
	if e.Standby {
		return "it is a standby, which only reads"
	}
	return "it is set to read only (default_transaction_read_only)"
}

// place is host:port/database, for people.
func (s Server) place() string {
	u, err := url.Parse(s.URL)
	if err != nil {
		return "the server"
	}
	host := u.Host
	if host == "" {
		host = u.Query().Get("host")
	}
	return host + "/" + strings.TrimPrefix(u.Path, "/")
}

// config is how a schema is connected to. Settings go with the start of each connection, for a pooler may give each transaction another one.
func (s Server) config(schema string, reads bool) (*pgx.ConnConfig, error) {
	address := s.URL
	if u, err := url.Parse(address); err == nil && strings.Contains(u.Host, ",") && !reads && !u.Query().Has("target_session_attrs") {
		q := u.Query() // of several servers the one that writes
		q.Set("target_session_attrs", "read-write")
		u.RawQuery = q.Encode()
		address = u.String()
	}
	c, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, err // it tells the address without its password
	}
	if !strings.Contains(s.URL, "default_query_exec_mode") {
		c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe // by unnamed statements, which poolers understand
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 10 * time.Second
	}
	set := func(name, value string) {
		if _, given := c.RuntimeParams[name]; !given {
			c.RuntimeParams[name] = value
		}
	}
	c.RuntimeParams["search_path"] = schema
	set("application_name", "fisbridge")
	set("lock_timeout", lockWait)
	set("idle_in_transaction_session_timeout", idleLimit)
	if reads {
		c.RuntimeParams["default_transaction_read_only"] = "on"
	}
	return c, nil
}

// open gives the connections to a schema; each is made when it is needed.
func (s Server) open(schema string, reads bool) (*sql.DB, error) {
	c, err := s.config(schema, reads)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(&patient{server: s, connector: texting{stdlib.GetConnector(*c,
		stdlib.OptionBeforeConnect(s.login), stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error { return greet(ctx, conn, schema, reads) }))}}), nil
}

// login puts the password in.
func (s Server) login(_ context.Context, c *pgx.ConnConfig) error {
	if !s.Password.Given() {
		return nil
	}
	password, err := s.Password.Reveal()
	if err != nil {
		return fmt.Errorf("journal.password: %w", err)
	}
	c.Password = password
	return nil
}

// greet refuses a connection by which a journal would not be safe.
func greet(ctx context.Context, conn *pgx.Conn, schema string, reads bool) error {
	version := conn.PgConn().ParameterStatus("server_version")
	if major, err := strconv.Atoi(strings.FieldsFunc(version+".", func(r rune) bool { return r < '0' || r > '9' })[0]); err == nil && major < oldest {
		return &TooOldError{version}
	}
	var at sql.NullString
	var path, commits string
	var standby, readOnly bool
	err := conn.QueryRow(ctx, `SELECT current_schema(), current_setting('search_path'), current_setting('synchronous_commit'), pg_is_in_recovery(), current_setting('transaction_read_only')::boolean`).Scan(&at, &path, &commits, &standby, &readOnly)
	switch {
	case err != nil:
		return err
	case at.String != schema && (at.Valid && at.String != "public" || strings.Trim(path, `"`) != schema): // it may not be there yet
		return &SchemaError{Want: schema, Have: at.String}
	case readOnly && !reads:
		return &ReadOnlyError{standby}
	}
	switch commits {
	case "on", "remote_apply":
		return nil
	}
	_, err = conn.Exec(ctx, `SET synchronous_commit = on`)
	return err
}

// patient waits for a server that does not answer for a moment: nothing has been done yet where a connection is asked for.
type patient struct {
	server    Server
	connector driver.Connector
	been      atomic.Bool
}

// Driver is that of pgx.
func (p *patient) Driver() driver.Driver { return p.connector.Driver() }

// Connect connects, and tries again while the trouble may pass.
func (p *patient) Connect(ctx context.Context) (driver.Conn, error) {
	wait := firstPatience
	if p.been.Load() {
		wait = patience
	}
	end := time.Now().Add(wait)
	for {
		c, err := p.connector.Connect(ctx)
		if err == nil {
			p.been.Store(true)
			return c, nil
		}
		if !troubleOf(err).Passes() || time.Now().After(end) || ctx.Err() != nil {
			return nil, &ConnectError{p.server.place(), err}
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		case <-time.After(pause):
		}
	}
}

// ConnectError is why a server could not be talked to.
type ConnectError struct {
	Place string
	Err   error
}

// Error tells the place and the cause.
func (e *ConnectError) Error() string { return "connect to " + e.Place + ": " + said(e.Err) }

// Unwrap gives the cause.
func (e *ConnectError) Unwrap() error { return e.Err }
