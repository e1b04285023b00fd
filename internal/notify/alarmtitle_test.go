package notify

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/why"
)

// What others wrote may name persons, and amounts are not for everybody: a message about an alarm has neither.
func TestAlarmsAreToldWithoutTextsOfOthers(t *testing.T) {
	for _, r := range []why.Reason{
		why.New("import-file-refused", "file", "F1.csv", "said", "account of Jane Miller is blocked"),
		why.New("booked-otherwise", "result_file", "F1.csv", "doc", "D1", "problem", "987.65 EUR, but it was given 876.54 EUR"),
	} {
		text := alarmTitle(desk.Need{Why: r, Message: r.Text()})
		if !strings.Contains(text, "F1.csv") || strings.Contains(text, "Miller") || strings.Contains(text, "987") {
			t.Errorf("%q", text)
		}
	}
	if text := alarmTitle(desk.Need{Why: why.Old("Jane Miller is blocked", ""), Message: "Jane Miller is blocked"}); text != "" {
		t.Errorf("%q", text)
	}
}
