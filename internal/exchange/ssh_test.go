package exchange

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"github.com/fisbridge/fisbridge/internal/secret"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// connects is whether a target can be reached at all.
func connects(t *testing.T, target Target) error {
	t.Helper()
	d := openDrop(t, target)
	defer d.Close()
	_, _, err := d.Stat(context.Background(), "x")
	return err
}

// knownHosts makes the target know a server by the file's text alone.
func knownHosts(t *testing.T, target Target, text string) Target {
	target.Fingerprints = nil
	target.KnownHosts = filepath.Join(t.TempDir(), "known_hosts")
	write(t, target.KnownHosts, text)
	return target
}

func knownLine(s *simsftp.Server, key ssh.Signer) string {
	return fmt.Sprintf("[%s]:%d %s", s.Host(), s.Port(), ssh.MarshalAuthorizedKey(key.PublicKey()))
}

// PITFALLS 32: a server with two key types of which one is listed is known by that one.
func TestHostKeyOfTheListedType(t *testing.T) {
	ed, rsa := newKey(t, "ed25519"), newKey(t, "rsa")
	s, target, _ := startSim(t, func(c *simsftp.Config) { c.HostKeys = []ssh.Signer{ed, rsa} })
	for _, key := range []ssh.Signer{ed, rsa} {
		if err := connects(t, knownHosts(t, target, knownLine(s, key))); err != nil {
			t.Errorf("known_hosts with %s only: %v", key.PublicKey().Type(), err)
		}
		target.Fingerprints = []string{ssh.FingerprintSHA256(key.PublicKey())}
		if err := connects(t, target); err != nil {
			t.Errorf("pinned %s only: %v", key.PublicKey().Type(), err)
		}
	}
}

func TestUnknownHostKey(t *testing.T) {
	s, target, _ := startSim(t)
	other := newKey(t, "ed25519")
	target = knownHosts(t, target, "example.org "+string(ssh.MarshalAuthorizedKey(other.PublicKey())))
	err := connects(t, target)
	var unknown *UnknownHostKeyError
	if !errors.As(err, &unknown) || unknown.Fingerprint != s.Fingerprints()[0] || retryable(err) {
		t.Fatalf("unknown key: %v", err)
	}
	if !strings.Contains(Hint(err), unknown.Line) || !strings.Contains(Hint(err), target.KnownHosts) {
		t.Errorf("hint %q", Hint(err))
	}
	if n := len(s.Attempts()); n != 0 {
		t.Errorf("%d logins tried at an unknown server", n)
	}
	if err := connects(t, knownHosts(t, target, unknown.Line+"\n")); err != nil {
		t.Errorf("with the line that the error names: %v", err)
	}
}

func TestChangedHostKey(t *testing.T) {
	old, oldRSA := newKey(t, "ed25519"), newKey(t, "rsa")
	s, target, _ := startSim(t)
	for name, target := range map[string]Target{
		"same type":  knownHosts(t, target, knownLine(s, old)),
		"other type": knownHosts(t, target, knownLine(s, oldRSA)),
		"pinned": func() Target {
			p := target
			p.Fingerprints = []string{ssh.FingerprintSHA256(old.PublicKey())}
			return p
		}(),
	} {
		err := connects(t, target)
		var changed *ChangedHostKeyError
		if !errors.As(err, &changed) || changed.Fingerprint != s.Fingerprints()[0] || len(changed.Want) != 1 || retryable(err) {
			t.Errorf("%s: %v", name, err)
		}
		if errors.As(err, new(*UnknownHostKeyError)) || Hint(err) == "" {
			t.Errorf("%s: told as unknown, or without a way out: %v", name, err)
		}
	}
	if n := len(s.Attempts()); n != 0 {
		t.Errorf("%d logins tried at a changed server", n)
	}
}

// A revoked key is refused though a line accepts it, and nothing that is told to do would accept it.
func TestRevokedHostKey(t *testing.T) {
	key := newKey(t, "ed25519")
	s, target, _ := startSim(t, func(c *simsftp.Config) { c.HostKeys = []ssh.Signer{key} })
	err := connects(t, knownHosts(t, target, knownLine(s, key)+"@revoked * "+string(ssh.MarshalAuthorizedKey(key.PublicKey()))))
	if !errors.As(err, new(*RevokedHostKeyError)) || retryable(err) || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("revoked: %v", err)
	}
	if hint := Hint(err); hint == "" || strings.Contains(hint, "ssh-ed25519") || strings.Contains(hint, "replace") {
		t.Errorf("hint %q", hint)
	}
	if n := len(s.Attempts()); n != 0 {
		t.Errorf("%d logins tried at a server with a revoked key", n)
	}
}

