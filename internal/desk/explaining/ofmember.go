package explaining

import (
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

// ofMember explains a line of a member of a package by the document alone that it belongs to, as byDocument does. The
// journal knows how many records of all members a document has, not how many lie in which: where each document has as
// many in this member, or as many in the others, the lengths of the file and of the member tell whose line it is. What
// was told so is held against the bytes; nil where it does not come out as it stands there.
func ofMember(member string) func(context.Context, *desk.Workspace, records.File, *mapping.Plan, int) (*Explanation, error) {
	return func(ctx context.Context, w *desk.Workspace, f records.File, plan *mapping.Plan, line int) (*Explanation, error) {
		stored, err := storedMember(ctx, w, f, member)
		if stored == nil || err != nil {
			return nil, err
		}
		opt := options(w, f, line, nil)
		opt.Member = member
		heads, err := explain.Heads(plan, opt)
		if err != nil {
			return nil, err
		}
		parts, err := w.Journal.Parts(ctx, f.ID)
		if err != nil {
			return nil, err
		}
		end := lineEndOf(plan, f.Name, member)
		rows := bytes.Count(stored, end) - heads
		if len(end) == 0 || rows <= 0 || line <= heads {
			return nil, nil
		}
		at, before := whoseLine(parts, rows, line-heads)
		if at == nil {
			return nil, nil
		}
		if opt.Revisions, err = revisionsIn(ctx, w.Journal, plan, []records.Part{at.Part}); err != nil {
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
		opt.Before = heads + before
		made, _, err := explain.One(plan, opt, env, mapping.Before{Documents: at.Before, Rows: at.RowsBefore, Lines: at.FirstLine - 1})
		if made == nil || err != nil {
			return nil, err
		}
		there := *made
		there.Line = there.MemberLine
		if !bytes.Equal(recordAt(stored, end, &there), made.Bytes) {
			return nil, nil
		}
		x := newExplanation(f, plan)
		x.Member, x.Mapping, x.Version = member, plan.Name(), plan.Hash()
		x.Changed = x.MadeWith != "" && x.Version != x.MadeWith
		x.Known, x.Same, x.Line, x.Lines = true, true, made, bytes.Count(stored, end)
		return x, nil
	}
}

// whoseLine is the document of the line-th row of a member that has so many of them, and how many of the member stand
// before it; nil where the lengths do not tell.
func whoseLine(parts []records.Part, rows, line int) (*records.PartAt, int) {
	documents, all := 0, 0
	for _, p := range parts {
		if p.Rows > 0 {
			documents++
			all += p.LastLine - p.FirstLine + 1
		}
	}
	var of func(p *records.Part) int
	switch {
	case documents == 0:
		return nil, 0
	case (all-rows)%documents == 0 && rows <= all:
		others := (all - rows) / documents
		of = func(p *records.Part) int { return p.LastLine - p.FirstLine + 1 - others }
	case rows%documents == 0:
		of = func(*records.Part) int { return rows / documents }
	default:
		return nil, 0
	}
	at := records.PartAt{}
	before := 0
	for i := range parts {
		p := &parts[i]
		if p.Rows == 0 {
			continue
		}
		n := of(p)
		if n < 0 {
			return nil, 0
		}
		if before+n >= line {
			at.Part = *p
			return &at, before
		}
		before += n
		at.Before++
		at.RowsBefore += p.Rows
	}
	return nil, 0
}

// lineEndOf are the line ends of a member; none where it has none.
func lineEndOf(plan *mapping.Plan, file, member string) []byte {
	names := plan.Layout().Members(file)
	for record := range plan.Layout().Records() {
		if at, part, _ := plan.Layout().Member(record); part != nil && len(names) > at && names[at] == member && part.Can().Lines {
			return part.LineEnd()
		}
	}
	return nil
}

// storedMember are the bytes of a member as it went out; nil where they have aged out, or are sealed.
func storedMember(ctx context.Context, w *desk.Workspace, f records.File, member string) ([]byte, error) {
	if known, err := w.Journal.HasBytes(ctx, f.ID, 0); err != nil || !known {
		return nil, err
	}
	body := w.Journal.FileBytes(ctx, f.ID)
	defer body.Close()
	whole, err := io.ReadAll(body)
	if err != nil || seal.Sealed(whole) {
		return nil, err
	}
	return memberBytes(whole, member)
}
