package returns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// payRow writes a payment shortly: "2 CP P1 11-05 10.00 EUR" is line 2. Rows that agree in all but the line have the
// same content.
func payRow(t *testing.T, text string) NewPayment {
	t.Helper()
	var line, month, day int
	var status, ref, amount, currency string
	if _, err := fmt.Sscanf(text, "%d %s %s %d-%d %s %s", &line, &status, &ref, &month, &day, &amount, &currency); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	status, identified := strings.CutSuffix(status, "!")
	a, err := fis.ParseAmount(amount)
	if err != nil {
		t.Fatal(err)
	}
	_, content, _ := strings.Cut(text, " ")
	currency = strings.TrimSuffix(currency, "-")
	return NewPayment{Line: line, Content: content, Payment: fis.Payment{Identified: identified, Status: fis.PaymentStatus(status), Reference: ref, Amount: a, Currency: currency,
		Cleared: fis.Date{Year: 2026, Month: 11, Day: int8(day)}}}
}

// Payments are held against their document and each other: what fits is told in the order of the days, what does not is
// listed with its reason.
func TestHoldPayments(t *testing.T) {
	whole := Payable{DocID: "D", Currency: "EUR", Owed: amounts(t, "EMPL", "23.40"), Dated: fis.Date{Year: 2026, Month: 11, Day: 1}}
	early := Payable{DocID: "D", Currency: "EUR", Owed: amounts(t, "V1", "100"), Discount: Discount{Percent: must(t, "2"), Until: fis.Date{Year: 2026, Month: 11, Day: 10}}}
	shared := Payable{DocID: "D", Currency: "EUR", Owed: amounts(t, "EMPL", "13.40", "CBCP", "10")}
	for _, c := range []struct {
		name    string
		of      Payable
		earlier []string // of result 1
		rows    []string // of result 2
		want    []string // line: told, told as, repeated, or the problem
	}{
		{"the whole", whole, nil, []string{"2 CP P1 11-05 23.40 EUR"}, []string{"2 told"}},
		{"two parts and the rest", whole, nil, []string{"2 PP P1 11-05 10 EUR", "3 PP P2 11-06 10 EUR", "4 CP P3 11-07 3.40 EUR"}, []string{"2 told", "3 told", "4 told"}},
		{"the rest in another file", whole, []string{"2 PP P1 11-05 10 EUR"}, []string{"2 CP P3 11-07 13.40 EUR"}, []string{"2 told"}},
		{"a hundred times", whole, nil, []string{"2 CP P1 11-05 2340 EUR"}, []string{"2 pays 2340.00 EUR, but of document D is to be paid 23.40 EUR"}},
		{"together too much", whole, []string{"2 PP P1 11-05 20 EUR"}, []string{"2 PP P2 11-05 4 EUR"},
			[]string{"2 pays 4.00 EUR, with the 20.00 before together 24.00, but of document D is to be paid 23.40 EUR"}},
		{"called complete, and is not", whole, nil, []string{"2 CP P1 11-05 0.23 EUR"}, []string{"2 pays 0.23 EUR and calls the payment complete, but of document D is to be paid 23.40 EUR"}},
		{"less a discount, called complete", early, nil, []string{"2 CP P1 11-25 98 EUR"}, []string{"2 told"}},
		{"more than the discount kept back", early, nil, []string{"2 CP P1 11-05 97.99 EUR"},
			[]string{"2 pays 97.99 EUR and calls the payment complete, but of document D is to be paid 100.00 EUR"}},
		{"another currency", whole, nil, []string{"2 CP P1 11-05 23.40 USD"}, []string{"2 the payment is in USD, document D in EUR"}},
		{"rejected", Payable{DocID: "D", Currency: "EUR", Rejected: true}, nil, []string{"2 CP P1 11-05 1 EUR"},
			[]string{"2 the ERP pays document D, but has rejected it; Concur takes no payment of what was not posted"}},
		{"employee, then card", shared, nil, []string{"2 CP P1 11-05 13.40 EUR", "3 CP P2 11-06 10 EUR"}, []string{"2 told", "3 told"}},
		{"a bank pays the employee, and never tells of the card", shared, nil, []string{"2 paid P1 11-05 13.40 EUR"}, []string{"2 told as CP"}},
		{"a part for the employee", shared, nil, []string{"2 paid P1 11-05 13.39 EUR"}, []string{"2 told as PP"}},
		{"card, then employee", shared, nil, []string{"2 CP P1 11-05 10 EUR", "3 CP P2 11-06 13.40 EUR"}, []string{"2 told as PP", "3 told"}},
		{"a bank pays the card, then the employee", shared, nil, []string{"2 paid P1 11-05 10 EUR", "3 paid P2 11-06 13.40 EUR"}, []string{"2 told as PP", "3 told as CP"}},
		{"the card comes back, and is paid again", shared, []string{"2 PP P1 11-05 10 EUR", "3 CP P2 11-06 13.40 EUR"}, []string{"2 RE P3 11-07 10 EUR", "3 paid P4 11-08 10 EUR"},
			[]string{"2 told", "3 told as CP"}},
		{"both in one", shared, nil, []string{"2 CP P1 11-05 23.40 EUR"}, []string{"2 told"}},
		{"neither of them", shared, nil, []string{"2 CP P1 11-05 12 EUR"},
			[]string{"2 pays 12.00 EUR and calls the payment complete, but of document D is to be paid 23.40 EUR (CBCP 10.00, EMPL 13.40)"}},
		{"nothing is to be paid", Payable{DocID: "D", Currency: "EUR", Owed: map[string]fis.Amount{}}, nil, []string{"2 CP P1 11-05 1 EUR"},
			[]string{"2 pays 1.00 EUR, but nothing of document D is to be paid"}},
		{"only the total is known", Payable{DocID: "D", Currency: "EUR", Total: must(t, "23.40")}, nil, []string{"2 CP P1 11-05 20 EUR", "3 PP P2 11-06 4 EUR"},
			[]string{"2 told", "3 pays 4.00 EUR, with the 20.00 before together 24.00, but document D is of 23.40"}},
		{"parts that the ERP calls parts", whole, nil, []string{"2 PP P1 11-05 10 EUR", "3 PP P2 11-06 13.40 EUR"}, []string{"2 told", "3 told as CP"}},
		{"a part less the discount", early, nil, []string{"2 PP P1 11-05 98 EUR"}, []string{"2 told"}},
		{"the employee's, called a part", shared, nil, []string{"2 PP P1 11-05 13.40 EUR"}, []string{"2 told as CP"}},
		{"a hundredth of the rest", whole, []string{"2 PP P1 11-05 13.40 EUR"}, []string{"2 PP P2 11-06 0.10 EUR"},
			[]string{"2 pays 0.10 EUR, exactly 1/100 of the 10.00 EUR that are to be paid of document D: are its decimals right?"}},
		{"a hundredth of a party's", shared, nil, []string{"2 paid P1 11-05 0.10 EUR"},
			[]string{"2 pays 0.10 EUR, exactly 1/100 of the 10.00 EUR that are to be paid of document D: are its decimals right?"}},
		{"a tenth", whole, nil, []string{"2 PP P1 11-05 2.34 EUR"}, []string{"2 told"}},
		{"a hundredth of yen", Payable{DocID: "D", Currency: "JPY", Owed: amounts(t, "EMPL", "1200")}, nil, []string{"2 paid P1 11-05 12 JPY"},
			[]string{"2 pays 12 JPY, exactly 1/100 of the 1200 JPY that are to be paid of document D: are its decimals right?"}},
		{"a tenth of three decimals", Payable{DocID: "D", Currency: "KWD", Owed: amounts(t, "EMPL", "15.620")}, nil, []string{"2 paid P1 11-05 1.562 KWD"},
			[]string{"2 pays 1.562 KWD, exactly 1/10 of the 15.620 KWD that are to be paid of document D: are its decimals right?"}},
		{"a hundredth comes back", whole, []string{"2 PP P1 11-05 10 EUR"}, []string{"2 RE P2 11-06 0.10 EUR"},
			[]string{"2 takes back 0.10 EUR, exactly 1/100 of the 10.00 EUR that were paid of document D: are its decimals right?"}},
		{"half a cent up", Payable{DocID: "D", Currency: "EUR", Owed: amounts(t, "EMPL", "17.875")}, nil, []string{"2 CP P1 11-05 17.88 EUR"}, []string{"2 told"}},
		{"half a cent down", Payable{DocID: "D", Currency: "EUR", Owed: amounts(t, "EMPL", "17.875")}, nil, []string{"2 CP P1 11-05 17.87 EUR"}, []string{"2 told"}},
		{"yen", Payable{DocID: "D", Currency: "JPY", Owed: amounts(t, "EMPL", "1200")}, nil, []string{"2 CP P1 11-05 1201 JPY"}, []string{"2 pays 1201 JPY, but of document D is to be paid 1200 JPY"}},

		{"returned", whole, []string{"2 CP P1 11-05 23.40 EUR"}, []string{"2 RE P2 11-06 23.40 EUR"}, []string{"2 told"}},
		{"returned and paid again", whole, nil, []string{"2 CP P1 11-05 23.40 EUR", "3 RE P2 11-06 23.40 EUR", "4 CP P3 11-07 23.40 EUR"}, []string{"2 told", "3 told", "4 told"}},
		{"with the reference of the payment", whole, []string{"2 CP P1 11-05 23.40 EUR"}, []string{"2 RE P1 11-06 23.40 EUR"}, []string{"2 told as P1-RE"}},
		{"newest first", whole, nil, []string{"2 RE P2 11-06 23.40 EUR", "3 CP P1 11-05 23.40 EUR"}, []string{"3 told", "2 told"}},
		{"newest first, one day", whole, nil, []string{"2 CP P3 11-05 23.40 EUR", "3 RE P2 11-05 23.40 EUR", "4 CP P1 11-05 23.40 EUR"}, []string{"2 told", "3 told", "4 told"}},
		{"return before the payment, one day", whole, nil, []string{"2 RE P2 11-05 23.40 EUR", "3 CP P1 11-05 23.40 EUR"}, []string{"3 told", "2 told"}},
		{"nothing was paid", whole, nil, []string{"2 RE P2 11-06 23.40 EUR"}, []string{"2 takes back 23.40 EUR, but no payment of document D is known that it could be"}},
		{"more than was paid", whole, []string{"2 PP P1 11-05 10 EUR"}, []string{"2 RE P2 11-06 23.40 EUR"}, []string{"2 takes back 23.40 EUR, but only 10.00 was paid of document D"}},
		{"before it was paid", whole, []string{"2 PP P1 11-05 10 EUR"}, []string{"2 RE P2 11-04 10 EUR"}, []string{"2 takes back on 2026-11-04 what was paid on 2026-11-05"}},
		{"obsolete, and was paid", whole, []string{"2 PP P1 11-05 10 EUR"}, []string{"2 OB P2 11-06 0 EUR"},
			[]string{"2 the ERP says that no payment will come for document D, but 10.00 EUR was paid"}},
		{"paid, and was obsolete", whole, []string{"2 OB P1 11-05 0 EUR"}, []string{"2 CP P2 11-06 23.40 EUR"},
			[]string{"2 the ERP pays document D, but has said before that no payment will come (P1)"}},
		{"a bank's part and the rest", whole, nil, []string{"2 paid P1 11-05 10 EUR", "3 paid P2 11-06 13.40 EUR"}, []string{"2 told as PP", "3 told as CP"}},
		{"a bank's rest in another file", whole, []string{"2 PP P1 11-05 10 EUR"}, []string{"2 paid P2 11-06 13.40 EUR"}, []string{"2 told as CP"}},
		{"a bank's payment, returned and paid again", whole, []string{"2 CP P1 11-05 23.40 EUR"}, []string{"2 RE P2 11-06 23.40 EUR", "3 paid P3 11-07 23.40 EUR"}, []string{"2 told", "3 told as CP"}},
		{"a bank pays too much", whole, nil, []string{"2 paid P1 11-05 24 EUR"}, []string{"2 pays 24.00 EUR, but of document D is to be paid 23.40 EUR"}},
		{"a bank pays the total", Payable{DocID: "D", Currency: "EUR", Total: must(t, "23.40")}, nil, []string{"2 paid P1 11-05 20 EUR", "3 paid P2 11-06 3.40 EUR"},
			[]string{"2 told as PP", "3 told as CP"}},
		{"a bank pays, nobody knows what", Payable{DocID: "D", Currency: "EUR"}, nil, []string{"2 paid P1 11-05 20 EUR"},
			[]string{"2 pays 20.00 EUR, but nobody knows what of document D is to be paid: is it all, or a part?"}},
		{"a bank's own reference again", whole, []string{"2 PP! P1 11-05 10 EUR"}, []string{"7 paid! P1 11-05 10 EUR", "8 paid! P2 11-05 10 EUR", "9 paid! P2 11-05 10 EUR", "10 paid! P1 11-06 3.40 EUR"},
			[]string{"7 repeated", "9 repeated", "8 told as PP", "10 told as CP"}},
		{"a part that has the bank's reference in one file only", whole, []string{"2 PP! B1 11-05 10 EUR"}, []string{"7 paid RPT-1 11-05 10 EUR", "8 paid RPT-2 11-06 10 EUR"},
			[]string{"7 may be payment B1 of result 1 told again, which is of 10.00 EUR and this day too; only one of them has the bank's own reference", "8 told as PP"}},
		{"a part that the ERP has told of", whole, []string{"2 PP P1 11-05 10 EUR"}, []string{"7 paid! B1 11-05 10 EUR", "8 paid! B2 11-05 3 EUR"},
			[]string{"8 told as PP", "7 may be payment P1 of result 1 told again, which is of 10.00 EUR and this day too; only one of them has the bank's own reference"}},
		{"refused, and was told", whole, []string{"2 CP P1 11-05 23.40 EUR"}, []string{"2 RE P2 11-06 0 -"}, []string{"2 told 23.4 EUR"}},
		{"refused, and was not told", whole, nil, []string{"2 RE P2 11-06 0 -"}, []string{"2 the payment of document D was refused, and nothing was told of it: somebody must pay again"}},
		{"refused, and nobody knows which", whole, []string{"2 PP P1 11-05 10 EUR", "3 PP P3 11-05 5 EUR"}, []string{"2 RE P2 11-06 0 -"},
			[]string{"2 a payment of document D was refused, and the file does not say which of 2"}},
		{"long before", Payable{DocID: "D", Currency: "EUR", Owed: amounts(t, "EMPL", "1"), Dated: fis.Date{Year: 2027, Month: 11, Day: 1}}, nil, []string{"2 CP P1 11-05 1 EUR"},
			[]string{"2 the payment date 2026-11-05 lies long before the day of document D, 2027-11-01; is its year right?"}},

		{"equal rows of one file", whole, nil, []string{"2 PP P1 11-05 10 EUR", "3 PP P1 11-05 10 EUR"},
			[]string{"3 equal to line 2 of this file: two payments of 10.00 EUR, or one that was written twice", "2 told"}},
		{"equal whole payments of one file", whole, nil, []string{"2 CP P1 11-05 23.40 EUR", "3 CP P1 11-05 23.40 EUR"},
			[]string{"3 equal to line 2 of this file: two payments of 23.40 EUR, or one that was written twice", "2 told"}},
		{"equal part of an earlier file", whole, []string{"2 PP P1 11-05 10 EUR"}, []string{"7 PP P1 11-05 10 EUR"},
			[]string{"7 equal to line 2 of result 1: the same payment told again, or another one of 10.00 EUR"}},
		{"equal whole of an earlier file", whole, []string{"2 CP P1 11-05 23.40 EUR"}, []string{"7 CP P1 11-05 23.40 EUR"}, []string{"7 repeated"}},
		{"equal return of an earlier file", whole, []string{"2 CP P1 11-05 23.40 EUR", "3 RE P2 11-06 23.40 EUR"}, []string{"2 RE P2 11-06 23.40 EUR"}, []string{"2 repeated"}},
		{"both, and the file again", whole, []string{"2 PP P1 11-05 10 EUR", "3 PP P1 11-05 10 EUR"}, []string{"2 PP P1 11-05 10 EUR", "3 PP P1 11-05 10 EUR"}, []string{"2 repeated", "3 repeated"}},
		{"a third one", whole, []string{"2 PP P1 11-05 10 EUR", "3 PP P1 11-05 10 EUR"}, []string{"2 PP P1 11-05 10 EUR", "3 PP P1 11-05 10 EUR", "4 PP P1 11-05 10 EUR"},
			[]string{"2 repeated", "3 repeated", "4 equal to line 2 of this file: two payments of 10.00 EUR, or one that was written twice"}},
		{"the others go on", whole, nil, []string{"2 CP P1 11-05 99 EUR", "3 CP P2 11-05 23.40 EUR"}, []string{"3 told", "2 pays 99.00 EUR, with the 23.40 before together 122.40, but of document D is to be paid 23.40 EUR"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var earlier []EarlierPayment
			for _, text := range c.earlier {
				row := payRow(t, text)
				earlier = append(earlier, EarlierPayment{Payment: row.Payment, Content: row.Content, ResultID: 1, Line: row.Line})
			}
			var rows []NewPayment
			for _, text := range c.rows {
				rows = append(rows, payRow(t, text))
			}
			told := map[int]bool{}
			verdicts, err := HoldPayments(c.of, earlier, 2, rows, func(v PaymentVerdict) (string, error) {
				told[v.Row.Line] = true
				return "", nil
			})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, v := range verdicts {
				word := "told"
				switch {
				case v.Problem != "":
					word = v.Problem
				case v.Repeated:
					word = "repeated"
				case v.As != "":
					word = "told as " + v.As
				case unsaid(v.Row.Payment):
					word = "told " + v.Told().Amount.String() + " " + v.Told().Currency
				case v.Row.Payment.Status != v.Told().Status:
					word = "told as " + string(v.Told().Status)
				}
				if told[v.Row.Line] != strings.HasPrefix(word, "told") {
					t.Errorf("line %d was told: %v", v.Row.Line, told[v.Row.Line])
				}
				got = append(got, fmt.Sprintf("%d %s", v.Row.Line, word))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// One payment may have two references of the bank: one is the other cut short, or files of two kinds give each their own.
// Of a part nobody can tell then whether it is one payment or two.
func TestOnePaymentUnderTwoReferences(t *testing.T) {
	whole := Payable{DocID: "D", Currency: "EUR", Owed: amounts(t, "EMPL", "20.00")}
	for name, c := range map[string]struct{ before, beforeIn, now, nowIn, want string }{
		"cut at 16":                   {"2026110500000417-000042", "camt.054", "2026110500000417", "mt940", "cut short"},
		"cut, in files of one kind":   {"2026110500000417", "mt940", "2026110500000417-000042", "mt940", "cut short"},
		"another kind of file":        {"TX-1", "camt.054", "ENTRY-9", "camt.053", "another kind (camt.054)"},
		"two payments of one kind":    {"TX-1", "camt.054", "TX-2", "camt.054", ""},
		"two payments that begin so":  {"TX-1", "camt.054", "TX-10", "camt.054", ""},
		"a file that nobody knows of": {"TX-1", "", "TX-2", "camt.054", ""},
		"the same payment":            {"TX-1", "camt.054", "TX-1", "camt.053", "repeated"},
		"both in the other kind":      {"TX-1", "camt.054", "TX-1 TX-2", "camt.053", ""},
		"another day in another kind": {"TX-1 11-04", "camt.054", "ENTRY-9", "camt.053", ""},
		"another sum in another kind": {"TX-1 11-05 9", "camt.054", "ENTRY-9", "camt.053", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var rows []NewPayment
			if two := strings.Fields(c.now); len(two) == 2 { // the statement tells of the payment of the notification, too
				rows, c.now = append(rows, payRow(t, fmt.Sprintf("3 paid! %s 11-05 10 EUR", two[0]))), two[1]
			}
			text := func(line int, reference string) string {
				f := append(strings.Fields(reference), "11-05", "10")
				if len(strings.Fields(reference)) == 2 {
					f = append(strings.Fields(reference), "10")
				}
				return fmt.Sprintf("%d paid! %s %s %s EUR", line, f[0], f[1], f[2])
			}
			before, of := payRow(t, text(1, c.before)), whole
			before.Payment.Status, of.Format = fis.PaidPartially, c.nowIn
			got, err := HoldPayments(of, []EarlierPayment{{Payment: before.Payment, Content: before.Content, ResultID: 1, Line: 1, Format: c.beforeIn}}, 2,
				append(rows, payRow(t, text(2, c.now))), func(PaymentVerdict) (string, error) { return "", nil })
			if err != nil || len(got) != 1+len(rows) {
				t.Fatal(got, err)
			}
			last := got[len(got)-1]
			is := last.Problem
			if last.Repeated {
				is = "repeated"
			}
			if (c.want == "") != (is == "") || !strings.Contains(is, c.want) {
				t.Errorf("%q, want %q", is, c.want)
			}
		})
	}
}

func must(t *testing.T, text string) fis.Amount {
	t.Helper()
	a, err := fis.ParseAmount(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func amounts(t *testing.T, pairs ...string) map[string]fis.Amount {
	t.Helper()
	out := map[string]fis.Amount{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = must(t, pairs[i+1])
	}
	return out
}

// A bank says only that money was paid: less than the whole completes an invoice as long as its discount holds.
func TestPaidWithDiscount(t *testing.T) {
	for _, c := range []struct {
		row  string
		term int // last day of the discount; 0: not known
		want fis.PaymentStatus
	}{
		{"2 paid P1 11-10 98 EUR", 10, fis.PaidCompletely},
		{"2 paid P1 11-10 98.50 EUR", 10, fis.PaidCompletely},
		{"2 paid P1 11-11 98 EUR", 10, fis.PaidPartially},
		{"2 paid P1 11-10 97.99 EUR", 10, fis.PaidPartially},
		{"2 paid P1 11-10 98 EUR", 0, fis.PaidPartially},
		{"2 paid P1 11-20 100 EUR", 10, fis.PaidCompletely},
	} {
		of := Payable{DocID: "D", Currency: "EUR", Owed: amounts(t, "V1", "100"), Discount: Discount{Percent: must(t, "2")}}
		if c.term > 0 {
			of.Discount.Until = fis.Date{Year: 2026, Month: 11, Day: int8(c.term)}
		}
		var told fis.PaymentStatus
		verdicts, err := HoldPayments(of, nil, 2, []NewPayment{payRow(t, c.row)}, func(v PaymentVerdict) (string, error) {
			told = v.Told().Status
			return "", nil
		})
		if err != nil || told != c.want {
			t.Errorf("%s: told %q, want %q (%+v, %v)", c.row, told, c.want, verdicts, err)
		}
	}
}

func TestDiscountOf(t *testing.T) {
	day := fis.Date{Year: 2026, Month: 3, Day: 25}
	for head, want := range map[string]string{
		`"discountPercentage":"2","discountTermsDays":10`:       "2 2026-04-04",
		`"discountPercentage":2.5`:                              "2.5 ",
		`"discountPercentage":null,"discountTermsDays":10`:      "0 ",
		`"discountPercentage":"200.00","discountTermsDays":"1"`: "0 ",
		`"discountPercentage":"-2"`:                             "0 ",
		`"discountPercentage":"two"`:                            "0 ",
	} {
		doc, err := fis.NewParser(nil).Parse(fis.Envelope{ID: "D", DocType: fis.Invoice, Document: []byte(`{"requestHeader":{` + head + `}}`)})
		if err != nil {
			t.Fatal(err)
		}
		d := DiscountOf(doc, day)
		if got := d.Percent.String() + " " + d.Until.String(); got != want {
			t.Errorf("%s: %q, want %q", head, got, want)
		}
	}
}
