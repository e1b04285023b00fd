package notifytest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"encoding/base64"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// program is the program as users get it, but for the places at which it can be killed, and its clock; built once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "fisbridge-notifytest-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "fisbridge")
	out, err := exec.Command("go", "build", "-tags", "killpoint", "-o", path, "../../../cmd/fisbridge").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if path, err := program(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	os.Exit(code)
}

// world is what the demo leaves, with people who are told.
type world struct {
	*testing.T
	bin, dir string
	mails    *mailServer
	calls    *callServer
	// ahead is how far the clock of the program is ahead. The demo lives three days within seconds. It is noon there, whenever
	// a test runs: what comes at an hour of the day would come within some tests and not within others.
	ahead time.Duration
	kill  string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	bin, err := program()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, bin: bin, dir: filepath.Join(t.TempDir(), "lantern"), ahead: 72*time.Hour + untilNoon(time.Now())}
	if out, err := exec.Command(bin, "demo", w.dir).CombinedOutput(); err != nil {
		t.Fatalf("demo: %v\n%s", err, out)
	}
	w.mails, w.calls = newMailServer(t), newCallServer(t)
	w.ok(os.WriteFile(filepath.Join(w.dir, "secrets", "mail"), []byte(mailPassword), 0o600))
	w.ok(os.WriteFile(filepath.Join(w.dir, "secrets", "whsec"), []byte(hookSecret), 0o600))
	w.ok(os.WriteFile(filepath.Join(w.dir, "secrets", "ca.pem"), w.mails.ca, 0o600))
	for _, name := range []string{"standard", "slack", "teams", "beat"} {
		w.ok(os.WriteFile(filepath.Join(w.dir, "secrets", name), []byte(w.calls.URL+"/"+name+"/s3cr3t-"+name), 0o600))
	}
	return w
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// configure puts keys behind the configuration of the demo.
func (w *world) configure(text string) {
	w.Helper()
	path := filepath.Join(w.dir, "fisbridge.yaml")
	before, err := os.ReadFile(path)
	w.ok(err)
	kept, _, _ := strings.Cut(string(before), "# told\n")
	w.ok(os.WriteFile(path, []byte(strings.TrimRight(kept, "\n")+"\n# told\n"+w.told(text)), 0o600))
}

// told are keys with the address of the mail server.
func (w *world) told(text string) string {
	w.Helper()
	host, port, err := net.SplitHostPort(w.mails.addr)
	w.ok(err)
	return strings.NewReplacer("MAILHOST", host, "MAILPORT", port).Replace(text)
}

// command runs a command in the folder and gives its exit code and what it writes.
func (w *world) command(args ...string) (int, string) {
	w.Helper()
	cmd := w.cmd(args...)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.Fatalf("%v: %v\n%s", args, err, out)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func (w *world) cmd(args ...string) *exec.Cmd {
	cmd := exec.Command(w.bin, append([]string{"-C", w.dir}, args...)...)
	cmd.Env = append(os.Environ(), "FISBRIDGE_NOW_OFFSET="+w.ahead.String())
	if w.kill != "" {
		cmd.Env = append(cmd.Env, "FISBRIDGE_KILL_AT="+w.kill)
	}
	return cmd
}

// must is a command that must end with an exit code.
func (w *world) must(code int, args ...string) string {
	w.Helper()
	got, out := w.command(args...)
	if got != code {
		w.Fatalf("%v: exit %d, want %d\n%s", args, got, code, out)
	}
	return out
}

// mailPassword is that of the mail server.
const mailPassword = "open sesame 42"

// mailServer takes mails after STARTTLS and a login.
type mailServer struct {
	addr     string
	ca       []byte
	mu       sync.Mutex
	got      []letter
	refuse   map[string]*smtp.SMTPError
	plain    int    // mails and logins without TLS
	implicit bool   // TLS from the first byte, as on port 465
	token    string // XOAUTH2 with it is the only login
	server   *smtp.Server
	listener net.Listener
}

// letter is a mail as a stranger reads it.
type letter struct {
	to                 string
	head               mail.Header
	text, html         string
	files              map[string][]byte
	subject, messageID string
	raw                string
}

func newMailServer(t *testing.T) *mailServer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(1000 * time.Hour), IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	m := &mailServer{refuse: map[string]*smtp.SMTPError{}, ca: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	m.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &session{m: m, c: c}, nil }))
	m.server.Domain = "mail.test"
	m.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}
	m.listen(t, "127.0.0.1:0")
	t.Cleanup(func() { _ = m.server.Close() })
	return m
}

