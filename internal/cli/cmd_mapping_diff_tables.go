package cli

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/mapping"
)

// diffReport is a comparison as people see it, in any form.
type diffReport struct {
	*mapping.Diff
	older, newer string // what people called the versions
	from         string // where the documents came from
}

// isText reports whether the cell is no figure.
func (c sheetCell) isText() bool { return c.count == nil && c.amount == nil }

// facts are what stands above the tables.
func (r *diffReport) facts() [][2]string {
	out := [][2]string{{"old", r.older}, {"new", r.newer}}
	if r.Documents > 0 {
		out = append(out, [2]string{"tried on", counted(r.Documents, "document") + ifTrue(r.from != "", ", "+r.from, "")},
			[2]string{"lines", fmt.Sprintf("%s before, %s after; %s changed, %s new, %s gone", grouped(strconv.Itoa(r.OldLines)), grouped(strconv.Itoa(r.NewLines)),
				grouped(strconv.Itoa(r.ChangedLines)), grouped(strconv.Itoa(r.AddedLines)), grouped(strconv.Itoa(r.RemovedLines)))})
	}
	if r.HeldInBoth > 0 {
		out = append(out, [2]string{"held", counted(r.HeldInBoth, "document") + ", before and after, for the same reasons"})
	}
	return out
}

// tables are all tables that have rows; the lines are in the form that is given.
func (r *diffReport) tables(lines sheetTable) []sheetTable {
	var out []sheetTable
	for _, t := range append([]sheetTable{r.cellTable(), r.columnTable()}, append(r.sumTables(), r.heldTable(), r.frameTable(), lines)...) {
		if len(t.rows) > 0 {
			out = append(out, t)
		}
	}
	return out
}

func (r *diffReport) cellTable() sheetTable {
	t := sheetTable{title: "what differs in the mapping", sheet: "Mapping", heads: []string{"Cell", "What", "Before", "After"}, long: true}
	for _, c := range r.Cells {
		at := c.Sheet
		switch {
		case strings.HasPrefix(c.Cell, "line "):
			at += " " + c.Cell
		case c.Cell != "":
			at += "!" + c.Cell
		}
		old, now := blankAs(c.Old), blankAs(c.New)
		switch c.Kind {
		case mapping.CellAdded:
			old = "(not there)"
		case mapping.CellRemoved:
			now = "(removed)"
		}
		t.rows = append(t.rows, textCells(at, c.What, old, now))
	}
	return t
}

func blankAs(s string) string {
	if s == "" {
		return "(blank)"
	}
	return s
}

// usualMoves is how many different changes of a column are told when they are no codes: texts and the like.
const usualMoves = 10

func (r *diffReport) columnTable() sheetTable {
	t := sheetTable{title: "what changes in the file, column by column", sheet: "Columns", heads: []string{"Column", "Before", "After", "Lines", "Documents", "Amount", "Currency"}, right: []int{3, 4, 5},
		note: "amounts are debits less credits of the lines"}
	for i := range r.Columns {
		c := &r.Columns[i]
		most := len(c.Moves)
		if !c.IsCode() && most > usualMoves {
			most = usualMoves
		}
		shown := 0
		for j := range c.Moves[:most] {
			t.rows = append(t.rows, moveRows(r.columnName(c.Record, c.Column), &c.Moves[j], c.IsCode())...)
			shown += c.Moves[j].Lines
		}
		if rest := c.Lines - shown; rest > 0 {
			what := ifTrue(shown == 0, "(many different changes)", "(other changes)")
			t.rows = append(t.rows, append(textCells(r.columnName(c.Record, c.Column), what, ""), countCell(rest), sheetCell{}, sheetCell{}, sheetCell{}))
		}
	}
	return t
}

// columnName is a column, with its record where the name alone could be another's.
func (r *diffReport) columnName(record, column string) string {
	for _, c := range r.Columns {
		if c.Column == column && c.Record != record {
			return record + " " + column
		}
	}
	return column
}

// moveRows is a change: of a code, one row a currency.
func moveRows(column string, m *mapping.Move, code bool) [][]sheetCell {
	if !code {
		return [][]sheetCell{append(textCells(column, blankAs(m.Old), blankAs(m.New)), countCell(m.Lines), countCell(m.Documents), sheetCell{}, sheetCell{})}
	}
	var currencies []string
	for c := range m.Amounts {
		currencies = append(currencies, c)
	}
	sort.Strings(currencies)
	var out [][]sheetCell
	for i, c := range currencies {
		row := append(textCells(column, blankAs(m.Old), blankAs(m.New)), countCell(m.Lines), countCell(m.Documents), amountCell(m.Amounts[c], c), sheetCell{text: c})
		if i > 0 { // lines and documents are those of all currencies
			row[3], row[4] = sheetCell{}, sheetCell{}
		}
		out = append(out, row)
	}
	return out
}

