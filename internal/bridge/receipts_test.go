package bridge_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

const receiptsKey = `
receipts: { routes: [journals] }
`

// withReceipts is an expense report of two entries with a receipt each, and one without; an entry of one cash payment.
func (w *world) withReceipts(id string, images ...string) {
	w.Helper()
	document := expense("R"+id, strings.Repeat("640100 ", len(images)+1))
	for i, image := range images {
		entry := fmt.Sprintf(`{"entryId":"R%s-%d",`, id, i)
		document = strings.Replace(document, entry, entry+fmt.Sprintf(`"entryReceiptId":"%s",`, image), 1)
	}
	_, err := w.fis.Add(fis.Envelope{ID: id, DocType: fis.Expense, Document: []byte(document)})
	w.ok(err)
}

// drops are the files of the drop folder, by name.
func (w *world) drops() map[string]string {
	w.Helper()
	out := map[string]string{}
	files, err := os.ReadDir(filepath.Join(w.dir, "erp", "in"))
	w.ok(err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(w.dir, "erp", "in", f.Name()))
		w.ok(err)
		out[f.Name()] = string(b)
	}
	return out
}

func (w *world) receiptStates(id string) string {
	w.Helper()
	list, err := w.j.ReceiptsOf(w.ctx, id)
	w.ok(err)
	var out []string
	for _, r := range list {
		out = append(out, string(r.State))
	}
	return strings.Join(out, " ")
}

func (w *world) runs() *bridge.Summary {
	w.Helper()
	s, err := w.b.Run(w.ctx)
	w.ok(err)
	return s
}

func TestReceiptsAreDroppedBesideTheirFile(t *testing.T) {
	w := newWorld(t, options{extra: receiptsKey})
	w.withReceipts("d1", "IMG1", "IMG2", "IMG1")
	s := w.runs()
	if s.ReceiptsFetched != 2 || s.ReceiptsDropped != 2 || s.Dropped != 1 {
		t.Fatalf("%+v", s)
	}
	got := w.drops()
	if len(got) != 3 || !strings.HasPrefix(got["d1-1.png"], "\x89PNG") || !strings.HasPrefix(got["d1-2.png"],
		"\x89PNG") {
		t.Errorf("dropped: %d files", len(got))
	}
	if s := w.runs(); s.ReceiptsFetched+s.ReceiptsDropped != 0 || w.receiptStates("d1") != "dropped dropped" {
		t.Errorf("again: %+v, %s", s, w.receiptStates("d1"))
	}
	// Only the owner reads what we keep.
	kept := 0
	w.ok(filepath.WalkDir(filepath.Join(w.dir, "receipts"), func(path string, d os.DirEntry, err error) error {
		info, ierr := d.Info()
		if err == nil && ierr == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v", path, info.Mode())
		}
		if !d.IsDir() {
			kept++
		}
		return err
	}))
	if kept != 2 {
		t.Errorf("%d receipts kept", kept)
	}
}

// TestReceiptThatCannotBeHadStopsNothing: the document goes out, and the receipt is asked for again where that is of
// use.
func TestReceiptThatCannotBeHadStopsNothing(t *testing.T) {
	for name, c := range map[string]struct {
		fault  simfis.Fault
		states string
		late   bool
	}{
		"not there": {simfis.Fault{Kind: simfis.FaultStatus, Call: "image", DocID: "IMG1", Status: 404},
			"missing dropped", false},
		"too large":   {simfis.Fault{Kind: simfis.FaultHuge, DocID: "IMG1"}, "missing dropped", false},
		"no image":    {simfis.Fault{Kind: simfis.FaultWrongType, DocID: "IMG1"}, "wanted dropped", true},
		"away":        {simfis.Fault{Kind: simfis.FaultStatus, Call: "image", Status: 503}, "wanted wanted", true},
		"not allowed": {simfis.Fault{Kind: simfis.FaultStatus, Call: "image", Status: 403}, "wanted wanted", true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options{extra: receiptsKey})
			w.withReceipts("d1", "IMG1", "IMG2")
			w.ok(w.fis.SetFaults(1, c.fault))
			s := w.runs()
			if s.Dropped != 1 || len(s.Problems) > 0 || w.receiptStates("d1") != c.states {
				t.Fatalf("%s: %+v", w.receiptStates("d1"), s)
			}
			w.ok(w.fis.SetFaults(1))
			w.runs()
			if got := w.receiptStates("d1"); c.late != (got == "dropped dropped") {
				t.Errorf("when it is over: %s", got)
			}
			if alarms, err := w.j.OpenAlarms(w.ctx); err != nil || len(alarms) > 0 {
				t.Errorf("alarms: %v, %v", alarms, err)
			}
		})
	}
}

