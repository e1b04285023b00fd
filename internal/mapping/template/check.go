package template

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
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
	if len(t.Documents) == 0 {
		c.add("documents", "", "the template names no document types")
	}
	for _, d := range t.Documents {
		if !d.Valid() {
			c.add("documents", string(d), fmt.Sprintf("unknown document type; the types are %v", fis.DocTypes()))
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
	}
	return c.found
}

func (c *checker) repeats(r *Record) {
	for _, k := range r.Repeat {
		if !slices.Contains(repeatNames(), k) {
			c.found = append(c.found, findings.Finding{Severity: findings.Error, File: c.path, Cell: "records." +
				r.Name + ".repeat", Value: k,
				Reason:  "a record repeats over " + strings.Join(repeatNames(), ", "),
				Nearest: wording.Nearest(k, repeatNames())})
		}
		if len(r.Repeat) > 1 && (k == RepeatHeader || k == RepeatTrailer || k == RepeatDocument || k == RepeatPosting) {
			c.add("records."+r.Name+".repeat", k, "cannot be one of several")
		}
	}
	if r.Summarise != nil && !slices.Contains(r.Repeat, RepeatPosting) {
		c.add("records."+r.Name+".summarise", "", "only posting lines can be added up")
	}
}

// checker gathers what is wrong with a template.
type checker struct {
	path  string
	found findings.List
}

func (c *checker) add(at, value, reason string) {
	c.found = append(c.found, findings.Finding{Severity: findings.Error, File: c.path, Cell: at, Value: value,
		Reason: reason})
}
