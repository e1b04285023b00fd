package records

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Stop is a route that a person has stopped: no import file of it is made or sent.
type Stop struct {
	Route  string    `json:"route"`
	Since  time.Time `json:"stopped_at"`
	By     string    `json:"stopped_by"`
	Reason string    `json:"reason"`
	// Waiting is how many of its documents wait for an import file, Files how many import files have a number and are
	// not sent.
	Waiting int `json:"documents_waiting"`
	Files   int `json:"files_waiting"`
}

// Stopped lists the routes that are stopped, by name.
func Stopped(ctx context.Context, l *ledger.Ledger) ([]Stop, error) {
	return ledger.List(ctx, l, `SELECT route, stopped_at, stopped_by, reason, (SELECT COUNT(*) FROM documents d WHERE d.route = s.route AND d.state = 'acknowledged'),
		(SELECT COUNT(*) FROM files f WHERE f.route = s.route AND f.state IN ('numbered','uploading')) FROM stops s WHERE ended_at = '' ORDER BY route`, nil, func(rows *sql.Rows) (s Stop, err error) {
		var since string
		err = rows.Scan(&s.Route, &since, &s.By, &s.Reason, &s.Waiting, &s.Files)
		s.Since = ledger.Time(since)
		return s, err
	})
}

// needStops are the routes that are stopped: nothing of them goes out until a person lets them go on.
func (j *Records) needStops(ctx context.Context, rules NeedRules) ([]Need, int, error) {
	list, err := Stopped(ctx, j.Ledger)
	if err != nil {
		return nil, 0, err
	}
	var out []Need
	for _, s := range list {
		who := wording.Person(s.By)
		r := why.New("route-stopped", "route", s.Route, "since", s.Since.UTC().Format("2006-01-02 15:04"), "who", who, "waiting", s.waits())
		out = append(out, Need{Code: NeedStopped, Subject: "route " + s.Route, Since: s.Since,
			Values: map[string]string{"route": s.Route, "who": who, "documents": fmt.Sprint(s.Waiting)}}.saying(r))
	}
	return rules.first(out)
}

// waits says what waits for the route.
func (s Stop) waits() string {
	text := wording.Counted(s.Waiting, "document") + wording.Either(s.Waiting == 1, " waits", " wait")
	if s.Files > 0 {
		text += ", and " + wording.Counted(s.Files, "import file") + wording.Either(s.Files == 1, " that has its number is not sent", " that have their numbers are not sent")
	}
	return text
}
