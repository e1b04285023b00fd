package mapping

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// A template whose rows are those of the document itself (an extract of journal rows, wage types) has no posting lines
// to take back. A replacing document of such a route carries the rows of the earlier ones too, with payer and payee
// exchanged and every amount negative. The rows of then are made by the mapping of then, so it must be the same.

// reviseRows makes of a replacing document one with the rows of the earlier ones taken back. Its change is told by
// account, or by wage type.
func (w *Worker) reviseRows(in Input) (fis.Envelope, *takeback.Change, error) {
	env, rev := in.Envelope, in.Revision
	refuse := func(format string, args ...any) (fis.Envelope, *takeback.Change, error) {
		return env, nil, refusal.OfRevision(env.ID, format, args...)
	}
	combined, same, err := takeback.WithRowsBefore(env, rev.Earlier)
	if err != nil {
		return refuse("%s", err)
	}
	now, warnings, err := w.accountAmounts(env)
	if err != nil {
		return env, nil, err
	}
	c := &takeback.Change{NewLines: len(now), Warnings: warnings, Unchanged: same}
	var old []takeback.AccountAmount
	for _, e := range rev.Earlier {
		rows, _, err := w.accountAmounts(e)
		if err != nil {
			return refuse("document %s: %s", e.ID, err)
		}
		old = append(old, rows...)
	}
	c.OldLines = len(old)
	c.AddNow(now)
	c.AddBefore(old)
	c.Before, c.Now = takeback.RowsOf(old), takeback.RowsOf(now)
	return combined, c, nil
}

// accountAmounts are the posting lines of a document, or the wage types of one that has none.
func (w *Worker) accountAmounts(env fis.Envelope) (rows []takeback.AccountAmount, warnings []refusal.Problem,
	err error) {
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		return nil, nil, refusal.Unreadable(env, err)
	}
	if !doc.DocType.HasPostingLines() {
		return takeback.WageAmounts(doc), nil, nil
	}
	post, err := posting.Derive(doc, w.plan.posting)
	if err != nil {
		return nil, nil, refusal.Unposted(doc.ID, err)
	}
	for _, p := range post.Warnings {
		warnings = append(warnings, refusal.OfPosting(p))
	}
	for i := range post.Lines {
		l := posting.Written{Line: post.Lines[i]}
		rows = append(rows, takeback.AccountAmount{Account: w.accountOf(&l), Debit: l.Debit, Credit: l.Credit})
	}
	return rows, warnings, nil
}
