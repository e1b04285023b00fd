package records

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/finding"
	"github.com/fisbridge/fisbridge/internal/journal/infile"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Lists for people who look for something: by filters, the newest first, a page at a time, without any payload.

// Filter narrows a list. What is zero narrows nothing.
type Filter struct {
	Route    string
	States   []string
	Type     fis.DocType
	Since    time.Time // received, made, collected or opened at or after
	Until    time.Time // and before
	Employee string
	Amount   *fis.Amount // exactly
	From, To *fis.Amount // of documents: at least, and at most
	Currency string      // of documents
	Text     string      // stands somewhere in the numbers, names or reasons, in capital or small letters; of documents see texts
	Find     string      // finds documents by what people read aloud of them: see KeyKind, and the names of their import files
	// Impersonal: employees and what people wrote find nothing, for who may not see them.
	Impersonal bool
	Limit      int // rows of a page; 0: all
	Offset     int // rows before the page
	// Enough is how far documents are counted; 0: all. What has more says so (Page.More).
	Enough int
	// After and Before give documents behind or in front of one, without a look at those before: the key of a page.
	After, Before *Key
}

// Key is where a document stands in the list: the moment at which it was received, and its id.
type Key struct {
	At time.Time
	ID string
}

// Page is one page of a list, and how many rows the whole has.
type Page[T any] struct {
	Total int `json:"total"`
	Rows  []T `json:"rows"`
	// More: there are more than Total, for nobody counted on.
	More bool `json:"-"`
}

// ListedDoc is a document in a list.
type ListedDoc struct {
	Doc
	EmployeeID   string `json:"employee_id,omitempty"`
	ReportNumber string `json:"report_number,omitempty"`
	// Number is the ERP's document number.
	Number string `json:"erp_number,omitempty"`
	// Title and Person are what people know it by; they are shown to whom they may be.
	Title  string `json:"-"`
	Person string `json:"-"`
}

// conditions gathers what a WHERE says, with its arguments.
type conditions struct {
	text []string
	args []any
}

// place keeps an argument, and gives what stands for it.
func (c *conditions) place(arg any) string {
	c.args = append(c.args, arg)
	return fmt.Sprintf("$%d", len(c.args))
}

// also puts a condition whose arguments are kept already; none where it is empty.
func (c *conditions) also(text string) {
	if text != "" {
		c.text = append(c.text, text)
	}
}

// add puts a condition with one argument, written as ?, which may stand there several times.
func (c *conditions) add(text string, arg any) {
	c.text = append(c.text, strings.ReplaceAll(text, "?", c.place(arg)))
}

func (c *conditions) equal(column, value string) {
	if value != "" {
		c.add(column+" = ?", value)
	}
}

// employee: the document is of the employee with this id.
func (c *conditions) employee(id string) {
	if id != "" {
		c.add("d.employee_id = ? AND d.employee_id <> ''", id)
	}
}

func (c *conditions) among(column string, values []string) {
	if len(values) == 0 {
		return
	}
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = c.place(v)
	}
	c.text = append(c.text, column+" IN ("+strings.Join(places, ",")+")")
}

func (c *conditions) between(column string, f Filter) {
	if !f.Since.IsZero() {
		c.add(column+" >= ?", ledger.Stamp(f.Since))
	}
	if !f.Until.IsZero() {
		c.add(column+" < ?", ledger.Stamp(f.Until))
	}
}

// holds: the text stands in one of the columns.
func (c *conditions) holds(text string, columns ...string) {
	if text == "" {
		return
	}
	alike := make([]string, len(columns))
	for i, column := range columns {
		alike[i] = "LOWER(" + column + `) LIKE ? ESCAPE '\'`
	}
	c.add("("+strings.Join(alike, " OR ")+")", likePattern(text))
}

// likePattern is a text that stands somewhere, for LIKE.
func likePattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text)) + "%"
}

// about leaves the amounts that are surely outside of two bounds to the database. What it lets through is compared
// exactly.
func (c *conditions) about(column string, from, to *fis.Amount) {
	const near = 1e-9 // of a number that has lost digits
	if from != nil {
		f, _ := from.Float64()
		c.add("CAST("+column+" AS DOUBLE PRECISION) >= ?", f-math.Abs(f)*near-near)
	}
	if to != nil {
		f, _ := to.Float64()
		c.add("CAST("+column+" AS DOUBLE PRECISION) <= ?", f+math.Abs(f)*near+near)
	}
}

func (c *conditions) where() string {
	if len(c.text) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.text, " AND ")
}

// list is what a page is read from.
type list[T any] struct {
	kind SumKind // whose sums may tell how many there are; empty: none do
	// columns of the table, which has its letter; more are those of what is joined to it, and join is that.
	table, columns, more, join, order string
	scan                              func(*sql.Rows) (T, error)
	// keep, where given, narrows further what SQL cannot tell exactly (amounts); then every row is read.
	keep func(T) bool
	// page narrows to the rows of a page by their key; what it leaves out is counted all the same.
	page func(*conditions)
}

