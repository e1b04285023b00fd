package config

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// FleetFile is the name of the configuration of a node, which serves the companies that are published into a database. It lies in a folder of its own.
const FleetFile = "fleet.yaml"

// LaidFile is the name of a file in a company's folder by which it is known that a node of a fleet laid it out.
const LaidFile = ".fisbridge-fleet"

// LaidOut reports whether the folder of a configuration was laid out by a node of a fleet.
func (c *Config) LaidOut() bool {
	_, err := os.Lstat(c.Path(LaidFile))
	return err == nil
}

// Fleet is a whole configuration of a node, defaults filled in.
type Fleet struct {
	Database Database `yaml:"database"`
	// Recipients are the public keys of the nodes (age1…): what is published is sealed for them.
	Recipients []string `yaml:"recipients"`
	Node       Node     `yaml:"node"`
	Metrics    Metrics  `yaml:"metrics"`
	Logging    Logging  `yaml:"logging"`
	// Console is the console of all companies, with its people in the database. Names, labels and what groups are in a company the companies' own configurations say.
	Console Console `yaml:"console"`

	dir string
}

// Database is the PostgreSQL database of all companies.
type Database struct {
	URL      string        `yaml:"url"`
	Password secret.Secret `yaml:"password"`
}

// Node is how a node works, and what one company may take of it.
type Node struct {
	// Name is what people call it; empty: the machine's.
	Name string `yaml:"name"`
	// Key opens what is sealed for the nodes (AGE-SECRET-KEY-1…).
	Key secret.Secret `yaml:"key"`
	// Work is where the folders of the companies are laid out.
	Work string `yaml:"work"`
	// AtOnce is how many companies are worked for at once.
	AtOnce int `yaml:"at_once"`
	// ReturnsEvery is how often the return folders of a company are looked at.
	ReturnsEvery Duration `yaml:"returns_every"`
	// FolderTargets is the folder below which, under the company's name, targets of kind folder lie; empty: there are none.
	FolderTargets string `yaml:"folder_targets"`

	// LongestPass ends a pass that takes longer; what it has not done the next one does.
	LongestPass Duration `yaml:"longest_pass"`
	// MemoryMiB is how much memory a pass may take.
	MemoryMiB int `yaml:"memory_mib"`
	// ConcurCalls is how many calls to Concur a company may have under way, ConcurInterval the least time between the starts of two.
	ConcurCalls    int      `yaml:"concur_calls"`
	ConcurInterval Duration `yaml:"concur_interval"`
}

// ErrNoFleet says that the folder is not that of a node.
var ErrNoFleet = errors.New("no " + FleetFile)

func fleetDefaults() Fleet {
	return Fleet{
		Node:    Node{Work: "work", AtOnce: 4, ReturnsEvery: 5 * time.Minute, LongestPass: 2 * time.Hour, MemoryMiB: 1024, ConcurCalls: 4},
		Logging: Logging{Level: "info", Format: "text"},
		Console: defaultConsole(),
	}
}

// LoadFleet reads, completes and validates the configuration of a node. Everything wrong in it comes back at once as Problems.
func LoadFleet(dir string) (*Fleet, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("find the folder of the node: %w", err)
	}
	file := filepath.Join(dir, FleetFile)
	text, err := readFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w in %s", ErrNoFleet, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	f := fleetDefaults()
	f.dir = abs
	r := &reader{file: file, lines: map[string]int{}}
	r.read(text, &f)
	if !r.broken {
		(&validation{Config: &Config{Metrics: f.Metrics, Logging: f.Logging, Console: f.Console}, reader: r}).fleet(&f)
	}
	if len(r.problems) > 0 {
		return nil, r.sorted()
	}
	return &f, nil
}

