package bridge_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// fileState is where the journal has the first import file.
func (w *world) fileState(want records.FileState) {
	w.Helper()
	f, err := w.j.File(w.ctx, 1)
	w.ok(err)
	if f.State != want {
		w.Errorf("the import file is %s, want %s", f.State, want)
	}
}

// settles settles documents by a person's word, each as "D1 posted" or "D1 rejected".
func (w *world) settles(words ...string) {
	w.Helper()
	for _, word := range words {
		id, verdict, _ := strings.Cut(word, " ")
		o := fis.Outcome{Verdict: fis.Verdict(verdict)}
		if o.Verdict == fis.Posted {
			o.Number, o.Company = "47"+id, "1000"
		} else {
			o.Messages = []fis.Message{{Text: "wrong period"}}
		}
		w.ok(w.j.MarkOutcome(w.ctx, id, o, "found in the ERP"))
	}
}

// An import file is done with as soon as each of its documents has an outcome, whoever told it, and although the ERP has refused the file or a person has
// called one of its documents rejected: nobody is asked to have it issued again.
func TestAFileWhoseDocumentsAreAllSettledIsDoneWith(t *testing.T) {
	const refused, asked = "1;0;2;period 2026-03 is closed\n", ""
	for _, c := range []struct {
		acceptance, ack string
		marks           []string
		answer          string // lines about documents that come after the marks
		want            records.FileState
	}{
		{"document", refused, []string{"D1 posted", "D2 posted"}, "", records.Answered},
		{"document", refused, []string{"D1 posted", "D2 rejected"}, "", records.Answered},
		{"document", refused, []string{"D1 rejected", "D2 rejected"}, "", records.Answered},
		{"document", refused, []string{"D1 rejected"}, "D2;posted;7\nEND;1\n", records.Answered},
		{"document", refused, nil, "D1;posted;6\nD2;posted;7\nEND;2\n", records.Answered},
		{"document", refused, nil, "D1;posted;6\nD2;rejected;\nEND;2\n", records.Answered},
		{"file", refused, []string{"D1 rejected", "D2 rejected"}, "", records.Answered},
		{"file", refused, []string{"D1 posted", "D2 rejected"}, "", records.Answered},
		{"file", refused, []string{"D1 rejected", "D2 posted"}, "", records.Answered},
		{"file", asked, []string{"D1 rejected", "D2 rejected"}, "", records.Answered},
		{"file", asked, []string{"D1 rejected", "D2 posted"}, "", records.Answered},
		{"file", asked, []string{"D1 posted", "D2 posted"}, "", records.Accepted},
	} {
		t.Run(c.acceptance+" "+strings.TrimSpace(c.ack)+strings.Join(c.marks, ",")+strings.ReplaceAll(c.answer, "\n", " "), func(t *testing.T) {
			w := batchWorld(t, c.acceptance)
			w.good("D1", "D2")
			w.run(bridge.ExitDone)
			if c.ack != "" {
				w.write("erp/out/B000001.ack", c.ack)
				w.run(bridge.ExitNeedsPerson)
				w.states("D1 held, D2 held")
			}
			for i, mark := range c.marks {
				w.settles(mark)
				if c.ack != "" && i+1 < len(c.marks) { // the other one is still asked about
					w.fileState(records.Refused)
				}
			}
			if c.answer != "" {
				w.write("erp/out/a.txt", c.answer)
			}
			w.run(bridge.ExitDone)
			w.fileState(c.want)
			w.quiet()
			for _, mark := range c.marks {
				id, verdict, _ := strings.Cut(mark, " ")
				w.status(id, map[string]fis.Status{"posted": fis.StatusPostedSuccess, "rejected": fis.StatusPostedFailure}[verdict])
			}
		})
	}
}

// What an earlier result file said of a whole import file is no news when a later one speaks of the file: of a settled file nobody is asked again, and what
// a person has said of a document goes to Concur.
func TestWhatWasSaidOfASettledFileIsNoNews(t *testing.T) {
	t.Run("duplicate", func(t *testing.T) {
		w := batchWorld(t, "document", "      - { role: rejected_count, field: rejected }\n      - { role: message, field: text }\n",
			"      - { role: rejected_count, field: rejected }\n      - { role: outcome, field: text, words: { known: duplicate } }\n")
		w.good("D1", "D2")
		w.run(bridge.ExitDone)
		w.write("erp/out/B000001.ack", "1;0;0;known\nx;0;0;known\n")
		w.run(bridge.ExitNeedsPerson)
		w.alarms("duplicate file", "result lines")
		w.settles("D1 posted", "D2 posted")
		w.alarms("result lines")
		w.ok(w.j.RetryResult(w.ctx, 1, "once more"))
		w.run(bridge.ExitNeedsPerson)
		w.alarms("result lines")
		w.write("erp/out/again.ack", "1;0;0;known\n") // the ERP has it, which everybody knows
		w.run(bridge.ExitNeedsPerson)
		w.alarms("result lines")
	})
	t.Run("duplicate of what was refused", func(t *testing.T) {
		w := batchWorld(t, "document", "      - { role: rejected_count, field: rejected }\n      - { role: message, field: text }\n",
			"      - { role: rejected_count, field: rejected }\n      - { role: outcome, field: text, words: { known: duplicate } }\n")
		w.good("D1", "D2")
		w.run(bridge.ExitDone)
		w.settles("D1 rejected", "D2 rejected")
		w.run(bridge.ExitDone)
		w.write("erp/out/B000001.ack", "1;0;0;known\n")
		w.run(bridge.ExitNeedsPerson)
		w.alarm("duplicate file")
	})
	t.Run("contradiction", func(t *testing.T) {
		w := batchWorld(t, "document")
		w.good("D1", "D2", "D3")
		w.run(bridge.ExitDone)
		w.write("erp/out/a.txt", "D2;rejected;\nD3;rejected;\nEND;2\n")
		w.write("erp/out/B000001.ack", "1;2;1;\nx;2;1;\n")
		w.run(bridge.ExitNeedsPerson)
		w.alarms("file verdict", "result lines")
		w.settles("D1 posted", "D2 rejected", "D3 rejected")
		w.alarms("result lines")
		w.ok(w.j.RetryResult(w.ctx, 1, "once more"))
		w.run(bridge.ExitNeedsPerson)
		w.alarms("result lines")
		w.status("D2", fis.StatusPostedFailure)
		w.status("D3", fis.StatusPostedFailure)
	})
	t.Run("contradiction that is not settled yet", func(t *testing.T) {
		w := batchWorld(t, "document")
		w.good("D1", "D2", "D3")
		w.run(bridge.ExitDone)
		w.write("erp/out/a.txt", "D2;rejected;\nEND;1\n")
		w.write("erp/out/B000001.ack", "1;0;1;\n1;2;0;\n")
		w.run(bridge.ExitNeedsPerson)
		w.alarms("file verdict")
		w.settles("D2 rejected")
		w.write("erp/out/b.txt", "D3;posted;7\nEND;1\n")
		w.run(bridge.ExitNeedsPerson)
		w.alarms("file verdict")
		w.status("D2", fis.StatusPostedFailure) // a person has said so
	})
}
