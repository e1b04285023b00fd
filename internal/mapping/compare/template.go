package compare

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// TemplateSheet and the template's name stand for the sheet where a fact of the template changed.
const TemplateSheet = "template "

// mostFactText bounds the text of a fact that is told, in characters.
const mostFactText = 120

// templateFact is one thing that a template says: of a field, of a record, or of the whole file (record and field are
// empty then).
type templateFact struct {
	record, field string
	// Path are the words under which it stands there, without record and field: file, delimiter.
	Path string
	text string
}

// What names the fact as people do: "Line Text width", "file delimiter".
func (f templateFact) What() string {
	return strings.Join(strings.Fields(f.record+" "+f.field+" "+f.Path), " ")
}

// TemplateChange is a fact in which two versions of a template differ.
type TemplateChange struct {
	templateFact
	Kind, old, now string
}

// template tells what the templates say differently, by name.
func (d *cellDiff) template() {
	was, is := d.older.Template(), d.newer.Template()
	if was.Name != is.Name {
		return // the setting Template tells it
	}
	for _, c := range TemplateChanges(was, is) {
		n := len(d.list)
		if d.add(TemplateSheet+is.Name, findings.Place{}, c.Kind, c.What(), clipped(c.old), clipped(c.now)); len(d.list) > n {
			d.list[n].ByTemplate = true
		}
	}
}

func clipped(s string) string {
	if r := []rune(s); len(r) > mostFactText {
		return string(r[:mostFactText-1]) + "…"
	}
	return s
}

// TemplateChanges are the facts in which two versions of a template differ, in the order of the newer one. A record or
// a field that only one of them has is one change.
func TemplateChanges(older, newer *template.Template) []TemplateChange {
	if string(older.Source()) == string(newer.Source()) {
		return nil
	}
	old, now := templateFacts(older), templateFacts(newer)
	was, is := byName(old), byName(now)
	var out []TemplateChange
	seen := map[string]bool{}
	one := func(f templateFact, kind string, mine, other map[string]templateFact, list []templateFact) {
		whole := wholeOf(f, other)
		if whole == (templateFact{}) {
			whole = f
		} else {
			whole.text = joinedFacts(list, whole)
		}
		if key := kind + whole.key(); !seen[key] {
			seen[key] = true
			c := TemplateChange{templateFact: whole, Kind: kind}
			if kind == CellAdded {
				c.now = whole.text
			} else {
				c.old = whole.text
			}
			out = append(out, c)
		}
	}
	for _, f := range now {
		before, known := was[f.key()]
		switch {
		case !known:
			one(f, CellAdded, is, was, now)
		case before.text != f.text:
			out = append(out, TemplateChange{f, CellChanged, before.text, f.text})
		}
	}
	for _, f := range old {
		if _, known := is[f.key()]; !known {
			one(f, CellRemoved, was, is, old)
		}
	}
	return out
}

func (f templateFact) key() string {
	return wording.Fold(f.record) + "\x00" + wording.Fold(f.field) + "\x00" + f.Path
}

func byName(list []templateFact) map[string]templateFact {
	out := map[string]templateFact{}
	for _, f := range list {
		out[f.key()] = f
		if f.record != "" { // that there is such a record, and such a field
			out[templateFact{record: f.record}.key()] = templateFact{record: f.record}
			out[templateFact{record: f.record, field: f.field}.key()] = templateFact{record: f.record, field: f.field}
		}
	}
	return out
}

// wholeOf is the record or field of a fact that the other version has not at all; nothing when it has.
func wholeOf(f templateFact, other map[string]templateFact) templateFact {
	for _, whole := range []templateFact{{record: f.record}, {record: f.record, field: f.field}} {
		if _, known := other[whole.key()]; whole.record != "" && !known {
			return whole
		}
	}
	return templateFact{}
}

// joinedFacts are the facts of a field or a record in one text.
func joinedFacts(list []templateFact, whole templateFact) string {
	var out []string
	for _, f := range list {
		if wording.Fold(f.record) == wording.Fold(whole.record) &&
			(whole.field == "" || wording.Fold(f.field) == wording.Fold(whole.field)) {
			f.record = ""
			if whole.field != "" {
				f.field = ""
			}
			out = append(out, f.What()+" "+f.text)
		}
	}
	return strings.Join(out, ", ")
}

