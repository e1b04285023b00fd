package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
)

// Event is one row of the history.
type Event struct {
	Seq         int64           `json:"seq"`
	At          string          `json:"at"`
	Event       string          `json:"event"`
	DocID       string          `json:"doc_id,omitempty"`
	FileID      int64           `json:"file_id,omitempty"`
	ResultID    int64           `json:"result_id,omitempty"`
	Actor       string          `json:"actor"`
	Correlation string          `json:"correlation,omitempty"`
	Detail      json.RawMessage `json:"detail,omitempty"`
	Hash        string          `json:"-"`
	// salt and detailHash stand for the detail in the chain, so that it can be emptied; both are empty in rows of
	// versions that could not.
	salt, detailHash string
}

// head is the last row of the chain as this transaction sees it.
type head struct {
	seq  int64
	hash string
	was  int64
}

// About says what an event is about.
type About struct {
	Doc         string
	File        int64
	Result      int64
	Correlation string
	// others have no column of their own: they stand in the detail, by their kind.
	Others []Subject
}

// Detail is a small set of facts, written as JSON with sorted keys.
type Detail map[string]any

// Event appends to the history within the transaction.
func (t *Tx) Event(name string, a About, d Detail) error {
	if err := t.loadHead(); err != nil {
		return err
	}
	t.tell(a)
	text, d := "", d.named(a.Others)
	if len(d) > 0 {
		b, err := json.Marshal(d)
		if err != nil {
			return fmt.Errorf("history detail: %w", err)
		}
		text = string(b)
	}
	e := Event{Seq: t.head.seq + 1, At: t.At, Event: name, DocID: a.Doc, FileID: a.File, ResultID: a.Result, Actor: t.Actor, Correlation: a.Correlation, Detail: json.RawMessage(text)}
	if text != "" && name != SealedEvent { // seals hold no text
		var salt [16]byte
		_, _ = rand.Read(salt[:]) // never fails
		e.salt = hex.EncodeToString(salt[:])
		e.detailHash = saltedHash(e.salt, text)
	}
	e.Hash = Chain(t.head.hash, e)
	t.head.seq, t.head.hash = e.Seq, e.Hash
	if t.events = append(t.events, e); len(t.events) == eventsAtOnce {
		return t.saveEvents()
	}
	return nil
}

const eventsAtOnce = 40

// saveEvents writes the history rows that the transaction holds back; nothing reads them within it.
func (t *Tx) saveEvents() error {
	if len(t.events) == 0 {
		return nil
	}
	args := make([]any, 0, 12*len(t.events))
	for _, e := range t.events {
		args = append(args, e.Seq, e.At, e.Event, e.DocID, e.FileID, e.ResultID, e.Actor, e.Correlation, string(e.Detail), e.Hash, e.salt, e.detailHash)
	}
	t.events = t.events[:0]
	if _, err := t.Exec(`INSERT INTO history (seq, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash, salt, detail_hash) VALUES `+t.Places(args, 12), args...); err != nil {
		return fmt.Errorf("append to the history: %w", err)
	}
	return nil
}

func (t *Tx) loadHead() error {
	if t.head != nil {
		return nil
	}
	h := &head{}
	err := t.QueryRowContext(t.Ctx, `SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1`).Scan(&h.seq, &h.hash)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("read the history's head: %w", err)
	}
	h.was = h.seq
	t.head = h
	return nil
}

