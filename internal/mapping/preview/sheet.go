package preview

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/mapping/sums"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// The Preview sheet: on the left the document and its debits and credits, on the right the lines of the import file
// that came from them.
const (
	columnDocument = iota
	columnTitle
	columnEntry
	columnRole
	columnAccount
	columnDebit
	columnCredit
	columnRemark
	columnLine
	columnRecord
	firstCell
)

// headingsRow is the row of headings; above it stand title and summary.
const headingsRow = 4

// mostRows bounds the sheet; the HTML page shows everything.
const mostRows = 5000

// previewColumn is a field of a record that says something in some line.
type previewColumn struct{ record, field string }

// sheet writes the Preview sheet anew.
func (b *previewBook) sheet() {
	name := b.emptySheet()
	w := &previewWriter{previewBook: b, name: name, row: headingsRow, at: map[previewColumn]int{}}
	w.chooseColumns()
	w.heads()
	for i := range b.v.Files {
		w.file(i)
	}
	w.held()
	w.allTotals()
	if w.row >= mostRows {
		w.row++
		b.text(name, 0, w.row, b.say("more rows than %d: see the HTML page (mapping preview --html)", mostRows),
			b.st.bad)
	}
	w.summary()
	w.setUp()
}

// emptySheet finds the Preview sheet, or adds one, and takes everything out of it.
func (b *previewBook) emptySheet() string {
	in := b.v.plan.View().Content().In
	for _, name := range b.f.GetSheetList() {
		if !in.Is(sheets.Sheets, workbook.SheetPreview, name) && wording.Fold(name) != wording.Fold(workbook.SheetPreview) {
			continue
		}
		rows, err := b.f.GetRows(name)
		b.try(err)
		for i, row := range rows {
			b.try(b.f.SetRowVisible(name, i+1, true)) // a filter of the last time hid some
			if len(row) == 0 {
				continue
			}
			for j := range row {
				b.try(b.f.SetCellValue(name, xlsx.Ref(j, i+1), nil))
			}
			b.try(b.f.SetCellStyle(name, xlsx.Ref(0, i+1), xlsx.Ref(len(row)-1, i+1), 0))
		}
		return name
	}
	name := in.Name(sheets.Sheets, workbook.SheetPreview)
	_, err := b.f.NewSheet(name)
	b.try(err)
	return name
}

// previewWriter writes the rows one below the other.
type previewWriter struct {
	*previewBook
	name    string
	columns []previewColumn
	at      map[previewColumn]int // index into columns
	widths  []int                 // of the longest text of each
	row     int                   // the one written last
}

// chooseColumns takes the fields of records that repeat and say something anywhere, in the order of the template.
func (w *previewWriter) chooseColumns() {
	used := map[previewColumn]int{}
	for _, f := range w.v.Files {
		for _, l := range f.Lines {
			for i := range l.Cells {
				if c := &l.Cells[i]; l.Kind == explain.KindRecord && c.Text != "" && c.Column > 0 {
					key := previewColumn{l.Record, c.Field}
					used[key] = max(used[key], utf8.RuneCountInString(c.Text))
				}
			}
		}
	}
	for _, r := range w.v.plan.Template().Records {
		for _, f := range r.Fields {
			c := previewColumn{r.Name, f.Name}
			if n, ok := used[c]; ok {
				w.at[c] = len(w.columns)
				w.columns, w.widths = append(w.columns, c), append(w.widths, max(n, utf8.RuneCountInString(f.Name)))
			}
		}
	}
}

func (w *previewWriter) put(column int, text string, style int) {
	w.text(w.name, column, w.row, text, style)
}

// full tells that no more rows are written.
func (w *previewWriter) full() bool { return w.row >= mostRows }

// amount writes an amount as a number, or as text where Excel would lose digits.
func (w *previewWriter) amount(column int, text string, styles map[int]int) {
	at := xlsx.Ref(column, w.row)
	places := 0
	if _, after, ok := strings.Cut(text, "."); ok {
		places = min(len(after), 8)
	}
	w.try(w.f.SetCellStyle(w.name, at, at, styles[places]))
	if text == "" {
		return
	}
	a, err := fis.ParseAmount(text)
	if n, _ := a.Float64(); err == nil && a.NumDigits() <= 15 {
		w.try(w.f.SetCellValue(w.name, at, n))
		return
	}
	w.put(column, text, w.st.text)
}

