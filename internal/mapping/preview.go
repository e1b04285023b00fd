package mapping

import (
	"errors"
	"iter"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// Preview is what a mapping makes of chosen documents, cell by cell, for people to look at.
type Preview struct {
	plan      *Plan
	Made      time.Time
	Files     []*ExplainedFile
	Documents []*ExplainedDocument
	// Findings are warnings about the mapping itself.
	Findings findings.List
	// Left is the number of documents that were not looked at, beyond the limit.
	Left int
}

// PreviewOptions say what a preview is made of.
type PreviewOptions struct {
	// Context is that of the (first) file.
	Context FileContext
	// Limit is the most documents, 0 for all.
	Limit int
	// Findings are those of loading the mapping.
	Findings findings.List
}

// Preview renders documents as a run would and keeps how each cell came to be. An error is one of docs, or of the machine; documents that
// cannot be mapped are part of the preview.
func (p *Plan) Preview(opt PreviewOptions, docs iter.Seq2[fis.Envelope, error]) (*Preview, error) {
	v := &Preview{plan: p, Made: opt.Context.Created, Findings: opt.Findings.Warnings()}
	var err error
	v.Files, v.Documents, err = p.Explain(ExplainOptions{Context: opt.Context, Documents: true}, v.limited(opt.Limit, docs))
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
		for _, l := range f.Lines {
			n += l.Lines
		}
	}
	return n
}

// Held are the documents that cannot be mapped, or of which the file would say something else.
func (v *Preview) Held() []*ExplainedDocument {
	var out []*ExplainedDocument
	for _, d := range v.Documents {
		if len(d.Reasons()) > 0 {
			out = append(out, d)
		}
	}
	return out
}

// Reasons are why a run would hold the document, one by one: it can be in no file, or the file would not say what it says; nil when nothing is wrong.
func (d *ExplainedDocument) Reasons() []string {
	var refused *DocumentError
	switch {
	case d.Err == nil && d.File < 0:
		return []string{"the mapping makes no line for this document"}
	case d.Err == nil && d.Prepared != nil: // a run would hold it, though its lines can be shown
		wrong := d.Prepared.Differs
		if len(wrong) == 0 {
			wrong = d.Spoilt
		}
		var out []string
		for _, p := range wrong {
			out = append(out, p.String())
		}
		return out
	case d.Err == nil:
		return nil
	case !errors.As(d.Err, &refused):
		return []string{d.Err.Error()}
	}
	var out []string
	for _, p := range refused.Problems {
		out = append(out, p.String())
	}
	return out
}

// Remarks are what did not stop the document.
func (d *ExplainedDocument) Remarks() []string {
	if d.Prepared == nil {
		return nil
	}
	var out []string
	for _, p := range d.Prepared.Warnings {
		out = append(out, p.String())
	}
	return out
}

// Label is how people call the document: its report id, else its docId, else where it was found.
func (d *ExplainedDocument) Label() string {
	if d.Document != nil && d.Document.ReportID() != "" {
		return d.Document.ReportID()
	}
	return d.Envelope.Name()
}

// Title is the name of the report, request or advance.
func (d *ExplainedDocument) Title() string {
	if d.Document == nil {
		return ""
	}
	return d.Document.Title()
}

// Currency is that of the document, empty when it cannot be read.
func (d *ExplainedDocument) Currency() string {
	switch {
	case d.Prepared != nil:
		return d.Prepared.Currency
	case d.Document != nil:
		return d.Document.Currency()
	}
	return ""
}

// linesOf are the lines of a document in its file.
func (v *Preview) linesOf(d *ExplainedDocument) []*ExplainedLine {
	if d.File < 0 {
		return nil
	}
	var out []*ExplainedLine
	for _, l := range v.Files[d.File].Lines {
		if l.Kind == KindRecord && l.Line >= d.Part.FirstLine && l.Line <= d.Part.LastLine {
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
			if l.Kind == KindHeading {
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