// saveHead keeps the head beside the chain, so that rows cut off its end are missed too.
func (t *Tx) saveHead() error {
	if err := t.saveEvents(); err != nil {
		return err
	}
	if t.head == nil || t.head.seq == t.head.was {
		return nil
	}
	_, err := t.Exec(`INSERT INTO meta (name, value) VALUES ('history_head', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		strconv.FormatInt(t.head.seq, 10)+" "+t.head.hash)
	return err
}

// EventColumns are what scanEvent reads.
const EventColumns = `seq, at, event, doc_id, file_id, result_id, actor, correlation, detail, hash, salt, detail_hash`

// saltedHash is what stands for a detail in the chain.
func saltedHash(salt, text string) string { return Digest([]byte(salt + "\x00" + text)) }

// Chain is SHA-256 over the hash before and every column, each with its length, so that no two rows can be told as one.
// In place of a detail it takes the detail's salted hash, so that the detail can be emptied.
func Chain(before string, e Event) string {
	text := string(e.Detail)
	if e.detailHash != "" {
		text = "sha256:" + e.detailHash
	}
	var space [1024]byte
	parts := space[:0]
	for _, part := range [...]string{before, strconv.FormatInt(e.Seq, 10), e.At, e.Event, e.DocID, strconv.FormatInt(e.FileID, 10),
		strconv.FormatInt(e.ResultID, 10), e.Actor, e.Correlation, text} {
		parts = appendPart(parts, part)
	}
	return Digest(parts)
}

// History gives the events about a document, a file or a result, oldest first; what is zero is not asked for.
func (j *Ledger) History(ctx context.Context, docID string, fileID, resultID int64) ([]Event, error) {
	var out []Event
	rows, err := QueryRows(ctx, j, `SELECT `+EventColumns+` FROM history
		WHERE (doc_id = $1 AND doc_id <> '') OR (file_id = $2 AND file_id <> 0) OR (result_id = $3 AND result_id <> 0) ORDER BY seq`, docID, fileID, resultID)
	if err != nil {
		return nil, fmt.Errorf("journal: read history: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		e, err := ScanEvent(rows)
		if err != nil {
			return nil, fmt.Errorf("journal: read history: %w", err)
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// ScanEvent reads EventColumns.
func ScanEvent(rows *sql.Rows) (Event, error) {
	var e Event
	var text string
	err := rows.Scan(&e.Seq, &e.At, &e.Event, &e.DocID, &e.FileID, &e.ResultID, &e.Actor, &e.Correlation, &text, &e.Hash, &e.salt, &e.detailHash)
	if text != "" {
		e.Detail = json.RawMessage(text)
	}
	return e, err
}

// Break is a place where the history is not what was written.
type Break struct {
	Seq    int64  `json:"seq"`
	Reason string `json:"reason"`
}

// VerifyHistory walks the whole chain and tells each edited, deleted or inserted row, the number of rows, and the hash
// of the last one.
func (j *Ledger) VerifyHistory(ctx context.Context) (count int64, last string, breaks []Break, err error) {
	rows, err := QueryRows(ctx, j, `SELECT `+EventColumns+` FROM history ORDER BY seq`)
	if err != nil {
		return 0, "", nil, fmt.Errorf("journal: verify history: %w", err)
	}
	defer rows.Close()
	var seq int64
	var gone emptied
	for rows.Next() {
		e, err := ScanEvent(rows)
		if err != nil {
			return count, last, breaks, fmt.Errorf("journal: verify history: %w", err)
		}
		gone.see(e)
		switch {
		case e.Seq < 1:
			breaks = append(breaks, Break{e.Seq, "the row was put in: the first one has number 1"})
			count++
			continue
		case e.Seq != seq+1:
			breaks = append(breaks, Break{e.Seq, missing(seq+1, e.Seq-1) + " before it"})
		case Chain(last, e) != e.Hash:
			breaks = append(breaks, Break{e.Seq, "the row does not fit the one before: it was edited or put in, or the one before was and got a new hash"})
		case e.detailHash != "" && len(e.Detail) > 0 && saltedHash(e.salt, string(e.Detail)) != e.detailHash:
			breaks = append(breaks, Break{e.Seq, "the detail of the row was edited"})
		}
		seq, last, count = e.Seq, e.Hash, count+1
	}
	if err := rows.Err(); err != nil {
		return count, last, breaks, fmt.Errorf("journal: verify history: %w", err)
	}
	breaks = append(breaks, gone.unexplained()...)
	end, err := j.verifyEnd(ctx, seq, last)
	if end != nil {
		breaks = append(breaks, *end)
	}
	return count, last, breaks, err
}

// verifyEnd compares the last row with what is kept of it beside the chain.
func (j *Ledger) verifyEnd(ctx context.Context, seq int64, last string) (*Break, error) {
	var kept, hash string
	var head int64
	err := QueryRow(ctx, j, `SELECT value FROM meta WHERE name = 'history_head'`).Scan(&kept)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("journal: verify history: %w", err)
	}
	if kept == "" {
		n, err := Count(ctx, j, `SELECT (SELECT COUNT(*) FROM documents) + (SELECT COUNT(*) FROM runs)`)
		if err != nil {
			return nil, fmt.Errorf("journal: verify history: %w", err)
		}
		if seq > 0 || n > 0 {
			return &Break{seq, "what was kept of the last row is gone: rows may be missing behind it"}, nil
		}
		return nil, nil // nothing has happened yet
	}
	if _, err := fmt.Sscanf(kept, "%d %s", &head, &hash); err != nil {
		return &Break{seq, fmt.Sprintf("what was kept of the last row was edited: %q", kept)}, nil
	}
	switch {
	case seq < head:
		return &Break{seq, missing(seq+1, head) + " behind it, at the end"}, nil
	case seq > head:
		return &Break{seq, fmt.Sprintf("the last row was number %d: what is behind it was added by another hand", head)}, nil
	case hash != last:
		return &Break{seq, "the last row was edited and got a new hash"}, nil
	}
	return nil, nil
}

func missing(from, to int64) string {
	if from == to {
		return fmt.Sprintf("row %d is missing", from)
	}
	return fmt.Sprintf("rows %d to %d are missing", from, to)
}

func Silent() *slog.Logger { return slog.New(slog.DiscardHandler) }
