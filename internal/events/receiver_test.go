package events

import (
	"context"
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
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

const body = `{"id":"e1","correlationId":"c1","eventType":"reportObligation.readyForIntegration","topic":"public.concur.financialintegration","subtopic":"p1",
"timeStamp":"2026-03-31T22:59:00.123+0000","route":"","data":null,"new":{"field":[1]},"facts":{"companyId":"7A1C","documentId":"R1","entityId":"p1","href":"https://elsewhere.example.com/"}}`

var now = time.Date(2026, 3, 31, 23, 0, 0, 0, time.UTC)

// receiver is one that keeps what it hears in a list.
func receiver(o Options) (*Receiver, *[]Event) {
	var kept []Event
	o.Path, o.Company, o.Now = "/events", "7a1c", func() time.Time { return now }
	o.Log = slog.New(slog.DiscardHandler)
	if o.PerMinute == 0 {
		o.PerMinute = 1000
	}
	if o.Sender == "" {
		o.Sender = "webhook.api.concursolutions.com"
	}
	if o.Keep == nil {
		o.Keep = func(_ context.Context, e Event) (bool, error) {
			kept = append(kept, e)
			return true, nil
		}
	}
	return &Receiver{o: o, wake: make(chan struct{}, 1)}, &kept
}

func TestWhatIsTakenAndWhatIsNot(t *testing.T) {
	with := func(old, new string) string { return strings.Replace(body, old, new, 1) }
	subject := func(v ...string) http.Header { return http.Header{"X-Subject": v} }
	ours := subject("CN=webhook.api.concursolutions.com,O=SAP SE")
	for name, c := range map[string]struct {
		method, path, body string
		header             http.Header
		status, kept       int
	}{
		"an event":                {"POST", "/events", body, ours, 204, 1},
		"openssl's old form":      {"POST", "/events", body, subject("/O=SAP SE/CN=webhook.api.concursolutions.com"), 204, 1},
		"Z for the zone":          {"POST", "/events", with("+0000", "Z"), ours, 204, 1},
		"no id of its own":        {"POST", "/events", with(`"e1"`, `""`), ours, 204, 1},
		"another path":            {"POST", "/", body, ours, 404, 0},
		"below the path":          {"POST", "/events/x", body, ours, 404, 0},
		"another method":          {"GET", "/events", "", ours, 405, 0},
		"no name":                 {"POST", "/events", body, nil, 403, 0},
		"another name":            {"POST", "/events", body, subject("CN=webhook.api.concursolutions.com.example.com"), 403, 0},
		"two names":               {"POST", "/events", body, subject("CN=webhook.api.concursolutions.com,CN=x"), 403, 0},
		"a name in another part":  {"POST", "/events", body, subject("O=CN=webhook.api.concursolutions.com"), 403, 0},
		"a quoted comma":          {"POST", "/events", body, subject(`O=x\,CN=webhook.api.concursolutions.com`), 403, 0},
		"the caller's header too": {"POST", "/events", body, subject("CN=webhook.api.concursolutions.com", "CN=x"), 403, 0},
		"not JSON":                {"POST", "/events", "<xml/>", ours, 400, 0},
		"nothing":                 {"POST", "/events", "", ours, 400, 0},
		"an array":                {"POST", "/events", "[]", ours, 400, 0},
		"no document":             {"POST", "/events", with(`"documentId":"R1"`, `"documentId":""`), ours, 400, 0},
		"a document that is none": {"POST", "/events", with(`"R1"`, `"R1\u001b[2J"`), ours, 400, 0},
		"huge":                    {"POST", "/events", with(`"R1"`, `"`+strings.Repeat("R", maxBody)+`"`), ours, 413, 0},
		"another topic":           {"POST", "/events", with("public.concur.financialintegration", "public.concur.user"), ours, 204, 0},
		"another type":            {"POST", "/events", with("reportObligation.ready", "report.ready"), ours, 204, 0},
		"another company":         {"POST", "/events", with("7A1C", "other"), ours, 204, 0},
		"replayed after a month":  {"POST", "/events", with("2026-03-31", "2026-02-28"), ours, 204, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r, kept := receiver(Options{SenderHeader: "X-Subject"})
			q := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
			for k, v := range c.header {
				q.Header[k] = v
			}
			w := httptest.NewRecorder()
			r.ServeHTTP(w, q)
			if w.Code != c.status || len(*kept) != c.kept {
				t.Errorf("status %d, want %d; kept %v", w.Code, c.status, *kept)
			}
			for _, e := range *kept {
				if e.DocType != fis.ReportObligation || e.Ref != "R1" || !e.Ready.Equal(now.Add(-time.Minute+123*time.Millisecond)) || e.ID == "" {
					t.Errorf("kept %+v", e)
				}
			}
		})
	}
}

