package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"hash"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// What people read as fact is sealed: each transaction ends with history rows "sealed" that carry, for every row it
// wrote in one of the tables below, a hash of that row as the transaction left it. The history is chained, so whoever
// edits a figure, a state or a name in the database by another way can't make it agree with its seal: VerifyFacts
// recomputes them all.
//
// A seal is 22 characters of SHA-256 over the columns that are not empty (so that a column which a later version adds
// changes nothing), then one character a column, by which the changed one can be named. It holds no text of the row:
// nothing personal stays in the history.

// fact is a table that is sealed row by row.
type fact struct {
	Table string
	// key are the columns that name a row, in the words of people.
	Key []string
	// noun says what a row is, in messages.
	noun string
	// only are the columns that are sealed, all when it is empty: bytes are proved by their own hash.
	only string
	// Skip are columns that are no facts: those that say who a document is about, which can be read from the payload
	// again, and a hash of them would outlive them; and what a row was counted as before.
	Skip []string
	// since is the migration that made the table, 0 for those that journals with seals always had.
	since int64
}

// Facts are all sealed tables. The lines of result files are sealed together, one seal a file: see rowsSeal.
var Facts = []fact{
	{Table: "documents", Key: []string{"doc_id"}, noun: "document", Skip: []string{"employee_id", "report_number", "title", "person", "counted"}},
	{Table: "payloads", Key: []string{"doc_id"}, noun: "payload of document", only: "doc_id, size"},
	{Table: "files", Key: []string{"id"}, noun: "import file", Skip: []string{"counted"}},
	{Table: "file_documents", Key: []string{"file_id", "doc_id"}, noun: "place in import file"},
	{Table: "written", Key: []string{"file_id", "doc_id"}, noun: "what was written of document", only: "file_id, doc_id, sha256"},
	{Table: "results", Key: []string{"id"}, noun: "result file", Skip: []string{"counted"}},
	{Table: "confirmations", Key: []string{"doc_id"}, noun: "posting confirmation of document", Skip: []string{"counted"}},
	{Table: "payments", Key: []string{"id"}, noun: "payment", Skip: []string{"counted"}},
	{Table: "receipts", Key: []string{"number", "doc_id"}, noun: "receipt", since: 34},
	{Table: "alarms", Key: []string{"id"}, noun: "alarm"},
	{Table: "mappings", Key: []string{"id"}, noun: "mapping version"},
	{Table: "changes", Key: []string{"id"}, noun: "change of a mapping", since: 42},
	{Table: "stops", Key: []string{"route"}, noun: "stop of route", since: 46},
	{Table: "runs", Key: []string{"id"}, noun: "run"},
}

// resultRows is the table whose rows are sealed together.
const resultRows = "result_rows"

func factOf(table string) *fact {
	for i := range Facts {
		if Facts[i].Table == table {
			return &Facts[i]
		}
	}
	return nil
}

// Returned is what a statement that writes the table answers with: the whole row, or all that is sealed of it.
func (f *fact) Returned() string {
	if f.only != "" {
		return f.only
	}
	return "*"
}

// writes tells which table a statement writes; the two kinds of table that are sealed need to know.
var writes = regexp.MustCompile(`^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)`)

// written is what is known of a statement: the table it writes, sealed or told of or both, and its text with the
// written rows as its answer.
type written struct {
	fact    *fact
	kept    *kept // what it changes is told
	removes bool
	keys    bool // it writes what documents are found by
	fresh   bool // its rows are new ones
	lines   bool // it changes or removes lines of result files
	query   string
	// whole is the query that answers with all that is sealed of the rows; bare: the query names them only, and they are read back
	// before they are sealed.
	whole string
	bare  bool
}

// answers: the rows that it writes are looked at.
func (w written) answers() bool { return w.fact != nil || w.lines || w.kept != nil }

// answer is what must be known at once of each written row: its key, whom its change is told of, and what it was counted as. The other columns are
// read once, when nothing more is written. Of rows that are removed nothing can be read later.
func (w written) answer() string {
	if !w.bare {
		return w.fact.Returned()
	}
	columns := slices.Clone(w.fact.Key)
	if w.kept != nil && !slices.Contains(columns, w.kept.column) {
		columns = append(columns, w.kept.column)
	}
	if _, ok := summedTables[w.fact.Table]; ok {
		columns = append(columns, "counted")
	}
	return strings.Join(columns, ", ")
}

var statements sync.Map // query → written

