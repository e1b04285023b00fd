package journal

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Texts about persons and what people wrote leave the journal in two ways: by the retention rule (Age) and by name (Forget). What stays is
// what the figures need: ids, states, amounts, dates, the ERP's document numbers, hashes.

// lasting are the events whose detail holds no text about a person; figures are checked against them.
var lasting = map[string]bool{"stored": true, "filed": true, "numbered": true, sealedEvent: true, erasedEvent: true,
	textsEvent: true, bytesEvent: true, payloadEvent: true, agedEvent: true}

// erasedEvent is the name of the history rows that say whose details were emptied.
const erasedEvent = "details emptied"

// The names of the history rows that say what has gone: texts, the bytes of a file, the document as Concur sent it, and all of one pass of
// the retention rule together.
const (
	textsEvent   = "texts emptied"
	bytesEvent   = "bytes removed"
	payloadEvent = "payload removed"
	agedEvent    = "aged out"
)

// eraseTexts empties every text about a document: reasons, messages of the ERP and of Concur, names of payees, lines of result files, and
// the details of its history.
func (t *tx) eraseTexts(docID string) error {
	if _, err := t.exec(`UPDATE documents SET reason = '', cause_data = '', employee_id = '', report_number = '', aged_at = $1 WHERE doc_id = $2`, t.at, docID); err != nil {
		return err
	}
	if err := t.eraseOutcome(docID); err != nil {
		return err
	}
	payments, err := t.erasePayments(docID)
	if err != nil {
		return err
	}
	if err := t.event(textsEvent, about{doc: docID, others: payments}, nil); err != nil {
		return err
	}
	lines, err := t.changed(`UPDATE result_rows SET data = '', problem = '' WHERE doc_id = $1`, docID)
	if err != nil {
		return err
	}
	for _, r := range keysOf(lines, ofResult, "result_id") {
		if err := t.event(textsEvent, about{doc: docID, result: r.number()}, nil); err != nil {
			return err
		}
	}
	return t.eraseAlarms(`subject = $1`, docID)
}

// eraseOutcome keeps verdict, number, company, year and date of a confirmation.
func (t *tx) eraseOutcome(docID string) error {
	text, err := t.strings(`SELECT outcome FROM confirmations WHERE doc_id = $1`, docID)
	if err != nil || len(text) == 0 {
		return err
	}
	var o fis.Outcome
	if err := json.Unmarshal([]byte(text[0]), &o); err != nil {
		return fmt.Errorf("outcome of document %s: %w", docID, err)
	}
	o.Messages = nil
	kept, err := json.Marshal(o)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE confirmations SET outcome = $1, message = '' WHERE doc_id = $2`, string(kept), docID)
	return err
}

// erasePayments keeps status, reference, amount, currency and date of a document's payments.
func (t *tx) erasePayments(docID string) (emptied []subject, err error) {
	texts := map[int64]string{}
	err = t.each(`SELECT id, payment FROM payments WHERE doc_id = $1`, func(rows *sql.Rows) error {
		var id int64
		var text string
		err := rows.Scan(&id, &text)
		texts[id] = text
		return err
	}, docID)
	if err != nil {
		return nil, err
	}
	for _, id := range slices.Sorted(maps.Keys(texts)) {
		var p fis.Payment
		if err := json.Unmarshal([]byte(texts[id]), &p); err != nil {
			return nil, fmt.Errorf("payment %d: %w", id, err)
		}
		p.ReceiverID, p.ReceiverName, p.Message = "", "", ""
		kept, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		if _, err := t.exec(`UPDATE payments SET payment = $1, message = '' WHERE id = $2`, string(kept), id); err != nil {
			return nil, err
		}
		emptied = append(emptied, numbered(ofPayment, id))
	}
	return emptied, nil
}

// eraseAlarms empties the texts of alarms that are resolved, and of their history.
func (t *tx) eraseAlarms(where string, args ...any) error {
	ids, err := t.strings(`SELECT CAST(id AS TEXT) FROM alarms WHERE resolved_at <> '' AND message <> '' AND `+where, args...)
	if err != nil {
		return err
	}
	var emptied []subject
	for _, id := range ids {
		if _, err := t.exec(`UPDATE alarms SET message = '', remedy = '', resolution = '' WHERE CAST(id AS TEXT) = $1`, id); err != nil {
			return err
		}
		emptied = append(emptied, subject{ofAlarm, id})
	}
	if len(emptied) == 0 {
		return nil
	}
	return t.event(textsEvent, about{others: emptied}, nil)
}

// detailsOf are the history rows about documents that hold a text.
func (t *tx) detailsOf(docs []string) (seqs []int64, err error) {
	for _, id := range docs {
		if err := t.rowsWithText(&seqs, `doc_id = $1`, id); err != nil {
			return nil, err
		}
	}
	return seqs, nil
}

// rowsWithText adds the history rows whose detail can and must be emptied.
func (t *tx) rowsWithText(seqs *[]int64, where string, args ...any) error {
	return t.each(`SELECT seq, event FROM history WHERE detail <> '' AND detail_hash <> '' AND `+where, func(rows *sql.Rows) error {
		var seq int64
		var event string
		err := rows.Scan(&seq, &event)
		if !lasting[event] {
			*seqs = append(*seqs, seq)
		}
		return err
	}, args...)
}

// emptyDetails empties the details of history rows, and says which and why in a row of its own: the chain holds their hashes.
func (t *tx) emptyDetails(seqs []int64, why string) error {
	sort.Slice(seqs, func(a, b int) bool { return seqs[a] < seqs[b] })
	const atOnce = 500
	for len(seqs) > 0 {
		part := seqs[:min(atOnce, len(seqs))]
		seqs = seqs[len(part):]
		where, args := in("seq", part, 1)
		if _, err := t.exec(`UPDATE history SET detail = '', salt = '' WHERE detail_hash <> '' AND `+where, args...); err != nil {
			return err
		}
		if err := t.event(erasedEvent, about{}, detail{"rows": spans(part), "why": why}); err != nil {
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
	if e.Event != erasedEvent {
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
	for _, seq := range sortedIDs(g.bare) {
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
