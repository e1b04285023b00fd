package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Status is where everything stands at one instant.
type Status struct {
	At time.Time `json:"at"`
	// NeedsPerson is in a few words what Needs lists.
	NeedsPerson []string      `json:"needs_person"`
	Needs       records.Needs `json:"needs"`
	LastRun     *LastRun      `json:"last_run"`

	Login     concur.Status        `json:"login"`
	Documents []records.Standing   `json:"documents"`
	Files     Listed[records.File] `json:"open_files"`
	Held      Listed[records.Doc]  `json:"held"`
	Waiting   Listed[records.Doc]  `json:"waiting"`
	// Overdue documents were acknowledged more than WarnAfterDays ago and have no outcome yet; held ones are among
	// them.
	Overdue       int                           `json:"overdue"`
	WarnAfterDays int                           `json:"warn_after_days"`
	Postings      []records.Owed                `json:"posting_confirmations"`
	Payments      []records.Owed                `json:"payment_confirmations"`
	StuckPostings Listed[records.Confirmation]  `json:"stuck_postings"`
	StuckPayments Listed[records.PaymentRecord] `json:"stuck_payments"`
	Results       Listed[records.ResultFile]    `json:"result_files_not_moved"`
	Alarms        []records.Alarm               `json:"alarms"`
	// Messages are what people are told of by mail and webhooks, and could not be delivered yet; nil: nothing waits in vain.
	Messages *telling.Outbox `json:"messages,omitempty"`
	// MissingReceipts cannot be had; of documents that are not finished, or of late. nil: there is none.
	MissingReceipts *MissingReceipts `json:"missing_receipts,omitempty"`
	// Restored says why no run works with this journal, and the way out; nil when it lies where it lives.
	Restored *RestoredStatus `json:"restored,omitempty"`
	// Mappings are the versions in force, and changed workbooks that are not used.
	Mappings []records.MappingVersion `json:"mappings"`

	fileNames map[int64]string // of the open files, ROUTE/NUMBER
}

// Listed is a list, or its first rows, with the number of all.
type Listed[T any] struct {
	Total int `json:"total"`
	First []T `json:"first"`
}

func listOf[T any](list []T, most int) Listed[T] {
	l := Listed[T]{Total: len(list), First: list}
	if most > 0 && len(list) > most {
		l.First = list[:most]
	}
	return l
}

// LastRun is the newest run. One that has not ended is going on, or was killed.
type LastRun struct {
	ID       int64     `json:"id"`
	Started  time.Time `json:"started_at"`
	Ended    time.Time `json:"ended_at,omitzero"`
	Exit     int       `json:"exit_code"`
	Problems []string  `json:"problems,omitempty"`
}

// Status tells where everything stands at this instant. Its lists have at most so many rows, all of them when most is
// 0.
func (w *Workspace) Status(ctx context.Context, most int) (*Status, error) {
	s := &Status{At: w.now().UTC(), WarnAfterDays: w.Config.WarnAfterDays}
	if err := w.Snapshot(ctx, func(w *Workspace) error { return s.read(ctx, w, most) }); err != nil {
		return nil, err
	}
	var err error
	if s.Restored, err = w.restoredStatus(ctx); err != nil {
		return nil, err
	}
	if need, is := bridge.LoginNeed(s.Login); is {
		s.Needs.Add(need)
	}
	s.NeedsPerson = s.needs()
	return s, nil
}