// TestReceiptIsGivenUpAfterSomeRuns counts no run in which nothing can be had at all.
func TestReceiptIsGivenUpAfterSomeRuns(t *testing.T) {
	w := newWorld(t, options{extra: receiptsKey})
	w.withReceipts("d1", "IMG1")
	w.fis.SetBehaviour(simfis.Behaviour{NoImageScope: true})
	s := w.runs()
	if len(s.Alarms) != 1 || !strings.Contains(s.Alarms[0].Remedy, "scope IMAGE") {
		t.Fatalf("alarms: %+v", s.Alarms)
	}
	w.fis.SetBehaviour(simfis.Behaviour{})
	w.ok(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultExpired}))
	for n := range 5 {
		if got := w.receiptStates("d1"); got != "wanted" {
			t.Fatalf("run %d: %s", n, got)
		}
		w.runs()
	}
	if got := w.receiptStates("d1"); got != "missing" {
		t.Errorf("after five runs: %s", got)
	}
}

// TestRequiredReceipts keep a document back, until they are had or a person lets it go.
func TestRequiredReceipts(t *testing.T) {
	w := newWorld(t, options{extra: receiptsKey, routes: strings.Replace(oneRoute, "mapping:",
		"receipts_required: true\n    mapping:", 1)})
	w.withReceipts("d1", "IMG1")
	w.withReceipts("d2", "IMG2")
	w.withReceipts("d3")
	w.withReceipts("d4", "IMG4")
	w.ok(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultStatus, Call: "image", DocID: "IMG1", Status: 404},
		simfis.Fault{Kind: simfis.FaultStatus, Call: "image", DocID: "IMG4", Status: 404},
		simfis.Fault{Kind: simfis.FaultExpired, DocID: "IMG2"}))
	w.runs()
	state := func(id string) string {
		d, err := w.j.Document(w.ctx, id)
		w.ok(err)
		return string(d.State) + " " + string(d.Cause)
	}
	if state("d1") != "held receipts" || state("d2") != "acknowledged waits" || state("d3") != "filed " {
		t.Fatal(state("d1"), state("d2"), state("d3"))
	}
	w.ok(w.fis.SetFaults(1))
	w.runs()
	if state("d1") != "held receipts" || state("d2") != "filed " {
		t.Fatal(state("d1"), state("d2"))
	}
	w.ok(w.j.Release(w.ctx, "d1", "on paper"))
	_, err := w.j.WantReceipts(w.ctx, "d4", "it was scanned since")
	w.ok(err)
	w.runs()
	if state("d1") != "filed " || w.receiptStates("d1") != "waived" {
		t.Error(state("d1"), w.receiptStates("d1"))
	}
	if state("d4") != "filed " || w.receiptStates("d4") != "dropped" {
		t.Error(state("d4"), w.receiptStates("d4"))
	}
}

// TestReceiptsAreLostAndFetchedAgain: our folder is not part of a backup.
func TestReceiptsAreLostAndFetchedAgain(t *testing.T) {
	w := newWorld(t, options{extra: receiptsKey})
	w.withReceipts("d1", "IMG1", "IMG2")
	w.ok(os.Rename(filepath.Join(w.dir, "erp", "in"), filepath.Join(w.dir, "erp", "away")))
	w.runs()
	if got := w.receiptStates("d1"); got != "kept kept" && got != "uploading uploading" {
		t.Fatal(got)
	}
	w.ok(os.RemoveAll(filepath.Join(w.dir, "receipts")))
	w.ok(os.Rename(filepath.Join(w.dir, "erp", "away"), filepath.Join(w.dir, "erp", "in")))
	w.runs()
	w.runs()
	if got := w.receiptStates("d1"); got != "dropped dropped" || len(w.drops()) != 3 {
		t.Error(got, len(w.drops()))
	}
}

