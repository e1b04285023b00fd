package narrate

import (
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// All document numbers of a document are told, where the ERP has posted it in several.
func TestPostingTellsAllNumbers(t *testing.T) {
	for want, o := range map[string]fis.Outcome{
		"posted, number 71, company 1000;":      {Verdict: fis.Posted, Number: "71", Company: "1000"},
		"posted, numbers 71, 72, company 1000;": {Verdict: fis.Posted, Number: "71", Company: "1000", Also: []fis.Booking{{Number: "72", Company: "2000"}}},
	} {
		if got := Posting(records.Confirmation{Verdict: fis.Posted, Outcome: o}, time.UTC); !strings.HasPrefix(got.String(), want) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
