package notify

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
)

var berlin = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return zone
}()

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, berlin)
	if err != nil {
		panic(err)
	}
	return t
}

// A digest is due once for each time of day on the days that are wanted, also when the machine was down at it.
func TestDigestDue(t *testing.T) {
	t.Parallel()
	working := []string{"mon", "tue", "wed", "thu", "fri"}
	for _, c := range []struct {
		now, last string
		digest    []string
		days      []string
		due       bool
		at        string
	}{
		{"2026-11-24 06:59", "2026-11-23 07:00", []string{"07:00"}, nil, false, "2026-11-23 07:00"},
		{"2026-11-24 07:00", "2026-11-23 07:00", []string{"07:00"}, nil, true, "2026-11-24 07:00"},
		{"2026-11-24 07:01", "2026-11-24 07:00", []string{"07:00"}, nil, false, "2026-11-24 07:00"},
		{"2026-11-27 12:00", "2026-11-23 07:00", []string{"07:00"}, nil, true, "2026-11-27 07:00"},
		{"2026-11-28 12:00", "2026-11-27 07:00", []string{"07:00"}, working, false, "2026-11-27 07:00"},
		{"2026-11-30 07:30", "2026-11-27 07:00", []string{"07:00"}, working, true, "2026-11-30 07:00"},
		{"2026-11-24 15:00", "2026-11-24 07:00", []string{"07:00", "14:30"}, nil, true, "2026-11-24 14:30"},
		{"2026-10-25 02:40", "2026-10-24 02:30", []string{"02:30"}, nil, true, "2026-10-25 02:30"},
	} {
		due, newest := digestDue(config.Recipient{Digest: c.digest, Days: c.days}, at(c.now), at(c.last))
		if due != c.due || !newest.Equal(at(c.at)) {
			t.Errorf("%s after %s: %t at %s, want %t at %s", c.now, c.last, due, newest, c.due, c.at)
		}
	}
	if due, _ := digestDue(config.Recipient{}, at("2026-11-24 03:00"), time.Time{}); !due {
		t.Error("without times of day everything is told at once")
	}
}

// Periods are due once each; those before the report was there are not, and neither are more than a year of them.
func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ every, first, now, want string }{
		{"day", "2026-11-20 12:00", "2026-11-24 06:30", "2026-11-20 2026-11-21 2026-11-22 2026-11-23"},
		{"day", "2026-11-24 06:01", "2026-11-24 23:00", ""},
		{"day", "2026-11-23 06:01", "2026-11-24 05:59", ""},
		{"day", "2026-11-24 05:00", "2026-11-24 06:00", "2026-11-23"},
		{"week", "2026-11-12 08:00", "2026-11-24 08:00", "2026-W46 2026-W47"},
		{"week", "2026-12-24 08:00", "2027-01-05 08:00", "2026-W52 2026-W53"},
		{"month", "2026-11-15 08:00", "2026-12-01 05:59", ""},
		{"month", "2026-11-15 08:00", "2026-12-01 06:00", "2026-11"},
		{"month", "2026-01-31 08:00", "2026-05-31 08:00", "2026-01 2026-02 2026-03 2026-04"},
		{"month", "2020-01-01 00:00", "2026-05-31 08:00", "2025-05 2025-06 2025-07 2025-08 2025-09 2025-10 2025-11 2025-12 2026-01 2026-02 2026-03 2026-04"},
	} {
		var got []string
		for _, p := range periods(config.Report{Every: c.every, At: "06:00"}, berlin, at(c.first), at(c.now)) {
			got = append(got, p.name)
			if !p.until.After(p.since) || p.since.In(berlin).Hour() != 0 || p.until.In(berlin).Hour() != 0 {
				t.Errorf("%s is from %s to %s", p.name, p.since, p.until)
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s from %s to %s: %s\nwant %s", c.every, c.first, c.now, s, c.want)
		}
	}
}

// A matter is told once, again when it changes, and its end only where that is news; what is urgent does not wait.
func TestDecide(t *testing.T) {
	t.Parallel()
	now := at("2026-11-24 09:00")
	held := Matter{Key: "held 1", Kind: config.AboutHeld, Route: "r", Print: "2026-11-24T01", Number: 2}
	more := held
	more.Print, more.Number = "2026-11-24T03", 3
	fewer := held
	fewer.Print, fewer.Number = "2026-11-23T01", 1
	failed := Matter{Key: "failed", Kind: config.AboutFailed, Print: "x"}
	all := []string{config.AboutHeld, config.AboutFailed}
	told := func(list ...Matter) (out []telling.Told) {
		for _, m := range list {
			out = append(out, telling.Told{Recipient: "a", Matter: m.Key, Kind: m.Kind, Print: m.Print, Facts: `{"key":"` + m.Key + `","kind":"` + m.Kind + `"}`, Times: 1})
		}
		return out
	}
	for name, c := range map[string]struct {
		to     config.Recipient
		due    bool
		before []telling.Told
		now    []Matter
		want   string
	}{
		"new":              {config.Recipient{}, true, nil, []Matter{held, failed}, "+held 1 +failed"},
		"known":            {config.Recipient{}, true, told(held), []Matter{held}, ""},
		"more":             {config.Recipient{}, true, told(held), []Matter{more}, "~held 1"},
		"fewer":            {config.Recipient{}, true, told(held), []Matter{fewer}, ""},
		"over":             {config.Recipient{}, true, told(held, failed), nil, "-failed"},
		"before digest":    {config.Recipient{}, false, nil, []Matter{held, failed}, "+failed"},
		"of another route": {config.Recipient{Routes: []string{"s"}}, true, nil, []Matter{held, failed}, "+failed"},
		"not theirs":       {config.Recipient{About: []string{config.AboutHeld}}, true, nil, []Matter{failed}, ""},
	} {
		c.to.Name = "a"
		if c.to.About == nil {
			c.to.About = all
		}
		n, kept, err := decideFor(c.to, now, c.due, c.before, c.now)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for sign, list := range map[string][]Matter{"+": n.fresh, "~": n.again, "-": n.ended} {
			for _, m := range list {
				got = append(got, sign+m.Key)
			}
		}
		want := strings.Fields(strings.ReplaceAll(c.want, "held 1", "held_1"))
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], "held 1", "held_1")
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if name == "over" && (len(kept) != 2 || kept[0].Ended.IsZero()) {
			t.Errorf("what is over is not kept as that: %+v", kept)
		}
	}
}
