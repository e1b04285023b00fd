package matching

import (
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// plausible is how far ahead a number may be to be one of ours that was used and forgotten, and not a mistake of the ERP or of the mapping.
const plausible = 1000

// ahead raises a doubt when a result file speaks of a number that the route has not used yet.
func (a *Finder) ahead(number int64) error {
	if a.quiet {
		return nil
	}
	var next int64
	if err := a.t.QueryRowContext(a.t.Ctx, records.NextSequence, a.result.Route).Scan(&next); err != nil {
		return err
	}
	if number < next || number >= next+plausible {
		return nil
	}
	return a.tell.Doubt("route "+a.result.Route, why.New("journal-other-number", "result_file", a.result.Name, "number", number, "route", a.result.Route, "newest", next-1))
}
