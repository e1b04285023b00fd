package erp

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
)

// reader reads import files by a layout.
type reader struct {
	cfg     Import
	plan    *layout.Plan
	name    *regexp.Regexp
	columns []lineFields // by record
	marks   map[string]fieldAt
}

// fieldAt is a field of a record that is not a line: of the header or the trailer.
type fieldAt struct{ record, field int }

// lineFields are the fields of a line record, -1 where it has none.
type lineFields struct {
	line                                                                                         bool
	document, number, amount, debit, credit, currency, account, text, entry, company, date, side int
}

// all are the fields that are read.
func (f *lineFields) all() []int {
	return []int{f.document, f.number, f.amount, f.debit, f.credit, f.currency, f.account, f.text, f.entry, f.company, f.date, f.side}
}

// importLine is one line of an import file.
type importLine struct {
	file                                                      int // its line in the file
	number                                                    string
	document, currency, account, text, entry, company, record string
	date                                                      fis.Date
	debit, credit                                             fis.Amount
	signed                                                    fis.Amount
	names                                                     []layout.Field
	values                                                    []layout.Value
}

// batch is one import file and what became of it.
type batch struct {
	name, hash string
	again      bool // the same file once more by the fault Repeat
	sequence   int64
	batchID    string
	records    int
	lines      []importLine
	declared   map[string]layout.Value
	heads      map[string]string // currencies that the documents' records in another file say
	order      []string          // document references in order
	documents  map[string][]int  // their lines

	refusal string // why the file as a whole was refused
	verdict string
	results map[string]*result
}

// result is what the ERP says of one document.
type result struct {
	verdict    fis.Verdict // empty: nothing is said
	code, text string
	line       int // index of the line the text is about, -1
	booked     Document
}

func newReader(cfg Import) (*reader, error) {
	plan, problems := kinds.Compile(cfg.Spec, cfg.Records)
	if len(problems) > 0 {
		return nil, errors.New(problems[0].String())
	}
	r := &reader{cfg: cfg, plan: plan, marks: map[string]fieldAt{}}
	if cfg.NamePattern != "" {
		re, err := regexp.Compile(cfg.NamePattern)
		if err != nil || re.NumSubexp() == 0 {
			return nil, fmt.Errorf("name pattern %q needs a group", cfg.NamePattern)
		}
		r.name = re
	}
	lines := 0
	for i := range cfg.Records {
		c := r.bind(&cfg.Records[i])
		if c.line {
			lines++
		}
		r.columns = append(r.columns, c)
	}
	if cfg.Document == "" || lines == 0 {
		return nil, fmt.Errorf("no line record holds the document field %q", cfg.Document)
	}
	refs := []string{cfg.Sequence, cfg.Count, cfg.CountAll, cfg.DebitTotal, cfg.CreditTotal, cfg.Total, cfg.HashTotal}
	for _, ref := range []string{cfg.Document, cfg.Currency} {
		if _, known := r.find(ref); known {
			refs = append(refs, ref)
		}
	}
	for _, ref := range refs {
		if ref == "" {
			continue
		}
		at, ok := r.find(ref)
		if !ok {
			return nil, fmt.Errorf("there is no field %q (record.field)", ref)
		}
		r.marks[ref] = at
	}
	return r, nil
}

func (r *reader) find(ref string) (fieldAt, bool) {
	record, field, _ := strings.Cut(ref, ".")
	for i := range r.cfg.Records {
		if r.cfg.Records[i].Name == record {
			at := fieldIndex(&r.cfg.Records[i], field)
			return fieldAt{i, at}, at >= 0
		}
	}
	return fieldAt{}, false
}

func fieldIndex(r *layout.Record, name string) int {
	if name == "" {
		return -1
	}
	return slices.IndexFunc(r.Fields, func(f layout.Field) bool { return f.Name == name })
}

func (r *reader) bind(rec *layout.Record) lineFields {
	c := r.cfg
	at := func(name string) int { return fieldIndex(rec, name) }
	out := lineFields{document: at(cmp.Or(c.DocumentIn[rec.Name], c.Document)), number: at(c.LineNumber), amount: at(c.Amount), debit: at(c.Debit),
		credit: at(c.Credit), currency: at(c.Currency), account: at(c.Account), text: at(c.Description),
		entry: at(c.Entry), company: at(c.Company), date: at(c.Date), side: at(c.Side)}
	if len(c.Lines) > 0 {
		out.line = slices.Contains(c.Lines, rec.Name)
	} else {
		out.line = out.document >= 0
	}
	return out
}

// read takes in a whole import file. What is wrong with it is a refusal, not an error: the ERP answers.
func (r *reader) read(name, missing string, content []byte) *batch {
	b := &batch{name: name, heads: map[string]string{}, declared: map[string]layout.Value{}, documents: map[string][]int{},
		results: map[string]*result{}}
	if missing != "" {
		r.sequence(b)
		b.refuse("%s", missing)
		return b
	}
	reader, err := r.open(content)
	if err != nil {
		b.refuse("%v", err)
		return b
	}
	defer reader.Close()
	for {
		row, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			b.refuse("%v", err)
			var bad *layout.LineError
			if !errors.As(err, &bad) {
				return b
			}
			continue
		}
		b.records++
		r.row(b, &row)
	}
	r.join(b)
	r.sequence(b)
	return b
}

