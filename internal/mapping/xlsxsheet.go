package mapping

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// sheet reads a sheet.
func (w *workbook) sheet(name string) (*sheet, error) {
	r, err := w.part(w.parts[name])
	if err != nil {
		return nil, err
	}
	defer r.Close()
	p := &sheetParser{book: w, dec: xml.NewDecoder(r), out: &sheet{name: name, hidden: w.hidden[name], hiddenColumns: map[int]bool{}, formats: map[int]cellFormat{}}}
	if err := p.run(); err != nil {
		return nil, &openError{fmt.Sprintf("sheet %s is damaged (%v): save the workbook again in Excel", name, err)}
	}
	p.markMerged()
	return p.out, nil
}

type sheetParser struct {
	book  *workbook
	dec   *xml.Decoder
	out   *sheet
	row   *sheetRow
	count int
	last  int // number of the last row
}

func (p *sheetParser) run() error {
	for {
		tok, err := p.dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if err := p.start(t); err != nil {
				return err
			}
		case xml.EndElement:
			if t.Name.Local == "row" {
				p.endRow()
			}
		}
	}
}

func (p *sheetParser) start(t xml.StartElement) error {
	switch t.Name.Local {
	case "row":
		n, err := strconv.Atoi(attr(t, "r"))
		if err != nil {
			n = p.last + 1
		}
		p.last = n
		hidden := attr(t, "hidden")
		p.row = &sheetRow{number: n, hidden: hidden == "1" || hidden == "true"}
	case "c":
		if p.row == nil {
			return fmt.Errorf("a cell outside a row")
		}
		return p.cell(t)
	case "col":
		p.column(t)
	case "mergeCell":
		p.out.merged = append(p.out.merged, attr(t, "ref"))
	}
	return nil
}

// column notes what holds for whole columns.
func (p *sheetParser) column(t xml.StartElement) {
	from, err1 := strconv.Atoi(attr(t, "min"))
	to, err2 := strconv.Atoi(attr(t, "max"))
	if err1 != nil || err2 != nil || from < 1 {
		return
	}
	style, _ := strconv.Atoi(attr(t, "style"))
	hidden := attr(t, "hidden")
	for i := from; i <= min(to, maxNotedColumns); i++ {
		p.out.formats[i-1] = p.book.formats[style]
		if hidden == "1" || hidden == "true" {
			p.out.hiddenColumns[i-1] = true
		}
	}
}

// maxNotedColumns bounds the columns whose format is kept; a mapping has a few.
const maxNotedColumns = 200

func (p *sheetParser) endRow() {
	if p.row != nil && !p.row.blank() {
		p.out.rows = append(p.out.rows, *p.row)
	}
	p.row = nil
}

// cell reads one c element.
func (p *sheetParser) cell(t xml.StartElement) error {
	column := columnOf(attr(t, "r"))
	if column < 0 {
		column = len(p.row.cells)
	}
	if column >= 16384 {
		return fmt.Errorf("column %d", column)
	}
	var raw struct {
		F  *string `xml:"f"`
		V  *string `xml:"v"`
		IS *struct {
			T []string `xml:"t"`
			R []string `xml:"r>t"`
		} `xml:"is"`
	}
	if err := p.dec.DecodeElement(&raw, &t); err != nil {
		return err
	}
	c := cell{formula: raw.F != nil, place: place{p.out.name, ref(column, p.row.number)}}
	style, _ := strconv.Atoi(attr(t, "s"))
	c.format = p.book.formats[style]
	if raw.F != nil {
		c.source = "=" + *raw.F
	}
	value := ""
	if raw.V != nil {
		value = *raw.V
	}
	if raw.IS != nil {
		value = strings.Join(raw.IS.T, "") + strings.Join(raw.IS.R, "")
	}
	if typ := attr(t, "t"); c.formula && raw.IS == nil && (raw.V == nil || value == "" && typ != "str") { // an empty text is a str
		c.kind, c.text = uncalculatedCell, "="+*raw.F
	} else if err := p.fill(&c, typ, value, style); err != nil {
		return err
	}
	if c.kind == blankCell {
		return nil
	}
	if p.count++; p.count > maxCells {
		return fmt.Errorf("more than %d cells", maxCells)
	}
	for len(p.row.cells) < column {
		p.row.cells = append(p.row.cells, cell{place: place{p.out.name, ref(len(p.row.cells), p.row.number)}})
	}
	p.row.cells = append(p.row.cells[:column], c)
	return nil
}

