package cli

import (
	"context"
	"path"

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
	l := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 10}
	l.Put("mapping", "of route %s: %s, the newest first", route, wording.Counted(len(m.Versions), "version"))
	for _, v := range m.Versions {
		term.Print(a.Stdout, "\n")
		mappingText(l, v, o.all)
	}
	return nil
}

// mappingText tells of one version: since when it is in force or refused, who brought it in, who saved it, and which
// cells changed or are wrong.
func mappingText(l term.Lines, v desk.MappingVersion, all bool) {
	state := map[desk.MappingState]string{desk.MappingLive: "in force", desk.MappingFormer: "was in force", desk.MappingRefused: "refused"}[v.State]
	l.Put(v.Since.UTC().Format("2006-01-02"), "%s UTC %s: %s%s", v.Since.UTC().Format("15:04"), state, v.Name, wording.Either(v.Hash != "", ", version "+wording.Short(v.Hash), ""))
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
