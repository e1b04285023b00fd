package preview

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// A preview is in the language of its workbook, or in that which was asked for.

// Words are the sentences of the engine in a language; Read knows one by its English.
type Words interface {
	say.Words
	Read(english string) (string, bool)
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
func (v *Preview) told(english string) string {
	if own, ok := v.in().Format(english); ok {
		return own
	}
	if v.in() == nil {
		return english
	}
	if own := v.in().Name(sheets.Types, english); own != english {
		return own
	}
	if own, ok := v.formed(english); ok {
		return own
	}
	if v.words == nil {
		return english
	}
	own, _ := v.words.Read(english)
	return own
}

func (v *Preview) toldAll(english []string) []string {
	out := slices.Clone(english)
	for i := range out {
		out[i] = v.told(out[i])
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
