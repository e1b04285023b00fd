package bridge_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// The ERP says which amount it has posted: another one, or another currency, is never told to Concur as success.
func TestBookedOtherwise(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1", "D2", "D3", "D4")
	w.run(bridge.ExitDone)
	w.answer("1", "D1,post,ok,1000,1,2026,2026-11-03,1050.00,EUR,,,,\r\n",
		"D2,post,ok,1000,2,2026,2026-11-03,10.00,USD,,,,\r\n",
		"D3,post,ok,1000,3,2026,2026-11-03,10.00,EUR,,,,\r\n", "D4,post,ok,1000,4,2026,2026-11-03,,,,,,\r\n")
	s := w.run(bridge.ExitNeedsPerson)
	w.states("D1 filed, D2 filed, D3 posted, D4 posted")
	if s.Confirmed != 2 {
		t.Errorf("%+v", s)
	}
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	if len(alarms) != 2 || alarms[0].Kind != "booked amount" ||
		!strings.Contains(alarms[0].Message, "posted document D1 with 1050.00 EUR, but it was given 10.00 EUR") ||
		!strings.Contains(alarms[1].Message, "posted document D2 with 10.00 USD, but it was given 10.00 EUR") ||
		!strings.Contains(alarms[1].Remedy, "mark document D2 posted") {
		t.Errorf("%+v", alarms)
	}
	// a person does what the alarms ask for, and they ask for nobody any more
	day, _ := fis.NewDate(2026, 3, 31)
	w.ok(w.j.MarkOutcome(w.ctx, "D1",
		fis.Outcome{Verdict: fis.Posted, Number: "1", Company: "1000", FiscalYear: "2026", Posted: day},
		"corrected in the ERP"))
	w.ok(w.j.MarkOutcome(w.ctx, "D2",
		fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Text: "wrong currency"}}}, "taken back in the ERP"))
	w.run(bridge.ExitDone)
}

// A posting that Concur was not told yet is stopped when the ERP says then that it has posted another amount.
func TestBookedOtherwiseStopsThePosting(t *testing.T) {
	w := newWorld(t, options{})
	w.good("D1")
	w.run(bridge.ExitDone)
	w.answer("1", "D1,post,ok,1000,1,2026,2026-11-03,,,,,,\r\n")
	w.answer("2", "D1,post,ok,1000,1,2026,2026-11-03,1050.00,EUR,,,,\r\n")
	w.run(bridge.ExitNeedsPerson)
	w.confirmation("D1", records.Stuck)
	w.alarm("booked amount", "1050.00 EUR")
}

// Where result files have a row for each line of the import file, the amounts of a document's lines are added up: one
// line with a hundred times the amount is an alarm, whether the file signs credits or not; lines that do not say what
// they posted are believed.
func TestBookedOtherwiseByLine(t *testing.T) {
	withAmount := strings.NewReplacer("          - { name: message, type: text }\n",
		"          - { name: message, type: text }\n          - { name: amount, type: amount }\n          - { name: currency, type: code }\n",
		"      - { role: message, field: message }\n",
		"      - { role: message, field: message }\n      - { role: amount, field: amount }\n      - { role: currency, field: currency }\n").Replace(lineTemplate)
	w := newWorld(t, options{routes: lineRoute, mappings: map[string]string{"lines.yaml": "template: lines\n"},
		templates: fstest.MapFS{"lines/template.yaml": {Data: []byte(withAmount)}}})
	docs := []string{"D1", "D2", "D3", "D4", "D5", "D6", "D7"}
	w.good(docs...)
	w.run(bridge.ExitDone)
	answers := map[string][2]string{
		"D1": {"10.00,EUR", "10.00,EUR"}, "D2": {"10.00,EUR", "-10.00,EUR"}, "D3": {"1000.00,EUR", "1000.00,EUR"},
		"D4": {"10.00,EUR", "-1000.00,EUR"},
		"D5": {"10.00,USD", "10.00,USD"}, "D6": {",", ","}, "D7": {"10.00,EUR", "1050.00,EUR"}}
	body := "doc_id,line,status,company,document_number,date,message,amount,currency\n"
	for _, id := range docs {
		parts, err := w.j.PartsOf(w.ctx, id)
		w.ok(err)
		for i, a := range answers[id] {
			body += fmt.Sprintf("%s,%d,ok,1000,%s,2026-11-03,,%s\n", id, parts[0].FirstLine+i, id[1:], a)
		}
	}
	w.write("erp/out/lines.csv", body)
	w.run(bridge.ExitNeedsPerson)
	w.states("D1 posted, D2 posted, D3 filed, D4 filed, D5 filed, D6 posted, D7 filed")
	alarms, err := w.j.OpenAlarms(w.ctx)
	w.ok(err)
	var said []string
	for _, a := range alarms {
		said = append(said, a.Kind+": "+a.Message)
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{
		"booked amount: result file lines.csv: the ERP says that it posted document D3 with lines that add up to 2000.00 EUR, but it was given debit 10.00 and credit 10.00 EUR",
		"document D4 with lines that add up to 10.00 and -1000.00 EUR, but it was given debit 10.00 and credit 10.00 EUR", "document D5 with 10.00 USD, but it was given 10.00 EUR",
		"document D7 with lines that add up to 1060.00 EUR"} {
		if !strings.Contains(all, want) {
			t.Errorf("no alarm says %s\n%s", want, all)
		}
	}
	if len(alarms) != 4 {
		t.Errorf("%d alarms, want 4\n%s", len(alarms), all)
	}
}
