package sheet

import (
	"archive/zip"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/xuri/excelize/v2"
)

const (
	excelRows    = 1_048_576
	excelColumns = 16_384
)

// file writes a workbook row by row. The same rows give the same bytes.
type file struct {
	*format
	to     io.Writer
	book   *excelize.File
	sheets map[string]*sheetWriter
	styles map[string]int // number format → style
}

type sheetWriter struct {
	stream *excelize.StreamWriter
	next   int
}

// NewFile begins a workbook. Nothing is written to w before Close; temporary files hold what is large.
func (p *format) NewFile(w io.Writer) (layout.FileWriter, error) {
	f := &file{format: p, to: w, book: excelize.NewFile(), sheets: map[string]*sheetWriter{}, styles: map[string]int{}}
	for i := range p.plan.Lines() {
		if err := f.sheet(i); err != nil {
			f.Abort()
			return nil, err
		}
	}
	return f, nil
}

// sheet begins the sheet of a record, with its headings.
func (f *file) sheet(record int) error {
	name := f.nameOf(record)
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
	with := f.headed(name, f.nameOf)
	if with < 0 {
		return nil
	}
	var row []any
	for _, c := range f.plan.Lines()[with].Placed {
		row = append(row, c.Title)
	}
	return s.set(row)
}

// nameOf is the name of the sheet on which a record is written.
func (f *file) nameOf(record int) string { return cmp.Or(f.sheetOf(record), "Sheet1") }

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

// Write takes apart what Encode made: one or more rows.
func (f *file) Write(b []byte) error {
	return EachRow(b, len(f.plan.Lines()), f.row)
}

// Encoded is a cell as Encode has it: its kind, and digits or text.
type Encoded struct {
	Kind byte
	Text string
}

// EachRow takes apart what Encode made: one or more rows, each of one of so many records.
func EachRow(b []byte, records int, row func(record int, cells []Encoded) error) error {
	for len(b) > 0 {
		if len(b) < 4 || uint64(len(b)-4) < uint64(binary.BigEndian.Uint32(b)) {
			return errEncodedRow
		}
		n := int(binary.BigEndian.Uint32(b))
		body := b[4 : 4+n]
		record, used := binary.Uvarint(body)
		if used <= 0 || record >= uint64(records) {
			return errEncodedRow
		}
		cells, err := cellsOf(body[used:])
		if err != nil {
			return err
		}
		if err := row(int(record), cells); err != nil {
			return err
		}
		b = b[4+n:]
	}
	return nil
}

func cellsOf(b []byte) (cells []Encoded, err error) {
	for len(b) > 0 {
		if len(b) < 5 || uint64(len(b)-5) < uint64(binary.BigEndian.Uint32(b[1:])) {
			return nil, errEncodedRow
		}
		size := int(binary.BigEndian.Uint32(b[1:]))
		cells = append(cells, Encoded{b[0], string(b[5 : 5+size])})
		b = b[5+size:]
	}
	return cells, nil
}

func (f *file) row(record int, cells []Encoded) error {
	l := &f.plan.Lines()[record]
	if len(cells) != len(l.Placed) {
		return errEncodedRow
	}
	row := make([]any, len(cells))
	for i, c := range l.Placed {
		value, err := f.cell(c, cells[i].Kind, cells[i].Text)
		if err != nil {
			return err
		}
		row[i] = value
	}
	return f.sheets[f.nameOf(l.Index)].set(row)
}

func (f *file) cell(c *layout.Cell, kind byte, text string) (any, error) {
	switch kind {
	case CellEmpty:
		return nil, nil
	case CellBool:
		return text == "1", nil
	case CellNumber, CellDate:
		n, err := strconv.ParseFloat(text, 64) // at most 15 digits: exact both ways
		if err != nil {
			return nil, errEncodedRow
		}
		format := numberFormat(c, text)
		if kind == CellDate {
			format = DateFormat(c.Date)
		}
		style, err := f.style(format)
		return excelize.Cell{StyleID: style, Value: n}, err
	}
	style, err := f.style("@")
	return excelize.Cell{StyleID: style, Value: text}, err
}

func (f *file) style(format string) (int, error) {
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
func numberFormat(c *layout.Cell, text string) string {
	least, most := c.Least, c.Most
	if c.ByCurrency || most == layout.MaxPlaces {
		_, decimals, _ := strings.Cut(text, ".")
		least, most = len(decimals), len(decimals)
	}
	whole := "0"
	if c.Group != "" {
		whole = "#,##0"
	}
	if most == 0 {
		return whole
	}
	return whole + "." + strings.Repeat("0", least) + strings.Repeat("#", most-least)
}

// DateFormat is the form as Excel spells it. Forms that Excel does not have are shown as yyyy-mm-dd.
func DateFormat(f *layout.DateForm) string {
	var b strings.Builder
	for _, p := range f.Parts {
		switch p.Kind {
		case layout.LiteralPart:
			if strings.ContainsAny(p.Literal, "-/. ,") && len(p.Literal) == 1 {
				b.WriteString(p.Literal)
			} else {
				b.WriteString(`"` + strings.ReplaceAll(p.Literal, `"`, "") + `"`)
			}
		case layout.Century, layout.DayOfYear:
			return "yyyy\\-mm\\-dd"
		default:
			b.WriteString(map[layout.PartKind]string{layout.Year4: "yyyy", layout.Year2: "yy", layout.Month2: "mm", layout.Month1: "m",
				layout.MonthShort: "mmm", layout.MonthFull: "mmmm", layout.Day2: "dd", layout.Day1: "d"}[p.Kind])
		}
	}
	return b.String()
}

// Close writes the workbook. excelize keeps sheets in a map: the parts are put in order, so that the same rows give the
// same bytes.
func (f *file) Close() (err error) {
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
	return InOrder(f.to, temp, size, (*zip.Writer).Copy)
}

// InOrder copies a zip with its parts in the order of their names, the content types first, as Excel does; each by copy.
func InOrder(w io.Writer, r io.ReaderAt, size int64, copy func(*zip.Writer, *zip.File) error) error {
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
		if err := copy(to, part); err != nil {
			return fmt.Errorf("write %s: %w", part.Name, err)
		}
	}
	return to.Close()
}

// Abort removes the temporary files.
func (f *file) Abort() { _ = f.book.Close() }
