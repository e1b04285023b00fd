package lint

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Yearless warns of dates that the ERP takes without a year, such as the Belegdatum of DATEV, where they are another day
// than that of the file: the ERP reads the year, and the period, elsewhere in the file.
func Yearless(p *mapping.Plan) (out findings.List) {
	for i := range p.View().Records() {
		r := &p.View().Records()[i]
		for j := range r.Fields() {
			f := &r.Fields()[j]
			t := &p.Template().Records[r.Index()]
			at, known := t.FieldIndex(f.Name())
			if !known || f.Type() != layout.DateType || f.Program() == nil || t.Fields[at].DateForm == "" || hasYear(string(t.Fields[at].DateForm)) {
				continue
			}
			if slices.ContainsFunc(f.Program().Fields(), func(s int) bool { return p.View().Slots()[s].Fact() != facts.FileDate }) {
				out = append(out, findings.Finding{Severity: findings.Warning, File: p.View().Content().File, Sheet: f.At().Sheet, Cell: f.At().Ref,
					Reason: say.F("%s is written without its year, and %s may be in another month or year than the file: the ERP takes it for a day of the file's period, unless the template holds such documents. "+
						"Write file.date, or set an earliest posting date", r.Name()+" "+f.Name(), f.Source())})
			}
		}
	}
	return out
}

// hasYear tells whether dates written so keep their year.
func hasYear(form string) bool { return strings.ContainsAny(form, "yY") }
