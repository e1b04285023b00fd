package concur

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

var testReceiptLimits = ReceiptLimits{Bytes: 1 << 20, Time: time.Minute}

// newReceiptBench has a report with a receipt, and an invoice.
func newReceiptBench(t *testing.T, change ...func(*Config)) *bench {
	t.Helper()
	b := newBench(t, change...)
	for id, document := range map[string]string{"d1": `{"report":{"reportId":"R1"},"expenseEntry":[{"entryReceiptId":"A$1"}]}`,
		"d2": `{"requestHeader":{"requestId":"Q1"}}`} {
		docType := fis.Expense
		if id == "d2" {
			docType = fis.Invoice
		}
		if _, err := b.fis.Add(fis.Envelope{ID: id, DocType: docType, Document: []byte(document)}); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

var entryOne = fis.ReceiptRef{Kind: fis.EntryReceipt, ID: "A$1"}

func TestReceiptIsFetchedWithoutTheToken(t *testing.T) {
	b := newReceiptBench(t)
	for ref, kind := range map[fis.ReceiptRef]string{entryOne: "png", {Kind: fis.InvoiceImage, ID: "Q1"}: "pdf"} {
		var out bytes.Buffer
		got, err := b.client.Receipt(b.Context(), ref, testReceiptLimits, &out)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(out.Bytes())
		if got.Type != kind || got.Size != int64(out.Len()) || got.SHA256 != hex.EncodeToString(sum[:]) ||
			got.Correlation == "" {
			t.Errorf("%v: got %+v of %d bytes", ref, got, out.Len())
		}
	}
	b.noRefusals()
}

// TestReceiptThatCannotBeHad: each reason has its code, no error tells the address, and nothing waits.
func TestReceiptThatCannotBeHad(t *testing.T) {
	for name, c := range map[string]struct {
		fault     simfis.Fault
		behaviour simfis.Behaviour
		ref       fis.ReceiptRef
		change    func(*Config)
		code      ReceiptCode
	}{
		"not there":         {ref: fis.ReceiptRef{Kind: fis.EntryReceipt, ID: "other"}, code: ReceiptMissing},
		"invoice not there": {ref: fis.ReceiptRef{Kind: fis.InvoiceImage, ID: "Q2"}, code: ReceiptMissing},
		"404 at both": {fault: simfis.Fault{Kind: simfis.FaultStatus, Call: "image", Status: 404},
			code: ReceiptMissing},
		"expired twice":   {fault: simfis.Fault{Kind: simfis.FaultExpired}, code: ReceiptExpired},
		"huge":            {fault: simfis.Fault{Kind: simfis.FaultHuge}, code: ReceiptTooLarge},
		"no image":        {fault: simfis.Fault{Kind: simfis.FaultWrongType}, code: ReceiptNoImage},
		"page of a proxy": {fault: simfis.Fault{Kind: simfis.FaultGarbage, Call: "imagebytes"}, code: ReceiptNoImage},
		"proxy before":    {fault: simfis.Fault{Kind: simfis.FaultGarbage, Call: "image"}, code: ReceiptUnreachable},
		"broken off": {fault: simfis.Fault{Kind: simfis.FaultHalf, Call: "imagebytes"},
			code: ReceiptUnreachable},
		"server error": {fault: simfis.Fault{Kind: simfis.FaultStatus, Call: "image", Status: 503,
			RetryAfter: 300}, code: ReceiptUnreachable},
		"cut": {fault: simfis.Fault{Kind: simfis.FaultCut, Call: "imagebytes"}, code: ReceiptUnreachable},
		"stalls": {fault: simfis.Fault{Kind: simfis.FaultTimeout, Call: "imagebytes"}, code: ReceiptUnreachable,
			change: func(c *Config) { c.Timeout = 50 * time.Millisecond }},
		"not allowed":   {behaviour: simfis.Behaviour{NoImageScope: true}, code: ReceiptForbidden},
		"foreign place": {behaviour: simfis.Behaviour{ImageHost: "https://images.example"}, code: ReceiptPlace},
		"not https":     {behaviour: simfis.Behaviour{ImageHost: "http://www.concursolutions.com"}, code: ReceiptPlace},
	} {
		t.Run(name, func(t *testing.T) {
			change := func(*Config) {}
			if c.change != nil {
				change = c.change
			}
			b := newReceiptBench(t, change)
			if c.ref.ID == "" {
				c.ref = entryOne
			}
			if c.fault.Kind != "" {
				b.faults(c.fault)
			}
			b.fis.SetBehaviour(c.behaviour)
			b.clock.took()
			var out bytes.Buffer
			_, err := b.client.Receipt(b.Context(), c.ref, testReceiptLimits, &out)
			if e := as[*ReceiptError](t, err); e.Code != c.code {
				t.Errorf("code %s: %v", e.Code, err)
			}
			if strings.Contains(err.Error(), "/imaging/") || strings.Contains(err.Error(), "sig=") {
				t.Errorf("the error tells the address: %v", err)
			}
			if out.Len() > 2<<20 {
				t.Errorf("%d bytes were taken of an image whose limit is 1 MiB", out.Len())
			}
			if waits := b.clock.took(); len(waits) > 0 {
				t.Errorf("it waited %v", waits)
			}
		})
	}
}

// TestReceiptIsAskedForAgain: an address that died on the way is asked for once more, a token that ended is renewed,
// and an id that belongs under report is found there.
func TestReceiptIsAskedForAgain(t *testing.T) {
	for name, fault := range map[string]simfis.Fault{
		"expired once":  {Kind: simfis.FaultExpired, Times: 1},
		"token ended":   {Kind: simfis.FaultExpire, Call: "image", Times: 1},
		"under reports": {Kind: simfis.FaultStatus, Call: "image", Status: 404, Times: 1},
	} {
		b := newReceiptBench(t)
		b.fis.PutReceipt(entryOne.ID, []byte("%PDF-1.7 one page"))
		b.faults(fault)
		var out bytes.Buffer
		if _, err := b.client.Receipt(b.Context(), entryOne, testReceiptLimits, &out); err != nil ||
			out.String() != "%PDF-1.7 one page" {
			t.Errorf("%s: got %q, %v", name, out.String(), err)
		}
	}
}

// TestReceiptThatCannotBeWritten is our own trouble, and says nothing about the receipt.
func TestReceiptThatCannotBeWritten(t *testing.T) {
	b := newReceiptBench(t)
	full := errors.New("disk full")
	_, err := b.client.Receipt(b.Context(), entryOne, testReceiptLimits, failing{full})
	var re *ReceiptError
	if !errors.Is(err, full) || errors.As(err, &re) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestReceiptIDStaysInItsPlace: an id of a document cannot make another call of it.
func TestReceiptIDStaysInItsPlace(t *testing.T) {
	b := newReceiptBench(t)
	for _, id := range []string{"..", ".", "a/b", "../report/R1", "a?b", ""} {
		_, err := b.client.Receipt(b.Context(), fis.ReceiptRef{Kind: fis.EntryReceipt, ID: id}, testReceiptLimits,
			&bytes.Buffer{})
		if e := as[*ReceiptError](t, err); e.Code != ReceiptMissing {
			t.Errorf("id %q: %v", id, err)
		}
	}
	for _, c := range b.fis.Record() {
		if c.Call == "unknown" {
			t.Errorf("an unknown call was made: %+v", c)
		}
	}
}
