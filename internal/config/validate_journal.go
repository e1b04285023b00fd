package config

import (
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// schemaName is what needs no quotes in PostgreSQL.
var schemaName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// reservedSchemas have another purpose.
var reservedSchemas = []string{"public", "information_schema", "fisbridge_fleet"}

// server checks a journal in PostgreSQL. What the address says of files (sslrootcert, sslcert, passfile) is looked at when it is connected.
func (v *validation) server() {
	j := v.Journal
	if j.Path != "" {
		v.add("journal.path", j.Path, "stands beside journal.url", "a journal lies in one place: take one of the two out")
	}
	if s := j.Schema; !schemaName.MatchString(s) || slices.Contains(reservedSchemas, s) || strings.HasPrefix(s, "pg_") {
		v.add("journal.schema", s, "is not a name that a company's schema may have", "small letters, digits and _, beginning with a letter, at most 63; not one of the server's own")
	}
	v.database("journal", j.URL)
}

// database checks the address of a database, the key url of a part, whose password stands beside it.
func (v *validation) database(part, address string) {
	u, err := url.Parse(address)
	field := part + ".url"
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || strings.Trim(u.Path, "/") == "" {
		v.add(field, "", "is not an address such as postgres://fisbridge@db.example.com/fisbridge", "user, host and the name of the database")
		return
	}
	options := u.Query()
	if _, has := u.User.Password(); has || options.Has("password") {
		v.add(field, "", "holds a password", "write its place under "+part+".password: env:NAME, file:path or credential:NAME")
	}
	for key, values := range options {
		if len(values) > 1 {
			v.add(field, "", "says "+key+" twice", "write it once")
		}
	}
	if mode := options.Get("sslmode"); mode != "" && !slices.Contains(modes, mode) {
		v.add(field, "", "has an sslmode that is not known", "write "+tlsWay)
		return
	}
	c, err := connection(address)
	if err != nil {
		v.add(field, "", "cannot be understood", "user, host and the name of the database, and options of libpq after the question mark")
		return
	}
	v.encrypted(field, c, options.Get("sslmode"))
}

// modes are those of TLS that the driver knows.
var modes = []string{"disable", "allow", "prefer", "require", "verify-ca", "verify-full"}

const tlsWay = "verify-full with sslrootcert=PATH, or sslrootcert=system where a public authority signed the server's certificate"

// encrypted asks for TLS wherever the server is on another machine.
func (v *validation) encrypted(field string, c *pgconn.Config, mode string) {
	if mode != "verify-full" && mode != "verify-ca" {
		for _, host := range hostsOf(c) {
			name, _, err := net.SplitHostPort(host)
			if network, _ := pgconn.NetworkAddress(name, 1); err == nil && (network == "unix" || loopback(name)) {
				continue
			}
			problem := "does not say that the server must prove who it is"
			if mode != "" {
				problem = "has sslmode=" + mode + ", by which anybody between can be the server"
			}
			v.add(field, "", problem, "write sslmode="+tlsWay)
			return
		}
	}
}

// JournalURL is journal.url with the files that it names found from the working folder; empty: the journal is a file.
func (c *Config) JournalURL() string {
	return foundFrom(c.Journal.URL, c.Path)
}

// foundFrom is the address of a database with the files that it names found by path.
func foundFrom(address string, path func(string) string) string {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return ""
	}
	options := u.Query()
	for _, key := range []string{"sslrootcert", "sslcert", "sslkey", "passfile"} {
		if file := options.Get(key); file != "" && !(key == "sslrootcert" && file == "system") {
			options.Set(key, path(file))
		}
	}
	u.RawQuery = options.Encode()
	return u.String()
}

// JournalHead is the file of this machine in which the newest point of a journal in a server is noted.
func (c *Config) JournalHead() string {
	return c.Path(filepath.Join("journal", c.Journal.Schema+".head"))
}
