package changes

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/mend"
)

// MissingRow is the row that a lookup sheet does not have, and for want of which documents are held.
type MissingRow struct {
	Mapping, Sheet string
	// Version is the hash of the version in force, to which the row is added.
	Version string
	Keys    []RowCell
	Columns []RowCell
	// Near is the row above which people look first: the last one of the sheet.
	Near []string
	body []byte
	name string
}

// RowCell is a cell of the row: its heading, what stands there, and what other rows have.
type RowCell struct {
	Heading, Value string
	Number         bool
	Suggest        []string
}

// mostSuggested bounds what a field offers.
const mostSuggested = 200

var missingKey = regexp.MustCompile(` has no row for ("(?:[^"\\]|\\.)*")`)

// WantsRow reports whether a held document waits for a row of a lookup sheet.
func WantsRow(w *desk.Workspace, d desk.Doc) bool {
	r, has := w.Config.Route(d.Route)
	return has && !isYAML(r.Mapping) && d.State == desk.Held && d.Why.Values["problem"] == "lookup"
}

// RowFor is the row that a held document waits for; nil where it waits for something else, where the sheet has the row
// by now, and where the mapping is no workbook.
func RowFor(ctx context.Context, w *desk.Workspace, d desk.Doc) (*MissingRow, error) {
	if !WantsRow(w, d) {
		return nil, nil
	}
	r, _ := w.Config.Route(d.Route)
	live, has, err := inForce(ctx, w, d.Route)
	if err != nil || !has {
		return nil, err
	}
	plan, err := desk.LoadVersion(w.Config, live)
	if err != nil {
		return nil, err
	}
	sheet := d.Why.Values["place"]
	table := plan.View().Lookups()[sheet]
	if table == nil {
		return nil, nil
	}
	keys := keysOf(d, len(table.Keys()))
	if len(keys) != len(table.Keys()) || slices.Contains(keys, "") {
		return nil, nil
	}
	m := &MissingRow{Mapping: r.Mapping, Sheet: sheet, Version: live.Hash, body: live.Body, name: path.Base(filepath.ToSlash(r.Mapping))}
	var key formula.Key
	for i, heading := range table.Keys() {
		m.Keys = append(m.Keys, RowCell{Heading: heading, Value: keys[i]})
		key[i] = keys[i]
	}
	for _, row := range table.Rows() {
		if row.Key() == key {
			return nil, nil // somebody has added it
		}
	}
	for i, heading := range table.Columns() {
		c := RowCell{Heading: heading, Number: table.ColumnType(i) == formula.Number}
		for j := range table.Rows() {
			if text := table.Value(j, i).String(); text != "" && len(c.Suggest) < mostSuggested && !slices.Contains(c.Suggest, text) {
				c.Suggest = append(c.Suggest, text)
			}
		}
		slices.Sort(c.Suggest)
		m.Columns = append(m.Columns, c)
	}
	return m, nil
}

// keysOf are the keys that the sheet has no row for, in the order of its key columns.
func keysOf(d desk.Doc, n int) []string {
	if kept := d.Why.Values["key"]; kept != "" {
		return strings.Split(kept, "\x1f")
	}
	m := missingKey.FindStringSubmatch(d.Why.Values["detail"]) // held by an older program
	if m == nil {
		return nil
	}
	text, err := strconv.Unquote(m[1])
	if err != nil {
		return nil
	}
	if n == 1 {
		return []string{text}
	}
	return strings.Split(text, " / ")
}

// GiveRow adds the row to the workbook in force, with values by heading, and gives what this makes. All else in the
// workbook stays as people made it.
func GiveRow(ctx context.Context, w *desk.Workspace, m *MissingRow, values map[string]string, reason string) (Change, error) {
	var cells []mend.NewCell
	for _, k := range m.Keys {
		cells = append(cells, mend.NewCell{Heading: k.Heading, Text: k.Value})
	}
	for _, c := range m.Columns {
		if v := strings.TrimSpace(values[c.Heading]); v != "" {
			cells = append(cells, mend.NewCell{Heading: c.Heading, Text: v, Number: c.Number})
		}
	}
	if len(cells) == len(m.Keys) {
		return Change{}, desk.Usage(errors.New("the row says nothing: fill in at least one column"))
	}
	book, err := mend.OpenBook(m.body)
	if err != nil {
		return Change{}, err
	}
	defer book.Close() //nolint:errcheck // it is read into memory
	if _, err := book.AddRow(m.Sheet, cells); err != nil {
		return Change{}, &desk.Error{Code: desk.ExitFailed, Err: err, Hint: "take the workbook, add the row there, and upload it"}
	}
	body, err := book.Bytes()
	if err != nil {
		return Change{}, fmt.Errorf("add a row to %s: %w", m.Mapping, err)
	}
	return Give(ctx, w, Given{Mapping: m.Mapping, Name: m.name, Body: body, Reason: reason, Origin: RowAdded})
}
