package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook/paper"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// lastCodeRow is how far down the hints of a lookup sheet reach.
const lastCodeRow = 20000

// lookup writes a lookup sheet as a real table; its text columns are formatted as text all the way down, so that codes
// typed later keep their zeros.
func (b *book) lookup(name string) {
	s, err := b.c.Tables.Read(name)
	b.try(err)
	if s == nil || len(s.Rows) == 0 {
		return
	}
	columns := 0
	for _, row := range s.Rows {
		columns = max(columns, len(row.Cells))
	}
	for j := range columns {
		if !hasNumbers(s, j) {
			b.try(b.f.SetColStyle(name, xlsx.ColumnName(j), b.st.Text))
		}
	}
	for i, row := range s.Rows {
		style := b.st.Open
		if i == 0 {
			style = b.st.Head
		}
		for j := range columns {
			v := row.At(j)
			if i == 0 {
				v.rename(b.marked(wording.Clean(v.Text)))
			}
			b.cell(name, j, i+1, v, style)
		}
	}
	b.lookupHints(name, s, columns)
	b.table(name, s, columns)
	b.asText(name, fmt.Sprintf("A1:%s", xlsx.Ref(max(0, columns-1), lastCodeRow)))
	b.widths(name, fitted(s, columns)...)
	b.freeze(name, 0)
	b.printSetup(name, true)
}

// marked is a heading with the mark of a key column in the language of the workbook.
func (b *book) marked(head string) string {
	if n := len(head) - len(KeyMark); n >= 0 && strings.EqualFold(head[n:], KeyMark) {
		return head[:n] + b.c.Named(sheets.Keys, KeyMark)
	}
	return head
}

// fitted are widths that hold the headings and cells of each column.
func fitted(s *Sheet, columns int) []float64 {
	out := make([]float64, columns)
	for j := range out {
		w := 12.0
		for i, row := range s.Rows {
			n := paper.TextWidth(row.At(j).Show()) + 2
			if i == 0 {
				n = n*1.1 + 3 // bold, and the filter button
			}
			w = max(w, n)
		}
		out[j] = min(w, 60)
	}
	return out
}

// table makes a table of the sheet, where its headings allow it: Excel wants texts, all different.
func (b *book) table(name string, s *Sheet, columns int) {
	seen := map[string]bool{}
	for j := range columns {
		c := s.Rows[0].At(j)
		text := strings.ToLower(wording.Clean(c.Show()))
		if c.Kind != Text || text == "" || len(text) > 255 || strings.ContainsAny(text, "\n\t") || seen[text] {
			return
		}
		seen[text] = true
	}
	last := max(len(s.Rows), 2)
	b.try(b.f.AddTable(name, &excelize.Table{Range: fmt.Sprintf("A1:%s", xlsx.Ref(columns-1, last)),
		Name: b.tableName(name), StyleName: "TableStyleLight1"}))
}

// tableName makes a name that Excel takes for a table, other than all before. Only letters A to Z, digits and _ are
// kept.
func (b *book) tableName(sheet string) string {
	name := "Lookup_" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, sheet)
	for n := 2; b.tables[strings.ToLower(name)]; n++ {
		name = fmt.Sprintf("%s_%d", strings.TrimRight(name, "0123456789"), n)
	}
	b.tables[strings.ToLower(name)] = true
	return name
}

// lookupHints says at the headings and the cells below what belongs there.
func (b *book) lookupHints(name string, s *Sheet, columns int) {
	decl := b.declared(name)
	keys := 0
	for j := range columns {
		head := wording.Clean(s.Rows[0].At(j).Show())
		if strings.HasSuffix(strings.ToLower(head), KeyMark) {
			keys++
		}
	}
	for j := range columns {
		head := wording.Clean(s.Rows[0].At(j).Show())
		if head == "" {
			continue
		}
		isKey := strings.HasSuffix(strings.ToLower(head), KeyMark) || keys == 0 && j == 0
		note := columnHint(decl, head, isKey, hasNumbers(s, j), b.c.In)
		b.prompt(name, fmt.Sprintf("%s:%s", xlsx.Ref(j, 2), xlsx.Ref(j, lastCodeRow)), b.marked(head), note)
	}
}

func columnHint(decl *template.Lookup, head string, isKey, numbers bool, in *sheets.Lang) string {
	text := ""
	if decl != nil {
		for _, c := range decl.Columns {
			if wording.Fold(c.Name) == wording.Fold(strings.TrimSuffix(head, KeyMark)) && c.Note != "" {
				text = in.Text(sentence(c.Note)) + ". "
			}
		}
	}
	switch {
	case isKey:
		return text + in.Text("What is looked for. Each code once; codes are text, leading zeros count. * takes everything without a row of its own.")
	case numbers:
		return text + in.Text("What is found.")
	}
	return text + in.Text("What is found. Codes are text: leading zeros stay.")
}

// sentence is a note as the beginning of a sentence; a name such as line.role stays as it is.
func sentence(note string) string {
	if word, _, _ := strings.Cut(note, " "); strings.Contains(strings.TrimRight(word, ".;"), ".") {
		return note
	}
	return strings.ToUpper(note[:1]) + note[1:]
}

func (b *book) declared(name string) *template.Lookup {
	for i := range b.tpl.Lookups {
		if wording.Fold(b.tpl.Lookups[i].Name) == wording.Fold(name) {
			return &b.tpl.Lookups[i]
		}
	}
	return nil
}

func hasNumbers(s *Sheet, column int) bool {
	for _, row := range s.Rows {
		if k := row.At(column).Kind; k == Number || k == Date || k == Bool {
			return true
		}
	}
	return false
}
