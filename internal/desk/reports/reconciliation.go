package reports

import (
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/tables"
)

func entryHeads() []string {
	return []string{"section", "route", "item", "state", "currency", "number", "amount", "control total", "ties"}
}

// entries are all rows of the reconciliation in one table.
func entries(r desk.Reconciliation) tables.Table {
	t := tables.Table{Sheet: "reconciliation", Heads: entryHeads(), Right: []int{5, 6, 7}}
	for _, e := range r.Entries() {
		t.Rows = append(t.Rows, entryCells(e))
	}
	return t
}

// sections are the same rows, a table for each section.
func sections(r desk.Reconciliation) []tables.Table {
	var out []tables.Table
	for _, e := range r.Entries() {
		if n := len(out); n == 0 || out[n-1].Sheet != e.Section {
			out = append(out, tables.Table{Sheet: e.Section, Title: e.Section, Heads: entryHeads(), Right: []int{5, 6, 7}})
		}
		t := &out[len(out)-1]
		t.Rows = append(t.Rows, entryCells(e))
	}
	return out
}

// itemCell is what a row is of: the name of an import file, or words.
func itemCell(e desk.Entry) tables.Cell {
	c := tables.WordCell(e.Item)
	c.Word, c.Said = e.Section != "import files" && e.Section != "rounding", e.Said
	return c
}

// entryCells are the columns of entryHeads as cells.
func entryCells(e desk.Entry) []tables.Cell {
	out := append([]tables.Cell{tables.WordCell(e.Section), {Text: e.Route}, itemCell(e), tables.WordCell(e.State), {Text: e.Currency}}, tables.CountCell(e.Number), tables.Cell{}, tables.Cell{}, tables.WordCell(e.Ties))
	if e.Section != "ties" && e.Section != "events" && !e.Unknown {
		out[6] = tables.AmountCell(e.Amount, e.Currency)
	}
	if e.Control != nil {
		out[7] = tables.AmountCell(*e.Control, e.Currency)
	}
	return out
}

// overview is the table that people know from the terminal.
func overview(r desk.Reconciliation) tables.Table {
	t := tables.Table{Sheet: "overview", Title: "Fetched = posted + rejected + held + recalled + left + open", Heads: []string{"", "number"}, Right: []int{1}, Plain: true}
	for i, c := range r.Currencies {
		t.Heads, t.Right = append(t.Heads, fis.CurrencyName(c)), append(t.Right, i+2)
	}
	rows := append([]desk.Bucket{{Label: "documents fetched", Figure: r.Fetched}}, r.Documents...)
	for _, part := range [][]desk.Bucket{r.Postings, r.Payments} {
		rows = append(append(rows, desk.Bucket{}), part...)
	}
	for _, b := range rows {
		row := make([]tables.Cell, len(t.Heads))
		if b.Label != "" {
			row[0], row[1] = tables.WordCell(b.Label), tables.CountCell(b.Number)
		}
		for i, c := range r.Currencies {
			if b.Counts[c] > 0 {
				row[i+2] = tables.AmountCell(b.Amounts[c], c)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// byRoute are the documents of each route by state.
func byRoute(r desk.Reconciliation) tables.Table {
	t := tables.Table{Sheet: "routes", Title: "Documents by route and state", Heads: []string{"route", "state", "currency", "number", "amount"}, Right: []int{3, 4}}
	type key struct{ route, state, currency string }
	at := map[key]int{}
	var figures []desk.Entry
	for _, e := range r.Entries() {
		if e.Section != "documents" {
			continue
		}
		k := key{e.Route, e.State, e.Currency}
		i, ok := at[k]
		if !ok {
			i = len(figures)
			at[k], figures = i, append(figures, desk.Entry{Route: e.Route, State: e.State, Currency: e.Currency})
		}
		figures[i].Number += e.Number
		figures[i].Amount = figures[i].Amount.Add(e.Amount)
	}
	for _, e := range figures {
		t.Rows = append(t.Rows, append([]tables.Cell{routeCell(e.Route), tables.WordCell(e.State), {Text: e.Currency}}, tables.CountCell(e.Number), tables.AmountCell(e.Amount, e.Currency)))
	}
	return t
}

// importFiles are the import files with what they say and what their documents say.
func importFiles(r desk.Reconciliation) tables.Table {
	t := tables.Table{Sheet: "import files", Title: "Import files", Heads: []string{"route", "file", "state", "documents", "currency", "in the file", "its documents", "ties"}, Right: []int{3, 5, 6},
		Note: "In the file: debits as they stand in its bytes; where it was not compared, as they were when it was made. Its documents: debits of their posting lines, before rounding."}
	for _, e := range r.Entries() {
		if e.Section != "import files" {
			continue
		}
		said, must := tables.Cell{}, tables.Cell{}
		if e.Control != nil {
			said, must = tables.AmountCell(*e.Control, e.Currency), tables.AmountCell(e.Amount, e.Currency)
		}
		t.Rows = append(t.Rows, append(append(tables.TextCells(e.Route, e.Item), tables.WordCell(e.State)), tables.CountCell(e.Number), tables.Cell{Text: e.Currency}, said, must, tables.WordCell(e.Ties)))
	}
	return t
}

// rounding is what rounding made of documents; nothing where it made nothing.
func rounding(r desk.Reconciliation) []tables.Table {
	t := tables.Table{Sheet: "rounding", Title: "Rounding", Heads: []string{"route", "file", "documents", "currency", "what it is", "amount"}, Right: []int{2, 5},
		Note: "Rows less document: what the rows of a file say more than their documents, because each row is rounded by itself. Rounding line: what stands on lines of rounding differences."}
	for _, e := range r.Entries() {
		if e.Section == "rounding" {
			t.Rows = append(t.Rows, append(tables.TextCells(e.Route, e.Item), tables.CountCell(e.Number), tables.Cell{Text: e.Currency}, tables.WordCell(e.State), tables.AmountCell(e.Amount, e.Currency)))
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []tables.Table{t}
}

// checks are the equations, with what is wrong where one does not hold, and what could not be compared.
func checks(r desk.Reconciliation) tables.Table {
	t := tables.Table{Sheet: "ties", Title: "Each figure from two sources", Heads: []string{"equation", "holds", "what is to be said of it"}, Plain: true}
	for _, tie := range r.Ties {
		if len(tie.Broken)+len(tie.Notes) == 0 {
			t.Rows = append(t.Rows, tables.WordCells(tie.Equation, tie.Word(), ""))
		}
		for _, n := range tie.Notes {
			note := tables.WordCell(n.String())
			note.Said = n
			t.Rows = append(t.Rows, append(tables.WordCells(tie.Equation, tie.Word()), note))
		}
		for _, b := range tie.Broken {
			t.Rows = append(t.Rows, tables.WordCells(tie.Equation, "no", b))
		}
	}
	return t
}

// routeCell is the name of a route, or words where there is none.
func routeCell(route string) tables.Cell {
	c := tables.WordCell(desk.RouteName(route))
	c.Word = route == ""
	return c
}
