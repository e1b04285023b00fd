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
	ignore := cmpopts.IgnoreFields(exchange.Target{}, "Password", "Passphrase")
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
