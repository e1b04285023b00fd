package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/fisbridge/fisbridge/internal/secret"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// certificate has ssh-keygen, as the authority of a partner, certify a public key; it gives the certificate's file.
func certificate(t *testing.T, authority, public string, more ...string) string {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "id.pub")
	write(t, copied, content(t, public))
	args := append([]string{"-q", "-s", authority, "-I", "fisbridge of Acme", "-n", "root,fis"}, more...)
	if out, err := exec.Command(external(t, "ssh-keygen"), append(args, copied)...).CombinedOutput(); err != nil {
		t.Fatalf("ssh-keygen: %v\n%s", err, out)
	}
	return strings.TrimSuffix(copied, ".pub") + "-cert.pub"
}

// authority is a certificate authority, and the line of sshd_config that trusts it.
func authority(t *testing.T) (key, trust string) {
	t.Helper()
	key = filepath.Join(t.TempDir(), "ca")
	writeKeys(t, key)
	return key, "TrustedUserCAKeys " + key + ".pub"
}

// A user certificate logs in at OpenSSH where the key alone is unknown, from a file and from an agent.
func TestUserCertificate(t *testing.T) {
	ca, trust := authority(t)
	o := startOpenSSH(t, trust)
	target := o.target()
	target.KeyFile = filepath.Join(t.TempDir(), "other")
	writeKeys(t, target.KeyFile)
	if err := connects(t, target); !errors.Is(err, ErrLogin) {
		t.Fatalf("a key that nobody knows: %v", err)
	}
	target.Certificate = certificate(t, ca, target.KeyFile+".pub", "-n", o.user)
	if err := connects(t, target); err != nil {
		t.Errorf("with its certificate: %v", err)
	}
	rsa, private := keyPair(t, "rsa", "")
	withRSA := target
	withRSA.KeyFile = keyFile(t, private)
	write(t, withRSA.KeyFile+".pub", string(ssh.MarshalAuthorizedKey(rsa.PublicKey())))
	withRSA.Certificate = certificate(t, ca, withRSA.KeyFile+".pub", "-n", o.user)
	if err := connects(t, withRSA); err != nil {
		t.Errorf("of an RSA key: %v", err)
	}
	key, err := ssh.ParseRawPrivateKey([]byte(content(t, target.KeyFile)))
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSH_AUTH_SOCK", agentWith(t, key))
	target.KeyFile, target.Agent = "", true
	if err := connects(t, target); err != nil {
		t.Errorf("key in the agent: %v", err)
	}
}

// agentWith serves an agent with one key; it gives its socket.
func agentWith(t *testing.T, key any) string {
	t.Helper()
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: key}); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "a")
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); os.RemoveAll(dir) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(ring, c); c.Close() }()
		}
	}()
	return l.Addr().String()
}

// What is wrong with a certificate is said before the server is asked, and nothing of it is tried again.
func TestCertificatesThatDoNotWork(t *testing.T) {
	ca, _ := authority(t)
	dir := t.TempDir()
	writeKeys(t, filepath.Join(dir, "id"))
	writeKeys(t, filepath.Join(dir, "other"))
	s, target, _ := startSim(t)
	target.Password, target.KeyFile = secret.Secret{}, filepath.Join(dir, "id")
	for reason, file := range map[string]string{
		"expired on 2020-01-02":       certificate(t, ca, filepath.Join(dir, "id.pub"), "-V", "20200101000000Z:20200102000000Z"),
		"valid from 2099-01-01":       certificate(t, ca, filepath.Join(dir, "id.pub"), "-V", "20990101000000Z:20990102000000Z"),
		"certificate for another key": certificate(t, ca, filepath.Join(dir, "other.pub")),
		"for a server":                certificate(t, ca, filepath.Join(dir, "id.pub"), "-h"),
		"no certificate":              filepath.Join(dir, "id"),
		"is a public key":             filepath.Join(dir, "id.pub"),
		"cannot be read":              filepath.Join(dir, "gone-cert.pub"),
	} {
		target.Certificate = file
		err := connects(t, target)
		if !errors.As(err, new(*KeyError)) || !strings.Contains(err.Error(), reason) || Hint(err) == "" || retryable(err) {
			t.Errorf("%s: %v", reason, err)
		}
	}
	if n := len(s.Attempts()); n != 0 {
		t.Errorf("%d logins tried", n)
	}
}

