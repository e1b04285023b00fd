package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
)

// looseLookup is a LOOKUP that means columns by where they stand, with the cell of its formula.
type looseLookup struct {
	formula.Lookup
	at findings.Place
}

// noteLoose warns of each LOOKUP that would ask other columns if the sheet's columns were moved, with what to write
// instead. What it means now is kept with the plan, so that the next version can be held against it.
func (c *compiler) noteLoose(prog *formula.Program, at workbook.Cell) {
	for _, l := range prog.Lookups() {
		if !l.Loose || slices.ContainsFunc(c.plan.loose, func(o looseLookup) bool {
			return o.Written == l.Written && o.at == at.Place
		}) {
			continue
		}
		c.plan.loose = append(c.plan.loose, looseLookup{l, at.Place})
		advice := ""
		if _, err := formula.Compile(l.Better, c.symbols(at)); err == nil { // advice that was tried
			advice = "; write " + l.Better
		}
		c.found.Warnf(at, "%s asks %s of %s by the order of the columns, which changes when somebody moves or "+
			"inserts one%s", l.Written, meantBy(l), l.Table, advice)
	}
}

// meantBy is what a LOOKUP asks, in words.
func meantBy(l formula.Lookup) string {
	return fmt.Sprintf("%s → %s", strings.Join(l.Keys, ", "), l.Column)
}

// MovedColumns are the LOOKUPs that read as in the former version and mean other columns now, because columns of their
// sheet were moved, inserted or renamed: errors for a version that is to go live.
func (p *Plan) MovedColumns(former *Plan) findings.List {
	var out findings.List
	for _, now := range p.loose {
		i := slices.IndexFunc(former.loose, func(o looseLookup) bool {
			return o.Written == now.Written && o.Table == now.Table
		})
		if i < 0 || meantBy(former.loose[i].Lookup) == meantBy(now.Lookup) {
			continue
		}
		out = append(out, findings.Finding{Severity: findings.Error, File: p.path, Sheet: now.at.Sheet,
			Cell: now.at.Ref,
			Reason: say.F("columns of %s were moved: %s asked %s in the version in force, and asks %s now; "+
				"write %s, or the headings of the former columns", now.Table, now.Written,
				meantBy(former.loose[i].Lookup), meantBy(now.Lookup), now.Better)})
	}
	return out
}
