package changes

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/asseen"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/mend"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Given is a workbook that somebody gives for a mapping.
type Given struct {
	Mapping string
	// Name is the name of the file; of a workbook that was made here, that of the mapping.
	Name string
	Body []byte
	// Reason is what for, Origin where it comes from: Proposed, Reverted, RowAdded, OnTopOf, Again.
	Reason, Origin string
	// Authors are those whose cells it has, beside who gives it.
	Authors []string
	// Whatever keeps also what cannot be opened.
	Whatever bool
}

// Give keeps a workbook with everything that is wrong with it and what it would change, so that people can look at it
// and ask for it later. What cannot be opened at all is refused, and so is what says nothing new. One that was made from
// a version which is not in force any more is overtaken from the beginning.
func Give(ctx context.Context, w *desk.Workspace, g Given) (Change, error) {
	t, err := Try(ctx, w, g.Mapping, g.Name, g.Body)
	switch {
	case err != nil:
		return Change{}, err
	case !t.Usable() && !t.places && !isYAML(g.Mapping) && !g.Whatever:
		return Change{}, &desk.Error{Code: desk.ExitInvalid, Err: say.Errorf("%s", t.Findings.Errors()[0].Said())}
	case t.Usable() && t.Same:
		return Change{}, refused(say.Errorf("%s says what the version in force says: there is nothing to ask for", t.Name), "")
	}
	c := t.content
	c.State = Checked
	if !t.Usable() {
		c = changes.Content{Body: g.Body, Change: Change{Mapping: g.Mapping, Routes: RoutesOf(w.Config, g.Mapping), Name: t.Name, State: Unusable}}
	}
	c.Origin, c.Reason, c.Authors, c.Findings, c.Effects = g.Origin, g.Reason, g.Authors, t.Findings, t.Effects
	if g.Origin == Proposed {
		if c.MadeFrom, err = madeFrom(ctx, w, g.Mapping, g.Name, g.Body); err != nil {
			return Change{}, err
		}
		if c.MadeFrom != "" && c.State == Checked {
			c.State, c.Effects = Overtaken, nil
		}
	}
	id, err := w.Journal.Give(ctx, c)
	if err != nil {
		return Change{}, err
	}
	return w.Journal.Change(ctx, id)
}

