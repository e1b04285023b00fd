package samples_test

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/samples"
)

// sampleCase is one document to be made: what it is, and what the manifest says of it.
type sampleCase struct {
	name  string
	shows string
	doc   document
	role  samples.Role
	erp   string // what the ERP says when it rejects
	of    string // the case that this one resubmits
	text  bool   // the envelope holds the document as a text that holds JSON
}

// document is any of the makers: it knows its type, currency, total and JSON.
type document struct {
	docType  fis.DocType
	currency string
	total    string
	body     object
}

func expense(r report) document {
	return document{fis.Expense, r.who.of.currency, fis.Text(r.sum(), r.who.of.currency), r.document()}
}

func cashAdvance(a advance) document {
	return document{fis.CashAdvance, a.who.of.currency, fis.Text(amount(a.amount), a.who.of.currency), a.document()}
}

func bill(v invoice) document {
	return document{fis.Invoice, v.who.of.currency, fis.Text(v.sum(), v.who.of.currency), v.document()}
}

// Taxes as the sample companies have them: reclaimable, partly, or not at all.
func vat(tax string) taxed           { return taxed{"DE", "V9", "R1", tax, tax} }
func vatReduced(tax string) taxed    { return taxed{"DE", "V7", "R1", tax, tax} }
func vatLost(tax string) taxed       { return taxed{"DE", "V9", "N0", tax, "0"} }
func vatHalf(tax, half string) taxed { return taxed{"DE", "V9", "R5", tax, half} }
func consumption(tax string) taxed   { return taxed{"JP", "C10", "R1", tax, tax} }
func gst(tax, back string) taxed     { return taxed{"CAGST", "G5", "R1", tax, back} }
func pst(tax string) taxed           { return taxed{"CAPMB", "P7", "N0", tax, "0"} }

func taxNames() map[string]string {
	return map[string]string{"DE V9": "German VAT 19 %", "DE V7": "German VAT 7 %", "JP C10": "Japanese consumption tax 10 %", "CAGST G5": "Canadian GST 5 %", "CAPMB P7": "Manitoba retail sales tax 7 %"}
}

func cases() []sampleCase {
	var all []sampleCase
	all = append(all, cashCases()...)
	all = append(all, taxCases()...)
	all = append(all, cardCases()...)
	all = append(all, allocationCases()...)
	all = append(all, advanceCases()...)
	all = append(all, creditCases()...)
	all = append(all, worldCases()...)
	all = append(all, invoiceCases()...)
	all = append(all, otherTypeCases()...)
	return append(all, troubleCases()...)
}

