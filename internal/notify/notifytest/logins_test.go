package notifytest

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/notify/post"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// A server that speaks TLS from the first byte (port 465) and wants XOAUTH2 takes a mail: the token is got anew by the
// refresh token, the one of another account is refused, and no secret is in what is said of it.
func TestImplicitTLSAndXOAUTH2(t *testing.T) {
	t.Parallel()
	m := newMailServer(t)
	_ = m.listener.Close()
	m.implicit, m.token = true, "access-1"
	m.listen(t, "127.0.0.1:0")
	given := "access-1"
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("grant_type") != "refresh_token" || r.FormValue("refresh_token") != "refresh-s3cr3t" || r.FormValue("client_id") != "app" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"error":"invalid_grant"}`))
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"access_token": given, "token_type": "Bearer", "expires_in": 3600})
	}))
	defer tokens.Close()
	dir := t.TempDir()
	keep := func(name, text string) secret.Secret {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := secret.At("file:" + path)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	_ = keep("ca.pem", string(m.ca))
	host, port, err := net.SplitHostPort(m.addr)
	if err != nil {
		t.Fatal(err)
	}
	number, err := net.LookupPort("tcp", port)
	if err != nil {
		t.Fatal(err)
	}
	cfg := &config.Config{}
	cfg.Notify.Mail = config.MailServer{Host: host, Port: number, TLS: config.MailTLS, From: "fisbridge <bridge@example.com>", User: "bridge", CA: filepath.Join(dir, "ca.pem"), Timeout: 10 * time.Second,
		OAuth: config.MailOAuth{TokenURL: tokens.URL, ClientID: "app", RefreshToken: keep("refresh", "refresh-s3cr3t")}}
	s := &post.Sender{Config: cfg, Now: time.Now, Agent: "fisbridge/test"}
	send := func() error {
		return s.Send(t.Context(), post.Mail, "mira@example.com", post.Letter{ID: "fb_1", At: time.Now(), Subject: "Lantern: 1 thing", Text: "text"}, nil)
	}
	if err := send(); err != nil {
		t.Fatal(err)
	}
	if got := m.taken(); len(got) != 1 || got[0].to != "mira@example.com" {
		t.Errorf("the server got %v", got)
	}
	if err := s.CheckMail(t.Context(), true); err != nil {
		t.Errorf("check: %v", err)
	}
	refused := func(name string, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("%s: it was taken", name)
			return
		}
		for _, word := range []string{"s3cr3t", "access-"} {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%s: the error says a secret: %v", name, err)
			}
		}
	}
	given = "access-of-another-account"
	refused("another account", send())
	given = "access-1"
	cfg.Notify.Mail.OAuth.RefreshToken = keep("refresh", "s3cr3t-of-yesterday")
	refused("an old refresh token", send())
	cfg.Notify.Mail.OAuth.RefreshToken = keep("refresh", "refresh-s3cr3t")
	stale := func(context.Context) error { return context.DeadlineExceeded }
	if err := s.Send(t.Context(), post.Mail, "mira@example.com", post.Letter{ID: "fb_2", At: time.Now(), Subject: "s", Text: "t"}, stale); err == nil {
		t.Error("it was sent though it was refused in the last moment")
	}
	if got := m.taken(); len(got) != 0 {
		t.Errorf("the server got %d mails more", len(got))
	}
}
