package erp

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// post books a batch, or refuses it.
func (e *ERP) post(b *batch) {
	if !b.again {
		e.checkSequence(b)
	}
	e.checkControls(b)
	if b.refusal != "" {
		if b.verdict == "" {
			b.verdict = string(fis.Rejected)
		}
		e.enter(b)
		return
	}
	bad := 0
	for _, ref := range b.order {
		e.see(b, ref)
		if r := e.judge(b, ref); r != nil {
			b.results[ref] = r
			bad++
		}
	}
	if bad > 0 && e.cfg.AllOrNothing {
		b.verdict = string(fis.Rejected)
		b.refusal = fmt.Sprintf("%d of %d documents are not right: nothing was posted", bad, len(b.order))
		e.enter(b)
		return
	}
	for _, ref := range b.order {
		if b.results[ref] == nil {
			b.results[ref] = &result{verdict: fis.Posted, line: -1, booked: e.book(b, ref)}
		}
	}
	switch {
	case bad == 0:
		b.verdict = string(fis.Posted)
	case bad == len(b.order):
		b.verdict = string(fis.Rejected)
	default:
		b.verdict = "partial"
	}
	e.enter(b)
}

// checkSequence lets file numbers pass in order only. A number that was used before makes the file a duplicate.
func (e *ERP) checkSequence(b *batch) {
	if b.sequence == 0 {
		return
	}
	switch {
	case b.sequence == e.next, e.gaps && b.sequence > e.next:
		e.next = b.sequence + 1
	case b.sequence < e.next:
		if b.refusal == "" {
			b.verdict = string(fis.Duplicate)
		}
		b.refuse("file number %d was used before", b.sequence)
	default:
		b.refuse("file number %d came, %d was expected", b.sequence, e.next)
	}
}

