package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/todo"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/changes"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Matter is one thing that people are told of.
type Matter struct {
	// Key names it, today and tomorrow.
	Key   string `json:"key"`
	Kind  string `json:"kind"` // one of config.Abouts
	Route string `json:"route,omitempty"`
	// Print is its state; see changed.
	Print string    `json:"print"`
	Since time.Time `json:"since"`
	// Number is of how many things it is; Sums are their amounts by currency, exact.
	Number int               `json:"number"`
	Sums   map[string]string `json:"sums,omitempty"`
	// Title says more, in the engine's words and without values of documents.
	Title string `json:"title,omitempty"`
	// Why is what Title says, to be said in the language of who is told; none where the title is all there is.
	Why why.Reason `json:"why,omitzero"`
	// Values are for its sentence in each language; moments among them are in RFC 3339.
	Values map[string]string `json:"values,omitempty"`
	// Path is its page below that of the company.
	Path string `json:"path"`
}

// urgent matters do not wait for a digest.
func (m Matter) urgent() bool {
	return slices.Contains([]string{config.AboutFailed, config.AboutNight, config.AboutChange, config.AboutTies, config.AboutDisk, config.AboutDecided, config.AboutStopped, config.AboutRoles}, m.Kind)
}

// tellsEnd: it is told when it is over.
func (m Matter) tellsEnd() bool {
	return slices.Contains([]string{config.AboutFailed, config.AboutLogin, config.AboutTies, config.AboutDisk, config.AboutStopped}, m.Kind)
}

// changed reports whether a matter that was told in the state before is to be told again. Where the state is a moment,
// it is when the newest thing of it came: fewer things are no news.
func (m Matter) changed(before string) bool {
	switch m.Kind {
	case config.AboutHeld, config.AboutRejected, config.AboutStuck, config.AboutOverdue, config.AboutNight:
		return m.Print > before
	}
	return m.Print != before
}

// rejectedDays is how long ago a rejection may be that is told.
const rejectedDays = 14

// mostNeeds bounds how many things of a kind are looked at by themselves.
const mostNeeds = 2000

// longestTitle bounds what the engine's words may take.
const longestTitle = 300

// title is a sentence of the engine for a message.
func title(s string) string {
	s = wording.Visible(wording.Line(todo.WithoutValues(s)))
	if r := []rune(s); len(r) > longestTitle {
		s = string(r[:longestTitle-1]) + "…"
	}
	return s
}

// alarmTitle is what an alarm says in the engine's words: without what the ERP, Concur or a person wrote, and without
// amounts of documents. Its page has them, for who may see them.
func alarmTitle(n desk.Need) string { return title(alarmWhy(n).Text()) }

// alarmWhy is alarmTitle as a reason.
func alarmWhy(n desk.Need) why.Reason {
	r := n.Why
	switch r.Code {
	case "", why.Told, why.Person:
		return why.Reason{}
	case "booked-otherwise", "posted-in-part", "posted-in-part-unnumbered", "rejected-in-part", "outcomes-contradict", "outcomes-contradict-told":
		r = r.With("problem", "…")
	}
	if r.Values["said"] != "" {
		r = r.With("said", "")
	}
	return todo.Masked(r)
}

// collect gives everything that there is to tell, of one instant. began is when telling was switched on.
func collect(ctx context.Context, w *desk.Workspace, began time.Time) (all []Matter, err error) {
	err = w.Snapshot(ctx, func(w *desk.Workspace) error {
		all = nil
		for _, find := range []func(context.Context, *desk.Workspace, time.Time) ([]Matter, error){failed, nights, ties, disk, login, needs, waiting, decided, held, rejected} {
			more, err := find(ctx, w, began)
			if err != nil {
				return err
			}
			all = append(all, more...)
		}
		return nil
	})
	return all, err
}

// held are the held documents by cause.
func held(ctx context.Context, w *desk.Workspace, _ time.Time) (out []Matter, err error) {
	groups, err := todo.Groups(ctx, w, "")
	for _, g := range groups {
		newest := g.Since
		for _, d := range g.Documents {
			if d.Since.After(newest) {
				newest = d.Since
			}
		}
		first := todo.Impersonal(g.Common(), "")
		words, _ := todo.TitleOf(first)
		out = append(out, Matter{Key: "held " + g.Key, Kind: config.AboutHeld, Route: g.Route, Print: newest.UTC().Format(stamp), Since: g.Since,
			Number: len(g.Documents), Sums: texts(g.Sums), Title: title(words), Why: first.Why, Path: "/held/" + g.Key})
	}
	return out, err
}

// stamp is a moment as text that is ordered as the moments are.
const stamp = "2006-01-02T15:04:05.000000Z"

func texts(f desk.Figure) map[string]string {
	out := map[string]string{}
	for c, a := range f.Amounts {
		out[c] = fis.Text(a, c)
	}
	return out
}

