package bridge

import (
	"context"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bridge/moved"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// notRestored stops everything when the journal is not at home.
func (b *Bridge) notRestored(ctx context.Context) error { return moved.AtHome(ctx, b.cfg, b.j) }

// Refetch asks Concur for a document that the journal does not know, by docId, report id or the like, and takes it back
// when it is locked for us. It is held then, for a person to say whether the ERP has it.
func (b *Bridge) Refetch(ctx context.Context, finder interface {
	Find(ctx context.Context, t fis.DocType, ref string) ([]fis.Envelope, error)
}, t fis.DocType, ref, reason string) ([]string, error) {
	envs, err := finder.Find(ctx, t, ref)
	if err != nil {
		return nil, err
	}
	if len(envs) == 0 {
		return nil, fmt.Errorf("no %s document is known to Concur by %q", t, ref)
	}
	var taken []string
	var others []string
	parser := fis.NewParser(nil)
	for _, env := range envs {
		ours, err := b.isOurs(ctx, env.ERPSystemID)
		if err != nil {
			return taken, err
		}
		if !ours || env.Status == fis.StatusReady {
			others = append(others, fmt.Sprintf("document %s is %s for system %q", env.ID, env.Status, env.ERPSystemID))
			continue
		}
		a, _, err := b.judge(parser, env)
		if err != nil {
			return taken, err
		}
		if a.Route == "" {
			return taken, fmt.Errorf("document %s: no route takes it (%s)", env.ID, a.Left.Text())
		}
		a.SystemID = env.ERPSystemID
		if err := b.j.Refetched(ctx, a, reason); err != nil {
			return taken, err
		}
		taken = append(taken, env.ID)
	}
	if len(taken) == 0 {
		return nil, fmt.Errorf("nothing to take back: %s", strings.Join(others, "; "))
	}
	return taken, nil
}

var _ interface {
	Find(ctx context.Context, t fis.DocType, ref string) ([]fis.Envelope, error)
} = (*concur.Client)(nil)
