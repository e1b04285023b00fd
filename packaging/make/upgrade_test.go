package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// packages are a deb and a rpm of two versions, whose program says which one it is.
func packages(t *testing.T) map[string]string {
	t.Helper()
	script, err := os.ReadFile("../release.sh")
	if err != nil {
		t.Fatal(err)
	}
	module := regexp.MustCompile(`(?m)^nfpm=(\S+)$`).FindSubmatch(script)
	if module == nil {
		t.Fatal("release.sh names no nfpm")
	}
	nfpm, err := exec.LookPath("nfpm")
	if err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "1" { // it is hundreds of modules: nobody's go test ./... fetches them unasked
			t.Skip("nfpm is not installed")
		}
		bin := t.TempDir()
		install := exec.Command("go", "install", string(module[1]))
		install.Env = append(os.Environ(), "GOBIN="+bin, "GOFLAGS=-trimpath")
		if out, err := install.CombinedOutput(); err != nil {
			t.Fatalf("nfpm: %v\n%s", err, out)
		}
		nfpm = filepath.Join(bin, "nfpm")
	}
	made := map[string]string{}
	for _, version := range []string{"1.0.0", "2.0.0"} {
		stage := t.TempDir()
		for name, text := range map[string]string{"fisbridge": "#!/bin/sh\necho fisbridge " + version + "\n", "man.gz/fisbridge.1.gz": "x", "completions/fisbridge.bash": "x", "completions/fisbridge.zsh": "x",
			"completions/fisbridge.fish": "x", "docs/operators.md": "x", "changelog.gz": "x", "THIRD_PARTY_LICENCES": "x"} {
			put(t, stage, name, text, 0o755)
		}
		for _, kind := range []string{"deb", "rpm"} {
			file := filepath.Join(stage, version+"."+kind)
			cmd := exec.Command(nfpm, "package", "--config", "packaging/nfpm.yaml", "--packager", kind, "--target", file)
			cmd.Dir = "../.."
			cmd.Env = append(os.Environ(), "VERSION="+version, "ARCH=amd64", "MAINTAINER=Jane Doe <jane@example.org>", "STAGE="+stage, "SOURCE_DATE_EPOCH=1772366400")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			made[version+" "+kind] = file
		}
	}
	return made
}

