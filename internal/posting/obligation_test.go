package posting

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

func requestOf(total string, entries ...obj) obj {
	return obj{"instruction": obj{"instruction": "obligate"}, "employee": obj{"employeeReimbursementCurrency": "EUR"},
		"requestHeader": obj{"requestId": "Q1", "totalApprovedAmount": n(total)}, "requestEntry": entries}
}

func requested(id, approved, account string, shares ...string) obj {
	var allocations []obj
	for i, s := range shares {
		allocations = append(allocations, obj{"allocationId": fmt.Sprint("A", i+1), "allocationAmount": n(s)})
	}
	return obj{"entryId": id, "entryApprovedAmount": n(approved), "entryAccountCode": account, "allocation": allocations}
}

func reserved(instruction, total string, entries ...obj) obj {
	doc := report(entries...)
	doc["instruction"] = obj{"instruction": instruction}
	doc["report"] = doc["report"].(obj).with("totalApprovedAmount", n(total))
	return doc
}

// obligationLines are the lines in short: role, account, amount, and an r for a reversal; or the reasons of a refusal.
func obligationLines(t *testing.T, docType fis.DocType, doc obj, opt Options) string {
	t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := fis.NewParser(Wanted).Parse(fis.Envelope{ID: "d1", DocType: docType, Document: text})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Derive(parsed, opt)
	var refused *Refusal
	if errors.As(err, &refused) {
		return string(refused.Problems[0].Reason)
	}
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range r.Lines {
		mark := ""
		if l.Reversal {
			mark = " r"
		}
		if l.Party != "" {
			t.Errorf("%s is owed something", l.Party)
		}
		out = append(out, strings.TrimSpace(strings.TrimPrefix(string(l.Role), "commitment")+" "+l.AccountCode+l.TaxCode)+" "+l.Amount().String()+mark)
	}
	for _, w := range r.Warnings {
		out = append(out, "warning "+string(w.Reason))
	}
	return strings.Join(out, ", ")
}

func TestObligations(t *testing.T) {
	row := func(gross, afterReclaim string) obj {
		return rowOf("EMPL", gross, "6").with("amountNetOfReclaim", n(afterReclaim))
	}
	taxed := entryOf("N1", obj{"allocationId": "A", "journal": []obj{row("119", "100")}, "tax": []obj{taxOf("19", "19", "VAT")}})
	private := entryOf("N2", obj{"journal": []obj{row("5", "5")}}).with("entryIsPersonal", "Y")
	strange := entryOf("N3", obj{"journal": []obj{rowOf("XYZ", "7", "6")}})
	earlier := func(doc obj, total string, entries ...obj) obj {
		return doc.with("previousRevisionReportHeader", obj{"totalApprovedAmount": n(total)}, "previousRevisionReportEntry", entries)
	}
	request, of := fis.RequestObligation, fis.ReportObligation
	for _, c := range []struct {
		name string
		t    fis.DocType
		doc  obj
		opt  Options
		want string
	}{
		{"request", request, requestOf("30", requested("1", "30", "6", "10", "20")), Options{}, "6 10, _offset -10, 6 20, _offset -20"},
		{"request without allocations", request, requestOf("30", requested("1", "30", "6")), Options{}, "6 30, _offset -30"},
		{"shares of 8 decimals", request, requestOf("1", requested("1", "1", "6", "0.33333333", "0.66666666")), Options{}, "6 0.33333333, _offset -0.33333333, 6 0.66666667, _offset -0.66666667"},
		{"shares rounded", request, requestOf("1", requested("1", "1", "6", "0.33333333", "0.33333334", "0.33333333")), Options{Round: true}, "6 0.33, _offset -0.33, 6 0.34, _offset -0.34, 6 0.33, _offset -0.33"},
		{"shares that miss a cent", request, requestOf("1", requested("1", "1", "6", "0.49", "0.50")), Options{}, "total_mismatch"},
		{"another currency", request, requestOf("9", requested("1", "10", "6", "10")), Options{}, "total_mismatch"},
		{"no total", request, requestOf("1", requested("1", "1", "6", "1")).with("requestHeader", obj{"requestId": "Q"}), Options{}, "missing_amount"},
		{"no currency", request, requestOf("1", requested("1", "1", "6", "1")).with("employee", obj{}), Options{}, "missing_currency"},
		{"nothing", request, requestOf("1"), Options{}, "no_rows"},
		{"a total without rows", of, reserved("obligate", "1200"), Options{}, "no_rows"},
		{"a total without rows, as it is now", of, reserved("obligate", "1200"), Options{Stated: true}, "no_rows"},
		{"no rows and no total", of, reserved("obligate", "1").with("report", obj{"reportId": "R", "employeeCurrencyAlphaCode": "EUR"}), Options{}, "no_rows"},
		{"nothing any more", of, reserved("obligate", "0"), Options{Stated: true}, ""},
		{"private charges alone", of, reserved("obligate", "0", private), Options{}, ""},
		{"private charges alone, in the total", of, reserved("obligate", "5", private.with("entryApprovedAmount", n("5"))), Options{}, ""},
		{"another total without rows", of, earlier(reserved("obligate", "1200"), "1000"), Options{}, "total_mismatch"},
		{"unchanged report", of, earlier(reserved("obligate", "1200"), "1200"), Options{}, ""},
		{"unchanged", request, requestOf("1").with("previousRevisionRequestHeader", obj{"totalApprovedAmount": n("1")}), Options{}, ""},
		{"changed without rows", request, requestOf("2").with("previousRevisionRequestHeader", obj{"totalApprovedAmount": n("1")}), Options{}, "total_mismatch"},
		{"taxed", of, reserved("Obligate", "119", taxed), Options{}, "6 100, _tax VAT1 19, _offset -119"},
		{"private charges and other parties", of, reserved("obligate", "7", private, strange), Options{}, "6 7, _offset -7"},
		{"more", of, earlier(reserved("obligate", "119", taxed), "7", strange), Options{}, "6 100, _tax VAT1 19, _offset -119, 6 -7 r, _offset 7 r"},
		{"other total", of, reserved("obligate", "120", taxed), Options{}, "6 100, _tax VAT1 19, _offset -119, warning total_mismatch"},
		{"release", of, earlier(reserved("release", "119", taxed), "7", strange), Options{}, "6 -100 r, _tax VAT1 -19 r, _offset 119 r"},
		{"release of nothing", of, reserved("release", "0"), Options{}, "no_rows"},
		{"check", of, reserved("fundsCheck", "119", taxed), Options{}, "funds_check"},
		{"unknown", of, reserved("", "119", taxed), Options{}, "unknown_instruction"},
		{"tax that does not add up", of, reserved("obligate", "1", entryOf("N", obj{"journal": []obj{row("119", "101")}, "tax": []obj{taxOf("19", "19", "VAT")}})), Options{}, "tax_mismatch"},
		{"no company", of, reserved("obligate", "1", entryOf("N", obj{"journal": []obj{row("1", "1").with("journalPayer", "EMPL")}})), Options{}, "no_company_side"},
		{"wrong direction", of, reserved("obligate", "1", entryOf("N", obj{"journal": []obj{row("1", "1").with("journalPayer", "EMPL", "journalPayee", "COMP")}})), Options{}, "direction_conflict"},
		{"the name before 2023", fis.Obligation, requestOf("30", requested("1", "30", "6", "30")), Options{}, "6 30, _offset -30"},
		{"the same, of a report", fis.Obligation, reserved("obligate", "119", taxed), Options{}, "6 100, _tax VAT1 19, _offset -119"},
	} {
		if got := obligationLines(t, c.t, c.doc, c.opt); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}
