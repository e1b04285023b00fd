package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/journaltest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

const answersConfig = `concur:
  base_url: http://127.0.0.1:9
  company_uuid: 1b0c2f1e-0000-4000-8000-000000000001
  client_id: client
  client_secret: env:FISBRIDGE_CLIENT_SECRET
  system_id: SPEED
journal: {path: journal.db}
limits: {result_file_mib: 1024, unzipped_mib: 1024, result_rows: 2000000}
targets:
  erp: {kind: folder, path: erp}
routes:
  - name: answers
    doc_types: [expense]
    mapping: mappings/answers.yaml
    drop: {target: erp, folder: in}
    returns: {folder: out, settle: 0s, min_age: 0s}
`

// filled is a working folder in whose journal documents of so many lines each lie in one import file that the ERP has.
// Its journal can be put back to where it was: a journal knows which file it is, so the same one is written again.
type filled struct {
	dir              string
	documents, lines int
	ctx              context.Context
}

// filledID is a docId as Concur makes them: 32 hexadecimal digits in no order.
func filledID(i int) string {
	sum := sha256.Sum256([]byte(fmt.Sprint("document ", i)))
	return strings.ToUpper(hex.EncodeToString(sum[:16]))
}

func (w *filled) journal() string { return filepath.Join(w.dir, "journal.db") }

// prepare makes the folder anew.
func (w *filled) prepare(programs string) error {
	if err := os.RemoveAll(w.dir); err != nil {
		return err
	}
	for _, sub := range []string{"erp/in", "erp/out", "mappings"} {
		if err := os.MkdirAll(filepath.Join(w.dir, sub), 0o700); err != nil {
			return err
		}
	}
	err := errors.Join(os.WriteFile(filepath.Join(w.dir, config.FileName), []byte(answersConfig), 0o600),
		os.WriteFile(filepath.Join(w.dir, "mappings/answers.yaml"), []byte("template: answers\n"), 0o600),
		os.CopyFS(filepath.Join(w.dir, "templates"), os.DirFS(filepath.Join(programs, "templates"))))
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// In a process of its own: the peak of a process is at least that of the one that has started it.
	if _, err := timed(2, w.dir, self, "-fill", fmt.Sprintf("%dx%d:%s", w.documents, w.lines, w.dir)); err != nil {
		return err
	}
	return w.keep()
}

// fillIn is what the process of its own does.
func fillIn(what string) error {
	w := &filled{ctx: context.Background()}
	size, dir, _ := strings.Cut(what, ":")
	if _, err := fmt.Sscanf(size, "%dx%d", &w.documents, &w.lines); err != nil {
		return err
	}
	w.dir = dir
	j, err := journal.Open(w.ctx, w.journal(), time.Now, "speed")
	if err != nil {
		return err
	}
	return errors.Join(w.fill(j), j.Close())
}

// fill stores and acknowledges the documents, and puts them into one import file that is dropped.
func (w *filled) fill(j *journal.Journal) error {
	ten, err := fis.ParseAmount("10.00")
	if err != nil {
		return err
	}
	var parts journaltest.Parts
	for from := 0; from < w.documents; from += 1000 {
		var arrivals []journal.Arrival
		var acks []journal.AckOutcome
		for i := from; i < min(from+1000, w.documents); i++ {
			id := filledID(i)
			arrivals = append(arrivals, journal.Arrival{Envelope: fis.Envelope{ID: id, DocType: fis.Expense, Document: []byte("{}")}, Route: "answers", ReportID: "R" + id[:19], Currency: "EUR", Amount: ten})
			acks = append(acks, journal.AckOutcome{DocID: id, State: records.Acknowledged})
			parts = append(parts, records.Part{DocID: id, FirstLine: i*w.lines + 1, LastLine: (i + 1) * w.lines, Rows: w.lines, Currency: "EUR", Debit: ten, Credit: ten})
		}
		if _, err := j.StoreArrivals(w.ctx, arrivals, time.Now(), ""); err != nil {
			return err
		}
		if err := j.SettleAck(w.ctx, acks); err != nil {
			return err
		}
	}
	f := records.File{Route: "answers", Sequence: 1, Name: "A000001.csv", TempName: ".t", Acceptance: "document", Lines: w.documents * w.lines, Totals: map[string]records.Sum{}}
	if err := j.CreateFile(w.ctx, &f, parts, strings.NewReader("")); err != nil {
		return err
	}
	begun, err := j.BeginUpload(w.ctx, []records.File{f}, func(records.File, int64) string { return ".t" })
	if err != nil {
		return err
	}
	_, err = j.Uploaded(w.ctx, begun...)
	return errors.Join(err, j.DropDone(w.ctx, false, begun...))
}

// keep keeps the journal as it is: a copy of its bytes, and the note beside it as a second name of the same file.
func (w *filled) keep() error {
	if err := copyFile(w.journal()+".kept", w.journal()); err != nil {
		return err
	}
	return os.Link(w.note(), w.note()+".kept")
}

func (w *filled) note() string { return w.journal() + ".head" }

// reset puts the journal back, and the answer into the return folder.
func (w *filled) reset(answer string) error {
	for _, left := range []string{w.journal() + "-wal", w.journal() + "-shm", w.note(), filepath.Join(w.dir, "erp", "out")} {
		if err := os.RemoveAll(left); err != nil {
			return err
		}
	}
	if err := copyFile(w.journal(), w.journal()+".kept"); err != nil {
		return err
	}
	if err := os.Link(w.note()+".kept", w.note()); err != nil {
		return err
	}
	out := filepath.Join(w.dir, "erp", "out")
	if err := os.Mkdir(out, 0o700); err != nil {
		return err
	}
	return copyFile(filepath.Join(out, filepath.Base(answer)), answer)
}

// forget removes the folder, which may be large.
func (w *filled) forget() error { return os.RemoveAll(w.dir) }
