package evidence

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

//go:embed index.html
var indexText string

// mostShown is how many rows of a list the page shows; the tables have all of them.
const mostShown = 2000

// page gathers what index.html shows.
type page struct {
	Manifest
	Docs     []pageDoc
	Files    []pageFile
	Results  []pageFile
	Mappings []mappingLife
	Events   []pageEvent
	Rows     int // of the history
}

type pageDoc struct {
	desk.ListedDoc
	Face   reading.Face
	Term   string
	Amount string
	In     string
	To     string
}

type pageFile struct {
	Label, Name, State, Hash, To string
	Documents                    int
	At                           time.Time
}

type pageEvent struct {
	Seq                   int64
	At, Event, About, Who string
}

func (p *page) document(d desk.ListedDoc, face reading.Face, in string) {
	if len(p.Docs) < mostShown {
		p.Docs = append(p.Docs, pageDoc{d, face, today.TermOf(d.State), fis.Text(d.Amount, d.Currency), in, ""})
	}
}

func (p *page) file(f desk.File, to string) {
	if len(p.Files) < mostShown {
		p.Files = append(p.Files, pageFile{desk.FileLabel(f), f.Name, string(f.State), f.SHA256, to, f.Documents, f.Created})
	}
}

func (p *page) result(r desk.ResultFile, to string) {
	if len(p.Results) < mostShown {
		p.Results = append(p.Results, pageFile{num(r.ID), r.Name, string(r.State), r.SHA256, to, r.Counts.Outcomes, r.Collected})
	}
}

func (p *page) mapping(l mappingLife) { p.Mappings = append(p.Mappings, l) }

// happened notes a row of the history; seals prove rows, and tell people nothing.
func (p *page) happened(e desk.Event) {
	p.Rows++
	if len(p.Events) < mostShown && !e.IsSeal() {
		p.Events = append(p.Events, pageEvent{e.Seq, e.At, e.Event, e.DocID, e.Actor})
	}
}

// text is a sentence in the language of the pack.
func (m *maker) text(format string, values ...any) string {
	said, _ := say.F(format, values...).In(m.o.Words)
	return said
}

// amount is one as the language writes it.
func (m *maker) amount(a fis.Amount, currency string) string {
	digits := fis.Text(a, currency)
	return m.text("%s", say.Number{Shown: digits, Digits: digits})
}

// index writes the page.
func (m *maker) index(w io.Writer) error {
	t, err := template.New("index").Funcs(template.FuncMap{
		"t":    m.text,
		"read": func(english string) string { return m.text("%s", say.English(english)) },
		"lang": func() string { return cmp.Or(m.o.Language, "en") },
		"amount": func(f desk.Figure, currency string) string {
			if f.Counts[currency] == 0 {
				return "·"
			}
			return m.amount(f.Amounts[currency], currency)
		},
		"at":  func(t time.Time) string { return t.In(m.w.Config.Schedule.Zone()).Format("2006-01-02 15:04:05") },
		"day": func(t time.Time) string { return t.In(m.w.Config.Schedule.Zone()).Format(time.DateOnly) },
		"who": m.hide.actor,
		"short": func(hash string) string {
			return hash[:min(12, len(hash))]
		},
		"join": func(list []string) string { return strings.Join(list, ", ") },
	}).Parse(indexText)
	if err != nil {
		return err
	}
	m.shown.Manifest = m.m
	for i := range m.shown.Docs {
		m.shown.Docs[i].Amount = m.amount(m.shown.Docs[i].ListedDoc.Amount, m.shown.Docs[i].Currency)
		if name := payloadName(m.shown.Docs[i].ID); !m.o.IDsOnly && m.names[name] {
			m.shown.Docs[i].To = name
		}
	}
	return t.Execute(w, &m.shown)
}