// seen reads a statement once.
func seen(query string) written {
	if w, ok := statements.Load(query); ok {
		return w.(written)
	}
	w := written{query: query}
	if m := writes.FindStringSubmatch(query); m != nil {
		w.fact, w.removes = factOf(m[2]), m[1] == "DELETE FROM"
		w.lines = m[2] == resultRows && m[1] != "INSERT INTO"
		if k, ok := KeptTables[m[2]]; ok && k.tells(query) && (m[2] != resultRows || w.lines) { // new lines are told of by sealLine
			w.kept = &k
		}
	}
	if w.fact != nil {
		w.keys, w.fresh = setsKeys(w.fact.Table, query)
		if s, ok := summedTables[w.fact.Table]; ok {
			w.query = s.noting(w.fact.Table, query)
		}
	}
	switch {
	case w.fact != nil:
		w.bare = w.fact.only == "" && !w.removes
		w.whole = w.query + " RETURNING " + w.fact.Returned()
		w.query += " RETURNING " + w.answer()
	case w.kept != nil:
		w.query += " RETURNING " + w.kept.column
	}
	if w.whole == "" {
		w.whole = w.query
	}
	if len(query) < 2000 || longStatements.Add(1) <= mostLong { // a statement with many places is made anew each time, in as many lengths as there are rows
		statements.Store(query, w)
	}
	return w
}

// mostLong is how many statements with many places are kept; longStatements is how many there are.
const mostLong = 100

var longStatements atomic.Int64

// touched are the rows that a transaction wrote, as they stand: table → key → row, nil for one that is gone.
type touched struct {
	rows  map[*fact]map[string]*row
	lines map[int64]*rowsSeal
}

// row is a row of any table.
type row struct {
	Columns []string
	Values  []any
	of      *shape
	bare    bool // it names the row; the others of its columns are still to be read
}

// execKept runs a statement that writes a table whose rows are sealed or told of: it keeps what they are now, and hands
// each to fn.
func (t *Tx) execKept(w written, query string, fn func(*row), args ...any) (n int64, err error) {
	rows, err := t.QueryContext(t.Ctx, query, args...)
	if err != nil {
		return 0, err
	}
	err = eachRow(rows, func(r *row) error {
		n++
		if w.kept != nil {
			t.change(Subject{w.kept.kind, r.Text(w.kept.column)})
		}
		r.bare = w.bare && query == w.query
		switch {
		case w.lines:
			t.linesOf(r.Values[0].(int64)).dirty = true
		case w.fact != nil:
			t.wrote(w, r)
		}
		fn(r)
		return nil
	})
	return n, err
}

// wrote notes what follows from a row that a statement has written or removed.
func (t *Tx) wrote(w written, r *row) {
	key := r.key(w.fact)
	t.recount(w, key, r)
	t.rekey(w, key)
	if w.removes {
		r = nil
	}
	t.touch(w.fact, key, r)
}

func (t *Tx) touch(f *fact, key string, r *row) {
	if t.touched.rows == nil {
		t.touched.rows = map[*fact]map[string]*row{}
	}
	if t.touched.rows[f] == nil {
		t.touched.rows[f] = map[string]*row{}
	}
	t.touched.rows[f][key] = r
	t.written++
}

// key names the row: the texts of its key columns.
func (r *row) key(f *fact) string {
	parts := make([]string, len(f.Key))
	for i, name := range f.Key {
		parts[i] = r.Text(name)
	}
	return strings.Join(parts, "/")
}

// Text is the value of a column as text.
func (r *row) Text(column string) string {
	if at, ok := r.of.at[column]; ok {
		return ValueText(r.Values[at])
	}
	return ""
}

// ValueText is a value of the database as text, empty for what counts as not there.
func ValueText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		if v == 0 {
			return ""
		}
		return strconv.FormatInt(v, 10)
	}
	return fmt.Sprint(v)
}

// seal is the seal of one row: its hash, then one character a column in the order of the table.
func (r *row) seal(f *fact, known *knownMarks) string {
	return r.sealHash(f) + r.marks(f, known)
}

// knownMarks are the last mark of each column and the value that it stands for: rows that are sealed together say the same in most columns. The zero value
// knows none.
type knownMarks struct {
	of    *shape
	texts []string
	marks []byte
}

// mark is markOf a value, which is not empty, in a column of rows of one shape.
func (k *knownMarks) mark(of *shape, at int, text string) byte {
	if k.of != of {
		k.of, k.texts, k.marks = of, make([]string, len(of.columns)), make([]byte, len(of.columns))
	}
	if k.texts[at] != text {
		k.texts[at], k.marks[at] = text, markOf(of.columns[at], text)
	}
	return k.marks[at]
}

