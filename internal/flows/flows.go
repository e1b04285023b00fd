// Package flows holds all routes of a configuration against each other: what they drop, where, and whose answers they
// would take. It guarantees that two routes which would have their documents confirmed by each other's answers are told
// before anything goes out. It opens no file and no connection.
package flows

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Flow is a route with what its mapping says; Plan is nil where that cannot be read.
type Flow struct {
	config.Route
	Plan *mapping.Plan
}

// Finding is what two routes would do to each other. Route is the one that must not work so; Reads tells that it would
// read what is no answer to it, else it would write what another one writes. A warning stops nothing.
type Finding struct {
	Route      string
	Text, Hint say.Text
	Reads      bool
	Warning    bool
}

// Check holds all routes against each other: the names of their import files, their folders (whatever links, targets
// and spellings lead there), and whose answers their result formats would take. Two routes that write one name into one
// folder would have their documents confirmed by each other's answers.
func Check(cfg *config.Config, flows []Flow) []Finding {
	c := &check{}
	for _, f := range flows {
		c.add(cfg, f)
	}
	for i := range c.all {
		for j := range c.all {
			if j > i {
				c.drops(&c.all[i], &c.all[j])
				c.numbers(&c.all[i], &c.all[j])
				c.claims(&c.all[i], &c.all[j])
				c.opens(cfg, &c.all[i], &c.all[j])
			}
			c.readsImports(&c.all[i], &c.all[j])
			if i != j {
				c.readsArchive(&c.all[i], &c.all[j])
			}
		}
	}
	return c.found
}

type check struct {
	all   []ends
	found []Finding
}

// ends are both ends of a flow on the ground.
type ends struct {
	Flow
	drop, back exchange.Target
	formats    []*returns.Format
	specs      []format.Format
	names      []string // of import files, as they may be
	beside     []string // temporary names and markers
}

// sampleNumbers are sequence numbers for which names are compared.
var sampleNumbers = []int64{1, 10, 123456}

func (c *check) add(cfg *config.Config, f Flow) {
	e := ends{Flow: f}
	var err error
	if e.drop, err = cfg.DropTo(f.Route); err != nil {
		return // told by the configuration
	}
	if f.Returns.Given() {
		if e.back, err = cfg.ReturnsFrom(f.Route); err != nil {
			return
		}
	}
	if f.Plan != nil {
		e.specs = f.Plan.Results()
		for _, spec := range e.specs {
			if format, err := returns.Compile(spec); err == nil {
				e.formats = append(e.formats, format)
			}
		}
		at := time.Date(2026, 12, 31, 23, 59, 58, 0, time.UTC)
		for _, n := range sampleNumbers {
			name, err := f.Plan.FileName(mapping.FileContext{Route: f.Name, Sequence: n, Created: at, Group: "GROUP"})
			if err != nil {
				continue
			}
			if how, sealed := cfg.Sealing(f.Route); sealed {
				name += how.Extension()
			}
			e.names = append(e.names, name)
			parts := f.Plan.Layout().Beside(name)
			if _, sealed := cfg.Sealing(f.Route); sealed && parts != nil && n == sampleNumbers[0] {
				c.tell(Finding{Route: f.Name, Text: say.F("route %s seals its import files, and those of template %s lie side by side: they are not sealed one by one", f.Name, f.Plan.Template().Name),
					Hint: "let the template make one archive of them (as: zip), or leave seal out of the route"})
			}
			e.beside = append(append(e.beside, pattern(f.Drop.TempName, name)), parts...)
			if f.Drop.DoneMarker != "" {
				e.beside = append(e.beside, pattern(f.Drop.DoneMarker, name))
			}
		}
	}
	c.all = append(c.all, e)
}

// pattern makes the name beside a file's own, as exchange does.
func pattern(p, name string) string {
	if !strings.Contains(p, "{") {
		return name + p
	}
	return strings.NewReplacer("{name}", name, "{stem}", strings.TrimSuffix(name, path.Ext(name))).Replace(p)
}

func (c *check) tell(f Finding) { c.found = append(c.found, f) }

// drops: one name of one folder has one writer.
func (c *check) drops(a, b *ends) {
	if !exchange.SamePlace(a.drop, b.drop) {
		return
	}
	for _, name := range append(slices.Clone(b.names), b.beside...) {
		if same := sameName(append(slices.Clone(a.names), a.beside...), name); same != "" {
			c.tell(Finding{Route: b.Name, Text: say.F("routes %s and %s both write %s into %s: the ERP would take one file for the other, and its answers too", a.Name, b.Name, name, b.drop.Place()),
				Hint: "give one of them file names of its own (the prefix in the Settings of its workbook, or file_name of its template), or another drop folder"})
			return
		}
	}
}

