package erp

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
)

// writer writes one kind of result file.
type writer struct {
	cfg                  Answer
	plan                 *layout.Plan
	header, row, trailer int // records, -1: none
	sources              [][]*Field
}

// facts are the values of one row by name.
type facts struct {
	values map[string]string
	date   fis.Date
	line   *importLine // echoed
}

// says tells whether the format has a field for this.
func (w *writer) says(what string) bool {
	for _, record := range w.sources {
		if slices.ContainsFunc(record, func(f *Field) bool { return f != nil && f.What == what }) {
			return true
		}
	}
	return false
}

func newWriter(cfg Answer) (*writer, error) {
	plan, problems := kinds.Compile(cfg.Spec, cfg.Records)
	if len(problems) > 0 {
		return nil, errors.New(problems[0].String())
	}
	w := &writer{cfg: cfg, plan: plan, header: -1, trailer: -1}
	for i := range cfg.Records {
		r := &cfg.Records[i]
		sources := make([]*Field, len(r.Fields))
		for f := range cfg.Fields {
			field := &cfg.Fields[f]
			if at := fieldIndex(r, field.Field); at >= 0 && (field.Record == "" || field.Record == r.Name) {
				sources[at] = field
			}
		}
		w.sources = append(w.sources, sources)
	}
	for name, at := range map[string]*int{cfg.Header: &w.header, cfg.Row: &w.row, cfg.Trailer: &w.trailer} {
		if name == "" {
			continue
		}
		i, ok := plan.Record(name)
		if !ok {
			return nil, fmt.Errorf("there is no record %q", name)
		}
		*at = i
	}
	if cfg.Row == "" {
		return nil, errors.New("the record of the rows is not named")
	}
	return w, nil
}

