package ledger

import (
	"fmt"
	"slices"
	"strings"
)

// PostgreSQL keeps no NUL and no bytes that are no UTF-8 in a text, SQLite does. Such texts come from outside: a message of an ERP, a title that somebody pasted. A
// journal that is moved has marks there, as one that was written in PostgreSQL. The seal of such a row would not fit any more, so it is sealed anew, and the
// history says of each row which columns were marked.

// MarkedEvent is the name of these rows of the history.
const MarkedEvent = "texts marked"

// ChainedTextError is a row of the history with a text that the new place does not keep: the chain proves that text, so that it cannot be marked.
type ChainedTextError struct{ Seq string }

// Error names the row.
func (e *ChainedTextError) Error() string {
	return fmt.Sprintf("row %s of the history has a text with a NUL or with bytes that are no UTF-8, which PostgreSQL does not keep; the chain proves it as it is, so it cannot be marked", e.Seq)
}

// markedRow is a row in which texts were marked, as it lies in the new place.
type markedRow struct {
	table   string
	columns []string // that were marked
	row     *row
}

// markRow puts the marks in.
func markRow(to Dialect, table string, columns []string, values []any) (m markedRow, marked bool) {
	for i, v := range values {
		text, is := v.(string)
		if !is {
			continue
		}
		if kept := to.Text(text); kept != text {
			values[i] = kept
			m.columns = append(m.columns, columns[i])
		}
	}
	if len(m.columns) == 0 {
		return m, false
	}
	slices.Sort(m.columns)
	m.table, m.row = table, &row{Columns: columns, Values: values, of: shapeOf(columns)}
	return m, true
}

func (m markedRow) seq() string { return m.row.Text("seq") }

// keyColumns are those that name a row of a table whose changes are told; nil: it is not sealed.
func keyColumns(table string) []string {
	if f := factOf(table); f != nil {
		return f.Key
	}
	if table == resultRows {
		return []string{"result_id", "line"}
	}
	return nil
}

// sealMarked writes rows once more, so that they are counted, found and sealed as they are now, and tells each.
func (t *Tx) sealMarked(rows []markedRow) error {
	for _, m := range rows {
		if err := t.sealMarkedRow(m); err != nil {
			return fmt.Errorf("mark texts of table %s: %w", m.table, err)
		}
		if err := t.Rest(); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) sealMarkedRow(m markedRow) error {
	if k, told := KeptTables[m.table]; told {
		s := Subject{k.kind, m.row.Text(k.column)}
		if err := t.Event(MarkedEvent, s.about(), Detail{"texts": m.columns}); err != nil {
			return err
		}
	}
	keys := keyColumns(m.table)
	if keys == nil {
		return nil
	}
	var sets, where []string
	var args []any
	for _, c := range m.columns {
		args = append(args, m.row.value(c))
		sets = append(sets, fmt.Sprintf("%s = $%d", c, len(args)))
	}
	for _, c := range keys {
		args = append(args, m.row.value(c))
		where = append(where, fmt.Sprintf("%s = $%d", c, len(args)))
	}
	return t.One(`UPDATE `+m.table+` SET `+strings.Join(sets, ", ")+` WHERE `+strings.Join(where, " AND "), args...)
}

// about is what an event says that is about a subject alone.
func (s Subject) about() About {
	switch s.Kind {
	case ofDocument:
		return About{Doc: s.Key}
	case OfFile:
		return About{File: s.Number()}
	case OfResult:
		return About{Result: s.Number()}
	}
	return About{Others: []Subject{s}}
}
