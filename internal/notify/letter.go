package notify

import (
	"bytes"
	"html/template"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/todo"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/notify/post"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words"
)

// writer writes letters of a company in a language.
type writer struct {
	*words.Lang
	cfg     *config.Config
	company string
	base    string // address of the company's pages; empty: nobody knows it
	zone    *time.Location
}

func (t *Teller) writer(r config.Recipient) writer {
	return writer{Lang: t.words.Of(r.Language, ""), cfg: t.w.Config, company: t.company, base: t.base, zone: t.w.Config.Schedule.Zone()}
}

func (w writer) link(path string) string {
	if w.base == "" {
		return ""
	}
	return w.base + path
}

func (w writer) when(at time.Time) string {
	at = at.In(w.zone)
	return w.Date(at) + " " + w.Clock(at)
}

// moment reads a moment of a matter's values.
func (w writer) moment(m Matter, name string) time.Time {
	at, err := time.Parse(time.RFC3339, m.Values[name])
	if err != nil {
		return time.Time{}
	}
	return at.In(w.zone)
}

// what says what a matter is, in a line.
func (w writer) what(m Matter) string {
	pairs := []any{"n", m.Number, "route", m.Route, "id", m.Values["id"], "days", m.Values["days"], "verdict", w.verdict(m)}
	if at := w.moment(m, "day"); !at.IsZero() {
		pairs = append(pairs, "day", w.Date(at))
	} else {
		pairs = append(pairs, "day", "–")
	}
	if at := w.moment(m, "when"); !at.IsZero() {
		pairs = append(pairs, "when", w.when(at))
	}
	if m.Kind == config.AboutTies && m.Values["months"] != "" {
		return wording.Visible(w.T("mail.what.tiesof", "months", w.months(m.Values["months"])))
	}
	return wording.Visible(w.T("mail.what."+m.Kind, pairs...))
}

// months are the names of months that a matter has by their first days.
func (w writer) months(days string) string {
	var names []string
	for _, day := range strings.Fields(days) {
		if t, err := time.Parse(time.DateOnly, day); err == nil {
			names = append(names, w.Month(t))
		}
	}
	return strings.Join(names, ", ")
}

// verdict is how a changed mapping was decided, in the language.
func (w writer) verdict(m Matter) string {
	if v := m.Values["verdict"]; v != "" {
		return w.T("mail.verdict." + v)
	}
	return ""
}

// more says what else there is to know: cause, amounts, since when. counts: neither causes nor amounts.
func (w writer) more(m Matter, r config.Recipient) []string {
	var out []string
	full := w.cfg.Notify.Content == "full"
	if said := w.title(m); full && said != "" {
		out = append(out, said)
	}
	if full && r.SeesAmounts() && len(m.Sums) > 0 {
		out = append(out, strings.Join(w.sums(m), ", "))
	}
	return append(out, w.T("mail.since", "when", w.when(m.Since)))
}

// title is what a matter says beside its kind, in the language of who is told.
func (w writer) title(m Matter) string {
	if m.Title == "" || m.Why.None() {
		return m.Title
	}
	said, _, _ := todo.TitleIn(w.Lang, desk.Doc{Why: m.Why, Reason: m.Title})
	return title(wording.Local(said, w.zone))
}

// sums are the amounts of a matter as the language writes them.
func (w writer) sums(m Matter) (out []string) {
	currencies := make([]string, 0, len(m.Sums))
	for c := range m.Sums {
		currencies = append(currencies, c)
	}
	slices.Sort(currencies)
	for _, c := range currencies {
		if a, err := fis.ParseAmount(m.Sums[c]); err == nil {
			out = append(out, w.Sum(a, c))
		}
	}
	return out
}

// section is a part of a letter: matters that are new, that have changed, or that are over.
type section struct {
	Head  string
	Lines []sectionLine
}

type sectionLine struct {
	Text string
	More []string
	URL  string
}

