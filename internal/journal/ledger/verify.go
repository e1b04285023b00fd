package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Difference is a row that is not what the last transaction which wrote it left.
type Difference struct {
	Table string `json:"table"`
	Key   string `json:"key"`
	// Columns are those that were changed, as far as they can be named.
	Columns []string `json:"columns,omitempty"`
	// Reason says it for people.
	Reason string `json:"reason"`
}

// seal is the newest seal of a row, and the history row that carries it.
type seal struct {
	text string
	seq  int64
}

// VerifyFacts holds every row that people read as fact against its seal in the history: documents, files, results,
// confirmations, payments, alarms, mapping versions and runs, each column; and the bytes of payloads, import files and
// result files against their hashes. It returns the number of rows that it looked at and every difference. It doesn't
// look at the chain: VerifyHistory does.
func (j *Ledger) VerifyFacts(ctx context.Context) (rows int64, diffs []Difference, err error) {
	return j.verifyFacts(ctx, math.MaxInt64)
}

// verifyFacts does so in a journal whose newest migration is the one given.
func (j *Ledger) verifyFacts(ctx context.Context, version int64) (rows int64, diffs []Difference, err error) {
	v := &verification{j: j, ctx: ctx}
	if err = v.load(); err != nil {
		return 0, nil, fmt.Errorf("journal: read the seals: %w", err)
	}
	for i := range Facts {
		if Facts[i].since > version {
			continue
		}
		if err := v.table(&Facts[i]); err != nil {
			return v.rows, v.diffs, fmt.Errorf("journal: verify %s: %w", Facts[i].Table, err)
		}
	}
	if err := v.lines(); err != nil {
		return v.rows, v.diffs, fmt.Errorf("journal: verify the lines of result files: %w", err)
	}
	return v.rows, v.diffs, nil
}

type verification struct {
	j     *Ledger
	ctx   context.Context
	seals map[string]map[string]seal // table → key
	rows  int64
	diffs []Difference
}

// load keeps the newest seal of every row.
func (v *verification) load() error {
	v.seals = map[string]map[string]seal{}
	rows, err := QueryRows(v.ctx, v.j, `SELECT seq, detail FROM history WHERE event = $1 ORDER BY seq`, SealedEvent)
	if err != nil {
		return err
	}
	defer rows.Close()
	var room []keyedSeal
	for rows.Next() {
		var seq int64
		var text string
		if err := rows.Scan(&seq, &text); err != nil {
			return err
		}
		err := sealsOf(text, &room, func(table string, seals []keyedSeal) {
			of := v.seals[table]
			if of == nil {
				of = map[string]seal{}
				v.seals[table] = of
			}
			for _, s := range seals {
				of[s.key] = seal{s.text, seq}
			}
		})
		if err != nil { // VerifyHistory tells that the row was edited
			continue
		}
	}
	return rows.Err()
}

func (v *verification) differs(table, key, format string, args ...any) *Difference {
	v.diffs = append(v.diffs, Difference{Table: table, Key: key, Reason: fmt.Sprintf(format, args...)})
	return &v.diffs[len(v.diffs)-1]
}

// table compares the rows of one table, and tells those that are gone.
func (v *verification) table(f *fact) error {
	seals := v.seals[f.Table]
	rows, err := QueryRows(v.ctx, v.j, `SELECT `+f.Returned()+` FROM `+f.Table) // as they lie: it is the quickest
	if err != nil {
		return err
	}
	before := len(v.diffs)
	err = eachRow(rows, func(r *row) error {
		v.rows++
		key := r.key(f)
		v.row(f, key, r, seals[key])
		delete(seals, key)
		return nil
	})
	slices.SortFunc(v.diffs[before:], func(a, b Difference) int { return strings.Compare(a.Key, b.Key) })
	for _, key := range slices.Sorted(maps.Keys(seals)) {
		if seals[key].text != "" {
			v.differs(f.Table, key, "%s %s was removed by another hand: row %d of the history has it", f.noun, key, seals[key].seq)
		}
	}
	return err
}

