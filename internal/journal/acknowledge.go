package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// IntendAck commits that the acknowledgement of these stored documents is about to be sent (again). systemID is for those that no earlier try may have
// acknowledged with another one.
func (j *Journal) IntendAck(ctx context.Context, ids []string, systemID string) error {
	return j.in(ctx, "intend acknowledgement", func(t *tx) error {
		for _, id := range ids {
			if err := t.intendAck(id, systemID); err != nil {
				return fmt.Errorf("document %s: %w", id, err)
			}
		}
		return nil
	})
}

// AckOutcome is what the service said about one acknowledgement.
type AckOutcome struct {
	DocID       string
	State       records.State // Acknowledged, Recalled, Foreign, Gone, Stored (try again later), Held
	Reason      why.Reason
	Code        int
	Correlation string
	Millis      int64
	// NotSent: the call was never made. Undone: the service did nothing. Neither try can have done what a later "done before" means, so it
	// does not count.
	NotSent, Undone bool
	// Before: Acknowledged, but not by this call. After a restore the document may have gone to the ERP since.
	Before bool
	// Doubt: Held, for the service says that we have it, and we never asked. Somebody works under our name, or did before this journal was put back.
	Doubt bool
	// Alarm, when there is one, is opened.
	Alarm why.Reason
}

// SettleAck commits what came of acknowledgements.
func (j *Journal) SettleAck(ctx context.Context, outcomes []AckOutcome) error {
	return j.in(ctx, "settle acknowledgements", func(t *tx) error {
		for some := range slices.Chunk(outcomes, ledger.AtOnce) {
			for len(some) > 0 {
				n := 1
				for n < len(some) && alike(some[0], some[n]) {
					n++
				}
				if err := t.settleAcks(some[:n]); err != nil {
					return fmt.Errorf("document %s: %w", some[0].DocID, err)
				}
				some = some[n:]
			}
		}
		return nil
	})
}

// alike: two acknowledgements had the same end, as those of one call mostly have, so that both are written by one statement.
func alike(a, b AckOutcome) bool {
	settled := func(o AckOutcome) bool {
		return o.State == records.Acknowledged && !o.NotSent && !o.Before && !o.Undone && o.Reason.None()
	}
	return settled(a) && settled(b) && a.Millis == b.Millis && a.DocID != b.DocID
}

// Unlocked takes back the acknowledgement of documents that turned out not to be locked. Those that are in an import file, or held, stay as
// they are. It returns how many were taken back.
func (j *Journal) Unlocked(ctx context.Context, ids []string, reason why.Reason) (n int, err error) {
	err = j.in(ctx, "take back acknowledgements", func(t *tx) error {
		n = 0
		for _, id := range ids {
			switch err := t.transition(id, []records.State{records.Acknowledged}, records.Stored, "acknowledgement without effect", reason); {
			case errors.Is(err, ledger.ErrStale):
			case err != nil:
				return err
			default:
				n++
			}
		}
		return nil
	})
	return n, err
}