// letter writes a notice. The id is given by who sends it.
func (w writer) letter(n notice, now time.Time) (post.Letter, error) {
	l := post.Letter{Kind: "needs_person", Company: w.company, At: now, Subject: w.subject(n), URL: w.link("/todo"), Link: w.T("mail.open"), Counts: map[string]int{}}
	var parts []section
	for _, p := range []struct {
		state, head string
		list        []Matter
	}{{"new", w.T("mail.head.new"), n.fresh}, {"changed", w.T("mail.head.changed"), n.again}, {"ended", w.T("mail.head.over"), n.ended}} {
		if len(p.list) == 0 {
			continue
		}
		s := section{Head: p.head}
		l.Lines = append(l.Lines, post.Line{Text: p.head, Head: true})
		for _, m := range p.list {
			line := sectionLine{Text: w.what(m), URL: w.link(m.Path)}
			item := post.Item{Key: m.Key, Kind: m.Kind, Route: m.Route, State: p.state, Number: m.Number, Since: m.Since.UTC(), Text: line.Text, URL: line.URL}
			if p.state != "ended" {
				line.More = w.more(m, n.to)
				l.Counts[m.Kind] += m.Number
				if w.cfg.Notify.Content == "full" && n.to.SeesAmounts() {
					item.Sums = m.Sums
				}
			}
			s.Lines = append(s.Lines, line)
			l.Items = append(l.Items, item)
			l.Lines = append(l.Lines, post.Line{Text: strings.Join(append([]string{line.Text}, line.More...), " – "), URL: line.URL})
		}
		parts = append(parts, s)
	}
	waits := ""
	if len(n.waits) > 0 {
		oldest := slices.MinFunc(n.waits, func(a, b Matter) int { return a.Since.Compare(b.Since) }).Since
		waits = w.T("mail.waits", "n", len(n.waits), "when", w.when(oldest))
		l.Lines = append(l.Lines, post.Line{Text: waits})
	}
	foot := w.T("mail.foot", "role", w.T("role."+n.to.Role), "company", w.company, "name", n.to.Name)
	l.Text = plainText(parts, waits, l.URL, foot)
	html, err := htmlText(w.Code, l, parts, waits, foot)
	l.HTML = html
	return l, err
}

// subject says how much there is, or the one thing that there is.
func (w writer) subject(n notice) string {
	news := append(slices.Clone(n.fresh), n.again...)
	switch {
	case len(news) == 0:
		return w.T("mail.subject.over", "company", w.company, "what", w.what(n.ended[0]))
	case len(news) == 1:
		return w.T("mail.subject.one", "company", w.company, "what", w.what(news[0]))
	}
	return w.T("mail.subject.things", "company", w.company, "n", len(news))
}

func plainText(parts []section, waits, link, foot string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Head + "\r\n")
		for _, l := range p.Lines {
			b.WriteString("  - " + l.Text + "\r\n")
			for _, m := range l.More {
				b.WriteString("    " + m + "\r\n")
			}
			if l.URL != "" {
				b.WriteString("    " + l.URL + "\r\n")
			}
		}
		b.WriteString("\r\n")
	}
	for _, text := range []string{waits, link} {
		if text != "" {
			b.WriteString(text + "\r\n")
		}
	}
	b.WriteString("\r\n-- \r\n" + foot + "\r\n")
	return b.String()
}

// page is the same as HTML: no picture, no script, nothing from outside.
var page = template.Must(template.New("mail").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><title>{{.Letter.Subject}}</title></head>
<body style="font-family:system-ui,sans-serif;font-size:15px;line-height:1.45;color:#1d2327;max-width:44rem">
<h1 style="font-size:18px">{{.Letter.Subject}}</h1>
{{range .Parts}}<h2 style="font-size:15px;margin-bottom:4px">{{.Head}}</h2>
<ul style="margin-top:0">{{range .Lines}}
<li>{{if .URL}}<a href="{{.URL}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{range .More}}<br><span style="color:#50575e">{{.}}</span>{{end}}</li>{{end}}
</ul>
{{end}}{{if .Waits}}<p>{{.Waits}}</p>
{{end}}{{if .Letter.URL}}<p><a href="{{.Letter.URL}}">{{.Letter.Link}}</a></p>
{{end}}<p style="color:#50575e;font-size:13px;border-top:1px solid #c3c4c7;padding-top:8px">{{.Foot}}</p>
</body></html>
`))

func htmlText(lang string, l post.Letter, parts []section, waits, foot string) (string, error) {
	var b bytes.Buffer
	err := page.Execute(&b, struct {
		Lang        string
		Letter      post.Letter
		Parts       []section
		Waits, Foot string
	}{lang, l, parts, waits, foot})
	return b.String(), err
}
