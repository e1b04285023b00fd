package pages

import (
	"os"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/check"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// settingsPage is what is set, and whether everything is in place.
type settingsPage struct {
	Findings []check.Finding
	Problems int
	Login    desk.LoginStatus
	Config   string
	Part     string
}

// Settings tells whether what a run needs is in place, as far as nobody is called.
func Settings(q *frame.Req) (frame.Answer, error) {
	d := &settingsPage{Part: "connections"}
	err := q.Snapshot(func() (err error) {
		d.Login, err = q.Desk.Login(q.Ctx())
		return err
	})
	if err != nil {
		return nil, err
	}
	d.Findings = check.Run(q.Ctx(), q.Co.Place, true, false)
	for _, f := range d.Findings {
		if f.Severity == check.Warning || f.Severity == check.Problem {
			d.Problems++
		}
	}
	return frame.Page{Template: "settings", Title: q.T("nav.settings"), Nav: "settings", Data: d}, nil
}

// Configuration is the company's configuration, as it stands. It holds no secret: those are elsewhere, and it names the
// place.
func Configuration(q *frame.Req) (frame.Answer, error) {
	text, err := os.ReadFile(filepath.Join(q.Co.Place.Dir, config.FileName))
	if err != nil {
		return nil, err
	}
	d := &settingsPage{Part: "configuration", Config: string(text)}
	err = q.Snapshot(func() error { return nil })
	return frame.Page{Template: "configuration", Title: q.T("configuration"), Nav: "settings", Data: d}, err
}

// Help tells what words and signs mean.
func Help(q *frame.Req) (frame.Answer, error) {
	d := &settingsPage{Part: "help"}
	err := q.Snapshot(func() error { return nil })
	return frame.Page{Template: "help", Title: q.T("help"), Nav: "settings", Data: d}, err
}
