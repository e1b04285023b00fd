package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/retention"
	"github.com/fisbridge/fisbridge/internal/say"
)

// forgettable are the documents that the words name.
func (w *Workspace) forgettable(ctx context.Context, what, word string) ([]string, error) {
	switch what {
	case "employee":
		docs, err := w.Journal.DocumentsOf(ctx, word)
		if err == nil && len(docs) == 0 {
			err = &Error{Code: ExitFailed, Err: say.Errorf("the journal has no document of employee %s", word), Hint: "the id is the employeeId of the documents; what has aged out is nobody's any more"}
		}
		return docs, err
	case "document":
		d, err := w.Document(ctx, word)
		if err != nil {
			return nil, err
		}
		return []string{d.ID}, nil
	}
	return nil, Usage(fmt.Errorf("%q is not employee or document", what))
}

// removeCopies removes the archived copies, and those of import files in the working folder; those that cannot be
// reached are told.
func (w *Workspace) removeCopies(ctx context.Context, copies []records.ResultFile) ([]string, error) {
	b, err := w.Bridge(nil)
	if err != nil {
		return nil, err
	}
	left, err := b.RemoveFileCopies(ctx)
	more, rerr := b.RemoveCopies(ctx, copies)
	images, ierr := b.RemoveReceipts(ctx)
	return slices.Concat(left, more, images), errors.Join(err, rerr, ierr)
}

// Forgotten is what was taken out, and the archived copies that could not be removed.
type Forgotten struct {
	retention.Forgotten
	Left []string `json:"copies_left,omitempty"`
}

// WouldForget are the documents whose personal data forget would take out: of an employee, by his id, or one document.
// Unfinished work is refused.
func (w *Workspace) WouldForget(ctx context.Context, what, word string) ([]string, error) {
	docs, err := w.forgettable(ctx, what, word)
	if err != nil {
		return nil, err
	}
	why, err := w.Journal.Unfinished(ctx, docs)
	if err != nil {
		return nil, err
	}
	if len(why) > 0 {
		return nil, &Error{Code: ExitNeedsPerson, Err: say.Errorf("nothing was changed, for this is not finished: %s", strings.Join(why, "; ")),
			Hint: "fisbridge show DOC tells what each waits for; settle it, then try again"}
	}
	return docs, nil
}

// Forget takes out what says who finished documents are about, as the law may ask.
func (w *Workspace) Forget(ctx context.Context, what, word, reason string) (out Forgotten, err error) {
	docs, err := w.WouldForget(ctx, what, word)
	if err != nil {
		return out, err
	}
	copies, err := w.Journal.CopiesOf(ctx, docs)
	if err != nil {
		return out, err
	}
	out.Forgotten, err = w.Journal.Forget(ctx, docs, reason)
	if errors.Is(err, retention.ErrUnfinished) {
		return out, &Error{Code: ExitNeedsPerson, Err: err, Hint: "fisbridge show DOC tells what it waits for"}
	}
	if err != nil {
		return out, err
	}
	out.Left, err = w.removeCopies(ctx, copies)
	return out, err
}