func cashCases() []sampleCase {
	return []sampleCase{
		{name: "cash-taxi", shows: "one cash entry, nothing else", doc: expense(report{id: "cash-taxi", who: mira, title: "Airport taxi", day: "2026-09-01", entries: []entry{cash(taxi, "23.40", "Taxi to the airport")}})},
		{name: "cash-several-entries", shows: "several cash entries on several accounts", doc: expense(report{id: "cash-several", who: jonas, title: "Trade fair Leipzig", day: "2026-09-02", entries: []entry{
			cash(rail, "87.90", "Kassel to Leipzig"), cash(meals, "31.25", "Lunch at the fair"), cash(taxi, "14.00", "Station to hall 3"), cash(supplies, "9.85", "Name badges")}})},
		{name: "cash-eight-decimals", shows: "amounts spelled with eight decimals, zero as 0E-8", doc: expense(report{id: "cash-long", who: ruth, title: "Customer visit Albany", day: "2026-09-02", long: true, entries: []entry{
			cash(meals, "42.18", "Dinner"), cash(taxi, "18.60", "Cab")}})},
		{name: "cash-mileage", shows: "an amount with three decimals in a currency of two: it is rounded where the import file wants two", doc: expense(report{id: "mileage", who: odette, title: "Mileage September", day: "2026-09-03", entries: []entry{
			cash(mileage, "125.145", "417.15 km at 0.30")}})},
		{name: "cash-zero-row", shows: "a row of zero beside others: it makes no line", doc: expense(report{id: "zero", who: mira, title: "Phone and nothing", day: "2026-09-03", entries: []entry{
			cash(phone, "19.99", "Mobile data"), cash(meals, "0", "Invited by the customer")}})},
		{name: "cash-many-entries", shows: "a long report of forty entries", doc: expense(manyEntries())},
		{name: "cash-awkward-text", shows: "quotes, delimiters, a line break and a text that a spreadsheet would take for a formula", doc: expense(report{id: "awkward", who: dexter, title: `Parts, "urgent"; 5' x 3" | A&B <ok>`, day: "2026-09-04", entries: []entry{
			cash(supplies, "12.50", "=1+1"), cash(supplies, "7.25", "-5 bolts; \"hex\", 10|12 mm"), cash(meals, "18.00", "Lunch\nwith two lines\tand a tab")}})},
		{name: "cash-large", shows: "a large amount", doc: expense(report{id: "large", who: jonas, title: "Machine deposit", day: "2026-09-04", entries: []entry{cash(training, "987654.32", "Prepaid seminar series")}})},
		{name: "document-as-text", shows: "the envelope holds the document as a text that holds JSON, the other form in which FIS sends it", text: true, doc: expense(report{id: "as-text", who: mira, title: "Museum visit \"with\" guests", day: "2026-09-04", entries: []entry{
			cash(entertainment, "44.00", "Tickets")}})},
		{name: "payroll-clearing", shows: "employees are paid by payroll: the payroll clearing account stands at the employee's lines", doc: expense(report{id: "payroll-clearing", who: beat, title: "Kundenbesuch Genf", day: "2026-09-05", payroll: "241500", entries: []entry{
			cash(rail, "96.00", "Zürich to Genève"), cash(hotel, "210.50", "One night")}})},
		{name: "liability-account", shows: "an entry whose funding account names a liability account", doc: expense(report{id: "liability", who: imogen, title: "Site visit Leeds", day: "2026-09-05", entries: []entry{
			func() entry { e := cash(hotel, "118.40", "One night"); e.liability = "241700"; return e }(), cash(meals, "22.75", "Dinner")}})},
		{name: "foreign-receipt", shows: "a cash receipt in another currency: only the posting amount counts", doc: expense(report{id: "foreign", who: imogen, title: "Workshop Delft", day: "2026-09-06", entries: []entry{
			func() entry {
				e := cash(hotel, "171.36", "Two nights")
				e.city, e.spent = "Delft", &spent{"EUR", "204.00", "0.84", "M", "NL"}
				return e
			}()}})},
		{name: "travel-allowance", shows: "a daily allowance in two entries: up to the legal rate, and above it", doc: expense(report{id: "allowance", who: odette, title: "Lyon, two days", day: "2026-09-07", entries: []entry{
			cash(perDiem, "53.00", "Allowance up to the limit"), cash(perDiem, "17.00", "Allowance above the limit")}})},
	}
}

func manyEntries() report {
	r := report{id: "many", who: dexter, title: "Field service August", day: "2026-08-31"}
	kinds := []kind{taxi, meals, hotel, supplies, phone}
	for i := range 40 {
		k := kinds[i%len(kinds)]
		r.entries = append(r.entries, cash(k, amount("7.35").Add(amount("3.17").Mul(amount(itoa(i)))).String(), "Call "+itoa(i+1)))
	}
	return r
}

