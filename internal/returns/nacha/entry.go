package nacha

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// entry is a record 6 with its addenda.
type entry struct {
	raw     string
	line    int
	cents   int64
	addenda string // of type 99 or 98
	class   string // of its batch
	day     string // on which its batch takes effect
	problem string
}

// begin takes a record 6.
func (r *reader) begin(rec string) error {
	if !r.inBatch {
		return r.wrong("an entry outside of a batch")
	}
	bank, err := number(rec[3:11])
	if err != nil {
		return r.wrong("the bank %q is no number", rec[3:11])
	}
	cents, err := number(rec[29:39])
	if err != nil || cents < 0 {
		return r.wrong("the amount %q is no number", rec[29:39])
	}
	r.batch.entries++
	r.batch.hash += bank
	if isDebit(rec) {
		r.batch.debits += cents
	} else {
		r.batch.credits += cents
	}
	r.entry = &entry{raw: rec, line: r.line, cents: cents, class: r.class, day: r.effective}
	return nil
}

// isDebit tells a debit from a credit by the second digit of the transaction code.
func isDebit(rec string) bool { return rec[2] >= '5' }

// addenda takes a record 7: texts (05) may come before the reason.
func (r *reader) addenda(rec string) error {
	if r.entry == nil {
		return r.wrong("an addenda record without its entry")
	}
	r.batch.entries++
	switch rec[1:3] {
	case "99", "98":
		if r.entry.addenda != "" {
			r.entry.problem = "two reasons for one entry"
		}
		r.entry.addenda = rec
	}
	return nil
}

// words are the reasons, for files that give the code alone.
func words(code string) string {
	return map[string]string{
		"R01": "insufficient funds", "R02": "account closed", "R03": "no account", "R04": "account number invalid", "R06": "asked for by the originator",
		"R10": "not authorised", "R29": "not authorised", "R13": "bank number", "R14": "deceased", "R15": "deceased", "R16": "account frozen",
		"R17": "edit criteria", "R20": "not a transaction account", "R23": "refused by the receiver", "R24": "duplicate",
	}[code]
}

// tell makes the row of an entry.
func (r *reader) tell(e *entry) (*named.Row, error) {
	r.row = named.Row{Line: e.line, Raw: strings.ToValidUTF8(strings.TrimRight(e.raw, " "), "?"), Facts: make([]string, facts)}
	bad := func(text string, args ...any) (*named.Row, error) {
		return &r.row, &named.Bad{Reason: fmt.Sprintf(text, args...)}
	}
	switch {
	case e.problem != "":
		return bad("%s", e.problem)
	case e.class == "IAT":
		return bad("an international entry (IAT), whose return has a form of its own: look at it by hand")
	case e.addenda == "":
		return bad("an entry without a reason (addenda 99 or 98)")
	}
	f := r.row.Facts
	f[code], f[trace], f[returnTrace] = e.addenda[3:6], strings.TrimSpace(e.addenda[6:21]), strings.TrimSpace(e.addenda[79:94])
	f[what] = "returned"
	switch {
	case e.addenda[1:3] == "98":
		f[what] = "changed"
	case isDebit(e.raw):
		f[what] = "debit"
	case f[code] >= "R61" && f[code] <= "R77": // dishonoured, and what the other bank answers to that
		return bad("a dishonoured or contested return (%s): the money went the other way again; settle it by hand", f[code])
	}
	f[payment], f[reference] = f[trace], strings.TrimSpace(e.raw[39:54])
	f[amount], f[currency] = decimal.New(e.cents, -2).String(), "USD"
	f[date], f[effective] = r.made, e.day
	f[party], f[account] = strings.TrimSpace(e.raw[54:76]), strings.TrimSpace(e.raw[12:29])
	text := strings.TrimSpace(e.addenda[35:79])
	if text == "" {
		text = words(f[code])
	}
	f[reason] = strings.TrimSpace(f[code] + " " + text)
	for i := range f {
		f[i] = strings.ToValidUTF8(f[i], "?")
	}
	return &r.row, nil
}
