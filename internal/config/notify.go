package config

import (
	"fmt"
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/secret"
)

// Notify says who is told of what, and how. It sleeps where there is neither a recipient nor a heartbeat.
type Notify struct {
	Mail MailServer `yaml:"mail"`
	// Webhooks are addresses that messages are posted to, by the names that recipients give.
	Webhooks map[string]Webhook `yaml:"webhooks"`
	// Recipients are groups of people with one role. Each address of a group gets a message of its own.
	Recipients []Recipient `yaml:"recipients"`
	Heartbeat  Heartbeat   `yaml:"heartbeat"`
	// Content is full, or counts: then messages tell neither causes nor amounts.
	Content string `yaml:"content"`
	// LateAfter is how long after a scheduled time a run may begin before somebody is told that it did not.
	LateAfter Duration `yaml:"late_after"`
}

// MailServer is the server that takes mails.
type MailServer struct {
	Host string `yaml:"host"`
	Port int    `yaml:"port"`
	// TLS is starttls (port 587), tls (port 465), or none (a relay of the house that knows us by our address).
	TLS string `yaml:"tls"`
	// CA is a file (PEM) of the authority that signs the server's certificate; those of the machine where it is empty.
	CA       string        `yaml:"ca"`
	User     string        `yaml:"user"`
	Password secret.Secret `yaml:"password"`
	OAuth    MailOAuth     `yaml:"oauth"`
	// From is the sender: an address, or a name with an address in <>.
	From    string   `yaml:"from"`
	ReplyTo string   `yaml:"reply_to"`
	Timeout Duration `yaml:"timeout"`
}

// MailOAuth is a login to the mail server by OAuth 2 (XOAUTH2), as Microsoft 365 and Google want it. With a refresh
// token it is that of a person, else that of the application itself.
type MailOAuth struct {
	TokenURL     string        `yaml:"token_url"`
	ClientID     string        `yaml:"client_id"`
	ClientSecret secret.Secret `yaml:"client_secret"`
	RefreshToken secret.Secret `yaml:"refresh_token"`
	Scopes       []string      `yaml:"scopes"`
}

// Webhook is an address that messages are posted to.
type Webhook struct {
	// Kind is standard (JSON signed as Standard Webhooks has it), slack, or teams (a workflow that takes an Adaptive
	// Card).
	Kind string `yaml:"kind"`
	// URL is the address. It is a secret: who knows that of a channel writes into it.
	URL secret.Secret `yaml:"url"`
	// Secret signs messages of kind standard: whsec_ and base64.
	Secret secret.Secret `yaml:"secret"`
}

// Recipient is a group of people who are told the same.
type Recipient struct {
	Name string `yaml:"name"`
	// Role says what they are told of, and whether they may see amounts: accountant, approver, operator, auditor or
	// administrator.
	Role string `yaml:"role"`
	// Routes narrow what they are told to documents and mappings of some routes; none: all.
	Routes []string `yaml:"routes"`
	// About names what they are told of, in place of what goes with the role.
	About    []string `yaml:"about"`
	Mail     []string `yaml:"mail"`
	Webhooks []string `yaml:"webhooks"`
	Language string   `yaml:"language"`
	// Digest are times of day, such as 07:00, at which everything that is not urgent comes in one message; none: after
	// each run.
	Digest []string `yaml:"digest"`
	// Days are those on which digests come: mon, tue, wed, thu, fri, sat, sun; none: every day.
	Days []string `yaml:"days"`
}

// Heartbeat is an address that is called when a run begins and ends, as healthchecks.io has it: whoever watches it finds
// out that no call came.
type Heartbeat struct {
	URL secret.Secret `yaml:"url"`
	// NeedsPerson says what a run is that was done but left something for a person: success or fail.
	NeedsPerson string   `yaml:"needs_person"`
	Timeout     Duration `yaml:"timeout"`
}

// How mails are protected on their way.
const (
	MailStartTLS = "starttls"
	MailTLS      = "tls"
	MailPlain    = "none"
)

// Kinds of webhooks.
const (
	WebhookStandard = "standard"
	WebhookSlack    = "slack"
	WebhookTeams    = "teams"
)

// What people are told of.
const (
	AboutHeld        = "held"        // documents of a route that are held
	AboutRejected    = "rejected"    // documents of a route that the ERP rejected
	AboutStuck       = "stuck"       // confirmations that are not repeated by themselves
	AboutOverdue     = "overdue"     // documents without an answer for too long
	AboutMapping     = "mapping"     // a changed mapping that is not used
	AboutChange      = "change"      // a changed mapping that waits for approval
	AboutAlarm       = "alarm"       // alarms
	AboutFailed      = "failed"      // a run that failed
	AboutNight       = "night"       // a scheduled run that did not come
	AboutLogin       = "login"       // the login to Concur ends
	AboutDecided     = "decided"     // a changed mapping that was approved or declined
	AboutStopped     = "stopped"     // a route that somebody has stopped
	AboutTies        = "ties"        // figures that do not tie out
	AboutDisk        = "disk"        // little room on the disk of the journal
	AboutRoles       = "roles"       // roles of a person that were given or changed
	AboutUndelivered = "undelivered" // a message of these that could not be delivered
)

