package bridge

import (
	"context"
)

// isOurs tells whether a system id is the one of the configuration, or was so when documents were acknowledged.
func (b *Bridge) isOurs(ctx context.Context, systemID string) (bool, error) {
	if systemID == b.cfg.Concur.SystemID {
		return true, nil
	}
	former, err := b.j.FormerSystems(ctx, b.cfg.Concur.SystemID)
	for _, f := range former {
		if f.ID == systemID {
			return true, err
		}
	}
	return false, err
}

// ourTokens are the marks of this installation on claimed result files: those of former system ids too, for a run that
// was killed may have claimed a file before the name changed.
func (b *Bridge) ourTokens(ctx context.Context) (map[string]bool, error) {
	tokens := map[string]bool{b.token(): true}
	former, err := b.j.FormerSystems(ctx, b.cfg.Concur.SystemID)
	for _, f := range former {
		tokens[b.tokenOf(f.ID)] = true
	}
	return tokens, err
}
