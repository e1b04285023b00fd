package template

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Check reports what is wrong in the template beyond its form.
func (t *Template) Check() findings.List {
	c := checker{path: t.path}
	if t.Title == "" {
		c.add("title", "", "the template has no title")
	}
	c.about(t.About)
	if t.Acceptance != ByDocument && t.Acceptance != ByFile {
		c.add("acceptance", string(t.Acceptance), "acceptance is document or file")
	}
	if t.Revisions != "" && t.Revisions != posting.ByLines && t.Revisions != posting.ByNet {
		c.add("revisions", string(t.Revisions), "revisions is lines or net")
	}
	c.numbers(t)
	c.company(t)
	c.rounding(t)
	if len(t.Documents) == 0 {
		c.add("documents", "", "the template names no document types")
	}
	for _, d := range t.Documents {
		if !d.Valid() {
			c.add("documents", string(d), say.F("unknown document type; the types are %v", fis.DocTypes()))
		}
	}
	for i := range t.Settings {
		if s := &t.Settings[i]; !s.Allows(string(s.Value)) {
			c.add("settings."+s.Name, string(s.Value), say.F("the value is none of its codes: %s", strings.Join(s.Words(), ", ")))
		}
	}
	if len(t.Records) == 0 {
		c.add("records", "", "the template has no records")
	}
	seen := map[string]bool{}
	for _, r := range t.Records {
		if seen[wording.Fold(r.Name)] {
			c.add("records", r.Name, "two records have this name")
		}
		seen[wording.Fold(r.Name)] = true
		c.repeats(&r)
		c.nested(t, &r)
	}
	return c.found
}

// numbers checks that what keeps numbers apart are settings of the template.
func (c *checker) numbers(t *Template) {
	if t.Numbers == nil {
		return
	}
	if t.Numbers.Of == "" || len(t.Numbers.ApartBy) == 0 {
		c.add("numbers", "", "say what the number is called (of), and by which settings the ERP keeps it apart (apart_by)")
	}
	for _, name := range t.Numbers.ApartBy {
		if !slices.ContainsFunc(t.Settings, func(s Setting) bool { return wording.Fold(s.Name) == wording.Fold(name) }) {
			c.add("numbers.apart_by", name, "the template has no such setting")
		}
	}
}

// rounding checks how amounts are rounded.
func (c *checker) rounding(t *Template) {
	if t.EntrySums && !t.Rounding {
		c.add("entry_sums", "true", "needs `rounding: true`")
	}
}

// company checks that the fields that tell the company are there.
func (c *checker) company(t *Template) {
	if t.Grouping.MaxLines < 0 || t.Grouping.MaxDocuments < 0 {
		c.add("grouping", "", "max_documents and max_lines are whole numbers, 0 for no limit")
	}
	if t.Company == nil {
		return
	}
	if len(t.Company.In) == 0 {
		c.add("company.in", "", "say where the company stands: file (one company a file), or the fields that tell it, as RECORD.FIELD")
	}
	for _, in := range t.Company.In {
		record, field, _ := strings.Cut(in, ".")
		if r, ok := t.Record(record); in != "file" && (!ok || !has(r, field)) {
			c.add("company.in", in, "is file, or a field of the template, as RECORD.FIELD")
		}
	}
}

func has(r *Record, field string) bool {
	_, ok := r.FieldIndex(field)
	return ok
}

func (c *checker) repeats(r *Record) {
	for _, k := range r.Repeat {
		if !slices.Contains(RepeatNames(), k) {
			c.found = append(c.found, findings.Finding{Severity: findings.Error, File: c.path, Cell: "records." +
				r.Name + ".repeat", Value: k,
				Reason:  say.F("a record repeats over %s", strings.Join(RepeatNames(), ", ")),
				Nearest: wording.Nearest(k, RepeatNames())})
		}
		if len(r.Repeat) > 1 && (k == RepeatHeader || k == RepeatTrailer || k == RepeatDocument || k == RepeatPosting) {
			c.add("records."+r.Name+".repeat", k, "cannot be one of several")
		}
	}
	if r.Summarise != nil && !slices.Contains(r.Repeat, RepeatPosting) {
		c.add("records."+r.Name+".summarise", "", "only posting lines can be added up")
	}
}

// within are the things that a record may repeat over in one that repeats over another: what lies in each of those.
func within(outer string) []string {
	switch outer {
	case RepeatEntry:
		return []string{RepeatEntry, RepeatAllocation, RepeatJournal, RepeatTax, RepeatPosting, RepeatPayroll}
	case RepeatAllocation:
		return []string{RepeatAllocation, RepeatJournal, RepeatTax}
	}
	return []string{outer}
}

// nested checks that a record can stand in the rows of the one that it names.
func (c *checker) nested(t *Template, r *Record) {
	o, ok := t.Record(r.Parent)
	if !ok {
		return // said by the layout
	}
	at, outer, inner := "records."+r.Name+".parent", RepeatDocument, Repeats{RepeatDocument}
	if len(o.Repeat) > 0 {
		outer = o.Repeat[0]
	}
	if len(r.Repeat) > 0 {
		inner = r.Repeat
	}
	switch {
	case o.OncePer != "":
		c.add(at, r.Parent, "has once_per: where it is not written again, nothing could stand in it")
	case outer == RepeatHeader:
	case outer == RepeatTrailer:
		c.add(at, r.Parent, "is a trailer, which stands behind all documents")
	case inner[0] == RepeatHeader || inner[0] == RepeatTrailer:
		c.add(at, r.Parent, say.F("is not written once a file, but this %s is", inner[0]))
	case outer == RepeatDocument:
	case r.Summarise != nil:
		c.add("records."+r.Name+".summarise", "", say.F("lines are added up in the record around it, %s", r.Parent))
	case len(o.Repeat) > 1 && !slices.Equal(o.Repeat, inner):
		c.add(at, r.Parent, "repeats over several things; what stands in it repeats over the same")
	default:
		for _, k := range inner {
			if len(o.Repeat) == 1 && !slices.Contains(within(outer), k) {
				c.add("records."+r.Name+".repeat", k, say.F("in %s, which repeats over %s, a record repeats over %s",
					r.Parent, outer, strings.Join(within(outer), ", ")))
			}
		}
	}
}

// checker gathers what is wrong with a template.
type checker struct {
	path  string
	found findings.List
}

func (c *checker) add(at, value string, reason say.Text) {
	c.found = append(c.found, findings.Finding{Severity: findings.Error, File: c.path, Cell: at, Value: value,
		Reason: reason})
}
