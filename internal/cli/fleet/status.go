package fleet

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// lateAfter is how long a company may wait for a node before that is told: another node has had time to take over.
const lateAfter = 2 * time.Minute

// Status shows where each company stands, by what its last pass has left.
func Status(ctx context.Context, shared *frame.Frame) error {
	a := &room{shared}
	return a.with(ctx, func(_ *config.Fleet, b *companies.Book) error {
		list, err := b.List(ctx)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(c companies.Company) bool { return c.State == companies.Erased })
		now, err := b.Now(ctx)
		if err != nil {
			return err
		}
		look := 0
		g := term.Grid{Heads: []string{"company", "state", "last pass", "node", "next", "what there is"}}
		for _, c := range list {
			text, pressing := needs(now, c)
			if pressing {
				look++
			}
			g.Add(c.Name, c.State, ago(now, c.SummaryAt), wording.OrBlank(summaryOf(c).Node), next(now, c), text)
		}
		switch {
		case a.JSON:
			if err := a.WriteJSON(map[string]any{"companies": standings(list), "need_a_look": look}); err != nil {
				return err
			}
		case len(list) == 0:
			a.Say("no company is published: fisbridge fleet publish FOLDER --reason …")
		default:
			g.Write(a.Stdout, a.Width())
		}
		if look > 0 {
			a.Remark("%s of %d; fisbridge -C FOLDER status in the company's folder tells all of it", counted(look)+" "+wording.Either(look == 1, "needs", "need")+" a look", len(list))
			return desk.NeedsPerson()
		}
		return nil
	})
}

func ago(now, t time.Time) string {
	if t.IsZero() {
		return "none yet"
	}
	return wording.Ago(now, t)
}

func next(now time.Time, c companies.Company) string {
	switch {
	case c.State != companies.Active:
		return "-"
	case c.Owner != "":
		return "works"
	case c.Due.After(now):
		return "in " + wording.Age(c.Due, now)
	}
	return "due"
}

// needs says in words what there is about a company, and whether somebody must look.
func needs(now time.Time, c companies.Company) (text string, pressing bool) {
	s := summaryOf(c)
	var parts []string
	if c.State == companies.Active && c.Owner == "" && !c.Due.IsZero() && now.Sub(c.Due) > lateAfter {
		parts = append(parts, "no node has come for "+wording.Age(now, c.Due))
	}
	if c.Failures > 0 {
		parts = append(parts, fmt.Sprintf("%s failed: %s", wording.Either(c.Failures == 1, "the last pass", fmt.Sprintf("the last %d passes", c.Failures)), s.Error))
	} else if s.Error != "" {
		parts = append(parts, s.Error)
	}
	if s.RunFailed != "" {
		parts = append(parts, "the last run failed: "+s.RunFailed)
	}
	kinds := make([]string, 0, len(s.Needs))
	for kind := range s.Needs {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	for _, kind := range kinds {
		parts = append(parts, wording.Counted(s.Needs[kind], strings.ReplaceAll(kind, "_", " ")))
	}
	if len(parts) == 0 {
		return "", false
	}
	return strings.Join(parts, "; "), c.State == companies.Active
}
