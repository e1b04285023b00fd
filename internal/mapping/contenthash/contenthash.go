// Package contenthash owns the hash of what a plan does: template and effective mapping. Formatting, notes, the order of
// settings, and sheets that no formula uses do not count; both forms of the same mapping have the same hash.
package contenthash

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sort"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/lookup"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// Content is what the hash is made of. Options and settings may come in any order; that of fields counts.
type Content struct {
	Template map[string]any
	Options  [][2]string
	Settings [][2]string
	Fields   [][2]string
	Tables   []table
	Results  []format.Format
}

type table struct {
	Name          string
	Keys, Columns []string
	Rows          [][]string
}

// Add adds a lookup sheet.
func (c *Content) Add(l *lookup.Table) {
	t := table{Name: l.Name(), Keys: l.Keys(), Columns: l.Columns()}
	for _, row := range l.Rows() {
		key := row.Key()
		cells := append([]string(nil), key[:len(l.Keys())]...)
		for _, v := range row.Values() {
			cells = append(cells, Typed(v))
		}
		t.Rows = append(t.Rows, cells)
	}
	c.Tables = append(c.Tables, t)
}

// Sum is the hash.
func (c *Content) Sum() string {
	byName := func(list [][2]string) { sort.Slice(list, func(i, j int) bool { return list[i][0] < list[j][0] }) }
	byName(c.Options)
	byName(c.Settings)
	sort.Slice(c.Tables, func(i, j int) bool { return c.Tables[i].Name < c.Tables[j].Name })
	data, err := json.Marshal(c)
	if err != nil { // a template with something that JSON does not know, a NaN say
		data = fmt.Appendf(nil, "%v", *c)
	}
	return Of(data)
}

// Of is the SHA-256 of bytes, in hexadecimal digits.
func Of(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Typed is a value with its kind, so that the text 1 and the number 1 differ.
func Typed(v layout.Value) string {
	if v.IsEmpty() {
		return ""
	}
	return string("?tndb"[v.Kind]) + v.String()
}