func taxCases() []sampleCase {
	return []sampleCase{
		{name: "tax-deductible", shows: "one tax, all of it reclaimable", doc: expense(report{id: "tax", who: mira, title: "Printer paper", day: "2026-09-08", entries: []entry{cash(supplies, "119.00", "Paper, 40 reams", vat("19.00"))}})},
		{name: "tax-two-rates", shows: "two entries with two rates of one authority", doc: expense(report{id: "tax-rates", who: mira, title: "Hotel with breakfast", day: "2026-09-08", entries: []entry{
			cash(hotel, "107.00", "Room", vatReduced("7.00")), cash(meals, "23.80", "Breakfast", vat("3.80"))}})},
		{name: "tax-not-deductible", shows: "a tax that cannot be reclaimed: it stays cost", doc: expense(report{id: "tax-lost", who: jonas, title: "Customer dinner", day: "2026-09-09", entries: []entry{cash(entertainment, "238.00", "Dinner with two guests", vatLost("38.00"))}})},
		{name: "tax-half-deductible", shows: "a tax of which half is reclaimable", doc: expense(report{id: "tax-half", who: jonas, title: "Pool car", day: "2026-09-09", entries: []entry{cash(mileage, "120.00", "Fuel", vatHalf("19.16", "9.58"))}})},
		{name: "tax-two-authorities", shows: "two authorities on one entry, one of them not reclaimable", doc: expense(report{id: "tax-two", who: noel, title: "Winnipeg phone bill", day: "2026-09-10", entries: []entry{
			cash(phone, "112.00", "Phone", gst("5.00", "5.00"), pst("7.00"))}})},
		{name: "tax-two-accounts", shows: "one allocation with two accounts and a tax that stays cost: the tax is posted per row", doc: expense(report{id: "tax-accounts", who: mira, title: "Conference package", day: "2026-09-10", entries: []entry{
			{kind: training, pay: "CASH", text: "Seminar with dinner", parts: []part{{percent: "100", rows: []row{
				{party: "EMPL", gross: "178.50", net: "150.00", reclaim: "164.25"}, {account: "640600", party: "EMPL", gross: "59.50", net: "50.00", reclaim: "54.75"}},
				taxes: []taxed{vatHalf("38.00", "19.00")}}}}}})},
		{name: "tax-on-card", shows: "tax on a company card entry", doc: expense(report{id: "tax-card", who: odette, title: "Lab glass", day: "2026-09-10", entries: []entry{paid(supplies, "CBCP", "357.00", "Glassware", vat("57.00"))}})},
	}
}

func cardCases() []sampleCase {
	foreign := paid(hotel, "IBCP", "80.32", "Night in Porto")
	foreign.spent, foreign.city = &spent{"EUR", "95.62", "0.84", "M", "PT"}, "Porto"
	return []sampleCase{
		{name: "card-company-paid", shows: "a company card that the company pays (CBCP)", doc: expense(report{id: "cbcp", who: ruth, title: "Chicago", day: "2026-09-11", entries: []entry{paid(hotel, "CBCP", "412.77", "Two nights"), paid(airfare, "CBCP", "318.20", "BOS-ORD")}})},
		{name: "card-individual-paid", shows: "a company card that the employee settles (IBCP), spent in another currency", doc: expense(report{id: "ibcp", who: imogen, title: "Porto", day: "2026-09-11", entries: []entry{foreign}})},
		{name: "company-paid", shows: "paid by the company itself, through a travel agency (COPD)", doc: expense(report{id: "copd", who: ruth, title: "Seattle flights", day: "2026-09-12", entries: []entry{paid(airfare, "COPD", "529.60", "BOS-SEA")}})},
		{name: "mixed-payers", shows: "cash, company card and company-paid in one report", doc: expense(report{id: "mixed", who: dexter, title: "Denver repair", day: "2026-09-12", entries: []entry{
			cash(taxi, "35.00", "Cab"), paid(hotel, "CBCP", "284.00", "Two nights"), paid(airfare, "COPD", "371.15", "BOS-DEN")}})},
		{name: "personal-on-card", shows: "only personal use of a company card: the clearing account nets to zero, the employee owes", doc: expense(report{id: "personal", who: dexter, title: "Card, private", day: "2026-09-13", entries: []entry{
			personal(meals, "CBCP", "49.00", "Private dinner"), personal(supplies, "COPD", "32.00", "Private purchase")}})},
		{name: "personal-beside-business", shows: "a business charge, a personal one and cash", doc: expense(report{id: "personal-business", who: ruth, title: "Boston weekend", day: "2026-09-13", entries: []entry{
			paid(hotel, "CBCP", "252.00", "One night"), personal(hotel, "CBCP", "126.00", "Sunday night, private"), cash(taxi, "21.00", "Cab")}})},
		{name: "offset-whole", shows: "offsets: a cash entry that pays the card", doc: expense(report{id: "offset", who: imogen, title: "Bristol", day: "2026-09-14", entries: []entry{
			func() entry {
				e := paid(meals, "IBCP", "64.00", "Team lunch")
				e.pay, e.offset = "CASH", true
				return e
			}(), paid(hotel, "IBCP", "211.00", "Two nights")}})},
		{name: "offset-part", shows: "offsets in part: one allocation, two payees and one shared tax of which half is reclaimable", doc: expense(report{id: "offset-part", who: mira, title: "Messe Nürnberg", day: "2026-09-14", entries: []entry{
			{kind: hotel, pay: "CASH", text: "Hotel, partly against the card", offset: true, parts: []part{{percent: "100", rows: []row{
				{party: "EMPL", gross: "90.00", net: "75.00", reclaim: "82.50"}, {party: "IBCP", gross: "30.00", net: "25.00", reclaim: "27.50"}}, taxes: []taxed{vatHalf("20.00", "10.00")}}}}}})},
	}
}

