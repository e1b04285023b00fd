package mt940

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// entry is a :61: with what follows it.
type entry struct {
	field
	number  int // in the file
	info    []string
	told    int // bytes of it
	problem string

	value, booked              fis.Date
	mark, amount, kind         string
	customer, bank, supplement string
}

// The marks that begin with R are tried first, but C and D may have the third letter of the currency behind them: CR30
// is C of EUR, RC30 a reversal.
var entryForm = regexp.MustCompile(`^([0-9]{6})([0-9]{4})?(RC|RD|EC|ED|C|D)[A-Z]?([0-9]*,[0-9]*|[0-9]+)([NFS][A-Z0-9]{3})(.*)$`)

// parse reads the first line; where it was broken by wrapping, with the next ones.
func (e *entry) parse() (problem string) {
	whole := strings.TrimSpace(e.lines[0])
	m := entryForm.FindStringSubmatch(whole)
	used := 1
	for ; m == nil && used < len(e.lines) && used < 3; used++ {
		whole += strings.TrimSpace(e.lines[used])
		m = entryForm.FindStringSubmatch(whole)
	}
	if m == nil {
		return "the entry has not the form that :61: must have (date, mark, amount, type, reference)"
	}
	var ok bool
	if e.amount, ok = decimalOf(m[4]); !ok {
		return fmt.Sprintf("the amount %q cannot be read", m[4])
	}
	if e.value, ok = dayOf(m[1]); !ok {
		return fmt.Sprintf("the value date %q is no day", m[1])
	}
	e.booked = e.value
	if m[2] != "" {
		if e.booked, ok = nearest(e.value, m[2]); !ok {
			return fmt.Sprintf("the entry date %q is no day", m[2])
		}
	}
	e.mark, e.kind = m[3], m[5]
	e.customer, e.bank, _ = strings.Cut(m[6], "//")
	e.customer, e.bank = idOf(e.customer), idOf(e.bank)
	e.supplement = strings.TrimSpace(strings.Join(e.lines[used:], " "))
	return ""
}

// decimalOf is an amount with a point: `500,` and `,50` are written too.
func decimalOf(s string) (string, bool) {
	whole, decimals, _ := strings.Cut(s, ",")
	if whole+decimals == "" || strings.Trim(whole+decimals, "0123456789") != "" {
		return "", false
	}
	if whole == "" {
		whole = "0"
	}
	if decimals == "" {
		return whole, true
	}
	return whole + "." + decimals, true
}

// dayOf reads YYMMDD.
func dayOf(s string) (fis.Date, bool) {
	var n [3]int
	for i := range n {
		n[i] = int(s[2*i]-'0')*10 + int(s[2*i+1]-'0')
	}
	if n[0] += 2000; n[0] >= 2080 {
		n[0] -= 100
	}
	return fis.NewDate(n[0], n[1], n[2])
}

// nearest is MMDD in the year that brings it nearest to a day.
func nearest(to fis.Date, s string) (best fis.Date, ok bool) {
	month, day := int(s[0]-'0')*10+int(s[1]-'0'), int(s[2]-'0')*10+int(s[3]-'0')
	var least time.Duration
	for year := int(to.Year) - 1; year <= int(to.Year)+1; year++ {
		d, is := fis.NewDate(year, month, day)
		if !is {
			continue
		}
		if far := d.Time().Sub(to.Time()).Abs(); !ok || far < least {
			best, least, ok = d, far, true
		}
	}
	return best, ok
}

// idOf is a reference, or nothing where the bank says that there is none, or where it stands elsewhere.
func idOf(s string) string {
	s = strings.TrimSpace(s)
	switch strings.ToUpper(s) {
	case "NONREF", "NOTPROVIDED", "EREF", "PREF", "MARF":
		return ""
	}
	return s
}

// signed is what the entry does to the balance; what is only expected does nothing.
func (e *entry) signed() fis.Amount {
	a, err := fis.ParseAmount(e.amount)
	switch {
	case err != nil || e.mark[0] == 'E':
		return fis.Zero
	case e.mark == "D" || e.mark == "RC":
		return a.Neg()
	}
	return a
}

// meaning is what an entry means to us.
func (e *entry) meaning(i *information) string {
	back := e.kind[1:] == "RTI" || i.returned
	switch e.mark {
	case "D":
		switch {
		case back:
			return "taken out"
		case e.kind[1:] == "CHG", e.kind[1:] == "COM", e.kind[1:] == "INT":
			return "charges"
		}
		return "paid"
	case "RD":
		return "returned"
	case "C":
		if back {
			return "returned"
		}
		return "received"
	case "RC":
		return "taken out"
	}
	return "waiting"
}

// tell makes the row of an entry.
func (r *reader) tell(e *entry) (*named.Row, error) {
	r.row = named.Row{Line: e.line, Raw: ":61:" + e.lines[0], Facts: make([]string, facts)}
	if e.problem != "" {
		return &r.row, &named.Bad{Reason: e.problem}
	}
	i := inform(e.info)
	f := r.row.Facts
	f[what], f[status], f[amount], f[currency], f[kind] = e.meaning(&i), e.mark, e.amount, r.currency, e.kind
	f[date], f[valueDate] = e.booked.String(), e.value.String()
	f[endToEnd], f[customerReference], f[bankReference], f[paymentRun] = i.endToEnd, e.customer, e.bank, i.run
	f[reference], f[method] = i.endToEnd, "E"
	if f[reference] == "" {
		f[reference] = e.customer
	}
	if e.kind[1:] == "CHK" {
		f[method], f[check] = "C", e.customer
	}
	f[payment] = r.paymentOf(e, f[reference])
	if e.bank != "" {
		f[unique] = "yes"
	}
	f[text], f[party], f[account] = strings.TrimSpace(i.text+" "+e.supplement), i.party, r.account
	f[statement] = strings.TrimSuffix(r.statement+"/"+r.page, "/")
	if f[what] == "returned" {
		f[reason] = strings.TrimSpace(i.reason + " " + i.text)
		if f[reason] == "" {
			f[reason] = "the bank gave the money back and no reason"
		}
	}
	return &r.row, nil
}

// paymentOf is a reference of this one payment: the bank's, else ours with the day, else where it stands.
func (r *reader) paymentOf(e *entry, own string) string {
	switch {
	case e.bank != "":
		return e.bank
	case own != "":
		return own + "-" + strings.ReplaceAll(e.booked.String(), "-", "")
	case r.statement != "":
		return fmt.Sprintf("%s-%s-%s-%d", r.account, r.statement, r.page, e.number)
	}
	return ""
}
