package templating

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// mostRows is how many rows of a sample are looked at.
const mostRows = 1000

// delimiters are those that are looked for.
var delimiters = []string{",", ";", "\t", "|"}

// sampleCSV makes rows of a CSV: of its header line alone, or with what its rows show.
func sampleCSV(d *Draft, file string, data []byte) error {
	in := decodeSample(data)
	s := source{file, in.text}
	if in.text == "" || strings.ContainsRune(in.text, 0) {
		return s.wrong(0, "is no text that can be read as CSV")
	}
	mark := delimiterOf(in.text)
	if mark == "" {
		return s.wrong(1, "no delimiter (comma, semicolon, tab, |) parts every line into the same number of columns: is it a CSV? what is --kind?")
	}
	rows, lines, err := readCSV(s, mark)
	if err != nil {
		return err
	}
	d.kind, d.fileName = layout.Delimited, "{route}_{sequence:000000}.csv"
	d.csvFile(in, mark)
	header := isHeader(rows)
	columns, err := columnsOf(d, s, rows, lines, header)
	if err != nil {
		return err
	}
	d.quotes(in.text, mark, rows, header, columns)
	d.set("header", fmt.Sprint(header), "")
	return d.columns(columns, "Line", 1)
}

// columns makes the record of columns, and says what holds for all of them.
func (d *Draft) columns(columns []column, name string, line int) error {
	m := d.marks(columns)
	r := &record{name: name, repeat: "posting", line: line}
	forms := map[string]int{}
	for _, c := range columns {
		f := r.add(d.fieldOf(c, m))
		if len(c.name) > 0 && f.Name != strings.Join(strings.Fields(c.name), " ") {
			f.Heading = c.name
		}
		if f.DateForm != "" {
			forms[f.DateForm]++
		}
	}
	best := ""
	for form, n := range forms {
		if n > forms[best] || n == forms[best] && form < best {
			best = form
		}
	}
	if best != "" {
		d.set("date_form", best, "as in the sample")
		for _, f := range r.fields {
			if f.DateForm == best {
				f.DateForm = ""
			}
		}
	} else if d.kind == layout.Delimited {
		d.set("date_form", "yyyy-MM-dd", "GUESS: no date in the sample")
		d.guess(0, "dates are written yyyy-MM-dd: the sample has none")
	}
	d.guess(0, "each row is a posting line (`repeat: posting`): a debit or a credit of a document")
	d.records = append(d.records, r)
	return nil
}

// marks finds the decimal mark of the whole sample.
func (d *Draft) marks(columns []column) marks {
	var found marks
	doubt, where := "", column{}
	for _, c := range columns {
		numbers, m, unsure := numbersOf(c.values)
		if !numbers {
			continue
		}
		if unsure != "" && doubt == "" {
			doubt, where = unsure, c
		}
		if m.decimal != "" && found.decimal == "" {
			found = m
		} else if m.decimal != "" && m.decimal != found.decimal {
			d.open(c.line, "column %s has another decimal mark than the columns before it", c.name)
		}
		if m.grouping != "" {
			found.grouping = m.grouping
		}
	}
	if d.kind != layout.Delimited {
		return found
	}
	switch {
	case found.decimal == "" && doubt != "":
		found.decimal = "."
		if strings.Contains(doubt, ",") { // then a comma may part thousands, which is how amounts without decimals look
			found.grouping = ","
		}
		d.set("decimal_mark", `"."`, "GUESS")
		d.guess(where.line, "%q in column %s may be a thousand or have three decimals: the decimal mark is a point until you say otherwise", doubt, where.name)
	case found.decimal == "" && slices.ContainsFunc(d.file, func(e entry) bool { return e.key == "delimiter" && e.value == quote(delimiterWord(";")) }):
		// Where a comma is the decimal mark, Excel parts columns by semicolons; where a point is, by commas.
		d.set("decimal_mark", `","`, "GUESS: no amount with decimals in the sample, and columns are parted by semicolons")
		d.guess(0, "the decimal mark is a comma, as where columns are parted by semicolons: the sample has no amount with decimals")
	case found.decimal == "":
		d.set("decimal_mark", `"."`, "GUESS: no amount with decimals in the sample")
		d.guess(0, "the decimal mark is a point: the sample has no amount with decimals")
	default:
		d.set("decimal_mark", quote(found.decimal), "as in the sample")
	}
	if found.grouping != "" && found.grouping != found.decimal {
		d.set("grouping", quote(found.grouping), "between thousands, as in the sample")
	}
	return found
}

