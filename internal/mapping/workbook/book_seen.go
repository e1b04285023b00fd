package workbook

import (
	"bytes"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/seen"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// choice is what a drop-down offers: the name, and behind it what documents have there, which a formula takes for a
// remark.
func (r *fieldRow) choice(in *sheets.Lang) string {
	switch {
	case r.values != "":
		return r.name + " // " + r.values
	case r.filled == neverFilled:
		return r.name + " // " + in.Text("always blank")
	}
	return r.name
}

const neverFilled = "0"

// seenFields puts beside each field what documents have in it. Fields that only documents have come behind those of the
// reference, and what is always blank comes last.
func seenFields(rows []fieldRow, documents *seen.Fields, in *sheets.Lang) []fieldRow {
	if documents == nil {
		return rows
	}
	for i := range rows {
		rows[i].show(documents)
	}
	for _, f := range documents.Further() {
		info := fis.FieldInfo{Path: f.Path}
		row := fieldRow{name: info.Way(), group: "further", typ: formula.Any,
			meaning: "FIS's reference does not have it; your documents do",
			where:   strings.ReplaceAll(f.Path, "[]", ""), paths: []string{f.Path}}
		row.show(documents)
		rows = append(rows, row)
	}
	sort.SliceStable(rows, func(i, j int) bool {
		return rows[i].filled != neverFilled && rows[j].filled == neverFilled
	})
	return rows
}

// show takes the values of the place that most documents fill.
func (r *fieldRow) show(documents *seen.Fields) {
	most := 0
	for _, path := range r.paths {
		if f := documents.At(path); f != nil && f.Documents > most {
			most, r.values = f.Documents, f.Shown()
		}
	}
	r.filled = strconv.Itoa(most)
}

// setFurther names the fields of documents that FIS's reference does not have, so that formulas may use them by their
// names. Those that were named before stay.
func (c *Content) setFurther(documents *seen.Fields) (changed bool) {
	if documents == nil {
		return false
	}
	at := -1
	for i := range c.Settings {
		if o, ok := OptionOf(wording.Clean(c.Settings[i].Name.Show())); ok && o == OptionFurther {
			at = i
		}
	}
	var paths []string
	if at >= 0 {
		paths = SplitFurther(c.Settings[at].Value.Show())
	}
	known := map[string]bool{}
	for _, p := range paths {
		known[p] = true
	}
	for _, f := range documents.Further() {
		path := strings.ReplaceAll(f.Path, "[]", "")
		if !known[path] && isPath(path) {
			known[path], changed = true, true
			paths = append(paths, path)
		}
	}
	if !changed {
		return false
	}
	value := textOf(strings.Join(paths, "; "))
	if at < 0 {
		c.Settings = append(c.Settings, namedCell{Name: textOf(OptionFurther), Value: value})
	} else {
		c.Settings[at].Value.Kind, c.Settings[at].Value.Text = Text, value.Text
	}
	return true
}

// isPath keeps names out that no formula could spell.
func isPath(path string) bool {
	return path != "" && len(path) <= 300 && strings.Trim(strings.ToLower(path),
		"abcdefghijklmnopqrstuvwxyz0123456789_.") == ""
}

// SplitFurther takes the paths of OptionFurther apart.
func SplitFurther(value string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(value, func(r rune) bool { return r == ';' || r == ',' || r == '\n' }) {
		if p = strings.ReplaceAll(wording.Clean(p), "[]", ""); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// FillFields writes what documents have in each field into the sheet Fields of a workbook, and the fields that only
// they have into its Settings. Everything else in the workbook stays as it is. A YAML mapping has no such sheet: of it
// only the further fields are written.
func FillFields(path string, data []byte, c *Content, t *template.Template,
	documents *seen.Fields) (out []byte, err error) {
	changed := c.setFurther(documents)
	if isYAMLFile(path) {
		if !changed {
			return data, nil
		}
		return yamlFurther(data, c)
	}
	f, err := Rewritable(data)
	if err != nil {
		return nil, fmt.Errorf("open the workbook to write the fields: %w", err)
	}
	defer f.Close()
	b := &book{f: f, c: c, tpl: t, tables: map[string]bool{}, seen: documents}
	if b.st, err = paper.NewStyles(f); err != nil {
		return nil, err
	}
	b.refillFields()
	if changed {
		b.writeFurther(data)
	}
	if b.err != nil {
		return nil, fmt.Errorf("write the fields: %w", b.err)
	}
	var text bytes.Buffer
	if err := f.Write(&text); err != nil {
		return nil, fmt.Errorf("write the fields: %w", err)
	}
	return text.Bytes(), nil
}

// refillFields empties the sheet and writes it anew; the drop-downs follow the named ranges.
func (b *book) refillFields() {
	s := b.name(sheetFields)
	i, err := b.f.GetSheetIndex(s)
	b.try(err)
	if b.there = i >= 0; !b.there {
		b.addSheet(s, paper.ColourRead)
	}
	rows, err := b.f.GetRows(s)
	b.try(err)
	for i, row := range rows {
		for j := range row {
			b.try(b.f.SetCellValue(s, xlsx.Ref(j, i+1), nil))
		}
	}
	for _, n := range b.f.GetDefinedName() {
		if n.Name == listLines || n.Name == listFile || n.Scope == s && strings.HasSuffix(n.Name, "Print_Titles") {
			b.try(b.f.DeleteDefinedName(&n))
		}
	}
	b.fields()
}

// writeFurther writes the option into its row of the sheet Settings, or into the first free one.
func (b *book) writeFurther(data []byte) {
	found := &Collector{}
	book, err := Open(data)
	if b.try(err); err != nil {
		return
	}
	sheet, h, ok := (&Content{}).table(book, SheetSettings, []string{headSetting, headValue}, found)
	if !ok {
		b.try(found.List.Err())
		return
	}
	name, value, row := h.Column(headSetting), h.Column(headValue), 0
	last := sheet.Rows[h.Row].Number
	for _, r := range sheet.Rows[h.Row+1:] {
		if sheets.Any(sheets.Options, OptionFurther, r.At(name).Show()) {
			row = r.Number
		}
		if !r.At(name).IsBlank() || !r.At(value).IsBlank() {
			last = max(last, r.Number)
		}
	}
	if row == 0 {
		row = last + 1
		b.try(b.f.SetCellStr(sheet.Name, xlsx.Ref(name, row), b.c.Named(sheets.Options, OptionFurther)))
	}
	for _, s := range b.c.Settings {
		if o, ok := OptionOf(wording.Clean(s.Name.Show())); ok && o == OptionFurther {
			b.try(b.f.SetCellStr(sheet.Name, xlsx.Ref(value, row), s.Value.Show()))
		}
	}
}

// yamlFurther puts the option into the text of a YAML mapping, whose other lines stay.
func yamlFurther(data []byte, c *Content) ([]byte, error) {
	value := ""
	for _, s := range c.Settings {
		if o, ok := OptionOf(wording.Clean(s.Name.Show())); ok && o == OptionFurther {
			value = quoteYAML(s.Value.Show())
		}
	}
	line := "  " + quoteYAML(OptionFurther) + ": " + value
	lines := strings.Split(string(data), "\n")
	for i, l := range lines {
		key, _, _ := strings.Cut(strings.TrimSpace(l), ":")
		if strings.HasPrefix(l, " ") && wording.Fold(strings.Trim(key, `"'`)) == wording.Fold(OptionFurther) {
			lines[i] = line
			return []byte(strings.Join(lines, "\n")), nil
		}
	}
	for i, l := range lines {
		if strings.TrimRight(l, " \r") == "options:" {
			lines = append(lines[:i+1], append([]string{line}, lines[i+1:]...)...)
			return []byte(strings.Join(lines, "\n")), nil
		}
	}
	return []byte(strings.TrimRight(string(data), "\n") + "\n\noptions:\n" + line + "\n"), nil
}