// settleAcks settles one acknowledgement, or several that are alike.
func (t *tx) settleAcks(list []AckOutcome) error {
	o := list[0]
	if o.NotSent {
		if err := t.One(`UPDATE documents SET ack_attempts = ack_attempts - 1 WHERE doc_id = $1 AND state = $2`, o.DocID, records.Stored); err != nil {
			return err
		}
		return t.Event("acknowledgement not sent", ledger.About{Doc: o.DocID}, nil)
	}
	if o.Before && o.State == records.Acknowledged {
		doubtful, err := t.Count(`SELECT COUNT(*) FROM documents WHERE doc_id = $1 AND in_doubt = 1`, o.DocID)
		if err != nil {
			return err
		}
		if doubtful > 0 {
			o.State, o.Reason = records.Held, why.New("restored", "held", "")
		}
	}
	acked, finished := "", ""
	switch o.State {
	case records.Acknowledged, records.Held:
		acked = t.At
	case records.Recalled, records.Foreign, records.Gone:
		finished = t.At
	}
	ids := map[string]bool{}
	for _, l := range list {
		ids[l.DocID] = true
	}
	among, of := ledger.AmongMany("doc_id", slices.Sorted(maps.Keys(ids)), 10)
	n, err := t.Exec(`UPDATE documents SET state = $1, state_since = $2, reason = $3, acknowledged_at = $4, ack_millis = $5, finished_at = $6, ack_attempts = ack_attempts - $7, in_doubt = CASE WHEN $1 = 'acknowledged' THEN 0 ELSE in_doubt END, cause = CASE WHEN $1 = 'held' THEN 'doubt' ELSE '' END, why = $8 WHERE '' || state = $9 AND `+among,
		append([]any{o.State, t.At, o.Reason.Text(), acked, o.Millis, finished, ledger.Flag(o.Undone), o.Reason.Stored(), records.Stored}, of...)...)
	if err == nil && int(n) != len(list) {
		err = ledger.ErrStale
	}
	if err != nil {
		return err
	}
	systems, err := t.systemsOf(ledger.AmongMany("doc_id", slices.Sorted(maps.Keys(ids)), 1))
	if err != nil {
		return err
	}
	for _, l := range list {
		l.State, l.Reason = o.State, o.Reason
		if err := t.acknowledged(l, systems[l.DocID]); err != nil {
			return err
		}
	}
	return nil
}

// systemsOf are the system ids with which documents were acknowledged.
func (t *tx) systemsOf(among string, args []any) (map[string]string, error) {
	out := map[string]string{}
	return out, t.Each(`SELECT doc_id, system_id FROM documents WHERE `+among, func(rows *sql.Rows) error {
		var id, system string
		err := rows.Scan(&id, &system)
		out[id] = system
		return err
	}, args...)
}

// acknowledged tells the history what came of an acknowledgement, and does what follows from it.
func (t *tx) acknowledged(o AckOutcome, system string) error {
	name := map[records.State]string{records.Acknowledged: "acknowledged", records.Stored: "acknowledgement open", records.Recalled: "recalled", records.Foreign: "acknowledged by another system",
		records.Gone: "unknown to the service", records.Held: "held"}[o.State]
	if err := t.Event(name, ledger.About{Doc: o.DocID, Correlation: o.Correlation}, ledger.Detail{"code": o.Code, "reason": o.Reason.Text(), "system_id": system}); err != nil {
		return err
	}
	if o.Before && o.State == records.Held {
		return t.lostFile(o.DocID)
	}
	if o.Doubt {
		if err := t.lostFile(o.DocID); err != nil {
			return err
		}
		return t.Doubt("system_id", o.Alarm)
	}
	if o.Alarm.None() {
		return nil
	}
	return t.standing("acknowledgement", o.DocID, o.Alarm)
}

// IntendLock commits that a document which has its outcome is about to be acknowledged once more: Concur does not have it locked for us, and
// takes no confirmation before it has.
func (j *Journal) IntendLock(ctx context.Context, docID string) error {
	return j.in(ctx, "intend acknowledgement before the confirmation", func(t *tx) error {
		if err := t.One(`UPDATE documents SET ack_attempts = ack_attempts + 1 WHERE doc_id = $1 AND state IN ('posted','rejected')`, docID); err != nil {
			return fmt.Errorf("document %s: %w", docID, err)
		}
		return t.Event("acknowledgement intended", ledger.About{Doc: docID}, ledger.Detail{"before": "confirmation"})
	})
}

// SettleLock commits what the service said to that.
func (j *Journal) SettleLock(ctx context.Context, docID string, code int, result, correlation string) error {
	return j.in(ctx, "settle acknowledgement before the confirmation", func(t *tx) error {
		return t.Event("acknowledgement answered", ledger.About{Doc: docID, Correlation: correlation}, ledger.Detail{"code": code, "result": result, "before": "confirmation"})
	})
}