func allocationCases() []sampleCase {
	return []sampleCase{
		{name: "three-cost-centres", shows: "100.00 over three cost centres: 33.33, 33.33 and 33.34 as the rows say", doc: expense(report{id: "three", who: mira, title: "Shared workshop", day: "2026-09-15", entries: []entry{
			{kind: training, pay: "CASH", text: "Moderator", parts: []part{
				{percent: "33.33", costCentre: "1100", rows: []row{{party: "EMPL", gross: "33.33"}}}, {percent: "33.33", costCentre: "1200", rows: []row{{party: "EMPL", gross: "33.33"}}}, {percent: "33.34", costCentre: "1300", rows: []row{{party: "EMPL", gross: "33.34"}}}}}}})},
		{name: "allocations-with-tax", shows: "two allocations, each with its share of the tax", doc: expense(report{id: "alloc-tax", who: odette, title: "Test bench rental", day: "2026-09-15", entries: []entry{
			{kind: supplies, pay: "CBCP", text: "Test bench", parts: []part{
				{percent: "60", costCentre: "1300", rows: []row{{party: "CBCP", gross: "357.00"}}, taxes: []taxed{vat("57.00")}}, {percent: "40", costCentre: "1200", rows: []row{{party: "CBCP", gross: "238.00"}}, taxes: []taxed{vat("38.00")}}}}}})},
		{name: "project-allocation", shows: "allocations to a cost centre and to a project of it", doc: expense(report{id: "project", who: ruth, title: "Harbour light pilot", day: "2026-09-16", entries: []entry{
			{kind: hotel, pay: "CBCP", text: "Three nights", parts: []part{
				{percent: "75", costCentre: "2100", project: "P-0117", rows: []row{{party: "CBCP", gross: "450.00"}}}, {percent: "25", costCentre: "2200", rows: []row{{party: "CBCP", gross: "150.00"}}}}}}})},
	}
}

func advanceCases() []sampleCase {
	return []sampleCase{
		{name: "advance-issued", shows: "a cash advance handed out", doc: cashAdvance(advance{id: "vienna", who: mira, title: "Advance Vienna", day: "2026-09-01", amount: "300", account: advances})},
		{name: "advance-other-currency", shows: "an advance requested in dollars and posted in pounds; the account stands at the head only", doc: cashAdvance(advance{id: "austin", who: imogen, title: "Advance Austin", day: "2026-09-02", amount: "252", request: "300", currency: "USD"})},
		{name: "advance-returned", shows: "the rest of an advance given back to the administrator", doc: cashAdvance(advance{id: "returned", who: jonas, title: "Advance Brno, rest", day: "2026-09-03", amount: "-45.50", account: advances})},
		{name: "advance-used-up", shows: "a report that uses an advance up; the employee gets the rest", doc: expense(report{id: "advance-used", who: mira, title: "Vienna", day: "2026-09-16", entries: []entry{
			cash(hotel, "240.00", "Two nights"), cash(meals, "75.00", "Meals")}, advances: []application{{advanceID("vienna"), "-300", 2}}})},
		{name: "advance-larger", shows: "an advance larger than the expenses: the employee owes the difference", doc: expense(report{id: "advance-larger", who: imogen, title: "Austin", day: "2026-09-17", entries: []entry{
			cash(meals, "131.20", "Meals")}, advances: []application{{advanceID("austin"), "-252", 2}}})},
		{name: "advance-with-return", shows: "an advance used up in part and given back in part; the return is among the applications and not posted twice", doc: expense(report{id: "advance-return", who: jonas, title: "Brno", day: "2026-09-17", returned: "60", entries: []entry{
			cash(hotel, "140.00", "One night")}, advances: []application{{advanceID("brno"), "-140", 2}, {advanceID("brno"), "-60", 1}}})},
	}
}

