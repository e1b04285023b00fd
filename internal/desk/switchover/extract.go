package switchover

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/templates"
)

// Extract is one extract file, and what was made of it.
type Extract struct {
	Name string `json:"name"`
	// Template is the one that describes the file: concur-sae, concur-sae-v2, concur-sae-xlsx.
	Template string     `json:"template,omitempty"`
	Batch    string     `json:"batch,omitempty"`
	Date     string     `json:"date,omitempty"`
	Rows     int        `json:"rows"`
	Total    fis.Amount `json:"total"`
	SHA256   string     `json:"sha256"`
	// Same is the file before this one that has the same batch: this one is not counted again.
	Same string `json:"same_as,omitempty"`
	// Problems are why nothing of the file is used.
	Problems []string `json:"problems,omitempty"`

	reports  map[sum]fis.Amount
	advances map[string]Advances
}

// sum names what the rows of a file are added up by.
type sum struct{ key, id, currency string }

// Advances are cash advances that an extract issues. It names them by a number that FIS does not have.
type Advances struct {
	Currency string     `json:"currency"`
	Rows     int        `json:"rows"`
	Amount   fis.Amount `json:"amount"`
}

// Used reports whether the rows of the file count.
func (x *Extract) Used() bool { return len(x.Problems) == 0 && x.Same == "" }

// mostProblems is how many problems of a file are told.
const mostProblems = 5

func (x *Extract) problem(form string, args ...any) {
	switch len(x.Problems) {
	case mostProblems + 1:
		return
	case mostProblems:
		form, args = "and more", nil
	}
	x.Problems = append(x.Problems, fmt.Sprintf(form, args...))
}