// Abouts lists what people are told of.
func Abouts() []string {
	return []string{AboutFailed, AboutNight, AboutTies, AboutDisk, AboutLogin, AboutAlarm, AboutStopped, AboutMapping, AboutChange, AboutDecided, AboutHeld, AboutRejected, AboutStuck, AboutOverdue, AboutRoles, AboutUndelivered}
}

// aboutOf is what each role is told of.
var aboutOf = map[string][]string{
	"accountant":    {AboutHeld, AboutRejected, AboutStuck, AboutOverdue, AboutMapping, AboutAlarm, AboutDecided, AboutStopped, AboutTies},
	"approver":      {AboutChange, AboutStopped, AboutRoles},
	"operator":      {AboutFailed, AboutNight, AboutTies, AboutDisk, AboutLogin, AboutAlarm, AboutStopped, AboutUndelivered},
	"auditor":       {},
	"administrator": {AboutLogin, AboutRoles, AboutUndelivered},
}

// RecipientRoles are the roles of recipients, in the order of the console.
func RecipientRoles() []string {
	return []string{"accountant", "approver", "operator", "auditor", "administrator"}
}

// Told are the things that a recipient is told of.
func (r Recipient) Told() []string {
	if len(r.About) > 0 {
		return r.About
	}
	return aboutOf[r.Role]
}

// SeesAmounts reports whether the role may see what stands in documents; see the table of rights of the console.
func (r Recipient) SeesAmounts() bool {
	return r.Role == "accountant" || r.Role == "approver" || r.Role == "auditor"
}

// Of reports whether a recipient wants to hear of a route; what is of no route concerns everybody.
func (r Recipient) Of(route string) bool {
	return route == "" || len(r.Routes) == 0 || slices.Contains(r.Routes, route)
}

// Active reports whether anybody is told anything.
func (c *Config) Active() bool { return len(c.Notify.Recipients) > 0 || len(c.Reports) > 0 }

func defaultNotify() Notify {
	return Notify{Mail: MailServer{TLS: MailStartTLS, Timeout: 30 * time.Second}, Content: "full", LateAfter: time.Hour,
		Heartbeat: Heartbeat{NeedsPerson: "success", Timeout: 10 * time.Second}}
}

func (w *Webhook) setDefaults() { w.Kind = WebhookStandard }

// MailPort is the port of the mail server: as configured, else the usual one.
func (m MailServer) MailPort() int {
	switch {
	case m.Port != 0:
		return m.Port
	case m.TLS == MailTLS:
		return 465
	case m.TLS == MailPlain:
		return 25
	}
	return 587
}

var (
	timeOfDay = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
	language  = regexp.MustCompile(`^[a-z]{2}$`)
)

// WeekDays are the words for days.
var WeekDays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func (v *validation) notify() {
	n := v.Notify
	v.mailServer(n)
	for _, name := range sortedKeys(n.Webhooks) {
		field, w := "notify.webhooks."+name, n.Webhooks[name]
		if !namePattern.MatchString(name) {
			v.add(field, name, "is not a name", nameHint)
		}
		v.oneOf(field+".kind", w.Kind, WebhookStandard, WebhookSlack, WebhookTeams)
		if !w.URL.Given() && !v.has(field+".url") {
			v.add(field+".url", "", "is missing", "write env:NAME or file:path: whoever knows the address may write there")
		}
		switch {
		case w.Kind == WebhookStandard && !w.Secret.Given() && !v.has(field+".secret"):
			v.add(field+".secret", "", "is missing", "the secret that signs messages, as env:NAME or file:path: whsec_ and base64 of 24 to 64 random bytes")
		case w.Kind != WebhookStandard && w.Secret.Given():
			v.add(field+".secret", "", "means nothing for kind "+w.Kind, "leave it out")
		}
	}
	names := map[string]bool{}
	for i, r := range n.Recipients {
		v.recipient(fmt.Sprintf("notify.recipients[%d]", i), r, names)
	}
	v.oneOf("notify.content", n.Content, "full", "counts")
	if n.LateAfter < time.Minute || n.LateAfter > 24*time.Hour {
		v.add("notify.late_after", n.LateAfter.String(), "is outside 1m to 24h", "")
	}
	v.oneOf("notify.heartbeat.needs_person", n.Heartbeat.NeedsPerson, "success", "fail")
	if n.Heartbeat.Timeout < time.Second || n.Heartbeat.Timeout > time.Minute {
		v.add("notify.heartbeat.timeout", n.Heartbeat.Timeout.String(), "is outside 1s to 1m", "no run waits longer for it")
	}
}

