package workbench

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/tables"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// diffReport is a comparison as people see it, in any form.
type diffReport struct {
	*compare.Diff
	older, newer string // what people called the versions
	from         string // where the documents came from
}

// facts are what stands above the tables.
func (r *diffReport) facts() [][2]string {
	out := [][2]string{{"old", r.older}, {"new", r.newer}}
	if r.Documents > 0 {
		out = append(out, [2]string{"tried on", wording.Counted(r.Documents, "document") + wording.Either(r.from != "", ", "+r.from, "")},
			[2]string{"lines", fmt.Sprintf("%s before, %s after; %s changed, %s new, %s gone", wording.Grouped(strconv.Itoa(r.OldLines)), wording.Grouped(strconv.Itoa(r.NewLines)),
				wording.Grouped(strconv.Itoa(r.ChangedLines)), wording.Grouped(strconv.Itoa(r.AddedLines)), wording.Grouped(strconv.Itoa(r.RemovedLines)))})
	}
	if r.HeldInBoth > 0 {
		out = append(out, [2]string{"held", wording.Counted(r.HeldInBoth, "document") + ", before and after, for the same reasons"})
	}
	return out
}

// tables are all tables that have rows; the lines are in the form that is given.
func (r *diffReport) tables(lines tables.Table) []tables.Table {
	var out []tables.Table
	for _, t := range append([]tables.Table{r.cellTable(), r.columnTable()}, append(r.sumTables(), r.heldTable(), r.frameTable(), lines)...) {
		if len(t.Rows) > 0 {
			out = append(out, t)
		}
	}
	return out
}

