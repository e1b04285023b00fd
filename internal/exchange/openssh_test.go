package exchange

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/crypto/ssh"
)

// external finds a program that tests use when it is there; in CI it must be.
func external(t testing.TB, name string, places ...string) string {
	t.Helper()
	if p, err := exec.LookPath(name); err == nil {
		return p
	}
	for _, p := range places {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
		t.Fatalf("%s is not installed", name)
	}
	t.Skipf("%s is not installed", name)
	return ""
}

// openssh is a real sshd, one process a connection, for the current user and a key of his.
type openssh struct {
	addr       net.TCPAddr
	folder     string
	key        string // private key file of the client
	knownHosts string
	user       string

	fingerprint string
}

// startOpenSSH serves connections until the test ends. The daemon runs in inetd mode, so that the test owns port and processes.
func startOpenSSH(t testing.TB, more ...string) *openssh {
	t.Helper()
	sshd := external(t, "sshd", "/usr/sbin/sshd", "/usr/local/sbin/sshd")
	if os.Geteuid() == 0 {
		_ = os.MkdirAll("/run/sshd", 0o755)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	o := &openssh{folder: filepath.Join(dir, "in"), key: filepath.Join(dir, "id"), knownHosts: filepath.Join(dir, "known_hosts"), user: me.Username}
	if err := os.Mkdir(o.folder, 0o755); err != nil {
		t.Fatal(err)
	}
	host := writeKeys(t, filepath.Join(dir, "host"))
	o.fingerprint = ssh.FingerprintSHA256(host)
	writeKeys(t, o.key)
	config := filepath.Join(dir, "sshd_config")
	write(t, config, fmt.Sprintf(`HostKey %s
AuthorizedKeysFile %s.pub
PermitRootLogin yes
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
PidFile none
LogLevel ERROR
Subsystem sftp internal-sftp
%s
`, filepath.Join(dir, "host"), o.key, strings.Join(more, "\n")))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o.addr = *l.Addr().(*net.TCPAddr)
	write(t, o.knownHosts, fmt.Sprintf("[127.0.0.1]:%d %s", o.addr.Port, ssh.MarshalAuthorizedKey(host)))
	var wg sync.WaitGroup
	wg.Go(func() { serveInetd(l, &wg, sshd, config, filepath.Join(dir, "log")) })
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return o
}

func serveInetd(l net.Listener, wg *sync.WaitGroup, sshd, config, log string) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		f, err := c.(*net.TCPConn).File()
		c.Close()
		if err != nil {
			return
		}
		wg.Go(func() {
			defer f.Close()
			cmd := exec.Command(sshd, "-i", "-f", config, "-E", log)
			cmd.Stdin, cmd.Stdout = f, f
			_ = cmd.Run()
		})
	}
}

// writeKeys makes a key pair at path and path.pub.
func writeKeys(t testing.TB, path string) ssh.PublicKey {
	t.Helper()
	signer, private := keyPair(t, "ed25519", "")
	write(t, path, string(private))
	write(t, path+".pub", string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	return signer.PublicKey()
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (o *openssh) target() Target {
	return Target{Kind: KindSFTP, Host: "127.0.0.1", Port: o.addr.Port, User: o.user, Folder: o.folder, KeyFile: o.key, KnownHosts: o.knownHosts}
}
