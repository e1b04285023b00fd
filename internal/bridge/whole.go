package bridge

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge/incoming"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// longEnough is the age from which a file that misses its end will not get it any more.
const longEnough = time.Hour

// complete fetches a file that, by the format of a route which may claim it, says how it ends, and looks whether the
// end is there, so that a slow writer is never believed early. What was fetched is handed on, so that the file is
// fetched once; nil when there was nothing to look at.
func (b *Bridge) complete(ctx context.Context, in *inbox, info exchange.Info) (got *incoming.Copy, whole bool, err error) {
	if in.target.Sealed {
		return b.sealedWhole(ctx, in, info)
	}
	list := b.claimants(in.routes, info.Name)
	ends := func(c claimant) bool { return c.f.DeclaresEnd() }
	if !slices.ContainsFunc(list, ends) || b.now().Sub(info.ModTime) >= longEnough {
		return nil, true, nil // what is wrong with it is told when it is applied
	}
	if list, err = b.byName(ctx, list, in.routes, info.Name); asUnclaimed(err) != nil {
		return nil, true, nil // it is nobody's, whole or not
	}
	if err != nil || !slices.ContainsFunc(list, ends) {
		return nil, err == nil, err
	}
	got, err = b.fetchCopy(ctx, in, info.Name, info.Name)
	if errors.Is(err, exchange.ErrChanging) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	missing, err := b.missingEnd(ctx, list, got)
	if err != nil || missing == nil {
		return got, err == nil, err
	}
	in.odd(info.Name, "is not whole yet: "+missing.Error(),
		"look whether the ERP still writes it; in an hour it is read as it is, and then set aside as unreadable")
	return got, false, nil
}

// missingEnd says that a file is not whole by the format of the route that it is likely to belong to; nil: it is whole,
// or can't be that route's. Another route, in whose format nothing is missing, has it only when the file names more of
// that one's documents and import files.
func (b *Bridge) missingEnd(ctx context.Context, list []claimant, got *incoming.Copy) (*returns.IncompleteError, error) {
	var missing *returns.IncompleteError
	var without, with records.Weight // the heaviest of those that miss something, and of the others
	for _, c := range list {
		var short *returns.IncompleteError
		var err error
		if c.f.DeclaresEnd() {
			short, err = got.MissesEnd(ctx, c.f)
		}
		if err != nil {
			return nil, err
		}
		if missing == nil {
			missing = short
		}
		if len(list) == 1 {
			break
		}
		w, err := b.weighFile(ctx, c, got)
		if err != nil {
			return nil, err
		}
		if short != nil {
			without = heavier(without, w)
		} else {
			with = heavier(with, w)
		}
	}
	if with != without && heavier(with, without) == with {
		return nil, nil
	}
	return missing, nil
}

// weighFile weighs what the file, as far as the claimant's format can read it, names of the claimant's own.
func (b *Bridge) weighFile(ctx context.Context, c claimant, file *incoming.Copy) (records.Weight, error) {
	refs, _, _, err := refsUntil(ctx, c.f, file)
	if err != nil {
		return records.Weight{}, err
	}
	return b.j.Weigh(ctx, c.r.Name, refs)
}

// heavier is the weight that counts more: documents are certain, numbers of import files are what each route has.
func heavier(a, b records.Weight) records.Weight {
	if a.Documents > b.Documents || a.Documents == b.Documents && a.Files >= b.Files {
		return a
	}
	return b
}
