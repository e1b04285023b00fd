package bridge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bridge/incoming"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/matching"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// A result file belongs to the route of the import file or the documents that it names. Where several routes of a
// return folder take its name, the name of an import file in it decides, then its content; what neither decides is
// listed for a person, and nothing of it is believed.

// claimant is a route that may take a result file, with the format that takes its name.
type claimant struct {
	r *route
	f *returns.Format
}

// folderOf are the routes that read the same return folder as a route, broken ones too, in the order of the
// configuration.
func (b *Bridge) folderOf(r *route) (usable, broken []*route, err error) {
	if !r.Returns.Given() {
		return []*route{r}, nil, nil
	}
	own, err := b.cfg.ReturnsFrom(r.Route)
	if err != nil {
		return nil, nil, err
	}
	for _, o := range b.routes {
		if !o.Returns.Given() {
			continue
		}
		t, err := b.cfg.ReturnsFrom(o.Route)
		switch {
		case err != nil:
			return nil, nil, err
		case o != r && !exchange.SamePlace(own, t):
		case o.broken != nil:
			broken = append(broken, o)
		default:
			usable = append(usable, o)
		}
	}
	return usable, broken, nil
}

// claimants are the routes of the folder with a format for the name.
func (b *Bridge) claimants(routes []*route, name string) (out []claimant) {
	for _, r := range routes {
		if r.Returns.Given() {
			t, err := b.cfg.ReturnsFrom(r.Route)
			if err != nil || !t.Wants(name) {
				continue
			}
		}
		for _, f := range r.formats {
			if f.Matches(r.plainName(name)) {
				out = append(out, claimant{r, f})
				break
			}
		}
	}
	return out
}

// belongsTo decides whose a result file is. An unclaimedError says why nobody's, in whole.
func (b *Bridge) belongsTo(ctx context.Context, r *route, res *records.ResultFile, file *incoming.Copy) (claimant, error) {
	routes, broken, err := b.folderOf(r)
	if err != nil {
		return claimant{}, err
	}
	list := b.claimants(routes, res.Name)
	if len(list) == 0 {
		return claimant{}, &unclaimedError{fmt.Sprintf("no result format of mapping %s takes the name %s",
			r.plan.Name(), res.Name)}
	}
	if list, err = b.byName(ctx, list, append(slices.Clone(routes), broken...), res.Name); err != nil {
		return claimant{}, err
	}
	if len(list) == 1 && len(broken) == 0 {
		return list[0], nil
	}
	return b.byContent(ctx, list, broken, res, file)
}

// unclaimedError says why a result file is no route's.
type unclaimedError struct{ why string }

func (e *unclaimedError) Error() string { return e.why }

// byName leaves the claimants whose import file the result file's name names, when it names any of this folder's
// routes.
func (b *Bridge) byName(ctx context.Context, list []claimant, folder []*route, name string) ([]claimant, error) {
	named, err := b.j.NamedFiles(ctx, name)
	if err != nil {
		return nil, err
	}
	named = slices.DeleteFunc(named, func(f records.NamedFile) bool {
		return !slices.ContainsFunc(folder, func(r *route) bool { return r.Name == f.Route })
	})
	if len(named) == 0 {
		return list, nil
	}
	left := slices.DeleteFunc(slices.Clone(list), func(c claimant) bool {
		return !slices.ContainsFunc(named, func(f records.NamedFile) bool { return f.Route == c.r.Name })
	})
	if len(left) > 0 {
		return left, nil
	}
	why := "which has no result format for that name"
	if r := b.route(named[0].Route); r.broken != nil {
		why = "which cannot be used now"
	}
	return nil, &unclaimedError{fmt.Sprintf("it names import file %s of route %s, %s", named[0].Name, named[0].Route,
		why)}
}

// weight is what a result file, read by a format, names of a route's own.
type weight struct {
	claimant
	records.Weight
	digest string // of all that was read
}

// mostWeighed is how many references of a file are looked up to find its route.
const mostWeighed = 500