// What cannot be taken just now is answered so that the service tries again.
func TestTriedAgain(t *testing.T) {
	post := func(r *Receiver) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("POST", "/events", strings.NewReader(body)))
		return w
	}
	r, _ := receiver(Options{Keep: func(context.Context, Event) (bool, error) { return false, errors.New("the disk is full") }})
	if w := post(r); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || strings.Contains(w.Body.String(), "disk") {
		t.Errorf("not kept: %d %s", w.Code, w.Body)
	}
	half := func() *httptest.ResponseRecorder { // the connection broke in the middle of the body
		r, kept := receiver(Options{})
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("POST", "/events", io.MultiReader(strings.NewReader(body[:20]), iotest.ErrReader(io.ErrUnexpectedEOF))))
		if len(*kept) > 0 {
			t.Errorf("kept %v of half an event", *kept)
		}
		return w
	}
	if w := half(); w.Code != http.StatusServiceUnavailable {
		t.Errorf("half an event: %d, which is never sent again", w.Code)
	}
	r, kept := receiver(Options{PerMinute: 2})
	r.o.Gather = time.Hour
	defer func() { r.timer.Stop() }()
	for i, want := range []int{204, 204, 429, 429} {
		if w := post(r); w.Code != want {
			t.Errorf("call %d: %d, want %d", i+1, w.Code, want)
		}
	}
	if r.o.Now = func() time.Time { return now.Add(time.Minute) }; post(r).Code != 204 || len(*kept) != 3 {
		t.Error("a minute later it takes none")
	}
}

// Many events are one sign, and one that is known gives none.
func TestOneSign(t *testing.T) {
	fresh := true
	r, _ := receiver(Options{Keep: func(context.Context, Event) (bool, error) { return fresh, nil }})
	r.o.Gather = 10 * time.Millisecond
	post := func() {
		r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/events", strings.NewReader(body)))
	}
	post()
	post()
	<-r.Wake()
	fresh = false
	post()
	if r.timer != nil && len(r.wake) == 0 {
		t.Error("a known event rings")
	}
}

// With a certificate of its own the receiver lets in who has a certificate of the right name from the right authority.
func TestOwnCertificate(t *testing.T) {
	dir := t.TempDir()
	ca, caKey := certificate(t, nil, nil, "authority")
	other, otherKey := certificate(t, nil, nil, "another authority")
	server, serverKey := certificate(t, ca, caKey, "localhost")
	file := func(name string, blocks ...*pem.Block) string {
		var text []byte
		for _, b := range blocks {
			text = append(text, pem.EncodeToMemory(b)...)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	key, err := x509.MarshalPKCS8PrivateKey(serverKey)
	if err != nil {
		t.Fatal(err)
	}
	o, kept := receiver(Options{})
	o.o.Listen = "127.0.0.1:0"
	o.o.Certificate, o.o.Key = file("cert.pem", &pem.Block{Type: "CERTIFICATE", Bytes: server.Raw}), file("key.pem", &pem.Block{Type: "PRIVATE KEY", Bytes: key})
	o.o.ClientCA = file("ca.pem", &pem.Block{Type: "CERTIFICATE", Bytes: ca.Raw})
	r, err := Listen(o.o)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	post := func(c *x509.Certificate, k *ecdsa.PrivateKey) string {
		roots := x509.NewCertPool()
		roots.AddCert(ca)
		conf := &tls.Config{RootCAs: roots, ServerName: "localhost"}
		if c != nil {
			conf.Certificates = []tls.Certificate{{Certificate: [][]byte{c.Raw}, PrivateKey: k}}
		}
		client := http.Client{Transport: &http.Transport{TLSClientConfig: conf, DisableKeepAlives: true}}
		answer, err := client.Post("https://"+r.Addr+"/events", "application/json", strings.NewReader(body))
		if err != nil {
			return "no answer"
		}
		defer answer.Body.Close()
		_, _ = io.Copy(io.Discard, answer.Body)
		return fmt.Sprint(answer.StatusCode)
	}
	for _, c := range []struct {
		what   string
		ca     *x509.Certificate
		key    *ecdsa.PrivateKey
		name   string
		want   string
		events int
	}{
		{"the service", ca, caKey, "webhook.api.concursolutions.com", "204", 1},
		{"another name", ca, caKey, "someone.example.com", "403", 1},
		{"another authority", other, otherKey, "webhook.api.concursolutions.com", "no answer", 1},
	} {
		client, clientKey := certificate(t, c.ca, c.key, c.name)
		if got := post(client, clientKey); got != c.want || len(*kept) != c.events {
			t.Errorf("%s: %s, want %s; %d kept", c.what, got, c.want, len(*kept))
		}
	}
	if got := post(nil, nil); got != "no answer" {
		t.Errorf("no certificate: %s", got)
	}
}

// certificate makes one that the parent has signed, or an authority.
func certificate(t *testing.T, parent *x509.Certificate, by *ecdsa.PrivateKey, name string) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name, Organization: []string{"SAP SE"}}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), BasicConstraintsValid: true,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}}
	if parent == nil {
		c.IsCA, c.KeyUsage, parent, by = true, x509.KeyUsageCertSign, c, key
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return made, key
}
