package postgres

import (
	"context"
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
 CASE WHEN to_regclass($2 || '.companies') IS NOT NULL THEN has_table_privilege($2 || '.companies', 'UPDATE') ELSE TRUE END`, schema, Fleet).
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
