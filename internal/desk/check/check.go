package check

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Severity is how much a finding of check matters.
type Severity string

const (
	Fine    Severity = "ok"
	note    Severity = "note"
	Warning Severity = "warning"
	Problem Severity = "problem"
)

// Who is the person who can mend something.
type Who string

// Those who can: the accountants in the workbook, the operator on the server and in the configuration, the integrator in
// the template, and the administrator of Concur, who gives the login and its rights.
const (
	Accountant    Who = "accountant"
	Operator      Who = "operator"
	Integrator    Who = "integrator"
	Administrator Who = "administrator"
)

// Everybody lists them in the order in which they are told.
func Everybody() []Who { return []Who{Operator, Administrator, Integrator, Accountant} }

// Finding is one thing that check looked at.
type Finding struct {
	Severity Severity `json:"severity"`
	// Who can mend it; empty where nothing is to be mended.
	Who Who `json:"who,omitempty"`
	// Place is where a person mends it: a key, a sheet and cell, a host and folder.
	Place string   `json:"place"`
	Text  say.Text `json:"text"`
	Hint  say.Text `json:"hint,omitempty"`
}

// Run looks at everything that a run needs and gives what it found, in the order in which a person would mend it.
// offline: nobody is called. probe: a small file is written, renamed and removed in each drop and return folder.
func Run(ctx context.Context, p desk.Place, offline, probe bool) []Finding {
	cfg, err := config.Load(p.Dir)
	if err != nil {
		return configFindings(err)
	}
	c := &checker{place: p, cfg: cfg, who: Operator}
	c.add(Fine, config.FileName, say.Join(", ", say.Counted(len(cfg.Routes), "route"), say.Counted(len(cfg.Targets), "target")), "")
	c.folders()
	c.journal(ctx)
	c.mappings(ctx)
	c.secrets()
	c.keys()
	c.rights()
	c.events()
	c.notify(ctx, offline)
	c.as(Administrator, func() { c.login(ctx, offline) })
	c.targets(ctx, offline, probe)
	return c.found
}

// configFindings are the problems of a configuration that cannot be read any further.
func configFindings(err error) []Finding {
	var problems config.Problems
	if !errors.As(err, &problems) {
		hint := say.Text("")
		if errors.Is(err, config.ErrNoConfig) {
			hint = told(desk.NoConfig)
		}
		return []Finding{{Problem, Operator, config.FileName, say.Of(err), hint}}
	}
	var found []Finding
	for _, p := range problems {
		place := p.File
		if p.Line > 0 {
			place = fmt.Sprintf("%s:%d", p.File, p.Line)
		}
		found = append(found, Finding{Problem, Operator, place, told(problemText(p)), told(p.Hint)})
	}
	return found
}

// told is a sentence that others made, in English.
func told(english string) say.Text {
	if english == "" {
		return ""
	}
	return say.F("%s", say.English(english))
}

// problemText is a problem without its place.
func problemText(p config.Problem) string {
	p.File, p.Line = "", 0
	return p.String()
}
