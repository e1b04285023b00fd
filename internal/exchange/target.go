package exchange

import (
	"fmt"
	"net"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// Kinds of places.
const (
	KindFolder = "folder" // of this machine, network drives included
	KindSFTP   = "sftp"
)

// How an upload is proved before it is renamed.
const (
	VerifySize = "size" // the place's own word on the size
	VerifyHash = "hash" // read back and compared
	VerifyNone = "none" // for drop boxes that allow neither; the answers to the writes are all there is
)

// Target is one folder of a partner. The zero value of every option means its default.
type Target struct {
	Kind   string // folder or sftp
	Folder string // folder: any path; sftp: absolute, or relative to the login folder

	Host             string
	Port             int // 22
	User             string
	Password         secret.Secret // also answers keyboard-interactive
	KeyFile          string        // only this key is offered; with agent: a public key that chooses among the agent's
	Passphrase       secret.Secret
	Certificate      string        // user certificate for the key (or for the agent's key), which is shown instead of it
	Agent            bool          // keys of the running ssh-agent
	KnownHosts       string        // OpenSSH known_hosts file
	Fingerprints     []string      // pinned host keys: "SHA256:…", any of them
	LegacyAlgorithms []string      // weak algorithms by name, with a warning at every connect
	ConnectTimeout   time.Duration // dial, handshake and login together, 30s
	IdleTimeout      time.Duration // longest silence of the server while we wait for it, 60s
	Keepalive        time.Duration // 15s
	Concurrency      int           // requests under way for one file, 80: more than the 2 MiB that OpenSSH lets be under way
	SequentialWrites bool          // one request at a time, for servers that need it

	Jump          *Target // SSH server through which this one is reached; its folder means nothing
	Proxy         string  // socks5://host:port through which the first server on the way is reached
	ProxyUser     string
	ProxyPassword secret.Secret

	Verify   string // size (default), hash, none
	TempName string // pattern of the temporary name, ".{name}.part"
	Marker   string // pattern of the done-marker, such as "{name}.done" or "{stem}.ok"; none by default

	Match        []string      // name patterns of result files; all files by default
	Sealed       bool          // result files are sealed: patterns are held against their names without the extension that says so, too
	Ignore       []string      // name patterns left alone, in addition to the usual leftovers
	MinAge       time.Duration // youngest file taken, 10s
	LookInterval time.Duration // shortest time between the two equal looks, 2s
	ScanInterval time.Duration // of Watch, 1m
	Archive      string        // folder for done files, "archive"; only Check needs it
	Failed       string        // folder for bad files, "failed"; only Check needs it

	Probe bool // Check may write, rename and remove a probe file, and make missing sub-folders
}

// FieldError is one mistake in a target; Field says which.
type FieldError struct{ Field, Value, Reason string }

func (e *FieldError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%s: %s", e.Field, e.Reason)
	}
	return fmt.Sprintf("%s: %q: %s", e.Field, e.Value, e.Reason)
}

// WithDefaults fills in what was left out.
func (t Target) WithDefaults() Target {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	text := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	text(&t.Kind, KindFolder)
	text(&t.Verify, VerifySize)
	text(&t.TempName, ".{name}.part")
	text(&t.Archive, "archive")
	text(&t.Failed, "failed")
	def(&t.ConnectTimeout, 30*time.Second)
	def(&t.IdleTimeout, 60*time.Second)
	def(&t.Keepalive, 15*time.Second)
	def(&t.MinAge, 10*time.Second)
	def(&t.LookInterval, 2*time.Second)
	def(&t.ScanInterval, time.Minute)
	if t.Port == 0 {
		t.Port = 22
	}
	if t.Concurrency == 0 {
		t.Concurrency = 80
	}
	return t
}

// Address is host:port.
func (t Target) Address() string { return net.JoinHostPort(t.Host, strconv.Itoa(t.Port)) }

// Place names the target for people: a path, or sftp://user@host:port/folder. No secret is in it.
func (t Target) Place() string {
	if t.Kind != KindSFTP {
		return t.Folder
	}
	folder := t.Folder
	if !path.IsAbs(folder) {
		folder = "/~/" + folder
	}
	return "sftp://" + t.User + "@" + t.Address() + folder
}

// fill puts a name into a pattern.
func fill(pattern, name string) string {
	stem := strings.TrimSuffix(name, path.Ext(name))
	if !strings.Contains(pattern, "{") {
		return name + pattern
	}
	return strings.NewReplacer("{name}", name, "{stem}", stem).Replace(pattern)
}
