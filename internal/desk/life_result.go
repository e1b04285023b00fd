package desk

import (
	"context"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/say"
)

// ResultLife is everything that is known of a result file; of its lines, those that could not be used.
type ResultLife struct {
	records.ResultFile
	HasBytes bool         `json:"has_bytes"`
	Listed   []ListedLine `json:"listed"`
	// Unclaimed are payments in a file of all routes that are of no document of ours.
	Unclaimed []records.AskedLine `json:"unclaimed,omitempty"`
	// Aged is how many further ones were nobody's for so long that they have left the list.
	Aged    int             `json:"unclaimed_aged,omitempty"`
	Alarms  []records.Alarm `json:"alarms"`
	History []ledger.Event  `json:"history"`
}

// ListedLine is a line that became neither an outcome nor a payment, and why.
type ListedLine struct {
	Line    int    `json:"line"`
	DocID   string `json:"doc_id,omitempty"`
	Problem string `json:"problem"`
	// Mark is what a person said about a payment that does not fit: asked, valid, invalid; empty for other lines.
	Mark records.PaymentMark `json:"mark,omitempty"`
	// May are the documents that a payment may be of, of which nobody knows the document.
	May []records.MayBe `json:"may,omitempty"`
}

// Words is the reason, and what a person has said since.
func (l ListedLine) Words() string {
	if l.Mark == "" || l.Mark == records.PaymentAsked {
		return l.Problem
	}
	return l.Problem + " (marked " + string(l.Mark) + ")"
}

// ResultBytes are the bytes of a result file, as it was collected.
func (w *Workspace) ResultBytes(ctx context.Context, r records.ResultFile) (io.ReadCloser, error) {
	has, err := w.Journal.HasBytes(ctx, 0, r.ID)
	switch {
	case err != nil:
		return nil, err
	case has || r.Size == 0:
		return w.Journal.ResultBytes(ctx, r.ID), nil
	case r.State == records.Repeated:
		return nil, &Error{Code: ExitFailed, Err: say.Errorf("result file %s repeats an earlier one byte for byte and was not kept twice", r.Name), Hint: say.F("its history names the earlier one: fisbridge show result %d", r.ID)}
	}
	return nil, agedOut(say.F("result file %s", r.Name), say.F("it lies in %s of the return folder, unless somebody took it away", r.MovedTo))
}

// ResultLife tells everything that is known of a result file.
func (w *Workspace) ResultLife(ctx context.Context, r records.ResultFile) (*ResultLife, error) {
	has, err := w.Journal.HasBytes(ctx, 0, r.ID)
	if err != nil {
		return nil, err
	}
	life := &ResultLife{ResultFile: r, HasBytes: has}
	asked, err := w.Journal.AskedIn(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	may := map[int][]records.MayBe{}
	for _, l := range asked {
		may[l.Line] = l.May
		switch l.Mark {
		case records.PaymentUnclaimed:
			life.Unclaimed = append(life.Unclaimed, l)
		case records.PaymentAged:
			life.Aged++
		}
	}
	if err := w.Journal.ResultRows(ctx, r.ID, true, func(row records.ResultRow) error {
		life.Listed = append(life.Listed, ListedLine{row.Line, row.DocID, row.Problem, row.Mark, may[row.Line]})
		return nil
	}); err != nil {
		return nil, err
	}
	if life.Alarms, err = w.Journal.AlarmsAbout(ctx, fmt.Sprintf("result %d", r.ID)); err != nil {
		return nil, err
	}
	all, err := w.Journal.History(ctx, "", 0, r.ID)
	if err != nil {
		return nil, err
	}
	life.History = ofNoDocument(all) // what it meant for single documents stands in their own history
	return life, nil
}