func (w *previewWriter) heads() {
	heads := []string{"Document", "Title", "Entry", "Role", "Account, party", "Debit", "Credit", "Remark", "Line",
		"Record"}
	for i, head := range heads {
		heads[i] = w.say(head)
	}
	several := false
	for _, c := range w.columns {
		several = several || c.record != w.columns[0].record
	}
	for _, c := range w.columns {
		if head := c.field; several {
			heads = append(heads, c.record+": "+head)
		} else {
			heads = append(heads, head)
		}
	}
	for i, h := range heads {
		style := w.st.head
		if i >= columnLine {
			style = w.st.fileHead
		}
		w.put(i, h, style)
	}
}

// file writes one import file: its headers, its documents, its trailers.
func (w *previewWriter) file(i int) {
	f := w.v.Files[i]
	w.row++
	for j := range firstCell + len(w.columns) {
		w.put(j, "", w.st.file)
	}
	w.put(columnDocument, f.Name, w.st.file)
	w.put(columnTitle, w.count(f.Totals.Documents, "document")+", "+w.count(f.Totals.Lines, "line"),
		w.st.file)
	w.put(columnRole, w.totals(f.Totals), w.st.file)
	if f.Err != nil {
		w.row++
		w.put(columnDocument, f.Name, w.st.held)
		w.put(columnTitle, w.v.told(say.Of(f.Err)), w.st.held)
	}
	w.specials(f, explain.KindHeader)
	for _, d := range w.v.Documents {
		if d.File == i && !w.full() {
			w.document(d)
		}
	}
	w.specials(f, explain.KindTrailer)
}

// specials writes headers or trailers, with the names of their fields above, for they have columns of their own.
func (w *previewWriter) specials(f *explain.File, kind string) {
	for _, l := range f.Lines {
		if l.Kind != kind {
			continue
		}
		w.row++
		for j := range l.Cells {
			w.put(firstCell+j, l.Cells[j].Field, w.st.special)
		}
		w.row++
		w.put(columnLine, fmt.Sprint(l.Line), w.st.text)
		w.put(columnRecord, l.Record, w.st.text)
		for j := range l.Cells {
			w.put(firstCell+j, l.Cells[j].Text, w.st.cell)
		}
	}
}

// totals tells the totals of a file in the language of the workbook.
func (w *previewWriter) totals(t mapping.Totals) string {
	var out []string
	for _, currency := range slices.Sorted(maps.Keys(t.Debit)) {
		debit, credit := t.Debit[currency], t.Credit[currency]
		if !debit.IsZero() || !credit.IsZero() {
			out = append(out, w.say("%s debit %s, credit %s", currency, fis.Text(debit, currency), fis.Text(credit, currency)))
		}
	}
	return strings.Join(out, "; ")
}

// document writes the posting lines of a document beside the lines of the file.
func (w *previewWriter) document(d *explain.Document) {
	for _, p := range sideBySide(d.Postings, w.v.linesOf(d)) {
		if w.full() {
			return
		}
		w.row++
		w.put(columnDocument, d.Label(), w.st.text)
		w.put(columnTitle, d.Title(), w.st.text)
		w.posting(p.posting)
		w.line(p, d.File >= 0)
	}
	for _, r := range w.v.sums(d) {
		w.row++
		w.put(columnDocument, d.Label(), w.st.text)
		w.total(r)
	}
	for _, remark := range d.Remarks() {
		w.row++
		w.put(columnDocument, d.Label(), w.st.text)
		w.put(columnTitle, w.v.told(remark), w.st.warn)
	}
}