func isYAML(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

// takenName finds the version in the name of a workbook as it is given out: "acme 8f31986e.xlsx".
var takenName = regexp.MustCompile(`[ _-]([0-9a-f]{8})( ?\([0-9]+\))?\.[A-Za-z]+$`)

// madeFrom is the former version from which a workbook was made: it says so itself, or its name does. Empty where it
// was made from the version in force, and where nobody knows.
func madeFrom(ctx context.Context, w *desk.Workspace, mapping, name string, body []byte) (string, error) {
	hash := mend.StampOf(body)
	if m := takenName.FindStringSubmatch(filepath.Base(name)); hash == "" && m != nil {
		hash = m[1]
	}
	if hash == "" {
		return "", nil
	}
	l, err := LifeOf(ctx, w, mapping)
	if err != nil {
		return "", err
	}
	former := ""
	for _, v := range l.Versions {
		if !strings.HasPrefix(v.Hash, hash) {
			continue
		}
		if v.InForce() {
			return "", nil
		}
		former = v.Hash
	}
	return former, nil
}

// AskFor asks for a change that was given and looked at. It is refused when it is not any more what was seen, and while
// for some document the file would not say its amounts. Where the company wants nobody else to agree, and there is no
// doubt, it is approved at once.
func AskFor(ctx context.Context, w *desk.Workspace, id int64, reason string) (Change, error) {
	c, err := w.Journal.Change(ctx, id)
	if err != nil {
		return c, err
	}
	if c.State != Checked {
		return c, asseen.Moved(changeName(c), string(c.State))
	}
	if err := noteRule(ctx, w); err != nil {
		return c, err
	}
	var doubts findings.List
	for _, e := range c.Effects {
		doubts = append(doubts, e.Doubts...)
		if e.FalseAmounts > 0 {
			return c, &desk.Error{Code: desk.ExitInvalid, Err: say.Errorf("for %s the file would not say the amounts of the document", wording.Counted(e.FalseAmounts, "document")), Hint: "that cannot be approved: the Values that carry amounts are to be written again"}
		}
	}
	if i := slices.IndexFunc(doubts, func(f findings.Finding) bool { return f.Never }); i >= 0 {
		return c, &desk.Error{Code: desk.ExitInvalid, Err: say.Errorf("%s", doubts[i].Reason), Hint: "that cannot be approved: the Values that it names are to be written again"}
	}
	switch stands, err := Standing(ctx, w, c); {
	case err != nil:
		return c, err
	case stands == string(Overtaken):
		return c, asseen.Moved(changeName(c), "another version went live since")
	case stands != "":
		return c, asseen.Moved(changeName(c), "the template was changed since")
	}
	err = w.Journal.AskFor(ctx, c, reason, w.Config.ApprovalRule() == config.ApprovalNone && len(doubts) == 0)
	if errors.Is(err, ledger.ErrStale) {
		if other, err := w.Journal.WaitingChange(ctx, c.Mapping); err == nil {
			return c, asseen.Moved(changeName(c), fmt.Sprintf("change %d, which %s asked for, %s; one change of a mapping at a time", other.ID, Person(other.AskedBy), waitsFor(other)))
		}
		return c, asseen.Moved(changeName(c), "somebody else was quicker")
	}
	if err != nil {
		return c, err
	}
	return w.Journal.Change(ctx, id)
}

// GiveAgain gives the workbook of a change once more, for the versions and the template that there are now. A change
// whose approval has ended is done with then.
func GiveAgain(ctx context.Context, w *desk.Workspace, id int64, reason string) (Change, error) {
	c, err := w.Journal.ChangeContent(ctx, id)
	if err != nil {
		return c.Change, err
	}
	next, err := Give(ctx, w, Given{Mapping: c.Mapping, Name: c.Name, Body: c.Body, Reason: reason, Origin: Again, Authors: c.Authors})
	if err != nil {
		return next, err
	}
	if c.State == Ended {
		if err := w.Journal.Reject(ctx, c.Change, reason); err != nil {
			return next, err
		}
	}
	return next, nil
}

// GiveFormer gives the workbook of a former version, so that it can be asked for.
func GiveFormer(ctx context.Context, w *desk.Workspace, mapping, hash, reason string) (Change, error) {
	v, err := Former(ctx, w, mapping, hash)
	if err != nil {
		return Change{}, err
	}
	return Give(ctx, w, Given{Mapping: mapping, Name: v.Name, Body: v.Body, Reason: reason, Origin: Reverted})
}

// Taken is a workbook as it is given out: it says of which version it is a copy.
func Taken(body []byte, version string) ([]byte, error) { return mend.Stamp(body, version) }

// Renewed is the workbook of a version, brought to the template that the program or the folder has now: what the template
// proposed then is what it proposes now, and sheets that came later are there. People look at it before they give it.
func Renewed(w *desk.Workspace, v records.MappingContent) ([]byte, error) {
	out, _, err := workbook.Convert(w.Templates(), v.Name, v.Body, v.Name, "")
	if err != nil {
		return nil, desk.Invalid(err, "")
	}
	return out, nil
}

// TemplateMoved reports whether the template is another one now than the version was made with.
func TemplateMoved(w *desk.Workspace, v records.MappingContent) bool {
	now, _ := template.Read(w.Templates(), v.Template)
	return now != nil && !bytes.Equal(now.Source(), v.TemplateBody)
}

// Notes is the workbook of a change with its findings as notes at the cells.
func Notes(c changes.Content) ([]byte, error) {
	out, _, err := mend.Annotate(c.Body, c.Findings)
	return out, err
}

// ContentOf is a change of a mapping with its bytes; nil when the mapping has none of this number.
func ContentOf(ctx context.Context, w *desk.Workspace, mapping string, id int64) (*changes.Content, error) {
	c, err := w.Journal.ChangeContent(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) || err == nil && c.Mapping != mapping {
		return nil, nil
	}
	return &c, err
}

// Content is a change with its bytes.
type Content = changes.Content
