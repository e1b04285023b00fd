package lookup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Loose are the LOOKUPs of a mapping that mean columns by where they stand. What they mean is kept with the plan, so
// that the next version can be held against it.
type Loose []loose

// loose is a LOOKUP with the cell of its formula.
type loose struct {
	formula.Lookup
	at findings.Place
}

// Note takes the LOOKUPs of a formula, and warns of each that would ask other columns if the sheet's columns were
// moved, with what to write instead; tried tells whether that compiles.
func (all *Loose) Note(prog *formula.Program, at workbook.Cell, found *workbook.Collector, tried func(source string) bool) {
	for _, l := range prog.Lookups() {
		if !l.Loose || slices.ContainsFunc(*all, func(o loose) bool { return o.Written == l.Written && o.at == at.Place }) {
			continue
		}
		*all = append(*all, loose{l, at.Place})
		advice := ""
		if tried(l.Better) {
			advice = "; write " + l.Better
		}
		found.Warnf(at, "%s asks %s of %s by the order of the columns, which changes when somebody moves or "+
			"inserts one%s", l.Written, meantBy(l), l.Table, advice)
	}
}

// meantBy is what a LOOKUP asks, in words.
func meantBy(l formula.Lookup) string {
	return fmt.Sprintf("%s → %s", strings.Join(l.Keys, ", "), l.Column)
}

// Moved are the LOOKUPs of the mapping at path that read as in the former version and mean other columns now, because
// columns of their sheet were moved, inserted or renamed: errors for a version that is to go live.
func (all Loose) Moved(former Loose, path string) findings.List {
	var out findings.List
	for _, now := range all {
		i := slices.IndexFunc(former, func(o loose) bool { return o.Written == now.Written && o.Table == now.Table })
		if i < 0 || meantBy(former[i].Lookup) == meantBy(now.Lookup) {
			continue
		}
		out = append(out, findings.Finding{Severity: findings.Error, File: path, Sheet: now.at.Sheet, Cell: now.at.Ref,
			Reason: say.F("columns of %s were moved: %s asked %s in the version in force, and asks %s now; "+
				"write %s, or the headings of the former columns", now.Table, now.Written,
				meantBy(former[i].Lookup), meantBy(now.Lookup), now.Better)})
	}
	return out
}
