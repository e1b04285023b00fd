package cli

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/metrics"
)

// meter counts what watch or serve does, and tells it to machines where metrics.listen is given.
type meter struct {
	numbers *metrics.Numbers
	looking *desk.Workspace // opened when the journal is there
	server  *metrics.Server
}

// newMeter makes a meter; until it listens it only counts.
func (a *app) newMeter() *meter {
	m := &meter{}
	v := thisVersion()
	m.numbers = metrics.New(func(ctx context.Context) (*desk.Status, error) { return m.looking.Status(ctx, 0) }, metrics.Build{Version: v.Version, Commit: v.Commit, Go: v.Go})
	return m
}

// counted is a place whose calls to Concur are counted.
func (m *meter) counted(p desk.Place) desk.Place {
	p.Calls = m.numbers.Called
	return p
}

// listen begins to answer, where the configuration wants it. The journal is there by now: the caller has opened it.
func (m *meter) listen(ctx context.Context, a *app, w *desk.Workspace) (err error) {
	address := w.Config.Metrics.Listen
	if address == "" {
		return nil
	}
	if m.looking, err = desk.Look(ctx, a.Place("")); err != nil {
		return err
	}
	if m.server, err = m.numbers.Listen(address, w.Log()); err != nil {
		return err
	}
	a.Remark("metrics, healthz and readyz at http://%s", m.server.Addr)
	return nil
}

// passed counts a pass that did something.
func (m *meter) passed(s *bridge.Summary) { m.numbers.Passed(s) }

// close ends what listen began.
func (m *meter) close() (err error) {
	if m.server != nil {
		err = m.server.Close()
	}
	if m.looking != nil {
		err = errors.Join(err, m.looking.Close())
	}
	return err
}