// total is how many rows the whole list has; more: it has more, for nobody counted on.
func (l list[T]) total(ctx context.Context, j *Records, f Filter, c conditions) (n int, more bool, err error) {
	if l.kind != "" {
		if n, told, err := j.sumOf(ctx, l.kind, f); told || err != nil {
			return n, false, err
		}
	}
	from, bound := l.table, ""
	if l.kind != SumDocuments {
		from += l.join // which may be narrowed by
	}
	if f.Enough > 0 {
		bound = fmt.Sprintf(" LIMIT %d", f.Enough+1)
	}
	n, err = ledger.Count(ctx, j.Ledger, `SELECT COUNT(*) FROM (SELECT 1 FROM `+from+c.where()+bound+`) s`, c.args...)
	if f.Enough > 0 && n > f.Enough {
		return f.Enough, true, err
	}
	return n, false, err
}

// listing reads a page.
func listing[T any](ctx context.Context, j *Records, f Filter, l list[T], c conditions) (p Page[T], err error) {
	p.Rows = []T{}
	scan, keep := l.scan, l.keep
	if keep == nil {
		if p.Total, p.More, err = l.total(ctx, j, f, c); err != nil {
			return p, fmt.Errorf("journal: list: %w", err)
		}
	}
	if l.page != nil {
		l.page(&c)
	}
	query := `SELECT ` + l.columns + l.more + ` FROM ` + l.table + l.join + c.where() + ` ORDER BY ` + l.order
	if keep == nil {
		if f.Limit > 0 {
			query += fmt.Sprintf(" LIMIT %d OFFSET %d", f.Limit, f.Offset)
		}
	}
	err = ledger.Each(ctx, j.Ledger, query, c.args, func(rows *sql.Rows) error {
		v, err := scan(rows)
		if err != nil || keep == nil {
			p.Rows = append(p.Rows, v)
			return err
		}
		if !keep(v) {
			return nil
		}
		if p.Total++; p.Total > f.Offset && (f.Limit == 0 || len(p.Rows) < f.Limit) {
			p.Rows = append(p.Rows, v)
		}
		return nil
	})
	if err != nil {
		return p, fmt.Errorf("journal: list: %w", err)
	}
	return p, nil
}

// ListDocuments gives documents, the latest received first.
func (j *Records) ListDocuments(ctx context.Context, f Filter) (Page[ListedDoc], error) {
	var c conditions
	c.equal("d.route", f.Route)
	c.equal("d.doc_type", string(f.Type))
	c.equal("d.currency", f.Currency)
	c.employee(f.Employee)
	if err := j.narrow(ctx, f, &c); err != nil {
		return Page[ListedDoc]{}, fmt.Errorf("journal: list: %w", err)
	}
	c.between("d.received_at", f)
	finder := &finding.Finder{Ledger: j.Ledger, Impersonal: f.Impersonal, Stem: StemOf, Place: c.place}
	found, err := finder.ReadAloud(ctx, f.Find)
	if err != nil {
		return Page[ListedDoc]{}, fmt.Errorf("journal: list: %w", err)
	}
	c.also(found)
	if f.Amount != nil && !f.Amount.IsZero() {
		c.add(`d.doc_id IN (SELECT k.doc_id FROM doc_keys k WHERE k.key = ? AND k.kind = 'amount')`, ledger.AmountKey(f.Amount.String()))
	}
	if found, err = finder.Text(ctx, f.Text, likePattern(f.Text)); err != nil {
		return Page[ListedDoc]{}, fmt.Errorf("journal: list: %w", err)
	}
	c.also(found)
	var keep func(ListedDoc) bool
	if f.Amount != nil {
		keep = func(d ListedDoc) bool { return d.Amount.Equal(*f.Amount) }
	} else if f.From != nil || f.To != nil {
		c.about("d.amount", f.From, f.To)
		keep = func(d ListedDoc) bool {
			return (f.From == nil || d.Amount.Cmp(*f.From) >= 0) && (f.To == nil || d.Amount.Cmp(*f.To) <= 0)
		}
	}
	order := `d.received_at DESC, d.doc_id`
	if f.Before != nil { // the nearest first; who asked turns them round
		order = `d.received_at, d.doc_id DESC`
	}
	p, err := listing(ctx, j, f, list[ListedDoc]{kind: SumDocuments, table: `documents d`, columns: DocColumnsOf("d") + `, d.employee_id, d.report_number, d.title, d.person`,
		join: ` LEFT JOIN confirmations n ON n.doc_id = d.doc_id`, more: `, COALESCE(n.number, '')`, order: order, keep: keep, page: f.beside,
		scan: func(rows *sql.Rows) (l ListedDoc, err error) {
			l.Doc, err = ScanDoc(rows, &l.EmployeeID, &l.ReportNumber, &l.Title, &l.Person, &l.Number)
			return l, err
		}}, c)
	if f.Before != nil {
		slices.Reverse(p.Rows)
	}
	return p, err
}

