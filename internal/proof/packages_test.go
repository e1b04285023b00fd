package proof

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/samples"
)

// table is a CSV with headings: its rows by heading.
func table(t *testing.T, text []byte) (headings []string, rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("%d rows, %v", len(all), err)
	}
	for _, r := range all[1:] {
		row := map[string]string{}
		for i, h := range all[0] {
			row[h] = r[i]
		}
		rows = append(rows, row)
	}
	return all[0], rows
}

// taken are the sample documents that a template takes, but for one that comes again and those in currencies left out.
func taken(t *testing.T, takes func(fis.DocType) bool, without ...string) (docs []fis.Envelope) {
	t.Helper()
	manifest, err := samples.Load()
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, s := range manifest.Documents {
		left[s.DocID] = s.Role == samples.Resubmitted || slices.Contains(without, s.Currency)
	}
	for _, d := range sampleDocuments(t) {
		if takes(d.DocType) && !left[d.ID] {
			docs = append(docs, d)
		}
	}
	return docs
}

// d365Faults are what Microsoft's pages and the notes on the entity say that a package must not be.
func d365Faults(t *testing.T, members map[string][]byte) (faults []string) {
	t.Helper()
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if len(members) != 3 || members["PackageHeader.xml"] == nil || !bytes.Contains(members["Manifest.xml"], []byte("General journal")) {
		say("the package has not manifest, header and data")
	}
	_, rows := table(t, members["General journal.csv"])
	vendors := map[string]bool{}
	heads, days, sums, seen := map[string]string{}, map[string]string{}, map[string]fis.Amount{}, map[string]bool{}
	for n, r := range rows {
		journal, voucher := r["JOURNALBATCHNUMBER"], r["VOUCHER"]
		for name, most := range map[string]int{"JOURNALBATCHNUMBER": 20, "JOURNALNAME": 10, "VOUCHER": 20, "CURRENCYCODE": 3, "ACCOUNTDISPLAYVALUE": 500, "TRANSDATE": 10, "DOCUMENT": 20} {
			if r[name] == "" || len(r[name]) > most {
				say("row %d: %s is %q", n+1, name, r[name])
			}
		}
		if key := journal + "/" + r["LINENUMBER"]; seen[key] {
			say("row %d: %s stands twice", n+1, key)
		} else {
			seen[key] = true
		}
		if head := r["JOURNALNAME"] + "/" + r["DESCRIPTION"] + "/" + r["POSTINGLAYER"]; heads[journal] != "" && heads[journal] != head {
			say("row %d: another head of journal %s", n+1, journal)
		} else {
			heads[journal] = head
		}
		if days[voucher] != "" && days[voucher] != r["TRANSDATE"] {
			say("row %d: another day of voucher %s", n+1, voucher)
		}
		days[voucher] = r["TRANSDATE"]
		if r["ACCOUNTTYPE"] == "Ledger" && strings.Count(r["ACCOUNTDISPLAYVALUE"], "-") != 3 {
			say("row %d: account %s", n+1, r["ACCOUNTDISPLAYVALUE"])
		}
		if r["ACCOUNTTYPE"] == "Vendor" { // several in one voucher are off by default
			if vendors[voucher] || r["INVOICE"] == "" {
				say("row %d: a second vendor row of voucher %s, or one without an invoice number", n+1, voucher)
			}
			vendors[voucher] = true
		} else if r["INVOICE"]+r["DUEDATE"] != "" {
			say("row %d: an invoice number on a row that is no vendor's", n+1)
		}
		if (r["DEBITAMOUNT"] == "") == (r["CREDITAMOUNT"] == "") {
			say("row %d: not one side", n+1)
		}
		key := journal + " " + voucher + " " + r["CURRENCYCODE"]
		if d, err := fis.ParseAmount(r["DEBITAMOUNT"]); err == nil {
			sums[key] = sums[key].Add(d)
		}
		if c, err := fis.ParseAmount(r["CREDITAMOUNT"]); err == nil {
			sums[key] = sums[key].Sub(c)
		}
	}
	for key, left := range sums {
		if !left.IsZero() {
			say("%s is off by %s", key, left)
		}
	}
	return faults
}

