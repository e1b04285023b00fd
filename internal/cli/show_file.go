package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func (a *app) showFile(ctx context.Context, w *desk.Workspace, f desk.File, o showFlags) error {
	if o.bytes {
		r, err := w.FileBytes(ctx, f)
		if err != nil {
			return err
		}
		return a.toStdout(r, "import file "+f.Name)
	}
	life, err := w.FileLife(ctx, f)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(life)
	}
	a.fileText(life, o.all)
	return nil
}

// usualParts is how many documents of a file are listed without --all.
const usualParts = 20

func (a *app) fileText(f *desk.FileLife, all bool) {
	l := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 10, Zone: a.Zone()}
	l.Put("file", "%s, %s (id %d)", desk.FileLabel(f.File), f.Name, f.ID)
	state := string(f.State)
	if f.Unverified {
		state += ", unverified"
	}
	l.Put("state", "%s", narrate.State(state, f.Reason, wording.When(f.Since, a.Zone()), wording.Age(a.Now(), f.Since)))
	l.Put("holds", "%s, %s, %s bytes%s", wording.Counted(f.Documents, "document"), wording.Counted(f.Lines, "line"), wording.Grouped(strconv.FormatInt(f.Size, 10)), wording.Either(f.HasBytes, " (--bytes shows them)", " (aged out)"))
	if len(f.Members) > 0 {
		l.Put("with", "%s, before it in the drop folder", strings.Join(f.Members, ", "))
	}
	l.Put("totals", "%s", narrate.InFile(f.File))
	l.Put("sha256", "%s", f.SHA256)
	l.Put("mapping", "%s, version %s", f.Mapping, wording.Short(f.MappingHash))
	l.Put("imported", "%s", wording.Either(f.AllOrNothing(), "all or nothing", "document by document"))
	l.Put("group", "%s", f.Group)
	l.Put("numbered", "%s", wording.When(f.Created, a.Zone()))
	if !f.DroppedAt.IsZero() {
		l.Put("dropped", "%s", wording.When(f.DroppedAt, a.Zone()))
	}
	if f.Marker != "" {
		l.Put("marker", "%s", wording.Either(f.MarkerDone, "written", "not written yet"))
	}
	if f.ReissueOf != 0 {
		l.Put("instead of", "file %d, which was withdrawn", f.ReissueOf)
	}
	alarmLines(l, a.Now(), a.Zone(), f.Alarms)
	a.partTable(f, all)
	historyList(a.Stdout, a.Width(), a.Zone(), f.History, func(e desk.Event) say.Text {
		if e.ResultID == 0 {
			return ""
		}
		return say.F("result %d", e.ResultID)
	})
}

func (a *app) partTable(f *desk.FileLife, all bool) {
	parts, shown := f.InIt, f.InIt
	if !all && len(shown) > usualParts {
		shown = shown[:usualParts]
	}
	term.Heading(a.Stdout, "documents", len(parts), len(shown))
	g := term.Grid{Heads: []string{"document", "lines", "debit", "", "state"}, Right: []int{1, 2}}
	for _, p := range shown {
		state := string(p.State)
		if p.Withdrawn && f.State != desk.FileWithdrawn {
			state += ", taken out"
		}
		amount := "not known"
		if p.AmountKnown() {
			amount = fis.Money(p.Amounts().Debit, p.Currency)
		}
		g.Add(p.DocID, fmt.Sprintf("%d–%d", p.FirstLine, p.LastLine), amount, p.Currency, state)
	}
	g.Write(a.Stdout, a.Width())
}
