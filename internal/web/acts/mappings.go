package acts

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// looked ends an act that only showed what a workbook would do: because that was asked for, or because it has errors.
type looked struct{ trial *changes.Trial }

// Error is told nowhere: the page shows the trial.
func (looked) Error() string { return "the workbook was looked at" }

// Proposals are the acts by which an accountant asks for a change of a mapping.
func Proposals() []Act {
	return []Act{{Name: "propose", Fields: []string{"file"}, Subject: mapping, Do: propose}}
}

// Reverts are the acts on a former version.
func Reverts() []Act {
	return []Act{{Name: "revert", Subject: formerVersion, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		return nil, asked(changes.Revert(q.Ctx(), w, s.key, q.R.PathValue("hash"), f.Reason))
	}}}
}

// Decisions are the acts of an approver on the change that waits.
func Decisions() []Act {
	return []Act{
		{Name: "approve", Fresh: true, Subject: waitingChange, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			_, err := changes.Approve(q.Ctx(), w, s.key, int64(f.Number), f.Reason)
			return nil, err
		}},
		{Name: "decline", Subject: waitingChange, Do: decline},
	}
}

// Withdrawals are the acts by which an accountant takes a change back.
func Withdrawals() []Act {
	return []Act{{Name: "withdraw", Subject: waitingChange, Do: decline}}
}

func decline(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
	_, err := changes.Reject(q.Ctx(), w, s.key, int64(f.Number), f.Reason)
	return nil, err
}

// mapping is the subject of an act on a route's mapping.
func mapping(q *frame.Req, _ Act) (*Subject, error) {
	r, has := q.Desk.Config.Route(q.R.PathValue("route"))
	if !has {
		return nil, frame.NotFound()
	}
	s := &Subject{key: r.Mapping, Back: q.To("mappings", r.Name), Number: 1, Text: filepath.Base(r.Mapping)}
	s.Crumbs = []frame.Crumb{{Text: q.T("nav.mappings"), To: q.To("mappings")}, {Text: r.Name, To: s.Back}}
	return s, nil
}

func formerVersion(q *frame.Req, a Act) (*Subject, error) {
	s, err := mapping(q, a)
	if err != nil {
		return nil, err
	}
	v, err := changes.Former(q.Ctx(), q.Desk, s.key, q.R.PathValue("hash"))
	if err != nil {
		return nil, frame.NotFound() //nolint:nilerr // what is not of this mapping is not there
	}
	s.Text = fmt.Sprintf("%s %s", v.Name, wording.Short(v.Hash))
	return s, nil
}

// waitingChange is the change that waits. Its number goes with the form, so that people decide about what they saw.
func waitingChange(q *frame.Req, a Act) (*Subject, error) {
	s, err := mapping(q, a)
	if err != nil {
		return nil, err
	}
	l, err := changes.LifeOf(q.Ctx(), q.Desk, s.key)
	if err != nil {
		return nil, err
	}
	c := l.Waiting()
	if c == nil {
		return nil, frame.NotFound()
	}
	s.Number, s.Text = int(c.ID), q.T("mapping.change", "n", fmt.Sprint(c.ID))
	s.Effects = c.Effects
	return s, nil
}

// propose looks at the workbook that was sent, and asks for it unless only the look was wanted.
func propose(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
	if f.Look {
		t, err := changes.Try(q.Ctx(), w, s.key, f.Value("file"), f.File)
		if err != nil {
			return nil, err
		}
		return nil, looked{t}
	}
	return nil, asked(changes.Propose(q.Ctx(), w, s.key, f.Value("file"), f.File, f.Reason))
}

// asked is the end of an act that asks for a change.
func asked(o changes.Outcome, err error) error {
	if err == nil && o.Change == nil {
		return looked{o.Trial}
	}
	return err
}

// file reads the workbook of a form.
func (a Act) file(q *frame.Req, f *Form) {
	f.Look = q.R.PostFormValue("look") != ""
	in, head, err := q.R.FormFile("file")
	if err != nil {
		f.wrong("file", q.T("wrong.file"))
		return
	}
	defer func() { _ = in.Close() }() // it was only read
	if f.File, err = io.ReadAll(io.LimitReader(in, changes.MaxBytes+1)); err != nil || len(f.File) == 0 {
		f.wrong("file", q.T("wrong.file"))
	}
	f.Values["file"] = filepath.Base(wording.Line(head.Filename))
}

// lookedAt shows what a workbook would do.
func (a Act) lookedAt(q *frame.Req, p actPage, err error) (frame.Answer, error, bool) {
	var l looked
	if !errors.As(err, &l) {
		return nil, nil, false
	}
	p.Trial, p.Effects = l.trial, l.trial.Effects
	status := http.StatusOK
	if !l.trial.Usable() {
		status = http.StatusUnprocessableEntity
	}
	answer, err := a.show(q, p, status)
	return answer, err, true
}