// csvFile says what the bytes tell of the whole file.
func (d *Draft) csvFile(in decoded, mark string) {
	comment := "as in the sample"
	if in.guess != "" {
		comment = "GUESS"
		d.guess(0, "%s", in.guess)
	}
	if in.utf16 {
		comment = "the sample is UTF-16, which no template writes"
		d.open(0, "whether the ERP reads UTF-8: the sample is UTF-16, which a template reads and does not write")
	}
	d.set("encoding", in.encoding, comment)
	if in.bom {
		d.set("bom", "true", "as in the sample")
	}
	if in.encoding != "utf-8" {
		d.set("unmappable", "table-or-replace", "")
	}
	switch {
	case strings.Contains(in.text, "\r\n"):
		d.set("line_end", "crlf", "as in the sample")
	case strings.Contains(in.text, "\n"):
		d.set("line_end", "lf", "as in the sample")
	case strings.Contains(in.text, "\r"):
		d.set("line_end", "cr", "as in the sample")
	default:
		d.set("line_end", "lf", "GUESS")
		d.guess(0, "lines end with a line feed: the sample has one line without an end")
	}
	d.set("delimiter", quote(delimiterWord(mark)), "as in the sample")
}

// delimiterOf is what parts every line into the same number of columns, two at least: the most of them counts.
func delimiterOf(text string) string {
	best, most := "", 1
	for _, mark := range delimiters {
		rows, _, err := readCSV(source{"", text}, mark)
		if err != nil || len(rows) == 0 {
			continue
		}
		n := len(rows[0])
		for _, row := range rows {
			if len(row) != n {
				n = 0
				break
			}
		}
		if n > most {
			best, most = mark, n
		}
	}
	return best
}

// readCSV reads the first rows, each with its line.
func readCSV(s source, mark string) (rows [][]string, lines []int, err error) {
	text := s.text
	if !strings.Contains(text, "\n") {
		text = strings.ReplaceAll(text, "\r", "\n")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = rune(mark[0]), -1, true
	for len(rows) < mostRows {
		row, err := r.Read()
		if row == nil {
			break // the end, or what cannot be read
		}
		if err != nil {
			break
		}
		line, _ := r.FieldPos(0)
		rows, lines = append(rows, row), append(lines, line)
	}
	return rows, lines, nil
}

// isHeader: the first row has names, each once, and none of them is a number or a date.
func isHeader(rows [][]string) bool {
	seen := map[string]bool{}
	for _, cell := range rows[0] {
		cell = strings.TrimSpace(cell)
		numbers, _, _ := numbersOf([]string{cell})
		if cell == "" || numbers || len(formsOf([]string{cell})) > 0 || seen[strings.ToLower(cell)] {
			return false
		}
		seen[strings.ToLower(cell)] = true
	}
	return true
}

// columnsOf turns rows into columns.
func columnsOf(d *Draft, s source, rows [][]string, lines []int, header bool) ([]column, error) {
	if len(rows[0]) > mostFields {
		return nil, s.wrong(1, "has more than %d columns", mostFields)
	}
	var out []column
	for i, cell := range rows[0] {
		c := column{name: strings.TrimSpace(cell), line: lines[0]}
		if !header {
			c.name = fmt.Sprintf("Column %d", i+1)
		}
		out = append(out, c)
	}
	from := 0
	switch {
	case !header:
		d.open(lines[0], "what the columns are called: the first row is no row of headings; they are numbered")
	case len(rows) == 1:
		from = 1
		d.open(0, "types, widths, forms of dates and amounts: there are no rows below the headings")
	default:
		from = 1
	}
	for n, row := range rows[from:] {
		if len(row) != len(out) {
			return nil, s.wrong(lines[from+n], "has %d columns, the first row %d", len(row), len(out))
		}
		for i, cell := range row {
			if cell = strings.TrimSpace(cell); cell == "" {
				out[i].blank++
			} else {
				out[i].values = append(out[i].values, cell)
			}
		}
	}
	return out, nil
}

// quotes finds which cells stand in quotes: all, texts alone, or those that need it.
func (d *Draft) quotes(text, mark string, rows [][]string, header bool, columns []column) {
	if !strings.Contains(text, `"`) {
		d.set("quoting", "minimal", "GUESS: nothing in the sample needs quotes; it may be that the ERP reads none (none)")
		d.guess(0, "texts with the delimiter in them are quoted: the sample has none")
		return
	}
	quoted, cells := 0, 0
	from := 0
	if header && len(rows) > 1 {
		from = 1
	}
	for _, row := range rows[from:] {
		for _, cell := range row {
			if cell == "" {
				continue
			}
			cells++
			if strings.Contains(text, `"`+strings.ReplaceAll(cell, `"`, `""`)+`"`) {
				quoted++
			}
		}
	}
	switch {
	case quoted == cells:
		d.set("quoting", "all", "as in the sample")
	case quoted*3 >= cells:
		d.set("quoting", "text", "GUESS: many texts stand in quotes, and numbers do not")
		d.guess(0, "texts and codes stand in quotes, numbers and dates do not, as most rows have it")
	default:
		d.set("quoting", "minimal", "as in the sample")
	}
}
