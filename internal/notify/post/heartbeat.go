package post

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/fisbridge/fisbridge/internal/config"
)

// needsPerson is the exit code of a run that was done and left something for a person.
const needsPerson = 3

// Beat is the heartbeat of one run: a call when it begins, and one when it ends, with one id. A Beat of nil calls
// nobody.
type Beat struct {
	sender *Sender
	id     string
	began  chan struct{} // closed when the first call is over
}

// Begin calls that a run begins; it does not wait for the answer.
func (s *Sender) Begin(ctx context.Context) *Beat {
	if !s.Config.Notify.Heartbeat.URL.Given() {
		return nil
	}
	b := &Beat{sender: s, id: uuid.NewString(), began: make(chan struct{})}
	go func() {
		defer close(b.began)
		_ = s.ping(context.WithoutCancel(ctx), "start", b.id, "") // the call at the end tells of trouble
	}()
	return b
}

// End calls how a run ended, by its exit code; negative: it did not come to its end. The error says that nobody took
// the call; it is a remark and no failure of the run.
func (b *Beat) End(ctx context.Context, exit int, text string) error {
	if b == nil {
		return nil
	}
	<-b.began
	h := b.sender.Config.Notify.Heartbeat
	word := strconv.Itoa(exit)
	switch {
	case exit < 0:
		word = "fail"
	case exit == needsPerson && h.NeedsPerson == "success":
		word = "0"
	}
	return b.sender.ping(context.WithoutCancel(ctx), word, b.id, text)
}

// ping calls the address of the heartbeat with a word behind its path.
func (s *Sender) ping(ctx context.Context, word, id, text string) error {
	h := s.Config.Notify.Heartbeat
	u, err := Address(s.Config, h.URL)
	if err != nil {
		return fmt.Errorf("notify.heartbeat.url: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, h.Timeout)
	defer cancel()
	at := u.JoinPath(word)
	at.RawQuery = withRun(u.Query(), id)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), strings.NewReader(text))
	if err != nil {
		return withoutAddress(err)
	}
	r.Header.Set("User-Agent", s.Agent)
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	return s.answer("heartbeat", r)
}

func withRun(q url.Values, id string) string {
	q.Set("rid", id)
	return q.Encode()
}

// CheckHeartbeat looks whether the heartbeat can be called; nobody is told that a run was.
func (s *Sender) CheckHeartbeat(ctx context.Context, online bool) error {
	u, err := Address(s.Config, s.Config.Notify.Heartbeat.URL)
	if err != nil || !online {
		return err
	}
	return s.reach(ctx, u)
}

// Heart reports whether a heartbeat is configured.
func Heart(c *config.Config) bool { return c.Notify.Heartbeat.URL.Given() }
