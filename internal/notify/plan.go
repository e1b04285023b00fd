package notify

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
)

// notice is what one recipient is told at one time.
type notice struct {
	to                  config.Recipient
	fresh, again, ended []Matter
	// waits are matters that were told before and are as they were.
	waits []Matter
}

func (n notice) empty() bool { return len(n.fresh)+len(n.again)+len(n.ended) == 0 }

// decision is what is told now, and what is kept of it.
type decision struct {
	notices []notice
	told    []telling.Told
	// digests are the times of day that are done with.
	digests map[string]time.Time
}

// decide says who is told what at a moment. It changes nothing, and gives the same for the same.
func decide(cfg *config.Config, now time.Time, s telling.Standing, before []telling.Told, all []Matter) (decision, error) {
	d := decision{digests: map[string]time.Time{}}
	for _, r := range cfg.Notify.Recipients {
		due, at := digestDue(r, now.In(cfg.Schedule.Zone()), s.Digests[r.Name])
		if len(r.Digest) > 0 && !at.IsZero() {
			d.digests[r.Name] = at
		}
		n, told, err := decideFor(r, now, due, before, all)
		if err != nil {
			return d, err
		}
		d.told = append(d.told, told...)
		if !n.empty() {
			d.notices = append(d.notices, n)
		}
	}
	return d, nil
}

func decideFor(r config.Recipient, now time.Time, due bool, before []telling.Told, all []Matter) (n notice, told []telling.Told, err error) {
	n.to = r
	was := map[string]telling.Told{}
	for _, t := range before {
		if t.Recipient == r.Name {
			was[t.Matter] = t
		}
	}
	for _, m := range all {
		if !slices.Contains(r.Told(), m.Kind) || !r.Of(m.Route) {
			continue
		}
		t, known := was[m.Key]
		delete(was, m.Key)
		if known && !m.changed(t.Print) {
			n.waits = append(n.waits, m)
			continue
		}
		if !due && !m.urgent() {
			continue // it comes with the digest
		}
		facts, err := json.Marshal(m)
		if err != nil {
			return n, nil, err
		}
		next := telling.Told{Recipient: r.Name, Matter: m.Key, Kind: m.Kind, Print: m.Print, Facts: string(facts), First: now, At: now, Times: 1}
		if known {
			next.First, next.Times = t.First, t.Times+1
			n.again = append(n.again, m)
		} else {
			n.fresh = append(n.fresh, m)
		}
		told = append(told, next)
	}
	over := make([]telling.Told, 0, len(was))
	for _, t := range was {
		over = append(over, t)
	}
	sort.Slice(over, func(a, b int) bool { return over[a].Matter < over[b].Matter })
	for _, t := range over {
		var m Matter
		if err := json.Unmarshal([]byte(t.Facts), &m); err != nil {
			return n, nil, fmt.Errorf("what was told of %s: %w", t.Matter, err)
		}
		if m.tellsEnd() {
			n.ended = append(n.ended, m)
		}
		t.Ended = now
		told = append(told, t)
	}
	return n, told, nil
}

// digestDue reports whether a recipient may be told what is not urgent: always where he has no times of day, else when
// one of them has come since the last one. at is the newest that has come; zero: none has.
func digestDue(r config.Recipient, now, last time.Time) (due bool, at time.Time) {
	if len(r.Digest) == 0 {
		return true, at
	}
	for back := 0; back <= 7; back++ {
		day := now.AddDate(0, 0, -back)
		if len(r.Days) > 0 && !slices.Contains(r.Days, config.WeekDays[day.Weekday()]) {
			continue
		}
		for _, text := range r.Digest {
			clock, err := time.Parse("15:04", text)
			if err != nil {
				continue // validation has refused it
			}
			t := time.Date(day.Year(), day.Month(), day.Day(), clock.Hour(), clock.Minute(), 0, 0, now.Location())
			if !t.After(now) && t.After(at) {
				at = t
			}
		}
		if !at.IsZero() {
			break
		}
	}
	return at.After(last) && !at.IsZero(), at
}
