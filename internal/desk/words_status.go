package desk

import (
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Lasted is how long a run took.
func Lasted(d time.Duration) string { return d.Round(100 * time.Millisecond).String() }

// ExitWords tell how a run ended.
func ExitWords(exit int) string {
	switch exit {
	case ExitDone:
		return "all done"
	case ExitFailed:
		return "failed"
	case ExitNeedsPerson:
		return "done, something needs a person"
	case ExitInterrupted:
		return "interrupted; the next run goes on from there"
	}
	return fmt.Sprintf("exit code %d", exit)
}

// OwedWords tells how many confirmations or payments are in which state, and since when.
func OwedWords(s *Status, owed []journal.Owed) string {
	words := map[journal.ConfirmState]string{journal.Waiting: "wait", journal.Pending: "due", journal.Intended: "sent, answer open", journal.Stuck: "stuck", journal.Kept: "kept here", journal.Done: "told to Concur"}
	var parts []string
	for _, state := range []journal.ConfirmState{journal.Stuck, journal.Intended, journal.Pending, journal.Waiting, journal.Kept, journal.Done} {
		for _, o := range owed {
			if o.State != state {
				continue
			}
			part := fmt.Sprintf("%d %s", o.Count, words[state])
			if state != journal.Done && state != journal.Kept && o.Oldest.Before(s.At) {
				part += fmt.Sprintf(" (since %s)", wording.Age(s.At, o.Oldest))
			}
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
