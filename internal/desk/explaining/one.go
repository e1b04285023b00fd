package explaining

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
)

func newExplanation(f records.File, plan *mapping.Plan) *Explanation {
	return &Explanation{File: f.Name, Route: f.Route, Sequence: f.Sequence, Lines: f.Lines, Documents: f.Documents, MadeWith: f.MappingHash, plan: plan}
}

// options are the options of explaining a line of an import file.
func options(w *desk.Workspace, f records.File, line int, revisions map[string]*mapping.Revision) explain.Options {
	return explain.Options{
		Context: mapping.FileContext{Route: f.Route, Sequence: f.Sequence, Created: f.Created.In(w.Config.Schedule.Zone()), Group: f.Group},
		OneFile: true, Want: onLine(line), Revisions: revisions,
	}
}

// byDocument explains a line by the document alone that it belongs to: no other one of the file is rendered again. It
// is nil where that is not enough: the line belongs to none, or does not come out as it stands in the file, for
// whatever reason; the whole file tells more then.
func byDocument(ctx context.Context, w *desk.Workspace, f records.File, plan *mapping.Plan, line int) (*Explanation, error) {
	if !plan.Layout().Can().Lines {
		return nil, nil // lines of packages are asked of a member: ofMember
	}
	at, err := w.Journal.PartAt(ctx, f.ID, line)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	revisions, err := revisionsIn(ctx, w.Journal, plan, []records.Part{at.Part})
	if err != nil {
		return nil, err
	}
	env, err := w.Journal.Payload(ctx, at.DocID)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	env.Posting = at.Posting
	made, _, err := explain.One(plan, options(w, f, line, revisions), env,
		mapping.Before{Documents: at.Before, Rows: at.RowsBefore, Lines: at.FirstLine - 1})
	if made == nil || err != nil {
		return nil, err
	}
	stored, err := storedRecord(ctx, w, f, plan, made)
	if err != nil || !bytes.Equal(stored, made.Bytes) {
		return nil, err
	}
	x := newExplanation(f, plan)
	x.Mapping, x.Version = plan.Name(), plan.Hash()
	x.Changed = x.MadeWith != "" && x.Version != x.MadeWith
	x.Known, x.Same, x.Line = true, true, made
	return x, takesBack(ctx, w.Journal, []records.Part{at.Part}, x.Line)
}

// storedRecord are the bytes that stand in an import file where a line should be; nil where the file's bytes have aged
// out, or are sealed.
func storedRecord(ctx context.Context, w *desk.Workspace, f records.File, plan *mapping.Plan, l *explain.Line) ([]byte, error) {
	if known, err := w.Journal.HasBytes(ctx, f.ID, 0); err != nil || !known || len(l.Bytes) == 0 {
		return nil, err
	}
	body := w.Journal.FileBytes(ctx, f.ID)
	defer body.Close()
	in := bufio.NewReaderSize(body, 64<<10)
	head, err := in.Peek(256)
	if err != nil && !errors.Is(err, io.EOF) || seal.Sealed(head) {
		if errors.Is(err, io.EOF) {
			err = nil
		}
		return nil, err
	}
	if bytes.HasPrefix(head, []byte("\uFEFF")) {
		if _, err := in.Discard(len("\uFEFF")); err != nil {
			return nil, err
		}
	}
	return recordIn(in, plan.Layout().LineEnd(), l)
}

// recordIn is recordAt of a file that is read no further than it must be.
func recordIn(in *bufio.Reader, end []byte, l *explain.Line) ([]byte, error) {
	if len(end) == 0 {
		if _, err := io.CopyN(io.Discard, in, int64(l.Line-1)*int64(len(l.Bytes))); err != nil {
			return nil, ended(err)
		}
		out := make([]byte, len(l.Bytes))
		n, err := io.ReadFull(in, out)
		return out[:n], ended(err)
	}
	var out []byte
	for n := 1; n < l.Line+l.Lines; n++ {
		if n < l.Line {
			if err := skipLine(in, end); err != nil {
				return nil, ended(err)
			}
			continue
		}
		for {
			part, err := in.ReadBytes(end[len(end)-1])
			out = append(out, part...)
			if err != nil {
				return out, ended(err)
			}
			if bytes.HasSuffix(out, end) {
				break
			}
		}
	}
	return out, nil
}

// skipLine passes over a line.
func skipLine(in *bufio.Reader, end []byte) error {
	var tail []byte // of what was read, as long as the line end
	for {
		part, err := in.ReadSlice(end[len(end)-1])
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
		tail = append(tail, part[max(0, len(part)-len(end)):]...)
		tail = tail[max(0, len(tail)-len(end)):]
		if err == nil && bytes.Equal(tail, end) {
			return nil
		}
	}
}

// ended takes the end of a file that is shorter than it should be for what it is: not a failure of reading.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