func (s *Status) read(ctx context.Context, w *Workspace, most int) error {
	for _, read := range []func() error{
		func() (err error) { s.Login, err = w.Login(ctx); return err },
		func() error { return s.readRun(ctx, w.Journal) },
		func() (err error) { s.Documents, err = w.Journal.Standings(ctx); return err },
		func() error { return s.readLists(ctx, w.Journal, most) },
		func() error { return s.readConfirmations(ctx, w.Journal, most) },
		func() (err error) { s.Alarms, err = w.Journal.OpenAlarms(ctx); return err },
		func() (err error) { s.MissingReceipts, err = missingReceipts(ctx, w.Journal, s.At); return err },
		func() (err error) { s.Mappings, err = w.Journal.LiveMappings(ctx); return err },
		func() error { return s.readMessages(ctx, w.Journal) },
		func() (err error) {
			s.Needs, err = w.Journal.Needs(ctx, records.NeedRulesAt(s.At, s.WarnAfterDays, most))
			return err
		},
	} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

func (s *Status) readRun(ctx context.Context, j *journal.Journal) error {
	r, ok, err := j.LastRun(ctx)
	if err != nil || !ok {
		return err
	}
	s.LastRun = &LastRun{ID: r.ID, Started: r.Started, Ended: r.Ended, Exit: r.Exit}
	s.LastRun.Problems, err = problemsOf(r)
	return err
}

// problemsOf are the failures of a run's steps.
func problemsOf(r records.Run) ([]string, error) {
	s, err := summaryOf(r)
	return s.Problems, err
}

// runSummary is what of a run's summary is shown without the rest.
type runSummary struct {
	Problems     []string `json:"problems"`
	LoginRefused string   `json:"login_refused"`
}

func summaryOf(r records.Run) (s runSummary, err error) {
	if r.Summary == "" {
		return s, nil
	}
	if err := json.Unmarshal([]byte(r.Summary), &s); err != nil {
		return s, fmt.Errorf("summary of run %d: %w", r.ID, err)
	}
	return s, nil
}

// ProblemsOfRun are the failures of a run's steps; none where its summary cannot be read.
func ProblemsOfRun(r records.Run) []string {
	problems, err := problemsOf(r)
	if err != nil {
		return nil
	}
	return problems
}

func (s *Status) readLists(ctx context.Context, j *journal.Journal, most int) error {
	files, err := j.FilesIn(ctx, records.Numbered, records.Uploading, records.Renaming, records.Dropped, records.Refused)
	if err != nil {
		return err
	}
	held, err := j.DocumentsIn(ctx, "", most, records.Held)
	if err != nil {
		return err
	}
	waiting, err := j.Unanswered(ctx, most)
	if err != nil {
		return err
	}
	results, err := j.ResultsUnmoved(ctx)
	if err != nil {
		return err
	}
	if s.WarnAfterDays > 0 {
		if s.Overdue, err = j.CountOverdue(ctx, s.due()); err != nil {
			return err
		}
	}
	s.fileNames = map[int64]string{}
	for _, f := range files {
		s.fileNames[f.ID] = FileLabel(f)
	}
	s.Files, s.Results = listOf(files, most), listOf(results, most)
	s.Held = Listed[records.Doc]{Total: s.number(records.Held), First: held}
	s.Waiting = Listed[records.Doc]{Total: s.number(records.Acknowledged, records.Filed), First: waiting}
	return nil
}

// number is how many documents are in some states.
func (s *Status) number(states ...records.State) (n int) {
	for _, d := range s.Documents {
		if slices.Contains(states, d.State) {
			n += d.Documents
		}
	}
	return n
}

// due is the moment before which a document must have been acknowledged to be overdue.
func (s *Status) due() time.Time { return s.At.AddDate(0, 0, -s.WarnAfterDays) }

// FileName is how people name an open import file, ROUTE/NUMBER.
func (s *Status) FileName(id int64) string { return s.fileNames[id] }

// IsOverdue reports whether a document was acknowledged too long ago and has no outcome yet.
func (s *Status) IsOverdue(d records.Doc) bool {
	return s.WarnAfterDays > 0 && !d.AcknowledgedAt.IsZero() && d.AcknowledgedAt.Before(s.due())
}

func (s *Status) readConfirmations(ctx context.Context, j *journal.Journal, most int) (err error) {
	if s.Postings, err = j.OwedPostings(ctx); err != nil {
		return err
	}
	if s.Payments, err = j.OwedPayments(ctx); err != nil {
		return err
	}
	postings, err := j.StuckConfirmations(ctx)
	if err != nil {
		return err
	}
	payments, err := j.StuckPayments(ctx)
	if err != nil {
		return err
	}
	for i := range payments { // who was paid is nobody's business here
		payments[i].Payment.ReceiverID, payments[i].Payment.ReceiverName = "", ""
	}
	s.StuckPostings, s.StuckPayments = listOf(postings, most), listOf(payments, most)
	return nil
}

// readMessages reads what could not be delivered.
func (s *Status) readMessages(ctx context.Context, j *journal.Journal) error {
	box, err := j.OutboxNow(ctx)
	if err == nil && box.Failing+len(box.Lost) > 0 {
		s.Messages = &box
	}
	return err
}

// needs says what a person has to look at, in a few words each; nothing when all is well.
func (s *Status) needs() []string {
	needs := []string{}
	for _, code := range s.Needs.Kinds() {
		needs = append(needs, s.needWords(code, s.Needs.Counts[code]))
	}
	if s.Restored != nil {
		needs = append(needs, "the journal is not where it lives, or older than it was: no run works with it")
	}
	if s.LastRun != nil && s.LastRun.Exit == ExitFailed {
		needs = append(needs, "the last run failed")
	}
	return needs
}

func (s *Status) needWords(code records.NeedCode, n int) string {
	switch code {
	case records.NeedLogin:
		reason, _, _ := strings.Cut(s.Login.Warning, ":")
		return reason
	case records.NeedMapping:
		return wording.Counted(n, "changed mapping") + " not used"
	case records.NeedStopped:
		return wording.Counted(n, "route") + wording.Either(n == 1, " is stopped", " are stopped")
	case records.NeedChange:
		return wording.Counted(n, "change") + " of mappings " + wording.Either(n == 1, "waits", "wait")
	case records.NeedOverdue:
		return wording.Counted(n, "document") + " without an answer for more than " + wording.Counted(s.WarnAfterDays, "day")
	}
	return wording.Counted(n, string(code))
}