func (v *verification) row(f *fact, key string, r *row, s seal) {
	switch {
	case s.text == "" && s.seq == 0:
		v.differs(f.Table, key, "%s %s was put in by another hand: the history does not know it", f.noun, key)
	case s.text == "":
		v.differs(f.Table, key, "%s %s was put back by another hand: by row %d of the history it is gone", f.noun, key, s.seq)
	case len(s.text) < sealHash || r.sealHash(f) != s.text[:sealHash]:
		columns := r.changed(f, s.text)
		what := strings.Join(columns, ", ")
		if what == "" {
			what = "the row"
		}
		v.differs(f.Table, key, "%s %s: %s was changed by another hand: it is not what row %d of the history left", f.noun, key, what, s.seq).Columns = columns
	}
}

// changed names the columns whose marks differ.
func (r *row) changed(f *fact, sealed string) (columns []string) {
	if len(sealed) < sealHash {
		return nil
	}
	now, then := r.marks(f, &knownMarks{}), sealed[sealHash:]
	for i := range min(len(now), len(then)) {
		if now[i] != then[i] {
			columns = append(columns, r.Columns[i])
		}
	}
	for i := len(then); i < len(now); i++ { // a column that a later version added
		if ValueText(r.Values[i]) != "" && !slices.Contains(f.Skip, r.Columns[i]) {
			columns = append(columns, r.Columns[i])
		}
	}
	return columns
}

// lines compares the lines of result files, each file's together.
func (v *verification) lines() error {
	seals := v.seals[resultRows]
	rows, err := QueryRows(v.ctx, v.j, `SELECT result_id, `+ResultRowColumns+` FROM result_rows ORDER BY result_id, line`)
	if err != nil {
		return err
	}
	defer rows.Close()
	now, id := (*rowsSeal)(nil), int64(0)
	compare := func() {
		if now == nil {
			return
		}
		key := strconv.FormatInt(id, 10)
		if s := seals[key]; s.text != short64(now.h) {
			v.differs(resultRows, key, "lines of result file %s were changed, put in or removed by another hand: they are not what row %d of the history left", key, s.seq)
		}
		delete(seals, key)
	}
	for rows.Next() {
		var l ResultLine
		var result int64
		if err := scanLine(rows, &l, &result); err != nil {
			return err
		}
		v.rows++
		if now == nil || result != id {
			compare()
			now, id = &rowsSeal{h: sha256.New()}, result
		}
		now.add(l)
	}
	compare()
	nothing := short64(sha256.New())
	for _, key := range slices.Sorted(maps.Keys(seals)) {
		if seals[key].text != nothing {
			v.differs(resultRows, key, "the lines of result file %s were removed by another hand: row %d of the history has them", key, seals[key].seq)
		}
	}
	return rows.Err()
}

// ScanText reads one column of text.
func ScanText(rows *sql.Rows) (s string, err error) {
	err = rows.Scan(&s)
	return s, err
}

// BeforeUpgrade looks at all seals before a migration fills columns, and notes in the history what differs: behind it
// every row is sealed anew, and what another hand changed before would look right.
func BeforeUpgrade(ctx context.Context, j *Ledger, from, to int64) error {
	sealed, err := j.isSealed(ctx)
	if err != nil || !sealed {
		return nil // a version without seals, or one without this table: sealOld follows
	}
	_, diffs, err := j.verifyFacts(ctx, from)
	if err != nil {
		return err
	}
	return j.in(ctx, "upgrade", func(t *Tx) error {
		if _, err := t.Exec(`DELETE FROM meta WHERE name = 'sealed'`); err != nil {
			return err
		}
		d := Detail{"from": from, "to": to}
		if len(diffs) > 0 {
			d["differences"] = diffs
		}
		return t.Event("upgrade begun", About{}, d)
	})
}

func (j *Ledger) isSealed(ctx context.Context) (bool, error) {
	var at string
	err := j.write.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = 'sealed'`).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
