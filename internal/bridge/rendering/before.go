package rendering

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Before gathers what was written of the documents that a replacing one is held against, in the order in which they
// were posted. missing says in words what of it is not there; the difference cannot be had then. The same places give
// the same difference for ever, whatever is mapped today.
func Before(ctx context.Context, j *journal.Journal, plan *mapping.Plan,
	basis []records.Place) (rev *mapping.Revision, missing say.Text, err error) {
	rev = &mapping.Revision{}
	for _, p := range basis {
		w := writer{ctx: ctx, j: j, plan: plan, place: p}
		if missing, err = w.read(); err != nil || missing != "" {
			return nil, missing, err
		}
		if plan.OwnRows() {
			missing, err = w.rows(rev)
		} else {
			missing, err = w.lines(rev)
		}
		if err != nil || missing != "" {
			return nil, missing, err
		}
	}
	return rev, "", nil
}

// writer is one document in one import file, as it was written.
type writer struct {
	ctx   context.Context
	j     *journal.Journal
	plan  *mapping.Plan
	place records.Place
	file  records.File
	part  records.Part
}

// read finds the place, or says why nothing is known of it.
func (w *writer) read() (missing say.Text, err error) {
	id := w.place.Doc
	if w.place.File == 0 {
		d, err := w.j.Document(w.ctx, id)
		if err != nil {
			return "", err
		}
		w.part = records.Part{PostAs: d.PostAs, Basis: d.Basis}
		_, err = w.j.Written(w.ctx, w.place)
		switch {
		case errors.Is(err, ledger.ErrNotFound), err == nil && d.PostAs != records.PostReplace && !d.DocType.Commits():
			return say.F("document %s was said to be posted by hand: fisbridge wrote nothing of it", id), nil
		}
		return w.damaged(err)
	}
	if w.file, err = w.j.File(w.ctx, w.place.File); err != nil {
		return "", err
	}
	parts, err := w.j.PartsOf(w.ctx, id)
	if err != nil {
		return "", err
	}
	for _, p := range parts {
		if p.FileID == w.place.File {
			w.part = p
		}
	}
	if w.part.Withdrawn {
		return say.F("document %s was said to be posted after its import file %s was withdrawn: what the ERP has of it is not known here", id, w.file.Name), nil
	}
	return "", nil
}

// lines adds the posting lines that were written. Files of a fisbridge that did not keep them are made again, when the
// document is still there and the mapping is the same.
func (w *writer) lines(rev *mapping.Revision) (missing say.Text, err error) {
	data, err := w.j.Written(w.ctx, w.place)
	if errors.Is(err, ledger.ErrNotFound) {
		data, missing, err = w.again()
	}
	if err != nil {
		return w.damaged(err)
	}
	if missing != "" {
		return missing, nil
	}
	written, missing := w.readable(data)
	rev.Written, rev.Books = append(rev.Written, written), append(rev.Books, written.Books)
	return missing, nil
}

// readable reads what was written, or says that nobody can.
func (w *writer) readable(data []byte) (written takeback.Written, missing say.Text) {
	written, err := takeback.ParseWritten(data)
	if err != nil {
		missing, _ = w.damaged(records.ErrDamaged)
	}
	return written, missing
}

// damaged makes of bytes that the journal has lost something that is missing; a database in trouble stays an error.
func (w *writer) damaged(err error) (missing say.Text, _ error) {
	if errors.Is(err, records.ErrDamaged) {
		return say.F("what the journal keeps of document %s is damaged; restore it from a backup", w.place.Doc), nil
	}
	return "", err
}

// again makes what was written from the document.
func (w *writer) again() (data []byte, missing say.Text, err error) {
	cannot := func(because say.Text) say.Text {
		return say.F("what import file %s says of document %s was not kept, and it cannot be made again: %s", w.file.Name, w.place.Doc, because)
	}
	if w.file.MappingHash != w.plan.Hash() {
		return nil, cannot("the mapping has changed since"), nil
	}
	env, err := w.j.Payload(w.ctx, w.place.Doc)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, cannot("the document has aged out"), nil
	}
	if err != nil {
		return nil, "", err
	}
	env.Posting = w.part.Posting
	made, err := w.plan.NewWorker().PrepareInput(mapping.Input{Envelope: env, KeepWritten: true})
	if err != nil {
		return nil, cannot(say.Of(err)), nil
	}
	return made.Written, "", nil
}

// rows adds the document for a template that writes rows of the document itself: what stands in the books is the last
// replacing document, and what was added since.
func (w *writer) rows(rev *mapping.Revision) (missing say.Text, err error) {
	if w.part.PostAs == records.PostReplace {
		rev.Earlier = nil
	}
	if w.place.File != 0 && w.file.MappingHash != w.plan.Hash() {
		return say.F("the mapping has changed since import file %s was made: its rows of document %s cannot be taken back as they were", w.file.Name, w.place.Doc), nil
	}
	env, err := w.j.Payload(w.ctx, w.place.Doc)
	if errors.Is(err, ledger.ErrNotFound) {
		return say.F("document %s has aged out (retention): its rows cannot be taken back", w.place.Doc), nil
	}
	if err != nil {
		return w.damaged(err)
	}
	var written takeback.Written
	switch data, err := w.j.Written(w.ctx, w.place); {
	case err == nil:
		written, missing = w.readable(data)
	case !errors.Is(err, ledger.ErrNotFound): // where nothing is found it was written before this was kept
		if missing, err = w.damaged(err); err != nil {
			return "", err
		}
	}
	rev.Earlier, rev.Books = append(rev.Earlier, env), append(rev.Books, written.Books)
	return missing, nil
}
