// Package compare owns what would come out differently: two versions of a mapping over the same documents, line by
// line, field by field, code by code, and the cells and facts of the template that make it so. It sees both plans
// through their views and changes neither.
package compare

import (
	"context"
	"runtime"
	"sort"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// mostLines bounds how many changed lines a Diff lists; all of them are counted.
const mostLines = 200_000

// Version names one side of a comparison.
type Version struct {
	Name     string `json:"name"`
	Template string `json:"template"`
	Hash     string `json:"hash"`
}

// Diff is what would have come out differently by the newer of two mappings, and the cells that make the difference.
// Each document is looked at as if it stood alone in file number 1 of the same day, so that one line more does not
// change the numbers of all lines behind it.
type Diff struct {
	Sentence string       `json:"sentence"`
	Old      Version      `json:"old"`
	New      Version      `json:"new"`
	Cells    []CellChange `json:"cells"`

	// Documents were looked at; Changed come out differently, newly or no longer held ones included. Unread could not
	// be read and are in neither number.
	Documents int `json:"documents"`
	Changed   int `json:"changed"`
	Unread    int `json:"unread"`
	// OldLines and NewLines are the lines that documents make; of those in both, ChangedLines differ.
	OldLines     int `json:"old_lines"`
	NewLines     int `json:"new_lines"`
	ChangedLines int `json:"changed_lines"`
	AddedLines   int `json:"added_lines"`
	RemovedLines int `json:"removed_lines"`
	// Moved are documents that go into another file, by the grouping.
	Moved int `json:"moved_to_other_files"`
	// HeldInBoth are held by either version for the same reasons.
	HeldInBoth int `json:"held_in_both"`

	// Shared is a text that the newer version puts into the field which tells documents apart for two reports.
	Shared *SharedKey `json:"shared_document_key,omitempty"`

	Held    []HeldChange   `json:"held"`
	Columns []ColumnChange `json:"columns"`
	Sums    []SumTable     `json:"sums"`
	// Frame are the fields of headers and trailers that differ, of one file with all documents.
	Frame []FieldChange `json:"headers_and_trailers"`
	// Lines are the changed lines, in the order of the documents; LinesCut tells that there are more than are listed.
	Lines    []LineChange `json:"lines"`
	LinesCut bool         `json:"lines_cut"`
}

// Different reports whether anything would come out differently.
func (d *Diff) Different() bool { return d.Changed > 0 || d.Moved > 0 || len(d.Frame) > 0 }

// HeldChange is a document that is held by one version and not by the other, or for other reasons.
type HeldChange struct {
	DocID    string `json:"doc_id"`
	ReportID string `json:"report_id,omitempty"`
	// Kind is newly held, no longer held, or other reasons.
	Kind string   `json:"kind"`
	Old  []string `json:"old_reasons,omitempty"`
	New  []string `json:"new_reasons,omitempty"`
	// FalseAmounts: the newer version holds it because the file would not say its amounts.
	FalseAmounts bool `json:"false_amounts,omitempty"`
}

// SharedKey is a text by which the ERP would take two reports for one document.
type SharedKey struct {
	Record  string    `json:"record"`
	Field   string    `json:"field"`
	Text    string    `json:"text"`
	Reports [2]string `json:"reports"`
}

// Kinds of held documents.
const (
	NewlyHeld    = "newly held"
	NoLongerHeld = "no longer held"
	HeldOther    = "held for other reasons"
)

// LineChange is a line of the import file that differs, is new, or is gone.
type LineChange struct {
	DocID    string `json:"doc_id"`
	ReportID string `json:"report_id,omitempty"`
	Record   string `json:"record"`
	// Line counts the lines of the document from 1: in the newer version; of one that is gone, in the older.
	Line     int           `json:"line"`
	Kind     string        `json:"kind"`
	Entry    string        `json:"entry,omitempty"`
	Role     string        `json:"role,omitempty"`
	Currency string        `json:"currency"`
	Amount   fis.Amount    `json:"amount"`
	Fields   []FieldChange `json:"fields"`
}

// FieldChange is one field before and after.
type FieldChange struct {
	Record string `json:"record"`
	Field  string `json:"field"`
	Old    string `json:"old"`
	New    string `json:"new"`
}

// Plans runs both plans over the documents that next hands out (until false) on several workers; 0 is one for each
// processor. created is when the files would be made, by which posting dates go; the zero moment is a day that is always
// the same. A document that is not JSON is counted and left out. progress, which may be nil, is told how many
// documents are done.
func Plans(ctx context.Context, older, newer *mapping.Plan, workers int, created time.Time, next func() (fis.Envelope, bool, error),
	progress func(int)) (*Diff, error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	d := &Diff{Old: versionOf(older), New: versionOf(newer), Cells: CellChanges(older, newer)}
	pairs := pairRecords(older, newer)
	crew := make([]*comparer, workers)
	for i := range crew {
		var err error
		if crew[i], err = newComparer(older, newer, pairs, created); err != nil {
			return nil, err
		}
	}
	g := newGatherer(d, pairs)
	g.keys = documentFields(newer.Template())
	if err := compareAll(ctx, crew, next, func(c compared) {
		g.take(c)
		if progress != nil {
			progress(d.Documents)
		}
	}); err != nil {
		return nil, err
	}
	g.finish(crew)
	d.Sentence = d.sentence()
	return d, nil
}

func versionOf(p *mapping.Plan) Version {
	return Version{Name: p.Name(), Template: p.TemplateName(), Hash: p.Hash()}
}

// batch is a run of documents that one worker compares; batches are taken in the order in which they came.
type batch struct {
	in    []fis.Envelope
	out   []compared
	ready chan struct{}
}

const batchSize = 16

// compareAll compares in parallel and gives what came of it to take in the order of the documents. Few documents are in
// memory.
func compareAll(ctx context.Context, crew []*comparer,
	next func() (fis.Envelope, bool, error), take func(compared)) error {
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	order := make(chan *batch, 2*len(crew))
	jobs := make(chan *batch, 2*len(crew))
	var wg sync.WaitGroup
	var fed error
	wg.Go(func() {
		defer close(order)
		defer close(jobs)
		fed = feedBatches(work, next, order, jobs)
	})
	for _, c := range crew {
		wg.Go(func() {
			for b := range jobs {
				for _, env := range b.in {
					b.out = append(b.out, c.compare(env))
				}
				close(b.ready)
			}
		})
	}
	for b := range order {
		<-b.ready
		for _, c := range b.out {
			take(c)
		}
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return fed
}

func feedBatches(ctx context.Context, next func() (fis.Envelope, bool, error), order, jobs chan<- *batch) error {
	for ctx.Err() == nil {
		b := &batch{ready: make(chan struct{})}
		var err error
		more := true
		for more && err == nil && len(b.in) < batchSize {
			var env fis.Envelope
			if env, more, err = next(); more && err == nil {
				b.in = append(b.in, env)
			}
		}
		if len(b.in) > 0 {
			order <- b
			jobs <- b
		}
		if err != nil || !more {
			return err
		}
	}
	return nil
}

// finish puts together what the workers counted.
func (g *gatherer) finish(crew []*comparer) {
	first := crew[0]
	for _, c := range crew[1:] {
		first.old.Join(c.old)
		first.now.Join(c.now)
		first.oldSums.join(c.oldSums)
		first.newSums.join(c.newSums)
	}
	g.d.Columns = g.columns()
	g.d.Sums = sumTables(first)
	g.d.Frame = frameChanges(first)
	sort.SliceStable(g.d.Held, func(i, j int) bool { return heldRank(g.d.Held[i].Kind) < heldRank(g.d.Held[j].Kind) })
}

func heldRank(kind string) int {
	switch kind {
	case NewlyHeld:
		return 0
	case NoLongerHeld:
		return 1
	}
	return 2
}

// frameChanges compares the headers and trailers of one file with all documents; of none there is nothing to compare.
func frameChanges(c *comparer) []FieldChange {
	if c.old.Total().Documents()+c.now.Total().Documents() == 0 {
		return nil
	}
	was, is := c.old.Frame(), c.now.Frame()
	var out []FieldChange
	c.start(was, is)
	for _, p := range c.align(was, is) {
		fields, _ := c.fields(p)
		out = append(out, fields...)
	}
	return out
}
