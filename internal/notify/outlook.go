package notify

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
	"github.com/fisbridge/fisbridge/internal/notify/post"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words"
)

// Outlook is what would be told now to one recipient.
type Outlook struct {
	Recipient string   `json:"recipient"`
	Role      string   `json:"role"`
	Mail      []string `json:"mail,omitempty"`
	Webhooks  []string `json:"webhooks,omitempty"`
	// Subject is that of the message that would go now; empty: none would.
	Subject string `json:"subject,omitempty"`
	Text    string `json:"text,omitempty"`
	// Later are matters that wait for the next digest, Known those that were told and are as they were.
	Later []string `json:"later,omitempty"`
	Known []string `json:"known,omitempty"`
}

// Show says what would go to whom now, and sends nothing.
func (t *Teller) Show(ctx context.Context) ([]Outlook, telling.Outbox, error) {
	s, before, err := t.standing(ctx)
	if err != nil {
		return nil, telling.Outbox{}, err
	}
	all, err := t.all(ctx, s.Began)
	if err != nil {
		return nil, telling.Outbox{}, err
	}
	now := t.w.Now().UTC()
	var out []Outlook
	for _, r := range t.w.Config.Notify.Recipients {
		due, _ := digestDue(r, now.In(t.w.Config.Schedule.Zone()), s.Digests[r.Name])
		n, told, err := decideFor(r, now, due, before, all)
		if err != nil {
			return nil, telling.Outbox{}, err
		}
		o := Outlook{Recipient: r.Name, Role: r.Role, Mail: r.Mail, Webhooks: r.Webhooks}
		wr := t.writer(r)
		if !n.empty() {
			l, err := wr.letter(n, now)
			if err != nil {
				return nil, telling.Outbox{}, err
			}
			o.Subject, o.Text = l.Subject, l.Text
		}
		for _, m := range n.waits {
			o.Known = append(o.Known, wr.what(m))
		}
		for _, m := range all {
			if slices.Contains(r.Told(), m.Kind) && r.Of(m.Route) && !in(told, m.Key) && !inMatters(n.waits, m.Key) {
				o.Later = append(o.Later, wr.what(m))
			}
		}
		out = append(out, o)
	}
	box, err := t.w.Journal.OutboxNow(ctx)
	return out, box, err
}

func in(told []telling.Told, key string) bool {
	return slices.ContainsFunc(told, func(t telling.Told) bool { return t.Matter == key })
}

func inMatters(list []Matter, key string) bool {
	return slices.ContainsFunc(list, func(m Matter) bool { return m.Key == key })
}

// Tested is what became of a test message.
type Tested struct {
	Recipient string `json:"recipient"`
	Channel   string `json:"channel"`
	Address   string `json:"address"`
	// Trouble is why it did not go; empty: it went.
	Trouble string `json:"trouble,omitempty"`
	err     error
}

// Err is the trouble as an error.
func (t Tested) Err() error { return t.err }

// Test sends a test message to each address, or to those of some recipients, and calls the heartbeat's host. It needs no
// journal and keeps nothing.
func Test(ctx context.Context, cfg *config.Config, o Options, now func() time.Time, only []string) ([]Tested, error) {
	catalogue, err := words.Load()
	if err != nil {
		return nil, err
	}
	company := wording.Visible(wording.Line(cfg.Console.Name))
	if company == "" {
		company = o.Short
	}
	s := &post.Sender{Config: cfg, Now: now, Agent: o.Agent}
	var out []Tested
	for _, r := range cfg.Notify.Recipients {
		if len(only) > 0 && !slices.Contains(only, r.Name) {
			continue
		}
		w := writer{Lang: catalogue.Of(r.Language, ""), cfg: cfg, company: company, zone: cfg.Schedule.Zone()}
		if u := cfg.Console.PublicURL; u != "" {
			w.base = u
		}
		text := w.T("mail.test.text", "name", r.Name)
		l := post.Letter{Kind: "test", Company: company, At: now().UTC(), Subject: w.T("mail.test.subject", "company", company), URL: w.base, Link: w.T("mail.open"), Lines: []post.Line{{Text: text}}}
		foot := w.T("mail.foot", "role", w.T("role."+r.Role), "company", company, "name", r.Name)
		parts := []section{{Lines: []sectionLine{{Text: text}}}}
		l.Text = plainText(parts, "", l.URL, foot)
		if l.HTML, err = htmlText(w.Code, l, parts, "", foot); err != nil {
			return nil, err
		}
		messages, err := addressed(r, l)
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			l.ID = "fb_" + rand.Text()
			err := s.Send(ctx, m.Channel, m.Address, l, nil)
			tested := Tested{Recipient: r.Name, Channel: m.Channel, Address: m.Address, err: err}
			if err != nil {
				tested.Trouble = wording.Error(err)
			}
			out = append(out, tested)
		}
	}
	if post.Heart(cfg) && len(only) == 0 {
		err := s.CheckHeartbeat(ctx, true)
		tested := Tested{Recipient: "-", Channel: "heartbeat", Address: "-", err: err}
		if err != nil {
			tested.Trouble = wording.Error(err)
		}
		out = append(out, tested)
	}
	return out, nil
}

// Start has the teller run until stop is called, which waits for it.
func (t *Teller) Start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

// Going reports whether a run was begun that has not ended.
func (t *Teller) Going() bool { return t.beat != nil }
