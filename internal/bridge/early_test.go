package bridge_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
)

// The answer to the rename was lost, the ERP has taken the file and answers, and the drop folder is away when the next
// run looks: what the ERP says counts, whether it speaks of the file or of its documents, and nobody is asked whether
// the file arrived.
func TestResultBeforeTheDropIsRecorded(t *testing.T) {
	for name, body := range map[string]string{"B000001.ack": "1;2;0;\n", "B000001.only": "END;0\n",
		"a.txt": "D1;posted;\nD2;posted;\nEND;2\n"} {
		for _, acceptance := range []string{"document", "file"} {
			t.Run(name+" "+acceptance, func(t *testing.T) {
				w := batchWorld(t, acceptance)
				w.good("D1", "D2")
				w.run(bridge.ExitDone)
				w.ok(os.Remove(filepath.Join(w.dir, "erp", "in", "B000001.csv"))) // taken by the ERP
				w.renaming(1)
				w.ok(os.Rename(filepath.Join(w.dir, "erp", "in"), filepath.Join(w.dir, "away")))
				w.write("erp/out/"+name, body)
				w.run(bridge.ExitDone) // what the ERP says is read first, so the drop folder need not be asked any more
				w.ok(os.Rename(filepath.Join(w.dir, "away"), filepath.Join(w.dir, "erp", "in")))
				w.run(bridge.ExitDone)
				w.states("D1 posted, D2 posted")
				w.status("D1", fis.StatusPostedSuccess)
				w.quiet()
				if names := w.list("erp/in"); len(names) != 0 {
					t.Errorf("sent again: %q", names)
				}
			})
		}
	}
}

// A result that speaks of an import file which never went out is about something else, or somebody has sent a copy: it
// is not believed, and the file is kept back until a person has looked.
func TestResultForAFileThatWasNotSent(t *testing.T) {
	for name, body := range map[string]string{"B000001.ack": "1;2;0;\n", "B000001.only": "END;0\n",
		"a.txt": "D1;posted;\nD2;posted;\nEND;2\n"} {
		for _, acceptance := range []string{"document", "file"} {
			t.Run(name+" "+acceptance, func(t *testing.T) {
				w := batchWorld(t, acceptance)
				w.good("D1", "D2")
				in, away := filepath.Join(w.dir, "erp", "in"), filepath.Join(w.dir, "away")
				w.ok(os.Rename(in, away))
				w.run(bridge.ExitFailed)
				w.write("erp/out/"+name, body)
				w.run(bridge.ExitNeedsPerson)
				w.ok(os.Rename(away, in))
				w.run(bridge.ExitNeedsPerson)
				w.states("D1 filed, D2 filed")
				w.status("D1", fis.StatusAcknowledged)
				w.alarm("unverified", "was not sent yet", "mark file batch/1 received", "mark file batch/1 lost")
				if names := w.list("erp/in"); len(names) != 0 {
					t.Errorf("sent before a person looked: %q", names)
				}
				w.ok(w.j.MarkFile(w.ctx, 1, false, "never seen"))
				w.run(bridge.ExitDone)
				if names := w.list("erp/in"); len(names) != 1 || names[0] != "B000002.csv" {
					t.Errorf("%q", names)
				}
			})
		}
	}
}

// renaming puts an import file back to where a lost answer to the rename leaves it.
func (w *world) renaming(file int64) {
	w.Helper()
	db := pgtest.Raw(w.TB, filepath.Join(w.dir, "journal.db"))
	defer db.Close()
	_, err := db.ExecContext(w.ctx, "UPDATE files SET state = 'renaming', dropped_at = '' WHERE id = $1", file)
	w.ok(err)
}