func creditCases() []sampleCase {
	refund := paid(hotel, "CBCP", "-95.20", "Cancelled night", vatReduced("-6.23"))
	return []sampleCase{
		{name: "cash-credit", shows: "the employee gives money back", doc: expense(report{id: "cash-credit", who: dexter, title: "Returned deposit", day: "2026-09-18", entries: []entry{cash(hotel, "-50.00", "Deposit came back")}})},
		{name: "card-credit", shows: "a refund on a company card", doc: expense(report{id: "card-credit", who: ruth, title: "Cancelled flight", day: "2026-09-18", entries: []entry{paid(airfare, "COPD", "-349.00", "Refund BOS-SEA")}})},
		{name: "credit-with-tax", shows: "a refund with tax beside a charge", doc: expense(report{id: "credit-tax", who: mira, title: "Cologne, one night less", day: "2026-09-19", entries: []entry{
			paid(hotel, "CBCP", "190.40", "Two nights", vatReduced("12.46")), refund}})},
	}
}

func worldCases() []sampleCase {
	return []sampleCase{
		{name: "yen-tokyo", shows: "yen have no decimals; names and texts in Japanese, a wave dash among them", doc: expense(report{id: "tokyo", who: haruka, title: "大阪出張 9月20日〜22日", day: "2026-09-20", entries: []entry{
			cash(rail, "14720", "新幹線 東京〜新大阪", consumption("1338")), cash(hotel, "23100", "ホテル二泊", consumption("2100"))}})},
		{name: "dinar-kuwait", shows: "dinars have three decimals; names and texts in Arabic", doc: expense(report{id: "kuwait", who: layla, title: "زيارة عميل في الأحمدي", day: "2026-09-20", entries: []entry{
			cash(taxi, "4.375", "سيارة أجرة"), cash(meals, "11.250", "غداء عمل")}})},
		{name: "franc-zurich", shows: "francs, paid in cash and by card", doc: expense(report{id: "zurich", who: beat, title: "Werksbesuch Thun", day: "2026-09-21", entries: []entry{
			cash(rail, "48.60", "Zürich-Thun retour"), paid(meals, "IBCP", "33.45", "Znacht")}})},
		{name: "zloty-lodz", shows: "Polish letters", doc: expense(report{id: "lodz", who: wojtek, title: "Podróż służbowa: Łódź – Gdańsk", day: "2026-09-21", entries: []entry{
			cash(hotel, "389.00", "Nocleg, śniadanie"), cash(taxi, "42.50", "Taksówka")}})},
		{name: "euro-athens", shows: "Greek letters", doc: expense(report{id: "athens", who: eleni, title: "Ταξίδι στην Ελλάδα", day: "2026-09-22", entries: []entry{
			cash(hotel, "148.00", "Δύο νύχτες στην Αθήνα"), cash(taxi, "38.00", "Ταξί από το αεροδρόμιο")}})},
		{name: "decomposed-emoji", shows: "letters with combining accents and an emoji: characters that an old host cannot hold", doc: expense(report{id: "emoji", who: odette, title: "Cre\u0301me bru\u0302le\u0301e 🍮", day: "2026-09-22", entries: []entry{
			cash(meals, "16.40", "Dessert fu\u0308r alle 🎉")}})},
	}
}

