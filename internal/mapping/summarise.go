package mapping

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/posting"
)

// summer adds up posting lines; it keeps its buffers between documents.
type summer struct {
	index map[string]int
	key   strings.Builder
}

// summarise adds up the posting lines that agree in the chosen values. Cost and tax lines of different allocations stay apart unless asked, for
// they belong to different cost objects. A sum keeps the references of its first line.
func (w *Worker) summarise(r *recordPlan, lines []posting.Line) []posting.Line {
	if w.sum.index == nil {
		w.sum.index = map[string]int{}
	}
	clear(w.sum.index)
	var out []posting.Line
	i := 0
	_ = w.env.walkLines(lines, func() error {
		line := lines[i]
		i++
		key, ok := w.sumKey(r, &line)
		if !ok {
			return nil
		}
		if at, known := w.sum.index[key]; known {
			out[at].Debit = out[at].Debit.Add(line.Debit)
			out[at].Credit = out[at].Credit.Add(line.Credit)
			return nil
		}
		w.sum.index[key] = len(out)
		out = append(out, line)
		return nil
	})
	if r.sum.net {
		out = netted(out)
	}
	return out
}

func (w *Worker) sumKey(r *recordPlan, line *posting.Line) (string, bool) {
	b := &w.sum.key
	b.Reset()
	for _, prog := range r.sum.by {
		v, err := prog.Eval(&w.env)
		if err != nil || len(w.env.bad) > 0 {
			w.failed(r, pseudoSummarise, place{}, err)
			return "", false
		}
		b.WriteString(v.String())
		b.WriteByte(0)
	}
	if !r.sum.across && !line.Role.IsParty() {
		b.WriteString(line.EntryID + "\x00" + line.AllocationID + "\x00" + line.LineItem)
	}
	b.WriteByte(0)
	if !r.sum.net && line.Debit.IsZero() {
		b.WriteByte('C')
	}
	return b.String(), true
}

func netted(lines []posting.Line) []posting.Line {
	out := lines[:0]
	for _, l := range lines {
		net := l.Debit.Sub(l.Credit)
		if net.IsZero() {
			continue
		}
		if net.IsPositive() {
			l.Debit, l.Credit = net, net.Sub(net)
		} else {
			l.Debit, l.Credit = net.Sub(net), net.Neg()
		}
		out = append(out, l)
	}
	return out
}
