package config

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fisbridge/fisbridge/internal/exchange"
)

func TestDropAndReturns(t *testing.T) {
	t.Setenv("FISBRIDGE_TEST_PASSWORD", "planted")
	text := strings.Replace(minimal, "    key: keys/id\n", "    key: keys/id\n    password: env:FISBRIDGE_TEST_PASSWORD\n    path: /fis\n    timeout: 20s\n", 1)
	text = strings.Replace(text, "folder: in}", `folder: in, done_marker: "{stem}.ok", verify: hash}`, 1)
	text = strings.Replace(text, "{folder: out}", "{folder: out, match: [\"*.csv\"], min_age: 0s, settle: 0s}", 1)
	cfg, err := parse(t, text)
	if err != nil {
		t.Fatal(err)
	}
	drop, err := cfg.DropTo(cfg.Routes[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, err := drop.Password.Reveal(); err != nil || got != "planted" {
		t.Errorf("password %q, %v", got, err)
	}
	want := exchange.Target{Kind: "sftp", Folder: "/fis/in", Host: "sftp.example.com", Port: 22, User: "fis", KeyFile: filepath.Join(cfg.Dir(), "keys", "id"), KnownHosts: filepath.Join(cfg.Dir(), "keys", "known_hosts"),
		ConnectTimeout: 20 * time.Second, IdleTimeout: 20 * time.Second, TempName: ".{name}.part", Marker: "{stem}.ok", Verify: "hash"}.WithDefaults()
	ignore := cmpopts.IgnoreFields(exchange.Target{}, "Password", "Passphrase", "ProxyPassword")
	if diff := cmp.Diff(want, drop, ignore); diff != "" {
		t.Error(diff)
	}
	back, err := cfg.ReturnsFrom(cfg.Routes[0])
	if err != nil {
		t.Fatal(err)
	}
	if back.Folder != "/fis/out" || back.MinAge > time.Microsecond || back.LookInterval > time.Microsecond || back.Archive != "archive" || len(back.Match) != 1 {
		t.Errorf("%+v", back)
	}
	if _, err := cfg.DropTo(Route{Name: "x", Drop: Drop{Target: "none"}}); err == nil {
		t.Error("a target that is not there was found")
	}
}

func TestFolderTarget(t *testing.T) {
	cfg := &Config{dir: filepath.FromSlash("/w"), Targets: map[string]Target{"erp": {Kind: KindFolder, Path: "drop"}}}
	got, err := cfg.DropTo(Route{Drop: Drop{Target: "erp", Folder: "in"}})
	if want := filepath.FromSlash("/w/drop/in"); err != nil || got.Folder != want || got.Kind != exchange.KindFolder {
		t.Errorf("%+v, %v", got, err)
	}
}

// way is the configuration of a server that is reached through jump hosts and a proxy.
const way = `
  far:
    kind: sftp
    host: far.example.com
    user: fis
    key: keys/id
    certificate: keys/id-cert.pub
    known_hosts: keys/known_hosts
    jump: inner
  inner: {kind: jump, host: inner.example.com, user: j1, key: keys/j1, known_hosts: keys/known_hosts, jump: outer}
  outer: {kind: jump, host: outer.example.com, user: j2, key: keys/j2, known_hosts: keys/known_hosts, proxy: "socks5://proxy:1080", proxy_user: u, proxy_password: env:FISBRIDGE_TEST_PASSWORD}
routes:`

func TestTheWayToAServer(t *testing.T) {
	t.Setenv("FISBRIDGE_TEST_PASSWORD", "planted")
	text := strings.NewReplacer("\nroutes:", way, "target: erp,", "target: far,").Replace(minimal)
	cfg, err := parse(t, text)
	if err != nil {
		t.Fatal(err)
	}
	drop, err := cfg.DropTo(cfg.Routes[0])
	if err != nil {
		t.Fatal(err)
	}
	inner := drop.Jump
	outer := inner.Jump
	if drop.Certificate != filepath.Join(cfg.Dir(), "keys", "id-cert.pub") || inner.Host != "inner.example.com" || inner.KeyFile != filepath.Join(cfg.Dir(), "keys", "j1") ||
		outer.User != "j2" || outer.Proxy != "socks5://proxy:1080" || outer.ProxyUser != "u" || outer.Jump != nil {
		t.Errorf("%+v\n%+v\n%+v", drop, inner, outer)
	}
	if password, err := outer.ProxyPassword.Reveal(); err != nil || password != "planted" {
		t.Errorf("%q, %v", password, err)
	}
	if err := drop.Validate(); err != nil {
		t.Error(err)
	}
	for want, change := range map[string][2]string{
		"leads back to itself":                  {`proxy: "socks5://proxy:1080", proxy_user: u, proxy_password: env:FISBRIDGE_TEST_PASSWORD`, "jump: inner"},
		"is not of kind jump":                   {"jump: inner\n", "jump: erp\n"},
		"did you mean inner":                    {"jump: inner\n", "jump: iner\n"},
		"cannot stand beside jump":              {"jump: outer", "jump: outer, proxy: \"socks5://proxy:1080\""},
		"is of kind http":                       {"socks5://proxy:1080", "http://proxy:1080"},
		"is a jump host and no place for files": {"target: far,", "target: inner,"},
		"means nothing for kind jump":           {"kind: jump, host: inner", "kind: jump, path: /x, host: inner"},
		"proxy_password: is missing":            {", proxy_password: env:FISBRIDGE_TEST_PASSWORD", ""},
		`"keys/id-cert.pub" has no key`:         {"    key: keys/id\n    certificate", "    password: env:FISBRIDGE_TEST_PASSWORD\n    certificate"},
	} {
		if _, err := parse(t, strings.Replace(text, change[0], change[1], 1)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
