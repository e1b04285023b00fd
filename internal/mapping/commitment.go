package mapping

import (
	"errors"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// An obligation says what is to be set aside, at each step of its workflow anew. What has to be posted is the difference
// to what was set aside before, and that the journal knows, not the document.

// Posts reports whether documents of the type are written as posting lines: expenses, invoices and advances always,
// obligations where the template has records of posting lines.
func (p *Plan) Posts(t fis.DocType) bool { return t.HasPostingLines() || p.PostsCommitments(t) }

// PostsCommitments reports whether the commitments of documents of the type are written as posting lines.
func (p *Plan) PostsCommitments(t fis.DocType) bool {
	return t.Commits() && slices.ContainsFunc(p.records, func(r Record) bool {
		return slices.Contains(r.repeat, template.RepeatPosting)
	})
}

// derive makes the posting lines of a document. rest is the revision that they are still to be held against, nil when
// they are the difference already.
func (w *Worker) derive(doc *fis.Document, rev *Revision) (post *posting.Result, rest *Revision, err error) {
	opt := w.plan.posting
	opt.Combined, w.combined = w.combined, false
	if !doc.DocType.Commits() {
		post, err = w.deriver.Derive(doc, opt)
		return post, rev, unposted(doc.ID, err)
	}
	if rev == nil {
		post, err = deriveCommitment(doc, opt)
		return post, nil, err
	}
	earlier := doc.Earlier()
	switch asks := doc.Instruction(); {
	case asks == fis.Release, asks != fis.FundsCheck && earlier == nil:
		opt.Stated = true
		post, err = deriveCommitment(doc, opt)
		return post, rev, err
	case asks != fis.FundsCheck:
		if err := takeback.SameAsCommitted(doc, earlier, rev.Written, w.plan.posting.Round); err != nil {
			return nil, nil, err
		}
	}
	if post, err = deriveCommitment(doc, opt); err != nil {
		return nil, nil, err
	}
	nothing := len(post.Lines) == 0 && doc.Instruction() != fis.FundsCheck
	w.doc.Change = &takeback.Change{NewLines: len(post.Lines), Unchanged: nothing}
	var amounts []takeback.AccountAmount
	for i := range post.Lines {
		l := posting.Written{Line: post.Lines[i]}
		amounts = append(amounts, takeback.AccountAmount{Account: w.accountOf(&l), Debit: l.Debit, Credit: l.Credit})
	}
	w.doc.Change.AddNow(amounts)
	w.doc.Change.Now = takeback.RowsOf(amounts)
	return post, nil, nil
}

func unposted(id string, err error) error {
	if err == nil {
		return nil
	}
	return refusal.Unposted(id, err)
}

// deriveCommitment makes the lines of an obligation. A question, and a release whose rows are not there, have none, and
// are no mistake: the journal knows what is to be released.
func deriveCommitment(doc *fis.Document, opt posting.Options) (*posting.Result, error) {
	post, err := posting.Derive(doc, opt)
	var no *posting.Refusal
	if errors.As(err, &no) && !slices.ContainsFunc(no.Problems, func(p posting.Problem) bool {
		return p.Reason != posting.FundsCheck && (p.Reason != posting.NoRows || doc.Instruction() != fis.Release)
	}) {
		return &posting.Result{DocID: doc.ID, DocType: doc.DocType, Currency: doc.Currency()}, nil
	}
	return post, unposted(doc.ID, err)
}