func put(t *testing.T, root, name, text string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // a root folder
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// machine is a root folder in which there is a shell, and programs that write down how they were called.
type machine struct {
	*testing.T
	root, kind string
	made       map[string]string
}

func newMachine(t *testing.T, kind string, made map[string]string) *machine {
	t.Helper()
	m := &machine{t, t.TempDir(), kind, made}
	shell, err := os.ReadFile(program(t, "busybox"))
	if err != nil {
		t.Fatal(err)
	}
	put(t, m.root, "bin/busybox", string(shell), 0o755)
	for _, name := range []string{"sh", "rm", "rmdir", "mkdir", "echo", "cat", "test", "[", "chgrp"} {
		if err := os.Symlink("busybox", filepath.Join(m.root, "bin", name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"getent", "groupadd", "useradd", "groupdel", "userdel", "systemctl", "install"} {
		then := map[string]string{"getent": "exit 1", "install": "for last; do :; done; mkdir -p \"$last\""}[name]
		put(t, m.root, "bin/"+name, "#!/bin/sh\necho "+name+" \"$@\" >>/calls\n"+then+"\n", 0o755)
	}
	put(t, m.root, "etc/group", "fisbridge:x:0:\n", 0o644)
	put(t, m.root, "etc/passwd", "fisbridge:x:0:0::/:\n", 0o644)
	put(t, m.root, "dev/null", "", 0o666)
	put(t, m.root, "run/systemd/system/x", "", 0o644)
	put(t, m.root, "var/lib/dpkg/status", "", 0o644)
	put(t, m.root, "var/lib/dpkg/info/format", "1\n", 0o644)
	put(t, m.root, "var/lib/dpkg/updates/.keep", "", 0o644)
	put(t, m.root, "tmp/.keep", "", 0o644)
	_ = os.Remove(filepath.Join(m.root, "var/lib/dpkg/updates/.keep"))
	return m
}

// does calls dpkg or rpm on the root, and gives what the package's scripts called.
func (m *machine) does(deb, rpm []string, version string) string {
	m.Helper()
	args := append([]string{"dpkg", "--root=" + m.root, "--force-depends", "--force-bad-path"}, deb...)
	if m.kind == "rpm" {
		args = []string{"rpm", "--root", m.root, "--dbpath", "/var/lib/rpm", "--nodeps"}
		if _, err := os.Stat("/etc/debian_version"); err == nil {
			args = append(args, "--force-debian")
		}
		if args = append(args, rpm...); version != "" {
			args = append(args, "--nosignature", "--ignorearch")
		}
	}
	if version != "" {
		args = append(args, m.made[version+" "+m.kind])
	} else {
		args = append(args, "fisbridge")
	}
	if os.Geteuid() != 0 {
		args = append([]string{program(m.T, "unshare"), "--map-root-user"}, args...)
	}
	calls := filepath.Join(m.root, "calls")
	_ = os.Remove(calls)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "PATH=/bin:/sbin:/usr/bin:/usr/sbin", "LC_ALL=C")
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "scriptlet failed") {
		m.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	text, _ := os.ReadFile(calls)
	return string(text)
}

func (m *machine) has(name, text string) bool {
	got, err := os.ReadFile(filepath.Join(m.root, name))
	return err == nil && strings.Contains(string(got), text)
}

// A package is replaced by a newer and by an older version: the program is the other one, what people wrote and the journals
// stay, consoles are started again, and nothing that is switched on is stopped. Taken out it stops what runs, and leaves
// journals and configuration; purged, the journals.
func TestPackagesAreReplaced(t *testing.T) {
	for _, name := range []string{"dpkg", "rpm", "busybox"} {
		program(t, name)
	}
	made := packages(t)
	for _, kind := range []string{"deb", "rpm"} {
		t.Run(kind, func(t *testing.T) {
			m := newMachine(t, kind, made)
			if calls := m.does([]string{"-i"}, []string{"-U"}, "1.0.0"); !strings.Contains(calls, "useradd --system") || strings.Contains(calls, "restart") {
				t.Errorf("the first time it calls\n%s", calls)
			}
			own := map[string]string{"etc/fisbridge/acme.env": "SECRET=1", "var/lib/fisbridge/acme/journal/fisbridge.db": "the journal", "etc/systemd/system/fisbridge@acme.timer.d/own.conf": "[Timer]"}
			for name, text := range own {
				put(t, m.root, name, text, 0o600)
			}
			on := filepath.Join(m.root, "etc/systemd/system/timers.target.wants/fisbridge@acme.timer")
			if err := os.MkdirAll(filepath.Dir(on), 0o755); err != nil { //nolint:gosec // a root folder
				t.Fatal(err)
			}
			if err := os.Symlink("/usr/lib/systemd/system/fisbridge@.timer", on); err != nil {
				t.Fatal(err)
			}
			kept := func(when string, names ...string) {
				t.Helper()
				for _, name := range names {
					if !m.has(name, own[name]) {
						t.Errorf("%s: %s is gone", when, name)
					}
				}
			}
			for _, version := range []string{"2.0.0", "1.0.0", "2.0.0"} {
				calls := m.does([]string{"-i"}, []string{"-U", "--oldpackage"}, version)
				if !m.has("usr/bin/fisbridge", "fisbridge "+version) || !m.has("usr/lib/systemd/system/fisbridge@.service", "[Service]") {
					t.Errorf("%s is not installed", version)
				}
				kept(version, "etc/fisbridge/acme.env", "var/lib/fisbridge/acme/journal/fisbridge.db", "etc/systemd/system/fisbridge@acme.timer.d/own.conf")
				if _, err := os.Lstat(on); err != nil {
					t.Errorf("%s: the timer is switched off", version)
				}
				if !strings.Contains(calls, "systemctl try-restart fisbridge-serve@*.service fisbridge-console.service") || !strings.Contains(calls, "systemctl daemon-reload") || strings.Contains(calls, "systemctl stop") {
					t.Errorf("%s calls\n%s", version, calls)
				}
			}
			calls := m.does([]string{"-r"}, []string{"-e"}, "")
			if !strings.Contains(calls, "systemctl stop fisbridge-serve@*.service fisbridge-console.service fisbridge@*.timer fisbridge@*.service") || m.has("usr/bin/fisbridge", "") {
				t.Errorf("taken out it calls\n%s", calls)
			}
			kept("taken out", "etc/fisbridge/acme.env", "var/lib/fisbridge/acme/journal/fisbridge.db", "etc/systemd/system/fisbridge@acme.timer.d/own.conf")
			if kind == "rpm" {
				return
			}
			calls = m.does([]string{"-P"}, nil, "")
			if _, err := os.Lstat(on); err == nil || m.has("etc/fisbridge/acme.env", "") || strings.Contains(calls, "userdel") {
				t.Errorf("purged it calls\n%s", calls)
			}
			kept("purged", "var/lib/fisbridge/acme/journal/fisbridge.db")
		})
	}
}