// rejected are the documents that the ERP rejected, by route and day.
func rejected(ctx context.Context, w *desk.Workspace, began time.Time) ([]Matter, error) {
	since := w.Now().AddDate(0, 0, -rejectedDays)
	if began.After(since) {
		since = began
	}
	list, err := w.Journal.RejectedSince(ctx, since)
	if err != nil {
		return nil, err
	}
	zone := w.Config.Schedule.Zone()
	at, sums := map[string]int{}, []desk.Figure{}
	var out []Matter
	for _, d := range list {
		day := d.At.In(zone).Format(time.DateOnly)
		key := "rejected " + d.Route + " " + day
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key], sums = i, append(sums, desk.Figure{})
			out = append(out, Matter{Key: key, Kind: config.AboutRejected, Route: d.Route, Since: d.At, Values: map[string]string{"day": d.At.Format(time.RFC3339)},
				Path: "/documents?" + url.Values{"state": {"rejected"}, "route": {d.Route}}.Encode()})
		}
		amount, err := fis.ParseAmount(d.Amount)
		if err != nil {
			return nil, fmt.Errorf("amount of a rejected document: %w", err)
		}
		sums[i].Add(d.Currency, 1, amount)
		out[i].Number++
		out[i].Print = d.At.UTC().Format(stamp)
	}
	for i := range out {
		out[i].Sums = texts(sums[i])
	}
	return out, nil
}

// needs are the things of the list that status shows, beside held documents and the login.
func needs(ctx context.Context, w *desk.Workspace, _ time.Time) (out []Matter, err error) {
	list, err := w.Journal.Needs(ctx, records.NeedRulesAt(w.Now(), w.Config.WarnAfterDays, mostNeeds))
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	group := func(key, kind, route string, n desk.Need) {
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, Matter{Key: key, Kind: kind, Route: route, Since: n.Since, Path: "/todo", Values: map[string]string{"days": strconv.Itoa(w.Config.WarnAfterDays)}})
		}
		out[i].Number++
		out[i].Print = max(out[i].Print, n.Since.UTC().Format(stamp))
	}
	for _, n := range list.First {
		switch n.Code {
		case records.NeedAlarm:
			id := n.Values["alarm"]
			kind := config.AboutAlarm
			if n.Values["kind"] == alarmKind {
				kind = config.AboutUndelivered
			}
			out = append(out, Matter{Key: "alarm " + id, Kind: kind, Print: wording.Short(digest(n.Message)), Since: n.Since, Number: 1, Title: alarmTitle(n), Why: alarmWhy(n), Values: map[string]string{"id": id}, Path: "/alarms/" + id})
		case records.NeedStopped:
			route := n.Values["route"]
			out = append(out, Matter{Key: "stopped " + route, Kind: config.AboutStopped, Route: route, Print: n.Since.UTC().Format(stamp), Since: n.Since, Number: 1, Path: "/mappings/" + url.PathEscape(route)})
		case records.NeedMapping:
			route := n.Values["route"]
			out = append(out, Matter{Key: "mapping " + route, Kind: config.AboutMapping, Route: route, Print: wording.Short(digest(n.Message)), Since: n.Since, Number: 1, Path: "/mappings/" + url.PathEscape(route)})
		case records.NeedPosting, records.NeedPayment:
			group("stuck", config.AboutStuck, "", n)
		case records.NeedOverdue:
			group("overdue "+n.Values["route"], config.AboutOverdue, n.Values["route"], n)
		}
	}
	return out, nil
}

// digest names a state by its words.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// waiting are changed mappings that somebody else must approve.
func waiting(ctx context.Context, w *desk.Workspace, _ time.Time) (out []Matter, err error) {
	list, err := w.Journal.WaitingChanges(ctx)
	for _, c := range list {
		if c.State != changes.Asked {
			continue
		}
		route := ""
		if len(c.Routes) > 0 {
			route = c.Routes[0]
		}
		out = append(out, Matter{Key: "change " + strconv.FormatInt(c.ID, 10), Kind: config.AboutChange, Route: route, Print: string(c.State), Since: c.AskedAt, Number: 1, Path: "/mappings/" + url.PathEscape(route)})
	}
	return out, err
}

// login is the login to Concur, when it needs somebody.
func login(ctx context.Context, w *desk.Workspace, _ time.Time) ([]Matter, error) {
	s, err := w.Login(ctx)
	if err != nil || !s.Pressing() {
		return nil, err
	}
	print, day := "none", ""
	if s.LoggedIn {
		day, print = s.RefreshExpires.UTC().Format(time.RFC3339), "14"
		switch {
		case s.DaysLeft < 0:
			print = "over"
		case s.DaysLeft <= 3:
			print = "3"
		}
	}
	return []Matter{{Key: "login", Kind: config.AboutLogin, Print: print, Since: s.RefreshIssued, Number: 1, Title: title(s.Warning), Values: map[string]string{"day": day}, Path: "/settings"}}, nil
}

// fewRuns is how many runs are looked at for the last one that ended.
const fewRuns = 5

// failed is the last run that ended, when it failed.
func failed(ctx context.Context, w *desk.Workspace, began time.Time) ([]Matter, error) {
	runs, err := w.Journal.RunsBegun(ctx, time.Time{}, time.Time{}, fewRuns)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(runs, func(r records.Run) bool { return !r.Ended.IsZero() })
	if at < 0 || runs[at].Exit != desk.ExitFailed || runs[at].Ended.Before(began) {
		return nil, nil
	}
	r := runs[at]
	problems := desk.ProblemsOfRun(r)
	return []Matter{{Key: "failed", Kind: config.AboutFailed, Print: wording.Short(digest(strings.Join(problems, "\n"))), Since: r.Started, Number: 1, Title: title(strings.Join(problems, "; ")),
		Values: map[string]string{"when": r.Started.UTC().Format(time.RFC3339)}, Path: "/runs/" + strconv.FormatInt(r.ID, 10)}}, nil
}
