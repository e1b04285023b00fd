package scope

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// docPath is the place of a value in a document: from the root (expenseEntry.mileage.routeId), or from a part that the
// row is in or has (mileage.routeId). Lists need no mark: the row's own item is meant, or the only one; [0] is the
// first item, whatever the row.
type docPath struct {
	text  string
	steps []pathStep
	// heads are the beginnings of the path up to each step, as far as no item is picked.
	heads []string
}

// pathStep is a name and, where one is picked, the item of the list; -1 when none is.
type pathStep struct {
	name string
	item int
}

// parsePath reads a path as it is typed. The error says what is wrong in words for accountants.
func parsePath(typed string) (*docPath, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return nil, fmt.Errorf("a path is missing, such as report.reportId or expenseEntry[0].entryId")
	}
	p := &docPath{}
	for _, word := range strings.Split(typed, ".") {
		name, rest, picked := strings.Cut(word, "[")
		if name == "" || strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789_-") != "" {
			return nil, fmt.Errorf("%q in the path %s is no name of a field: names are parted by points, as in "+
				"expenseEntry[0].entryId", word, typed)
		}
		step := pathStep{name, -1}
		number, closed := strings.CutSuffix(rest, "]")
		if picked && !closed {
			return nil, fmt.Errorf("%q in the path %s has no closing bracket", word, typed)
		}
		if number != "" {
			n, err := strconv.Atoi(number)
			if err != nil || strings.Trim(number, "0123456789") != "" {
				return nil, fmt.Errorf("%q in the path %s picks no item: the first one is [0]", word, typed)
			}
			step.item = n
		}
		p.steps = append(p.steps, step)
	}
	p.text = strings.ReplaceAll(typed, "[]", "")
	for i, s := range p.steps {
		if s.item >= 0 {
			break
		}
		head := s.name
		if i > 0 {
			head = p.heads[i-1] + "." + s.name
		}
		p.heads = append(p.heads, head)
	}
	return p, nil
}

// leaf is the name of the value itself.
func (p *docPath) leaf() string { return p.steps[len(p.steps)-1].name }

// names is the path without the items picked.
func (p *docPath) names() string {
	var b strings.Builder
	for i, s := range p.steps {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.name)
	}
	return b.String()
}

// under reports whether a part stands where the path begins with head: at the same place from the root, or at its end.
func under(part, head string) bool {
	return part == head || len(part) > len(head) && strings.HasSuffix(part, head) && part[len(part)-len(head)-1] == '.'
}

// follow gives what stands at the path, as the row sees it. Several values that differ are an error: none of them is
// the one.
func (e *Env) follow(p *docPath) (*fis.Node, error) {
	var at finding
	for i := range e.depth {
		part := e.partOf(i)
		for k := min(len(p.heads), len(p.steps)-1); k > 0; k-- {
			if under(part, p.heads[k-1]) {
				at.descend(e.nodes[i], p.steps[k:])
				return at.node, at.wrong(p)
			}
		}
	}
	for _, n := range e.nodes[:e.depth] {
		if n.Get(p.steps[0].name) != nil {
			at.descend(n, p.steps)
			return at.node, at.wrong(p)
		}
	}
	if e.doc.Root.Get(p.steps[0].name).Kind() >= fis.Object {
		at.descend(e.doc.Root, p.steps)
		return at.node, at.wrong(p)
	}
	for _, n := range e.heads {
		if n.Get(p.steps[0].name) != nil {
			at.descend(n, p.steps)
			break
		}
	}
	return at.node, at.wrong(p)
}

// finding is what was found on the way down: the first value, and how many others there are.
type finding struct {
	node   *fis.Node
	others int
}

func (f *finding) descend(n *fis.Node, steps []pathStep) {
	if n == nil {
		return
	}
	if len(steps) == 0 {
		switch {
		case f.node == nil:
			f.node = n
		case n.Kind() != f.node.Kind() || n.Text() != f.node.Text() || n.Kind() == fis.Object:
			f.others++
		}
		return
	}
	child := n.Get(steps[0].name)
	if i := steps[0].item; i >= 0 {
		if items := n.List(steps[0].name); i < len(items) {
			f.descend(items[i], steps[1:])
		}
		return
	}
	if child.Kind() != fis.Array || len(steps) == 1 {
		f.descend(child, steps[1:])
		return
	}
	for _, item := range child.Items() {
		f.descend(item, steps[1:])
	}
}

func (f *finding) wrong(p *docPath) error {
	if f.others == 0 {
		return nil
	}
	return fmt.Errorf("%d different values are there for this row; say which item is meant, as in "+
		"FIELD(\"expenseEntry[0].entryId\")", f.others+1)
}

// partOf is the place from the root of the i-th part that the row stands in, innermost first; "" when nobody asks for
// it.
func (e *Env) partOf(i int) string {
	n := e.nodes[i]
	entry := e.entryPath()
	switch n {
	case e.entry:
		return entry
	case e.alloc:
		return entry + ".allocation"
	}
	if e.trip != nil {
		return e.tripPart(n)
	}
	if l := e.line; l != nil {
		switch n {
		case l.Entry:
			return entry
		case l.Allocation:
			return entry + ".allocation"
		case l.Tax:
			return e.taxPath(entry)
		case l.Application:
			return "cashAdvanceApplication"
		}
		return e.journalPath(entry)
	}
	switch {
	case e.kind == "tax", i == 1:
		return e.taxPath(entry) // beside a journal row
	case e.kind == "application":
		return "cashAdvanceApplication"
	case e.kind == "payroll":
		return entry + ".payrollData"
	}
	return e.journalPath(entry)
}

func (e *Env) entryPath() string {
	switch e.doc.DocType {
	case fis.Invoice:
		return "lineItem"
	case fis.RequestObligation:
		return "requestEntry"
	case fis.Obligation:
		if e.doc.Root.Get("requestEntry") != nil {
			return "requestEntry"
		}
	}
	return "expenseEntry"
}

func (e *Env) journalPath(entry string) string {
	if e.doc.DocType == fis.CashAdvance {
		return "journalData"
	}
	return entry + ".allocation.journal"
}

func (e *Env) taxPath(entry string) string {
	if e.doc.DocType == fis.Invoice {
		return entry + ".allocation.journal.tax"
	}
	return entry + ".allocation.tax"
}