// templateFacts are all things that a template says but for what is for people only: records first, then what concerns
// amounts, then the rest, and the files beside it by their hash. Raw bytes are no fact.
func templateFacts(t *template.Template) []templateFact {
	var top map[string]any
	w := factWriter{}
	if err := yaml.Unmarshal(t.Text(), &top); err != nil {
		w.out = append(w.out, templateFact{Path: "text", text: fingerprint(t.Text())})
	}
	keys := sortedKeys(top)
	slices.SortStableFunc(keys, func(a, b string) int { return factRank(a) - factRank(b) })
	for _, key := range keys {
		switch key {
		case "title", "description", "name", "about":
		case "records":
			w.records(top[key])
		default:
			w.add(templateFact{}, key, top[key])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(t.File.Files)) {
		w.out = append(w.out, templateFact{Path: "file " + name, text: fingerprint(t.File.Files[name])})
	}
	return w.out
}

// factRank puts what decides about rows and amounts first.
func factRank(key string) int {
	switch key {
	case "records":
		return 0
	case "amounts", "totals", "posting", "rounding_difference":
		return 1
	case "results":
		return 3
	}
	return 2
}

// fingerprint names bytes without showing them.
func fingerprint(b []byte) string {
	sum := sha256.Sum256(b)
	return "sha256 " + wording.Short(hex.EncodeToString(sum[:]))
}

type factWriter struct{ out []templateFact }

func (w *factWriter) records(list any) {
	for _, r := range mapsOf(list) {
		record := templateFact{record: fmt.Sprint(r["name"])}
		for _, key := range sortedKeys(r) {
			if key != "name" && key != "fields" {
				w.add(record, key, r[key])
			}
		}
		for _, f := range mapsOf(r["fields"]) {
			field := templateFact{record: record.record, field: fmt.Sprint(f["name"])}
			for _, key := range sortedKeys(f) {
				if key != "name" {
					w.add(field, factWord(key), f[key])
				}
			}
		}
	}
}

// factWord names what a new workbook begins with, which changes nothing in workbooks that there are.
func factWord(key string) string {
	if key == "value" {
		return "value of new workbooks"
	}
	return key
}

// add takes a value with everything below it.
func (w *factWriter) add(f templateFact, path string, v any) {
	f.Path = path
	switch v := v.(type) {
	case map[string]any:
		for _, key := range sortedKeys(v) {
			w.add(f, path+" "+key, v[key])
		}
	case []any:
		w.list(f, v)
	case nil:
	default:
		f.text = fmt.Sprint(v)
		w.out = append(w.out, f)
	}
}

// list takes the items of a list by what names them; plain texts are one fact together.
func (w *factWriter) list(f templateFact, items []any) {
	seen := map[string]int{}
	var plain []string
	for _, item := range items {
		name := ""
		switch item := item.(type) {
		case map[string]any:
			name = itemName(item)
		case []any:
			name = "row " + factText(item)
		default:
			plain = append(plain, fmt.Sprint(item))
			continue
		}
		if seen[name]++; seen[name] > 1 {
			name += fmt.Sprintf(" (%d)", seen[name])
		}
		if row, is := item.([]any); is {
			w.out = append(w.out, templateFact{f.record, f.field, f.Path + " " + name, factText(row)})
			continue
		}
		w.add(f, f.Path+" "+name, item)
	}
	if len(plain) > 0 {
		f.text = strings.Join(plain, ", ")
		w.out = append(w.out, f)
	}
}

// itemName names an item of a list by the first of these that it has.
func itemName(item map[string]any) string {
	for _, key := range []string{"name", "record", "role", "field", "documents"} {
		if v, has := item[key]; has {
			return factText(v)
		}
	}
	return "item"
}

func factText(v any) string {
	list, is := v.([]any)
	if !is {
		return fmt.Sprint(v)
	}
	var out []string
	for _, item := range list {
		out = append(out, factText(item))
	}
	return strings.Join(out, " | ")
}

func mapsOf(list any) (out []map[string]any) {
	items, _ := list.([]any)
	for _, item := range items {
		if m, is := item.(map[string]any); is {
			out = append(out, m)
		}
	}
	return out
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// wholeFile are the parts of a template that say how everything in a file is written.
var wholeFile = []string{"file", "grouping", "posting_date", "one_posting_date", "rounding", "entry_sums", "rounding_difference", "revisions"}

// Explains reports whether a change of the template is a reason for a field to read differently; the empty field stands
// for the lines of the record.
func (c TemplateChange) Explains(record, field string) bool {
	if c.record == "" {
		first, _, _ := strings.Cut(c.Path, " ")
		return slices.Contains(wholeFile, first)
	}
	if wording.Fold(c.record) != wording.Fold(record) || c.Path == "note" || c.Path == factWord("value") {
		return false
	}
	return c.field == "" || wording.Fold(c.field) == wording.Fold(field)
}