// sealHash is the part of a seal that proves the row.
func (r *row) sealHash(f *fact) string {
	var space [1024]byte
	part := space[:0]
	for _, i := range r.of.order {
		if text := ValueText(r.Values[i]); text != "" && !slices.Contains(f.Skip, r.Columns[i]) {
			part = appendPart(appendPart(part, r.Columns[i]), text)
		}
	}
	sum := sha256.Sum256(part)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// marks are one character a column.
func (r *row) marks(f *fact, known *knownMarks) string {
	marks := slices.Clone(r.of.empty)
	for i, column := range r.Columns {
		if text := ValueText(r.Values[i]); text != "" && !slices.Contains(f.Skip, column) {
			marks[i] = known.mark(r.of, i, text)
		}
	}
	return string(marks)
}

const sealHash = 22 // characters of a seal that are its hash

func short64(h hash.Hash) string { return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16]) }

// markOf is one character for a value: it names a changed column, and proves nothing.
func markOf(column, text string) byte {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	sum := sha256.Sum256([]byte(column + "\x00" + text))
	return letters[sum[0]&63]
}

// appendPart writes a text with its length.
func appendPart(to []byte, text string) []byte {
	return append(append(strconv.AppendInt(to, int64(len(text)), 10), ':'), text...)
}

// sortedBy gives the places of the names in the order of their texts.
func sortedBy(names []string) []int {
	order := make([]int, len(names))
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return names[order[a]] < names[order[b]] })
	return order
}

// sealRows appends the seals of everything that the transaction wrote. It comes last: nothing is written behind it.
func (t *Tx) sealRows() error {
	for i := range Facts {
		f := &Facts[i]
		if err := t.sealTable(f, t.touched.rows[f]); err != nil {
			return fmt.Errorf("seal %s: %w", f.Table, err)
		}
	}
	if err := t.sealLines(); err != nil {
		return fmt.Errorf("seal the lines of result files: %w", err)
	}
	t.touched = touched{}
	return nil
}

const sealsAtOnce = 100

func (t *Tx) sealTable(f *fact, rows map[string]*row) error {
	seals, known := map[string]string{}, knownMarks{}
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		seals[key] = ""
		if r := rows[key]; r != nil {
			seals[key] = r.seal(f, &known)
		}
		if len(seals) == sealsAtOnce {
			if err := t.sealed(f.Table, seals); err != nil {
				return err
			}
			clear(seals)
		}
	}
	return t.sealed(f.Table, seals)
}

// sealed appends the seals of rows of one table.
func (t *Tx) sealed(table string, seals map[string]string) error {
	if len(seals) == 0 {
		return nil
	}
	return t.Event(SealedEvent, About{}, Detail{table: seals})
}

// SealedEvent is the name of the history rows that carry seals.
const SealedEvent = "sealed"

// keyedSeal is the seal of a row in a history row that carries seals.
type keyedSeal struct{ key, text string }

// sealsOf hands the seals of one history row to fn, table by table. room is for those of one table.
func sealsOf(text string, room *[]keyedSeal, fn func(table string, seals []keyedSeal)) error {
	table, seals, ok := plainSeals(text, (*room)[:0])
	*room = seals
	if ok {
		fn(table, seals)
		return nil
	}
	var out map[string]map[string]string
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return err
	}
	for table, of := range out {
		seals := make([]keyedSeal, 0, len(of))
		for key, s := range of {
			seals = append(seals, keyedSeal{key, s})
		}
		fn(table, seals)
	}
	return nil
}

// plainSeals reads {"table":{"key":"seal",…}} as this program writes it, where no text has anything to be resolved.
// What is not exactly so the general reader reads.
func plainSeals(text string, room []keyedSeal) (table string, seals []keyedSeal, ok bool) {
	rest, ok := strings.CutPrefix(text, `{"`)
	if !ok || strings.ContainsAny(text, "\\ \t\r\n") {
		return "", room, false
	}
	if table, rest, ok = strings.Cut(rest, `":{"`); !ok {
		return "", room, false
	}
	for {
		var s keyedSeal
		if s.key, rest, ok = strings.Cut(rest, `":"`); !ok || strings.Contains(s.key, `"`) {
			return "", room, false
		}
		if s.text, rest, ok = strings.Cut(rest, `"`); !ok {
			return "", room, false
		}
		room = append(room, s)
		if rest == "}}" {
			return table, room, !strings.Contains(table, `"`)
		}
		if rest, ok = strings.CutPrefix(rest, `,"`); !ok {
			return "", room, false
		}
	}
}