// write makes the bytes of a file.
func (w *writer) write(head facts, rows []facts) ([]byte, error) {
	var out bytes.Buffer
	file, err := w.plan.NewFile(&out)
	if err != nil {
		return nil, err
	}
	emit := func(record int, f facts) error {
		if record < 0 {
			return nil
		}
		encoded, err := w.plan.Encode(nil, record, w.encode(record, f), nil)
		if err != nil {
			return err
		}
		return file.Write(encoded)
	}
	if err := emit(w.header, head); err != nil {
		return nil, err
	}
	for _, r := range rows {
		if err := emit(w.row, r); err != nil {
			return nil, err
		}
	}
	if err := emit(w.trailer, head); err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// encode puts the facts into the fields of a record, each in the form that its type wants.
func (w *writer) encode(record int, f facts) []layout.Value {
	fields := w.cfg.Records[record].Fields
	out := make([]layout.Value, len(fields))
	for i := range fields {
		if src := w.sources[record][i]; src != nil {
			out[i] = f.value(src, fields[i].Type)
		}
	}
	return out
}

func (f *facts) value(src *Field, t layout.Type) layout.Value {
	if constant, ok := strings.CutPrefix(src.What, "="); ok {
		return typed(constant, fis.Date{}, t)
	}
	if name, ok := strings.CutPrefix(src.What, "line."); ok {
		if f.line != nil {
			for i := range f.line.names {
				if f.line.names[i].Name == name {
					return f.line.values[i]
				}
			}
		}
		return layout.Value{}
	}
	text := f.values[what(src.What)]
	if word, ok := src.Words[text]; ok {
		text = word
	}
	return typed(text, f.date, t)
}

// what lets a document be called by the names that result formats have for it: the ERP knows one reference only.
func what(name string) string {
	switch name {
	case "doc_id", "report_id", "report_key":
		return "reference"
	}
	return name
}

func typed(text string, date fis.Date, t layout.Type) layout.Value {
	switch t {
	case layout.DateType:
		if d, err := fis.ParseDate(text); err == nil {
			date = d
		}
		if text == "" {
			return layout.Value{}
		}
		return layout.Day(date)
	case layout.AmountType, layout.IntegerType:
		if a, err := fis.ParseAmount(text); err == nil {
			return layout.Number(a)
		}
	}
	return layout.Text(text)
}

// answer writes every result file for a batch.
func (e *ERP) answer(b *batch) error {
	for _, w := range e.out {
		rows := e.rows(w, b)
		if len(rows) == 0 && !w.cfg.Always {
			continue
		}
		if e.faults.Unknown && w.cfg.Level != "file" {
			rows = e.mixUnknown(rows)
		}
		head := e.fileFacts(b)
		countRows(head.values, w, rows)
		if err := e.deliver(w, b.name, b.sequence, head, rows); err != nil {
			return err
		}
	}
	return nil
}

// countRows are the figures of header and trailer.
func countRows(values map[string]string, w *writer, rows []facts) {
	accepted, rejected := 0, 0
	total := fis.Zero
	for _, r := range rows {
		switch r.values["outcome"] {
		case string(fis.Posted):
			accepted++
		case string(fis.Rejected), string(fis.Duplicate):
			rejected++
		}
		if a, err := fis.ParseAmount(r.values["amount"]); err == nil {
			total = total.Add(a)
		}
	}
	records := len(rows)
	for _, at := range []int{w.header, w.trailer} {
		if at >= 0 {
			records++
		}
	}
	values["row_count"], values["record_count"] = strconv.Itoa(len(rows)), strconv.Itoa(records)
	values["accepted_count"], values["rejected_count"] = strconv.Itoa(accepted), strconv.Itoa(rejected)
	values["total_amount"] = total.String()
}

// fileFacts are what is said of the import file as a whole.
func (e *ERP) fileFacts(b *batch) facts {
	accepted, rejected, acceptedLines, rejectedLines := b.counts()
	v := map[string]string{
		"kind": "file", "file_sequence": strconv.FormatInt(b.sequence, 10), "file_name": b.name, "batch_id": b.batchID,
		"outcome": b.verdict, "company": e.cfg.Company, "accepted_count": strconv.Itoa(accepted),
		"rejected_count": strconv.Itoa(rejected),
		"accepted_lines": strconv.Itoa(acceptedLines), "rejected_lines": strconv.Itoa(rejectedLines),
		"message":      b.refusal,
		"posting_date": fis.DateOf(e.cfg.Now()).String(),
	}
	if b.refusal != "" {
		v["message_code"] = "FILE"
	}
	if accepted > 0 {
		v["document_number"] = "J" + strconv.FormatInt(b.sequence, 10)
	}
	return facts{values: v, date: fis.DateOf(e.cfg.Now())}
}

// rows are the rows of one answer.
func (e *ERP) rows(w *writer, b *batch) []facts {
	if w.cfg.Level == "file" {
		return []facts{e.fileFacts(b)}
	}
	var out []facts
	for _, ref := range b.order {
		r := b.results[ref]
		if r == nil || r.verdict == "" {
			continue
		}
		if only := w.cfg.Only; only == "posted" && r.verdict != fis.Posted ||
			only == "rejected" && r.verdict == fis.Posted {
			continue
		}
		if w.cfg.Level == "line" {
			for _, i := range b.documents[ref] {
				out = append(out, e.facts(b, ref, r, i))
			}
			continue
		}
		out = append(out, e.facts(b, ref, r, -1))
	}
	if w.cfg.Level == "line" {
		slices.SortStableFunc(out, func(a, c facts) int { return a.line.file - c.line.file })
	}
	return out
}

// facts are what is said of one document, or of one of its lines.
func (e *ERP) facts(b *batch, ref string, r *result, line int) facts {
	verdict := r.verdict
	if e.faults.AnswerDuplicate {
		verdict = fis.Duplicate
	}
	v := map[string]string{
		"kind": "posting", "reference": ref, "outcome": string(verdict),
		"file_sequence": strconv.FormatInt(b.sequence, 10), "file_name": b.name,
		"batch_id": b.batchID, "company": e.cfg.Company, "amount": r.booked.Debit.String(),
		"currency": r.booked.Currency,
	}
	out := facts{values: v, date: r.booked.Posted}
	if verdict == fis.Posted {
		v["document_number"], v["company"], v["fiscal_year"] = r.booked.Number, r.booked.Company, r.booked.FiscalYear
		v["posting_date"] = r.booked.Posted.String()
	}
	at := line
	if at < 0 && r.line >= 0 {
		at = r.line
	}
	if at < 0 {
		at = b.documents[ref][0]
	}
	out.line = &b.lines[at]
	v["file_line"], v["line_number"] = strconv.Itoa(out.line.file), out.line.number
	if line < 0 || r.line < 0 || line == r.line {
		v["message_code"], v["message"] = r.code, r.text
	}
	if r.line >= 0 && (line < 0 || line == r.line) {
		v["message_line"] = out.line.entry
	}
	return out
}

// mixUnknown puts after each row one about a document that nobody knows.
func (e *ERP) mixUnknown(rows []facts) []facts {
	var out []facts
	for _, r := range rows {
		v := map[string]string{}
		for k, text := range r.values {
			v[k] = text
		}
		v["reference"] = fmt.Sprintf("%016X%016X", e.draw(), e.draw())
		v["document_number"] = strconv.FormatUint(90000000+e.draw()%10000000, 10)
		out = append(out, r, facts{values: v, date: r.date, line: r.line})
	}
	return out
}