// fill sets kind and value from the cell's type, raw value and format.
func (p *sheetParser) fill(c *cell, typ, value string, style int) error {
	switch typ {
	case "s":
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 || i >= len(p.book.strings) {
			return fmt.Errorf("cell %s points to text %q, which is not there", c.ref, value)
		}
		c.text = p.book.strings[i]
	case "inlineStr", "str":
		c.text = unescapeX(value)
	case "b":
		c.kind, c.flag = boolCell, value == "1" || value == "true"
		return nil
	case "e":
		c.kind, c.text = errorCell, value
		return nil
	case "d":
		day, err := fis.ParseDate(value)
		if err != nil {
			return err
		}
		c.kind, c.date = dateCell, day
		return nil
	default:
		return p.number(c, value, style)
	}
	if c.text != "" {
		c.kind = textCell
	}
	return nil
}

func (p *sheetParser) number(c *cell, value string, style int) error {
	if value == "" {
		return nil
	}
	a, err := fis.ParseAmount(value)
	if err != nil {
		return fmt.Errorf("cell %s: %w", c.ref, err)
	}
	c.kind, c.number, c.text = numberCell, fifteenDigits(a), value
	if p.book.formats[style] == dateCells {
		if day, ok := p.book.day(a); ok {
			c.kind, c.date = dateCell, day
		}
	}
	return nil
}

// fifteenDigits takes away the noise that a spreadsheet's binary numbers carry beyond the 15 digits it shows: 1.1000000000000001 is 1.1.
func fifteenDigits(a fis.Amount) fis.Amount {
	digits := a.NumDigits()
	if digits <= 15 {
		return a
	}
	return a.Round(-a.Exponent() - int32(digits-15))
}

// day turns a spreadsheet's day number into a date, in either date system.
func (w *workbook) day(a fis.Amount) (fis.Date, bool) {
	n, _ := a.Floor().Float64()
	if n < 1 || n > 2958465 || math.IsNaN(n) {
		return fis.Date{}, false
	}
	days := int(n)
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case w.base == 1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60: // 29 February 1900, which never was
		return fis.Date{}, false
	case days < 60:
		start = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return fis.DateOf(start.AddDate(0, 0, days)), true
}

// markMerged marks the cells that lie in a merged range.
func (p *sheetParser) markMerged() {
	for _, area := range p.out.merged {
		from, to, ok := strings.Cut(area, ":")
		if !ok {
			continue
		}
		c1, c2 := columnOf(from), columnOf(to)
		r1, r2 := rowOf(from), rowOf(to)
		for i := range p.out.rows {
			row := &p.out.rows[i]
			for c := c1; row.number >= r1 && row.number <= r2 && c >= 0 && c <= c2 && c < len(row.cells); c++ {
				row.cells[c].merged = true
			}
		}
	}
}

func rowOf(ref string) int {
	n, _ := strconv.Atoi(strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	return n
}

func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// readStyles finds the cell formats that show a date.
func (w *workbook) readStyles() error {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := w.decode("xl/styles.xml", &styles); err != nil {
		return err
	}
	custom := map[int]string{}
	for _, f := range styles.Formats {
		custom[f.ID] = f.Code
	}
	for i, c := range styles.Cells {
		w.formats[i] = formatOf(c.Format, custom)
	}
	return nil
}

// formatOf sorts the number formats: 0 is General, 49 is Text, some of the built-in ones are dates.
func formatOf(id int, custom map[int]string) cellFormat {
	code, known := custom[id]
	switch {
	case known && isDateFormat(code):
		return dateCells
	case known && strings.TrimSpace(code) == "@":
		return textCells
	case known && !strings.EqualFold(code, "General"):
		return numberCells
	case known, id == 0:
		return generalFormat
	case id == textFormat:
		return textCells
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return dateCells
	}
	return numberCells
}

// isDateFormat reports whether a number format shows a year or a day, outside quoted texts and [conditions].
func isDateFormat(code string) bool {
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case '"':
			if end := strings.IndexByte(code[i+1:], '"'); end >= 0 {
				i += end + 1
			}
		case '[':
			if end := strings.IndexByte(code[i+1:], ']'); end >= 0 {
				i += end + 1
			}
		case '\\', '_', '*':
			i++
		case 'y', 'Y', 'd', 'D':
			return true
		}
	}
	return false
}
