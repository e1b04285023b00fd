package fleet

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fleet/node"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func newList(a *room) *cobra.Command {
	return &cobra.Command{
		Use:     "list [COMPANY]",
		Short:   "Show the companies, or the versions of one and what was done with it",
		Example: "  fisbridge -C node fleet list\n  fisbridge -C node fleet list acme --json",
		Args:    frame.WantArgs(0, 1),
		RunE: a.Action(func(ctx context.Context, args []string) error {
			return a.with(ctx, func(_ *config.Fleet, b *companies.Book) error {
				if len(args) > 0 {
					return a.listOne(ctx, b, args[0])
				}
				return a.listAll(ctx, b)
			})
		}),
	}
}

// summaryOf reads what a pass has left.
func summaryOf(c companies.Company) (s node.Summary) {
	_ = json.Unmarshal([]byte(c.Summary), &s) // none yet
	return s
}

func (a *room) listAll(ctx context.Context, b *companies.Book) error {
	list, err := b.List(ctx)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(map[string]any{"companies": standings(list)})
	}
	if len(list) == 0 {
		a.Say("no company is published: fisbridge fleet publish FOLDER --reason …")
		return nil
	}
	g := term.Grid{Heads: []string{"company", "state", "version", "published", "by", "reason"}, Right: []int{2}}
	for _, c := range list {
		g.Add(c.Name, c.State, strconv.FormatInt(c.Version, 10), when(c.Published), wording.Person(c.Actor), c.Reason)
	}
	g.Write(a.Stdout, a.Width())
	return nil
}

type versionJSON struct {
	Version int64  `json:"version"`
	At      string `json:"at"`
	Actor   string `json:"actor"`
	Reason  string `json:"reason"`
	Hash    string `json:"hash"`
	Of      int64  `json:"of,omitempty"`
	InForce bool   `json:"in_force"`
}

type actJSON struct {
	At     string          `json:"at"`
	Actor  string          `json:"actor"`
	Act    string          `json:"act"`
	Reason string          `json:"reason"`
	Detail json.RawMessage `json:"detail,omitempty"`
}

func (a *room) listOne(ctx context.Context, b *companies.Book, company string) error {
	c, err := b.Find(ctx, company)
	if err != nil {
		return err
	}
	versions, err := b.Versions(ctx, company)
	if err != nil {
		return err
	}
	acts, err := b.Acts(ctx, company)
	if err != nil {
		return err
	}
	if a.JSON {
		return a.WriteJSON(oneJSON(c, versions, acts))
	}
	a.Say("%s is %s", c.Name, c.State)
	if len(versions) > 0 {
		g := term.Grid{Heads: []string{"version", "published", "by", "hash", "reason"}, Right: []int{0}}
		for _, v := range versions {
			reason := v.Reason
			if v.Of > 0 {
				reason = fmt.Sprintf("back to version %d: %s", v.Of, reason)
			}
			if v.InForce {
				reason = "(in force) " + reason
			}
			g.Add(strconv.FormatInt(v.Number, 10), when(v.At), wording.Person(v.Actor), wording.Short(v.Hash), reason)
		}
		g.Write(a.Stdout, a.Width())
	}
	for _, act := range acts {
		detail := ""
		if act.Detail != "" {
			detail = " (" + act.Detail + ")"
		}
		a.Say("%s  %s%s by %s: %s", when(act.At), act.Act, detail, wording.Person(act.Actor), act.Reason)
	}
	return nil
}

func oneJSON(c companies.Company, versions []companies.Version, acts []companies.Act) any {
	vs, as := make([]versionJSON, len(versions)), make([]actJSON, len(acts))
	for i, v := range versions {
		vs[i] = versionJSON{v.Number, stamp(v.At), v.Actor, v.Reason, v.Hash, v.Of, v.InForce}
	}
	for i, act := range acts {
		as[i] = actJSON{At: stamp(act.At), Actor: act.Actor, Act: act.Act, Reason: act.Reason}
		if text := []byte(act.Detail); json.Valid(text) {
			as[i].Detail = text
		} else if act.Detail != "" {
			as[i].Detail, _ = json.Marshal(act.Detail) // a text has a form
		}
	}
	return map[string]any{"company": standing(c), "versions": vs, "acts": as}
}
