package changes

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// mostCells is how many cells a history row names; the change has all of them.
const mostCells = 100

// Give takes down a workbook that somebody gave: checked, not usable, or overtaken already. Nobody has asked for it yet.
func (j *Changes) Give(ctx context.Context, c Content) (id int64, err error) {
	err = ledger.In(ctx, j.Ledger, "keep a workbook for "+c.Mapping, func(t *ledger.Tx) error {
		if id, err = t.Next("changes"); err != nil {
			return err
		}
		c.ID = id
		if c.FileHash == "" { // of a workbook that makes no plan
			c.FileHash = ledger.Digest(c.Body)
		}
		c.Authors = append(c.Authors, t.Actor)
		if err := insert(t, c, ""); err != nil {
			return err
		}
		d := ledger.Detail{"state": string(c.State), "origin": c.Origin, "reason": c.Reason}
		if n := len(c.Findings.Errors()); n > 0 {
			d["errors"] = n
		}
		if c.MadeFrom != "" {
			d["made_from"] = c.MadeFrom
		}
		return tell(t, "mapping change given", c.Change, d)
	})
	return id, err
}

// Ask takes down a change, given and asked for at once. approved: the rule of the company wants nobody else, and it
// goes live with the next run. While another change of the mapping waits it is ErrStale.
func (j *Changes) Ask(ctx context.Context, c Content, approved bool) (id int64, err error) {
	err = ledger.In(ctx, j.Ledger, "ask for a change of "+c.Mapping, func(t *ledger.Tx) error {
		if err := noneWaits(t, c.Mapping); err != nil {
			return err
		}
		if id, err = t.Next("changes"); err != nil {
			return err
		}
		c.ID, c.State = id, Asked
		c.Authors = append(c.Authors, t.Actor)
		if err := insert(t, c, t.At); err != nil {
			return err
		}
		return asked(t, c.Change, c.Reason, approved)
	})
	return id, err
}

// AskFor asks for a change that was given. While another change of the mapping waits, or when it is not any more what
// was seen, it is ErrStale.
func (j *Changes) AskFor(ctx context.Context, c Change, reason string, approved bool) error {
	return ledger.In(ctx, j.Ledger, "ask for a change of "+c.Mapping, func(t *ledger.Tx) error {
		if strings.TrimSpace(reason) == "" {
			return errors.New("a reason is needed")
		}
		if err := noneWaits(t, c.Mapping); err != nil {
			return err
		}
		authors := c.Authors
		if !slices.Contains(authors, t.Actor) {
			authors = append(slices.Clone(authors), t.Actor)
		}
		if err := t.One(`UPDATE changes SET state = $1, since = $2, asked_at = $2, asked_by = $3, reason = $4, authors = $5 WHERE id = $6 AND state = 'checked'`, Asked, t.At, t.Actor, reason, text(authors), c.ID); err != nil {
			return err
		}
		c.State, c.Reason = Asked, reason
		return asked(t, c, reason, approved)
	})
}

func noneWaits(t *ledger.Tx, mapping string) error {
	n, err := t.Count(`SELECT COUNT(*) FROM changes WHERE mapping = $1 AND state IN ('asked', 'approved')`, mapping)
	if err == nil && n > 0 {
		err = ledger.ErrStale
	}
	return err
}

// asked tells that a change was asked for, and approves it where nobody else has to agree.
func asked(t *ledger.Tx, c Change, reason string, approved bool) error {
	d := ledger.Detail{"reason": reason, "effect": sentences(c.Effects)}
	if c.Author != "" {
		d["saved_by"] = c.Author
	}
	if cells := cellsOf(c.Effects); len(cells) > 0 {
		d["changes"], d["cells_changed"] = cells[:min(len(cells), mostCells)], len(cells)
	}
	if err := tell(t, "mapping change "+c.Origin, c, d); err != nil || !approved {
		return err
	}
	return decide(t, c, Approved, "mapping change approved", reason, "none")
}

// text is a list as the database keeps it.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// insert keeps a change; askedAt is empty where nobody has asked for it yet.
func insert(t *ledger.Tx, c Content, askedAt string) error {
	body, err := t.Deflate(c.Body)
	if err != nil {
		return err
	}
	template, err := t.Deflate(c.TemplateBody)
	if err != nil {
		return err
	}
	by := ""
	if askedAt != "" {
		by = t.Actor
	}
	_, err = t.Exec(`INSERT INTO changes (id, mapping, routes, state, since, origin, name, template, hash, guarded_hash, file_hash, base, author, asked_at, asked_by, reason, findings, effect, size, body, template_body, given_at, given_by, authors, made_from)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25)`, c.ID, c.Mapping, text(c.Routes), c.State, t.At, c.Origin, c.Name, c.Template, c.Hash, c.Guarded,
		c.FileHash, text(c.Base), c.Author, askedAt, by, c.Reason, text(c.Findings), text(c.Effects), len(c.Body), body, template, t.At, t.Actor, text(c.Authors), c.MadeFrom)
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

// Settle ends a change by what the runs have put in force: it is among that, or something else is; or its approval has
// ended, and ended says why.
func (j *Changes) Settle(ctx context.Context, c Change, to State, ended string) error {
	return ledger.In(ctx, j.Ledger, "settle a change of "+c.Mapping, func(t *ledger.Tx) error {
		if err := t.One(`UPDATE changes SET state = $1, since = $2, ended = $3 WHERE id = $4 AND state = $5`, to, t.At, ended, c.ID, c.State); err != nil {
			return err
		}
		var d ledger.Detail
		if ended != "" {
			d = ledger.Detail{"ended_by": ended}
		}
		return tell(t, "mapping change "+string(to), c, d)
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
