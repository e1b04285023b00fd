package templating

import "strings"

// settings writes the constants that Values name.
func (w *writer) settings(d *Draft) {
	if d.company || d.origin {
		w.line("\nsettings:")
	}
	if d.company {
		w.line(`  - { name: company, type: code, value: "1000", required: true, note: company of documents that name none } # FILL IN`)
	}
	if d.origin {
		w.line("  - { name: source, type: code, value: CONCUR, note: what the ERP calls the origin of these lines } # FILL IN")
	}
}

// lookups writes the lookup sheets that a new workbook begins with, where a Value looks into them.
func (w *writer) lookups(d *Draft) {
	for _, r := range d.records {
		for _, f := range r.fields {
			if strings.Contains(f.value, "LOOKUP(Accounts;") {
				w.line("%s", accounts)
				return
			}
		}
	}
}

// accounts are two lookup sheets. Their rows are those of the sample documents, as in every built-in template, so that
// a new template can be tried at once.
const accounts = `
lookups:
  - name: Accounts
    note: Concur account to account of the ERP. A * row with an account takes every code without a row; left blank, such a document is held.
    columns:
      - { name: Concur account, type: code, key: true }
      - { name: Account, type: code }
      - { name: Name, type: text }
    rows: # FILL IN: your accounts. These are the accounts of the sample documents
      - ["150100", "150100", Cash advances]
      - ["150200", "150200", Company card clearing]
      - ["241500", "241500", Payroll clearing]
      - ["241700", "241700", Funding account liability]
      - ["640100", "640100", Taxi and public transport]
      - ["640200", "640200", Flights]
      - ["640300", "640300", Rail]
      - ["640400", "640400", Hotel]
      - ["640500", "640500", Meals]
      - ["640600", "640600", Entertainment]
      - ["640700", "640700", Mileage]
      - ["640800", "640800", Per diem]
      - ["650100", "650100", Office supplies]
      - ["650200", "650200", Telephone]
      - ["650300", "650300", Training]
      - ["660100", "660100", Materials]
      - ["660200", "660200", Freight in]
      - ["660300", "660300", Consulting]
      - ["*", "", "no account: such a document is held"]
  - name: Accounts by role
    note: The account of a line for which the document names none, by what the line is and who is owed.
    columns:
      - { name: Role, type: code, key: true }
      - { name: Party, type: code, key: true }
      - { name: Account, type: code }
      - { name: Name, type: text }
    rows: # FILL IN: your accounts
      - [tax, "*", "154000", Input tax]
      - [employee_payable, "*", "240100", Owed to employees]
      - [card_vendor_payable, "*", "240900", Cards]
      - [card_clearing, "*", "150200", Company card clearing]
      - [cash_advance_clearing, "*", "150100", Cash advances]
      - [ap_vendor, "*", "200100", Suppliers]
      - ["*", "*", "", "no account: such a document is held"]`
