package ledger

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// ErasedEvent is the name of the history rows that say whose details were emptied.
const ErasedEvent = "details emptied"

// EmptyDetails empties the details of history rows, and says which and why in a row of its own: the chain holds their
// hashes.
func (t *Tx) EmptyDetails(seqs []int64, why string) error {
	sort.Slice(seqs, func(a, b int) bool { return seqs[a] < seqs[b] })
	const atOnce = 500
	for len(seqs) > 0 {
		part := seqs[:min(atOnce, len(seqs))]
		seqs = seqs[len(part):]
		where, args := Among("seq", part, 1)
		if _, err := t.Exec(`UPDATE history SET detail = '', salt = '' WHERE detail_hash <> '' AND `+where, args...); err != nil {
			return err
		}
		if err := t.Event(ErasedEvent, About{}, Detail{"rows": spans(part), "why": why}); err != nil {
			return err
		}
	}
	return nil
}

// spans writes sorted numbers as "3-5,9".
func spans(numbers []int64) string {
	var out strings.Builder
	for i := 0; i < len(numbers); {
		end := i
		for end+1 < len(numbers) && numbers[end+1] <= numbers[end]+1 {
			end++
		}
		if out.Len() > 0 {
			out.WriteByte(',')
		}
		out.WriteString(strconv.FormatInt(numbers[i], 10))
		if end > i {
			out.WriteString("-" + strconv.FormatInt(numbers[end], 10))
		}
		i = end + 1
	}
	return out.String()
}

// emptied holds the history rows without their detail against the rows that say so.
type emptied struct {
	bare      map[int64]bool
	explained [][2]int64
}

func (g *emptied) see(e Event) {
	if e.detailHash != "" && len(e.Detail) == 0 {
		if g.bare == nil {
			g.bare = map[int64]bool{}
		}
		g.bare[e.Seq] = true
	}
	if e.Event != ErasedEvent {
		return
	}
	var d struct{ Rows string }
	if json.Unmarshal(e.Detail, &d) != nil {
		return // VerifyHistory tells that the row was edited
	}
	for _, span := range strings.Split(d.Rows, ",") {
		from, to, isSpan := strings.Cut(span, "-")
		a, err := strconv.ParseInt(from, 10, 64)
		if err != nil {
			continue
		}
		b := a
		if isSpan {
			if b, err = strconv.ParseInt(to, 10, 64); err != nil {
				continue
			}
		}
		g.explained = append(g.explained, [2]int64{a, b})
	}
}

// unexplained are the rows whose detail went without a word.
func (g *emptied) unexplained() (breaks []Break) {
	sort.Slice(g.explained, func(a, b int) bool { return g.explained[a][0] < g.explained[b][0] })
	i := 0
	for _, seq := range slices.Sorted(maps.Keys(g.bare)) {
		for i < len(g.explained) && g.explained[i][1] < seq {
			i++
		}
		if i < len(g.explained) && g.explained[i][0] <= seq {
			continue
		}
		breaks = append(breaks, Break{seq, "the detail of the row was removed by another hand: no later row says so"})
	}
	return breaks
}
