package bridge

import (
	"github.com/fisbridge/fisbridge/internal/bridge/paying"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// payments holds what the result file tells of a document's payments against the document. What fits is owed to Concur;
// what does not is listed with its reason, and a person decides.
func (ap *applier) payments(p journal.Paying) error {
	verdicts, err := paying.Hold(ap.a, p, ap.routeOf(p.Doc).PaysFor(p.Doc.DocType), ap.b.cfg.Matching.AgainDays)
	if err != nil {
		return err
	}
	for _, v := range verdicts {
		before, err := ap.a.Asked(v.Row.Payment)
		if err != nil {
			return err
		}
		switch {
		case v.Problem != "" && before.Mark != "": // it was listed before
			err = ap.a.PaymentRepeated(p.Doc.ID, v.Row.Payment.Reference)
		case v.Problem != "":
			err = ap.a.ListPayment(v.Row.Line, v.Problem)
		case v.Repeated:
			err = ap.a.PaymentRepeated(p.Doc.ID, v.Row.Payment.Reference)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
