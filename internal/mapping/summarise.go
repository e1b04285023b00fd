package mapping

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
)

// summer adds up posting lines; it keeps its buffers between documents.
type summer struct {
	index map[string]int
	key   strings.Builder
	codes map[int][]string // of the first line of each sum
	// members are the posting lines in each sum, by index.
	members [][]int
}

// summarise adds up the posting lines that agree in the chosen values. Cost and tax lines of different allocations stay
// apart unless asked, for they belong to different cost objects. A sum keeps the texts and dates of its first line. Its
// codes must be those of all its lines, or money would move to the account of whichever line came first.
func (w *Worker) summarise(r *Record, lines []posting.Line) []posting.Line {
	if w.sum.index == nil {
		w.sum.index, w.sum.codes = map[string]int{}, map[int][]string{}
	}
	clear(w.sum.index)
	clear(w.sum.codes)
	w.sum.members = nil
	var out []posting.Line
	i := 0
	_ = w.env.WalkLines(lines, func() error {
		line := lines[i]
		i++
		key, ok := w.sumKey(r, &line)
		if !ok {
			return nil
		}
		if at, known := w.sum.index[key]; known {
			if !w.amountsOnly {
				w.agree(r, at)
			}
			out[at].Debit = out[at].Debit.Add(line.Debit)
			out[at].Credit = out[at].Credit.Add(line.Credit)
			w.sum.members[at] = append(w.sum.members[at], i-1)
			return nil
		}
		w.sum.index[key] = len(out)
		if !w.amountsOnly {
			w.sum.codes[len(out)] = w.codesOf(r)
		}
		out = append(out, line)
		w.sum.members = append(w.sum.members, []int{i - 1})
		return nil
	})
	if r.sum.net {
		out = w.netted(r, out)
	}
	return out
}

// codesOf are the codes of the line that the environment stands on. What is wrong with one is told: as a part of a sum
// the line makes no row of its own.
func (w *Worker) codesOf(r *Record) []string {
	codes := make([]string, len(r.sum.codes))
	for i, f := range r.sum.codes {
		codes[i] = w.value(r, &r.fields[f]).String()
	}
	return codes
}

// agree refuses a line whose codes are others than those of the sum it goes into.
func (w *Worker) agree(r *Record, at int) {
	before := w.failures
	codes := w.codesOf(r)
	if w.failures > before {
		return
	}
	for i, first := range w.sum.codes[at] {
		if codes[i] == first {
			continue
		}
		f := &r.fields[r.sum.codes[i]]
		entry, alloc := w.env.EntryID()
		w.problem(refusal.Problem{Record: r.name, Field: f.name, Place: f.at.String(), Entry: entry, Allocation: alloc,
			Reason: "summarise",
			Detail: say.F("%q and %q would be added up; put this field's Value into the fields that lines are "+
				"added up by, or make it the same for all of them", first, codes[i])})
	}
}

func (w *Worker) sumKey(r *Record, line *posting.Line) (string, bool) {
	b := &w.sum.key
	b.Reset()
	for _, prog := range r.sum.by {
		v, err := prog.Eval(&w.env)
		if err != nil || len(w.env.Bad) > 0 {
			w.failed(r.name, workbook.PseudoSummarise, findings.Place{}, err)
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

// netted sets debits off against credits; what cancels itself out makes no line.
func (w *Worker) netted(r *Record, lines []posting.Line) []posting.Line {
	out, members := lines[:0], w.sum.members[:0]
	for i, l := range lines {
		net := l.Debit.Sub(l.Credit)
		if net.IsZero() {
			if h := w.heldFor(r); h != nil && h.OfLines() {
				w.amounts.Cancelled(w.sum.members[i])
			}
			continue
		}
		if net.IsPositive() {
			l.Debit, l.Credit = net, net.Sub(net)
		} else {
			l.Debit, l.Credit = net.Sub(net), net.Neg()
		}
		out, members = append(out, l), append(members, w.sum.members[i])
	}
	w.sum.members = members
	return out
}

// Contributions are the posting lines behind each line that summarise makes of them. The environment is as it was
// afterwards.
func Contributions(w *Worker, r *Record, lines []posting.Line) [][]int {
	here := w.env
	defer func() { w.env = here }()
	at := map[string]int{}
	var out [][]int
	i := -1
	_ = w.env.WalkLines(lines, func() error {
		i++
		key, ok := w.sumKey(r, &lines[i])
		if !ok {
			return nil
		}
		if _, known := at[key]; !known {
			at[key] = len(out)
			out = append(out, nil)
		}
		out[at[key]] = append(out[at[key]], i)
		return nil
	})
	if !r.sum.net {
		return out
	}
	kept := out[:0]
	for _, group := range out {
		net := fis.Zero
		for _, i := range group {
			net = net.Add(lines[i].Amount())
		}
		if !net.IsZero() {
			kept = append(kept, group)
		}
	}
	return kept
}
