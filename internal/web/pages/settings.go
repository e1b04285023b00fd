package pages

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/check"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// settingsPage is what is set, and whether everything is in place.
type settingsPage struct {
	Findings []check.Finding
	Problems int
	Checked  time.Time
	Login    desk.LoginStatus
	Config   string
	Part     string
}

// Settings gives the handler that tells whether what a run needs is in place, as far as nobody is called.
func Settings() frame.Handler {
	kept := &checks{of: map[string]checked{}}
	return func(q *frame.Req) (frame.Answer, error) {
		d := &settingsPage{Part: "connections"}
		err := q.Snapshot(func() (err error) {
			d.Login, err = q.Desk.Login(q.Ctx())
			return err
		})
		if err != nil {
			return nil, err
		}
		d.Findings, d.Checked = kept.look(q)
		for _, f := range d.Findings {
			if f.Severity == check.Warning || f.Severity == check.Problem {
				d.Problems++
			}
		}
		return frame.Page{Template: "settings", Title: q.T("nav.settings"), Nav: "settings", Data: d}, nil
	}
}

// checks keeps what a check found, which takes longer than a page may: all mappings are compiled. It is made anew when
// a file that it reads or the journal has changed, and when it is older than a minute.
type checks struct {
	mu sync.Mutex
	of map[string]checked // by company
}

type checked struct {
	at    time.Time
	stand string
	found []check.Finding
}

// goodFor is how long a check stands where nothing that is seen has changed: secrets and folders may have.
const goodFor = time.Minute

// look gives what is found, and when it was looked for. Who comes while a check is made waits for it.
func (c *checks) look(q *frame.Req) ([]check.Finding, time.Time) {
	stand := fmt.Sprint(q.Head) + stamps(q)
	c.mu.Lock()
	defer c.mu.Unlock()
	is, ok := c.of[q.Co.Short]
	if !ok || is.stand != stand || q.Now.Sub(is.at) > goodFor {
		is = checked{q.Now, stand, check.Run(q.Ctx(), q.Co.Place, true, false)}
		if q.Ctx().Err() == nil { // else it may have been cut
			c.of[q.Co.Short] = is
		}
	}
	return is.found, is.at
}

// stamps are size and time of the files that a check reads: configuration, mappings and templates.
func stamps(q *frame.Req) string {
	cfg := q.Co.Desk.Config
	names := []string{filepath.Join(q.Co.Place.Dir, config.FileName)}
	for _, r := range cfg.Routes {
		names = append(names, cfg.Path(r.Mapping))
	}
	more, _ := filepath.Glob(filepath.Join(cfg.Path(cfg.Folders.Templates), "*", "*.yaml")) // the pattern is right
	var out strings.Builder
	for _, name := range append(names, more...) {
		if info, err := os.Stat(name); err == nil {
			fmt.Fprintf(&out, " %d:%d", info.Size(), info.ModTime().UnixNano())
		} else {
			out.WriteString(" -")
		}
	}
	return out.String()
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