// TestReceiptsAgeOutAndAreForgotten: their bytes go with the document's, and what another document needs stays.
func TestReceiptsAgeOutAndAreForgotten(t *testing.T) {
	w := newWorld(t, options{extra: receiptsKey + "retention: { payload_days: 30 }\n"})
	w.withReceipts("d1", "IMG1", "IMG2")
	w.withReceipts("d2", "IMG2", "IMG3")
	w.runs()
	kept := func() int {
		files, err := filepath.Glob(filepath.Join(w.dir, "receipts", "*", "*"))
		w.ok(err)
		return len(files)
	}
	if kept() != 3 {
		t.Fatalf("%d receipts kept", kept())
	}
	w.answer("a", posted("d1", "51"), posted("d2", "52"))
	w.runs()
	_, err := w.j.Forget(w.ctx, []string{"d1"}, "asked")
	w.ok(err)
	_, err = w.b.RemoveReceipts(w.ctx)
	w.ok(err)
	if kept() != 2 {
		t.Errorf("after d1 was forgotten %d are kept", kept())
	}
	w.clock.add(40 * 24 * 3600e9)
	w.runs()
	if kept() != 0 {
		t.Errorf("after d2 aged out %d are kept", kept())
	}
}

// TestReceiptNamesStayInTheirFolder: what a document says cannot move its file.
func TestReceiptNamesStayInTheirFolder(t *testing.T) {
	r := config.Receipts{Name: "{report}_{document}.{number}.{extension}"}
	if got := r.ReceiptName("../d", `..\x/é`, 3, "ab", "png"); got != "_x_é_"[:3]+"__d.3.png" {
		t.Errorf("got %q", got)
	}
}

// TestReceiptsAreFieldsOfTheMapping: an import file names the receipts that it has, and says the same of itself later.
func TestReceiptsAreFieldsOfTheMapping(t *testing.T) {
	w := newWorld(t, options{extra: receiptsKey})
	w.write("csv.xlsx", w.workbook(func(f *excelize.File) error {
		found, err := f.SearchSheet("Columns", "line.text")
		if err != nil || len(found) != 1 {
			return fmt.Errorf("%v: %w", found, err)
		}
		return f.SetCellStr("Columns", found[0],
			`CONCAT(row.receipt; " "; LEFT(row.receipt_hash; 8); " "; TEXT(document.receipts; "0"); " "; document.receipt_names)`)
	}))
	w.load()
	w.withReceipts("d1", "IMG1", "IMG2")
	w.ok(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultExpired, DocID: "IMG1"}))
	w.runs()
	file := w.newest()
	list, err := w.j.ReceiptsOf(w.ctx, "d1")
	w.ok(err)
	if strings.Contains(file, "d1-1.png") || !strings.Contains(file, "d1-2.png "+list[1].SHA256[:8]+" 1 d1-2.png") {
		t.Errorf("%s", file)
	}
	w.ok(w.fis.SetFaults(1))
	w.runs() // the other one comes late: the file that has gone does not know it
	env, err := w.j.Payload(w.ctx, "d1")
	w.ok(err)
	if len(env.Receipts) != 1 || w.receiptStates("d1") != "dropped dropped" {
		t.Errorf("%s, and the document has %v", w.receiptStates("d1"), env.Receipts)
	}
}

// TestReceiptsAreSealedWhereFilesAre: nothing of a receipt goes out in clear to a partner who wants files sealed.
func TestReceiptsAreSealedWhereFilesAre(t *testing.T) {
	w := sealedWorld(t, 0)
	w.cfg.Receipts.Routes = []string{"journals"}
	w.load()
	w.withReceipts("d1", "IMG1", "IMG2")
	w.fis.PutReceipt("IMG1", []byte("%PDF-1.7 a bill"))
	s := w.runs()
	if s.ReceiptsDropped != 2 || s.Dropped != 1 {
		t.Fatalf("%+v", s)
	}
	got := w.drops()
	if clear := w.unsealed(got["d1-1.pdf.pgp"]); clear != "%PDF-1.7 a bill" {
		t.Errorf("%q", clear)
	}
	for name, bytes := range got {
		if strings.Contains(bytes, "a bill") || strings.HasPrefix(bytes, "\x89PNG") {
			t.Errorf("%s went out in clear", name)
		}
	}
}

