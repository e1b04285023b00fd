package scope

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Walk moves the environment over everything of one kind in the document and calls fn at each.
func (e *Env) Walk(kind string, lines []posting.Line, fn func() error) error {
	e.allocation = 0
	switch kind {
	case template.RepeatDocument:
		e.at(kind, nil)
		return fn()
	case template.RepeatPosting:
		return e.WalkLines(lines, fn)
	case template.RepeatTrip, template.RepeatAllowanceDay, template.RepeatAllowance, template.RepeatDeduction:
		return e.walkTrips(kind, fn)
	case template.RepeatApplication:
		for _, n := range e.doc.Root.List("cashAdvanceApplication") {
			e.at(kind, nil, n)
			if err := fn(); err != nil {
				return err
			}
		}
		return nil
	}
	if kind == template.RepeatJournal && e.doc.DocType == fis.CashAdvance {
		return e.each(kind, e.doc.Root.List("journalData"), nil, nil, fn)
	}
	for _, list := range []string{"expenseEntry", "lineItem", "requestEntry"} {
		for _, entry := range e.doc.Root.List(list) {
			if kind == template.RepeatAllocation && list == "requestEntry" && len(entry.List("allocation")) == 0 {
				e.allocation++
				if err := e.each(kind, []*fis.Node{e.wholeEntry(entry)}, nil, entry, fn); err != nil {
					return err
				}
				continue
			}
			if err := e.walkEntry(kind, entry, fn); err != nil {
				return err
			}
		}
	}
	return nil
}

// wholeEntry is the one allocation that a line of a request without allocations has: what is approved of the line is
// committed where nothing shares it out.
func (e *Env) wholeEntry(entry *fis.Node) *fis.Node {
	share, known := e.whole[entry]
	if !known {
		if e.whole == nil {
			e.whole = map[*fis.Node]*fis.Node{}
		}
		share = entry.Share("allocationAmount", "entryApprovedAmount")
		e.whole[entry] = share
	}
	return share
}

// WalkIn moves the environment over what stands in the row that it is at, and back: the row itself for its own kind and
// for posting lines, else those of the kinds whose part of the document lies in that of the row.
func (e *Env) WalkIn(kinds []string, lines []posting.Line, fn func()) {
	outer := *e
	for _, kind := range kinds {
		if kind == outer.kind {
			fn()
		} else {
			_ = e.Walk(kind, lines, func() error {
				if outer.depth > 0 && slices.Contains(e.nodes[:e.depth], outer.nodes[0]) {
					fn()
				}
				return nil
			})
		}
		bad := e.Bad
		*e = outer
		e.Bad = bad
	}
}

// WalkLines moves it over posting lines and calls fn at each.
func (e *Env) WalkLines(lines []posting.Line, fn func() error) error {
	for i := range lines {
		e.AtLine(&lines[i], i+1)
		if err := fn(); err != nil {
			return err
		}
	}
	return nil
}

// AtLine moves to a posting line, the number-th of the document.
func (e *Env) AtLine(l *posting.Line, number int) {
	e.at(template.RepeatPosting, l, l.Tax, l.Application, l.Journal, l.Allocation, l.Entry)
	e.entry, e.alloc, e.number = l.Entry, l.Allocation, number
}

func (e *Env) walkEntry(kind string, entry *fis.Node, fn func() error) error {
	switch kind {
	case template.RepeatEntry:
		return e.each(kind, []*fis.Node{entry}, nil, nil, fn)
	case template.RepeatPayroll:
		return e.each(kind, entry.List("payrollData"), nil, entry, fn)
	}
	for _, alloc := range entry.List("allocation") {
		e.allocation++
		var err error
		switch kind {
		case template.RepeatAllocation:
			err = e.each(kind, []*fis.Node{alloc}, nil, entry, fn)
		case template.RepeatJournal:
			err = e.each(kind, alloc.List("journal"), alloc, entry, fn)
		case template.RepeatTax:
			err = e.each(kind, taxes(alloc), alloc, entry, fn)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// taxes are those of the allocation, or of the journal rows of an invoice.
func taxes(alloc *fis.Node) []*fis.Node {
	if list := alloc.List("tax"); list != nil {
		return list
	}
	var out []*fis.Node
	for _, j := range alloc.List("journal") {
		out = append(out, j.List("tax")...)
	}
	return out
}

// each visits the nodes of a list. Beside a journal row stands the tax of its allocation, when there is just one.
func (e *Env) each(kind string, list []*fis.Node, alloc, entry *fis.Node, fn func() error) error {
	e.inAlloc = 0
	for _, n := range list {
		if n.Kind() != fis.Object {
			continue
		}
		e.inAlloc++
		if kind == template.RepeatJournal {
			var tax *fis.Node
			if t := alloc.List("tax"); len(t) == 1 {
				tax = t[0]
			}
			e.at(kind, nil, n, tax, alloc, entry)
		} else {
			e.at(kind, nil, n, alloc, entry)
		}
		e.entry, e.alloc = entry, alloc
		switch kind {
		case template.RepeatEntry:
			e.entry = n
		case template.RepeatAllocation:
			e.alloc = n
		}
		if err := fn(); err != nil {
			return err
		}
	}
	return nil
}