// check tells of a certificate before it expires.
func TestCheckTellsOfExpiringCertificates(t *testing.T) {
	ca, _ := authority(t)
	id := filepath.Join(t.TempDir(), "id")
	writeKeys(t, id)
	_, target, _ := startSim(t)
	target.KeyFile, target.Certificate = id, certificate(t, ca, id+".pub", "-V", "-1d:+6d")
	var told bool
	for _, f := range openDrop(t, target).Check(context.Background()) {
		told = told || f.Severity == Warning && strings.Contains(f.Text, "expires on") && f.Hint != ""
	}
	if !told {
		t.Error("nothing is told of a certificate that expires in six days")
	}
	target.Certificate = certificate(t, ca, id+".pub", "-V", "-1d:+300d")
	for _, f := range openDrop(t, target).Check(context.Background()) {
		if strings.Contains(f.Text, "expires on") {
			t.Errorf("told of one that is valid for long: %s", f.Text)
		}
	}
}

// Through a jump host, and through two, a file is dropped and nothing stays behind; both hosts are OpenSSH.
func TestJumpHost(t *testing.T) {
	end, first, second := startOpenSSH(t), startOpenSSH(t), startOpenSSH(t)
	target, jump, before := end.target(), first.target(), second.target()
	jump.Folder, before.Folder = "", ""
	target.Jump = &jump
	for _, hops := range []int{1, 2} {
		if hops == 2 {
			jump.Jump = &before
		}
		d := openDrop(t, target)
		name := fmt.Sprintf("f%d.csv", hops)
		if err := deliver(d, name, strings.Repeat("0123456789", 100_000)); err != nil {
			t.Fatalf("%d hops: %v", hops, err)
		}
		if content(t, end.folder, name) != strings.Repeat("0123456789", 100_000) {
			t.Errorf("%d hops: other content", hops)
		}
		d.Close()
		noGoroutines(t)
	}
}

// Which part of the way is closed is said, with whom to ask.
func TestJumpHostThatDoesNotWork(t *testing.T) {
	end, forbids, jumps := startOpenSSH(t), startOpenSSH(t, "AllowTcpForwarding no"), startOpenSSH(t)
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead.Close()
	other := filepath.Join(t.TempDir(), "other")
	writeKeys(t, other)
	for _, c := range []struct {
		name, says, hint string
		change           func(target, jump *Target)
		again            bool
	}{
		{"forwarding forbidden", "opens no connection", "AllowTcpForwarding", func(_, jump *Target) { *jump = forbids.target() }, false},
		{"nobody behind it", "opens no connection", "as the jump host sees them", func(target, _ *Target) { target.Port = dead.Addr().(*net.TCPAddr).Port }, true},
		{"login refused at the jump host", "jump host 127.0.0.1", "offered were key", func(_, jump *Target) { jump.KeyFile = other }, false},
		{"login refused behind it", "login refused", "offered were key", func(target, _ *Target) { target.KeyFile = other }, false},
		{"unknown jump host", "host key of 127.0.0.1", "known_hosts", func(_, jump *Target) { jump.KnownHosts = end.knownHosts }, false},
		{"another server behind it", "host key of 127.0.0.1", "known_hosts", func(target, _ *Target) { target.KnownHosts = jumps.knownHosts }, false},
		{"jump host away", "jump host 127.0.0.1", "", func(_, jump *Target) { jump.Port = dead.Addr().(*net.TCPAddr).Port }, true},
	} {
		target, jump := end.target(), jumps.target()
		target.Jump = &jump
		c.change(&target, &jump)
		err := connects(t, target)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(Hint(err), c.hint) || retryable(err) != c.again {
			t.Errorf("%s: %v; hint %q; again %v", c.name, err, Hint(err), retryable(err))
		}
		noGoroutines(t)
	}
}

