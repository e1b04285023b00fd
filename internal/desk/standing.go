package desk

import (
	"context"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// What a command refuses is told with the state that forbids it, and with the way out.

// Standing is how far a document is, for one who wants to do something with it.
type Standing struct {
	journal.Doc
	file      *journal.File // that holds it and was not withdrawn
	told      *journal.Confirmation
	stuckPays int
}

func standingOf(ctx context.Context, j *journal.Journal, d journal.Doc) (s Standing, err error) {
	s.Doc = d
	parts, err := j.PartsOf(ctx, d.ID)
	if err != nil {
		return s, err
	}
	for _, p := range parts {
		if p.Withdrawn {
			continue
		}
		f, err := j.File(ctx, p.FileID)
		if err != nil {
			return s, err
		}
		s.file = &f
	}
	if c, ok, err := j.ConfirmationOf(ctx, d.ID); err != nil {
		return s, err
	} else if ok {
		s.told = &c
	}
	payments, err := j.PaymentsOf(ctx, d.ID)
	for _, p := range payments {
		if p.State == journal.Stuck {
			s.stuckPays++
		}
	}
	return s, err
}

// refused tells why something cannot be done with the document, and what can.
func (s Standing) refused(cannot string) error {
	is, out := s.words()
	return &Error{Code: ExitFailed, Err: fmt.Errorf("document %s cannot be %s: %s", s.ID, cannot, is), Hint: out}
}

// words tell what the document is and what can be done about it.
func (s Standing) words() (is, out string) {
	switch s.State {
	case journal.Left:
		return "it was left in Concur (" + s.Reason + ")", "it is not ours; when a route takes it, the next fisbridge run fetches it"
	case journal.Stored:
		return "whether Concur has locked it for us is not known yet", "fisbridge run finds out"
	case journal.Acknowledged:
		if s.Cause == journal.CauseWaits {
			return "it " + s.Reason, s.act("hold", "reject")
		}
		return "it waits for the next import file", s.act("hold", "reject")
	case journal.Held:
		if s.file != nil {
			return fmt.Sprintf("it is held, and its import file %s was not withdrawn", FileLabel(*s.file)), fmt.Sprintf("fisbridge reissue %s --reason …   (with --without %s to reject it)", FileLabel(*s.file), s.ID)
		}
		if s.Cause == journal.CauseRevision {
			return "it is held: " + s.Reason, s.revisionWays()
		}
		return "it is held: " + s.Reason, s.act("release", "reject")
	case journal.Filed:
		return s.filed()
	case journal.Posted, journal.Rejected:
		return s.settled()
	case journal.Recalled:
		return "it was recalled in Concur", "nothing is to be done: it returns under a new docId when it is approved again"
	case journal.Foreign:
		return "it is not ours: " + s.Reason, "find out which system posts this company's documents; every installation needs a system_id of its own"
	case journal.Gone:
		return "Concur does not know it any more", "nothing is to be done: its report comes back under a new docId when it is approved again"
	}
	return "it is " + string(s.State), ""
}

func (s Standing) act(commands ...string) string {
	text := ""
	for i, c := range commands {
		text += wording.Either(i == 0, "", "   or   ") + fmt.Sprintf("fisbridge %s %s --reason …", c, s.ID)
	}
	return text
}

func (s Standing) filed() (is, out string) {
	if s.file == nil {
		return "it is filed, but no import file holds it", "fisbridge report shows what does not tie out"
	}
	label := FileLabel(*s.file)
	switch s.file.State {
	case journal.Numbered, journal.Uploading, journal.Renaming:
		return fmt.Sprintf("it is in import file %s, which is on its way to the ERP (%s)", label, s.file.State), "fisbridge run delivers the file; then say what the ERP did with the document"
	}
	return fmt.Sprintf("it is in import file %s, which the ERP has (%s)", label, s.file.State),
		fmt.Sprintf("wait for the ERP's answer; where people know it: fisbridge mark document %s posted --number N --reason …  (or rejected); when the ERP took nothing of the file: fisbridge reissue %s --without %s --reason …", s.ID, label, s.ID)
}

func (s Standing) settled() (is, out string) {
	is = "it is rejected"
	if s.State == journal.Posted {
		is = "the ERP has posted it"
		if s.told != nil && s.told.Outcome.Number != "" {
			is += " as " + s.told.Outcome.Number
		}
	}
	again := fmt.Sprintf("fisbridge retry document %s --reason …   or, when it is settled in Concur,   fisbridge mark document %s settled --reason …", s.ID, s.ID)
	switch {
	case s.told == nil:
		return is, ""
	case s.told.State == journal.Stuck:
		return is + ", and telling Concur is stuck", again
	case s.stuckPays > 0:
		return is + ", and a payment of it is stuck", again
	case s.told.State == journal.Intended:
		return is + ", and Concur may have been told: the answer is not known", "fisbridge run finds out"
	case s.told.State != journal.Done:
		return is + ", and Concur is to be told", fmt.Sprintf("when that is wrong: fisbridge mark document %s posted --number N --reason …  (or rejected), before the next run tells Concur", s.ID)
	case s.State == journal.Rejected:
		return is + ", and Concur knows it", "the report is corrected in Concur, and returns under a new docId when it is approved again"
	}
	return is + ", and Concur knows it", "when that is wrong: reverse it in the ERP, and ask a processor to recall the report in Concur; it returns under a new docId"
}

// markable: Concur was told nothing, and the document is ours and not on its way.
func (s Standing) markable() bool {
	switch s.State {
	case journal.Acknowledged, journal.Held, journal.Posted, journal.Rejected:
	case journal.Filed:
		if s.file != nil && s.file.State != journal.Dropped && s.file.State != journal.Refused {
			return false
		}
	default:
		return false
	}
	return s.told == nil || s.told.State != journal.Done && s.told.State != journal.Intended
}

// fileRefused tells why an import file cannot be withdrawn, or is not in doubt, and what can be done.
func fileRefused(f journal.File, cannot string) error {
	is, out := "it is "+string(f.State), ""
	switch f.State {
	case journal.Numbered, journal.Uploading, journal.Renaming:
		is, out = "it is on its way to the ERP ("+string(f.State)+")", "fisbridge run delivers it"
	case journal.Dropped:
		is, out = "it was dropped, and nothing is in doubt about that", fmt.Sprintf("when the ERP took nothing of it: fisbridge reissue %s --reason …", FileLabel(f))
	case journal.Accepted, journal.Answered:
		is, out = "the ERP has answered it ("+string(f.State)+")", "what was posted is reversed in the ERP, document by document; fisbridge show file "+FileLabel(f)
	case journal.Refused:
		is, out = "the ERP refused it", fmt.Sprintf("fisbridge reissue %s --reason …", FileLabel(f))
	case journal.Withdrawn:
		is, out = "it was withdrawn before: "+f.Reason, "fisbridge show file "+FileLabel(f)+" tells where its documents are"
	}
	return &Error{Code: ExitFailed, Err: fmt.Errorf("import file %s cannot be %s: %s", f.Name, cannot, is), Hint: out}
}

// rejection is an outcome that a person gives.
func rejection(message, reason string) fis.Outcome {
	if message = wording.Line(message); message == "" {
		message = reason
	}
	return fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: message}}}
}
