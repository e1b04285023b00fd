// Package preview owns the page and the sheet that show documents beside the lines that a mapping makes of them. It
// draws what package explain found out; texts from outside are data on it, and a workbook keeps all that people wrote.
package preview

import (
	"iter"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
)

// Preview is what a mapping makes of chosen documents, cell by cell, for people to look at.
type Preview struct {
	plan     *mapping.Plan
	language string
	words    Words

	Made  time.Time
	Files []*explain.File
	// Documents are those that are shown, cell by cell; All are also those of which only totals and reasons are.
	Documents, All []*explain.Document
	// Findings are warnings about the mapping itself.
	Findings findings.List
	// Left is the number of documents that were not looked at, beyond the limit.
	Left int
}

// Options say what a preview is made of.
type Options struct {
	// Context is that of the (first) file.
	Context mapping.FileContext
	// Limit is the most documents, 0 for all. Shown is how many of them are shown cell by cell, 0 for all, and as many
	// more that would be held.
	Limit, Shown int
	// Findings are those of loading the mapping.
	Findings findings.List
	// Language is en, de, fr or es, empty for that of the workbook; Words are the engine's sentences in it, nil for English.
	Language string
	Words    Words
}

// Make renders documents as a run would and keeps how each cell came to be. An error is one of docs, or of the machine;
// documents that cannot be mapped are part of the preview.
func Make(p *mapping.Plan, opt Options, docs iter.Seq2[fis.Envelope, error]) (*Preview, error) {
	v := &Preview{plan: p, language: opt.Language, words: opt.Words, Made: opt.Context.Created, Findings: opt.Findings.Warnings()}
	var err error
	v.Files, v.All, err = explain.Files(p, explain.Options{Context: opt.Context, Documents: true, Most: opt.Shown},
		v.limited(opt.Limit, docs))
	for _, d := range v.All {
		if !d.Brief {
			v.Documents = append(v.Documents, d)
		}
	}
	return v, err
}

// limited hands out the first documents and counts the rest.
func (v *Preview) limited(most int, docs iter.Seq2[fis.Envelope, error]) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		n := 0
		for env, err := range docs {
			if n++; most > 0 && n > most && err == nil {
				v.Left++
				continue
			}
			if !yield(env, err) {
				return
			}
		}
	}
}

// Lines is the number of lines of all files.
func (v *Preview) Lines() int {
	n := 0
	for _, f := range v.Files {
		if f.Err == nil {
			n += f.Totals.Lines
			continue
		}
		for _, l := range f.Lines {
			n += l.Lines
		}
	}
	return n
}

// Brief is the number of documents that are in the totals and in the files, and not shown.
func (v *Preview) Brief() int { return len(v.All) - len(v.Documents) }

// WholeFiles are the import files where the preview does not show all that is in them.
func (v *Preview) WholeFiles() []*explain.File {
	var out []*explain.File
	for _, f := range v.Files {
		if v.Brief() > 0 && f.Err == nil {
			out = append(out, f)
		}
	}
	return out
}

// Held are the documents that cannot be mapped, or of which the file would say something else.
func (v *Preview) Held() []*explain.Document {
	var out []*explain.Document
	for _, d := range v.All {
		if len(d.Reasons()) > 0 {
			out = append(out, d)
		}
	}
	return out
}

// linesOf are the lines of a document in its file.
func (v *Preview) linesOf(d *explain.Document) []*explain.Line {
	if d.File < 0 {
		return nil
	}
	var out []*explain.Line
	for _, l := range v.Files[d.File].Lines {
		if l.Kind == explain.KindRecord && l.Line >= d.Part.FirstLine && l.Line <= d.Part.LastLine {
			out = append(out, l)
		}
	}
	return out
}

// examples is the first text that each field got, by record and field.
func (v *Preview) examples() map[string]string {
	out := map[string]string{}
	for _, f := range v.Files {
		for _, l := range f.Lines {
			if l.Kind == explain.KindHeading {
				continue
			}
			for i := range l.Cells {
				key := l.Record + "\x00" + l.Cells[i].Field
				if text := strings.TrimSpace(l.Cells[i].Text); text != "" && out[key] == "" {
					out[key] = text
				}
			}
		}
	}
	return out
}