// open begins to read.
func (r *reader) open(content []byte) (*layout.Reader, error) {
	in, size := bytes.NewReader(content), int64(len(content))
	if !r.cfg.Partly {
		return r.plan.NewReader(in, size, layout.Limits{})
	}
	part := layout.Part{Want: make([][]bool, len(r.cfg.Records)), Ignore: make([]bool, len(r.cfg.Records))}
	for i := range r.cfg.Records {
		part.Ignore[i] = i < r.plan.Spec().HeaderLine-1 // it stands above the headings, and is passed over with them
		part.Want[i] = make([]bool, len(r.cfg.Records[i].Fields))
		for _, at := range r.columns[i].all() {
			if at >= 0 && r.columns[i].line {
				part.Want[i][at] = true
			}
		}
	}
	for _, at := range r.marks {
		part.Want[at.record][at.field] = true
		if document := r.columns[at.record].document; document >= 0 {
			part.Want[at.record][document] = true
		}
	}
	return r.plan.NewPartReader(in, size, layout.Limits{}, part)
}

// refuse keeps the first reason.
func (b *batch) refuse(format string, args ...any) {
	if b.refusal == "" {
		b.refusal = fmt.Sprintf(format, args...)
	}
}

func (r *reader) row(b *batch, row *layout.Row) {
	for ref, at := range r.marks {
		if at.record == row.Record {
			b.declared[ref] = row.Values[at.field]
		}
	}
	c := r.columns[row.Record]
	if !c.line {
		if at, ok := r.marks[r.cfg.Currency]; ok && at.record == row.Record && c.document >= 0 {
			ref := strings.TrimSpace(row.Values[c.document].String())
			if r.cfg.Reference != nil {
				ref = r.cfg.Reference(ref, "")
			}
			b.heads[ref] = row.Values[at.field].String()
		}
		return
	}
	line := r.line(b, &c, row)
	if line.document == "" {
		b.refuse("line %d has no document reference", row.Line)
		return
	}
	if _, known := b.documents[line.document]; !known {
		b.order = append(b.order, line.document)
	}
	b.documents[line.document] = append(b.documents[line.document], len(b.lines))
	b.lines = append(b.lines, line)
}

func (r *reader) line(b *batch, c *lineFields, row *layout.Row) importLine {
	text := func(at int) string {
		if at < 0 {
			return ""
		}
		return strings.TrimSpace(row.Values[at].String())
	}
	number := func(at int) fis.Amount {
		if at < 0 || row.Values[at].IsEmpty() {
			return fis.Zero
		}
		if row.Values[at].Kind == layout.NumberKind {
			return row.Values[at].Number
		}
		a, err := fis.ParseAmount(row.Values[at].String())
		if err != nil {
			b.refuse("line %d: %v", row.Line, err)
		}
		return a
	}
	l := importLine{file: row.Line, number: text(c.number), document: text(c.document), currency: text(c.currency),
		account: text(c.account), text: text(c.text),
		entry: text(c.entry), company: text(c.company), record: r.cfg.Records[row.Record].Name,
		names: r.cfg.Records[row.Record].Fields, values: slices.Clone(row.Values)}
	if c.date >= 0 {
		l.date = row.Values[c.date].Date
	}
	if v, ok := b.declared[r.cfg.Document]; ok && c.document < 0 {
		l.document = strings.TrimSpace(v.String())
	}
	if v, ok := b.declared[r.cfg.Currency]; ok && c.currency < 0 {
		l.currency = strings.TrimSpace(v.String())
	}
	if r.cfg.Reference != nil {
		l.document = r.cfg.Reference(l.document, l.text)
	}
	if c.amount >= 0 {
		l.signed = number(c.amount)
		if r.cfg.CreditPositive != (c.side >= 0 && slices.Contains(r.cfg.CreditCodes, text(c.side))) {
			l.signed = l.signed.Neg()
		}
		if l.signed.IsNegative() {
			l.credit = l.signed.Neg()
		} else {
			l.debit = l.signed
		}
	} else {
		l.debit, l.credit = number(c.debit), number(c.credit)
		l.signed = l.debit.Sub(l.credit)
	}
	return l
}

// sequence finds the file's number: in the file, or in its name.
func (r *reader) sequence(b *batch) {
	text := ""
	switch {
	case r.cfg.Sequence != "":
		v, ok := b.declared[r.cfg.Sequence]
		if !ok {
			b.refuse("the record with the batch number is missing")
			return
		}
		text = strings.TrimSpace(v.String())
		b.batchID = text
	case r.name != nil:
		groups := r.name.FindStringSubmatch(b.name)
		if groups == nil {
			b.refuse("the file name holds no number")
			return
		}
		text = groups[1]
	default:
		return
	}
	digits := text[len(strings.TrimRight(text, "0123456789")):]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		b.refuse("%q holds no file number", text)
		return
	}
	b.sequence = n
}
