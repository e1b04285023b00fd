package reconcile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"

	"github.com/fisbridge/fisbridge/internal/bridge/rendering"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/infile"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// errEnough ends a reading when nobody wants more of it.
var errEnough = errors.New("enough")

// filesRead is what the bytes of the import files say, beside what their documents say.
type filesRead struct {
	// byFile has the files that could be compared, by id.
	byFile map[int64]amounts.Comparison
	// broken is what is wrong; notes say what could not be compared, rounded what rounding made of documents.
	broken         []string
	notes, rounded []say.Text
	// compared and uncompared are how many files were compared whole, and how many were not.
	compared, uncompared int
}

// fileSums are what a file says and what its documents say, by currency.
type fileSums struct {
	// Said is what the file says, Must what its documents say: exactly, before each row was rounded.
	Said, Must map[string]records.Sum
	// Rounding is what rounding made of its documents, by currency; Rounded is how many they are.
	Rounding map[string]infile.Rounding
	Rounded  int
	// Compared: the bytes were read and held against the documents. Else both are what was kept when it was made;
	// Unknown: nothing was.
	Compared, Unknown bool
}

// sums are what a file says and what its documents say, by currency.
func (r filesRead) sums(f records.FileFigure) fileSums {
	out := fileSums{Rounding: f.Said.Rounding, Rounded: f.Said.Rounded}
	c, ok := r.byFile[f.ID]
	switch {
	case ok && c.Aged == 0 && (len(c.Wrong) == 0 || len(c.Said) > 0):
		out.Compared, out.Said, out.Must = c.Unheld == 0, map[string]records.Sum{}, map[string]records.Sum{}
		for currency, s := range c.Said {
			out.Said[currency] = records.Sum(s)
		}
		for currency, s := range c.Must {
			out.Must[currency] = records.Sum(s)
		}
		if f.Said.Unknown > 0 { // it was made before this was kept
			var all infile.Figures
			for currency := range c.RoundedAway {
				all.Round(currency, 0, infile.Rounding{Away: c.RoundedAway[currency], Line: c.OnRoundingLine[currency]})
			}
			out.Rounding, out.Rounded = all.Rounding, c.Rounding
		}
	case f.InFile != nil && f.Said.Unheld == 0:
		out.Said, out.Must = f.InFile, maps.Clone(f.Said.Sums)
	case f.Said.Nameless == 0:
		out.Said, out.Must = f.Totals, maps.Clone(f.Sums)
	default:
		out.Unknown = true
		return out
	}
	for currency, by := range out.Rounding {
		s := out.Must[currency]
		out.Must[currency] = records.Sum{Debit: less(s.Debit, by.Away), Credit: less(s.Credit, by.Away)}
	}
	return out
}

// less is a side without what rounding took from it; a side where nothing stands is left as it is.
func less(side, away fis.Amount) fis.Amount {
	if side.IsZero() {
		return side
	}
	return side.Sub(away)
}

// fileReader reads import files back. Plans of former versions of mappings are loaded once.
type fileReader struct {
	j     *journal.Journal
	open  Opener
	plans map[string]*mapping.Plan // by version; nil when it cannot be loaded
	// files that could not be compared, by reason, and documents that are not kept any more.
	unknown, notHeld, aged, sealed, free, nameless int
	out                                            filesRead
}

// readFiles compares each import file that counts with its documents: the bytes that were sent, read by the layout of
// then, with the posting lines of the documents as they came.
func readFiles(ctx context.Context, j *journal.Journal, files []records.FileFigure, open Opener, progress func(done, total int)) (filesRead, error) {
	r := &fileReader{j: j, open: open, plans: map[string]*mapping.Plan{}, out: filesRead{byFile: map[int64]amounts.Comparison{}}}
	kept := infile.Figures{}
	for i, f := range files {
		if progress != nil {
			progress(i+1, len(files))
		}
		if f.State == records.Withdrawn {
			continue
		}
		if err := r.file(ctx, f.File); err != nil {
			return r.out, err
		}
		s := r.out.sums(f)
		if s.Compared {
			r.out.compared++
		} else {
			r.out.uncompared++
		}
		if s.Unknown {
			r.nameless++
		}
		kept.Rounded += s.Rounded
		for currency, by := range s.Rounding {
			kept.Round(currency, 0, by)
		}
	}
	for _, n := range []struct {
		count int
		text  say.Text
	}{
		{r.unknown, "not compared, the version of the mapping is not known"},
		{r.sealed, "not compared, sealed, and the key that signs (seal.sign) cannot open them"},
		{r.nameless, "their amounts are not known any more"},
		{r.notHeld, "not compared, its template does not hold the amounts against the documents"},
	} {
		if n.count > 0 {
			r.out.notes = append(r.out.notes, say.F("%s: %s", say.Counted(n.count, "import file"), n.text))
		}
	}
	for _, n := range []struct {
		count int
		text  say.Text
	}{
		{r.aged, "not compared, they are not kept any more"},
		{r.free, "not compared, their rows are not held against them"},
	} {
		if n.count > 0 {
			r.out.notes = append(r.out.notes, say.F("%s: %s", say.Counted(n.count, "document"), n.text))
		}
	}
	r.out.rounded = roundingNotes(kept)
	return r.out, nil
}