// Of an unknown server with several keys the one is told that ssh and the partner show: the Ed25519 key, and never a certificate.
func TestUnknownHostKeyIsTheOneThatPeopleSee(t *testing.T) {
	ed, rsa, ca := newKey(t, "ed25519"), newKey(t, "rsa"), newKey(t, "ed25519")
	cert := &ssh.Certificate{Key: ed.PublicKey(), CertType: ssh.HostCert, ValidPrincipals: []string{"127.0.0.1"}, ValidBefore: ssh.CertTimeInfinity}
	if err := cert.SignCert(rand.Reader, ca); err != nil {
		t.Fatal(err)
	}
	certified, err := ssh.NewCertSigner(cert, ed)
	if err != nil {
		t.Fatal(err)
	}
	s, target, _ := startSim(t, func(c *simsftp.Config) { c.HostKeys = []ssh.Signer{rsa, certified, ed} })
	want := ssh.FingerprintSHA256(ed.PublicKey())
	var unknown *UnknownHostKeyError
	if err := connects(t, knownHosts(t, target, "")); !errors.As(err, &unknown) || unknown.Fingerprint != want || unknown.KeyType != ssh.KeyAlgoED25519 {
		t.Errorf("unknown: %v, want %s", err, want)
	}
	authority := fmt.Sprintf("@cert-authority [%s]:%d %s", s.Host(), s.Port(), ssh.MarshalAuthorizedKey(ca.PublicKey()))
	if err := connects(t, knownHosts(t, target, authority)); err != nil {
		t.Errorf("with the authority in known_hosts: %v", err)
	}
}

func TestHostKeyIsRequired(t *testing.T) {
	_, target, _ := startSim(t)
	target.Fingerprints = nil
	if _, err := OpenDrop(target, Options{}); !errors.As(err, new(*FieldError)) {
		t.Errorf("no host key configured: %v", err)
	}
	target.KnownHosts = filepath.Join(t.TempDir(), "none")
	if err := connects(t, target); err == nil || Hint(err) == "" || retryable(err) || !strings.Contains(err.Error(), target.KnownHosts) {
		t.Errorf("missing known_hosts: %v", err)
	}
}