func invoiceCases() []sampleCase {
	return []sampleCase{
		{name: "invoice-plain", shows: "an invoice of one line", doc: bill(invoice{id: "plain", who: ruth, from: paperMill, title: "Paper", number: "AQ-25688", day: "2026-08-08", lines: []line{{"Cartons", "650100", []share{{net: "50.00"}}}}})},
		{name: "invoice-tax", shows: "an invoice with tax", doc: bill(invoice{id: "tax", who: mira, from: lensMaker, title: "Lenses", number: "2026/0931", day: "2026-08-19", lines: []line{{"Lens blanks", "660100", []share{{net: "1200.00", taxes: []taxed{vat("228.00")}}}}}})},
		{name: "invoice-shipping", shows: "an invoice with shipping", doc: bill(invoice{id: "shipping", who: imogen, from: freight, title: "Crate to Leeds", number: "GH 4417", day: "2026-08-21", lines: []line{{"Crate", "660200", []share{{net: "310.00", shipping: "24.80"}}}}})},
		{name: "invoice-several", shows: "two lines over three cost centres, with tax and shipping", doc: bill(invoice{id: "several", who: mira, from: lensMaker, title: "Optics Q3", number: "2026/0977", day: "2026-08-25", lines: []line{
			{"Prisms", "660100", []share{{percent: "60", costCentre: "1200", net: "540.00", taxes: []taxed{vat("102.60")}}, {percent: "40", costCentre: "1300", net: "360.00", taxes: []taxed{vat("68.40")}}}},
			{"Alignment", "660300", []share{{costCentre: "1100", net: "180.00", shipping: "12.00", taxes: []taxed{vat("36.48")}}}}}})},
		{name: "invoice-credit-note", shows: "a credit note: negative throughout", doc: bill(invoice{id: "credit", who: mira, from: lensMaker, title: "Lenses, returned", number: "2026/0931-G", day: "2026-08-28", lines: []line{{"Lens blanks, broken", "660100", []share{{net: "-300.00", taxes: []taxed{vat("-57.00")}}}}}})},
		{name: "invoice-journal-list", shows: "an invoice whose journal is a list of one", doc: bill(invoice{id: "list", who: dexter, from: consultants, title: "Advice", number: "TWC-118", day: "2026-08-30", asList: true, lines: []line{{"Three days on site", "660300", []share{{net: "2850.00"}}}}})},
	}
}

func otherTypeCases() []sampleCase {
	return []sampleCase{
		{name: "request-obligation", shows: "funds to be reserved for a travel request: its lines are a commitment, nobody is owed anything", doc: document{fis.RequestObligation, "EUR", "640.00", obligation("obligation", mira, "Flight to Oslo", "2026-09-23", "640.00")}},
		{name: "payroll", shows: "wage types for payroll; it makes no posting lines", doc: document{fis.Payroll, "EUR", "84.00", payroll("payroll", jonas, "Graz", "2026-09-23")}},
	}
}

func troubleCases() []sampleCase {
	rejected := report{id: "rejected", who: mira, title: "Booth material", day: "2026-09-24", entries: []entry{cash(supplies, "88.20", "Posters")}}
	rejected.entries[0].parts[0].costCentre = "9990"
	corrected := rejected
	corrected.id, corrected.reportID, corrected.revision = "resubmitted", rejected.id20(), "2"
	corrected.entries = []entry{cash(supplies, "88.20", "Posters")}
	return []sampleCase{
		{name: "approved-differs", shows: "the rows do not add up to the approved amount: posted, with a warning", doc: expense(report{id: "warning", who: dexter, title: "Odd sum", day: "2026-09-24", entries: []entry{
			func() entry { e := cash(meals, "20.00", "Lunch"); e.approved = "25.00"; return e }()}})},
		{name: "test-user", shows: "a test user's report: left in the queue", role: samples.TestUser, doc: expense(report{id: "test", who: tester, title: "Test report", day: "2026-09-24", entries: []entry{cash(taxi, "1.00", "Test")}})},
		{name: "recalled", shows: "recalled by a processor between fetch and acknowledgement", role: samples.Recalled, doc: expense(report{id: "recalled", who: jonas, title: "Wrong month", day: "2026-09-25", entries: []entry{cash(meals, "27.30", "Lunch")}})},
		{name: "unmapped-account", shows: "an account that the mapping does not know: held until somebody adds it", role: samples.Unmapped, doc: expense(report{id: "unmapped", who: mira, title: "Odds and ends", day: "2026-09-25", entries: []entry{cash(unmapped, "61.00", "Gift for the host")}})},
		{name: "erp-rejects", shows: "a closed cost centre: the ERP rejects it", role: samples.ERPRejects, erp: "cost centre 9990 is closed for posting", doc: expense(rejected)},
		{name: "resubmitted", shows: "the rejected report, corrected and sent again: same report id, new docId", role: samples.Resubmitted, of: "erp-rejects", doc: expense(corrected)},
	}
}
