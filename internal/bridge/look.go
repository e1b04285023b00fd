package bridge

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Kinds of lasting alarms about what a pass sees in folders and in the configuration, and what a note says that needs a
// person.
const (
	removedTrouble = records.RemovedRoute // documents and files that wait for a route which the configuration does not have
	noteTrouble    = "note"
)

// look notes something that needs a person, and lasts until a pass that looks there again sees it no more.
func (s *Summary) look(kind, subject string, r why.Reason) {
	for i, l := range s.lasting[kind] {
		if l.Subject == subject { // several steps look there
			s.lasting[kind][i].Why = r
			return
		}
	}
	s.last(kind, subject, r)
}

// note is something that a person should know. With lookMark before it, it is something that needs a person.
func (s *Summary) note(text string) {
	if message, needs := strings.CutPrefix(text, lookMark); needs {
		s.look(noteTrouble, message, why.New("note", "text", message))
	}
	s.said(text)
}

// said puts a text among the notes, once.
func (s *Summary) said(text string) {
	if !slices.Contains(s.Notes, text) {
		s.Notes = append(s.Notes, text)
	}
}

// lookMark begins notes that need a person; the list of what needs a person has them, too.
const lookMark = "look: "

// tellLooks settles the alarms of these kinds: what the pass did not see again is over, if it could see everything.
func (b *Bridge) tellLooks(ctx context.Context, s *Summary, kinds ...string) error {
	settled := records.SettledItself
	if s.partly || len(s.errs) > 0 || ctx.Err() != nil {
		settled = ""
	}
	var errs []error
	for _, kind := range kinds {
		errs = append(errs, b.j.LastingAlarms(context.WithoutCancel(ctx), kind, s.lasting[kind], settled))
	}
	return errors.Join(errs...)
}

// sameAlarms compares which alarms were open before a pass and are now.
func sameAlarms(before, now []records.Alarm) bool {
	return slices.EqualFunc(before, now,
		func(a, b records.Alarm) bool { return a.ID == b.ID && a.Message == b.Message })
}