func (w *previewWriter) posting(p *explain.Posting) {
	if p == nil {
		p = &explain.Posting{}
	}
	w.put(columnEntry, entryNumber(p), w.st.text)
	w.put(columnRole, w.say(strings.ReplaceAll(p.Role, "_", " ")), w.st.text)
	w.put(columnAccount, strings.TrimSpace(p.Account+" "+p.Party), w.st.text)
	w.amount(columnDebit, p.Debit, w.st.number)
	w.amount(columnCredit, p.Credit, w.st.number)
}

// entryNumber is the number of the entry in its report, from 1, or of the line item.
func entryNumber(p *explain.Posting) string {
	if rest, ok := strings.CutPrefix(p.Place, "expenseEntry["); ok {
		if digits, _, ok := strings.Cut(rest, "]"); ok {
			if n, err := strconv.Atoi(digits); err == nil {
				return strconv.Itoa(n + 1)
			}
		}
	}
	return p.Entry
}

// line writes the cells of a line, and what was done to them as a remark.
func (w *previewWriter) line(p besides, filed bool) {
	for j := range w.columns {
		w.put(firstCell+j, "", w.st.cell)
	}
	w.put(columnLine, "", w.st.text)
	w.put(columnRecord, "", w.st.text)
	if p.line == nil {
		if filed {
			w.put(columnRemark, w.say("no line of its own"), w.st.warn)
		}
		return
	}
	w.put(columnLine, fmt.Sprint(p.line.Line), w.st.text)
	w.put(columnRecord, p.line.Record, w.st.text)
	var remarks []string
	for i := range p.line.Cells {
		c := &p.line.Cells[i]
		for _, done := range c.Done {
			remarks = append(remarks, c.Field+": "+w.v.told(done))
		}
		if j, shown := w.at[previewColumn{p.line.Record, c.Field}]; shown {
			w.put(firstCell+j, c.Text, w.st.cell)
		}
	}
	w.put(columnRemark, strings.Join(remarks, "; "), w.st.warn)
}

// total writes one line of totals: of the posting lines, or of what the file says.
func (w *previewWriter) total(r sums.Row) {
	styles := w.st.total
	if r.Bad {
		styles = w.st.differs
	}
	for _, c := range []int{columnRole, columnAccount} {
		at := xlsx.Ref(c, w.row)
		w.try(w.f.SetCellStyle(w.name, at, at, styles[0]))
	}
	w.try(w.f.SetCellStr(w.name, xlsx.Ref(columnRole, w.row), w.say(r.Label)))
	w.try(w.f.SetCellStr(w.name, xlsx.Ref(columnAccount, w.row), r.Currency))
	w.amount(columnDebit, r.Debit, styles)
	w.amount(columnCredit, r.Credit, styles)
}

// allTotals ends the sheet with the totals of all documents, and what the template says of its amounts.
func (w *previewWriter) allTotals() {
	rows := w.v.allSums()
	if len(rows) == 0 {
		return
	}
	w.row++
	for j := range firstCell + len(w.columns) {
		w.put(j, "", w.st.file)
	}
	w.put(columnDocument, w.say(allDocuments), w.st.file)
	for _, r := range rows {
		w.row++
		w.put(columnDocument, w.say(allDocuments), w.st.text)
		w.total(r)
	}
	for _, text := range w.v.toldAll(w.v.plan.Template().Declaration()) {
		w.row++
		w.put(columnDocument, w.say(allDocuments), w.st.text)
		w.put(columnTitle, text, w.st.special)
	}
}

// allDocuments stands in the column of documents beside what is about all of them.
const allDocuments = "all documents"

// held writes the documents that are in no file, in red, with their posting lines.
func (w *previewWriter) held() {
	for _, d := range w.v.All {
		reasons := d.Reasons()
		if len(reasons) == 0 || w.full() {
			continue
		}
		for _, reason := range reasons {
			w.row++
			for j := range firstCell + len(w.columns) {
				w.put(j, "", w.st.held)
			}
			w.put(columnDocument, d.Label(), w.st.held)
			w.put(columnTitle, w.say("held: %s", w.v.told(reason)), w.st.held)
		}
		if len(d.Postings) > 0 && d.File < 0 { // else it stands above with its lines
			w.document(d)
		}
	}
}
