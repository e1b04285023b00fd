package explain

import (
	"errors"

	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Reasons are why a run would hold the document, one by one: it can be in no file, or the file would not say what it
// says; nil when nothing is wrong.
func (d *Document) Reasons() []say.Text {
	var refused *refusal.DocumentError
	switch {
	case d.Err == nil && d.File < 0:
		return []say.Text{"the mapping makes no line for this document"}
	case d.Err == nil && d.Prepared != nil: // a run would hold it, though its lines can be shown
		wrong := d.Prepared.Differs
		if len(wrong) == 0 {
			wrong = d.Spoilt
		}
		var out []say.Text
		for _, p := range wrong {
			out = append(out, p.Said())
		}
		return out
	case d.Err == nil:
		return nil
	case !errors.As(d.Err, &refused):
		return []say.Text{say.Of(d.Err)}
	}
	var out []say.Text
	for _, p := range refused.Problems {
		out = append(out, p.Said())
	}
	return out
}

// Remarks are what did not stop the document.
func (d *Document) Remarks() []say.Text {
	if d.Prepared == nil {
		return nil
	}
	var out []say.Text
	for _, p := range d.Prepared.Warnings {
		out = append(out, p.Said())
	}
	return out
}

// Label is how people call the document: its report id, else its docId, else where it was found.
func (d *Document) Label() string {
	if d.Document != nil && d.Document.ReportID() != "" {
		return d.Document.ReportID()
	}
	if d.Brief && d.Prepared != nil && d.Prepared.ReportID != "" {
		return d.Prepared.ReportID
	}
	return d.Envelope.Name()
}

// Title is the name of the report, request or advance.
func (d *Document) Title() string {
	if d.Document == nil {
		return ""
	}
	return d.Document.Title()
}

// Currency is that of the document, empty when it cannot be read.
func (d *Document) Currency() string {
	switch {
	case d.Prepared != nil:
		return d.Prepared.Currency
	case d.Document != nil:
		return d.Document.Currency()
	}
	return ""
}
