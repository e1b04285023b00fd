// Package sheets owns what a mapping workbook says in German, French and Spanish: names of sheets, headings, options and
// the words to choose from, which are read again, and the texts that explain. It is part of the catalogue of package
// words, and below it, for workbooks are read far below the pages.
//
// It guarantees that a name means one thing in whichever language it is written, and that a name or text without a
// translation is the English one. What the templates say stands in files of its own.
package sheets

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

//go:embed *.json templates/*.json page/*.json
var files embed.FS

// List is a list of names: what they are names of.
type List string

// The lists. Names of Keys stand at the end of headings; those of Groups and Functions are only shown.
const (
	Sheets     List = "sheet"
	Headings   List = "heading"
	Options    List = "option"
	Grouping   List = "group"
	Delimiters List = "delimiter"
	Marks      List = "mark"
	Switches   List = "switch"
	Posting    List = "posting"
	Types      List = "type"
	Fields     List = "field"
	Keys       List = "key"
	Tests      List = "test"
	Roles      List = "role"
	Words      List = "word"
	Groups     List = "group of fields"
	Functions  List = "group of functions"
)

// catalogue is all names, in each language and back.
type catalogue struct {
	codes   []string
	in      map[List]map[string][]string // from English, by language
	english map[List]map[string]string   // from what is written, folded
	texts   []map[string]string          // from English, by language
	page    []map[string]string          // those of them that the page of a preview has
}

// names never change once they are read.
var names = sync.OnceValue(func() *catalogue {
	c := &catalogue{in: map[List]map[string][]string{}, english: map[List]map[string]string{}}
	raw := map[string]json.RawMessage{}
	must(read("names.json", &raw))
	must(json.Unmarshal(raw["languages"], &c.codes))
	delete(raw, "languages")
	for list, text := range raw {
		in := map[string][]string{}
		must(json.Unmarshal(text, &in))
		english := map[string]string{}
		for name, others := range in {
			for _, other := range append(others, name) {
				english[wording.Fold(other)] = name
			}
		}
		c.in[List(list)], c.english[List(list)] = in, english
	}
	for _, code := range c.codes {
		texts := map[string]string{}
		must(read(code+".json", &texts))
		must(read("templates/"+code+".json", &texts))
		page := map[string]string{}
		must(read("page/"+code+".json", &page))
		maps.Copy(texts, page)
		c.texts, c.page = append(c.texts, texts), append(c.page, page)
	}
	return c
})

func read(name string, into any) error {
	b, err := files.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		return fmt.Errorf("words sheets/%s: %w", name, err)
	}
	return nil
}

// must panics about a catalogue that cannot be read: it is built in, and a test reads it.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// Lang is a language of workbooks. English is the nil one.
type Lang struct {
	code string
	at   int
}

// In is a language by its code; nil, which is English, for one that there is not.
func In(code string) *Lang {
	if at := slices.Index(names().codes, code); at >= 0 {
		return &Lang{code, at}
	}
	return nil
}

// All are the languages, English first.
func All() []*Lang {
	out := []*Lang{nil}
	for _, code := range names().codes {
		out = append(out, In(code))
	}
	return out
}

// Code is en, de, fr or es.
func (l *Lang) Code() string {
	if l == nil {
		return "en"
	}
	return l.code
}

// Name is a name in the language.
func (l *Lang) Name(list List, english string) string {
	if l != nil {
		if others := names().in[list][english]; l.at < len(others) {
			return others[l.at]
		}
	}
	return english
}

// Names are several of them.
func (l *Lang) Names(list List, english []string) []string {
	out := make([]string, len(english))
	for i, name := range english {
		out[i] = l.Name(list, name)
	}
	return out
}

// English is what is written in any language; false where it is none of the list.
func English(list List, written string) (string, bool) {
	name, ok := names().english[list][wording.Fold(written)]
	return name, ok
}

// Is reports whether a text is the name in the language.
func (l *Lang) Is(list List, english, written string) bool {
	return wording.Fold(written) == wording.Fold(l.Name(list, english))
}

// Any reports whether a text is the name in any language.
func Any(list List, english, written string) bool {
	return slices.ContainsFunc(All(), func(l *Lang) bool { return l.Is(list, english, written) })
}

// Format is the text of a sentence by its English.
func (l *Lang) Format(id string) (string, bool) {
	if l == nil {
		return id, true
	}
	s, ok := names().texts[l.at][id]
	return s, ok
}

// hidden begins the note of a field that stands in no file.
const hidden = "not in the file: "

// Note is what a template says of a field, a setting or a sheet, in the language; of a field that stands in no file also
// without the words that say so. False for English, and where there is no such text.
func (l *Lang) Note(id string) (string, bool) {
	if l == nil {
		return "", false
	}
	texts := names().texts[l.at]
	if own, ok := texts[id]; ok {
		return own, true
	}
	own, ok := texts[hidden+id]
	_, own, _ = strings.Cut(own, ": ")
	return own, ok
}

// Page are the texts of the page of a preview, by their English; none for English. They must not be changed.
func (l *Lang) Page() map[string]string {
	if l == nil {
		return nil
	}
	return names().page[l.at]
}

// Counted is a number with its noun.
func (l *Lang) Counted(n int, noun string) (string, bool) {
	one, many, found := strings.Cut(l.Text(noun), "|")
	switch {
	case l == nil || !found:
		return wording.Counted(n, noun), l == nil
	case n == 1:
		return "1 " + one, true
	}
	return strconv.Itoa(n) + " " + many, true
}

// Text says an English text, with values as fmt.Sprintf has them, in the language. A text that is not known as a whole
// is said sentence by sentence, where all of them are known.
func (l *Lang) Text(format string, args ...any) string {
	if len(args) == 0 {
		if own, ok := l.Format(format); ok {
			return own
		}
		return l.sentences(format)
	}
	said, _ := say.F(format, args...).In(l)
	return said
}

// sentences is a text of several sentences, or the text as it is where one of them is not known.
func (l *Lang) sentences(text string) string {
	parts := strings.SplitAfter(text, ". ")
	for i, part := range parts {
		own, ok := l.Format(strings.TrimSuffix(part, " "))
		if !ok {
			return text
		}
		parts[i] = own
	}
	return strings.Join(parts, " ")
}
