package records

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Brief is a document as far as an answer about it needs it. A result file speaks of a million of them, and each column
// that is read takes its time.
type Brief struct {
	ID       string
	DocType  fis.DocType
	Route    string
	State    State
	ReportID string
	Currency string
	Amount   fis.Amount
	FileID   int64
}

// Brief is the same document.
func (d *Doc) Brief() Brief {
	return Brief{d.ID, d.DocType, d.Route, d.State, d.ReportID, d.Currency, d.Amount, d.FileID}
}

// BriefColumnsOf are those of documents, or of another name of that table, that ScanBrief reads.
func BriefColumnsOf(alias string) string {
	columns := [...]string{"doc_id", "doc_type", "route", "state", "report_id", "currency", "amount", "file_id"}
	return alias + "." + strings.Join(columns[:], ", "+alias+".")
}

// ScanBrief reads BriefColumnsOf, and what stands behind them.
func ScanBrief(s interface{ Scan(...any) error }, extra ...any) (b Brief, err error) {
	var amount string
	err = s.Scan(append([]any{&b.ID, &b.DocType, &b.Route, &b.State, &b.ReportID, &b.Currency, &amount, &b.FileID}, extra...)...)
	if err == nil {
		b.Amount, err = fis.ParseAmount(amount)
	}
	return b, err
}
