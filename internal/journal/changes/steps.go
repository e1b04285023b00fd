package changes

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// mostCells is how many cells a history row names; the change has all of them.
const mostCells = 100

// Ask takes down a change. approved: the rule of the company wants nobody else, and it goes live with the next run.
// While another change of the mapping waits it is ErrStale.
func (j *Changes) Ask(ctx context.Context, c Content, approved bool) (id int64, err error) {
	err = ledger.In(ctx, j.Ledger, "ask for a change of "+c.Mapping, func(t *ledger.Tx) error {
		n, err := t.Count(`SELECT COUNT(*) FROM changes WHERE mapping = $1 AND state IN ('asked', 'approved')`, c.Mapping)
		if err != nil {
			return err
		}
		if n > 0 {
			return ledger.ErrStale
		}
		if id, err = t.Next("changes"); err != nil {
			return err
		}
		c.ID, c.State, c.AskedBy = id, Asked, t.Actor
		if err := insert(t, c); err != nil {
			return err
		}
		d := ledger.Detail{"reason": c.Reason, "effect": sentences(c.Effects)}
		if c.Author != "" {
			d["saved_by"] = c.Author
		}
		if cells := cellsOf(c.Effects); len(cells) > 0 {
			d["changes"], d["cells_changed"] = cells[:min(len(cells), mostCells)], len(cells)
		}
		if err := tell(t, "mapping change "+c.Origin, c.Change, d); err != nil || !approved {
			return err
		}
		return decide(t, c.Change, Approved, "mapping change approved", c.Reason, "none")
	})
	return id, err
}

func insert(t *ledger.Tx, c Content) error {
	text := func(v any) string {
		b, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(b)
	}
	body, err := t.Deflate(c.Body)
	if err != nil {
		return err
	}
	template, err := t.Deflate(c.TemplateBody)
	if err != nil {
		return err
	}
	_, err = t.Exec(`INSERT INTO changes (id, mapping, routes, state, since, origin, name, template, hash, guarded_hash, file_hash, base, author, asked_at, asked_by, reason, findings, effect, size, body, template_body)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21)`, c.ID, c.Mapping, text(c.Routes), c.State, t.At, c.Origin, c.Name, c.Template, c.Hash, c.Guarded,
		c.FileHash, text(c.Base), c.Author, t.At, c.AskedBy, c.Reason, text(c.Findings), text(c.Effects), len(c.Body), body, template)
	return err
}

// Approve lets a change that was asked for go live with the next run. rule is the company's, other or none. A change
// that moved in the meantime is ErrStale.
func (j *Changes) Approve(ctx context.Context, c Change, rule, reason string) error {
	return ledger.In(ctx, j.Ledger, "approve a change of "+c.Mapping, func(t *ledger.Tx) error {
		return decide(t, c, Approved, "mapping change approved", reason, rule)
	})
}

// Reject ends a change that is not in force yet.
func (j *Changes) Reject(ctx context.Context, c Change, reason string) error {
	return ledger.In(ctx, j.Ledger, "reject a change of "+c.Mapping, func(t *ledger.Tx) error {
		return decide(t, c, Rejected, "mapping change rejected", reason, "")
	})
}

func decide(t *ledger.Tx, c Change, to State, event, reason, rule string) error {
	if strings.TrimSpace(reason) == "" {
		return errors.New("a reason is needed")
	}
	err := t.One(`UPDATE changes SET state = $1, since = $2, decided_at = $2, decided_by = $3, decision = $4, four_eyes = $5 WHERE id = $6 AND state = $7`, to, t.At, t.Actor, reason, rule, c.ID, c.State)
	if err != nil {
		return err
	}
	d := ledger.Detail{"reason": reason}
	if rule != "" {
		d["approval"] = rule
	}
	return tell(t, event, c, d)
}

// Settle ends a change by what the runs have put in force: it is among that, or something else is.
func (j *Changes) Settle(ctx context.Context, c Change, to State) error {
	return ledger.In(ctx, j.Ledger, "settle a change of "+c.Mapping, func(t *ledger.Tx) error {
		if err := t.One(`UPDATE changes SET state = $1, since = $2 WHERE id = $3 AND state = $4`, to, t.At, c.ID, c.State); err != nil {
			return err
		}
		return tell(t, "mapping change "+string(to), c, nil)
	})
}

func tell(t *ledger.Tx, event string, c Change, d ledger.Detail) error {
	others := []ledger.Subject{ledger.NumberOf(ledger.OfChange, c.ID)}
	for _, r := range c.Routes {
		others = append(others, ledger.OfTheRoute(r)...)
	}
	if d == nil {
		d = ledger.Detail{}
	}
	d["mapping"], d["mapping_hash"] = c.Mapping, c.Guarded
	return t.Event(event, ledger.About{Others: others}, d)
}

func sentences(effects []Effect) (out []string) {
	for _, e := range effects {
		out = append(out, e.Sentence)
	}
	return out
}

func cellsOf(effects []Effect) []string {
	if len(effects) == 0 {
		return nil
	}
	return effects[0].Cells
}

// metaApproval is where the rule of the company is noted that the history told last.
const metaApproval = "approval"

// NoteApproval takes down the company's rule for changed mappings, whenever it is another one than the history told
// last: who switches the second pair of eyes off is on record. given: the configuration names it; a rule that was
// never named is not told before it is.
func (j *Changes) NoteApproval(ctx context.Context, rule string, given bool) error {
	var last string
	known, err := ledger.ReadMeta(ctx, ledger.Reads(j.Ledger), metaApproval, &last)
	if err != nil || last == rule || !known && !given {
		return err
	}
	return ledger.In(ctx, j.Ledger, "note the rule of approval", func(t *ledger.Tx) error {
		if err := t.WriteMeta(metaApproval, rule); err != nil {
			return err
		}
		d := ledger.Detail{"approval": rule}
		if known {
			d["was"] = last
		}
		return t.Event("approval rule", ledger.About{}, d)
	})
}
