package cli

import (
	"context"
	"path"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func (a *app) showMapping(ctx context.Context, w *desk.Workspace, route string, o showFlags) error {
	m, err := w.MappingLife(ctx, route)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(m)
	}
	l := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 10, Zone: a.Zone()}
	l.Put("mapping", "of route %s: %s, the newest first", route, wording.Counted(len(m.Versions), "version"))
	for _, v := range m.Versions {
		term.Print(a.Stdout, "\n")
		mappingText(l, v, a.Zone(), o.all)
	}
	return nil
}

// mappingText tells of one version: since when it is in force or refused, who brought it in, who saved it, and which
// cells changed or are wrong.
func mappingText(l term.Lines, v desk.MappingVersion, zone *time.Location, all bool) {
	state := map[desk.MappingState]string{desk.MappingLive: "in force", desk.MappingFormer: "was in force", desk.MappingRefused: "refused"}[v.State]
	l.Put(v.Since.In(zone).Format(time.DateOnly), "%s %s: %s%s", v.Since.In(zone).Format("15:04 MST"), state, v.Name, wording.Either(v.Hash != "", ", version "+wording.Short(v.Hash), ""))
	l.Put("", "%s%s%s", v.Actor, wording.Either(v.Author != "", ", saved by "+v.Author, ""), wording.Either(v.Changed != "" && path.Base(v.Changed) != v.Name, ", changed "+v.Changed, ""))
	list := append(v.Changes[:len(v.Changes):len(v.Changes)], v.Problems...)
	shown := list
	if !all && len(shown) > usualRows {
		shown = shown[:usualRows]
	}
	for _, text := range shown {
		l.Put("", "%s", text)
	}
	if n := len(list) - len(shown); n > 0 {
		l.Put("", "and %d more (--all)", n)
	}
	if v.Acceptable {
		l.Put("", `if that is meant: fisbridge mapping accept %s --reason "…"`, v.Route)
	}
}
