package fis

import (
	"encoding/json"
	"testing"
	"time"
)

func TestParseDateIgnoresTheZone(t *testing.T) {
	before := time.Local
	defer func() { time.Local = before }()
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("Pacific", -8*3600), time.FixedZone("Tokyo", 9*3600)} {
		time.Local = zone
		for text, want := range map[string]string{
			"2018-02-17T00:00:00.000Z":      "2018-02-17",
			"2016-09-30T07:00:00.000Z":      "2016-09-30",
			"2018-09-05T23:59:59.999Z":      "2018-09-05",
			"2018-09-05T23:59:59.999+09:00": "2018-09-05",
			"2018-09-05 01:02:03":           "2018-09-05",
			"2020-02-29":                    "2020-02-29",
			"08/09/2018":                    "2018-08-09",
		} {
			d, err := ParseDate(text)
			if err != nil || d.String() != want || DateOf(d.Time()) != d {
				t.Errorf("%s in %s: %s, %v; want %s", text, zone, d, err, want)
			}
		}
	}
}

func TestParseDateRefuses(t *testing.T) {
	for _, text := range []string{"", "2018", "2018-02-30", "2019-02-29", "13/01/2018", "2018-1-01", "18-02-2018", "2018-02-17X", "20180217", "0000-01-01", "++++-01-01"} {
		if d, err := ParseDate(text); err == nil {
			t.Errorf("%q: read as %s", text, d)
		}
	}
}

func TestDateJSON(t *testing.T) {
	type holder struct {
		Day Date `json:"day,omitzero"`
	}
	for _, h := range []holder{{}, {Date{2026, 3, 9}}} {
		raw, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		var back holder
		if err := json.Unmarshal(raw, &back); err != nil || back != h {
			t.Errorf("%s: %v, %v", raw, back, err)
		}
	}
}
