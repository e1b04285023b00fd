package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// fileLife is everything that is known of an import file.
type fileLife struct {
	journal.File
	HasBytes  bool            `json:"has_bytes"`
	InIt      []filePart      `json:"parts"`
	Alarms    []journal.Alarm `json:"alarms"`
	History   []journal.Event `json:"history"`
	Successor string          `json:"reissued_as,omitempty"`
}

// filePart is one document of the file and where it stands.
type filePart struct {
	journal.Part
	State journal.State `json:"state"`
}

func (a *app) showFile(ctx context.Context, j *journal.Journal, f journal.File, o showFlags) error {
	has, err := j.HasBytes(ctx, f.ID, 0)
	if err != nil {
		return err
	}
	if o.bytes {
		if !has && f.Size > 0 {
			return agedOut("import file "+f.Name, "")
		}
		return a.toStdout(j.FileBytes(ctx, f.ID), "import file "+f.Name)
	}
	life := &fileLife{File: f, HasBytes: has}
	if life.InIt, err = partsOf(ctx, j, f.ID); err != nil {
		return err
	}
	if life.Alarms, err = j.AlarmsAbout(ctx, "file "+fileLabel(f)); err != nil {
		return err
	}
	all, err := j.History(ctx, "", f.ID, 0)
	if err != nil {
		return err
	}
	for _, e := range all {
		if e.DocID == "" { // what happened to single documents stands in the list of documents
			life.History = append(life.History, e)
		}
	}
	if a.json {
		return a.writeJSON(life)
	}
	a.fileText(life, o.all)
	return nil
}

func partsOf(ctx context.Context, j *journal.Journal, fileID int64) ([]filePart, error) {
	parts, err := j.Parts(ctx, fileID)
	if err != nil {
		return nil, err
	}
	var out []filePart
	for _, p := range parts {
		d, err := j.Document(ctx, p.DocID)
		if err != nil {
			return nil, err
		}
		out = append(out, filePart{Part: p, State: d.State})
	}
	return out, nil
}

// usualParts is how many documents of a file are listed without --all.
const usualParts = 20

func (a *app) fileText(f *fileLife, all bool) {
	l := term.Lines{Out: a.stdout, Width: a.width(), Label: 10}
	l.Put("file", "%s, %s (id %d)", fileLabel(f.File), f.Name, f.ID)
	state := string(f.State)
	if f.Unverified {
		state += ", unverified"
	}
	l.Put("state", "%s", stateLine(state, f.Reason, wording.When(f.Since), wording.Age(a.now(), f.Since)))
	l.Put("holds", "%s, %s, %s bytes%s", wording.Counted(f.Documents, "document"), wording.Counted(f.Lines, "line"), wording.Grouped(strconv.FormatInt(f.Size, 10)), wording.Either(f.HasBytes, " (--bytes shows them)", " (aged out)"))
	l.Put("totals", "%s", sumText(f.Totals))
	l.Put("sha256", "%s", f.SHA256)
	l.Put("mapping", "%s, version %s", f.Mapping, wording.Short(f.MappingHash))
	l.Put("imported", "%s", wording.Either(f.AllOrNothing(), "all or nothing", "document by document"))
	l.Put("group", "%s", f.Group)
	l.Put("numbered", "%s", wording.When(f.Created))
	if !f.DroppedAt.IsZero() {
		l.Put("dropped", "%s", wording.When(f.DroppedAt))
	}
	if f.Marker != "" {
		l.Put("marker", "%s", wording.Either(f.MarkerDone, "written", "not written yet"))
	}
	if f.ReissueOf != 0 {
		l.Put("instead of", "file %d, which was withdrawn", f.ReissueOf)
	}
	alarmLines(l, a.now(), f.Alarms)
	a.partTable(f, all)
	historyList(a.stdout, a.width(), f.History, func(e journal.Event) string {
		return wording.Either(e.ResultID != 0, fmt.Sprintf("result %d", e.ResultID), "")
	})
}

func (a *app) partTable(f *fileLife, all bool) {
	parts, shown := f.InIt, f.InIt
	if !all && len(shown) > usualParts {
		shown = shown[:usualParts]
	}
	term.Heading(a.stdout, "documents", len(parts), len(shown))
	g := term.Grid{Heads: []string{"document", "lines", "debit", "", "state"}, Right: []int{1, 2}}
	for _, p := range shown {
		state := string(p.State)
		if p.Withdrawn && f.State != journal.Withdrawn {
			state += ", taken out"
		}
		g.Add(p.DocID, fmt.Sprintf("%d–%d", p.FirstLine, p.LastLine), fis.Money(p.Debit, p.Currency), p.Currency, state)
	}
	g.Write(a.stdout, a.width())
}
