package desk

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// standings are documents in every state, in every state of their file and of what Concur was told.
func standings() (all []Standing) {
	doc := func(s records.State, c records.Cause) Standing {
		return Standing{Doc: records.Doc{ID: "D1", State: s, Cause: c, Reason: "the reason"}}
	}
	for _, state := range records.States() {
		for _, cause := range []records.Cause{"", records.CauseWaits, records.CauseRevision, records.CausePerson} {
			all = append(all, doc(state, cause))
		}
		for _, fileState := range []records.FileState{records.Numbered, records.Uploading, records.Renaming, records.Dropped, records.Accepted, records.Answered, records.Refused, records.Withdrawn} {
			s := doc(state, "")
			s.file = &records.File{Route: "expenses", Sequence: 7, State: fileState}
			all = append(all, s)
		}
		for _, told := range []records.ConfirmState{records.Waiting, records.Pending, records.Intended, records.Done, records.Stuck} {
			for stuck := range 2 {
				s := doc(state, "")
				s.told, s.stuckPays = &records.Confirmation{State: told, Outcome: fis.Outcome{Number: "4711"}}, stuck
				all = append(all, s)
			}
		}
	}
	return all
}

// Every state has a sentence of its own, whose values are all there, and a code that names it for machines.
func TestEveryStandingHasWords(t *testing.T) {
	used := map[string]bool{"other": true, "moved": true}
	for _, s := range standings() {
		w := s.Why()
		if is, _ := w.Words(); is == "" || w.Code == "other" {
			t.Errorf("%s, %s: the code %q has no sentence", s.State, s.Cause, w.Code)
		}
		used[w.Code] = true
		is, out := w.Words()
		if is == "" || strings.ContainsAny(is+out, "{}") || strings.Contains(is, "()") || strings.Contains(is+out, "file ,") {
			t.Errorf("%s: %q, %q", w.Code, is, out)
		}
	}
	for _, state := range []records.FileState{records.Numbered, records.Dropped, records.Answered, records.Refused, records.Withdrawn} {
		err := fileRefused(records.File{Name: "a.csv", Route: "expenses", Sequence: 7, State: state, Reason: "the reason"}, "reissued")
		refused, is := err.(*Error) //nolint:errorlint // it is what the function gives
		if !is || refused.Why == nil {
			t.Fatalf("%s: %v has no code", state, err)
		}
		used[refused.Why.Code] = true
		if strings.ContainsAny(refused.Error()+refused.Hint.String(), "{}") || !strings.HasPrefix(refused.Error(), "import file a.csv cannot be reissued: ") {
			t.Errorf("%s: %v; %s", state, err, refused.Hint)
		}
	}
	if len(used) < 30 {
		t.Errorf("%d codes are used; there are more standings", len(used))
	}
}

// What a page offers is what the act then takes.
func TestActsAreThoseThatAreTaken(t *testing.T) {
	for _, s := range standings() {
		can := map[string]bool{}
		for _, a := range s.Why().Acts {
			can[a] = true
		}
		if can["hold"] != (s.State == records.Acknowledged) {
			t.Errorf("%s: hold is offered %v", s.Why().Code, can["hold"])
		}
		if can["release"] || can["release-add"] {
			if s.State != records.Held || s.file != nil {
				t.Errorf("%s: release is offered and would be refused", s.Why().Code)
			}
		}
		if can["mark"] && !s.markable() {
			t.Errorf("%s: mark is offered and would be refused", s.Why().Code)
		}
	}
}