// byContent decides by the documents and import files that the lines name.
func (b *Bridge) byContent(ctx context.Context, list []claimant, broken []*route, res *records.ResultFile,
	file *incoming.Copy) (claimant, error) {
	var weights []weight
	for _, c := range list {
		refs, digest, err := refsIn(ctx, c.f, file)
		if err != nil {
			return claimant{}, err
		}
		for _, r := range broken {
			if c.f.AnyRoute() { // it needs nothing of the route
				break
			}
			w, err := b.j.Weigh(ctx, r.Name, refs)
			if err != nil {
				return claimant{}, err
			}
			if w.Documents > 0 {
				return claimant{}, &unclaimedError{fmt.Sprintf("it names documents of route %s, which cannot be used now", r.Name)}
			}
		}
		w := weight{claimant: c, digest: digest}
		if w.Weight, err = b.j.Weigh(ctx, c.r.Name, refs); err != nil {
			return claimant{}, err
		}
		weights = append(weights, w)
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return heaviest(weights)
}

// heaviest chooses by documents, which are certain, before numbers of import files, which each route has.
func heaviest(weights []weight) (claimant, error) {
	sure := slices.DeleteFunc(slices.Clone(weights), func(w weight) bool { return w.Documents == 0 })
	if len(sure) == 0 {
		sure = slices.DeleteFunc(slices.Clone(weights), func(w weight) bool { return w.Files == 0 })
		if len(sure) == 0 {
			return weights[0].claimant, nil // every line is listed
		}
		if len(sure) > 1 {
			return claimant{}, undecided(sure,
				"their import files have the same numbers, and the lines name no document")
		}
	}
	best := sure[0]
	for _, w := range sure[1:] {
		if w.digest != best.digest {
			return claimant{}, undecided(sure, "it names documents of each, and their formats read it differently")
		}
		if w.Documents > best.Documents {
			best = w
		}
	}
	return best.claimant, nil
}

func undecided(list []weight, why string) error {
	var names []string
	for _, w := range list {
		names = append(names, w.r.Name)
	}
	return &unclaimedError{fmt.Sprintf("it may belong to route %s: %s; give each route names of result files of its own (returns.match)", strings.Join(names, " or "), why)}
}

// refsIn reads what a file refers to, by one format. A file that the format cannot read refers to nothing by it.
func refsIn(ctx context.Context, f *returns.Format, file *incoming.Copy) (refs []records.Ref, digest string, err error) {
	refs, digest, unread, err := refsUntil(ctx, f, file)
	if err != nil || unread != nil {
		return nil, "", err
	}
	return refs, digest, nil
}

// refsUntil reads what a file refers to, up to where the format cannot read it, and why it cannot. Lines that cannot be
// used count for nothing.
func refsUntil(ctx context.Context, f *returns.Format,
	file *incoming.Copy) (refs []records.Ref, digest string, unread, err error) {
	seen := map[records.Ref]bool{}
	keep := func(r fis.Refs) {
		ref := refOf(r)
		ref.FileLine = 0
		if len(refs) < mostWeighed && !seen[ref] {
			seen[ref] = true
			refs = append(refs, ref)
		}
	}
	hash := sha256.New()
	rows := json.NewEncoder(hash)
	sum, unread, err := file.Look(ctx, f, func(row returns.Row) error {
		if row.Kind != returns.Exception && row.Kind != returns.Ignored {
			keep(row.Refs)
		}
		return rows.Encode(row)
	})
	if err != nil {
		return nil, "", nil, err
	}
	if unread == nil && sum.RestPosted {
		keep(sum.Refs)
	}
	return refs, hex.EncodeToString(hash.Sum(nil)), unread, nil
}

// claimedBy gives a collected result file to the route that it belongs to.
func (b *Bridge) claimedBy(ctx context.Context, r *route, res *records.ResultFile, file *incoming.Copy) (claimant, error) {
	c, err := b.belongsTo(ctx, r, res, file)
	if err != nil || c.r.Name == res.Route {
		return c, err
	}
	repeated, err := b.j.RouteResult(ctx, res.ID, c.r.Name)
	if err != nil {
		return c, err
	}
	res.Route = c.r.Name
	if repeated {
		res.State = records.Repeated
	}
	b.log.Info("result file belongs to another route", "file", res.Name, "route", c.r.Name)
	return c, nil
}

// others tells the journal of the other routes: whose documents and files a result file of this route may speak of.
func (b *Bridge) others(a *journal.Apply, r *route, name string) error {
	folder, broken, err := b.folderOf(r)
	if err != nil {
		return err
	}
	var t matching.Routes
	for _, c := range b.claimants(folder, name) {
		t.Rivals = append(t.Rivals, c.r.Name)
	}
	for _, o := range broken {
		t.Rivals = append(t.Rivals, o.Name)
	}
	for _, o := range b.routes {
		t.Configured = append(t.Configured, o.Name)
		if o.broken != nil {
			t.Closed = append(t.Closed, o.Name)
		}
		if !slices.Contains(folder, o) && !slices.Contains(broken, o) {
			t.Elsewhere = append(t.Elsewhere, o.Name)
		}
	}
	a.Routes(t)
	return nil
}

// tellMeant tells which document was meant by a reference that several have.
func (b *Bridge) tellMeant(res *records.ResultFile, meant []string, s *Summary) {
	for i, text := range meant {
		if i == fewNames {
			s.note(fmt.Sprintf("result file %s: and %d more references of several documents; `fisbridge show result %d`", res.Name, len(meant)-i, res.ID))
			return
		}
		s.note(fmt.Sprintf("result file %s: %s", res.Name, text))
	}
}

var _ error = (*unclaimedError)(nil)

// asUnclaimed is why a file is no route's, nil for other errors.
func asUnclaimed(err error) error {
	var no *unclaimedError
	if errors.As(err, &no) {
		return no
	}
	return nil
}
