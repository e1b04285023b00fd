package desk

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/desk/reconcile"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// ListKinds are the things that can be listed.
func ListKinds() []string {
	return []string{"documents", "rejected", "files", "results", "payments", "lines", "alarms"}
}

// StatesOf are the states that things of a kind can be in.
func StatesOf(kind string) (out []string) {
	switch kind {
	case "documents":
		for _, s := range records.States() {
			out = append(out, string(s))
		}
	case "files":
		for _, s := range []records.FileState{records.Numbered, records.Uploading, records.Renaming, records.Dropped, records.Accepted, records.Answered, records.Refused, records.Withdrawn} {
			out = append(out, string(s))
		}
	case "results":
		for _, s := range []records.ResultState{records.Collected, records.Applied, records.Unreadable, records.Repeated} {
			out = append(out, string(s))
		}
	case "payments":
		for _, s := range []records.ConfirmState{records.Waiting, records.Pending, records.Intended, records.Done, records.Stuck, records.Kept} {
			out = append(out, string(s))
		}
	case "lines":
		out = []string{string(records.PaymentAsked), string(records.PaymentValid), string(records.PaymentInvalid), string(records.PaymentUnclaimed), string(records.PaymentAged), string(records.PaymentTold)}
	case "alarms":
		out = []string{"open", "resolved"}
	}
	return out
}

// ListFilters are the filters that mean something for a kind of list.
func ListFilters(kind string) []string {
	switch kind {
	case "documents", "rejected":
		return []string{"type", "employee", "amount", "route", "find"}
	case "payments":
		return []string{"type", "employee", "amount", "route"}
	case "files":
		return []string{"amount", "route"}
	case "lines":
		return []string{"amount", "route"}
	case "results":
		return []string{"route"}
	}
	return nil
}

// Sums are how many documents, files, results and confirmations are in each state, and the amounts of documents:
// nothing is counted for it.
func (w *Workspace) Sums(ctx context.Context, kinds ...records.SumKind) ([]records.KeptSum, error) {
	return w.Journal.Sums(ctx, kinds...)
}

// ListDocuments is a page of documents, the latest first.
func (w *Workspace) ListDocuments(ctx context.Context, f records.Filter) (records.Page[records.ListedDoc], error) {
	return w.Journal.ListDocuments(ctx, f)
}

// ListFiles is a page of import files, the latest first.
func (w *Workspace) ListFiles(ctx context.Context, f records.Filter) (records.Page[records.File], error) {
	return w.Journal.ListFiles(ctx, f)
}

// ListResults is a page of result files, the latest first.
func (w *Workspace) ListResults(ctx context.Context, f records.Filter) (records.Page[records.ResultFile], error) {
	return w.Journal.ListResults(ctx, f)
}

// ListPayments is a page of payments, the latest first.
func (w *Workspace) ListPayments(ctx context.Context, f records.Filter) (records.Page[records.PaidRow], error) {
	return w.Journal.ListPayments(ctx, f)
}

// ListAsked is a page of the payments in result files that people are or were asked about, the latest file first.
func (w *Workspace) ListAsked(ctx context.Context, f records.Filter) (records.Page[records.AskedLine], error) {
	return w.Journal.ListAsked(ctx, f)
}

// ListAlarms is a page of alarms, the latest first.
func (w *Workspace) ListAlarms(ctx context.Context, f records.Filter) (records.Page[records.Alarm], error) {
	return w.Journal.ListAlarms(ctx, f)
}

// DocumentsIn are documents in some states, at most so many; all when most is 0.
func (w *Workspace) DocumentsIn(ctx context.Context, most int, states ...State) ([]Doc, error) {
	return w.Journal.DocumentsIn(ctx, "", most, states...)
}

// FilesThatCount are the import files that were not withdrawn.
func (w *Workspace) FilesThatCount(ctx context.Context) ([]File, error) {
	return w.Journal.FilesIn(ctx, records.Numbered, records.Uploading, records.Renaming, records.Dropped, records.Accepted, records.Answered, records.Refused)
}

// ResultsIn are the result files in some states.
func (w *Workspace) ResultsIn(ctx context.Context, states ...ResultState) ([]ResultFile, error) {
	return w.Journal.ResultsIn(ctx, states...)
}

// OpenAlarms are the alarms that nobody has resolved.
func (w *Workspace) OpenAlarms(ctx context.Context) ([]Alarm, error) {
	return w.Journal.OpenAlarms(ctx)
}

// Reconcile adds up the whole journal, or a part of it, and reads its import files; progress is told how many of them
// were read, nil when nobody waits.
func (w *Workspace) Reconcile(ctx context.Context, sel Selection, progress func(done, total int)) (reconcile.Reconciliation, error) {
	return reconcile.Run(ctx, w.Journal, sel, w.clearFile, progress)
}
