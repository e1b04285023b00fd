package preview

import (
	"maps"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// A preview is in the language of its workbook, or in that which was asked for.

// Words are the sentences of the engine in a language; Read knows one by its English, Digits writes a number.
type Words interface {
	say.Words
	Read(english string) (string, bool)
	Digits(number string) string
}

// speaker has the texts of sheets and page, and the sentences of the engine.
type speaker struct {
	in    *sheets.Lang
	words Words
}

// Format is a text of sheet or page, the name of a type of fields, or a sentence of the engine.
func (s speaker) Format(id string) (string, bool) {
	if own, ok := s.in.Format(id); ok {
		return own, true
	}
	if own := s.in.Name(sheets.Types, id); own != id || s.words == nil {
		return own, own != id
	}
	return s.words.Format(id)
}

// Counted is a number with its noun.
func (s speaker) Counted(n int, noun string) (string, bool) {
	if s.words == nil {
		return s.in.Counted(n, noun)
	}
	return s.words.Counted(n, noun)
}

// Digits is a number as the language writes it.
func (s speaker) Digits(number string) string {
	if s.words == nil {
		return number
	}
	return s.words.Digits(number)
}

// Read is a type of documents, or what the engine kept in English.
func (s speaker) Read(english string) (string, bool) {
	if own, is := s.in.Page()["type:"+english]; is {
		return own, true
	}
	if s.words == nil {
		return english, false
	}
	return s.words.Read(english)
}

// in is the language.
func (v *Preview) in() *sheets.Lang {
	if v.language != "" {
		return sheets.In(v.language)
	}
	return v.plan.View().Content().In
}

// say is a text in it.
func (v *Preview) say(format string, args ...any) string { return v.in().Text(format, args...) }

func (b *previewBook) say(format string, args ...any) string { return b.v.say(format, args...) }

// told is a sentence of the engine in it, English where it is not known.
func (v *Preview) told(t say.Text) string {
	if v.in() == nil {
		return t.String()
	}
	own, _ := t.In(speaker{v.in(), v.words})
	return own
}

// meaning is what a field or setting is.
func (v *Preview) meaning(english string) string {
	if own := v.say(english); own != english {
		return own
	}
	return v.told(say.Text(english))
}

func (v *Preview) toldAll(texts []say.Text) []string {
	var out []string
	for _, t := range texts {
		out = append(out, v.told(t))
	}
	return out
}

// reason is what a finding says.
func (v *Preview) reason(f findings.Finding) string {
	if v.words == nil {
		return f.Reason.String()
	}
	said, _ := f.Reason.In(v.words)
	return said
}

// count is a number with its noun.
func (v *Preview) count(n int, noun string) string {
	one, many, found := strings.Cut(v.say("#"+noun), "|")
	switch {
	case !found:
		return wording.Counted(n, noun)
	case n == 1:
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (b *previewBook) count(n int, noun string) string { return b.v.count(n, noun) }

// NotShown says that documents are not shown, and why; empty when all are.
func (v *Preview) NotShown() string {
	var out []string
	if v.Brief() > 0 {
		out = append(out, v.say("%s of them shown, the totals are of all", v.count(len(v.Documents), "document")))
	}
	if v.Left > 0 {
		out = append(out, v.say("%s not looked at", v.count(v.Left, "further document")))
	}
	return strings.Join(out, "; ")
}

// pageWords are the texts of the page by their English: those that it has itself, and roles and totals of these documents.
func (v *Preview) pageWords(d *pageData) map[string]string {
	out := map[string]string{}
	if v.in() == nil {
		return out
	}
	maps.Copy(out, v.in().Page())
	add := func(english string) {
		if own, ok := v.in().Format(english); ok {
			out[english] = own
		}
	}
	for _, text := range []string{"Preview of %s", "held: %s", "%s debit %s, credit %s"} {
		add(text)
	}
	for _, r := range d.Sums {
		add(r.Label)
	}
	for _, doc := range d.Docs {
		for _, p := range doc.Postings {
			add(strings.ReplaceAll(p.Role, "_", " "))
		}
		for _, r := range doc.Sums {
			add(r.Label)
		}
	}
	return out
}

// marks are the decimal point of the language, and what stands between groups of digits.
func marks(code string) [2]string {
	switch code {
	case "de", "es":
		return [2]string{",", "."}
	case "fr":
		return [2]string{",", "\u202f"}
	}
	return [2]string{".", ","}
}
