package mapping

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/takeback"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
)

// mostRecords bounds the records whose lines are told apart: one bit each.
const mostRecords = 64

// keptField is a code of a posting line that a later document of the report must take back as it was written.
type keptField struct{ record, field int }

// findKept finds the codes that are kept of each posting line: fields of accounts, cost objects and companies. Not
// those that the other side of the posting has otherwise (amount, side, number), and not those that name the document
// or its file: a taking back has those of the new document.
func (c *compiler) findKept() {
	if len(c.tpl.Records) > mostRecords {
		c.templateError("records", "", say.F("a template has at most %d records", mostRecords))
		return
	}
	for i := range c.plan.records {
		r := &c.plan.records[i]
		if !slices.Contains(r.repeat, template.RepeatPosting) {
			continue
		}
		for j := range r.fields {
			if c.keeps(&c.tpl.Records[i].Fields[j], &r.fields[j]) {
				c.plan.kept = append(c.plan.kept, keptField{i, j})
			}
		}
	}
}

func (c *compiler) keeps(t *template.Field, f *Field) bool {
	if f.typ != layout.CodeType && f.typ != layout.TextType && f.typ != "" || f.late || f.mode == blankField {
		return false
	}
	if f.mode == ConstantField { // a company or ledger of the mapping's own, but not what marks the record
		return f.typ == layout.CodeType && !isLiteral(t.Value)
	}
	ofLine, words := false, false
	for _, i := range f.slots() {
		switch s := c.slots.At(i); {
		case ofSide(s) || ofIdentity(s):
			return false
		case s.Kind() == facts.OfLine:
			ofLine = true
		case s.Kind() == facts.OfSource && !strings.HasSuffix(s.Name(), "Code"):
			words = true // perhaps what people wrote, which is not kept
		}
	}
	if f.typ == layout.CodeType {
		return ofLine || !c.onlyPerson(f)
	}
	return ofLine && !words
}

// isLiteral reports whether a template's Value is a text in quotes, a number, or nothing.
func isLiteral(source string) bool {
	return source == "" || source[0] == '"' || source[0] >= '0' && source[0] <= '9'
}

// ofSide: the other side of a posting has another value.
func ofSide(s *scope.Slot) bool {
	switch s.Fact() {
	case facts.LineDebit, facts.LineCredit, facts.LineAmount, facts.LineSide, facts.LineTaxBase, facts.LineNumber, facts.RowInDocument,
		facts.RowAmount, facts.RowSide, facts.RowTaxAmount, facts.RowTaxReclaim, facts.RowNet, facts.RowNetOfReclaim,
		facts.RowAllocation, facts.RowEntryAmount,
		facts.DocumentTotal, facts.DocumentLines, facts.DocumentDebit, facts.DocumentCredit:
		return true
	}
	return false
}

// ofIdentity: it names the document, its report, an entry, or says when and what for, or what an obligation asks.
func ofIdentity(s *scope.Slot) bool {
	switch s.Fact() {
	case facts.DocumentID, facts.DocumentReportID, facts.DocumentReportKey, facts.DocumentTitle, facts.DocumentDate,
		facts.LineDate, facts.LineText, facts.LineEntryID, facts.LineAllocationID, facts.LineItem, facts.RowEntryNumber,
		facts.RowReceipt, facts.RowReceiptHash, facts.DocumentReceipts, facts.DocumentReceiptNames, facts.DocumentReceiptHashes, facts.DocumentAgain:
		return true
	}
	return s.Kind() == facts.OfSource &&
		slices.Contains([]string{"entryId", "legacyEntryId", "allocationId", "allocationKey", "lineItemSequenceOrder",
			"reportId", "reportKey", "reportName",
			"reportNumber", "requestId", "reqKey", "requestTitle", "revisionNumber", "entryReceiptId", "instruction", "instruction.instruction"}, s.Name())
}

// onlyPerson: the field is made of nothing but who the employee is, which a later document of the report says again.
func (c *compiler) onlyPerson(f *Field) bool {
	for _, i := range f.slots() {
		s := c.slots.At(i)
		if s.Fact() != facts.DocumentEmployeeID && s.Name() != "employeeId" && s.Name() != "employeeFirstName" &&
			s.Name() != "employeeLastName" && s.Name() != "employeeMI" {
			return false
		}
	}
	return true
}

// keeper gathers what a file will say of the document in hand.
type keeper struct {
	on    bool
	codes [][]string // by posting line, beside Plan.kept
	made  []uint64
	rows  []string // the entry of each row
}

// begin takes a document with this many posting lines.
func (k *keeper) begin(on bool, lines int) {
	if k.on = on; !on {
		return
	}
	k.codes, k.made, k.rows = make([][]string, lines), make([]uint64, lines), nil
}

// keepRow notes the codes of the row in hand with the posting lines that it was made of.
func (w *Worker) keepRow(r *Record) {
	k := &w.kept
	if !k.on {
		return
	}
	entry, _ := w.env.EntryID()
	k.rows = append(k.rows, entry)
	if w.env.Line() == nil {
		return
	}
	for _, line := range w.linesOf(r) {
		if r.sum != nil && w.env.Post().Lines[line].EntryID != entry {
			k.rows[len(k.rows)-1] = "" // made of several
		}
		if k.codes[line] == nil {
			k.codes[line] = make([]string, len(w.plan.kept))
		}
		for n, f := range w.plan.kept {
			if f.record == r.index {
				k.codes[line][n] = w.values[f.field].String()
			}
		}
		k.made[line] |= 1 << r.index
	}
}

// written is what a file that holds the document says of it. Lines that made no row were not written.
func (w *Worker) written(post *posting.Result, books string) ([]byte, error) {
	out := takeback.Written{Rows: w.kept.rows, Books: books}
	if post == nil {
		return json.Marshal(out)
	}
	out.Currency = post.Currency
	for i := range w.plan.records {
		out.Records = append(out.Records, w.plan.records[i].name)
	}
	for _, f := range w.plan.kept {
		r := &w.plan.records[f.record]
		out.Fields = append(out.Fields, [2]string{r.name, r.fields[f.field].name})
	}
	for i := range post.Lines {
		if w.kept.made[i] == 0 {
			continue
		}
		l := &post.Lines[i]
		out.Lines = append(out.Lines, takeback.WrittenLine{Role: l.Role, Account: l.AccountCode, Party: l.Party,
			TaxAuthority: l.TaxAuthority, TaxCode: l.TaxCode, TaxReclaim: l.TaxReclaimCode,
			Entry: l.EntryID, Allocation: l.AllocationID, LineItem: l.LineItem, CashAdvance: l.CashAdvanceID,
			Debit: l.Debit, Credit: l.Credit, Codes: w.kept.codes[i], Made: w.kept.made[i]})
	}
	return json.Marshal(out)
}
