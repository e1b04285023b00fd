package exchange

import (
	"errors"
	"log/slog"
	"path"
	"strings"
)

// Options are what an opened target needs from its surroundings. The zero value is fine.
type Options struct {
	Log *slog.Logger // nothing is logged when nil
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// OpenDrop prepares delivery to a target. It checks the target but does not connect: the first call does, and any later
// one connects anew when the connection was lost.
func OpenDrop(t Target, o Options) (Drop, error) {
	t, o, pl, err := prepare(t, o)
	if err != nil {
		return nil, err
	}
	return &dropper{t: t, pl: pl, log: o.Log}, nil
}

// OpenReturns prepares collecting from a target. It checks the target but does not connect.
func OpenReturns(t Target, o Options) (Returns, error) {
	t, o, pl, err := prepare(t, o)
	if err != nil {
		return nil, err
	}
	return &collector{t: t, pl: pl, log: o.Log, ended: make(chan struct{})}, nil
}

func prepare(t Target, o Options) (Target, Options, place, error) {
	t, o = t.WithDefaults(), o.withDefaults()
	if err := t.Validate(); err != nil {
		return t, o, nil, err
	}
	if t.Kind == KindFolder {
		return t, o, localPlace{}, nil
	}
	return t, o, &sftpPlace{t: t, log: o.Log}, nil
}

// Validate returns all mistakes of a target, joined; each is a *FieldError.
func (t Target) Validate() error {
	t = t.WithDefaults()
	var all []error
	bad := func(wrong bool, field, value, reason string) {
		if wrong {
			all = append(all, &FieldError{field, value, reason})
		}
	}
	bad(t.Kind != KindFolder && t.Kind != KindSFTP, "kind", t.Kind, "must be folder or sftp")
	bad(t.Folder == "", "folder", "", "is missing")
	bad(t.Verify != VerifySize && t.Verify != VerifyHash && t.Verify != VerifyNone, "verify", t.Verify, "must be size, hash or none")
	bad(CheckName(fill(t.TempName, "x.csv")) != nil || fill(t.TempName, "x.csv") == "x.csv", "temp_name", t.TempName, "must make another valid name of {name}")
	bad(t.Marker != "" && (CheckName(fill(t.Marker, "x.csv")) != nil || fill(t.Marker, "x.csv") == "x.csv"), "marker", t.Marker, "must make another valid name of {name} or {stem}")
	for field, patterns := range map[string][]string{"match": t.Match, "ignore": t.Ignore} {
		for _, p := range patterns {
			_, err := path.Match(p, "x")
			bad(err != nil, field, p, "is no name pattern")
		}
	}
	if t.Kind == KindSFTP {
		t.validateSFTP(bad)
	}
	return errors.Join(all...)
}

func (t Target) validateSFTP(bad func(wrong bool, field, value, reason string)) {
	t.validateWay(bad)
	bad(t.Host == "", "host", "", "is missing")
	bad(t.User == "", "user", "", "is missing")
	bad(t.Port < 1 || t.Port > 65535, "port", "", "must be 1 to 65535")
	bad(t.Concurrency < 1 || t.Concurrency > 512, "concurrency", "", "must be 1 to 512")
	bad(t.KnownHosts == "" && len(t.Fingerprints) == 0, "known_hosts", "", "is missing: the server's key must be known, by a known_hosts file or by a pinned fingerprint")
	bad(!t.Password.Given() && t.KeyFile == "" && !t.Agent, "key_file", "", "is missing: configure a key file, the agent or a password")
	bad(t.ConnectTimeout < 0, "connect_timeout", t.ConnectTimeout.String(), "must be positive")
	bad(t.IdleTimeout < 0, "idle_timeout", t.IdleTimeout.String(), "must be positive")
	bad(t.Keepalive < 0, "keepalive", t.Keepalive.String(), "must be positive")
	for _, f := range t.Fingerprints {
		rest, ok := strings.CutPrefix(f, "SHA256:")
		bad(!ok || len(strings.TrimRight(rest, "=")) != 43, "fingerprints", f, "must look like SHA256: and 43 characters, as ssh-keygen -l shows it")
	}
	_, err := algorithms(t.LegacyAlgorithms)
	var field *FieldError
	if errors.As(err, &field) {
		bad(true, field.Field, field.Value, field.Reason)
	}
}

// validateWay looks at the way to the server.
func (t Target) validateWay(bad func(wrong bool, field, value, reason string)) {
	bad(t.Certificate != "" && t.KeyFile == "" && !t.Agent, "certificate", t.Certificate, "has no key: configure the key file or the agent")
	bad(t.Jump != nil && t.Proxy != "", "proxy", "", "belongs to the jump host, which is reached first")
	bad(t.ProxyUser == "" && t.ProxyPassword.Given(), "proxy_user", "", "is missing")
	bad(t.ProxyUser != "" && !t.ProxyPassword.Given(), "proxy_password", "", "is missing")
	if field := CheckProxy(t.Proxy); field != nil {
		bad(true, field.Field, "", field.Reason)
	}
	if t.Jump != nil {
		t.Jump.WithDefaults().validateSFTP(func(wrong bool, field, value, reason string) { bad(wrong, "jump."+field, value, reason) })
	}
}
