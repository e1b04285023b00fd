package posting

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Beside is what is to be said of a document whose rows a template takes directly, and not as posting lines: the error is
// a *Refusal, for what must not go out however it is written. Fields not in reads are in no row.
func Beside(doc *fis.Document, reads map[string]bool) (warnings []Problem, err error) {
	if doc.DocType.Commits() {
		return committable(doc)
	}
	if doc.DocType != fis.Payroll {
		return nil, nil
	}
	if reads["wageType"] {
		if wrong := wagesWithoutAmount(doc); len(wrong) > 0 {
			return nil, &Refusal{doc.Name(), wrong}
		}
	}
	return PayrollWarnings(doc), nil
}

// wagesWithoutAmount are the wage types of which nobody knows what is to be paid.
func wagesWithoutAmount(doc *fis.Document) []Problem {
	d := deriver{doc: doc}
	for i, entry := range d.list(doc.Root, "expenseEntry", where{}) {
		w := where{entry: entry.Str("entryId")}.in("expenseEntry", i)
		for k, row := range d.list(entry, "payrollData", w) {
			d.needed(row, "entryApprovedAmount", w.in("payrollData", k))
		}
	}
	return d.problems
}

// PayrollWarnings are remarks about a payroll document, which has no posting lines: wage types that do not add up to
// their entry, and entries that do not add up to the report. The vendor does not say that they must, so they stop
// nothing.
func PayrollWarnings(doc *fis.Document) (out []Problem) {
	currency := doc.Currency()
	differ := func(r Reason, entry, place string, states, sum fis.Amount, what string) {
		if !states.Equal(sum) {
			out = append(out, Problem{r, entry, place, say.F("states %s, %s add up to %s", fis.Text(states, currency),
				what, fis.Text(sum, currency))})
		}
	}
	total, known := fis.Zero, true
	for i, entry := range doc.Root.List("expenseEntry") {
		approved, present, err := entry.Amount("entryApprovedAmount")
		if err != nil || !present {
			known = false
			continue
		}
		if entry.Str("entryIsPersonal") != "Y" {
			total = total.Add(approved)
		}
		rows := entry.List("payrollData")
		sum, all := fis.Zero, len(rows) > 0 // an entry without wage types is none of payroll's business
		for _, row := range rows {
			a, there, err := row.Amount("entryApprovedAmount")
			all = all && there && err == nil
			sum = sum.Add(a)
		}
		if all {
			place := fmt.Sprintf("expenseEntry[%d].entryApprovedAmount", i)
			differ(ApprovedMismatch, entry.Str("entryId"), place, approved, sum, "the wage types")
		}
	}
	states, present, err := doc.Root.Get("report").Amount("totalApprovedAmount")
	if known && present && err == nil {
		differ(TotalMismatch, "", "report.totalApprovedAmount", states, total, "the entries")
	}
	return out
}
