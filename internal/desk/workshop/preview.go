package workshop

import (
	"bytes"
	"cmp"
	"io/fs"
	"iter"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/preview"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/words"
	"github.com/fisbridge/fisbridge/samples"
)

// Previewing says what is shown: at most so many documents (0: all), in files of these numbers that say they were made
// at this moment.
type Previewing struct {
	Templates fs.FS
	Limit     int
	// Shown is how many of them are shown cell by cell, 0 for all.
	Shown    int
	Sequence int64
	Created  time.Time
	// Warnings are the findings about the mapping, which the preview shows too.
	Warnings findings.List
	// Language is that of the preview: en, de, fr or es, empty for that of the workbook.
	Language string
}

// Preview is what a mapping makes of documents, cell by cell.
type Preview struct {
	*preview.Preview
	plan      *mapping.Plan
	templates fs.FS
}

// MakePreview makes the import file that a run would make of the documents, and sends nothing.
func MakePreview(p Previewing, plan *mapping.Plan, documents iter.Seq2[fis.Envelope, error]) (*Preview, error) {
	file := mapping.FileContext{Route: plan.Name(), Sequence: p.Sequence, Created: p.Created}
	if err := goodLanguage(p.Language); err != nil {
		return nil, err
	}
	all, err := words.Load()
	if err != nil {
		return nil, err
	}
	code := cmp.Or(p.Language, plan.View().Content().In.Code())
	made, err := preview.Make(plan, preview.Options{Context: file, Limit: p.Limit, Shown: p.Shown, Findings: p.Warnings, Language: p.Language, Words: all.Of(code, "")}, documents)
	if err != nil {
		return nil, err
	}
	return &Preview{made, plan, p.Templates}, nil
}

// Page is the preview as one page for the browser, which needs no network.
func (v *Preview) Page() ([]byte, error) {
	var page bytes.Buffer
	err := v.WriteHTML(&page)
	return page.Bytes(), err
}

// InWorkbook is the preview in a workbook: in the mapping's own, of which nothing else changes, or beside a mapping in
// YAML in one of its own.
func (v *Preview) InWorkbook() ([]byte, error) {
	if IsYAML(v.plan.Path()) {
		return v.Workbook(v.templates, v.plan.Bytes())
	}
	return v.FillWorkbook(v.templates, v.plan.Bytes())
}

// Told is what a preview says in short.
type Told struct {
	Mapping   string `json:"mapping"`
	Version   string `json:"mapping_hash"`
	Documents int    `json:"documents"`
	LeftOut   int    `json:"not_shown,omitempty"`
	// Brief are the documents that are in the totals and the files, and not shown.
	Brief    int        `json:"only_in_totals,omitempty"`
	Lines    int        `json:"lines"`
	Files    []ToldFile `json:"files"`
	Held     []ToldHeld `json:"held"`
	Warnings []string   `json:"warnings,omitempty"`
	Wrote    []string   `json:"wrote"`
}

// ToldFile is an import file that would be made.
type ToldFile struct {
	Name      string                `json:"name"`
	Documents int                   `json:"documents"`
	Lines     int                   `json:"lines"`
	Debit     map[string]fis.Amount `json:"debit"`
	Credit    map[string]fis.Amount `json:"credit"`
	Problem   string                `json:"problem,omitempty"`
}

// ToldHeld is a document that would be held.
type ToldHeld struct {
	Document string     `json:"document"`
	Reasons  []say.Text `json:"reasons"`
}

// Told says it in short.
func (v *Preview) Told() Told {
	out := Told{Mapping: v.plan.Name(), Version: v.plan.Hash(), Documents: len(v.All), LeftOut: v.Left, Brief: v.Brief(), Lines: v.Lines(), Files: []ToldFile{}, Held: []ToldHeld{}, Wrote: []string{}}
	for _, f := range v.Files {
		told := ToldFile{Name: f.Name, Documents: f.Totals.Documents, Lines: f.Totals.Lines, Debit: f.Totals.Debit, Credit: f.Totals.Credit}
		if f.Err != nil {
			told.Problem = f.Err.Error()
		}
		out.Files = append(out.Files, told)
	}
	for _, d := range v.All {
		if reasons := d.Reasons(); len(reasons) > 0 {
			out.Held = append(out.Held, ToldHeld{d.Label(), reasons})
		}
	}
	for _, f := range v.Findings {
		out.Warnings = append(out.Warnings, f.String())
	}
	return out
}

// Samples are the sample documents of this program that a mapping takes.
func Samples(plan *mapping.Plan) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		names, err := fs.Glob(samples.Documents(), "*.json")
		if err != nil {
			yield(fis.Envelope{}, err)
			return
		}
		for _, name := range names {
			wanted, err := sampleOf(plan, name)
			if err != nil && !yield(fis.Envelope{}, err) {
				return
			}
			for _, env := range wanted {
				if !yield(env, nil) {
					return
				}
			}
		}
	}
}

func sampleOf(plan *mapping.Plan, name string) (out []fis.Envelope, err error) {
	text, err := fs.ReadFile(samples.Documents(), name)
	if err != nil {
		return nil, err
	}
	err = fis.ReadDocuments(bytes.NewReader(text), name, func(env fis.Envelope) error {
		if slices.Contains(plan.DocTypes(), env.DocType) {
			out = append(out, env)
		}
		return nil
	})
	return out, err
}