// PITFALLS 33: each weak algorithm is refused by itself, allowed by its name, and warned of.
func TestLegacyAlgorithms(t *testing.T) {
	weak := ssh.InsecureAlgorithms()
	type server struct {
		cfg  ssh.Config
		host string
	}
	servers := map[string]server{ssh.KeyAlgoRSA: {host: ssh.KeyAlgoRSA}}
	for _, k := range weak.KeyExchanges {
		if !strings.Contains(k, "group-exchange") { // the library's server does not offer it
			servers[k] = server{cfg: ssh.Config{KeyExchanges: []string{k}}}
		}
	}
	for _, c := range weak.Ciphers {
		servers[c] = server{cfg: ssh.Config{Ciphers: []string{c}}}
	}
	for _, m := range weak.MACs {
		servers[m] = server{cfg: ssh.Config{Ciphers: []string{ssh.CipherAES128CTR}, MACs: []string{m}}}
	}
	rsaKey := newKey(t, "rsa")
	for name, srv := range servers {
		t.Run(name, func(t *testing.T) {
			_, target, _ := startSim(t, func(c *simsftp.Config) {
				c.SSH = srv.cfg
				if srv.host != "" {
					only, err := ssh.NewSignerWithAlgorithms(rsaKey.(ssh.AlgorithmSigner), []string{srv.host})
					if err != nil {
						t.Fatal(err)
					}
					c.HostKeys = []ssh.Signer{only}
				}
			})
			err := connects(t, target)
			if err == nil || retryable(err) || !strings.Contains(Hint(err), name) {
				t.Errorf("by itself: %v (%s)", err, Hint(err))
			}
			target.LegacyAlgorithms = []string{name}
			var log bytes.Buffer
			d, err := OpenDrop(target, Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			if _, _, err := d.Stat(context.Background(), "x"); err != nil {
				t.Fatalf("allowed by name: %v", err)
			}
			if !strings.Contains(log.String(), "weak") || strings.Count(log.String(), name) != 2 {
				t.Errorf("warning %q", log.String())
			}
		})
	}
	_, target, _ := startSim(t)
	target.LegacyAlgorithms = []string{"rot13"}
	if _, err := OpenDrop(target, Options{}); err == nil || !strings.Contains(err.Error(), "rot13") {
		t.Errorf("unknown name: %v", err)
	}
}

// Sound algorithms that the library leaves out by default are on.
func TestGroup16IsOn(t *testing.T) {
	_, target, _ := startSim(t, func(c *simsftp.Config) { c.SSH.KeyExchanges = []string{ssh.KeyExchangeDH16SHA512} })
	if err := connects(t, target); err != nil {
		t.Error(err)
	}
}

// PITFALLS 34: what is no usable key file is recognised, with the way out; Windows line ends do no harm.
func TestKeyFiles(t *testing.T) {
	signer, plain := keyPair(t, "ed25519", "")
	locked, encrypted := keyPair(t, "ed25519", "open sesame")
	public := ssh.MarshalAuthorizedKey(signer.PublicKey())
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")})
	pkcs8 := pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")})
	spki, err := x509.MarshalPKIXPublicKey(signer.PublicKey().(ssh.CryptoPublicKey).CryptoPublicKey())
	if err != nil {
		t.Fatal(err)
	}
	phrase := func(s string) secret.Secret { return secret.Func(func() (string, error) { return s, nil }) }
	cases := map[string]struct {
		content []byte
		phrase  secret.Secret
		says    string // "" when it works
		way     string
	}{
		"plain":                 {plain, secret.Secret{}, "", ""},
		"plain with passphrase": {plain, phrase("unneeded"), "", ""},
		"CRLF":                  {bytes.ReplaceAll(plain, []byte("\n"), []byte("\r\n")), secret.Secret{}, "", ""},
		"byte order mark":       {append([]byte("\xef\xbb\xbf"), plain...), secret.Secret{}, "", ""},
		"encrypted":             {encrypted, phrase("open sesame"), "", ""},
		"no passphrase":         {encrypted, secret.Secret{}, "no passphrase", "configure the passphrase"},
		"wrong passphrase":      {encrypted, phrase("guess"), "does not open", ""},
		"ppk":                   {[]byte("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n"), secret.Secret{}, ".ppk", "puttygen"},
		"public key":            {public, secret.Secret{}, "public key", "without .pub"},
		"ssh2 public key":       {[]byte("---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n"), secret.Secret{}, "public key", "without .pub"},
		"pem public key":        {pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}), secret.Secret{}, "public key", "without .pub"},
		"certificate":           {cert, secret.Secret{}, "certificate", "private key"},
		"encrypted PKCS#8":      {pkcs8, secret.Secret{}, "PKCS#8", "ssh-keygen -p"},
		"cut off":               {plain[:len(plain)/2], secret.Secret{}, "damaged", "copy it again"},
		"empty":                 {nil, secret.Secret{}, "empty", ""},
		"something else":        {[]byte("<html>not found</html>"), secret.Secret{}, "no private key", "OpenSSH"},
		"large":                 {bytes.Repeat([]byte("x"), 100_000), secret.Secret{}, "which no key has", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s, target, _ := startSim(t, func(cfg *simsftp.Config) { cfg.Keys = []ssh.PublicKey{signer.PublicKey(), locked.PublicKey()} })
			target.Password, target.KeyFile, target.Passphrase = secret.Secret{}, keyFile(t, c.content), c.phrase
			err := connects(t, target)
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				if n := len(s.Attempts()); n != 1 {
					t.Errorf("offered %v", s.Attempts())
				}
				return
			}
			var key *KeyError
			if !errors.As(err, &key) || !strings.Contains(err.Error(), c.says) || !strings.Contains(Hint(err), c.way) || retryable(err) {
				t.Errorf("%v (%s)", err, Hint(err))
			}
			if len(s.Attempts()) != 0 {
				t.Errorf("offered %v", s.Attempts())
			}
		})
	}
}

