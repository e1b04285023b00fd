package layout

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	excelRows    = 1_048_576
	excelColumns = 16_384
)

// sheetFile writes a workbook row by row. The same rows give the same bytes.
type sheetFile struct {
	plan   *Plan
	book   *excelize.File
	sheets map[string]*sheetWriter
	styles map[string]int // number format → style
}

type sheetWriter struct {
	stream *excelize.StreamWriter
	next   int
}

func newSheetFile(p *Plan) (*sheetFile, error) {
	f := &sheetFile{plan: p, book: excelize.NewFile(), sheets: map[string]*sheetWriter{}, styles: map[string]int{}}
	for i := range p.lines {
		if err := f.sheet(i); err != nil {
			f.abort()
			return nil, err
		}
	}
	return f, nil
}

// sheetName is where the rows of a record go.
func (p *Plan) sheetName(record int) string {
	return first(p.records[record].Sheet, p.spec.Sheet, "Sheet1")
}

// sheet begins the sheet of a record, with its headings.
func (f *sheetFile) sheet(record int) error {
	name := f.plan.sheetName(record)
	if f.sheets[name] != nil {
		return nil
	}
	if len(f.sheets) == 0 {
		if err := f.book.SetSheetName("Sheet1", name); err != nil {
			return fmt.Errorf("name sheet %q: %w", name, err)
		}
	} else if _, err := f.book.NewSheet(name); err != nil {
		return fmt.Errorf("add sheet %q: %w", name, err)
	}
	stream, err := f.book.NewStreamWriter(name)
	if err != nil {
		return fmt.Errorf("begin sheet %q: %w", name, err)
	}
	s := &sheetWriter{stream: stream, next: 1}
	f.sheets[name] = s
	if !f.plan.spec.Header {
		return nil
	}
	with := f.plan.headingsOn(name)
	if with < 0 {
		return nil
	}
	var row []any
	for _, c := range f.plan.lines[with].placed {
		row = append(row, c.heading)
	}
	return s.set(row)
}

// headingsOn is the record whose headings a sheet has: header_record if it is there, else its only record with fields.
func (p *Plan) headingsOn(sheet string) int {
	found := -1
	for i := range p.lines {
		if p.sheetName(i) != sheet || len(p.lines[i].placed) == 0 {
			continue
		}
		if p.spec.HeaderRecord == p.lines[i].Name || found < 0 {
			found = i
		}
	}
	return found
}

func (s *sheetWriter) set(row []any) error {
	if s.next > excelRows {
		return fmt.Errorf("a sheet holds %d rows; have the file split by a maximum of documents", excelRows)
	}
	if err := s.stream.SetRow("A"+strconv.Itoa(s.next), row); err != nil {
		return fmt.Errorf("write row %d: %w", s.next, err)
	}
	s.next++
	return nil
}

var errEncodedRow = errors.New("not what Encode makes of a row of this workbook")

// write takes apart what Encode made: one or more rows.
func (f *sheetFile) write(b []byte) error {
	for len(b) > 0 {
		if len(b) < 4 || uint64(len(b)-4) < uint64(binary.BigEndian.Uint32(b)) {
			return errEncodedRow
		}
		n := int(binary.BigEndian.Uint32(b))
		if err := f.row(b[4 : 4+n]); err != nil {
			return err
		}
		b = b[4+n:]
	}
	return nil
}

func (f *sheetFile) row(b []byte) error {
	record, n := binary.Uvarint(b)
	if n <= 0 || record >= uint64(len(f.plan.lines)) {
		return errEncodedRow
	}
	b = b[n:]
	l := &f.plan.lines[record]
	row := make([]any, len(l.placed))
	for i, c := range l.placed {
		if len(b) < 5 || uint64(len(b)-5) < uint64(binary.BigEndian.Uint32(b[1:])) {
			return errEncodedRow
		}
		size := int(binary.BigEndian.Uint32(b[1:]))
		value, err := f.cell(c, b[0], string(b[5:5+size]))
		if err != nil {
			return err
		}
		row[i] = value
		b = b[5+size:]
	}
	return f.sheets[f.plan.sheetName(l.index)].set(row)
}