func (r *diffReport) sumTables() []sheetTable {
	var out []sheetTable
	for _, s := range r.Sums {
		name := s.Column
		if len(r.Sums) > 1 && !r.onlyColumn(s) {
			name = s.Record + " " + s.Column
		}
		t := sheetTable{title: "what each " + name + " comes to, before and after", sheet: "Sums by " + name,
			heads: []string{name, "Currency", "Lines before", "Before", "Lines after", "After", "Difference"}, right: []int{2, 3, 4, 5, 6}, long: true,
			note: "debits less credits"}
		if same := s.Codes - len(s.Rows); same > 0 {
			t.note += "; " + ifTrue(same == 1, "one other stays the same", grouped(strconv.Itoa(same))+" others stay the same")
		}
		for _, row := range s.Rows {
			t.rows = append(t.rows, []sheetCell{{text: blankAs(row.Code)}, {text: row.Currency}, countCell(row.OldLines), amountCell(row.Old, row.Currency), countCell(row.NewLines),
				amountCell(row.New, row.Currency), amountCell(row.Moved(), row.Currency)})
		}
		out = append(out, t)
	}
	return out
}

func (r *diffReport) onlyColumn(s mapping.SumTable) bool {
	for _, o := range r.Sums {
		if o.Column == s.Column && o.Record != s.Record {
			return false
		}
	}
	return true
}

func (r *diffReport) heldTable() sheetTable {
	t := sheetTable{title: "documents that are held", sheet: "Held", heads: []string{"Document", "Report", "What", "Reason"}, long: true}
	for _, h := range r.Held {
		reason := strings.Join(h.New, "; ")
		if h.Kind != mapping.NewlyHeld {
			reason = "was: " + strings.Join(h.Old, "; ") + ifTrue(len(h.New) > 0, "; now: "+strings.Join(h.New, "; "), "")
		}
		t.rows = append(t.rows, textCells(h.DocID, h.ReportID, h.Kind, reason))
	}
	return t
}

func (r *diffReport) frameTable() sheetTable {
	t := sheetTable{title: "headers and trailers, of one file with all documents", sheet: "Headers and trailers", heads: []string{"Record", "Field", "Before", "After"}}
	for _, f := range r.Frame {
		t.rows = append(t.rows, textCells(f.Record, f.Field, f.Old, f.New))
	}
	return t
}

func (r *diffReport) lineTable() sheetTable {
	t := sheetTable{title: "the changed lines", sheet: "Lines", heads: []string{"Document", "Report", "Line", "What", "Entry", "Amount", "Currency", "Column", "Before", "After"}, right: []int{2, 5}, long: true,
		note: r.lineNote()}
	for i := range r.Lines {
		l := &r.Lines[i]
		for _, f := range l.Fields {
			t.rows = append(t.rows, []sheetCell{{text: l.DocID}, {text: l.ReportID}, countCell(l.Line), {text: kindWord(l)}, {text: l.Entry}, amountCell(l.Amount, l.Currency), {text: l.Currency},
				{text: f.Field}, {text: f.Old}, {text: f.New}})
		}
	}
	return t
}

func (r *diffReport) lineNote() string {
	note := "lines count those of their document"
	if r.LinesCut {
		note += fmt.Sprintf("; only the first %s changed lines are listed", grouped(strconv.Itoa(len(r.Lines))))
	}
	return note
}

// shortLineTable has one row for each line, for the terminal.
func (r *diffReport) shortLineTable() sheetTable {
	t := sheetTable{title: "the changed lines", heads: []string{"Report", "Line", "What", "Amount", "Currency", "Changes"}, right: []int{1, 3}, long: true, note: r.lineNote()}
	for i := range r.Lines {
		l := &r.Lines[i]
		row := []sheetCell{{text: ifTrue(l.ReportID != "", l.ReportID, l.DocID)}, countCell(l.Line), {text: kindWord(l)}, amountCell(l.Amount, l.Currency), {text: l.Currency}, {}}
		if l.Kind == mapping.CellChanged {
			row[5].text = changesText(l.Fields)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// changesText tells the fields of one line, the ends of long texts that begin alike.
func changesText(fields []mapping.FieldChange) string {
	const most = 24
	var out []string
	for _, f := range fields {
		old, now := []rune(blankAs(f.Old)), []rune(blankAs(f.New))
		same := 0
		for same < len(old) && same < len(now) && old[same] == now[same] {
			same++
		}
		if cut := same - 6; cut > 0 && max(len(old), len(now)) > most {
			old, now = append([]rune{'…'}, old[cut:]...), append([]rune{'…'}, now[cut:]...)
		}
		out = append(out, fmt.Sprintf("%s %s → %s", f.Field, quotedWords(cutAfter(old, most)), quotedWords(cutAfter(now, most))))
	}
	return strings.Join(out, "; ")
}

// quotedWords shows where a text of several words begins and ends.
func quotedWords(s string) string {
	if strings.Contains(s, " ") {
		return `"` + s + `"`
	}
	return s
}

func cutAfter(text []rune, most int) string {
	if len(text) > most {
		return string(text[:most-1]) + "…"
	}
	return string(text)
}

// kindWord is what a line is, and what became of it.
func kindWord(l *mapping.LineChange) string {
	word := strings.ReplaceAll(l.Role, "_", " ")
	if word == "" {
		word = l.Record
	}
	switch l.Kind {
	case mapping.CellAdded:
		return word + ", new"
	case mapping.CellRemoved:
		return word + ", gone"
	}
	return word
}