// PITFALLS 34: only the configured key is offered, even while an agent with others runs.
func TestOnlyTheConfiguredKeyIsOffered(t *testing.T) {
	signer, private := keyPair(t, "ed25519", "")
	s, target, _ := startSim(t)
	target.Password, target.KeyFile = secret.Secret{}, keyFile(t, private)
	t.Setenv("SSH_AUTH_SOCK", startAgent(t, 3))
	err := connects(t, target)
	if !errors.Is(err, ErrLogin) || retryable(err) || !strings.Contains(Hint(err), ssh.FingerprintSHA256(signer.PublicKey())) {
		t.Errorf("refused login: %v (%s)", err, Hint(err))
	}
	for _, a := range s.Attempts() {
		if a != "key "+ssh.FingerprintSHA256(signer.PublicKey()) {
			t.Errorf("offered %s", a)
		}
	}
}

// What is missing on our side must never read as "the file is not there": a crash in "renaming" would be taken for delivered.
func TestNoConnectionIsNoAnswer(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	for name, change := range map[string]func(*Target){
		"key file":    func(x *Target) { x.KeyFile = missing },
		"known_hosts": func(x *Target) { x.Fingerprints, x.KnownHosts = nil, missing },
		"server":      func(x *Target) { x.Port = 1 },
		"password": func(x *Target) {
			x.Password = secret.Func(func() (string, error) { return "", &fs.PathError{Op: "open", Path: missing, Err: fs.ErrNotExist} })
		},
	} {
		_, target, _ := startSim(t)
		change(&target)
		d := openDrop(t, target)
		if found, err := Find(context.Background(), d, "a", "b"); err == nil {
			t.Errorf("%s missing: found %q", name, found)
		}
		for act, err := range map[string]error{"publish": d.Publish(context.Background(), "a", "b"), "remove": d.Remove(context.Background(), "a")} {
			if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrGone) {
				t.Errorf("%s missing: %s: %v", name, act, err)
			}
		}
		_, err := openReturns(t, target).List(context.Background())
		if folder := new(FolderError); err == nil || (errors.As(err, &folder) && folder.Missing()) {
			t.Errorf("%s missing: list: %v", name, err)
		}
	}
}

func TestAgent(t *testing.T) {
	ours, private := keyPair(t, "ed25519", "")
	raw, err := ssh.ParseRawPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	s, target, _ := startSim(t, func(c *simsftp.Config) { c.Keys = []ssh.PublicKey{ours.PublicKey()} })
	t.Setenv("SSH_AUTH_SOCK", startAgent(t, 2, raw))
	target.Password, target.Agent = secret.Secret{}, true
	if err := connects(t, target); err != nil {
		t.Fatal(err)
	}
	before := len(s.Attempts())
	target.KeyFile = keyFile(t, ssh.MarshalAuthorizedKey(ours.PublicKey()))
	if err := connects(t, target); err != nil {
		t.Fatalf("narrowed by a public key: %v", err)
	}
	if got := len(s.Attempts()) - before; got != 1 {
		t.Errorf("%d attempts with one chosen key", got)
	}
	t.Setenv("SSH_AUTH_SOCK", "")
	if err := connects(t, target); err == nil || Hint(err) == "" {
		t.Errorf("no agent: %v", err)
	}
}

// startAgent serves an agent with some keys of its own and the given ones on a socket.
func startAgent(t *testing.T, others int, keys ...any) string {
	t.Helper()
	ring := agent.NewKeyring()
	for range others {
		_, private := keyPair(t, "ed25519", "")
		raw, err := ssh.ParseRawPrivateKey(private)
		if err != nil {
			t.Fatal(err)
		}
		keys = append([]any{raw}, keys...)
	}
	for _, k := range keys {
		if err := ring.Add(agent.AddedKey{PrivateKey: k}); err != nil {
			t.Fatal(err)
		}
	}
	socket := filepath.Join(t.TempDir(), "a")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(ring, c); c.Close() }()
		}
	}()
	return socket
}

func TestPasswordLogin(t *testing.T) {
	for _, interactive := range []bool{false, true} {
		s, target, _ := startSim(t, func(c *simsftp.Config) { c.Interlude = interactive })
		if err := connects(t, target); err != nil {
			t.Errorf("interactive %v: %v", interactive, err)
		}
		target.Password = secret.Func(func() (string, error) { return "wrong", nil })
		before := len(s.Attempts())
		if err := connects(t, target); !errors.Is(err, ErrLogin) {
			t.Errorf("wrong password: %v", err)
		}
		if n := len(s.Attempts()) - before; n != 1 {
			t.Errorf("a wrong password was offered %d times: %v", n, s.Attempts())
		}
	}
}