func (r *fileReader) file(ctx context.Context, f records.File) error {
	plan, err := r.plan(ctx, f)
	if err != nil {
		return err
	}
	if plan == nil {
		r.unknown++
		return nil
	}
	if kept, err := r.j.HasBytes(ctx, f.ID, 0); err != nil || !kept { // aged out, or forgotten
		r.aged += f.Documents
		return err
	}
	hash := sha256.New()
	temp, size, err := r.open(f, io.TeeReader(r.j.FileBytes(ctx, f.ID), hash))
	closed := errors.As(err, new(*seal.ClosedError))
	if err != nil && !closed {
		return fmt.Errorf("import file %s: %w", f.Name, err)
	}
	if !closed {
		defer ownfile.Discard(temp)
	}
	if sum := hex.EncodeToString(hash.Sum(nil)); sum != f.SHA256 {
		r.wrong("%s: the journal's bytes have the hash %s, the file that was fixed has %s", f.Name, wording.Short(sum), wording.Short(f.SHA256))
		return nil
	}
	if closed {
		r.sealed++
		return nil
	}
	c, err := plan.CompareFile(ctx, f.Name, temp, size, r.documents(ctx, f))
	if errors.Is(err, mapping.ErrNotHeld) {
		r.notHeld++
		return nil
	}
	if err != nil {
		return err
	}
	r.aged += c.Aged
	r.free += c.Unheld
	if c.Err != nil {
		r.wrong("%s: %s", f.Name, c.Err)
		return nil
	}
	for _, d := range c.Wrong {
		r.wrong("%s: %s", f.Name, d)
	}
	r.out.byFile[f.ID] = c
	return nil
}

func (r *fileReader) wrong(form string, args ...any) {
	r.out.broken = append(r.out.broken, fmt.Sprintf(form, args...))
}

// plan is the version of the mapping that made a file; nil when the journal does not have it, or it cannot be loaded
// any more.
func (r *fileReader) plan(ctx context.Context, f records.File) (*mapping.Plan, error) {
	if p, known := r.plans[f.MappingHash]; known {
		return p, nil
	}
	var plan *mapping.Plan
	if len(f.MappingHash) >= 8 {
		v, err := r.j.MappingBytes(ctx, f.MappingHash)
		switch {
		case errors.Is(err, ledger.ErrNotFound):
		case err != nil:
			return nil, err
		default:
			plan, _ = mapping.LoadVersion(v.Name, v.Body, v.Template, v.TemplateBody)
		}
	}
	r.plans[f.MappingHash] = plan
	return plan, nil
}

// documents are those of a file, in its order. What later documents replace is read first: a snapshot of PostgreSQL answers
// one question at a time.
func (r *fileReader) documents(ctx context.Context, f records.File) iter.Seq2[mapping.Filed, error] {
	return func(yield func(mapping.Filed, error) bool) {
		before, err := r.before(ctx, f)
		if err == nil {
			err = r.j.EachFiled(ctx, f.ID, func(p records.Part, e *fis.Envelope, damaged error) error {
				if damaged != nil {
					r.wrong("%s: %s", f.Name, damaged)
					e = nil
				}
				out := mapping.Filed{DocID: p.DocID, First: p.FirstLine, Last: p.LastLine, Envelope: e}
				if p.PostAs == records.PostReplace {
					if out.Revision = before[p.DocID]; out.Revision == nil {
						out.Envelope = nil // as good as aged out
					}
				}
				if !yield(out, nil) {
					return errEnough
				}
				return nil
			})
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(mapping.Filed{}, err)
		}
	}
}

// before is what the documents of a file that replace others took back, by docId; none where that cannot be read any more.
func (r *fileReader) before(ctx context.Context, f records.File) (map[string]*mapping.Revision, error) {
	parts, err := r.j.Parts(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	out := map[string]*mapping.Revision{}
	for _, p := range parts {
		if p.PostAs != records.PostReplace {
			continue
		}
		rev, missing, err := rendering.Before(ctx, r.j, r.plans[f.MappingHash], p.Basis)
		if err != nil {
			return nil, err
		}
		if missing == "" {
			out[p.DocID] = rev
		}
	}
	return out, nil
}
