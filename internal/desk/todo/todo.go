// Package todo owns how held documents are put together by what holds them, so that a person settles a cause and not
// fifty documents. It lists what status lists: nothing more, nothing less.
package todo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/words"
)

// Group is held documents of one route and one cause.
type Group struct {
	// Key names the group in addresses: the same cause has the same key tomorrow.
	Key   string             `json:"key"`
	Route string             `json:"route"`
	Cause desk.DocumentCause `json:"cause"`
	// Why is what its documents have in common: a value of their own is "…". Title says the cause, Detail where it comes
	// from.
	Why    why.Reason `json:"why"`
	Title  string     `json:"title"`
	Detail string     `json:"detail,omitempty"`
	// Acts are what can be done to each of its documents. File is the import file that holds them, as route/number.
	Acts      []string    `json:"acts"`
	File      string      `json:"file,omitempty"`
	Documents []desk.Doc  `json:"documents"`
	Sums      desk.Figure `json:"sums"`
	Since     time.Time   `json:"since"`
}

// own are values that are of a document, and not of what holds it.
var own = []string{"doc", "report", "text", "entry", "other", "before", "amount", "currency", "changes", "revision", "had", "receipts"}

// compared are the reasons of which a person decides by the document's own values: what it says beside what was posted.
var compared = []string{"revision-changes", "revision-unchanged", "revision-incomparable"}

// keyOf is the same for documents that one mend, or one decision, lets go.
func keyOf(d desk.Doc) string {
	parts := []string{d.Route, string(d.Cause), d.Why.Code}
	names := make([]string, 0, len(d.Why.Values))
	for name := range d.Why.Values {
		if (slices.Contains(compared, d.Why.Code) || !slices.Contains(own, name)) && !why.Beside(name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		parts = append(parts, name, d.Why.Values[name])
	}
	if d.Why.Code == why.Person || d.Why.Code == why.Told {
		parts = append(parts, d.Reason)
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:6])
}

// Groups gives the held documents by cause, the largest group first. A route narrows it; empty: all.
func Groups(ctx context.Context, w *desk.Workspace, route string) ([]Group, error) {
	held, err := w.DocumentsIn(ctx, 0, desk.Held)
	if err != nil {
		return nil, err
	}
	byKey := map[string]*Group{}
	var keys []string
	for _, d := range held {
		if route != "" && d.Route != route || d.HeldUntil.After(w.Now()) {
			continue // what is held until a day needs nobody before
		}
		key := keyOf(d)
		g := byKey[key]
		if g == nil {
			g = &Group{Key: key, Route: d.Route, Cause: d.Cause, Since: d.Since}
			s, err := w.Standing(ctx, d)
			if err != nil {
				return nil, err
			}
			g.Acts, g.File = s.Why().Acts, s.Why().Values["file"]
			byKey[key], keys = g, append(keys, key)
		}
		g.Documents = append(g.Documents, d)
		g.Sums.Add(d.Currency, 1, d.Amount)
		if d.Since.Before(g.Since) {
			g.Since = d.Since
		}
	}
	out := make([]Group, 0, len(keys))
	for _, k := range keys {
		g := byKey[k]
		common := g.Common()
		g.Why = common.Why
		g.Title, g.Detail = TitleOf(common)
		out = append(out, *g)
	}
	sort.SliceStable(out, func(a, b int) bool { return len(out[a].Documents) > len(out[b].Documents) })
	return out, nil
}

// Common is its first document, with "…" in the reason for each value that is not the same in all of them. A reason that
// is one sentence as a whole stays that of the first.
func (g *Group) Common() desk.Doc {
	d := g.Documents[0]
	differ := map[string]bool{}
	for _, o := range g.Documents[1:] {
		for name, v := range d.Why.Values {
			if !why.Beside(name) && name != "text" && o.Why.Values[name] != v {
				differ[name] = true
			}
		}
	}
	for name := range differ {
		d.Why = d.Why.With(name, "…")
	}
	if len(differ) > 0 {
		d.Reason = d.Why.Text()
	}
	return d
}

// TitleOf says the cause in a line, and where it comes from in another.
func TitleOf(d desk.Doc) (title, detail string) {
	v := d.Why.Values
	if d.Why.Code == "mapping" && v["detail"] != "" {
		title, _, _ = strings.Cut(v["detail"], ": add ")
		where := strings.TrimSpace(v["record"] + " " + v["field"])
		if v["place"] != "" {
			where += ", " + v["place"]
		}
		return title, where
	}
	return d.Reason, ""
}

// TitleIn is TitleOf in a language. whole is false where it is English, or a part of it.
func TitleIn(l *words.Lang, d desk.Doc) (title, detail string, whole bool) {
	title, detail = TitleOf(d)
	if l.Code == "en" {
		return title, detail, true
	}
	if detail == "" {
		title, _, whole = l.Reason(d.Why)
		return title, "", whole
	}
	t, is := say.FromStored(d.Why.Values["detail"+why.SaidOf])
	if !is {
		return title, detail, false
	}
	if strings.HasPrefix(t.ID(), "%s: add ") { // what is wrong, without the way out
		t = t.Part(0)
	}
	title, whole = l.Say(t)
	return title, detail, whole
}

// Needs is everything that needs a person, as status lists it, with at most so many of each kind (0: all).
func Needs(ctx context.Context, w *desk.Workspace, now time.Time, most int) (desk.Needs, error) {
	needs, err := w.Journal.Needs(ctx, records.NeedRulesAt(now, w.Config.WarnAfterDays, most))
	if err != nil {
		return needs, err
	}
	login, err := w.Login(ctx)
	if err != nil {
		return needs, err
	}
	if need, is := bridge.LoginNeed(login); is {
		needs.Add(need)
	}
	return needs, nil
}