// numbers: each route counts its import files by itself. Where the ERP knows documents by a number that is made of that
// of the file, two routes have to differ in something else that it looks at, or it takes one document for another.
func (c *check) numbers(a, b *ends) {
	if a.Plan == nil || b.Plan == nil {
		return
	}
	one, other := a.Plan.Template().Numbers, b.Plan.Template().Numbers
	if one == nil || other == nil || one.Of != other.Of || !slices.Equal(one.ApartBy, other.ApartBy) {
		return
	}
	var same []string
	for _, name := range one.ApartBy {
		value := a.Plan.Setting(name)
		if value != b.Plan.Setting(name) {
			return
		}
		same = append(same, fmt.Sprintf("%s %q", name, value))
	}
	c.tell(Finding{Route: b.Name, Warning: true, Text: say.F("routes %s and %s write the same numbers (%s) for different documents, for each counts its import files from 1, and both have %s: an ERP that gets files of both takes one for the other, and so do its answers", a.Name, b.Name, one.Of, strings.Join(same, ", ")),
		Hint: say.F("give one of them another %s in the Settings of its workbook, as the ERP knows it; where they go to different systems or companies of the ERP, nothing is wrong", strings.Join(one.ApartBy, " or "))})
}

func sameName(names []string, name string) string {
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return n
		}
	}
	return ""
}

// takes tells whether a route would take a file of its return folder as a result. Without a plan, its patterns decide.
func (e *ends) takes(name string) bool {
	if !e.Returns.Given() || !e.back.Wants(name) {
		return false
	}
	return e.Plan == nil || slices.ContainsFunc(e.formats, func(f *returns.Format) bool {
		return f.Matches(name) || e.back.Sealed && f.Matches(exchange.PlainName(name))
	})
}

// readsImports: no route may read import files, or what lies beside them, as results.
func (c *check) readsImports(reader, writer *ends) {
	if !reader.Returns.Given() || !exchange.SamePlace(reader.back, writer.drop) {
		return
	}
	for _, name := range append(slices.Clone(writer.names), writer.beside...) {
		if reader.takes(name) {
			c.tell(Finding{Route: reader.Name, Reads: true, Text: say.F("route %s would read %s, which route %s drops into %s, as a result file", reader.Name, name, writer.Name, writer.drop.Place()),
				Hint: "name another return folder, or the names of result files in returns.match"})
			return
		}
	}
}

// readsArchive: where one route puts files that are done with, no route reads or drops.
func (c *check) readsArchive(a, b *ends) {
	if !a.Returns.Given() {
		return
	}
	for _, sub := range []string{a.Returns.Archive, a.Returns.Failed} {
		done := a.back.Sub(sub)
		switch {
		case b.Returns.Given() && exchange.SamePlace(done, b.back):
			c.tell(Finding{Route: b.Name, Reads: true, Text: say.F("route %s would read the result files that route %s has moved into %s, again", b.Name, a.Name, done.Place()),
				Hint: "name another return folder, or another sub-folder in returns.archive and returns.failed"})
		case exchange.SamePlace(done, b.drop):
			c.tell(Finding{Route: b.Name, Text: say.F("route %s drops into %s, where route %s moves result files that are done with", b.Name, done.Place(), a.Name),
				Hint: "name another drop folder, or another sub-folder in returns.archive and returns.failed"})
		}
	}
}

// claims: answers that several routes of a return folder would take are decided by the import file's name or by the
// documents in them. Where a format names no document, a person should know that the name has to decide.
func (c *check) claims(a, b *ends) {
	if !a.Returns.Given() || !b.Returns.Given() || !exchange.SamePlace(a.back, b.back) {
		return
	}
	for _, pair := range [][2]*ends{{a, b}, {b, a}} {
		one, other := pair[0], pair[1]
		for i := range one.specs {
			spec := &one.specs[i]
			if spec.NamesDocuments() {
				continue
			}
			for _, name := range answerNames(spec.Files, one.names) {
				if !one.takes(name) || !other.takes(name) {
					continue
				}
				c.tell(Finding{Route: b.Name, Warning: true, Text: say.F("a result file such as %s may belong to route %s or %s (return folder %s): format %s names no document, so that the import file's name in it decides", name, a.Name, b.Name, b.back.Place(), spec.Name),
					Hint: "give each route names of result files of its own in returns.match; a file that nothing decides about is listed and not used"})
				return
			}
		}
	}
}

// opens: what lies in one return folder is opened in one way.
func (c *check) opens(cfg *config.Config, a, b *ends) {
	if !a.Returns.Given() || !b.Returns.Given() || !exchange.SamePlace(a.back, b.back) {
		return
	}
	one, oneSealed := cfg.Opening(a.Route)
	other, otherSealed := cfg.Opening(b.Route)
	if oneSealed != otherSealed || one.Key != other.Key || !slices.Equal(one.From, other.From) || one.Unsigned != other.Unsigned {
		c.tell(Finding{Route: b.Name, Reads: true, Text: say.F("routes %s and %s open the result files of %s in different ways (targets %s and %s)", a.Name, b.Name, b.back.Place(), a.Returns.Target, b.Returns.Target),
			Hint: "give both targets the same open, or the routes return folders of their own"})
	}
}

// answerNames are names of result files that a glob takes, made of import files' names.
func answerNames(glob string, imports []string) (out []string) {
	for _, name := range imports {
		stem := strings.TrimSuffix(name, path.Ext(name))
		out = append(out, strings.ReplaceAll(strings.ReplaceAll(glob, "*", stem), "?", "0"))
	}
	return out
}
