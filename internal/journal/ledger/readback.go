package ledger

import (
	"fmt"
	"slices"
	"strings"
)

// AtOnce is how many rows one statement is about, where there are many.
const AtOnce = 100

// readBack reads the rows that statements have written and only named: as they stand now, each once, however often it was written.
func (t *Tx) readBack() error {
	for i := range Facts {
		f := &Facts[i]
		rows := t.touched.rows[f]
		var bare []string
		for key, r := range rows {
			if r != nil && r.bare {
				bare = append(bare, key)
			}
		}
		slices.Sort(bare)
		for len(bare) > 0 {
			n := 1
			for n < min(AtOnce, len(bare)) && rows[bare[n]].beside(rows[bare[0]], f) {
				n++
			}
			if err := t.readRows(f, rows, bare[:n]); err != nil {
				return fmt.Errorf("read back %s: %w", f.Table, err)
			}
			bare = bare[n:]
		}
	}
	return nil
}

// beside reports whether two rows differ in the last column of their keys only.
func (r *row) beside(o *row, f *fact) bool {
	for _, name := range f.Key[:len(f.Key)-1] {
		if r.Text(name) != o.Text(name) {
			return false
		}
	}
	return true
}

// readRows reads rows that lie beside each other. One that is not there any more is gone.
func (t *Tx) readRows(f *fact, rows map[string]*row, keys []string) error {
	var where []string
	var args []any
	last := len(f.Key) - 1
	for i, name := range f.Key[:last] {
		where = append(where, fmt.Sprintf("%s = $%d", name, i+1))
		args = append(args, rows[keys[0]].value(name))
	}
	var values []any
	for _, key := range keys {
		values = append(values, rows[key].value(f.Key[last]))
	}
	among, ids := AmongMany(f.Key[last], values, last+1)
	for _, key := range keys {
		rows[key] = nil
	}
	found, err := t.QueryContext(t.Ctx, `SELECT `+f.Returned()+` FROM `+f.Table+` WHERE `+strings.Join(append(where, among), " AND "), append(args, ids...)...)
	if err != nil {
		return err
	}
	return eachRow(found, func(r *row) error {
		rows[r.key(f)] = r
		return nil
	})
}

// value is that of a column.
func (r *row) value(column string) any {
	if at, ok := r.of.at[column]; ok {
		return r.Values[at]
	}
	return nil
}
