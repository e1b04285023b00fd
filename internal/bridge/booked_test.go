package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// The ERP says which amount it has posted: another one, or another currency, is never told to Concur as success.
func TestBookedOtherwise(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2", "D3", "D4")
	w.run(bridge.ExitDone)
	w.answer("1", "D1,post,ok,1000,1,2026,2026-11-03,1050.00,EUR,,,,\r\n", "D2,post,ok,1000,2,2026,2026-11-03,10.00,USD,,,,\r\n",
		"D3,post,ok,1000,3,2026,2026-11-03,10.00,EUR,,,,\r\n", "D4,post,ok,1000,4,2026,2026-11-03,,,,,,\r\n")
	s := w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 filed, D3 posted, D4 posted")
	if s.Confirmed != 2 {
		t.Errorf("%+v", s)
	}
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	if len(alarms) != 2 || alarms[0].Kind != "booked amount" || !strings.Contains(alarms[0].Message, "posted document D1 with 1050.00 EUR, but it was given 10.00 EUR") ||
		!strings.Contains(alarms[1].Message, "posted document D2 with 10.00 USD, but it was given 10.00 EUR") || !strings.Contains(alarms[1].Remedy, "mark document D2 posted") {
		t.Errorf("%+v", alarms)
	}
}
