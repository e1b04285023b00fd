package check

import (
	"context"
	"slices"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/notify/post"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// notify looks whether people can be told: settings and secrets, and unless offline, whether mail server, webhooks and
// heartbeat can be reached. No message is sent.
func (c *checker) notify(ctx context.Context, offline bool) {
	s := &post.Sender{Config: c.cfg, Now: c.place.Now, Agent: c.place.Agent}
	n := c.cfg.Notify
	if n.Mail.Host != "" {
		c.reached("notify.mail", s.CheckMail(ctx, !offline), say.F("takes mails from %s", n.Mail.From), offline,
			"compare host, port, tls and login with what the mail server's operator says; fisbridge notify test sends a mail")
		if n.Mail.TLS == config.MailPlain {
			c.add(note, "notify.mail.tls", say.F("mails go to %s in the clear", n.Mail.Host), "write starttls or tls where the server can")
		}
	}
	for _, name := range sortedNames(n.Webhooks) {
		c.reached("notify.webhooks."+name, s.CheckWebhook(ctx, name, !offline), "can be called", offline, "fisbridge notify test sends a message there")
	}
	if post.Heart(c.cfg) {
		c.reached("notify.heartbeat", s.CheckHeartbeat(ctx, !offline), "can be called", offline, "compare the address with that of the check there")
	}
	if len(n.Recipients) > 0 && c.cfg.Console.PublicURL == "" {
		c.add(note, "console.public_url", "is not given: messages have no links to pages", "name the address under which people reach the console")
	}
	for _, r := range c.cfg.Reports {
		c.report(ctx, r, offline)
	}
}

// reached says what came of a look at a channel.
func (c *checker) reached(place string, err error, fine say.Text, offline bool, hint say.Text) {
	switch {
	case err != nil:
		c.add(Problem, place, say.Of(err), hint)
	case offline:
		c.add(Fine, place, "is configured", "")
	default:
		c.add(Fine, place, fine, "")
	}
}

// report looks at the folder that a report is dropped into.
func (c *checker) report(ctx context.Context, r config.Report, offline bool) {
	place := "report " + r.Name
	if r.Target == "" || offline {
		c.add(Fine, place, say.F("%s, every %s at %s", say.Text(r.Kind), say.Text(r.Every), r.At), "")
		return
	}
	t, err := c.cfg.ReportTo(r)
	if err != nil {
		c.add(Problem, place, say.Of(err), "")
		return
	}
	d, err := exchange.OpenDrop(t, exchange.Options{})
	if err != nil {
		c.add(Problem, place, say.Of(err), told(exchange.Hint(err)))
		return
	}
	defer d.Close() //nolint:errcheck // it was only looked at
	if _, _, err := d.Stat(ctx, r.Name+".look"); err != nil {
		c.add(Problem, place, say.Of(err), told(exchange.Hint(err)))
		return
	}
	c.add(Fine, place, say.F("%s, every %s at %s, into %s", say.Text(r.Kind), say.Text(r.Every), r.At, r.Target+"/"+r.Folder), "")
}

// messages tells of messages that could not be delivered.
func (c *checker) messages(ctx context.Context, j *journal.Journal) {
	box, err := j.OutboxNow(ctx)
	if err != nil {
		c.add(Problem, "journal.path", say.Of(err), told(desk.JournalHint(err)))
		return
	}
	if box.Failing > 0 {
		c.add(Warning, "notify", say.F("%s tried in vain since %s: %s", say.Counted(box.Failing, "message"), wording.At(box.Since, c.cfg.Schedule.Zone()), box.Trouble), "they are tried again for a day; fisbridge notify test tries the addresses")
	}
	var named []string
	for _, m := range box.Lost {
		if !slices.Contains(named, m.Recipient+m.Channel) {
			named = append(named, m.Recipient+m.Channel)
			c.add(Warning, "notify", say.F("the last message to %s by %s was given up: %s", m.Recipient, m.Channel, m.Trouble), "fisbridge notify test tries the addresses")
		}
	}
}