func (r *diffReport) cellTable() tables.Table {
	t := tables.Table{Title: "what differs in the mapping", Sheet: "Mapping", Heads: []string{"Cell", "What", "Before", "After"}, Long: true}
	own, byTemplate := compare.Parted(r.Cells)
	for _, c := range append(own, byTemplate...) {
		at := c.Sheet
		switch {
		case strings.HasPrefix(c.Cell, "line "):
			at += " " + c.Cell
		case c.Cell != "":
			at += "!" + c.Cell
		}
		old, now := blankAs(c.Old), blankAs(c.New)
		switch c.Kind {
		case compare.CellAdded:
			old = "(not there)"
		case compare.CellRemoved:
			now = "(removed)"
		}
		t.Rows = append(t.Rows, tables.TextCells(at, c.What, old, now))
	}
	if len(byTemplate) > 0 {
		t.Note = "the newer template brings the last of them (" + strconv.Itoa(len(byTemplate)) + "): nobody has changed those"
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

func (r *diffReport) columnTable() tables.Table {
	t := tables.Table{Title: "what changes in the file, column by column", Sheet: "Columns", Heads: []string{"Column", "Before", "After", "Lines", "Documents", "Amount", "Currency"}, Right: []int{3, 4, 5},
		Note: "amounts are debits less credits of the lines"}
	for i := range r.Columns {
		c := &r.Columns[i]
		most := len(c.Moves)
		if !c.IsCode() && most > usualMoves {
			most = usualMoves
		}
		shown := 0
		for j := range c.Moves[:most] {
			t.Rows = append(t.Rows, moveRows(r.columnName(c.Record, c.Column), &c.Moves[j], c.IsCode())...)
			shown += c.Moves[j].Lines
		}
		if rest := c.Lines - shown; rest > 0 {
			what := wording.Either(shown == 0, "(many different changes)", "(other changes)")
			t.Rows = append(t.Rows, append(tables.TextCells(r.columnName(c.Record, c.Column), what, ""), tables.CountCell(rest), tables.Cell{}, tables.Cell{}, tables.Cell{}))
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
func moveRows(column string, m *compare.Move, code bool) [][]tables.Cell {
	if !code {
		return [][]tables.Cell{append(tables.TextCells(column, blankAs(m.Old), blankAs(m.New)), tables.CountCell(m.Lines), tables.CountCell(m.Documents), tables.Cell{}, tables.Cell{})}
	}
	var currencies []string
	for c := range m.Amounts {
		currencies = append(currencies, c)
	}
	sort.Strings(currencies)
	var out [][]tables.Cell
	for i, c := range currencies {
		row := append(tables.TextCells(column, blankAs(m.Old), blankAs(m.New)), tables.CountCell(m.Lines), tables.CountCell(m.Documents), tables.AmountCell(m.Amounts[c], c), tables.Cell{Text: c})
		if i > 0 { // lines and documents are those of all currencies
			row[3], row[4] = tables.Cell{}, tables.Cell{}
		}
		out = append(out, row)
	}
	return out
}

func (r *diffReport) sumTables() []tables.Table {
	var out []tables.Table
	for _, s := range r.Sums {
		name := s.Column
		if len(r.Sums) > 1 && !r.onlyColumn(s) {
			name = s.Record + " " + s.Column
		}
		t := tables.Table{Title: "what each " + name + " comes to, before and after", Sheet: "Sums by " + name,
			Heads: []string{name, "Currency", "Lines before", "Before", "Lines after", "After", "Difference"}, Right: []int{2, 3, 4, 5, 6}, Long: true,
			Note: "debits less credits"}
		if same := s.Codes - len(s.Rows); same > 0 {
			t.Note += "; " + wording.Either(same == 1, "one other stays the same", wording.Grouped(strconv.Itoa(same))+" others stay the same")
		}
		for _, row := range s.Rows {
			t.Rows = append(t.Rows, []tables.Cell{{Text: blankAs(row.Code)}, {Text: row.Currency}, tables.CountCell(row.OldLines), tables.AmountCell(row.Old, row.Currency), tables.CountCell(row.NewLines),
				tables.AmountCell(row.New, row.Currency), tables.AmountCell(row.Moved(), row.Currency)})
		}
		out = append(out, t)
	}
	return out
}

func (r *diffReport) onlyColumn(s compare.SumTable) bool {
	for _, o := range r.Sums {
		if o.Column == s.Column && o.Record != s.Record {
			return false
		}
	}
	return true
}

func (r *diffReport) heldTable() tables.Table {
	t := tables.Table{Title: "documents that are held", Sheet: "Held", Heads: []string{"Document", "Report", "What", "Reason"}, Long: true}
	for _, h := range r.Held {
		reason := strings.Join(h.New, "; ")
		if h.Kind != compare.NewlyHeld {
			reason = "was: " + strings.Join(h.Old, "; ") + wording.Either(len(h.New) > 0, "; now: "+strings.Join(h.New, "; "), "")
		}
		t.Rows = append(t.Rows, tables.TextCells(h.DocID, h.ReportID, h.Kind, reason))
	}
	return t
}

func (r *diffReport) frameTable() tables.Table {
	t := tables.Table{Title: "headers and trailers, of one file with all documents", Sheet: "Headers and trailers", Heads: []string{"Record", "Field", "Before", "After"}}
	for _, f := range r.Frame {
		t.Rows = append(t.Rows, tables.TextCells(f.Record, f.Field, f.Old, f.New))
	}
	return t
}

func (r *diffReport) lineTable() tables.Table {
	t := tables.Table{Title: "the changed lines", Sheet: "Lines", Heads: []string{"Document", "Report", "Line", "What", "Entry", "Amount", "Currency", "Column", "Before", "After"}, Right: []int{2, 5}, Long: true,
		Note: r.lineNote()}
	for i := range r.Lines {
		l := &r.Lines[i]
		for _, f := range l.Fields {
			t.Rows = append(t.Rows, []tables.Cell{{Text: l.DocID}, {Text: l.ReportID}, tables.CountCell(l.Line), {Text: kindWord(l)}, {Text: l.Entry}, tables.AmountCell(l.Amount, l.Currency), {Text: l.Currency},
				{Text: f.Field}, {Text: f.Old}, {Text: f.New}})
		}
	}
	return t
}

func (r *diffReport) lineNote() string {
	note := "lines count those of their document"
	if r.LinesCut {
		note += fmt.Sprintf("; only the first %s changed lines are listed", wording.Grouped(strconv.Itoa(len(r.Lines))))
	}
	return note
}

// shortLineTable has one row for each line, for the terminal.
func (r *diffReport) shortLineTable() tables.Table {
	t := tables.Table{Title: "the changed lines", Heads: []string{"Report", "Line", "What", "Amount", "Currency", "Changes"}, Right: []int{1, 3}, Long: true, Note: r.lineNote()}
	for i := range r.Lines {
		l := &r.Lines[i]
		row := []tables.Cell{{Text: wording.Either(l.ReportID != "", l.ReportID, l.DocID)}, tables.CountCell(l.Line), {Text: kindWord(l)}, tables.AmountCell(l.Amount, l.Currency), {Text: l.Currency}, {}}
		if l.Kind == compare.CellChanged {
			row[5].Text = changesText(l.Fields)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// changesText tells the fields of one line, the ends of long texts that begin alike.
func changesText(fields []compare.FieldChange) string {
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
		out = append(out, fmt.Sprintf("%s %s → %s", f.Field, quotedWords(term.CutAfter(old, most)), quotedWords(term.CutAfter(now, most))))
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

// kindWord is what a line is, and what became of it.
func kindWord(l *compare.LineChange) string {
	word := strings.ReplaceAll(l.Role, "_", " ")
	if word == "" {
		word = l.Record
	}
	switch l.Kind {
	case compare.CellAdded:
		return word + ", new"
	case compare.CellRemoved:
		return word + ", gone"
	}
	return word
}
