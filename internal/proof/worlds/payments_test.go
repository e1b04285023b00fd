package worlds

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// payRow is a payment of the taxi report, 23.40 EUR, in the generic journal's answer.
func (w *world) payRow(status, ref, amount, currency, day string) string {
	message := ""
	if status == "reversed" {
		message = "returned by the bank"
	}
	return fmt.Sprintf("%s,pay,%s,1000,,%s,%s,%s,%s,%s,transfer,,%s", w.id(taxi), status, day[:4], day, amount, currency, ref, message)
}

// told are the references of the payments that took effect in Concur, in order.
func (w *world) told() (refs []string) {
	for ref := range tally(w.fis.Record()).payments {
		refs = append(refs, ref)
	}
	slices.Sort(refs)
	return refs
}

// Payments are held against their document: what does not fit is listed with its reason, and Concur is not told. A
// person may say that it is right.
func TestPaymentsThatDoNotFit(t *testing.T) {
	day := w0day()
	for _, c := range []struct {
		name string
		rows func(w *world) []string
		why  string // in the note beside the file
		told string // of the references
	}{
		{"another currency", func(w *world) []string { return []string{w.payRow("paid", "P1", "23.40", "USD", day)} }, "the payment is in USD", ""},
		{"a hundred times", func(w *world) []string { return []string{w.payRow("paid", "P1", "2340.00", "EUR", day)} }, "pays 2340.00 EUR, but of document", ""},
		{"together too much", func(w *world) []string {
			return []string{w.payRow("part", "P1", "20.00", "EUR", day), w.payRow("paid", "P2", "20.00", "EUR", day)}
		}, "together 40.00", "P1"},
		{"nothing to take back", func(w *world) []string { return []string{w.payRow("reversed", "P1", "23.40", "EUR", day)} }, "(returned by the bank), but no", ""},
		{"year 26", func(w *world) []string { return []string{w.payRow("paid", "P1", "23.40", "EUR", "0026-11-05")} }, "is its year right?", ""},
		{"year 2126", func(w *world) []string { return []string{w.payRow("paid", "P1", "23.40", "EUR", "2126-11-05")} }, "is its year right?", ""},
		{"the whole twice", func(w *world) []string {
			return []string{w.payRow("paid", "P1", "23.40", "EUR", day), w.payRow("paid", "P1", "23.40", "EUR", day)}
		}, "equal to line 2 of this file", "P1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := two(t, setup{})
			w.answers()
			w.result("bank.result.csv", c.rows(w)...)
			s := w.idle()
			w.needs(s, "result lines", "bank.result.csv", "show result")
			if got := strings.Join(w.told(), " "); got != c.told {
				t.Errorf("Concur was told %q, want %q", got, c.told)
			}
			result := strings.TrimPrefix(s.Alarms[0].Subject, "result ")
			if e := w.command(0, "show", "result", result); !strings.Contains(flat(e.out), c.why) {
				t.Errorf("the listing does not say %q: %s", c.why, e.out)
			}
			w.command(0, "mark", "result", result, "settled", "--reason", "the bank's mistake")
			w.resolved()
		})
	}
}

// flat is the text without the line ends of a table.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }

// w0day is a day of the payments: the documents of the samples are from before it.
func w0day() string { return "2026-11-05" }

