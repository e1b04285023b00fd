// Package asseen owns acts on what somebody saw: a page carries the newest row of the history from which it was made,
// and when anything has happened since to what the act is about, nothing is done.
//
// Documents have desk.IfUnmoved; here are groups of them, import files, result files and alarms, and what a person asks
// of a run.
package asseen

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/todo"
	"github.com/fisbridge/fisbridge/internal/say"
)

// CodeMoved is the code of a refusal because of what has happened since.
const CodeMoved = desk.CodeMoved

// Moved is the refusal: what has moved, and what it is now.
func Moved(what, is string) error { return moved(what, is) }

// moved is the refusal.
func moved(what, is string) error {
	w := desk.Why{Code: CodeMoved, Values: map[string]string{"is": is}}
	return &desk.Error{Code: desk.ExitFailed, Err: say.Errorf("%s has moved since you saw it, so nothing was done: %s", what, say.English(is)), Why: &w}
}

// IsMoved reports whether an act was refused because its subject has moved.
func IsMoved(err error) bool {
	var refused *desk.Error
	return errors.As(err, &refused) && refused.Why != nil && refused.Why.Code == CodeMoved
}

// File is the import file with a name, when nothing has happened to it since the row that was seen.
func File(ctx context.Context, w *desk.Workspace, word string, seen int64) (desk.File, error) {
	f, err := w.File(ctx, word)
	if err != nil {
		return f, err
	}
	events, err := w.Journal.History(ctx, "", f.ID, 0)
	if err != nil {
		return f, err
	}
	for _, e := range events {
		if e.Seq > seen && e.DocID == "" {
			return f, moved("import file "+desk.FileLabel(f), string(f.State))
		}
	}
	return f, nil
}

// Result is the result file with an id, when nothing has happened to it since.
func Result(ctx context.Context, w *desk.Workspace, word string, seen int64) (desk.ResultFile, error) {
	r, err := w.Result(ctx, word)
	if err != nil {
		return r, err
	}
	events, err := w.Journal.History(ctx, "", 0, r.ID)
	if err != nil {
		return r, err
	}
	for _, e := range events {
		if e.Seq > seen && e.DocID == "" {
			return r, moved("result file "+r.Name, string(r.State))
		}
	}
	return r, nil
}

// Alarm is the open alarm with a number.
func Alarm(ctx context.Context, w *desk.Workspace, id int64) (desk.Alarm, bool, error) {
	open, err := w.OpenAlarms(ctx)
	for _, a := range open {
		if a.ID == id {
			return a, true, err
		}
	}
	return desk.Alarm{}, false, err
}

// Group does the same to each document of a group. The group must have as many as were seen, and none of them may have
// moved; else nothing is done to any.
func Group(ctx context.Context, w *desk.Workspace, key string, number int, seen int64, do desk.Act) (done []desk.Doc, refused []error, err error) {
	groups, err := todo.Groups(ctx, w, "")
	if err != nil {
		return nil, nil, err
	}
	for _, g := range groups {
		if g.Key != key {
			continue
		}
		if len(g.Documents) != number {
			return nil, nil, moved(g.Title, fmt.Sprintf("it holds %d documents now", len(g.Documents)))
		}
		var ids []string
		for _, d := range g.Documents {
			now, err := w.Seen(ctx, d.ID)
			if err != nil {
				return nil, nil, err
			}
			if now > seen {
				return nil, nil, moved(g.Title, "document "+d.ID+" is "+string(d.State))
			}
			ids = append(ids, d.ID)
		}
		done, err = w.SettleEach(ctx, ids, desk.IfUnmoved(seen, do), func(_ desk.Settled, err error) {
			if err != nil {
				refused = append(refused, err)
			}
		})
		return done, refused, err
	}
	return nil, nil, moved("the group", "it holds nothing now")
}

// Words of what people ask of a run, in the history.
const (
	RunAsked  = "run asked for"
	StopAsked = "stop asked for"
)

// Asked takes down that a person wants something of a run, and why.
func Asked(ctx context.Context, w *desk.Workspace, what, reason string) error {
	return w.Journal.Asked(ctx, what, reason)
}
