package samples_test

import "strings"

// company is one legal entity of the invented group.
type company struct {
	code, name, country, currency, ledger string
}

var (
	lanternDE = company{"1000", "Lantern Werke GmbH", "DE", "EUR", "EU"}
	lanternUS = company{"2000", "Lantern Works Inc.", "US", "USD", "US"}
	lanternUK = company{"3000", "Lantern Works Ltd", "GB", "GBP", "UK"}
	lanternJP = company{"4000", "Lantern Works KK", "JP", "JPY", "JP"}
	lanternKW = company{"5000", "Lantern Gulf WLL", "KW", "KWD", "KW"}
	lanternCH = company{"6000", "Lantern Werke AG", "CH", "CHF", "CH"}
	lanternPL = company{"7000", "Lantern Polska sp. z o.o.", "PL", "PLN", "EU"}
	lanternCA = company{"8000", "Lantern Works Canada Ltd.", "CA", "CAD", "US"}
)

// person is an invented employee.
type person struct {
	id, first, last string
	of              company
	costCentre      string
	test            bool
}

var (
	mira   = person{id: "E10017", first: "Mira", last: "Sandholm", of: lanternDE, costCentre: "1100"}
	jonas  = person{id: "E10042", first: "Jonas", last: "Übelhör", of: lanternDE, costCentre: "1200"}
	odette = person{id: "E10058", first: "Odette", last: "Lefèvre-Brûlé", of: lanternDE, costCentre: "1300"}
	eleni  = person{id: "E10063", first: "Ελένη", last: "Παπαδάκη", of: lanternDE, costCentre: "1300"}
	ruth   = person{id: "E20004", first: "Ruth", last: "Calloway", of: lanternUS, costCentre: "2100"}
	dexter = person{id: "E20019", first: "Dexter", last: "O'Hanlon", of: lanternUS, costCentre: "2200"}
	imogen = person{id: "E30008", first: "Imogen", last: "Thackeray", of: lanternUK, costCentre: "3100"}
	haruka = person{id: "E40002", first: "遥", last: "東雲", of: lanternJP, costCentre: "4100"}
	layla  = person{id: "E50001", first: "ليلى", last: "المطيري", of: lanternKW, costCentre: "5100"}
	beat   = person{id: "E60005", first: "Beat", last: "Zumbrunn", of: lanternCH, costCentre: "6100"}
	wojtek = person{id: "E70003", first: "Wojciech", last: "Źdźbłowski", of: lanternPL, costCentre: "7100"}
	noel   = person{id: "E80006", first: "Noël", last: "Tremblay-Fox", of: lanternCA, costCentre: "8100"}
	tester = person{id: "T90001", first: "Test", last: "Traveller", of: lanternDE, costCentre: "1100", test: true}
)

// costCentres are the cost centres that occur, by code.
func costCentres() map[string]string {
	return map[string]string{
		"1100": "Sales Hamburg", "1200": "Works Kassel", "1300": "Research", "2100": "Sales Boston", "2200": "Field Service",
		"3100": "Sales London", "4100": "東京営業所", "5100": "Kuwait City", "6100": "Vertrieb Zürich", "7100": "Zakład Łódź", "8100": "Sales Winnipeg",
		"9990": "Closed cost centre",
	}
}

// accounts are the ledger accounts that the sample mappings know. 699999 is not among them: a document shows what
// happens then.
func accounts() map[string]string {
	return map[string]string{
		"640100": "Taxi and public transport", "640200": "Flights", "640300": "Rail", "640400": "Hotel", "640500": "Meals", "640600": "Entertainment",
		"640700": "Mileage", "640800": "Per diem", "650100": "Office supplies", "650200": "Telephone", "650300": "Training", "660100": "Materials", "660200": "Freight in",
		"660300": "Consulting", "150100": "Cash advances", "150200": "Company card clearing", "241500": "Payroll clearing", "241700": "Funding account liability",
	}
}

// orgUnits fills company and cost centre into the organisation fields of a part, as the group has configured them.
func (p person) orgUnits(o *object, prefix string) {
	o.set(prefix+"OrgUnit1Code", p.of.code)
	o.set(prefix+"OrgUnit1Value", p.of.name)
	o.set(prefix+"OrgUnit2Code", p.costCentre)
	o.set(prefix+"OrgUnit2Value", costCentres()[p.costCentre])
}

// employee is the part `employee`, `employeeData` or `ownerEmployee` of a document.
func (p person) employee() object {
	o := object{{"employeeId", p.id}, {"employeeFirstName", p.first}, {"employeeLastName", p.last}, {"employeeMI", nil}}
	o.custom("employeeOrgUnit", 6)
	o.custom("employeeCustom", 21)
	p.orgUnits(&o, "employee")
	o.set("employeeCustom1Code", p.of.country)
	o.set("employeeCustom21Code", p.of.ledger)
	o.set("employeeCustom21Value", "Group "+p.of.ledger)
	return o
}

// isTest is Concur's flag.
func (p person) isTest() string {
	if p.test {
		return "Y"
	}
	return "N"
}

// vendor is a supplier of invoices.
type vendor struct{ code, name string }

var (
	paperMill   = vendor{"V70010", "Alder & Quill Paper Mill"}
	lensMaker   = vendor{"V70025", "Optik Brandauer OHG"}
	freight     = vendor{"V70031", "Grey Heron Freight Ltd"}
	consultants = vendor{"V70044", "Tamsin Weld Consulting LLP"}
)

func vendors() map[string]string {
	m := map[string]string{}
	for _, v := range []vendor{paperMill, lensMaker, freight, consultants} {
		m[v.code] = v.name
	}
	return m
}

func upper(s string) string { return strings.ToUpper(s) }
