package reading

import (
	"context"
	"errors"
	"iter"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Rendered is what a version of a mapping makes of one document.
type Rendered struct {
	// Version is the hash of the mapping, Name that of its file.
	Version, Name string
	Lines         []*explain.Line
	// Reasons are why it can be in no file; nil when it would go.
	Reasons []say.Text
	Remarks []say.Text
}

// Goes reports whether the document would go.
func (r *Rendered) Goes() bool { return len(r.Reasons) == 0 }

// WouldGo tries a document with the version of its route's mapping that is in force. It is nil where none is, or where
// the payload is not kept. Whether it may go (a revision, a doubt) is not asked here.
func WouldGo(ctx context.Context, w *desk.Workspace, d desk.Doc) (*Rendered, error) {
	c, ok, err := w.Journal.LiveMapping(ctx, d.Route)
	if err != nil || !ok {
		return nil, err
	}
	plan, err := desk.LoadVersion(w.Config, c)
	if err != nil {
		return nil, err
	}
	return By(ctx, w, plan, d)
}

// By is what a version of a mapping makes of a document in a file of this moment. It is nil where the payload is not kept.
func By(ctx context.Context, w *desk.Workspace, plan *mapping.Plan, d desk.Doc) (*Rendered, error) {
	return render(ctx, w, plan, d, mapping.FileContext{Route: d.Route, Sequence: 1, Created: w.Now().In(w.Config.Schedule.Zone())})
}

// In are the lines of a document in an import file, made again by the version that made it: which line a cell came from
// and what it says. What went out stands in the file; a line's explanation is held against that. It is nil where
// version or payload are not kept.
func In(ctx context.Context, w *desk.Workspace, d desk.Doc, f desk.File) (*Rendered, error) {
	if f.MappingHash == "" { // of a program that did not keep versions
		return nil, nil
	}
	c, err := w.Journal.MappingBytes(ctx, f.MappingHash)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	plan, err := desk.LoadVersion(w.Config, c)
	if err != nil {
		return nil, err
	}
	return render(ctx, w, plan, d, mapping.FileContext{Route: f.Route, Sequence: f.Sequence, Created: f.Created.In(w.Config.Schedule.Zone()), Group: f.Group})
}

func render(ctx context.Context, w *desk.Workspace, plan *mapping.Plan, d desk.Doc, file mapping.FileContext) (*Rendered, error) {
	env, err := w.Journal.Payload(ctx, d.ID)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var one iter.Seq2[fis.Envelope, error] = func(yield func(fis.Envelope, error) bool) { yield(env, nil) }
	files, docs, err := explain.Files(plan, explain.Options{Context: file, OneFile: file.Group != "", Documents: true}, one)
	if err != nil {
		return nil, err
	}
	out := &Rendered{Version: plan.Hash(), Name: plan.Name()}
	for _, doc := range docs {
		out.Reasons, out.Remarks = append(out.Reasons, doc.Reasons()...), append(out.Remarks, doc.Remarks()...)
	}
	for _, f := range files {
		for _, l := range f.Lines {
			if l.Kind == explain.KindRecord && l.DocID != "" {
				out.Lines = append(out.Lines, l)
			}
		}
	}
	return out, nil
}
