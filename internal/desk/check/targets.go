package check

import (
	"context"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/say"
)

// targets tries connection and rights of every drop and return folder.
func (c *checker) targets(ctx context.Context, offline, probe bool) {
	seen := map[string]bool{}
	for _, r := range c.cfg.Routes {
		drop, err := c.cfg.DropTo(r)
		if err != nil {
			c.add(Problem, "route "+r.Name, say.Of(err), "")
			continue
		}
		drop.Probe = probe
		// Two targets may lead to one place by different logins: each is tried.
		if key := "drop " + r.Drop.Target + " " + drop.Place(); c.reachable(drop, offline) && !seen[key] {
			seen[key] = true
			c.tryDrop(ctx, r, drop, "drop")
		}
		c.receipts(ctx, r, seen, offline, probe)
		if !r.Returns.Given() {
			continue
		}
		back, err := c.cfg.ReturnsFrom(r)
		if err != nil {
			c.add(Problem, "route "+r.Name, say.Of(err), "")
			continue
		}
		back.Probe = probe
		if key := "returns " + r.Returns.Target + " " + back.Place(); c.reachable(back, offline) && !seen[key] {
			seen[key] = true
			c.tryReturns(ctx, r, back)
		}
	}
	if c.unproved && !probe {
		c.add(note, "rights", "nothing was written into drop and return folders, so the rights to create, rename and remove files are not proved", "fisbridge check --probe")
	}
}

// reachable: folders of this machine are looked at even offline.
func (c *checker) reachable(t exchange.Target, offline bool) bool {
	return !offline || t.Kind == exchange.KindFolder
}

// receipts tries the folder of the receipts of a route, where it is another one.
func (c *checker) receipts(ctx context.Context, r config.Route, seen map[string]bool, offline, probe bool) {
	if !c.cfg.TakesReceipts(r) {
		return
	}
	to, err := c.cfg.ReceiptsTo(r)
	if err != nil {
		return // it is that of the drop folder
	}
	to.Probe = probe
	if key := "drop " + r.Drop.Target + " " + to.Place(); c.reachable(to, offline) && !seen[key] {
		seen[key] = true
		c.tryDrop(ctx, r, to, "receipts")
	}
}

func (c *checker) tryDrop(ctx context.Context, r config.Route, t exchange.Target, what string) {
	d, err := exchange.OpenDrop(t, exchange.Options{})
	if err != nil {
		c.add(Problem, "targets."+r.Drop.Target, say.Of(err), told(exchange.Hint(err)))
		return
	}
	defer d.Close()
	c.exchange(what+" of route "+r.Name, d.Check(ctx))
}

func (c *checker) tryReturns(ctx context.Context, r config.Route, t exchange.Target) {
	b, err := exchange.OpenReturns(t, exchange.Options{})
	if err != nil {
		c.add(Problem, "targets."+r.Returns.Target, say.Of(err), told(exchange.Hint(err)))
		return
	}
	defer b.Close()
	c.exchange("returns of route "+r.Name, b.Check(ctx))
}

// exchange tells what is wrong with a place one by one, and what is right in one line.
func (c *checker) exchange(what string, found []exchange.Finding) {
	var allowed []say.Text
	place := ""
	for _, f := range found {
		place = f.Place
		text := say.F("%s: %s: %s", f.Place, say.English(f.Right), say.English(f.Text))
		switch {
		case f.Severity == exchange.Problem:
			c.add(Problem, what, text, told(f.Hint))
		case f.Severity == exchange.Warning:
			c.add(Warning, what, text, told(f.Hint))
		case f.Right == "probe":
			c.unproved = true // told once for all places
		default:
			right, _, _ := strings.Cut(f.Right, " in ") // sub-folders need the same rights
			if !slices.Contains(allowed, told(right)) {
				allowed = append(allowed, told(right))
			}
		}
	}
	if len(allowed) > 0 {
		c.add(Fine, what, say.F("%s: %s", place, say.Join(", ", allowed...)), "")
	}
}
