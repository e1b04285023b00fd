package bridge

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// An obligation wants an answer while somebody waits. A route may say what is answered to an instruction without the ERP:
// then Concur is told in the run that fetched it, before anything else is done.

// leaves reports whether the route leaves an obligation in Concur for what it asks.
func (r *route) leaves(doc *fis.Document) bool {
	return doc.DocType.Commits() && r.InstructionFor(doc.Instruction()).Do == config.InstructionLeave
}

// answers reports whether the route answers any instruction by a rule.
func (r *route) answers() bool {
	for _, i := range r.Instructions {
		if i.Do == config.InstructionAnswer {
			return true
		}
	}
	return false
}

// answerAll answers what routes answer by a rule, and tells Concur at once.
func (b *Bridge) answerAll(ctx context.Context, s *Summary) error {
	var errs []error
	answered := 0
	for _, r := range b.usable() {
		if !r.answers() {
			continue
		}
		n, err := b.answerRoute(ctx, r, s)
		answered += n
		if err != nil {
			errs = append(errs, fmt.Errorf("route %s: %w", r.Name, err))
		}
	}
	if answered > 0 && !s.noLogin {
		errs = append(errs, b.confirmPostings(ctx, s))
	}
	return errors.Join(errs...)
}

func (b *Bridge) answerRoute(ctx context.Context, r *route, s *Summary) (answered int, err error) {
	docs, err := b.j.DocumentsIn(ctx, r.Name, 0, records.Acknowledged)
	if err != nil {
		return 0, err
	}
	parser := fis.NewParser(nil)
	held := map[string]journal.Hold{}
	for _, d := range docs {
		if !d.DocType.Commits() {
			continue
		}
		env, err := b.j.Payload(ctx, d.ID)
		if err != nil {
			return answered, err
		}
		doc, err := parser.Parse(env)
		if err != nil {
			continue // it is held when it is to go into a file
		}
		rule := r.InstructionFor(doc.Instruction())
		if rule.Do != config.InstructionAnswer {
			continue
		}
		o, err := b.answer(r, doc, rule)
		if err != nil {
			held[d.ID] = journal.Hold{Cause: records.CauseMapping, Reason: why.New("instruction-undecided",
				"route", r.Name, "instruction", doc.Instruction(), "problem", err)}
			continue
		}
		err = b.j.AnswerByRule(ctx, d.ID, doc.Instruction(), rule.SuccessWhen, o)
		if errors.Is(err, ledger.ErrStale) {
			continue // moved meanwhile
		}
		if err != nil {
			return answered, err
		}
		answered++
		if o.Verdict == fis.Posted {
			s.Posted++
		} else {
			s.Rejected++
		}
	}
	if len(held) > 0 {
		n, err := b.j.HoldAll(ctx, held)
		s.Held += n
		return answered, err
	}
	return answered, nil
}

// The document numbers with which SAP's own connector answered what has none of the ERP.
const (
	numberOfCheck   = "FUNDSCHECK"
	numberOfRelease = "ZERO-RELEA"
)

// answer is what the rule says to a document.
func (b *Bridge) answer(r *route, doc *fis.Document, rule config.Instruction) (fis.Outcome, error) {
	if c := r.rules[doc.Instruction()]; c != nil {
		yes, err := c.Match(doc)
		if err != nil {
			return fis.Outcome{}, err
		}
		if !yes {
			return fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: rule.Message}}}, nil
		}
	}
	day := b.now().In(b.cfg.Schedule.Zone())
	o := fis.Outcome{Verdict: fis.Posted, Number: rule.Number, Posted: fis.DateOf(day), FiscalYear: strconv.Itoa(day.Year())}
	switch {
	case o.Number != "":
	case doc.Instruction() == fis.FundsCheck:
		o.Number = numberOfCheck
	case doc.Instruction() == fis.Release:
		o.Number = numberOfRelease
	default:
		if o.Number = doc.ReportNumber(); o.Number == "" {
			o.Number = doc.ReportID()
		}
	}
	return o, nil
}