// A server behind a jump host that falls silent ends the call within the limit; nothing stays behind.
func TestSilenceBehindAJumpHost(t *testing.T) {
	jumps := startOpenSSH(t)
	s, target, _ := startSim(t)
	jump := jumps.target()
	target.Jump, target.IdleTimeout = &jump, 300*time.Millisecond
	d := openDrop(t, target)
	if _, _, err := d.Stat(context.Background(), "x"); err != nil {
		t.Fatal(err)
	}
	s.Switch(simsftp.Fault{Op: simsftp.OpStat, Do: simsftp.DoStall})
	if _, _, err := d.Stat(context.Background(), "x"); !errors.Is(err, ErrConnection) {
		t.Errorf("a silent server: %v", err)
	}
	d.Close()
	s.Close()
	noGoroutines(t)
}

// OpenSSH's own SOCKS proxy (ssh -D) is a way, also to a jump host.
func TestSOCKSOfOpenSSH(t *testing.T) {
	end, by := startOpenSSH(t), startOpenSSH(t)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	proxy := exec.Command(external(t, "ssh"), "-N", "-D", address, "-p", fmt.Sprint(by.addr.Port), "-i", by.key, "-o", "UserKnownHostsFile="+by.knownHosts,
		"-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes", "-F", "none", by.user+"@127.0.0.1")
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Process.Kill(); _ = proxy.Wait() })
	for range 500 {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	target := end.target()
	target.Proxy = "socks5://" + address
	d := openDrop(t, target)
	if err := deliver(d, "f.csv", "by the proxy"); err != nil || content(t, end.folder, "f.csv") != "by the proxy" {
		t.Error(err)
	}
	jump := by.target()
	jump.Proxy, target.Proxy, target.Jump = target.Proxy, "", &jump
	if err := connects(t, target); err != nil {
		t.Errorf("by the proxy to the jump host: %v", err)
	}
}

// socks is a SOCKS5 proxy that asks for a password (RFC 1928, RFC 1929).
func socks(t *testing.T, user, password string, answer byte) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { defer c.Close(); serveSOCKS(c, user, password, answer) })
		}
	})
	return "socks5://" + l.Addr().String()
}

func serveSOCKS(c net.Conn, user, password string, answer byte) {
	read := func(n int) []byte {
		b := make([]byte, n)
		_, _ = io.ReadFull(c, b)
		return b
	}
	methods := read(int(read(2)[1]))
	if !bytes.Contains(methods, []byte{2}) {
		_, _ = c.Write([]byte{5, 0xff})
		return
	}
	_, _ = c.Write([]byte{5, 2})
	u := string(read(int(read(2)[1])))
	p := string(read(int(read(1)[0])))
	if u != user || p != password {
		_, _ = c.Write([]byte{1, 1})
		return
	}
	_, _ = c.Write([]byte{1, 0})
	head := read(4)
	n := 4
	if head[3] == 3 {
		n = int(read(1)[0])
	}
	host, port := net.IP(read(n)).String(), read(2)
	_, _ = c.Write(append([]byte{5, answer, 0, 1, 0, 0, 0, 0}, 0, 0))
	if answer != 0 {
		return
	}
	to, err := net.Dial("tcp", net.JoinHostPort(host, fmt.Sprint(int(port[0])<<8|int(port[1]))))
	if err != nil {
		return
	}
	go func() { _, _ = io.Copy(to, c); to.Close() }()
	_, _ = io.Copy(c, to)
}

