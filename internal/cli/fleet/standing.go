package fleet

import (
	"strconv"
	"time"

	"github.com/fisbridge/fisbridge/internal/fleet/node"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// standingJSON is where one company stands, for machines.
type standingJSON struct {
	Company   string        `json:"company"`
	State     string        `json:"state"`
	Version   int64         `json:"version"`
	Published string        `json:"published,omitempty"`
	Actor     string        `json:"actor,omitempty"`
	Reason    string        `json:"reason,omitempty"`
	Due       string        `json:"due,omitempty"`
	Owner     string        `json:"owner,omitempty"`
	Failures  int64         `json:"failures,omitempty"`
	LastPass  *node.Summary `json:"last_pass,omitempty"`
	At        string        `json:"last_pass_at,omitempty"`
}

// counted is how many companies there are.
func counted(n int) string {
	if n == 1 {
		return "1 company"
	}
	return wording.Grouped(strconv.Itoa(n)) + " companies"
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func standing(c companies.Company) standingJSON {
	s := standingJSON{Company: c.Name, State: c.State, Version: c.Version, Published: stamp(c.Published), Actor: c.Actor, Reason: c.Reason, Due: stamp(c.Due), Owner: c.Owner, Failures: c.Failures, At: stamp(c.SummaryAt)}
	if c.Summary != "" {
		last := summaryOf(c)
		s.LastPass = &last
	}
	return s
}

func standings(list []companies.Company) []standingJSON {
	out := make([]standingJSON, len(list))
	for i, c := range list {
		out[i] = standing(c)
	}
	return out
}