// Dynamics 365 takes the packages, by the vendor's rules here and by the judge where it is there; and refuses bad ones.
func TestDynamicsTakesThePackages(t *testing.T) {
	plan := oneBook(t, "d365-general-journal")
	docs := slices.DeleteFunc(sampleDocuments(t), func(d fis.Envelope) bool { return !plan.Takes(d.DocType) })
	files, refused := render(t, plan, docs, 7)
	if len(files) != 1 || len(refused) != 2 { // an account that is not there, and three decimals
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	members := unpacked(t, files[0].data)
	if faults := d365Faults(t, members); len(faults) > 0 {
		t.Error(faults)
	}
	judged(t, true, "judge-d365", "--segments", "4", laid(t, files[0].name, files[0].data))
	bad := strings.Replace(string(members["General journal.csv"]), ",2,GenJrn,", ",1,GenJrn,", 1)
	data := packed(t, "Manifest.xml", string(members["Manifest.xml"]), "PackageHeader.xml", "<x/>", "General journal.csv", bad)
	if faults := d365Faults(t, unpacked(t, data)); len(faults) == 0 {
		t.Error("a number that stands twice is taken")
	}
	for _, bad := range [][2]string{{"Ledger,150200--", "Vendor,V70025--"}, {"2026/0931", ""}} {
		text := strings.ReplaceAll(string(members["General journal.csv"]), bad[0], bad[1])
		data := packed(t, "Manifest.xml", string(members["Manifest.xml"]), "PackageHeader.xml", "<x/>", "General journal.csv", text)
		if faults := d365Faults(t, unpacked(t, data)); len(faults) == 0 {
			t.Errorf("%v: taken", bad)
		}
	}
	judged(t, false, "judge-d365", laid(t, "bad.zip", data))
}

// netsuiteFaults are what Oracle's help says that the two files must not be.
func netsuiteFaults(t *testing.T, bills, lines []byte) (faults []string) {
	t.Helper()
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	day, amount := regexp.MustCompile(`^([1-9]|1[0-2])/([1-9]|[12][0-9]|3[01])/[0-9]{4}$`), regexp.MustCompile(`^-?[0-9]{1,10}(\.[0-9]{1,3})?$`)
	_, heads := table(t, bills)
	of := map[string]int{}
	for n, r := range heads {
		id := r["External ID"]
		if _, twice := of[id]; id == "" || twice || r["Vendor"] == "" || !day.MatchString(r["Date"]) {
			say("bill %d: %v", n+1, r)
		}
		of[id] = 0
	}
	_, rows := table(t, lines)
	last, done := "", map[string]bool{}
	for n, r := range rows {
		id := r["External ID"]
		if _, known := of[id]; !known || id != last && done[id] || r["Account"] == "" || !amount.MatchString(r["Amount"]) {
			say("line %d: %v", n+1, r)
		}
		of[id]++
		done[last] = true
		last = id
	}
	for id, n := range of {
		if n == 0 {
			say("bill %s has no lines", id)
		}
	}
	return faults
}

// NetSuite takes both files, by its help pages here and by the judge where it is there; and refuses bad ones.
func TestNetSuiteTakesBothFiles(t *testing.T) {
	plan := readyPlan(t, "netsuite-bills")
	files, refused := render(t, plan, taken(t, plan.Takes), 7)
	if len(files) != 1 || len(refused) != 1 { // the credit note
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	members := unpacked(t, files[0].data)
	bills, lines := members["BILL_gl_000007.csv"], members["BILL_gl_000007_EXP.csv"]
	if faults := netsuiteFaults(t, bills, lines); len(faults) > 0 || len(members) != 2 {
		t.Error(faults)
	}
	judged(t, true, "judge-netsuite", laid(t, "BILL.csv", bills), laid(t, "BILL_EXP.csv", lines))
	first, _, _ := bytes.Cut(lines, []byte("\r\n"))
	for name, bad := range map[string][]byte{"no lines": append(first, "\r\n"...), "a comma": bytes.Replace(lines, []byte(",50.00,"), []byte(`,"50,00",`), 1)} {
		if faults := netsuiteFaults(t, bills, bad); len(faults) == 0 {
			t.Errorf("%s is taken", name)
		}
	}
	judged(t, false, "judge-netsuite", laid(t, "BILL.csv", bills), laid(t, "BILL_EXP.csv", bytes.Replace(lines, []byte(",50.00,"), []byte(`,"50,00",`), 1)))
}
