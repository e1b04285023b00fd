package records

import (
	"cmp"
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// InPlaceOfNumber is what Concur is told as the document number where the ERP gives none, for it wants one: what can be looked
// up in the ERP, the name of the import file. Of a document without any (one that changes nothing has that of the one before
// it) it is the id of the report, as SAP's own connector answers where nothing was posted.
func (j *Records) InPlaceOfNumber(ctx context.Context, d Doc) (string, error) {
	file := d.FileID
	for i := len(d.Basis) - 1; i >= 0 && file == 0; i-- {
		file = d.Basis[i].File
	}
	f, err := j.File(ctx, file)
	if file == 0 || errors.Is(err, ledger.ErrNotFound) {
		return cmp.Or(d.ReportID, d.ID), nil
	}
	return f.Name, err
}
