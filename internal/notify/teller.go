package notify

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge/moved"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
	"github.com/fisbridge/fisbridge/internal/notify/post"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words"
)

// Teller tells the people of one company.
type Teller struct {
	given   func(ctx context.Context, since time.Time) ([]Given, error)
	w       *desk.Workspace
	words   *words.Catalogue
	log     *slog.Logger
	sender  *post.Sender
	company string
	base    string
	// remark tells who waits at a terminal that something went wrong.
	remark func(string)
	wake   chan struct{}
	one    sync.Mutex // it tells one thing after the other
	beat   *post.Beat
}

// Options are what a teller needs beside the working folder.
type Options struct {
	// Short is what stands in addresses for the company.
	Short string
	Agent string
	// Roles gives what was given to people since a moment, as the history of sign-ins tells it; nil: nobody knows.
	Roles func(ctx context.Context, since time.Time) ([]Given, error)
	// Remark is told what went wrong; nil: only the log is.
	Remark func(string)
}

// Given is a role, or several, that a person was given or lost.
type Given struct {
	Number int64
	At     time.Time
}

// New is a teller for an open working folder, which may be changed. Nothing is told yet.
func New(w *desk.Workspace, o Options) (*Teller, error) {
	catalogue, err := words.Load()
	if err != nil {
		return nil, err
	}
	t := &Teller{w: w, words: catalogue, log: w.Log(), sender: &post.Sender{Config: w.Config, Now: w.Now, Agent: o.Agent}, remark: o.Remark, given: o.Roles, wake: make(chan struct{}, 1)}
	t.company = wording.Visible(wording.Line(w.Config.Console.Name))
	if t.company == "" {
		t.company = o.Short
	}
	if u := w.Config.Console.PublicURL; u != "" {
		t.base = strings.TrimSuffix(u, "/") + "/c/" + o.Short
	}
	return t, nil
}

// trouble tells of what went wrong, and ends it there: telling fails no run.
func (t *Teller) trouble(what string, err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	t.log.Warn("telling people", "step", what, "error", err.Error())
	if t.remark != nil {
		t.remark(what + ": " + wording.Error(err))
	}
}

// Begin is told that a run begins: the heartbeat is called.
func (t *Teller) Begin(ctx context.Context) {
	t.beat = t.sender.Begin(ctx)
}

// End is told how a run ended, by its exit code; negative: it did not come to its end. text says what it did, in
// figures.
func (t *Teller) End(ctx context.Context, exit int, text string) {
	t.trouble("heartbeat", t.beat.End(ctx, exit, text))
	t.beat = nil
}

// passLimit is how long a single pass may take: mail servers may be slow, and a run is not to wait for them.
const passLimit = time.Minute

// Pass tells what there is to tell now, makes the reports that are due, and sends what is due. What it cannot do stays,
// and is done the next time.
func (t *Teller) Pass(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, passLimit)
	defer cancel()
	t.pass(ctx)
}

func (t *Teller) pass(ctx context.Context) {
	t.one.Lock()
	defer t.one.Unlock()
	if !t.w.Config.Active() {
		return
	}
	if err := moved.AtHome(ctx, t.w.Config, t.w.Journal); err != nil { // a copy of a journal would tell everything again
		t.trouble("tell people", err)
		return
	}
	t.trouble("tell people", t.tell(ctx))
	t.trouble("make reports", t.reports(ctx))
	t.trouble("send messages", t.flush(ctx))
	t.trouble("age out messages", t.w.Journal.AgeMessages(ctx, t.w.Now().AddDate(0, 0, -keptDays)))
}

// keptDays is how long messages are kept that were sent or given up.
const keptDays = 30

// tick is the time between two looks of a daemon: for digests, reports, nights that do not come, and second tries.
const tick = time.Minute