func (m *mailServer) listen(t *testing.T, addr string) {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	m.listener, m.addr = l, l.Addr().String()
	if m.implicit {
		l = tls.NewListener(l, m.server.TLSConfig)
	}
	go func() { _ = m.server.Serve(l) }()
}

// session is one conversation.
type session struct {
	m    *mailServer
	c    *smtp.Conn
	in   bool
	to   []string
	from string
}

func (s *session) AuthMechanisms() []string {
	if s.m.token != "" {
		return []string{"XOAUTH2"}
	}
	return []string{sasl.Plain}
}

// bearer is a login by XOAUTH2, as Google and Microsoft describe it.
type bearer func(response []byte) error

func (b bearer) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil {
		return []byte{}, false, nil
	}
	return nil, true, b(response)
}

func (s *session) Auth(string) (sasl.Server, error) {
	if s.m.token != "" {
		return bearer(func(response []byte) error {
			if string(response) != "user=bridge\x01auth=Bearer "+s.m.token+"\x01\x01" {
				return errors.New("wrong token")
			}
			s.in = true
			return nil
		}), nil
	}
	return sasl.NewPlainServer(func(_, user, password string) error {
		if _, secure := s.c.TLSConnectionState(); !secure {
			s.m.plain++
		}
		if user != "bridge" || password != mailPassword {
			return errors.New("wrong password")
		}
		s.in = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.in {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	if err := s.m.refuse[to]; err != nil {
		return err
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l, err := readMail(b)
	if err != nil {
		return err
	}
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	for _, to := range s.to {
		l.to = to
		s.m.got = append(s.m.got, l)
	}
	return nil
}

func (s *session) Reset()        { s.to = nil }
func (s *session) Logout() error { return nil }

// readMail reads a mail with the parsers of the standard library.
func readMail(b []byte) (letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(b))
	if err != nil {
		return letter{}, err
	}
	l := letter{head: m.Header, files: map[string][]byte{}, raw: string(b), messageID: m.Header.Get("Message-ID")}
	if l.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	return l, l.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), "", m.Body)
}

func (l *letter) part(kind, coding, disposition string, body io.Reader) error {
	media, params, err := mime.ParseMediaType(kind)
	if err != nil {
		return err
	}
	if strings.HasPrefix(media, "multipart/") {
		r := multipart.NewReader(body, params["boundary"])
		for {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := l.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p.Header.Get("Content-Disposition"), p); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(coding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	if how, params, err := mime.ParseMediaType(disposition); err == nil && how == "attachment" {
		l.files[params["filename"]] = b
		return nil
	}
	switch media {
	case "text/plain":
		l.text = string(b)
	case "text/html":
		l.html = string(b)
	}
	return nil
}

// taken gives the mails since the last time.
func (m *mailServer) taken() []letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	got := m.got
	m.got = nil
	return got
}

// hookSecret signs webhooks.
const hookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYqr"

// callServer takes webhooks and heartbeats.
type callServer struct {
	*httptest.Server
	mu   sync.Mutex
	got  []call
	code int // answered in place of 200
}

type call struct {
	path string
	head http.Header
	body []byte
	rid  string
}

func newCallServer(t *testing.T) *callServer {
	c := &callServer{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		c.mu.Lock()
		defer c.mu.Unlock()
		if r.Method == http.MethodPost {
			c.got = append(c.got, call{r.URL.Path, r.Header, b, r.URL.Query().Get("rid")})
		}
		if c.code != 0 {
			w.WriteHeader(c.code)
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *callServer) taken() []call {
	c.mu.Lock()
	defer c.mu.Unlock()
	got := c.got
	c.got = nil
	return got
}

// untilNoon is the time until noon comes next, in UTC.
func untilNoon(now time.Time) time.Duration {
	since := now.UTC().Sub(now.UTC().Truncate(24 * time.Hour))
	return (36*time.Hour - since) % (24 * time.Hour)
}
