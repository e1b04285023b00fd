package workshop

import (
	"context"
	"io/fs"
	"iter"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/lint"
	"github.com/fisbridge/fisbridge/internal/mapping/mend"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Report is what a check of a mapping says.
type Report = lint.Report

// Checking says how a mapping is checked.
type Checking struct {
	Templates fs.FS
	// Space is the working folder whose documents the tests find, and for whose routes the doubts are told; nil: there
	// is none.
	Space *desk.Workspace
	// Documents are those to try the mapping on. Without them the journal's since Since are taken, when there is a
	// Space.
	Documents iter.Seq2[fis.Envelope, error]
	Since     time.Time
	// At is the moment, on the clock of the company.
	At time.Time
}

// ReadAndCheck checks the mapping that lies under a name, and gives its bytes too; none when it cannot be read, which
// the report says.
func ReadAndCheck(ctx context.Context, c Checking, name string) (*Report, []byte, error) {
	data, findings := workbook.ReadFile(name)
	if data == nil {
		return &Report{File: name, Findings: findings}, nil, nil
	}
	r, err := Check(ctx, c, name, data)
	return r, data, err
}

// Check tells everything that is wrong with a mapping, by sheet and cell: as it reads, on its tests, on documents, and
// what keeps it from going live by itself. The name need not lie anywhere; where it is the mapping of routes, their
// documents are taken.
func Check(ctx context.Context, c Checking, name string, data []byte) (*Report, error) {
	o := lint.Options{Created: c.At, Documents: c.Documents}
	if c.Space != nil {
		o.Find = c.Space.FindPayload()
	}
	fromJournal := c.Documents == nil && c.Space != nil
	if fromJournal {
		o.Documents = c.Space.Recent(ctx, routesOf(c.Space, name), c.Since)
	}
	r, err := lint.Check(ctx, c.Templates, name, data, o)
	if err != nil {
		return r, err
	}
	if fromJournal {
		r.DocumentsFrom = "of the journal since " + c.Since.Format(time.DateOnly)
	}
	return r, c.doubts(ctx, r, name)
}

// doubts adds what keeps a usable mapping from going live by itself, as warnings.
func (c Checking) doubts(ctx context.Context, r *Report, name string) error {
	if c.Space == nil || r.Plan == nil || !r.Usable {
		return nil
	}
	for _, route := range routesOf(c.Space, name) {
		found, _, err := c.Space.Doubts(ctx, route, name, r.Plan)
		if err != nil {
			return err
		}
		for i, f := range found { // before the sheets, for they are about the whole
			f.Severity, f.File = findings.Warning, name
			f.Reason = say.F("does not go live by itself: %s", f.Reason)
			if !slices.ContainsFunc(found, func(f findings.Finding) bool { return f.Never }) {
				f.Reason = say.F("%s; if that is meant: fisbridge mapping accept %s --reason \"…\"", f.Reason, route)
			}
			r.Findings = slices.Insert(r.Findings, i, f)
		}
	}
	return nil
}

// routesOf are the routes that use the mapping; "", which is all of them, when none does.
func routesOf(w *desk.Workspace, name string) []string {
	var routes []string
	for _, r := range w.Config.Routes {
		if desk.SameFile(name, w.Config.Path(r.Mapping)) {
			routes = append(routes, r.Name)
		}
	}
	if len(routes) == 0 {
		return []string{""}
	}
	return routes
}

// Annotated is the workbook with the findings as notes of the cells they are about, in place of those of the last time,
// and how many cells have one. It is the workbook as it was when nothing changes, and nil when no cell can have a note.
func Annotated(data []byte, r *Report) (text []byte, cells int, err error) {
	if r.Template == "" && !r.HasPlaces() {
		return nil, 0, nil
	}
	return mend.Annotate(data, r.Findings)
}

// Fixed is the workbook with texts where numbers were pasted into columns of codes: what was mended, and what is left
// to people.
func Fixed(data []byte, r *Report) (text []byte, mended, left []mend.Mended, err error) {
	return mend.Cells(data, r.Findings)
}
