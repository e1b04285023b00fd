package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// usualRows is how many rows of a list status shows without --all.
const usualRows = 10

func newStatus(a *app) *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show where everything stands, and what needs a person",
		Long: `status shows on one screen: the last run, the login, the version of each mapping, documents by state, import files that are open, held documents
with their reasons, documents that wait for the ERP's answer (the oldest first; ! beyond warn_after_days), confirmations and payments that
are due or stuck, and the alarms with what to do about them. It changes nothing and works while a run is going on.

Exit code 3 when something needs a person.`,
		Example: "  fisbridge status\n  fisbridge status --all\n  fisbridge status --json | jq .needs_person",
		Args:    wantArgs(0, 0),
	}
	cmd.Flags().BoolVar(&all, "all", false, "whole lists, not only their first rows")
	cmd.RunE = a.action(func(ctx context.Context, _ []string) error {
		return a.looking(ctx, func(w *workspace) error {
			s, err := a.status(ctx, w, all)
			if err != nil {
				return err
			}
			if a.json {
				err = a.writeJSON(s)
			} else {
				s.text(a.stdout, a.width())
			}
			if err == nil && len(s.NeedsPerson) > 0 {
				return needsPerson()
			}
			return err
		})
	})
	return cmd
}

// status is where everything stands at one instant.
type status struct {
	At time.Time `json:"at"`
	// NeedsPerson is in a few words what Needs lists.
	NeedsPerson []string      `json:"needs_person"`
	Needs       journal.Needs `json:"needs"`
	LastRun     *lastRun      `json:"last_run"`

	Login     concur.Status        `json:"login"`
	Documents []journal.Standing   `json:"documents"`
	Files     listed[journal.File] `json:"open_files"`
	Held      listed[journal.Doc]  `json:"held"`
	Waiting   listed[journal.Doc]  `json:"waiting"`
	// Overdue documents were acknowledged more than WarnAfterDays ago and have no outcome yet; held ones are among them.
	Overdue       int                           `json:"overdue"`
	WarnAfterDays int                           `json:"warn_after_days"`
	Postings      []journal.Owed                `json:"posting_confirmations"`
	Payments      []journal.Owed                `json:"payment_confirmations"`
	StuckPostings listed[journal.Confirmation]  `json:"stuck_postings"`
	StuckPayments listed[journal.PaymentRecord] `json:"stuck_payments"`
	Results       listed[journal.ResultFile]    `json:"result_files_not_moved"`
	Alarms        []journal.Alarm               `json:"alarms"`
	// Restored says why no run works with this journal, and the way out; nil when it lies where it lives.
	Restored *restoredStatus `json:"restored,omitempty"`
	// Mappings are the versions in force, and changed workbooks that are not used.
	Mappings []journal.MappingVersion `json:"mappings"`

	fileNames map[int64]string // of the open files, ROUTE/NUMBER
}

// listed is a list, or its first rows, with the number of all.
type listed[T any] struct {
	Total int `json:"total"`
	First []T `json:"first"`
}

func listOf[T any](list []T, all bool) listed[T] {
	l := listed[T]{Total: len(list), First: list}
	if !all && len(list) > usualRows {
		l.First = list[:usualRows]
	}
	return l
}

// lastRun is the newest run. One that has not ended is going on, or was killed.
type lastRun struct {
	ID       int64     `json:"id"`
	Started  time.Time `json:"started_at"`
	Ended    time.Time `json:"ended_at,omitzero"`
	Exit     int       `json:"exit_code"`
	Problems []string  `json:"problems,omitempty"`
}

func (a *app) status(ctx context.Context, w *workspace, all bool) (*status, error) {
	var s *status
	err := w.j.Snapshot(ctx, func(j *journal.Journal) error {
		s = &status{At: a.now().UTC(), WarnAfterDays: w.cfg.WarnAfterDays}
		frozen := &workspace{cfg: w.cfg, j: j, log: w.log}
		for _, read := range []func() error{
			func() (err error) { s.Login, err = frozen.login(ctx, a); return err },
			func() error { return s.readRun(ctx, j) },
			func() (err error) { s.Documents, err = j.Standings(ctx); return err },
			func() error { return s.readLists(ctx, j, all) },
			func() error { return s.readConfirmations(ctx, j, all) },
			func() (err error) { s.Alarms, err = j.OpenAlarms(ctx); return err },
			func() (err error) { s.Mappings, err = j.LiveMappings(ctx); return err },
			func() (err error) {
				most := usualRows
				if all {
					most = 0
				}
				s.Needs, err = j.Needs(ctx, journal.NeedRulesAt(s.At, s.WarnAfterDays, most))
				return err
			},
		} {
			if err := read(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if s.Restored, err = a.restoredStatus(ctx, w); err != nil {
		return nil, err
	}
	if need, is := bridge.LoginNeed(s.Login); is {
		s.Needs.Add(need)
	}
	s.NeedsPerson = s.needs()
	return s, nil
}

func (s *status) readRun(ctx context.Context, j *journal.Journal) error {
	r, ok, err := j.LastRun(ctx)
	if err != nil || !ok {
		return err
	}
	s.LastRun = &lastRun{ID: r.ID, Started: r.Started, Ended: r.Ended, Exit: r.Exit}
	if r.Summary == "" {
		return nil
	}
	var summary struct {
		Problems []string `json:"problems"`
	}
	if err := json.Unmarshal([]byte(r.Summary), &summary); err != nil {
		return fmt.Errorf("summary of run %d: %w", r.ID, err)
	}
	s.LastRun.Problems = summary.Problems
	return nil
}

func (s *status) readLists(ctx context.Context, j *journal.Journal, all bool) error {
	files, err := j.FilesIn(ctx, journal.Numbered, journal.Uploading, journal.Renaming, journal.Dropped, journal.Refused)
	if err != nil {
		return err
	}
	held, err := j.DocumentsIn(ctx, "", 0, journal.Held)
	if err != nil {
		return err
	}
	waiting, err := j.Unanswered(ctx, 0)
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
		s.fileNames[f.ID] = fileLabel(f)
	}
	s.Files, s.Held, s.Waiting, s.Results = listOf(files, all), listOf(held, all), listOf(waiting, all), listOf(results, all)
	return nil
}

// due is the moment before which a document must have been acknowledged to be overdue.
func (s *status) due() time.Time { return s.At.AddDate(0, 0, -s.WarnAfterDays) }

func (s *status) overdue(d journal.Doc) bool {
	return s.WarnAfterDays > 0 && !d.AcknowledgedAt.IsZero() && d.AcknowledgedAt.Before(s.due())
}

func (s *status) readConfirmations(ctx context.Context, j *journal.Journal, all bool) (err error) {
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
	s.StuckPostings, s.StuckPayments = listOf(postings, all), listOf(payments, all)
	return nil
}

// needs says what a person has to look at, in a few words each; nothing when all is well.
func (s *status) needs() []string {
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

func (s *status) needWords(code journal.NeedCode, n int) string {
	switch code {
	case journal.NeedLogin:
		reason, _, _ := strings.Cut(s.Login.Warning, ":")
		return reason
	case journal.NeedMapping:
		return wording.Counted(n, "changed mapping") + " not used"
	case journal.NeedOverdue:
		return wording.Counted(n, "document") + " without an answer for more than " + wording.Counted(s.WarnAfterDays, "day")
	}
	return wording.Counted(n, string(code))
}