func (v *validation) fleet(f *Fleet) {
	v.database("database", f.Database.URL)
	v.metrics()
	v.console()
	for _, k := range []struct{ key, value, usual string }{{"name", f.Console.Name, ""}, {"label", f.Console.Label, ""}, {"database", f.Console.Database, defaultConsole().Database}} {
		if k.value != k.usual {
			v.add("console."+k.key, k.value, "is no setting of a fleet", "people lie in its database; names and labels stand in the fisbridge.yaml of each company")
		}
	}
	if len(f.Console.OIDC.Roles) > 0 {
		v.add("console.oidc.roles", "", "is no setting of a fleet", "what a group is in a company stands in the fisbridge.yaml of that company")
	}
	v.oneOf("logging.level", f.Logging.Level, "debug", "info", "warn", "error")
	v.oneOf("logging.format", f.Logging.Format, "text", "json")
	if len(f.Recipients) == 0 {
		v.add("recipients", "", "is missing", "the public keys of the nodes (age1…), for which secrets are sealed; fisbridge fleet init makes one")
	}
	for i, r := range f.Recipients {
		if _, err := age.ParseRecipients(strings.NewReader(r)); err != nil || strings.HasPrefix(r, "AGE-SECRET-KEY-") {
			v.add(fmt.Sprintf("recipients[%d]", i), "", "is no public key of a node", "it begins with age1 and stands in the output of fisbridge fleet init")
		}
	}
	n := f.Node
	if n.Work == "" || !filepath.IsLocal(n.Work) && !filepath.IsAbs(n.Work) || filepath.Clean(n.Work) == "." {
		v.add("node.work", n.Work, "is not a folder of its own", "such as work, or /var/lib/fisbridge/work")
	}
	if n.FolderTargets != "" && !filepath.IsAbs(n.FolderTargets) {
		v.add("node.folder_targets", n.FolderTargets, "is not a whole path", "all nodes must find the same folder there, such as /mnt/erp")
	}
	for _, bound := range []struct {
		field              string
		value, least, most int64
		say                string
	}{
		{"node.at_once", int64(n.AtOnce), 1, 64, "1 to 64 companies at once"},
		{"node.memory_mib", int64(n.MemoryMiB), 128, 1 << 20, "128 or more"},
		{"node.concur_calls", int64(n.ConcurCalls), 1, 32, "1 to 32 calls at once"},
		{"node.returns_every", int64(n.ReturnsEvery), int64(time.Second), int64(24 * time.Hour), "1s to 24h"},
		{"node.longest_pass", int64(n.LongestPass), int64(time.Minute), int64(24 * time.Hour), "1m to 24h"},
		{"node.concur_interval", int64(n.ConcurInterval), 0, int64(time.Minute), "0s to 1m"},
	} {
		if bound.value < bound.least || bound.value > bound.most {
			v.add(bound.field, "", "is out of bounds", bound.say)
		}
	}
}

// Dir is the folder of the node, absolute.
func (f *Fleet) Dir() string { return f.dir }

// Path makes a path of the configuration absolute: relative ones start at the folder of the node.
func (f *Fleet) Path(p string) string { return (&Config{dir: f.dir}).Path(p) }

// URL is database.url with the files that it names found from the folder of the node.
func (f *Fleet) URL() string { return foundFrom(f.Database.URL, f.Path) }

// Reveal fetches a secret; a file's path is relative to the folder of the node.
func (f *Fleet) Reveal(s secret.Secret) (string, error) { return (&Config{dir: f.dir}).Reveal(s) }

// ConsoleAt are the settings of the console, with another address where one is given.
func (f *Fleet) ConsoleAt(listen string) (Console, error) {
	c := &Config{dir: f.dir, Console: f.Console}
	out := c.ConsoleHere()
	out.Certificate, out.Key = f.Path(out.Certificate), f.Path(out.Key)
	if listen == "" {
		return out, nil
	}
	out.Listen = listen
	return out, c.CheckConsole(out)
}

// ConsoleAddress is where people reach the console.
func (f *Fleet) ConsoleAddress() string {
	switch {
	case f.Console.PublicURL != "":
		return strings.TrimSuffix(f.Console.PublicURL, "/")
	case f.Console.Certificate != "":
		return "https://" + f.Console.Listen
	}
	return "http://" + f.Console.Listen
}

// Bound makes a company's configuration keep to what a node gives it.
func (f *Fleet) Bound(c *Config) {
	c.Concur.Concurrency = min(c.Concur.Concurrency, f.Node.ConcurCalls)
	c.Concur.Interval = max(c.Concur.Interval, f.Node.ConcurInterval)
	c.Metrics.Listen, c.Events.Listen, c.Console.Listen = "", "", ""
}

//go:embed fleet.yaml
var fleetExample string

// FleetExample is a new configuration of a node.
func FleetExample(url, password, recipient string) string {
	at := "  # password: file:secrets/database   # or env:NAME, credential:NAME"
	if password != "" {
		at = "  password: " + strconv.Quote(password)
	}
	return strings.NewReplacer("{{url}}", strconv.Quote(url), "{{password}}", at, "{{recipient}}", recipient).Replace(fleetExample)
}

// connection is what the driver makes of an address: options after the question mark, a service file and variables count, too, so that nothing is judged that
// is not connected to. Files of TLS are left out: they are looked at when it is connected.
func connection(address string) (*pgconn.Config, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	q := u.Query()
	for _, file := range []string{"sslrootcert", "sslcert", "sslkey", "sslpassword", "passfile"} {
		q.Del(file)
	}
	u.RawQuery = q.Encode()
	return pgconn.ParseConfig(u.String())
}

// hostsOf are the servers of a connection, each once, in their order.
func hostsOf(c *pgconn.Config) (list []string) {
	add := func(host string, port uint16) {
		if at := net.JoinHostPort(strings.ToLower(host), strconv.Itoa(int(port))); !slices.Contains(list, at) {
			list = append(list, at)
		}
	}
	add(c.Host, c.Port)
	for _, f := range c.Fallbacks {
		add(f.Host, f.Port)
	}
	return list
}

// SameDatabase tells whether a company's journal lies in the database of the fleet.
func (f *Fleet) SameDatabase(c *Config) bool {
	one, err := connection(c.Journal.URL)
	if err != nil || c.Journal.URL == "" {
		return false
	}
	other, err := connection(f.Database.URL)
	return err == nil && one.Database == other.Database && slices.Equal(hostsOf(one), hostsOf(other))
}
