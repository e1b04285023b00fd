package schedule

import (
	"strings"
	"testing"
	"time"
)

// When clocks change, no night is left out and none counts twice: 02:30 does not exist in Berlin on 29 March 2026 and
// exists twice on 25 October.
func TestMissedWhenClocksChange(t *testing.T) {
	for name, test := range map[string]struct{ expr, zone, after, until, want string }{
		"nightly, forward":    {"30 2 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-31T00:00:00Z", "28 02:30 CET, 29 03:30 CEST, 30 02:30 CEST"},
		"nightly, back":       {"30 2 * * *", "Europe/Berlin", "2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z", "24 02:30 CEST, 25 02:30 CEST, 26 02:30 CET"},
		"after the jump":      {"0 3 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z", "29 03:00 CEST, 30 03:00 CEST"},
		"hourly, forward":     {"0 * * * *", "Europe/Berlin", "2026-03-28T23:30:00Z", "2026-03-29T03:00:00Z", "29 01:00 CET, 29 03:00 CEST, 29 04:00 CEST, 29 05:00 CEST"},
		"from the second":     {"30 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-26T12:00:00Z", "26 02:30 CET"},
		"New York, forward":   {"0 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z", "08 03:00 EDT, 09 02:00 EDT"},
		"half an hour's jump": {"15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00:00Z", "2026-10-05T00:00:00Z", "04 02:45 +11, 05 02:15 +11"},
		"no change":           {"0 2 * * 1-5", "UTC", "2026-11-27T01:00:00Z", "2026-12-01T00:00:00Z", "27 02:00 UTC, 30 02:00 UTC"},
	} {
		t.Run(name, func(t *testing.T) {
			zone, err := time.LoadLocation(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			at := func(s string) time.Time {
				when, err := time.Parse(time.RFC3339, s)
				if err != nil {
					t.Fatal(err)
				}
				return when.In(zone)
			}
			all, err := Missed(test.expr, at(test.after), at(test.until))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, tick := range all {
				got = append(got, tick.Format("02 15:04 MST"))
			}
			if s := strings.Join(got, ", "); s != test.want {
				t.Errorf("%s\nwant %s", s, test.want)
			}
		})
	}
}
