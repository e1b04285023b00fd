package telling

import (
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
)

// period is what the flags of a command choose: days or a month, and a route.
type period struct{ since, until, month, route string }

// selection reads the flags; days are those of zone.
func (p period) selection(zone *time.Location) (sel desk.Selection, err error) {
	sel.Route = p.route
	if p.month != "" {
		return p.ofMonth(sel, zone)
	}
	if sel.Since, err = frame.Day("since", p.since, zone); err != nil {
		return sel, err
	}
	if sel.Until, err = frame.Day("until", p.until, zone); err != nil {
		return sel, err
	}
	if !sel.Until.IsZero() {
		sel.Until = sel.Until.AddDate(0, 0, 1) // the day itself is meant too
		if !sel.Until.After(sel.Since) {
			return sel, desk.Usage(fmt.Errorf("--until: %s is before --since %s", p.until, p.since))
		}
	}
	return sel, nil
}

// ofMonth is the selection of a calendar month.
func (p period) ofMonth(sel desk.Selection, zone *time.Location) (desk.Selection, error) {
	if p.since != "" || p.until != "" {
		return sel, desk.Usage(errors.New("--month stands in place of --since and --until"))
	}
	from, err := time.ParseInLocation("2006-01", p.month, zone)
	if err != nil {
		return sel, desk.Usage(fmt.Errorf("--month: %q is no month such as 2026-03", p.month))
	}
	sel.Since, sel.Until = from, from.AddDate(0, 1, 0)
	return sel, nil
}
