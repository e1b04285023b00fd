package desk

import (
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/records"
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
func OwedWords(s *Status, owed []records.Owed) string {
	words := map[records.ConfirmState]string{records.Waiting: "wait", records.Pending: "due", records.Intended: "sent, answer open", records.Stuck: "stuck", records.Kept: "kept here", records.Done: "told to Concur"}
	var parts []string
	for _, state := range []records.ConfirmState{records.Stuck, records.Intended, records.Pending, records.Waiting, records.Kept, records.Done} {
		for _, o := range owed {
			if o.State != state {
				continue
			}
			part := fmt.Sprintf("%d %s", o.Count, words[state])
			if state != records.Done && state != records.Kept && o.Oldest.Before(s.At) {
				part += fmt.Sprintf(" (since %s)", wording.Age(s.At, o.Oldest))
			}
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
