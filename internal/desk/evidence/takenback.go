package evidence

import (
	"context"
	"errors"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
)

// postingHeads are the columns of the debits and credits. A row with takes_back belongs to a document that replaces that
// one: it takes a line of it back, so that accounts add up to what stands in the books.
func postingHeads() []string {
	return []string{"doc_id", "line", "role", "account", "party", "debit", "credit", "currency", "tax_code", "refused", "takes_back"}
}

// takenBack writes the lines of earlier documents that a document takes back in its import file, after a number of its own
// lines: nothing where it replaces none.
func (m *maker) takenBack(ctx context.Context, t *table, d desk.ListedDoc, after int) error {
	parts, err := m.w.Journal.PartsOf(ctx, d.ID)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.Withdrawn || p.PostAs != records.PostReplace {
			continue
		}
		stand, err := m.standing(ctx, p.Basis)
		if err != nil {
			return err
		}
		for _, at := range stand {
			lines, currency, err := m.linesOf(ctx, at)
			if err != nil {
				return err
			}
			if len(lines) == 0 {
				err = t.row(d.ID, "", "", "", "", "", "", d.Currency, "", m.hide.text("what it takes back of document "+at.Doc+" is not kept any more"), at.Doc)
			}
			for _, l := range lines {
				if after++; err == nil {
					err = t.row(d.ID, strconv.Itoa(after), string(l.Role), l.Account, l.Party, fis.Text(l.Credit, currency), fis.Text(l.Debit, currency), currency, l.TaxCode, "", at.Doc)
				}
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// standing are the earlier documents of which the lines stand in the books: the last one that replaced others, and those
// that were added since.
func (m *maker) standing(ctx context.Context, basis []records.Place) (stand []records.Place, err error) {
	for _, at := range basis {
		parts, err := m.w.Journal.PartsOf(ctx, at.Doc)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			if p.FileID == at.File && p.PostAs == records.PostReplace {
				stand = nil
			}
		}
		stand = append(stand, at)
	}
	return stand, nil
}

// linesOf are the lines of an earlier document: those that the pack says of it, or, where it is not kept any more, what
// was written of it. They are nil where neither is known, and where a document that replaced others is only known by what it
// changed.
func (m *maker) linesOf(ctx context.Context, at records.Place) (lines []takeback.WrittenLine, currency string, err error) {
	d, err := m.w.Journal.Document(ctx, at.Doc)
	if err != nil {
		return nil, "", err
	}
	sides, err := reading.Postings(ctx, m.w, d)
	if err != nil {
		return nil, "", err
	}
	if sides != nil {
		for _, l := range sides.Lines {
			lines = append(lines, takeback.WrittenLine{Role: l.Role, Account: l.AccountCode, Party: l.Party, TaxCode: l.TaxCode, Debit: l.Debit, Credit: l.Credit})
		}
		return lines, sides.Currency, nil
	}
	data, err := m.w.Journal.Written(ctx, at)
	if errors.Is(err, ledger.ErrNotFound) || errors.Is(err, records.ErrDamaged) || d.PostAs == records.PostReplace {
		return nil, "", nil
	}
	if err != nil {
		return nil, "", err
	}
	w, err := takeback.ParseWritten(data)
	if err != nil {
		return nil, "", nil //nolint:nilerr // it is told as not kept
	}
	debit, credit := fis.Zero, fis.Zero
	for _, l := range w.Lines {
		debit, credit = debit.Add(l.Debit), credit.Add(l.Credit)
	}
	if !debit.Equal(credit) { // one side alone was written
		return nil, "", nil
	}
	return w.Lines, w.Currency, nil
}
