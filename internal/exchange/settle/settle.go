// Package settle tells when a file in a return folder is complete, by its size, time and age, or by a marker. It
// guarantees that a file which was seen to change is not taken before it has stood still, and reads no clock and no
// folder: both are handed in.
package settle

import (
	"sort"
	"time"

	"github.com/fisbridge/fisbridge/internal/exchange"
)

// Rule says when a file is taken to be complete.
type Rule struct {
	MinAge   time.Duration // since its time stamp, or since it was first seen like this when the stamp lies in the future
	Interval time.Duration // at least this long between the first and the last of two equal looks
	Marker   bool          // a file is complete when its marker is there, and only then
}

// RuleOf is the rule of a target.
func RuleOf(t exchange.Target) Rule {
	t = t.WithDefaults()
	return Rule{MinAge: t.MinAge, Interval: t.LookInterval, Marker: t.Marker != ""}
}

// Look is what a Settler remembers of one file; the journal may keep it between runs.
type Look struct {
	Name    string    `json:"name"`
	Size    int64     `json:"size"`
	ModTime time.Time `json:"mod_time"`
	Since   time.Time `json:"since"` // our clock: first seen with this size and time stamp
}

// Settler finds the files that have stopped changing: two equal looks at size and time stamp and a minimum age, or a
// marker. It reads no clock and no folder; both are handed in. Not for several goroutines.
type Settler struct {
	rule  Rule
	looks map[string]Look
}

// New begins with the looks of a former run, or with none.
func New(rule Rule, former ...Look) *Settler {
	s := &Settler{rule: rule, looks: map[string]Look{}}
	for _, l := range former {
		s.looks[l.Name] = l
	}
	return s
}

// Look takes one listing of the folder and returns the files that are complete, and for how long at most the others
// need (0 when nothing waits) before another look can tell. Files no longer listed are forgotten.
func (s *Settler) Look(now time.Time, listing []exchange.Info) (settled []exchange.Info, wait time.Duration) {
	next := make(map[string]Look, len(listing))
	for _, f := range listing {
		if s.rule.Marker {
			if f.Marker != "" {
				settled = append(settled, f)
			}
			continue
		}
		l, seen := s.looks[f.Name]
		same := seen && l.Size == f.Size && l.ModTime.Equal(f.ModTime) && !now.Before(l.Since)
		if !same {
			l = Look{Name: f.Name, Size: f.Size, ModTime: f.ModTime, Since: now}
		}
		next[f.Name] = l
		left := s.left(now, l)
		switch {
		case same && left <= 0:
			settled = append(settled, f)
		default:
			wait = max(wait, left, time.Millisecond)
		}
	}
	s.looks = next
	return settled, wait
}

// left is how long the file must still be seen unchanged.
func (s *Settler) left(now time.Time, l Look) time.Duration {
	still := now.Sub(l.Since)
	age := now.Sub(l.ModTime)
	if l.ModTime.IsZero() || age < 0 || age < still {
		age = still
	}
	return max(s.rule.Interval-still, s.rule.MinAge-age)
}

// Looks returns what to remember for the next run, by name.
func (s *Settler) Looks() []Look {
	out := make([]Look, 0, len(s.looks))
	for _, l := range s.looks {
		out = append(out, l)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}
