package bridge_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/config"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// A refused login is not repeated for each route and each waking of the return folder: servers lock accounts for that.
// It is tried again after an hour, and by each run.
func TestRefusedLoginIsNotRepeated(t *testing.T) {
	root := t.TempDir()
	for _, f := range []string{"in", "out"} {
		if err := os.Mkdir(filepath.Join(root, f), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	server, err := simsftp.Start(simsftp.Config{Root: root, Password: "new"})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	w := newWorld(t, options{})
	w.write("password", "old")
	text := fmt.Sprintf("concur: { base_url: %s, company_uuid: %s, client_id: c, client_secret: env:SECRET, system_id: OURS }\njournal: { path: journal.db }\n"+
		"targets:\n  erp: { kind: sftp, host: %s, port: %d, user: %s, password: 'file:password', host_keys: ['%s'], path: / }\nroutes:%s", w.url, simfis.DefaultConfig().CompanyUUID,
		server.Host(), server.Port(), server.User(), server.Fingerprints()[0], oneRoute)
	w.cfg, err = config.Parse([]byte(text), "fisbridge.yaml", w.dir)
	w.ok(err)
	w.load()
	w.good("D1")
	tries := func(pass string, want int, do func()) {
		t.Helper()
		before := len(server.Attempts())
		do()
		if got := len(server.Attempts()) - before; got != want {
			t.Errorf("%s: %d logins, want %d", pass, got, want)
		}
	}
	woken := func() {
		w.clock.add(time.Minute)
		_, err := w.b.Returns(w.ctx)
		w.ok(err)
	}
	tries("a run with a file to drop and a folder to read", 1, func() {
		if s := w.run(bridge.ExitFailed); !strings.Contains(strings.Join(s.Problems, "\n"), "login refused") {
			t.Errorf("%q", s.Problems)
		}
	})
	tries("woken half an hour long", 0, func() {
		for range 30 {
			woken()
		}
	})
	w.clock.add(time.Hour)
	tries("woken after an hour", 1, woken)
	w.write("password", "new")
	tries("the next run, with the right password", 2, func() { w.run(bridge.ExitDone) })
	if names, err := os.ReadDir(filepath.Join(root, "in")); err != nil || len(names) != 1 {
		t.Errorf("%v %v", names, err)
	}
}
