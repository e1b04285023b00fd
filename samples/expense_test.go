package samples_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// kind is an expense type with its ledger account.
type kind struct{ code, name, account string }

var (
	taxi          = kind{"TAXIX", "Taxi", "640100"}
	airfare       = kind{"AIRFR", "Airfare", "640200"}
	rail          = kind{"TRAIN", "Train", "640300"}
	hotel         = kind{"LODNG", "Hotel", "640400"}
	meals         = kind{"BRKFT", "Meals", "640500"}
	entertainment = kind{"BUSML", "Business Entertainment", "640600"}
	mileage       = kind{"MILEG", "Personal Car Mileage", "640700"}
	perDiem       = kind{"PERDM", "Daily Allowance", "640800"}
	supplies      = kind{"OFCSP", "Office Supplies", "650100"}
	phone         = kind{"LOCPH", "Mobile Phone", "650200"}
	training      = kind{"SEMIN", "Seminar Fees", "650300"}
	unmapped      = kind{"MISCX", "Miscellaneous", "699999"}
)

// cardClearing is the account for personal use of company cards; advances the one for cash advances.
const (
	cardClearing = "150200"
	advances     = "150100"
)

// report is an expense document in the making.
type report struct {
	id       string // seed of all ids in it; unique among the samples
	reportID string // given when it is that of another document
	who      person
	title    string
	day      string // yyyy-MM-dd
	entries  []entry
	advances []application
	returned string // cashAdvanceReturnsAmount
	payroll  string // payroll clearing account
	revision string
	long     bool   // amounts spelled with eight decimals
	total    string // when it is not the sum of the entries
}

type entry struct {
	kind      kind
	pay       string // reportEntryPatKey
	text      string
	vendor    string
	city      string
	personal  bool
	offset    bool
	liability string
	spent     *spent
	approved  string // when it is not the sum of the rows
	parts     []part
}

// spent is a receipt in another currency than the posting one.
type spent struct{ currency, amount, rate, direction, country string }

// part is one allocation.
type part struct {
	percent    string
	costCentre string
	project    string
	rows       []row
	taxes      []taxed
}

// row is one journal row. A positive amount is paid by the company to the payee, a negative one the other way.
type row struct {
	account string
	party   string
	gross   string
	net     string // net of all tax; empty: gross less the taxes of the part
	reclaim string // net of reclaimable tax; empty: gross less the reclaimable taxes of the part
}

type taxed struct{ authority, code, reclaimCode, amount, reclaim string }

// application is one use (negative) or other movement of an advance.
type application struct {
	advance string
	amount  string
	kind    int
}

// paid makes an entry with one allocation of 100 percent and one row.
func paid(k kind, party, gross, text string, taxes ...taxed) entry {
	return entry{kind: k, pay: patKey(party), text: text, parts: []part{{percent: "100", rows: []row{{party: party, gross: gross}}, taxes: taxes}}}
}

func cash(k kind, gross, text string, taxes ...taxed) entry {
	return paid(k, "EMPL", gross, text, taxes...)
}

func patKey(party string) string {
	if party == "EMPL" {
		return "CASH"
	}
	return party
}

// personal makes the pair of rows that Concur sends for personal use of a company card.
func personal(k kind, card, gross, text string) entry {
	return entry{kind: k, pay: card, text: text, personal: true, approved: "0", parts: []part{{rows: []row{
		{account: cardClearing, party: card, gross: gross}, {account: cardClearing, party: "EMPL", gross: "-" + gross}}}}}
}

func amount(text string) fis.Amount {
	a, err := fis.ParseAmount(text)
	if err != nil {
		panic(err) // the samples are constants
	}
	return a
}

// spell writes an amount in one of the ways FIS does.
func (r report) spell(a fis.Amount) any {
	if !r.long {
		return num(a.String())
	}
	if a.IsZero() {
		return num("0E-8")
	}
	return num(a.StringFixed(8))
}

// hexID is a stable made-up id.
func hexID(length int, seed ...any) string {
	sum := sha256.Sum256([]byte(fmt.Sprint(seed...)))
	return upper(hex.EncodeToString(sum[:])[:length])
}

func (r report) id20() string {
	if r.reportID != "" {
		return r.reportID
	}
	return hexID(20, "report", r.id)
}

// sum is the approved amount of an entry.
func (e entry) sum() fis.Amount {
	if e.approved != "" {
		return amount(e.approved)
	}
	total := fis.Zero
	for _, p := range e.parts {
		for _, w := range p.rows {
			total = total.Add(amount(w.gross))
		}
	}
	return total
}

func (r report) sum() fis.Amount {
	if r.total != "" {
		return amount(r.total)
	}
	total := fis.Zero
	for _, e := range r.entries {
		total = total.Add(e.sum())
	}
	return total
}