// TestReceiptOfTwoDocuments: a receipt that two documents of one file have lies there once, and each is written under a
// temporary name of its own.
func TestReceiptOfTwoDocuments(t *testing.T) {
	w := newWorld(t, options{extra: "\nreceipts: { routes: [journals], name: \"{hash}.{extension}\" }\n"})
	w.withReceipts("d1", "IMG1")
	w.withReceipts("d2", "IMG1")
	if s := w.runs(); s.ReceiptsDropped != 2 || s.Dropped != 1 || len(s.Problems) > 0 {
		t.Fatalf("%+v", s)
	}
	if got := w.drops(); len(got) != 2 {
		t.Errorf("dropped: %d files", len(got))
	}
	temps := map[string]bool{}
	for _, id := range []string{"d1", "d2"} {
		list, err := w.j.ReceiptsOf(w.ctx, id)
		w.ok(err)
		temps[list[0].TempName] = true
	}
	if len(temps) != 2 {
		t.Errorf("temporary names: %v", temps)
	}
}

// TestReceiptsDoNotHoldARunUp: a service that is down is asked a few times, and one that is slow for an hour; then the
// documents go.
func TestReceiptsDoNotHoldARunUp(t *testing.T) {
	for name, slow := range map[string]bool{"down": false, "slow": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, options{extra: receiptsKey})
			var images []string
			for n := range 40 {
				images = append(images, fmt.Sprintf("IMG%d", n))
			}
			w.withReceipts("d1", images...)
			if slow {
				w.service = &slowReceipts{Service: w.service, w: w}
				w.load()
			} else {
				w.ok(w.fis.SetFaults(1, simfis.Fault{Kind: simfis.FaultCut, Call: "image"}))
			}
			s := w.runs()
			asked := 0
			for _, c := range w.fis.Record() {
				if c.Call == "image" {
					asked++
				}
			}
			if asked > 20 || s.Dropped != 1 || len(s.Problems) > 0 || len(s.Notes) != 1 {
				t.Errorf("asked %d times: %+v", asked, s)
			}
		})
	}
}

// slowReceipts takes ten minutes for an image.
type slowReceipts struct {
	bridge.Service
	w *world
}

func (s *slowReceipts) Receipt(ctx context.Context, ref fis.ReceiptRef, limits concur.ReceiptLimits,
	w io.Writer) (concur.Receipt, error) {
	s.w.clock.add(10 * time.Minute)
	return s.Service.Receipt(ctx, ref, limits, w)
}

// TestReceiptsGoBeforeTheirFile: when the import file cannot be dropped, its receipts lie there already; and when they
// cannot, it waits.
func TestReceiptsGoBeforeTheirFile(t *testing.T) {
	w := newWorld(t, options{extra: receiptsKey})
	w.withReceipts("d1", "IMG1")
	w.write("erp/in/journals_000001_20260331.csv", "somebody else's")
	if s, err := w.b.Run(w.ctx); err != nil || s.Dropped != 0 || len(s.Problems) == 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	if got := w.receiptStates("d1"); got != "dropped" {
		t.Errorf("the receipt is %s", got)
	}
	w = newWorld(t, options{extra: receiptsKey})
	w.withReceipts("d1", "IMG1")
	w.write("erp/in/d1-1.png", "somebody else's")
	s, err := w.b.Run(w.ctx)
	if err != nil || s.Dropped != 0 || len(s.Problems) == 0 || !strings.Contains(s.Problems[0], "d1-1.png") {
		t.Fatalf("%+v, %v", s, err)
	}
	w.ok(os.Remove(filepath.Join(w.dir, "erp", "in", "d1-1.png")))
	if s := w.runs(); s.Dropped != 1 || s.ReceiptsDropped != 1 || len(w.drops()) != 2 {
		t.Errorf("%+v, %d files", s, len(w.drops()))
	}
}