// ReadExtract reads a file. What is wrong with it stands in its Problems; the error is that of the machine.
func ReadExtract(path string) (x *Extract, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	x = &Extract{Name: filepath.Base(path), SHA256: hex.EncodeToString(hash.Sum(nil)), reports: map[sum]fis.Amount{}, advances: map[string]Advances{}}
	if x.Template, err = templateOf(f); err != nil {
		x.problem("%s", err)
		return x, nil
	}
	if size == 0 {
		x.problem("the file is empty; an extract without rows has a header: have it sent again")
		return x, nil
	}
	marked, err := hasMark(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	r, err := newReading(x, marked)
	if err != nil {
		return nil, err
	}
	r.file(f, size)
	return x, nil
}

// templateOf tells by the header which template describes a file. The error says that it is no extract.
func templateOf(f io.ReaderAt) (string, error) {
	head := make([]byte, 4096)
	n, _ := f.ReadAt(head, 0) // what cannot be read is told by the reader
	head = bytes.TrimPrefix(head[:n], []byte("\xEF\xBB\xBF"))
	if bytes.HasPrefix(head, []byte("PK")) {
		return "concur-sae-xlsx", nil
	}
	line, err := bufio.NewReader(bytes.NewReader(head)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	line = strings.TrimRight(line, "|\r\n ")
	if !strings.HasPrefix(line, "EXTRACT|") {
		return "concur-sae", nil // its reader knows what files of other kinds look like
	}
	switch fields := strings.Count(line, "|") + 1; fields {
	case 4:
		return "concur-sae-v2", nil
	case 5:
		return "concur-sae", nil
	default:
		return "", fmt.Errorf("line 1: the header has %s; version 2 of the expense extract has 4, version 3 has 5", wording.Counted(fields, "field"))
	}
}

// reading is the reading of one file.
type reading struct {
	x              *Extract
	plan           *layout.Plan
	text           bool // not a workbook
	want           [][]bool
	header, detail int // indexes of the records
	date, count    int // fields of the header
	total, batch   int
	col            map[int]int // fields of DETAIL, by column number
	headers        int
	head           []layout.Value
}

// Columns of DETAIL that are read.
const (
	colBatch    = 2
	colReport   = 19
	colKey      = 20
	colCurrency = 22
	colSide     = 168
	colAmount   = 169
	colAdvance  = 185
)

// hasMark reports whether a file begins with the mark of UTF-8.
func hasMark(f io.ReaderAt) (bool, error) {
	head := make([]byte, 3)
	if _, err := f.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return string(head) == "\uFEFF", nil
}

// newReading compiles the layout of the file's template. Of a row only what is compared is read, and all of that is
// ASCII: neither other columns nor the encoding of people's names can be in the way.
func newReading(x *Extract, marked bool) (*reading, error) {
	t, found := template.Read(templates.FS(), x.Template)
	if err := found.Err(); err != nil {
		return nil, err
	}
	records := t.LayoutRecords()
	r := &reading{x: x, text: t.File.Kind == "delimited", header: -1, detail: -1, batch: -1, col: map[int]int{}, want: make([][]bool, len(records))}
	for i, rec := range records {
		r.want[i] = make([]bool, len(rec.Fields))
		switch rec.Name {
		case "EXTRACT":
			r.header = i
		case "DETAIL":
			r.detail = i
		}
		for n := range rec.Fields {
			r.field(i, n, &rec.Fields[n])
		}
	}
	if r.header < 0 || r.detail < 0 || len(r.col) != 7 {
		return nil, fmt.Errorf("template %s does not describe an expense extract", x.Template)
	}
	if r.text && !marked {
		t.File.Encoding = "iso-8859-1"
	}
	plan, problems := kinds.Compile(t.File, records)
	if len(problems) > 0 {
		return nil, fmt.Errorf("template %s: %s", x.Template, problems[0])
	}
	r.plan = plan
	return r, nil
}

// field finds the fields that are read. Amounts of text files are read by amountIn: extracts differ in decimals and in
// the sign of debits.
func (r *reading) field(record, n int, f *layout.Field) {
	var column int
	if _, err := fmt.Sscanf(f.Name, "%d ", &column); err != nil {
		return
	}
	if record == r.header {
		switch column {
		case 2:
			r.date = n
		case 3:
			r.count = n
		case 4:
			r.total = n
		case 5:
			r.batch = n
		default:
			return
		}
		r.want[record][n] = true
	} else if record == r.detail {
		switch column {
		case colBatch, colReport, colKey, colCurrency, colSide, colAmount, colAdvance:
			r.col[column] = n
			r.want[record][n] = true
		}
	}
	if f.Type == layout.AmountType && r.text {
		*f = layout.Field{Name: f.Name, Type: layout.CodeType, Required: f.Required}
	}
}

// amountIn is the amount in a cell: in text with or without the sign of a debit, and with any decimals.
func amountIn(v layout.Value) (fis.Amount, error) {
	if v.Kind == layout.NumberKind {
		return v.Number, nil
	}
	return fis.ParseAmount(strings.TrimPrefix(v.String(), "+"))
}

// file reads all rows, then holds them against the header.
func (r *reading) file(f io.ReaderAt, size int64) {
	in, err := r.plan.NewPartReader(f, size, layout.Limits{}, layout.Part{Want: r.want})
	if err != nil {
		r.x.problem("%s", err)
		return
	}
	defer in.Close()
	for { // to the end of the file
		row, err := in.Next()
		var bad *layout.LineError
		switch {
		case errors.Is(err, io.EOF):
			r.conclude()
			return
		case errors.As(err, &bad):
			r.x.problem("%s", r.says(bad))
			r.x.Rows++ // so that the count does not tell of it again
		case err != nil:
			r.x.problem("%s", err)
			return
		case row.Record == r.header:
			r.takeHeader(&row)
		default:
			r.takeRow(&row)
		}
	}
}

// says is a bad line in words; the texts of a row are left out, for they name people.
func (r *reading) says(bad *layout.LineError) string {
	if bad.Field == "" {
		return fmt.Sprintf("%s: %s", bad.Place, bad.Reason)
	}
	return bad.Error()
}

func (r *reading) takeHeader(row *layout.Row) {
	if r.headers++; r.headers > 1 {
		r.x.problem("line %d: a second header: the file holds several extracts; give each as a file of its own", row.Line)
		return
	}
	r.head = append(r.head, row.Values...)
	r.x.Date = row.Values[r.date].String()
	if r.batch >= 0 {
		r.x.Batch = row.Values[r.batch].String()
	}
}

func (r *reading) takeRow(row *layout.Row) {
	at := func(column int) layout.Value { return row.Values[r.col[column]] }
	x := r.x
	x.Rows++
	where := fmt.Sprintf("line %d", row.Line)
	if row.Sheet != "" {
		where = fmt.Sprintf("%s, row %d", row.Sheet, row.Line)
	}
	amount, err := amountIn(at(colAmount))
	if err != nil {
		x.problem("%s: column 169 says %q, which is no amount", where, layout.Clip(at(colAmount).String()))
		return
	}
	x.Total = x.Total.Add(amount)
	switch batch := at(colBatch).String(); {
	case x.Batch == "":
		x.Batch = batch
	case batch != x.Batch:
		x.problem("%s: is of batch %s, the file of batch %s", where, batch, x.Batch)
	}
	if side := at(colSide).String(); side == "DR" && amount.IsNegative() || side == "CR" && amount.IsPositive() {
		x.problem("%s: column 168 says %s, and column 169 says %s: sign and side must agree", where, side, amount)
	}
	s := sum{key: at(colKey).String(), id: at(colReport).String(), currency: at(colCurrency).String()}
	switch {
	case wording.StartsFormula(s.key), wording.StartsFormula(s.id), wording.StartsFormula(s.currency):
		x.problem("%s: report id, report key or currency begins as a formula of a spreadsheet does", where)
	case at(colAdvance).String() == "1":
		a := x.advances[s.currency]
		a.Rows++
		a.Amount = a.Amount.Add(amount)
		x.advances[s.currency] = a
	case s.key == "":
		x.problem("%s: has no report key (column 20)", where)
	default:
		x.reports[s] = x.reports[s].Add(amount)
	}
}

// conclude holds the rows against the header.
func (r *reading) conclude() {
	x := r.x
	if r.headers == 0 {
		x.problem("there is no header (EXTRACT)")
		return
	}
	count := r.head[r.count].Number
	total, err := amountIn(r.head[r.total])
	if err != nil {
		x.problem("the header says %q as the total, which is no amount", layout.Clip(r.head[r.total].String()))
		return
	}
	if said := count.IntPart(); said != int64(x.Rows) {
		x.problem("the header says %d rows, %d are there: %s", said, x.Rows,
			wording.Either(said > int64(x.Rows), "its end is missing", "more than it says"))
		return
	}
	if len(x.Problems) == 0 && !total.Equal(x.Total) {
		x.problem("the header says that column 169 adds up to %s, and it adds up to %s", total, x.Total)
	}
}