// Two equal part payments of one day: the second is listed, and a person can say "both". The file again, under another
// name, changes nothing then.
func TestTwoEqualPartPayments(t *testing.T) {
	w := two(t, setup{})
	w.answers()
	part := w.payRow("part", "P1", "10.00", "EUR", w0day())
	w.result("bank.result.csv", part, part)
	s := w.idle()
	a := w.needs(s, "result lines", "bank.result.csv", "mark payment")
	if got := w.told(); !slices.Equal(got, []string{"P1"}) {
		t.Errorf("Concur was told %q", got)
	}
	result := strings.TrimPrefix(a.Subject, "result ")
	w.command(1, "mark", "payment", result+"/2", "valid", "--reason", "x")
	w.command(0, "mark", "payment", result+"/3", "valid", "--reason", "the bank made two transfers")
	w.command(1, "mark", "payment", result+"/3", "invalid", "--reason", "x")
	w.resolved()
	if got := w.told(); !slices.Equal(got, []string{"P1", "P1-2"}) {
		t.Errorf("Concur was told %q after the person's word", got)
	}
	w.result("bank2.result.csv", part, part)
	w.resolved()
	// The same part once more in another file may be another one, for 3.40 are left only: it is not.
	w.result("bank3.result.csv", part)
	w.resolved()
	w.result("rest.result.csv", w.payRow("paid", "P3", "3.40", "EUR", w0day()))
	w.resolved()
	if got := w.told(); !slices.Equal(got, []string{"P1", "P1-2", "P3"}) {
		t.Errorf("Concur was told %q at last", got)
	}
	w.command(0, "audit", "verify")
}

// A part payment that comes again in another file, of another content or the same, may be another one.
func TestEqualPartInAnotherFile(t *testing.T) {
	w := two(t, setup{})
	w.answers()
	part := w.payRow("part", "P1", "10.00", "EUR", w0day())
	w.result("bank1.result.csv", part)
	w.resolved()
	w.result("bank2.result.csv", part) // byte for byte the same
	s := w.idle()
	a := w.needs(s, "result lines", "bank2.result.csv", "mark payment")
	result := strings.TrimPrefix(a.Subject, "result ")
	if e := w.command(0, "show", "result", result); !strings.Contains(flat(e.out), "equal to line 2 of result 2") {
		t.Errorf("%s", e.out)
	}
	w.command(0, "mark", "payment", "bank2.result.csv/2", "invalid", "--reason", "the bank sent the file twice")
	w.resolved()
	if got := w.told(); !slices.Equal(got, []string{"P1"}) {
		t.Errorf("Concur was told %q", got)
	}
}

// A transfer comes back under the reference of the payment: Concur is told of a reversal with a reference of its own,
// and of the next payment.
func TestReturnedTransfer(t *testing.T) {
	w := two(t, setup{})
	w.answers()
	w.result("bank.result.csv", w.payRow("reversed", "P1", "23.40", "EUR", "2026-11-06"), w.payRow("paid", "P1", "23.40", "EUR", "2026-11-05"))
	w.resolved()
	w.result("again.result.csv", w.payRow("paid", "P2", "23.40", "EUR", "2026-11-09"))
	w.resolved()
	if got := w.told(); !slices.Equal(got, []string{"P1", "P1-RE", "P2"}) {
		t.Errorf("Concur was told %q", got)
	}
}

// A document that no mapping could place was entered in the ERP by hand, and somebody has said so. The ERP pays it with
// the others: Concur is told, and nobody takes the journal for an older one.
func TestPaymentOfWhatWasEnteredByHand(t *testing.T) {
	w := begin(t, setup{documents: []string{taxi, "58-unmapped-account"}})
	w.answers()
	k := w.known("58-unmapped-account")
	w.command(0, "mark", "document", k.id, "posted", "--number", "4711", "--company", "1000", "--reason", "entered by hand")
	w.idle()
	_, env := sample(t, "58-unmapped-account")
	w.result("bank.result.csv", fmt.Sprintf("%s,pay,paid,1000,,%s,%s,%s,EUR,P1,transfer,,", k.id, w0day()[:4], w0day(), debitOf(t, env)))
	if s := w.idle(); len(s.Alarms) > 0 || s.Exit != 0 {
		t.Errorf("exit code %d, alarms %+v", s.Exit, s.Alarms)
	}
	if got := strings.Join(w.told(), " "); got != "P1" {
		t.Errorf("Concur was told %q", got)
	}
	w.offer(tax)
	if s := w.idle(); s.Files != 1 {
		t.Errorf("no further file is made: %+v", s)
	}
}
