package worlds

import (
	"slices"
	"strings"
	"testing"

	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	"github.com/fisbridge/fisbridge/samples"
)

// journalSamples are all samples that make posting lines, but the one that comes back after its rejection.
func journalSamples(t *testing.T) []string {
	t.Helper()
	manifest, err := samples.Load()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range manifest.Documents {
		if s.DocType.HasPostingLines() && s.Role != samples.Resubmitted {
			names = append(names, strings.TrimSuffix(s.File, ".json"))
		}
	}
	return names
}

// The whole loop through the program as users get it: configuration, check, run, the ERP answers, run, payments, run.
// The service's own record, the ERP's books and the files on the server must agree, and the journal with them.
func TestEndToEnd(t *testing.T) {
	for name, set := range map[string]setup{
		"OpenSSH":     {openssh: true},
		"SFTP server": {},
		"folder":      {local: true},
	} {
		t.Run(name, func(t *testing.T) {
			set.plain, set.documents, set.page, set.files = true, journalSamples(t), 10, 25
			w := begin(t, set)
			recall := w.known("57-recalled")
			recall.fate = recalled
			w.must(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultRecall, Call: "acknowledge", DocID: recall.id, Times: 1}))

			w.command(0, "check")
			s, e := w.run()
			if want := len(w.input) - 3; s.Dropped < 3 || s.Acknowledged != want+1 || s.Held != 1 || s.Left != 1 || s.Recalled != 1 || e.code != 3 {
				t.Errorf("first run: want %d acknowledged, 1 held, 1 left, 1 recalled, several files dropped, exit code 3; got %s", want+1, e)
			}
			if s.LockP99 >= 2000 {
				t.Errorf("documents were open for recall for %d ms", s.LockP99)
			}
			w.answer()
			if s, e = w.run(); s.Rejected != 1 || s.Posted+s.Rejected != s.Confirmed || s.Posted != len(w.input)-4 {
				t.Errorf("second run: every document but three must be answered and confirmed, one of them rejected: %s", e)
			}
			// The rejected report is corrected and comes back under a new id.
			w.offer("60-resubmitted")
			w.pay(simerp.PayHalf)
			w.answers()
			w.pay(simerp.PayInFull)
			w.idle()
			w.check()
			w.inEveryFolder()
		})
	}
}

// inEveryFolder: the working folder's copies of the import files are those that the ERP read.
func (w *world) inEveryFolder() {
	w.t.Helper()
	copies, err := filesBelow(w.dir + "/files")
	w.must(err)
	imported := w.names("imported")
	if slices.Sort(copies); !slices.Equal(copies, imported) {
		w.t.Errorf("the working folder has the import files %v, the ERP read %v", copies, imported)
	}
}