// A proxy that wants a password gets it, and nobody else does.
func TestSOCKSPassword(t *testing.T) {
	const planted = "planted-proxy-1618"
	_, target, _ := startSim(t)
	target.Proxy, target.ProxyUser, target.ProxyPassword = socks(t, "acme", planted, 0), "acme", secret.Func(func() (string, error) { return planted, nil })
	if err := connects(t, target); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		change func(*Target)
		again  bool
	}{
		"wrong password": {func(x *Target) { x.ProxyUser = "other" }, false},
		"no password":    {func(x *Target) { x.ProxyUser, x.ProxyPassword = "", secret.Secret{} }, false},
		"not allowed":    {func(x *Target) { x.Proxy = socks(t, "acme", planted, 2) }, true},
		"away":           {func(x *Target) { x.Proxy = "socks5://127.0.0.1:1" }, true},
	} {
		x := target
		c.change(&x)
		err := connects(t, x)
		if err == nil || !strings.Contains(err.Error(), "proxy 127.0.0.1:") || retryable(err) != c.again || strings.Contains(err.Error(), planted) {
			t.Errorf("%s: %v", name, err)
		}
		if name != "away" && Hint(err) == "" {
			t.Errorf("%s: no way out", name)
		}
	}
	noGoroutines(t)
}

func TestValidateTheWay(t *testing.T) {
	_, target, _ := startSim(t)
	jump := target
	for want, change := range map[string]func(*Target){
		"proxy: is no address":             func(x *Target) { x.Proxy = "proxy.example.com:1080" },
		"proxy: is of kind http":           func(x *Target) { x.Proxy = "http://proxy.example.com" },
		"proxy: holds a user":              func(x *Target) { x.Proxy = "socks5://u:p@proxy.example.com" },
		"proxy: has more":                  func(x *Target) { x.Proxy = "socks5://proxy.example.com/x" },
		"proxy: belongs to the jump host":  func(x *Target) { x.Jump, x.Proxy = &jump, "socks5://proxy.example.com" },
		"jump.host: is missing":            func(x *Target) { j := jump; j.Host = ""; x.Jump = &j },
		"certificate: \"c\": has no key":   func(x *Target) { x.Certificate = "c" },
		"proxy_password: is missing":       func(x *Target) { x.Proxy, x.ProxyUser = "socks5://proxy.example.com", "u" },
		"jump.proxy: is of kind socks4":    func(x *Target) { j := jump; j.Proxy = "socks4://h:1"; x.Jump = &j },
		"jump.known_hosts: is missing: th": func(x *Target) { j := jump; j.Fingerprints = nil; x.Jump = &j },
	} {
		x := target
		change(&x)
		if err := x.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// A server that offers only keyboard-interactive: one hidden question, notices before and after it, a key first. What more it asks is told.
func TestKeyboardInteractiveOnly(t *testing.T) {
	type round struct {
		questions []string
		echo      bool
	}
	password := round{questions: []string{"Password: "}}
	for name, c := range map[string]struct {
		rounds []round
		says   string // "" when it works
	}{
		"password":             {[]round{password}, ""},
		"notice, password":     {[]round{{}, password, {}}, ""},
		"password, then code":  {[]round{password, {questions: []string{"Verification code: "}}}, "Verification code:"},
		"two questions":        {[]round{{questions: []string{"Password: ", "PIN\x1b[2J: "}}}, "Password:  PIN"},
		"a question that echo": {[]round{{questions: []string{"User: "}, echo: true}}, "User:"},
	} {
		t.Run(name, func(t *testing.T) {
			_, target, _ := startSim(t, func(cfg *simsftp.Config) {
				cfg.Ask = func(ask ssh.KeyboardInteractiveChallenge) error {
					for _, r := range c.rounds {
						echos := make([]bool, len(r.questions))
						if r.echo {
							echos[0] = true
						}
						answers, err := ask("", "a notice", r.questions, echos)
						if err != nil {
							return err
						}
						for _, a := range answers {
							if a != simPassword {
								return errors.New("wrong")
							}
						}
					}
					return nil
				}
			})
			err := connects(t, target)
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if !errors.Is(err, ErrLogin) || retryable(err) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\x1b") || !strings.Contains(Hint(err), "keyboard") {
				t.Errorf("%v; hint %q", err, Hint(err))
			}
		})
	}
}