func (v *validation) mailServer(n Notify) {
	m, wanted := n.Mail, slices.ContainsFunc(n.Recipients, func(r Recipient) bool { return len(r.Mail) > 0 })
	if m.Host == "" {
		if wanted || v.has("notify.mail") {
			v.add("notify.mail.host", "", "is missing", "the server that takes your mails, such as smtp.example.com")
		}
		return
	}
	if strings.ContainsAny(m.Host, " /@") {
		v.add("notify.mail.host", m.Host, "is not a host name", "port and user have keys of their own")
	}
	if m.Port != 0 {
		v.between("notify.mail.port", m.Port, 1, 65535)
	}
	v.oneOf("notify.mail.tls", m.TLS, MailStartTLS, MailTLS, MailPlain)
	if v.required("notify.mail.from", m.From, "the sender's address, such as fisbridge@example.com") {
		v.address("notify.mail.from", m.From)
	}
	if m.ReplyTo != "" {
		v.address("notify.mail.reply_to", m.ReplyTo)
	}
	secrets := m.Password.Given() || m.OAuth.ClientID != "" || v.has("notify.mail.password")
	switch {
	case m.User == "" && secrets:
		v.add("notify.mail.user", "", "is missing", "who logs in to the mail server")
	case m.User != "" && !secrets:
		v.add("notify.mail.password", "", "is missing", "give it as env:NAME or file:path, or name notify.mail.oauth")
	case m.Password.Given() && m.OAuth.ClientID != "":
		v.add("notify.mail.oauth", "", "cannot stand beside a password", "keep one of them")
	case secrets && m.TLS == MailPlain && !loopback(m.Host):
		v.add("notify.mail.tls", m.TLS, "would send the password in the clear", "write starttls or tls")
	}
	if m.OAuth.ClientID != "" || m.OAuth.TokenURL != "" {
		v.required("notify.mail.oauth.client_id", m.OAuth.ClientID, "the provider gives it to this installation")
		if !v.httpsAddress(m.OAuth.TokenURL) {
			v.add("notify.mail.oauth.token_url", m.OAuth.TokenURL, "is no https address", "such as https://login.microsoftonline.com/TENANT/oauth2/v2.0/token")
		}
	}
	if m.Timeout < time.Second || m.Timeout > 5*time.Minute {
		v.add("notify.mail.timeout", m.Timeout.String(), "is outside 1s to 5m", "")
	}
}

// httpsAddress allows https, and plain http to this machine.
func (v *validation) httpsAddress(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && u.User == nil && (u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname()))
}

// address allows one address, with or without a name, and no second line.
func (v *validation) address(field, text string) {
	a, err := mail.ParseAddress(text)
	if err != nil || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) || !strings.Contains(a.Address, "@") {
		v.add(field, text, "is not an address", "write one such as ann@example.com")
	}
}

func (v *validation) recipient(field string, r Recipient, names map[string]bool) {
	switch {
	case !namePattern.MatchString(r.Name):
		v.add(field+".name", r.Name, "is not a name", nameHint)
	case names[r.Name]:
		v.add(field+".name", r.Name, "is the name of two recipients", "what was told is kept by name: give each its own")
	}
	names[r.Name] = true
	v.oneOf(field+".role", r.Role, RecipientRoles()...)
	for i, name := range r.Routes {
		if _, ok := v.Route(name); !ok {
			v.add(fmt.Sprintf("%s.routes[%d]", field, i), name, "is not a route", "")
		}
	}
	for i, about := range r.About {
		v.oneOf(fmt.Sprintf("%s.about[%d]", field, i), about, Abouts()...)
	}
	if len(r.Mail)+len(r.Webhooks) == 0 {
		v.add(field, "", "has neither mail nor webhooks", "name an address")
	}
	for i, a := range r.Mail {
		v.address(fmt.Sprintf("%s.mail[%d]", field, i), a)
	}
	for i, name := range r.Webhooks {
		if _, ok := v.Notify.Webhooks[name]; !ok {
			v.add(fmt.Sprintf("%s.webhooks[%d]", field, i), name, "is not one of notify.webhooks", "")
		}
	}
	if !language.MatchString(r.Language) {
		v.add(field+".language", r.Language, "is not a language", "write en or de")
	}
	for i, d := range r.Digest {
		if !timeOfDay.MatchString(d) {
			v.add(fmt.Sprintf("%s.digest[%d]", field, i), d, "is not a time of day", "write one such as \"07:00\", in schedule.timezone")
		}
	}
	for i, d := range r.Days {
		v.oneOf(fmt.Sprintf("%s.days[%d]", field, i), d, WeekDays...)
	}
}
