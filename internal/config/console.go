package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// Console is how `serve` shows its pages.
type Console struct {
	// Listen is host:port. Without a certificate it must be an address of this machine alone.
	Listen string `yaml:"listen"`
	// PublicURL is the address under which people reach the console, and the only one that is answered. It may be left
	// out on this machine.
	PublicURL string `yaml:"public_url"`
	// Certificate and Key are files (PEM) of the console's own certificate. A renewed one is taken without a start.
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
	// BehindProxy are the addresses of proxies, as an address or a network each, that speak TLS in front of the console.
	BehindProxy []string `yaml:"behind_proxy"`
	// Name is what people call the company, Label what the pages of a test installation say beside it.
	Name  string `yaml:"name"`
	Label string `yaml:"label"`
	// Database is the SQLite file of people and sessions.
	Database string `yaml:"database"`
	// Passwords lets people sign in with a password. It may be off where there is another way.
	Passwords bool `yaml:"passwords"`
	OIDC      OIDC `yaml:"oidc"`
}

// OIDC is a provider of identities, such as Microsoft Entra, Google or Keycloak. It sleeps where Issuer is empty.
type OIDC struct {
	// Name stands on the button.
	Name         string        `yaml:"name"`
	Issuer       string        `yaml:"issuer"`
	ClientID     string        `yaml:"client_id"`
	ClientSecret secret.Secret `yaml:"client_secret"`
	Scopes       []string      `yaml:"scopes"`
	// GroupsClaim names the claim that lists a person's groups; Roles gives the roles of each group. Nobody comes in
	// without one.
	GroupsClaim string              `yaml:"groups_claim"`
	Roles       map[string][]string `yaml:"roles"`
}

func defaultConsole() Console {
	return Console{Listen: "127.0.0.1:8420", Database: "journal/console.db", Passwords: true, OIDC: OIDC{GroupsClaim: "groups"}}
}

// roleName is what a role may be called; which there are is known to the sign-in.
var roleName = regexp.MustCompile(`^[a-z]+$`)

func (v *validation) console() {
	c := v.Console
	host, port, err := net.SplitHostPort(c.Listen)
	switch {
	case err != nil || port == "":
		v.add("console.listen", c.Listen, "is not an address", "write host:port, such as 127.0.0.1:8420")
	case c.Certificate == "" && !loopback(host) && len(c.BehindProxy) == 0:
		v.add("console.listen", c.Listen, "is open to the network without a certificate",
			"listen at 127.0.0.1, or name console.certificate and console.key, or the proxy in front of it in console.behind_proxy")
	case !loopback(host) && c.PublicURL == "":
		v.add("console.public_url", "", "is missing", "the address under which people reach the console, such as https://bridge.example.com")
	}
	if (c.Certificate == "") != (c.Key == "") {
		v.add("console.certificate", c.Certificate, "goes with console.key", "name both, or none")
	}
	for _, p := range c.BehindProxy {
		if _, err := netip.ParsePrefix(p); err != nil {
			if _, err := netip.ParseAddr(p); err != nil {
				v.add("console.behind_proxy", p, "is no address and no network", "write one such as 10.0.0.7 or 10.0.0.0/24")
			}
		}
	}
	if len(c.BehindProxy) > 0 && c.PublicURL == "" {
		v.add("console.public_url", "", "is missing", "behind a proxy the console must know the address that people use")
	}
	v.publicURL(c)
	v.required("console.database", c.Database, "the file of people and sessions, such as journal/console.db")
	v.oidc(c)
}

func (v *validation) publicURL(c Console) {
	if c.PublicURL == "" {
		return
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.RawQuery != "" || u.Path != "" && u.Path != "/" ||
		u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		v.add("console.public_url", c.PublicURL, "is no https address without a path", "write one such as https://bridge.example.com")
	}
}

func (v *validation) oidc(c Console) {
	if c.OIDC.Issuer == "" {
		if !c.Passwords {
			v.add("console.passwords", "false", "leaves nobody a way in", "name console.oidc, or leave passwords on")
		}
		return
	}
	u, err := url.Parse(c.OIDC.Issuer)
	if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		v.add("console.oidc.issuer", c.OIDC.Issuer, "is no https address", "the issuer as its provider writes it, such as https://login.example.com/realms/main")
	}
	v.required("console.oidc.client_id", c.OIDC.ClientID, "the provider gives it to this installation")
	for group, roles := range c.OIDC.Roles {
		for _, r := range roles {
			if !roleName.MatchString(r) {
				v.add("console.oidc.roles", group, "names a role that there is not: "+r, "accountant, approver, operator, auditor, administrator or persons")
			}
		}
	}
}

// ConsoleHere are the settings of the console with its secret found from the working folder.
func (c *Config) ConsoleHere() Console {
	out := c.Console
	out.OIDC.ClientSecret = out.OIDC.ClientSecret.In(c.Path)
	return out
}

// CheckConsole tells what is wrong with settings of the console of which a command line has changed the address.
func (c *Config) CheckConsole(s Console) error {
	changed := *c
	changed.Console = s
	v := &validation{Config: &changed, reader: &reader{lines: map[string]int{}}}
	v.console()
	if len(v.problems) == 0 {
		return nil
	}
	for i := range v.problems {
		if p := &v.problems[i]; p.Field == "console.listen" {
			p.File, p.Field = "", "--listen"
		} else {
			p.File = FileName
		}
	}
	return v.problems
}

// ConsoleDiffers names the first key in which a company says something else about the console that it shares with
// another one, and what; empty: they agree. Each tells its own name and label, and which roles groups have in it. Paths are compared as the files that they
// name.
func (c *Config) ConsoleDiffers(other *Config) (key, says, instead string) {
	show := func(v any) string { return strings.TrimSpace(fmt.Sprint(v)) }
	a, b := c.Console, other.Console
	for _, k := range []struct {
		key        string
		this, that any
	}{
		{"console.listen", a.Listen, b.Listen}, {"console.public_url", strings.TrimSuffix(a.PublicURL, "/"), strings.TrimSuffix(b.PublicURL, "/")},
		{"console.database", filepath.Clean(c.Path(a.Database)), filepath.Clean(other.Path(b.Database))},
		{"console.certificate", c.Path(a.Certificate), other.Path(b.Certificate)}, {"console.key", c.Path(a.Key), other.Path(b.Key)},
		{"console.behind_proxy", a.BehindProxy, b.BehindProxy}, {"console.passwords", a.Passwords, b.Passwords},
		{"console.oidc.issuer", a.OIDC.Issuer, b.OIDC.Issuer}, {"console.oidc.client_id", a.OIDC.ClientID, b.OIDC.ClientID}, {"console.oidc.scopes", a.OIDC.Scopes, b.OIDC.Scopes},
		{"console.oidc.groups_claim", a.OIDC.GroupsClaim, b.OIDC.GroupsClaim},
		{"metrics.listen", c.Metrics.Listen, other.Metrics.Listen},
	} {
		if show(k.this) != show(k.that) {
			return k.key, show(k.this), show(k.that)
		}
	}
	return "", "", ""
}