func (f *sheetFile) cell(c *cell, kind byte, text string) (any, error) {
	switch kind {
	case cellEmpty:
		return nil, nil
	case cellBool:
		return text == "1", nil
	case cellNumber, cellDate:
		n, err := strconv.ParseFloat(text, 64) // at most 15 digits: exact both ways
		if err != nil {
			return nil, errEncodedRow
		}
		format := c.numberFormat(text)
		if kind == cellDate {
			format = c.date.excelFormat()
		}
		style, err := f.style(format)
		return excelize.Cell{StyleID: style, Value: n}, err
	}
	style, err := f.style("@")
	return excelize.Cell{StyleID: style, Value: text}, err
}

func (f *sheetFile) style(format string) (int, error) {
	if id, ok := f.styles[format]; ok {
		return id, nil
	}
	style := &excelize.Style{CustomNumFmt: &format}
	if format == "@" {
		style = &excelize.Style{NumFmt: 49}
	}
	id, err := f.book.NewStyle(style)
	if err != nil {
		return 0, fmt.Errorf("number format %q: %w", format, err)
	}
	f.styles[format] = id
	return id, nil
}

// numberFormat shows the decimals that the field has.
func (c *cell) numberFormat(text string) string {
	least, most := c.least, c.most
	if c.byCurrency || most == maxPlaces {
		_, decimals, _ := strings.Cut(text, ".")
		least, most = len(decimals), len(decimals)
	}
	whole := "0"
	if c.grouping != "" {
		whole = "#,##0"
	}
	if most == 0 {
		return whole
	}
	return whole + "." + strings.Repeat("0", least) + strings.Repeat("#", most-least)
}

// excelFormat is the form as Excel spells it. Forms that Excel does not have are shown as yyyy-mm-dd.
func (f *dateForm) excelFormat() string {
	var b strings.Builder
	for _, p := range f.parts {
		switch p.kind {
		case literalPart:
			if strings.ContainsAny(p.literal, "-/. ,") && len(p.literal) == 1 {
				b.WriteString(p.literal)
			} else {
				b.WriteString(`"` + strings.ReplaceAll(p.literal, `"`, "") + `"`)
			}
		case century, dayOfYear:
			return "yyyy\\-mm\\-dd"
		default:
			b.WriteString(map[partKind]string{year4: "yyyy", year2: "yy", month2: "mm", month1: "m", monthName: "mmm", monthFull: "mmmm",
				day2: "dd", day1: "d"}[p.kind])
		}
	}
	return b.String()
}

// close writes the workbook. excelize keeps sheets in a map: the parts are put in order, so that the same rows give the same bytes.
func (f *sheetFile) close(w io.Writer) (err error) {
	defer func() { err = errors.Join(err, f.book.Close()) }()
	for name, s := range f.sheets {
		if err := s.stream.Flush(); err != nil {
			return fmt.Errorf("end sheet %q: %w", name, err)
		}
	}
	temp, err := os.CreateTemp("", "fisbridge-*.xlsx")
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, temp.Close(), os.Remove(temp.Name()))
	}()
	size, err := f.book.WriteTo(temp)
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return reorder(w, temp, size)
}

// reorder copies a zip with its parts in the order of their names, the content types first, as Excel does.
func reorder(w io.Writer, r io.ReaderAt, size int64) error {
	from, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("read workbook back: %w", err)
	}
	key := func(f *zip.File) string {
		if f.Name == "[Content_Types].xml" {
			return ""
		}
		return f.Name
	}
	slices.SortFunc(from.File, func(a, b *zip.File) int { return strings.Compare(key(a), key(b)) })
	to := zip.NewWriter(w)
	for _, part := range from.File {
		if err := to.Copy(part); err != nil {
			return fmt.Errorf("write %s: %w", part.Name, err)
		}
	}
	return to.Close()
}

// abort removes the temporary files.
func (f *sheetFile) abort() { _ = f.book.Close() }
