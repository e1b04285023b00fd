package journaltest

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"maps"
	"slices"
	"sync"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// listening is a dialect whose statements are heard, and whose databases a test can take hold of.
type listening struct{ ledger.Dialect }

// raws are the databases that were opened to be written, by their paths.
var raws sync.Map

// raw is the database of a journal itself, for what somebody does who has it in his hands.
func raw(j *journal.Journal) *sql.DB {
	db, _ := raws.Load(j.Path())
	return db.(*sql.DB)
}

// Open is that of the dialect; every statement is heard before it is executed.
func (l listening) Open(path string) (write, readers *sql.DB, err error) {
	write, readers, err = l.Dialect.Open(path)
	if err != nil {
		return nil, nil, err
	}
	write, readers = listened(write), listened(readers)
	raws.Store(path, write)
	return write, readers, nil
}

func listened(db *sql.DB) *sql.DB {
	out := sql.OpenDB(&lender{db})
	out.SetMaxOpenConns(db.Stats().MaxOpenConnections)
	db.SetMaxIdleConns(-1) // a connection that is given back has ended
	return out
}

// lender lends the connections of a database.
type lender struct{ db *sql.DB }

func (l *lender) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := l.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	lent := &lent{held: c}
	err = c.Raw(func(inner any) error { lent.full = inner.(connection); return nil })
	return lent, err
}

func (l *lender) Driver() driver.Driver { return l.db.Driver() }

// Close ends the database whose connections were lent.
func (l *lender) Close() error { return l.db.Close() }

// connection is what the connections of our drivers can do.
type connection interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.QueryerContext
	driver.ExecerContext
}

// lent is a connection that hears.
type lent struct {
	full connection
	held *sql.Conn
}

func (c *lent) Prepare(query string) (driver.Stmt, error) { return c.full.Prepare(query) }
func (c *lent) Begin() (driver.Tx, error)                 { return c.full.Begin() } //nolint:staticcheck // the interface asks for it
func (c *lent) Close() error                              { return c.held.Close() }

func (c *lent) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return c.full.BeginTx(ctx, o)
}

func (c *lent) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	hear(query)
	return c.full.PrepareContext(ctx, query)
}

func (c *lent) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	hear(query)
	return c.full.QueryContext(ctx, query, args)
}

func (c *lent) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	hear(query)
	return c.full.ExecContext(ctx, query, args)
}

// CheckNamedValue is that of the driver, where it has one.
func (c *lent) CheckNamedValue(v *driver.NamedValue) error {
	if checker, ok := c.full.(driver.NamedValueChecker); ok {
		return checker.CheckNamedValue(v)
	}
	value, err := driver.DefaultParameterConverter.ConvertValue(v.Value)
	v.Value = value
	return err
}

// ear hears the statements of all tests of this package.
var ear struct {
	sync.Mutex
	ever map[string]bool
	now  func(string)
}

func hear(statement string) {
	ear.Lock()
	defer ear.Unlock()
	if ear.ever == nil {
		ear.ever = map[string]bool{}
	}
	ear.ever[statement] = true
	if ear.now != nil {
		ear.now(statement)
	}
}

// everHeard are the statements of all tests so far.
func everHeard() []string {
	ear.Lock()
	defer ear.Unlock()
	return slices.Sorted(maps.Keys(ear.ever))
}

// heard gathers the statements that fn executes, each once.
func heard(fn func()) (statements []string) {
	listen := func(fn func(string)) {
		ear.Lock()
		defer ear.Unlock()
		ear.now = fn
	}
	listen(func(s string) {
		if !slices.Contains(statements, s) {
			statements = append(statements, s)
		}
	})
	defer listen(nil)
	fn()
	return statements
}
