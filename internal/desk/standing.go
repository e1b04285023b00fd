package desk

import (
	"context"
	"fmt"
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// What a command refuses is told with the state that forbids it, and with the way out.

// Standing is how far a document is, for one who wants to do something with it.
type Standing struct {
	records.Doc
	file      *records.File // that holds it and was not withdrawn
	told      *records.Confirmation
	stuckPays int
}

func standingOf(ctx context.Context, j *journal.Journal, d records.Doc) (s Standing, err error) {
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
		if p.State == records.Stuck {
			s.stuckPays++
		}
	}
	return s, err
}

// refused tells why something cannot be done with the document, and what can.
func (s Standing) refused(cannot string) error {
	return s.Why().refuses(fmt.Sprintf("document %s cannot be %s", s.ID, cannot))
}

// Why tells what the document is and what can be done about it.
func (s Standing) Why() Why {
	switch s.State {
	case records.Left, records.Stored, records.Recalled, records.Foreign, records.Gone:
		return s.why(string(s.State))
	case records.Acknowledged:
		if s.Cause == records.CauseWaits {
			return s.why("waits-for-another", "hold", "reject")
		}
		return s.why("waits-for-file", "hold", "reject", "mark")
	case records.Held:
		switch {
		case s.file != nil:
			return s.why("held-in-file", "reissue", "mark")
		case s.Cause == records.CauseRevision:
			return s.why("held-revision", "release-replace", "release-add", "reject", "mark")
		}
		return s.why("held", "release", "reject", "mark")
	case records.Filed:
		return s.filed()
	case records.Posted, records.Rejected:
		return s.settled()
	}
	return s.why("other")
}

// why puts the document's values behind a code. Marking is no act where Concur may know another outcome.
func (s Standing) why(code string, acts ...string) Why {
	acts = slices.DeleteFunc(acts, func(a string) bool { return a == "mark" && !s.markable() })
	w := Why{Code: code, Values: map[string]string{"doc": s.ID, "state": string(s.State), "cause": string(s.Cause), "reason": s.Reason}, Acts: acts}
	if s.file != nil {
		w.Values["file"], w.Values["file_state"] = FileLabel(*s.file), string(s.file.State)
	}
	if s.told != nil {
		w.Values["number"] = s.told.Outcome.Numbers()
	}
	return w
}

func (s Standing) filed() Why {
	if s.file == nil {
		return s.why("filed-nowhere")
	}
	switch s.file.State {
	case records.Numbered, records.Uploading, records.Renaming:
		return s.why("file-on-its-way")
	}
	return s.why("file-with-erp", "mark", "reissue")
}

func (s Standing) settled() Why {
	code, acts := "known", []string(nil)
	switch {
	case s.told == nil:
		code = "unconfirmed"
	case s.told.State == records.Stuck:
		code, acts = "stuck", []string{"retry", "mark", "mark-settled"}
	case s.stuckPays > 0:
		code, acts = "payment-stuck", []string{"retry", "mark-settled"}
	case s.told.State == records.Intended:
		code = "perhaps-told"
	case s.told.State != records.Done:
		code, acts = "to-be-told", []string{"mark"}
	}
	return s.why(string(s.State)+"-"+code, acts...)
}

// markable: Concur was told nothing, and the document is ours and not on its way.
func (s Standing) markable() bool {
	switch s.State {
	case records.Acknowledged, records.Held, records.Posted, records.Rejected:
	case records.Filed:
		if s.file != nil && s.file.State != records.Dropped && s.file.State != records.Refused {
			return false
		}
	default:
		return false
	}
	return s.told == nil || s.told.State != records.Done && s.told.State != records.Intended
}

// fileRefused tells why an import file cannot be withdrawn, or is not in doubt, and what can be done.
func fileRefused(f records.File, cannot string) error {
	w := Why{Code: "file-" + string(f.State), Values: map[string]string{"file": FileLabel(f), "state": string(f.State), "reason": f.Reason}}
	switch f.State {
	case records.Numbered, records.Uploading, records.Renaming:
		w.Code = "file-travels"
	case records.Accepted, records.Answered:
		w.Code = "file-answered"
	case records.Dropped, records.Refused:
		w.Acts = []string{"reissue"}
	}
	return w.refuses(fmt.Sprintf("import file %s cannot be %s", f.Name, cannot))
}

// rejection is an outcome that a person gives.
func rejection(message, reason string) fis.Outcome {
	if message = wording.Line(message); message == "" {
		message = reason
	}
	return fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: message}}}
}

// Standing tells how far a document is, and by its Why what can be done with it.
func (w *Workspace) Standing(ctx context.Context, d Doc) (Standing, error) {
	return standingOf(ctx, w.Journal, d)
}
