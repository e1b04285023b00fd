package bridge_test

import (
	"fmt"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// The day of an import file is the company's, wherever the process believes to be: at 23:00 in UTC a new day has begun
// in Tokyo, and none in New York.
func TestDayOfTheSchedule(t *testing.T) {
	for zone, day := range map[string]string{"UTC": "20260331", "Asia/Tokyo": "20260401",
		"America/New_York": "20260331", "Pacific/Kiritimati": "20260401"} {
		w := newWorld(t, options{extra: fmt.Sprintf("schedule: { timezone: %s }\n", zone)})
		w.good("D1")
		w.run(bridge.ExitDone)
		if names := w.list("erp/in"); len(names) != 1 || names[0] != "journals_000001_"+day+".csv" {
			t.Errorf("%s: %q", zone, names)
		}
	}
}
