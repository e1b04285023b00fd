package words

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"sync"

	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// sentences are what the engine says in a language: reasons by code, and single sentences by their English.
type sentences struct {
	// reasons are what it is and the way out. Keys in <> are parts of others.
	reasons map[string][]string
	formats map[string]string
	counts  map[string][2]string // one, others
	// knows are those that can be read back.
	knows []*known
	reads *sync.Once
}

// loadSentences reads what a language has beside keys. English needs none: it is what the engine says.
func loadSentences(code string) (s sentences, err error) {
	s.reads = &sync.Once{}
	if code == "en" {
		return s, nil
	}
	raw := map[string]json.RawMessage{}
	if err := read("why/"+code+".json", &raw); err != nil {
		return s, err
	}
	parts := map[string]string{}
	s.reasons = map[string][]string{}
	for key, value := range raw {
		if strings.HasPrefix(key, "<") {
			var part string
			if err := json.Unmarshal(value, &part); err != nil {
				return s, fmt.Errorf("words why/%s.json: %s: %w", code, key, err)
			}
			parts[key] = part
			continue
		}
		var list []string
		if err := json.Unmarshal(value, &list); err != nil || len(list) == 0 || len(list) > 2 {
			return s, fmt.Errorf("words why/%s.json: %s: a text and a way out are wanted (%w)", code, key, err)
		}
		s.reasons[key] = list
	}
	var replace []string
	for name, part := range parts {
		for range 2 { // parts hold parts
			for inner, text := range parts {
				part = strings.ReplaceAll(part, inner, text)
			}
		}
		replace = append(replace, name, part)
	}
	put := strings.NewReplacer(replace...)
	for _, list := range s.reasons {
		for i := range list {
			list[i] = put.Replace(list[i])
		}
	}
	if err := readAll(code, &s.formats); err != nil {
		return s, err
	}
	return s, read("says/counts/"+code+".json", &s.counts)
}

// readAll reads the sentences of a language: a file, and one for each subject in a folder of its own.
func readAll(code string, into *map[string]string) error {
	subjects, err := fs.Glob(files, "says/*/"+code+".json")
	if err != nil {
		return fmt.Errorf("words says: %w", err)
	}
	for _, name := range append(subjects, "says/"+code+".json") {
		if name == "says/counts/"+code+".json" {
			continue
		}
		if err := read(name, into); err != nil {
			return err
		}
	}
	return nil
}

func read(name string, into any) error {
	b, err := files.ReadFile(name)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		return fmt.Errorf("words %s: %w", name, err)
	}
	return nil
}

// Format is a sentence of the engine by its English.
func (l *Lang) Format(id string) (string, bool) {
	s, ok := l.formats[id]
	if !ok && l.Has("state."+id) {
		return l.T("state." + id), true
	}
	if !ok {
		return sheets.In(l.Code).Note(id)
	}
	return s, ok
}

// Counted is a number with its noun.
func (l *Lang) Counted(n int, noun string) (string, bool) {
	both, ok := l.counts[noun]
	if n == 1 {
		return "1 " + both[0], ok
	}
	return l.Num(n) + " " + both[1], ok
}

// Say is a sentence of the engine in the language; whole is false where a part of it is English.
func (l *Lang) Say(t say.Text) (said string, whole bool) {
	if l.Code == "en" {
		return t.String(), true
	}
	return t.In(l)
}

// Reason is a reason in the language: what it is, and the way out. whole is false where a part of it is English.
func (l *Lang) Reason(r why.Reason) (is, way string, whole bool) {
	own, ok := l.reasons[r.Code]
	switch {
	case l.Code == "en" || r.None():
		return r.Text(), r.Way(), true
	case !ok:
		return r.Text(), r.Way(), false
	}
	values, whole := maps.Clone(r.Values), true
	for name, v := range r.Values {
		if why.Beside(name) {
			continue
		}
		said, of := "", true
		if t, is := say.FromStored(r.Values[name+why.SaidOf]); is {
			said, of = l.Say(t)
		} else if inner, err := why.FromStored(r.Values[name+why.WhyOf], "", ""); err == nil && !inner.None() {
			said, _, of = l.Reason(inner)
		} else if stateNames[name] && l.Has("state."+v) {
			said = l.T("state." + v)
		} else if engineNames[name] && strings.ContainsFunc(v, isSpace) {
			of = false
		}
		if said != "" {
			values[name] = said
		}
		whole = whole && of
	}
	is = why.Fill(own[0], values)
	if len(own) > 1 {
		way = why.Fill(own[1], values)
	} else {
		way = r.Way()
	}
	return is, way, whole
}

func isSpace(r rune) bool { return r == ' ' }

// stateNames are values that name the state of a document or a file; engineNames are sentences of the engine.
var (
	stateNames  = map[string]bool{"state": true, "file_state": true, "verdict": true, "rest": true}
	engineNames = map[string]bool{"text": true, "problem": true, "problems": true, "reason": true, "way": true, "found": true, "cause": true, "changes": true}
)
