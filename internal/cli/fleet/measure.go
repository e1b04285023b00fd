package fleet

import (
	"context"
	"log/slog"
	"runtime"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fleet/node"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
	"github.com/fisbridge/fisbridge/internal/metrics"
)

// meter counts what a node does, and tells it to machines where metrics.listen is given.
type meter struct {
	numbers *metrics.Fleet
	server  *metrics.Server
}

func (a *room) measure(f *config.Fleet, b *companies.Book, version string, log *slog.Logger) (m *meter, err error) {
	m = &meter{numbers: metrics.NewFleet(func(ctx context.Context) ([]metrics.Company, error) { return standingOf(ctx, b) }, metrics.Build{Version: version, Go: runtime.Version()})}
	if f.Metrics.Listen == "" {
		return m, nil
	}
	if m.server, err = m.numbers.Listen(f.Metrics.Listen, log); err != nil {
		return nil, err
	}
	a.Remark("metrics, healthz and readyz at http://%s", m.server.Addr)
	return m, nil
}

func standingOf(ctx context.Context, b *companies.Book) (out []metrics.Company, err error) {
	list, err := b.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c.State == companies.Erased {
			continue
		}
		s := summaryOf(c)
		out = append(out, metrics.Company{Name: c.Name, Active: c.State == companies.Active, Version: c.Version, Failures: c.Failures, Exit: s.Exit, Ended: c.SummaryAt, Due: c.Due, Working: c.Owner != "", Needs: s.Needs})
	}
	return out, nil
}

// passed counts a pass.
func (m *meter) passed(company string, s node.Summary) {
	m.numbers.Passed(metrics.Pass{Company: company, Outcome: metrics.Outcome(s.Exit), Seconds: s.Seconds,
		Steps: map[string]int{"stored": s.Stored, "posted": s.Posted, "rejected": s.Rejected, "confirmed": s.Confirmed}})
}

func (m *meter) close() error {
	if m.server == nil {
		return nil
	}
	return m.server.Close()
}
