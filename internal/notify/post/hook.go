package post

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// callTimeout is how long a webhook may take to answer.
const callTimeout = 20 * time.Second

// client calls webhooks: it follows no redirect, for a letter is for one address only.
func client() *http.Client {
	return &http.Client{Timeout: callTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Address reveals the address of a webhook or heartbeat: https, or http on this machine.
func Address(c *config.Config, s secret.Secret) (*url.URL, error) {
	text, err := c.Reveal(s)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Fragment != "" { // what stands there may be half a secret
		return nil, errors.New("what is found there is no address such as https://example.com/hook")
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme != "https" && !(u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())) {
		return nil, errors.New("the address does not begin with https://; plain http is for this machine only")
	}
	return u, nil
}

// call posts a letter to a webhook.
func (s *Sender) call(ctx context.Context, name string, l Letter, last func(context.Context) error) error {
	w, ok := s.Config.Notify.Webhooks[name]
	if !ok {
		return &RefusedError{errGone}
	}
	place := "webhook " + name
	u, err := Address(s.Config, w.URL)
	if err != nil {
		return fmt.Errorf("%s: %w", place, err)
	}
	body, err := s.body(w.Kind, l)
	if err != nil {
		return &RefusedError{err}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s: %w", place, withoutAddress(err))
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", s.Agent)
	if w.Kind == config.WebhookStandard {
		key, err := s.key(w.Secret)
		if err != nil {
			return fmt.Errorf("notify.webhooks.%s.secret: %w", name, err)
		}
		stamp := strconv.FormatInt(s.Now().Unix(), 10)
		r.Header.Set("webhook-id", l.ID)
		r.Header.Set("webhook-timestamp", stamp)
		r.Header.Set("webhook-signature", "v1,"+sign(key, l.ID, stamp, body))
	}
	if err := last(ctx); err != nil {
		return err
	}
	return s.answer(place, r)
}

// answer makes a call and says what its answer means.
func (s *Sender) answer(place string, r *http.Request) error {
	answer, err := client().Do(r)
	if err != nil {
		return &ReachError{fmt.Errorf("%s: %w", place, withoutAddress(err))}
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10)) // so that the connection can be used again
	if answer.StatusCode/100 == 2 {
		return nil
	}
	err = fmt.Errorf("%s: it answered %s", place, http.StatusText(answer.StatusCode))
	if http.StatusText(answer.StatusCode) == "" {
		err = fmt.Errorf("%s: it answered %d", place, answer.StatusCode)
	}
	may := []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusConflict, http.StatusTooEarly, http.StatusTooManyRequests}
	if c := answer.StatusCode; c/100 == 4 && !slices.Contains(may, c) || c/100 == 3 {
		return &RefusedError{err}
	}
	if wait, ok := retryAfter(answer.Header.Get("Retry-After"), s.Now()); ok {
		return &LaterError{err, wait}
	}
	return err
}

// longestLater bounds what another side may ask for.
const longestLater = 6 * time.Hour

func retryAfter(text string, now time.Time) (time.Duration, bool) {
	var wait time.Duration
	if n, err := strconv.Atoi(text); err == nil && n > 0 && n < 1<<20 {
		wait = time.Duration(n) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wait = at.Sub(now)
	}
	return min(wait, longestLater), wait > 0
}

// withoutAddress takes the address out of an error: it is a secret.
func withoutAddress(err error) error {
	var own *url.Error
	if errors.As(err, &own) {
		return own.Err
	}
	return err
}

// key is the key of a secret as Standard Webhooks writes it: whsec_ and base64.
func (s *Sender) key(of secret.Secret) ([]byte, error) {
	text, err := s.Config.Reveal(of)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "whsec_"))
	if err != nil || len(key) < 24 || len(key) > 64 { // the bounds of the specification
		return nil, errors.New("is not whsec_ and base64 of 24 to 64 bytes: echo whsec_$(openssl rand -base64 32)")
	}
	return key, nil
}

// sign is the signature of Standard Webhooks: HMAC-SHA256 of id, timestamp and body.
func sign(key []byte, id, stamp string, body []byte) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(id + "." + stamp + "."))
	h.Write(body)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func (s *Sender) body(kind string, l Letter) ([]byte, error) {
	switch kind {
	case config.WebhookSlack:
		return json.Marshal(slack(l))
	case config.WebhookTeams:
		return json.Marshal(teams(l))
	}
	return json.Marshal(map[string]any{"type": "fisbridge." + l.Kind, "timestamp": l.At.UTC(), "data": map[string]any{
		"id": l.ID, "company": l.Company, "subject": l.Subject, "text": l.Text, "url": l.URL, "counts": l.Counts, "matters": l.Items}})
}

// slack is a message of Slack: its text has three letters of its own.
func slack(l Letter) map[string]any {
	clean := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*", "∗", "|", "¦").Replace
	lines := []string{"*" + clean(plain(l.Subject)) + "*"}
	for _, line := range l.Lines {
		text := clean(plain(line.Text))
		switch {
		case line.Head:
			text = "_" + text + "_"
		case line.URL != "":
			text = "• <" + line.URL + "|" + text + ">"
		default:
			text = "• " + text
		}
		lines = append(lines, text)
	}
	if l.URL != "" {
		lines = append(lines, "<"+l.URL+"|"+clean(plain(l.Link))+">")
	}
	return map[string]any{"text": strings.Join(lines, "\n")}
}

// teams is a message with an Adaptive Card, as the workflow "Post to a channel when a webhook request is received" takes
// it.
func teams(l Letter) map[string]any {
	clean := strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "`", "\\`", "~", "\\~", "#", "\\#").Replace
	body := []map[string]any{{"type": "TextBlock", "text": clean(plain(l.Subject)), "weight": "Bolder", "size": "Medium", "wrap": true}}
	for _, line := range l.Lines {
		text := clean(plain(line.Text))
		if line.URL != "" {
			text = "[" + text + "](" + line.URL + ")"
		}
		block := map[string]any{"type": "TextBlock", "text": text, "wrap": true, "spacing": "Small"}
		if line.Head {
			block["weight"], block["spacing"] = "Bolder", "Medium"
		}
		body = append(body, block)
	}
	card := map[string]any{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "body": body}
	if l.URL != "" {
		card["actions"] = []map[string]any{{"type": "Action.OpenUrl", "title": plain(l.Link), "url": l.URL}}
	}
	return map[string]any{"type": "message", "attachments": []map[string]any{{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": card}}}
}

// CheckWebhook looks whether a webhook can be called: its secrets are there, and with online somebody takes the
// connection. Nothing is posted.
func (s *Sender) CheckWebhook(ctx context.Context, name string, online bool) error {
	w := s.Config.Notify.Webhooks[name]
	u, err := Address(s.Config, w.URL)
	if err != nil {
		return fmt.Errorf("url: %w", err)
	}
	if w.Kind == config.WebhookStandard {
		if _, err := s.key(w.Secret); err != nil {
			return fmt.Errorf("secret: %w", err)
		}
	}
	if !online {
		return nil
	}
	return s.reach(ctx, u)
}

// reach asks the host of an address for nothing (OPTIONS): any answer shows that name, way and certificate are right.
func (s *Sender) reach(ctx context.Context, u *url.URL) error {
	host := url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/"}
	r, err := http.NewRequestWithContext(ctx, http.MethodOptions, host.String(), nil)
	if err != nil {
		return withoutAddress(err)
	}
	r.Header.Set("User-Agent", s.Agent)
	answer, err := client().Do(r)
	if err != nil {
		return withoutAddress(err)
	}
	return answer.Body.Close()
}
