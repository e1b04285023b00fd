//go:build linux

package worlds

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// At a terminal init asks: a slip is told and asked again, the server's key is shown to be compared, the login is made,
// and what was answered is checked. Secrets are not shown, and lie in files of their own.
func TestInitAsks(t *testing.T) {
	w := prepare(t, setup{plain: true})
	text, err := os.ReadFile(filepath.Join(w.dir, "fisbridge.yaml"))
	w.must(err)
	key := func(name string) string {
		found := regexp.MustCompile(name + `: (\S+)`).FindSubmatch(text)
		if found == nil {
			t.Fatalf("no %s in\n%s", name, text)
		}
		return string(found[1])
	}
	folder := filepath.Join(t.TempDir(), "acme")
	p := newPTY(t)
	cmd, out, _ := w.start(nil, "", "init", folder)
	cmd.Args = []string{cmd.Args[0], "init", folder}
	cmd.Stdin, cmd.Stderr = p.program, p.program
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	var told buffer
	go func() {
		page := make([]byte, 4096)
		for {
			n, err := p.typist.Read(page)
			_, _ = told.Write(page[:n])
			if err != nil {
				return
			}
		}
	}()
	w.must(cmd.Start())
	for _, turn := range [][2]string{
		{"What people call the company [acme]: ", "Acme: München"}, {"working folder [" + folder, ""}, {"time zone", "Mars/Olympus"}, {"not the name of a time zone", "Europe/Berlin"}, {"language of its accountants", "it"}, {"not one of en, de, fr, es", "de"},
		{"Which ERP reads", "netsiute"}, {"did you mean netsuite-", "datev-extf"}, {"Data centre", key("base_url")}, {"Company UUID [later]: ", key("company_uuid")}, {"Client id", key("client_id")},
		{"Client secret", clientSecret}, {"Name of this installation", ""}, {"Which one [1]: ", "sftp"}, {"Host name", "127.0.0.1"}, {"Port [22]: ", fmt.Sprint(w.sftp.Port())},
		{"the same fingerprint, by telephone or letter [no]: ", "yes"}, {"Account on the server", w.sftp.User()}, {"How it logs in [1]: ", "2"}, {"Password", sftpPassword},
		{"Folder on the server [/]: ", ""}, {"for import files [in]: ", ""}, {"for result files [out]: ", ""}, {"Make it [yes]: ", ""}, {"Company request token", requestToken},
	} {
		eventually(t, turn[0]+"\n"+told.String(), func() bool { return strings.Contains(told.String(), turn[0]) })
		if hidden := strings.HasPrefix(turn[0], "Client secret") || turn[0] == "Password" || strings.HasPrefix(turn[0], "Company request"); hidden {
			eventually(t, "what is typed is not shown", func() bool { return !p.echoes(t) })
		}
		_, err := p.typist.WriteString(turn[1] + "\n")
		w.must(err)
	}
	if code := w.exit(cmd); code != 0 {
		t.Fatalf("exit code %d\n%s%s", code, told.String(), out)
	}
	for _, want := range []string{"logged in at", "ok       login: lasts until", "drop of route datev-extf: sftp://", "what is next:"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not told:\n%s", want, out)
		}
	}
	made, err := os.ReadFile(filepath.Join(folder, "fisbridge.yaml"))
	w.must(err)
	if !strings.Contains(string(made), `name: "Acme: München"`) {
		t.Errorf("the company's name is not there:\n%s", made)
	}
	for _, secret := range []string{clientSecret, sftpPassword, requestToken} {
		if strings.Contains(told.String()+out.String()+string(made), secret) {
			t.Errorf("%s was shown", secret)
		}
	}
	info, err := os.Stat(filepath.Join(folder, "secrets", "client_secret"))
	w.must(err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the secret has mode %o", info.Mode().Perm())
	}
}
