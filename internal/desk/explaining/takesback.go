package explaining

import (
	"context"
	"errors"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
)

// takesBack says of a line that takes back an earlier document's where that was written: document, file and line. It
// says nothing where that is not one line (lines that were netted), or not kept any more.
func takesBack(ctx context.Context, j *journal.Journal, parts []records.Part, line *explain.Line) error {
	if line == nil {
		return nil
	}
	for n := range line.Postings {
		p := &line.Postings[n]
		if !p.Reversal {
			continue
		}
		line.Origin = ""
		for _, part := range parts {
			if part.DocID != line.DocID || part.PostAs != records.PostReplace {
				continue
			}
			back, err := lineBefore(ctx, j, part, p)
			if err != nil {
				return err
			}
			p.TakesBack = back
		}
		if p.TakesBack == nil {
			continue
		}
		for i := range line.Cells {
			for k := range line.Cells[i].Sources {
				switch s := &line.Cells[i].Sources[k]; s.Name {
				case "line.debit", "line.credit", "line.amount":
					s.Found = []explain.Found{{Path: TakesBackWords(p.TakesBack)}}
				}
			}
		}
	}
	return nil
}

// TakesBackWords name the line that is taken back: expenses/1 line 4.
func TakesBackWords(b *explain.TakesBack) string {
	switch {
	case b.Line > 0:
		return fmt.Sprintf("%s line %d", b.File, b.Line)
	case b.First != b.Last:
		return fmt.Sprintf("%s lines %d to %d", b.File, b.First, b.Last)
	}
	return fmt.Sprintf("%s line %d", b.File, b.First)
}

// lineBefore finds what a posting line of a replacing document takes back: the line with the same account and party and
// its amount on the other side. Of several that are the same, it is the one that stands as far behind the first as this
// line among its own.
func lineBefore(ctx context.Context, j *journal.Journal, part records.Part, p *explain.Posting) (*explain.TakesBack, error) {
	mine, err := writtenAt(ctx, j, records.Place{File: part.FileID, Doc: part.DocID})
	if err != nil || mine == nil || p.Number > len(mine.Lines) {
		return nil, err
	}
	at := p.Number - 1
	want, nth := mine.Lines[at], 0
	for _, l := range mine.Lines[:at] {
		if sameLine(l, want) {
			nth++
		}
	}
	var found []*explain.TakesBack
	for _, place := range part.Basis {
		old, err := writtenAt(ctx, j, place)
		if err != nil {
			return nil, err
		}
		if old == nil {
			continue
		}
		places, err := j.PartsOf(ctx, place.Doc)
		if err != nil {
			return nil, err
		}
		for _, was := range places {
			if was.FileID != place.File {
				continue
			}
			f, err := j.File(ctx, was.FileID)
			if err != nil {
				return nil, err
			}
			if was.PostAs == records.PostReplace { // what stood before was taken back by it
				found = nil
			}
			for i, l := range old.Lines {
				l.Debit, l.Credit = l.Credit, l.Debit
				if !sameLine(l, want) {
					continue
				}
				b := &explain.TakesBack{DocID: place.Doc, File: desk.FileLabel(f), First: was.FirstLine, Last: was.LastLine}
				if was.Rows == len(old.Lines) && was.LastLine-was.FirstLine+1 == was.Rows { // one line for each
					b.Line = was.FirstLine + i
				}
				if l.Credit.IsZero() {
					b.Credit = fis.Text(l.Debit, old.Currency)
				} else {
					b.Debit = fis.Text(l.Credit, old.Currency)
				}
				found = append(found, b)
			}
		}
	}
	if nth >= len(found) {
		return nil, nil
	}
	return found[nth], nil
}

func sameLine(a, b takeback.WrittenLine) bool {
	return a.Role == b.Role && a.Account == b.Account && a.Party == b.Party && a.TaxCode == b.TaxCode && a.Entry == b.Entry &&
		a.Debit.Equal(b.Debit) && a.Credit.Equal(b.Credit)
}

// writtenAt is what was written of a document; nil where it is not kept.
func writtenAt(ctx context.Context, j *journal.Journal, at records.Place) (*takeback.Written, error) {
	data, err := j.Written(ctx, at)
	if errors.Is(err, ledger.ErrNotFound) || errors.Is(err, records.ErrDamaged) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	w, err := takeback.ParseWritten(data)
	if err != nil {
		return nil, nil //nolint:nilerr // as not kept
	}
	return &w, nil
}