// Run tells until ctx ends: each minute, and whenever Wake is called. It does not begin at once: runs that were missed
// are made up first.
func (t *Teller) Run(ctx context.Context) {
	timer := time.NewTicker(tick)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-t.wake:
		}
		t.pass(ctx)
	}
}

// Wake has Run look at once: something has happened.
func (t *Teller) Wake() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

// standing reads what was told, and begins telling where it has not begun: with the last run, whose end it is told
// behind.
func (t *Teller) standing(ctx context.Context) (telling.Standing, []telling.Told, error) {
	s, told, err := t.w.Journal.TellingNow(ctx)
	if err != nil || !s.Began.IsZero() {
		return s, told, err
	}
	s.Began = t.w.Now().UTC()
	runs, err := t.w.Journal.RunsBegun(ctx, time.Time{}, time.Time{}, 1)
	if len(runs) > 0 && runs[0].Started.Before(s.Began) {
		s.Began = runs[0].Started.UTC()
	}
	return s, told, err
}

// all is everything that there is to tell, also what stands beside the journal.
func (t *Teller) all(ctx context.Context, began time.Time) ([]Matter, error) {
	all, err := collect(ctx, t.w, began)
	if err != nil || t.given == nil {
		return all, err
	}
	since := t.w.Now().AddDate(0, 0, -decidedDays)
	if began.After(since) {
		since = began
	}
	given, err := t.given(ctx, since)
	for _, g := range given {
		all = append(all, Matter{Key: "roles " + strconv.FormatInt(g.Number, 10), Kind: config.AboutRoles, Print: "given", Since: g.At, Number: 1, Path: "/settings/people"})
	}
	return all, err
}

// tell decides what is told now, and commits it with its messages. Nothing is sent yet.
func (t *Teller) tell(ctx context.Context) error {
	if len(t.w.Config.Notify.Recipients) == 0 {
		return nil
	}
	s, before, err := t.standing(ctx)
	if err != nil {
		return err
	}
	all, err := t.all(ctx, s.Began)
	if err != nil {
		return err
	}
	now := t.w.Now().UTC()
	d, err := decide(t.w.Config, now, s, before, all)
	if err != nil {
		return err
	}
	var messages []telling.Message
	for _, n := range d.notices {
		l, err := t.writer(n.to).letter(n, now)
		if err != nil {
			return err
		}
		own, err := addressed(n.to, l)
		if err != nil {
			return err
		}
		messages = append(messages, own...)
	}
	if len(d.told) == 0 && len(messages) == 0 && s.Turn > 0 && sameTimes(s.Digests, d.digests) {
		return nil
	}
	s.Digests = d.digests
	err = t.w.Journal.KeepTelling(ctx, s, d.told, messages, nil)
	if errors.Is(err, ledger.ErrStale) {
		return nil // another process has told it in this moment
	}
	return err
}

func sameTimes(a, b map[string]time.Time) bool {
	return maps.EqualFunc(a, b, func(x, y time.Time) bool { return x.Equal(y) })
}

// addressed makes the messages of a letter, one for each address of a recipient.
func addressed(r config.Recipient, l post.Letter) (out []telling.Message, err error) {
	add := func(channel, address string) error {
		m, err := messageOf(r.Name, channel, address, l)
		out = append(out, m)
		return err
	}
	for _, a := range r.Mail {
		err = errors.Join(err, add(post.Mail, a))
	}
	for _, name := range r.Webhooks {
		err = errors.Join(err, add(post.Webhook, name))
	}
	return out, err
}

// messageOf is a letter on its way to one address, with an id of its own.
func messageOf(recipient, channel, address string, l post.Letter) (telling.Message, error) {
	l.ID = "fb_" + rand.Text()
	body, err := json.Marshal(l)
	if err != nil {
		return telling.Message{}, fmt.Errorf("write a message: %w", err)
	}
	return telling.Message{ID: l.ID, Kind: l.Kind, Recipient: recipient, Channel: channel, Address: address, Subject: l.Subject, Body: body}, nil
}
