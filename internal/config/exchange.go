package config

import (
	"fmt"
	"path"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
)

// Exchange is one folder below the target as internal/exchange takes it, with what the target itself says;
// Config.DropTo and Config.ReturnsFrom add what a route says.
func (t Target) Exchange(c *Config, folder string) exchange.Target {
	if t.Kind == KindFolder {
		return exchange.Target{Kind: exchange.KindFolder, Folder: filepath.Join(c.Path(t.Path), filepath.FromSlash(folder))}
	}
	return t.server(c, path.Join(t.Path, folder))
}

// server is an SSH server with the way to it.
func (t Target) server(c *Config, folder string) exchange.Target {
	e := exchange.Target{
		Kind: exchange.KindSFTP, Folder: folder, Host: t.Host, Port: t.Port, User: t.User,
		Password: t.Password.In(c.Path), KeyFile: c.Path(t.Key), Passphrase: t.KeyPassphrase.In(c.Path), Agent: t.Agent,
		KnownHosts: c.Path(t.KnownHosts), Fingerprints: t.HostKeys, LegacyAlgorithms: t.LegacyAlgorithms,
		ConnectTimeout: t.Timeout, IdleTimeout: t.Timeout, SequentialWrites: t.Sequential,
		Certificate: c.Path(t.Certificate), Proxy: t.Proxy, ProxyUser: t.ProxyUser, ProxyPassword: t.ProxyPassword.In(c.Path),
	}
	if t.Jump != "" {
		jump := c.Targets[t.Jump].server(c, "")
		e.Jump = &jump
	}
	return e
}

// DropTo is where the import files of a route go.
func (c *Config) DropTo(r Route) (exchange.Target, error) {
	t, ok := c.Targets[r.Drop.Target]
	if !ok {
		return exchange.Target{}, fmt.Errorf("route %s: drop: there is no target %q", r.Name, r.Drop.Target)
	}
	e := t.Exchange(c, r.Drop.Folder)
	e.TempName, e.Marker, e.Verify = r.Drop.TempName, r.Drop.DoneMarker, r.Drop.Verify
	return e.WithDefaults(), nil
}

// ReturnsFrom is where the result files of a route come from; ask Returns.Given first.
func (c *Config) ReturnsFrom(r Route) (exchange.Target, error) {
	b := r.Returns
	t, ok := c.Targets[b.Target]
	if !ok {
		return exchange.Target{}, fmt.Errorf("route %s: returns: there is no target %q", r.Name, b.Target)
	}
	e := t.Exchange(c, b.Folder)
	e.Archive, e.Failed, e.Marker, e.Match, e.Ignore = b.Archive, b.Failed, b.Marker, b.Match, b.Ignore
	e.Sealed = t.Open != nil
	e.MinAge, e.LookInterval, e.ScanInterval = orInstant(b.MinAge), orInstant(b.Settle), b.Scan
	return e.WithDefaults(), nil
}

// Sealing is how the import files of a route are sealed; false when they are not.
func (c *Config) Sealing(r Route) (seal.Sealing, bool) {
	s := c.Targets[r.Drop.Target].Seal
	if s == nil {
		return seal.Sealing{}, false
	}
	return seal.Sealing{To: c.paths(s.To), Sign: c.Path(s.Sign), Passphrase: s.Passphrase.In(c.Path), Armor: s.Armor}, true
}

// Opening is how the result files of a route are opened; false when they come in clear.
func (c *Config) Opening(r Route) (seal.Opening, bool) {
	o := c.Targets[r.Returns.Target].Open
	if o == nil || !r.Returns.Given() {
		return seal.Opening{}, false
	}
	return seal.Opening{Key: c.Path(o.Key), Passphrase: o.Passphrase.In(c.Path), From: c.paths(o.From), Unsigned: o.Unsigned}, true
}

func (c *Config) paths(list []string) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = c.Path(p)
	}
	return out
}

// orInstant says "no time at all" where a zero would mean the default.
func orInstant(d Duration) Duration { return max(d, 1) }
