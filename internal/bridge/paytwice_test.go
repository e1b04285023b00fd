package bridge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// on writes a row of payment of another day than the others of the tests.
func on(day, row string) string { return strings.Replace(row, "2026-04-02", day, 1) }

// The ERP clears half of a report on one day, and the bank books it on the next: it is one payment, and the report is not
// paid. A person says when it was a further one. What a bank tells of in two formats is the same, and so is money that
// came back.
func TestPaymentToldWithTwoDays(t *testing.T) {
	sta := func(day, amount string) string {
		return ":20:S\n:25:A\n:28C:1\n:60F:C2604" + day[2:] + "EUR100,00\n:61:26" + day + day + "D" + amount + ",NTRFNONREF//M1\n:86:166?00X?20EREF+RD1\n:62F:C2604" + day[2:] + "EUR90,00\n-\n"
	}
	for name, c := range map[string]struct {
		first, then, thenName string
		told, also            string // with the default, and when only equal days are compared
	}{
		"the ERP, then the bank": {pays("D1", "part", "P1", "10.00", "EUR"), camt("DBIT 04-03 10.00 B1 RD1"), "54.xml", "D1 PP 10.00 P1", "D1 CP 10.00 B1"},
		"the bank, then the ERP": {camt("DBIT 04-05 10.00 B1 RD1"), pays("D1", "part", "P1", "10.00", "EUR"), "2.result.csv", "D1 PP 10.00 B1", "D1 CP 10.00 P1"},
		"a week apart":           {pays("D1", "part", "P1", "10.00", "EUR"), camt("DBIT 04-09 10.00 B1 RD1"), "54.xml", "D1 PP 10.00 P1,D1 CP 10.00 B1", ""},
		"two formats of a bank":  {sta("0402", "10"), camt("DBIT 04-03 10.00 C7 RD1"), "54.xml", "D1 PP 10.00 M1", "D1 CP 10.00 C7"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, days := range []int{5, 0} {
				w := banked(t)
				w.cfg.Matching.AgainDays = days
				switch {
				case strings.HasPrefix(c.first, "D1,"):
					w.answer("2", c.first)
				case strings.HasPrefix(c.first, ":"):
					w.write("erp/out/first.sta", c.first)
				default:
					w.write("erp/out/first.xml", c.first)
				}
				w.run(bridge.ExitDone)
				if head := "doc_id,kind,"; strings.HasPrefix(c.then, "D1,") {
					w.answer("3", c.then)
				} else if !strings.Contains(c.then, head) {
					w.write("erp/out/"+c.thenName, c.then)
				}
				want := strings.Split(c.told, ",")
				if days == 0 && c.also != "" {
					want = append(want, c.also)
				}
				if asks := days != 0 && c.also != ""; asks {
					w.run(bridge.ExitNeedsPerson)
					w.alarm("result lines")
				} else {
					w.run(bridge.ExitDone)
					w.quiet()
				}
				if diff := cmp.Diff(want, w.told()); diff != "" {
					t.Error(days, diff)
				}
			}
		})
	}
}

// A payment of an equal amount after a return is another attempt, however it is told.
func TestSecondAttemptInAnotherFormat(t *testing.T) {
	w := banked(t)
	w.answer("2", pays("D1", "part", "P1", "10.00", "EUR"))
	w.answer("3", on("2026-04-03", pays("D1", "reversed", "R1", "10.00", "EUR")))
	w.run(bridge.ExitDone)
	w.write("erp/out/54.xml", camt("DBIT 04-04 10.00 B1 RD1"))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 PP 10.00 P1", "D1 RE 10.00 R1 taken back", "D1 PP 10.00 B1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()
}

// What leaves nothing to be paid is the complete payment, also where the ERP calls each of its payments a part.
func TestLastPartIsComplete(t *testing.T) {
	w := banked(t)
	w.answer("2", pays("D1", "part", "P1", "12.00", "EUR"))
	w.run(bridge.ExitDone)
	w.answer("3", on("2026-04-09", pays("D1", "part", "P2", "8.00", "EUR")))
	w.run(bridge.ExitDone)
	if diff := cmp.Diff([]string{"D1 PP 12.00 P1", "D1 CP 8.00 P2"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.quiet()

	w = invoices(t)
	w.answer("2", paysInvoice("D1", "part", "P1", "25.00"))
	w.run(bridge.ExitDone)
	w.marks("D1", "")
	w.answer("3", on("2026-04-04", paysInvoice("D1", "part", "P2", "25.00")))
	w.run(bridge.ExitDone)
	w.marks("D1", "PAID P2 50.00")
	w.minded()
	w.quiet()
}

// A hundredth of what is to be paid is the whole whose decimals were lost, until a person has said that it is a part.
func TestHundredthIsAsked(t *testing.T) {
	w := banked(t)
	w.answer("2", pays("D1", "part", "P1", "0.20", "EUR"))
	w.write("erp/out/54.xml", camt("DBIT 04-02 0.10 B2 RD2"))
	w.run(bridge.ExitNeedsPerson)
	if told := w.told(); len(told) > 0 {
		t.Error(told)
	}
	if note := w.read("erp/out/failed/" + w.note("54")); !strings.Contains(note, "pays 0.10 EUR, exactly 1/100 of the 10.00 EUR that are to be paid of document D2") {
		t.Error(note)
	}
	w.valid("2.result", 2)
	w.run(bridge.ExitNeedsPerson)
	if diff := cmp.Diff([]string{"D1 PP 0.20 P1"}, w.told()); diff != "" {
		t.Error(diff)
	}
	w.answer("4", pays("D1", "part", "P4", "0.19", "EUR"), pays("D3", "part", "P3", "1.00", "EUR")) // a tenth is an instalment
	w.run(bridge.ExitNeedsPerson)
	if diff := cmp.Diff([]string{"D1 PP 0.20 P1", "D1 PP 0.19 P4", "D3 PP 1.00 P3"}, w.told()); diff != "" {
		t.Error(diff)
	}
}