// beside narrows to the documents behind, or in front of, a key.
func (f Filter) beside(c *conditions) {
	if f.After != nil {
		c.args = append(c.args, ledger.Stamp(f.After.At), f.After.ID)
		n := len(c.args)
		c.text = append(c.text, fmt.Sprintf("(d.received_at < $%d OR d.received_at = $%d AND d.doc_id > $%d)", n-1, n-1, n))
	}
	if f.Before != nil {
		c.args = append(c.args, ledger.Stamp(f.Before.At), f.Before.ID)
		n := len(c.args)
		c.text = append(c.text, fmt.Sprintf("(d.received_at > $%d OR d.received_at = $%d AND d.doc_id < $%d)", n-1, n-1, n))
	}
}

// ListedDocument is one document as lists show it.
func (j *Records) ListedDocument(ctx context.Context, docID string) (l ListedDoc, err error) {
	l.Doc, err = ScanDoc(ledger.QueryRow(ctx, j.Ledger, `SELECT `+DocColumnsOf("d")+`, d.employee_id, d.report_number, d.title, d.person, COALESCE(n.number, '') FROM documents d LEFT JOIN confirmations n ON n.doc_id = d.doc_id WHERE d.doc_id = $1`, docID),
		&l.EmployeeID, &l.ReportNumber, &l.Title, &l.Person, &l.Number)
	if err != nil {
		err = fmt.Errorf("journal: document %s: %w", docID, err)
	}
	return l, err
}

// ListFiles gives import files, the latest made first.
func (j *Records) ListFiles(ctx context.Context, f Filter) (Page[File], error) {
	var c conditions
	c.equal("route", f.Route)
	c.among("state", f.States)
	c.between("created_at", f)
	c.holds(f.Text, "name", "reason", "sha256", "route || '/' || CAST(sequence AS TEXT)")
	var keep func(File) bool
	if f.Amount != nil {
		keep = func(file File) bool {
			return slices.ContainsFunc(infile.Both(file.InFile, file.Totals), func(s Sum) bool { return s.Debit.Equal(*f.Amount) || s.Credit.Equal(*f.Amount) })
		}
	}
	return listing(ctx, j, f, list[File]{kind: SumFiles, table: `files`, columns: FileColumns, order: `created_at DESC, id DESC`, keep: keep,
		scan: func(rows *sql.Rows) (File, error) { return ScanFile(rows) }}, c)
}

// ListResults gives result files, the latest collected first.
func (j *Records) ListResults(ctx context.Context, f Filter) (Page[ResultFile], error) {
	var c conditions
	c.equal("route", f.Route)
	c.among("state", f.States)
	c.between("collected_at", f)
	c.holds(f.Text, "name", "reason", "sha256", "moved_to")
	return listing(ctx, j, f, list[ResultFile]{kind: SumResults, table: `results`, columns: ResultColumns, order: `collected_at DESC, id DESC`,
		scan: func(rows *sql.Rows) (ResultFile, error) { return ScanResult(rows) }}, c)
}

// PaidRow is a payment in a list, without who was paid.
type PaidRow struct {
	PaymentRecord
	Route    string `json:"route"`
	ReportID string `json:"report_id,omitempty"`
}

// ListPayments gives payments, the latest first. Since and Until are about the day on which the document was received.
func (j *Records) ListPayments(ctx context.Context, f Filter) (Page[PaidRow], error) {
	var c conditions
	c.equal("d.route", f.Route)
	c.equal("d.doc_type", string(f.Type))
	c.employee(f.Employee)
	c.among("p.state", f.States)
	c.between("d.received_at", f)
	c.holds(f.Text, "p.reference", "p.doc_id", "d.report_id", "d.report_number", "p.message")
	var keep func(PaidRow) bool
	if f.Amount != nil {
		keep = func(p PaidRow) bool { return p.Payment.Amount.Equal(*f.Amount) }
	}
	columns := "p." + strings.Join(strings.Split(PaymentColumns, ", "), ", p.") + `, d.route, d.report_id`
	return listing(ctx, j, f, list[PaidRow]{kind: SumPayments, table: `payments p`, join: ` JOIN documents d ON d.doc_id = p.doc_id`, columns: columns, order: `p.id DESC`, keep: keep,
		scan: func(rows *sql.Rows) (l PaidRow, err error) {
			l.PaymentRecord, err = ScanPayment(rows, &l.Route, &l.ReportID)
			l.Payment.ReceiverID, l.Payment.ReceiverName = "", ""
			return l, err
		}}, c)
}

// ListAlarms gives alarms, the latest first; their states are open and resolved.
func (j *Records) ListAlarms(ctx context.Context, f Filter) (Page[Alarm], error) {
	var c conditions
	c.among("CASE WHEN resolved_at = '' THEN 'open' ELSE 'resolved' END", f.States)
	c.between("opened_at", f)
	c.holds(f.Text, "kind", "subject", "message", "remedy", "resolution")
	return listing(ctx, j, f, list[Alarm]{table: `alarms`, columns: AlarmColumns, order: `id DESC`, scan: func(rows *sql.Rows) (Alarm, error) { return ScanAlarm(rows) }}, c)
}
