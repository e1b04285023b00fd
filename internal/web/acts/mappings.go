package acts

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/asseen"
	"github.com/fisbridge/fisbridge/internal/desk/changes"
	"github.com/fisbridge/fisbridge/internal/web/frame"
	"github.com/fisbridge/fisbridge/internal/web/pages"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Proposals are the acts by which an accountant gives a changed workbook.
func Proposals() []Act {
	return []Act{{Name: "propose", Fields: []string{"file"}, Subject: mapping, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		c, err := changes.Give(q.Ctx(), w, changes.Given{Mapping: s.key, Name: f.Value("file"), Body: f.File, Reason: f.Reason, Origin: changes.Proposed})
		return nil, given(q, s, c, err)
	}}}
}

// Reverts are the acts on a former version.
func Reverts() []Act {
	return []Act{{Name: "revert", Subject: formerVersion, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
		c, err := changes.GiveFormer(q.Ctx(), w, s.key, q.R.PathValue("hash"), f.Reason)
		return nil, given(q, s, c, err)
	}}}
}

// Decisions are the acts of an approver on a change.
func Decisions() []Act {
	return []Act{
		{Name: "approve", Fresh: true, Subject: change, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			_, err := changes.ApproveSeen(q.Ctx(), w, s.change, f.Reason)
			if errors.Is(err, changes.ErrOwn) {
				return nil, q.Refused(err)
			}
			return nil, err
		}},
		{Name: "decline", Subject: change, Do: end},
	}
}

// Changes are the acts of an accountant on a change.
func Changes() []Act {
	return []Act{
		{Name: "ask", Subject: change, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			_, err := changes.AskFor(q.Ctx(), w, s.change, f.Reason)
			return nil, err
		}},
		{Name: "withdraw", Subject: change, Do: end},
		{Name: "aside", Subject: change, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			_, err := changes.SetAside(q.Ctx(), w, s.change, f.Reason)
			return nil, err
		}},
		{Name: "again", Subject: change, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			c, err := changes.GiveAgain(q.Ctx(), w, s.change, f.Reason)
			return nil, given(q, s, c, err)
		}},
		{Name: "on-top", Subject: change, Do: func(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
			c, err := changes.GiveOnTop(q.Ctx(), w, s.change, f.Reason)
			return nil, given(q, s, c, err)
		}},
	}
}

func end(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
	_, err := changes.RejectSeen(q.Ctx(), w, s.change, f.Reason)
	return nil, err
}

// DocumentRows and GroupRows add the row that a held document waits for, or all of a cause.
func DocumentRows() []Act { return rows(document) }
func GroupRows() []Act    { return rows(group) }

// rows are the acts that add the row which held documents wait for.
func rows(subject func(q *frame.Req, a Act) (*Subject, error)) []Act {
	return []Act{{Name: "add-row", Subject: func(q *frame.Req, a Act) (*Subject, error) {
		s, err := subject(q, a)
		if err != nil {
			return nil, err
		}
		return s, s.findRow(q)
	}, Do: addRow}}
}

// findRow finds the row that the documents of a subject wait for.
func (s *Subject) findRow(q *frame.Req) error {
	id := s.doc
	if id == "" {
		id = s.Rows[0].ID
	}
	d, err := q.Desk.Journal.Document(q.Ctx(), id)
	if err != nil {
		return err
	}
	if s.Row, err = changes.RowFor(q.Ctx(), q.Desk, d); err != nil {
		return err
	}
	if s.Row == nil {
		return gone(q, s.Text, "it waits for no row any more")
	}
	s.route = d.Route
	s.Text = s.Row.Sheet
	return nil
}

func addRow(q *frame.Req, w *desk.Workspace, s *Subject, f Form) ([]string, error) {
	d, err := w.Journal.Document(q.Ctx(), s.Rows[0].ID)
	if err != nil {
		return nil, err
	}
	row, err := changes.RowFor(q.Ctx(), w, d)
	if err != nil {
		return nil, err
	}
	if row == nil || row.Version != s.Row.Version {
		return nil, asseen.Moved(s.Row.Sheet, "the row is there, or another version is in force")
	}
	values := map[string]string{}
	for i, c := range row.Columns {
		typed := f.Value(columnField(i))
		if c.Number && typed != "" {
			amount, err := q.ParseAmount(typed)
			if err != nil {
				return nil, desk.Usage(errors.New(q.T("wrong.amount", "text", typed)))
			}
			typed = amount.String()
		}
		values[c.Heading] = typed
	}
	c, err := changes.GiveRow(q.Ctx(), w, row, values, f.Reason)
	return nil, given(q, s, c, err)
}

// columnField is the name of the field of a column of a row.
func columnField(i int) string { return columnPrefix + strconv.Itoa(i) }

const columnPrefix = "col-"

// given leads to the page of the change that was given.
func given(q *frame.Req, s *Subject, c changes.Change, err error) error {
	if err != nil {
		return err
	}
	route := s.route
	if route == "" && len(c.Routes) > 0 {
		route = c.Routes[0]
	}
	s.Back = q.To("mappings", route, "changes", c.ID)
	return nil
}

// mapping is the subject of an act on a route's mapping.
func mapping(q *frame.Req, _ Act) (*Subject, error) {
	r, has := q.Desk.Config.Route(q.R.PathValue("route"))
	if !has {
		return nil, frame.NotFound()
	}
	s := &Subject{key: r.Mapping, route: r.Name, Back: q.To("mappings", r.Name), Number: 1, Text: filepath.Base(r.Mapping)}
	s.Crumbs = []frame.Crumb{{Text: q.T("nav.mappings"), To: q.To("mappings")}, {Text: r.Name, To: s.Back}}
	return s, nil
}

func formerVersion(q *frame.Req, a Act) (*Subject, error) {
	s, err := mapping(q, a)
	if err != nil {
		return nil, err
	}
	v, err := pages.Version(q, s.key)
	if err != nil {
		return nil, err
	}
	s.Text = fmt.Sprintf("%s %s", v.Name, wording.Short(v.Hash))
	return s, nil
}

// change is the change that the address names. Its number goes with the form, so that people decide about what they saw.
func change(q *frame.Req, a Act) (*Subject, error) {
	s, err := mapping(q, a)
	if err != nil {
		return nil, err
	}
	c, err := pages.ChangeOf(q, s.key)
	if err != nil {
		return nil, err
	}
	s.change, s.Number, s.Text = c.ID, int(c.ID), q.T("mapping.change", "n", fmt.Sprint(c.ID))
	s.Back = q.To("mappings", s.route, "changes", c.ID)
	s.Crumbs = append(s.Crumbs, frame.Crumb{Text: s.Text, To: s.Back})
	s.Effects = pages.EffectLines(q, c.Change)
	return s, nil
}

// file reads the workbook of a form.
func (a Act) file(q *frame.Req, f *Form) {
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
