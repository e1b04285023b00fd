package posting

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Totals are the sums of both sides.
func (r *Result) Totals() (debit, credit fis.Amount) {
	for i := range r.Lines {
		debit, credit = debit.Add(r.Lines[i].Debit), credit.Add(r.Lines[i].Credit)
	}
	return debit, credit
}

// Check proves that debits equal credits and that each line has a positive amount on one side only. Derive calls it;
// whoever changes lines calls it again.
func (r *Result) Check() error {
	for i := range r.Lines {
		l := &r.Lines[i]
		if l.Debit.IsNegative() || l.Credit.IsNegative() || l.Debit.IsZero() == l.Credit.IsZero() {
			return fmt.Errorf("line %d (%s): debit %s and credit %s: one side must be positive and the other one zero", i+1, l.Role, l.Debit, l.Credit)
		}
	}
	debit, credit := r.Totals()
	if !debit.Equal(credit) {
		return fmt.Errorf("debits of %s and credits of %s differ", fis.Text(debit, r.Currency), fis.Text(credit, r.Currency))
	}
	return nil
}
