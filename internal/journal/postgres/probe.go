package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Facts are what a server says about itself, and about what its user may do.
type Facts struct {
	// Name is schema, server and database, for people.
	Name, Version string
	TLS           bool
	// Missing are the rights that runs will need.
	Missing []Missing
}

// Missing is a right that is missing, and the statement by which an administrator gives it.
type Missing struct{ What, Way string }

// Probe connects and looks; it changes nothing.
func Probe(ctx context.Context, s Server, schema string) (f Facts, err error) {
	d := &Dialect{Server: s}
	f.Name = d.Name(schema)
	db, err := s.open(schema, false)
	if err != nil {
		return f, fmt.Errorf("journal %s: %w", f.Name, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var user, database string
	var mayMake, creates, writes, shares, mayShare bool
	err = db.QueryRowContext(ctx, `SELECT current_setting('server_version'), COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), FALSE), current_user, current_database(),
 has_database_privilege(current_database(), 'CREATE'),
 CASE WHEN to_regnamespace($1) IS NOT NULL THEN has_schema_privilege($1, 'CREATE') ELSE FALSE END,
 CASE WHEN to_regclass($1 || '.history') IS NOT NULL THEN has_table_privilege($1 || '.history', 'INSERT') ELSE TRUE END,
 CASE WHEN to_regclass($2 || '.companies') IS NOT NULL THEN has_schema_privilege($2, 'USAGE') WHEN to_regnamespace($2) IS NOT NULL THEN has_schema_privilege($2, 'CREATE') ELSE FALSE END,
 CASE WHEN to_regclass($2 || '.companies') IS NOT NULL THEN has_any_column_privilege($2 || '.companies', 'UPDATE') ELSE TRUE END`, schema, Fleet).
		Scan(&f.Version, &f.TLS, &user, &database, &mayMake, &creates, &writes, &shares, &mayShare)
	if err != nil {
		return f, fmt.Errorf("journal %s: %w", f.Name, ledger.Worded(d, err))
	}
	for _, need := range []struct {
		had  bool
		name string
	}{{creates, schema}, {shares, Fleet}} {
		if !need.had && !mayMake {
			f.Missing = append(f.Missing, Missing{fmt.Sprintf("user %s may neither make schema %s nor change it", user, need.name),
				fmt.Sprintf("CREATE SCHEMA %s AUTHORIZATION %q (or GRANT CREATE ON DATABASE %q TO %q), as its administrator", need.name, user, database, user)})
		}
	}
	if shares && mayShare {
		if err := ownRow(ctx, db, &f, schema, user); err != nil {
			return f, fmt.Errorf("journal %s: %w", f.Name, ledger.Worded(d, err))
		}
	}
	for _, need := range []struct {
		had  bool
		what string
	}{{writes, schema + ".history"}, {mayShare, Fleet + ".companies"}} {
		if !need.had {
			f.Missing = append(f.Missing, Missing{fmt.Sprintf("user %s may not write %s: another one made it", user, need.what), "log in as the user who made it, or make this one a member of that role"})
		}
	}
	return f, nil
}

// ownRow tells when the user neither sees the company's row of the part that all companies share nor may make it.
func ownRow(ctx context.Context, db *sql.DB, f *Facts, schema, user string) error {
	const table = Fleet + ".companies"
	var there bool
	if err := db.QueryRowContext(ctx, `SELECT to_regclass($1) IS NOT NULL AND has_table_privilege(to_regclass($1), 'SELECT')`, table).Scan(&there); err != nil || !there {
		return err // the first run makes it
	}
	var row, inserts, hidden bool
	err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT FROM `+table+` WHERE company = $1), has_table_privilege($2, 'INSERT'), row_security_active($2)`, schema, table).Scan(&row, &inserts, &hidden)
	switch {
	case err != nil || row:
		return err
	case hidden && user != schema:
		f.Missing = append(f.Missing, Missing{fmt.Sprintf("user %s does not see the row of company %s in %s: a role sees that of the company which is called as it", user, schema, table),
			fmt.Sprintf("log in as %s, or as the owner of %s", schema, table)})
	case !inserts:
		e := &ledger.UnknownError{Company: schema, User: user, Table: table}
		f.Missing = append(f.Missing, Missing{e.Error(), e.Way()})
	}
	return nil
}
