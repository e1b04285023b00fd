package wording

import (
	"testing"
	"time"
)

// Moments of UTC in a sentence are told in the zone of the company, summer and winter; what is none stays.
func TestMomentsInTheZoneOfTheCompany(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for sentence, want := range map[string]string{
		"it is stopped since 2026-01-31 23:30 UTC by Mira":                 "it is stopped since 2026-02-01 00:30 CET by Mira",
		"depuis le 2026-07-01 10:00:59 UTC, et 2026-07-01 10:00 UTC":       "depuis le 2026-07-01 12:00:59 CEST, et 2026-07-01 12:00 CEST",
		"on 2026-13-01 10:00 UTC, 2026-01-01 10:00, UTC, 2026-01-01 1 UTC": "on 2026-13-01 10:00 UTC, 2026-01-01 10:00, UTC, 2026-01-01 1 UTC",
	} {
		if got := Local(sentence, berlin); got != want {
			t.Errorf("%s\nis told as %s\nand not    %s", sentence, got, want)
		}
		if Local(sentence, time.UTC) != sentence || Local(sentence, nil) != sentence {
			t.Errorf("%s: changed where there is no other zone", sentence)
		}
	}
}
