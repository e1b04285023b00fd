package notify

import (
	"context"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/schedule"
)

// nightDays is how long a scheduled time that was missed is told of.
const nightDays = 7

// nights are the scheduled times at which no run came. Only watch and serve keep the schedule: where they never were,
// nothing is known of it.
func nights(ctx context.Context, w *desk.Workspace, began time.Time) ([]Matter, error) {
	now, zone := w.Now(), w.Config.Schedule.Zone()
	since := now.AddDate(0, 0, -nightDays)
	if began.After(since) {
		since = began
	}
	missed := map[int64]time.Time{}
	for _, expr := range w.Config.Schedule.Runs {
		first, err := w.Journal.LastSlot(ctx, expr)
		if err != nil {
			return nil, err
		}
		if first.IsZero() {
			continue
		}
		kept, err := w.Journal.SlotsAt(ctx, expr, since)
		if err != nil {
			return nil, err
		}
		times, err := schedule.Missed(expr, since.In(zone), now.Add(-w.Config.Notify.LateAfter).In(zone))
		if err != nil {
			return nil, err
		}
		for _, at := range times {
			if state := kept[at.Unix()]; state == "" || state == string(records.SlotMissed) {
				missed[at.Unix()] = at
			}
		}
	}
	if len(missed) == 0 {
		return nil, nil
	}
	var all []int64
	for at := range missed {
		all = append(all, at)
	}
	slices.Sort(all)
	first, last := missed[all[0]], missed[all[len(all)-1]]
	return []Matter{{Key: "night", Kind: config.AboutNight, Print: last.UTC().Format(stamp), Since: first, Number: len(missed), Values: map[string]string{"when": first.UTC().Format(time.RFC3339)}, Path: "/nights"}}, nil
}
