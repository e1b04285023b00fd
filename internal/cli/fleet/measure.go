package fleet

import (
	"log/slog"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fleet/node"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
)

// meter counts what a node does.
type meter struct{}

func (a *room) measure(*config.Fleet, *companies.Book, string, *slog.Logger) (*meter, error) {
	return &meter{}, nil
}

func (m *meter) passed(string, node.Summary) {}

func (m *meter) close() {}
