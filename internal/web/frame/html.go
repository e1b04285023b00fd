package frame

import (
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Pieces of pages that are the same everywhere.

func esc(s string) string { return template.HTMLEscapeString(s) }

// Icon is a shape of the sprite.
func (q *Req) Icon(name string) template.HTML {
	return template.HTML(`<svg class="i" aria-hidden="true"><use href="#i-` + esc(name) + `"></use></svg>`) //nolint:gosec // name is written in the program
}

// None is a cell with nothing in it.
func (q *Req) None() template.HTML {
	return template.HTML(`<span aria-hidden="true">·</span><span class="sr">` + esc(q.T("none")) + `</span>`) //nolint:gosec // escaped
}

// state says how a state is shown: its shape and its colour. The word is state.NAME of the catalogue.
var states = map[string][2]string{
	"posted": {"posted", "good"}, "rejected": {"rejected", ""}, "held": {"held", "warn"}, "open": {"open", ""}, "recalled": {"recalled", "calm"}, "left": {"left", "calm"},
	"filed": {"open", ""}, "acknowledged": {"open", ""}, "stored": {"open", ""}, "foreign": {"left", "calm"}, "gone": {"left", "calm"},
	"alarm": {"alarm", "bad"}, "stuck": {"alarm", "bad"}, "doubt": {"alarm", "warn"}, "warning": {"alarm", "warn"},
	"done": {"posted", "good"}, "person": {"held", "warn"}, "failed": {"cross", "bad"}, "interrupted": {"cross", "warn"}, "going": {"run", ""}, "to-come": {"to-come", "calm"},
	"checked": {"posted", ""}, "not usable": {"cross", "bad"}, "ended": {"cross", "warn"}, "asked": {"ask", "warn"}, "approved": {"to-come", "calm"}, "meets": {"alarm", "warn"}, "in force": {"posted", "good"}, "overtaken": {"left", "calm"},
	"live": {"posted", "good"}, "former": {"left", "calm"}, "refused": {"rejected", "warn"}, "ties": {"tie", "good"}, "broken": {"alarm", "bad"},
	"numbered": {"open", ""}, "uploading": {"run", ""}, "renaming": {"run", ""}, "dropped": {"open", ""}, "accepted": {"posted", "good"}, "answered": {"posted", "good"}, "withdrawn": {"left", "calm"},
	"collected": {"open", ""}, "applied": {"posted", "good"}, "unreadable": {"alarm", "bad"}, "repeated": {"left", "calm"},
	"waiting": {"open", ""}, "pending": {"open", ""}, "intended": {"open", ""}, "kept": {"left", "calm"},
	"yes": {"tie", "good"}, "no": {"held", "warn"}, "ok": {"tie", "good"}, "problem": {"alarm", "bad"}, "resolved": {"tie", "good"}, "note": {"left", "calm"},
}

// Chip is a state: shape and word.
func (q *Req) Chip(state string) template.HTML { return q.chip(state, "") }

// Pill is a state with a border.
func (q *Req) Pill(state string) template.HTML { return q.chip(state, " pill") }

func (q *Req) chip(state, more string) template.HTML {
	s, ok := states[state]
	if !ok {
		return template.HTML(esc(state)) //nolint:gosec // escaped
	}
	class := "s"
	if s[1] != "" {
		class += " " + s[1]
	}
	return template.HTML(`<span class="`+class+more+`">`) + q.Icon(s[0]) + template.HTML(esc(q.T("state."+state))+`</span>`) //nolint:gosec // escaped
}

// DayChip is a state in a day of a calendar: where it is narrow the shape stays alone.
func (q *Req) DayChip(state string) template.HTML {
	s, word := states[state], q.T("state."+state)
	if state == "person" {
		word = q.T("night.person")
	}
	return template.HTML(`<span class="s `+s[1]+`" title="`+esc(word)+`">`) + q.Icon(s[0]) + template.HTML(`<span class="more">`+esc(word)+`</span></span>`) //nolint:gosec // escaped
}

// moment is a time element.
func (q *Req) moment(t time.Time, text string) template.HTML {
	if t.IsZero() {
		return q.None()
	}
	return template.HTML(`<time datetime="` + q.at(t).Format(time.RFC3339) + `">` + esc(text) + `</time>`) //nolint:gosec // escaped
}

// DayOf is the day of a moment, DateOf with its year; Stamp is day and time of day, Exact with seconds.
func (q *Req) DayOf(t time.Time) template.HTML  { return q.moment(t, q.Day(q.at(t))) }
func (q *Req) DateOf(t time.Time) template.HTML { return q.moment(t, q.Date(q.at(t))) }
func (q *Req) Stamp(t time.Time) template.HTML {
	return q.moment(t, q.Day(q.at(t))+", "+q.Clock(q.at(t)))
}
func (q *Req) Exact(t time.Time) template.HTML {
	return q.moment(t, q.Day(q.at(t))+" "+q.Second(q.at(t)))
}
func (q *Req) Night(t time.Time) template.HTML {
	return q.moment(t, q.Weekday(q.at(t))+" "+q.Clock(q.at(t)))
}
func (q *Req) ClockOf(t time.Time) template.HTML { return q.moment(t, q.Clock(q.at(t))) }
func (q *Req) Full(t time.Time) template.HTML {
	return q.moment(t, q.Date(q.at(t))+", "+q.Clock(q.at(t)))
}

// Plain is a moment as text, for titles and forms.
func (q *Req) Plain(t time.Time) string { return q.Date(q.at(t)) + ", " + q.Clock(q.at(t)) }

// ISO is a day for addresses and forms.
func (q *Req) ISO(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return q.at(t).Format(time.DateOnly)
}

// H is a text as it heads a column or names a fact: with a capital.
func (q *Req) H(key string, pairs ...any) string {
	text := q.T(key, pairs...)
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// Sums are amounts by currency, each on its own line or in a row.
func (q *Req) Sums(f desk.Figure) []string {
	var out []string
	for _, c := range currencies(f) {
		out = append(out, q.Sum(f.Amounts[c], c))
	}
	return out
}

// Totals are the debits of an import file by currency.
func (q *Req) Totals(file desk.File) []string {
	sums, known := desk.InFile(file)
	if !known {
		return []string{q.T("totals.unknown")}
	}
	f := desk.Figure{Amounts: map[string]fis.Amount{}, Counts: map[string]int{}}
	for c, s := range sums {
		f.Amounts[c], f.Counts[c] = s.Debit, 1
	}
	return q.Sums(f)
}

// English is a sentence of the engine in the reader's language, as far as there is a text for it; what is not is marked as
// English. What is Own is said already. The console's own buttons stand in the place of commands.
func (q *Req) English(sentence any) template.HTML {
	s := ""
	switch v := sentence.(type) {
	case nil:
	case Own:
		return q.asButtons(string(v))
	case say.Text:
		return q.English(q.Says(v))
	case string:
		if said, _ := q.Read(v); said != v {
			return q.English(Own(said))
		}
		s = v
	default:
		s = fmt.Sprint(v)
	}
	if q.Code == "en" || s == "" {
		return q.asButtons(s)
	}
	return `<span lang="en">` + q.asButtons(s) + `</span>`
}

// Step is a part of a run in words.
func (q *Req) Step(name string) string {
	if q.Has("runstep." + name) {
		return q.T("runstep." + name)
	}
	return name
}

// Named is who acted in the console by the name that others read; anybody else as the history names him.
func (q *Req) Named(actor string) string {
	name := wording.Person(actor)
	console, ours := strings.CutPrefix(actor, "fisbridge ")
	if !ours || !strings.HasPrefix(console, "console by ") || q.App == nil || q.App.Book == nil || q.Co == nil {
		return name
	}
	if q.shown == nil {
		q.shown = map[string]string{}
	}
	if _, known := q.shown[name]; !known {
		q.shown[name] = name
		if p, err := q.App.Book.Called(q.Ctx(), name); err == nil && p.Shown != "" && slices.Contains(p.Belonged, q.Co.Short) { // whom this company does not know keeps his name
			q.shown[name] = p.Shown
		}
	}
	return q.shown[name]
}

// Actor tells who did something: the person, or the run.
func (q *Req) Actor(actor string) string {
	word, who, found := strings.Cut(strings.TrimPrefix(actor, "fisbridge "), " by ")
	switch {
	case !found:
		return actor
	case word == "run" || word == "watch" || word == "serve" || word == "demo" || word == "sim":
		return q.T("actor.run")
	case word == "console":
		return q.Named(actor)
	}
	return who + ", " + word
}

// ZoneWord is the company's zone as it is now: CET, UTC+1.
func (q *Req) ZoneWord() string {
	at := q.at(q.Now)
	name, _ := at.Zone()
	offset := at.Format("-07:00")
	return name + ", UTC" + offset
}

// Signed is an amount with its sign, also where it is positive.
func (q *Req) Signed(a fis.Amount, currency string) string {
	text := q.Money(a, currency)
	if !a.IsZero() && !a.IsNegative() {
		text = "+" + text
	}
	return text
}

// Posting is what a posting line is, in words.
func (q *Req) Posting(role string) string {
	if q.Has("posting." + role) {
		return q.T("posting." + role)
	}
	return role
}