// checkControls compares what the file declares with what is in it.
func (e *ERP) checkControls(b *batch) {
	c := e.cfg.Import
	debit, credit, total := fis.Zero, fis.Zero, fis.Zero
	hash := new(big.Int)
	for i := range b.lines {
		l := &b.lines[i]
		if n := strconv.Itoa(i + 1); c.LineNumber != "" && strings.TrimLeft(l.number, "0") != n {
			b.refuse("line %d has the number %s, %s was expected", l.file, l.number, n)
		}
		debit, credit, total = debit.Add(l.debit), credit.Add(l.credit), total.Add(l.signed)
		if n, ok := new(big.Int).SetString(digitsOf(l.account), 10); ok {
			hash.Add(hash, n)
		}
	}
	hash.Mod(hash, new(big.Int).Exp(big.NewInt(10), big.NewInt(15), nil))
	b.declares(c.Count, "lines", decimal.NewFromInt(int64(len(b.lines))), false)
	b.declares(c.CountAll, "records", decimal.NewFromInt(int64(b.records)), false)
	b.declares(c.DebitTotal, "debit total", debit.Abs(), true)
	b.declares(c.CreditTotal, "credit total", credit.Abs(), true)
	b.declares(c.Total, "total", total, false)
	b.declares(c.HashTotal, "hash total", decimal.NewFromBigInt(hash, 0), false)
	if c.Balance == "file" {
		if text := unbalanced(b.lines, nil); text != "" {
			b.refuse("the file does not balance: %s", text)
		}
	}
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// declares refuses the file when a declared figure is missing or another one; with unsigned its sign does not count.
func (b *batch) declares(ref, what string, counted fis.Amount, unsigned bool) {
	if ref == "" {
		return
	}
	v, ok := b.declared[ref]
	if !ok {
		b.refuse("%s is missing: the file is not whole", ref)
		return
	}
	said, err := fis.ParseAmount(v.String())
	if unsigned {
		said = said.Abs()
	}
	if err != nil || !said.Equal(counted) {
		b.refuse("%s: the file declares %s, its lines have %s", what, strings.TrimSpace(v.String()), counted)
	}
}

// unbalanced says by how much lines do not balance, per currency; which nil is all of them.
func unbalanced(lines []importLine, which []int) string {
	sums := map[string]fis.Amount{}
	var order []string
	add := func(l *importLine) {
		if _, known := sums[l.currency]; !known {
			order = append(order, l.currency)
		}
		sums[l.currency] = sums[l.currency].Add(l.signed)
	}
	if which == nil {
		for i := range lines {
			add(&lines[i])
		}
	}
	for _, i := range which {
		add(&lines[i])
	}
	var out []string
	for _, c := range order {
		if !sums[c].IsZero() {
			out = append(out, strings.TrimSpace(sums[c].String()+" "+c))
		}
	}
	return strings.Join(out, ", ")
}

// judge is why a document is not posted, nil when it is right.
func (e *ERP) judge(b *batch, ref string) *result {
	d := e.document(ref)
	if d.Number != "" && (b.again || !e.cfg.Again) {
		d.Duplicates++
		return &result{verdict: fis.Duplicate, code: "DUP", text: "document " + ref + " was posted before", line: -1,
			booked: *d}
	}
	r := e.matchRules(b, ref)
	if r == nil && e.cfg.Import.Balance == "document" {
		if text := unbalanced(b.lines, b.documents[ref]); text != "" {
			r = &result{verdict: fis.Rejected, code: "BAL", text: "document does not balance: " + text, line: -1}
		}
	}
	if r != nil {
		d.Rejections = append(d.Rejections, r.text)
		r.booked = *d
	}
	return r
}

func (e *ERP) matchRules(b *batch, ref string) *result {
	for n, rule := range e.cfg.Reject {
		for _, i := range b.documents[ref] {
			l := &b.lines[i]
			if !wild(rule.Document, ref) || !wild(rule.Account, l.account) || !wild(rule.Description, l.text) {
				continue
			}
			key := strconv.Itoa(n) + " " + ref
			if rule.Times > 0 && e.refused[key] >= rule.Times {
				break
			}
			e.refused[key]++
			return &result{verdict: fis.Rejected, code: rule.Code, text: rule.Text, line: i}
		}
	}
	return nil
}

// see enters a document that came in a file.
func (e *ERP) see(b *batch, ref string) {
	at, known := e.index[ref]
	if !known {
		at = len(e.books.Documents)
		e.index[ref] = at
		e.books.Documents = append(e.books.Documents, Document{Reference: ref})
	}
	d := &e.books.Documents[at]
	d.Files = append(d.Files, b.name)
}

func (e *ERP) document(ref string) *Document { return &e.books.Documents[e.index[ref]] }

// book posts one document under the next number.
func (e *ERP) book(b *batch, ref string) Document {
	d := e.document(ref)
	d.Number = strconv.FormatInt(e.number, 10)
	e.number++
	d.Company, d.Posted = e.cfg.Company, fis.DateOf(e.cfg.Now())
	for _, i := range b.documents[ref] {
		l := &b.lines[i]
		d.Lines++
		d.Debit, d.Credit = d.Debit.Add(l.debit), d.Credit.Add(l.credit)
		if l.currency != "" {
			d.Currency = l.currency
		}
		if l.company != "" {
			d.Company = l.company
		}
		if !l.date.IsZero() {
			d.Posted = l.date
		}
		if e.payable(l.account) {
			d.Payable = d.Payable.Sub(l.signed)
		}
	}
	if len(e.cfg.Payable) == 0 {
		d.Payable = d.Debit
	}
	d.FiscalYear = fmt.Sprintf("%04d", d.Posted.Year)
	return *d
}

func (e *ERP) payable(account string) bool {
	for _, p := range e.cfg.Payable {
		if wild(p, account) {
			return true
		}
	}
	return false
}

// enter writes the file into the books.
func (e *ERP) enter(b *batch) {
	f := File{Name: b.name, Sequence: b.sequence, SHA256: b.hash, Lines: len(b.lines), Documents: b.order,
		Verdict: b.verdict, Reason: b.refusal}
	f.Accepted, f.Rejected, _, _ = b.counts()
	e.books.Files = append(e.books.Files, f)
}

// counts are documents and lines that were accepted and rejected.
func (b *batch) counts() (accepted, rejected, acceptedLines, rejectedLines int) {
	for _, ref := range b.order {
		if r := b.results[ref]; r != nil && r.verdict == fis.Posted {
			accepted++
			acceptedLines += len(b.documents[ref])
		} else {
			rejected++
			rejectedLines += len(b.documents[ref])
		}
	}
	return accepted, rejected, acceptedLines, rejectedLines
}

// wild matches text against a pattern with * for anything; case does not count, and the empty pattern takes everything.
func wild(pattern, text string) bool {
	if pattern == "" {
		return true
	}
	parts := strings.Split(strings.ToLower(pattern), "*")
	text = strings.ToLower(text)
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(text, part)
		}
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return text == ""
}
