package concur

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/secret"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// Everything that can go wrong goes wrong at debug level, with a service that repeats our secrets in its answers: none
// of them comes out in a log, an error, or a printed value.
func TestNoSecretComesOut(t *testing.T) {
	var out strings.Builder
	say := func(args ...any) { fmt.Fprintln(&out, args...) }
	b := newBench(t, func(c *Config) { c.MaxWait = -1 })
	ids := b.add(3)
	run := func() {
		_, err := b.client.Find(b.Context(), fis.Expense, ids[0])
		say(err)
		_, err = b.client.Acknowledge(b.Context(), fis.Expense, ids)
		say(err)
		_, _, err = b.fetch(nil)
		say(err)
		say(b.client.Status(b.Context()))
	}
	secrets := []string{simfis.DefaultConfig().ClientSecret, simfis.DefaultConfig().RequestToken, b.store.token.Access, b.store.token.Refresh}
	for _, kind := range []string{simfis.FaultCut, simfis.FaultGarbage, simfis.FaultLost, simfis.FaultStatus, simfis.FaultExpire} {
		b.faults(simfis.Fault{Kind: kind, Call: "list"}, simfis.Fault{Kind: kind, Call: "acknowledge"})
		run()
		secrets = append(secrets, b.store.token.Access, b.store.token.Refresh)
	}
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		said, _ := json.Marshal(fmt.Sprint(r.Header.Get("Authorization"), " ", string(body)))
		w.WriteHeader(400)
		fmt.Fprintf(w, `{"code":%s,"error":%s,"error_description":%s,"message":%s}`, said, said, said, said)
	}))
	defer echo.Close()
	b.client.tokens.have.Geolocation = echo.URL
	run()
	b.client.tokens.have = Token{}
	b.store.token.Geolocation, b.store.token.Access = echo.URL, ""
	run()
	bad := b.another(func(c *Config) { c.BaseURL = echo.URL; c.MaxWait = -1 })
	_, err := bad.Login(b.Context(), simfis.DefaultConfig().RequestToken)
	say(err)
	_, err = New(Config{ClientSecret: secret.Text(simfis.DefaultConfig().ClientSecret)})
	say(err)

	tok, hidden := Token{Access: secrets[2], Refresh: secrets[3], Former: secrets[3]}, secret.Text(secrets[0])
	say(tok, &tok, hidden, &hidden)
	fmt.Fprintf(&out, "%v %+v %#v %s %q %x %d", tok, tok, tok, tok, hidden, hidden, hidden)
	log := slog.New(slog.NewTextHandler(&out, nil))
	log.Info("x", "token", tok, "secret", hidden, "both", []any{tok, hidden})
	asJSON, err := json.Marshal(map[string]any{"s": hidden})
	say(string(asJSON), err)
	if _, err := json.Marshal(tok); err == nil {
		t.Error("a token was written as JSON")
	}

	text := out.String() + b.log.String()
	if len(text) < 2000 || !strings.Contains(text, "status 400") {
		t.Fatalf("the test saw too little: %s", text)
	}
	for _, s := range secrets {
		if s != "" && strings.Contains(text, s) {
			t.Errorf("secret %q came out", s)
		}
	}
}