// PITFALLS 24: planted secrets never reach a log, an error or a printed target, whatever goes wrong.
func TestSecretsAreNeverTold(t *testing.T) {
	const planted = "planted-passphrase-2718"
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	_, encrypted := keyPair(t, "ed25519", planted)
	for _, change := range []func(*Target, *simsftp.Server){
		func(*Target, *simsftp.Server) {},
		func(x *Target, _ *simsftp.Server) {
			x.Password = secret.Func(func() (string, error) { return planted, nil })
		},
		func(x *Target, _ *simsftp.Server) { x.KeyFile = keyFile(t, encrypted) },
		func(x *Target, _ *simsftp.Server) {
			x.KeyFile, x.Passphrase = keyFile(t, encrypted), secret.Func(func() (string, error) { return planted + "x", nil })
		},
		func(x *Target, _ *simsftp.Server) {
			x.KeyFile, x.Passphrase = keyFile(t, encrypted[:200]), secret.Func(func() (string, error) { return planted, nil })
		},
		func(x *Target, _ *simsftp.Server) { x.Fingerprints = []string{"SHA256:" + strings.Repeat("A", 43)} },
		func(_ *Target, s *simsftp.Server) { s.Switch(simsftp.Fault{Op: simsftp.OpWrite, Do: simsftp.DoCut}) },
		func(_ *Target, s *simsftp.Server) {
			s.Switch(simsftp.Fault{Op: simsftp.OpRemove, Do: simsftp.DoRefuse}, simsftp.Fault{Op: simsftp.OpWrite, Do: simsftp.DoFail})
		},
	} {
		s, target, _ := startSim(t)
		change(&target, s)
		d, err := OpenDrop(target, Options{Log: log})
		if err != nil {
			t.Fatal(err)
		}
		err = deliver(d, "f.csv", "x")
		log.Debug("target", "target", target, "password", target.Password, "error", err)
		fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d\n", target, target, target, target.Password, target.Passphrase, target.Password, target.Password)
		fmt.Fprintln(&out, err, Hint(err), d.Check(context.Background()))
		_ = slog.New(slog.NewJSONHandler(&out, nil)).Handler().Handle(context.Background(), slog.Record{Message: fmt.Sprint(target)})
		slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "target", target)
		d.Close()
	}
	for _, planted := range []string{planted, simPassword, string(encrypted[100:140])} {
		if strings.Contains(out.String(), planted) {
			t.Errorf("told %q", planted)
		}
	}
	if !strings.Contains(out.String(), "***") || out.Len() < 1000 {
		t.Error("the search looked at nothing")
	}
}

func TestValidateTellsAllMistakes(t *testing.T) {
	err := Target{Kind: KindSFTP, Port: 70000, Verify: "md5", TempName: "{name}", Marker: "a/{name}", Match: []string{"["}, Fingerprints: []string{"MD5:x"}}.Validate()
	var fields []string
	for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
		fields = append(fields, e.(*FieldError).Field)
	}
	slices.Sort(fields)
	want := []string{"fingerprints", "folder", "host", "key_file", "marker", "match", "port", "temp_name", "user", "verify"}
	if !slices.Equal(fields, want) {
		t.Errorf("got %v, want %v", fields, want)
	}
}

// An RSA key signs with SHA-2; with SHA-1 only where the target names it.
func TestRSAKeysDoNotSignWithSHA1(t *testing.T) {
	key := newKey(t, "rsa")
	for _, legacy := range [][]string{nil, {ssh.KeyAlgoRSA}} {
		a, err := algorithms(legacy)
		if err != nil {
			t.Fatal(err)
		}
		signer, ok := sound(key, a.PublicKeyAuths).(ssh.MultiAlgorithmSigner)
		if !ok || slices.Contains(signer.Algorithms(), ssh.KeyAlgoRSA) != (legacy != nil) || !slices.Contains(signer.Algorithms(), ssh.KeyAlgoRSASHA512) {
			t.Errorf("legacy %v: %v", legacy, signer)
		}
	}
}
