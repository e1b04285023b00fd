package proof

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// datevRules are field rules of the booking batch, by column; other columns may hold what they like within 210 characters.
func datevRules() map[int]*regexp.Regexp {
	out := map[int]*regexp.Regexp{}
	for column, rule := range map[int]string{1: `[0-9]{1,10},[0-9]{2}`, 2: `"[SH]"`, 3: `"[A-Z]{3}"`, 7: `[1-9][0-9]{0,8}`, 8: `[1-9][0-9]{0,8}`, 9: `"[0-9]{0,4}"`, 10: `[0-3][0-9][01][0-9]`,
		11: `"[A-Za-z0-9$%/_&*+-]{1,36}"`, 12: `"[A-Za-z0-9$%/_&*+-]{0,12}"`, 14: `".{1,60}"`, 20: `".{0,210}"`, 37: `"[\w ./-]{0,36}"`, 48: `".{0,20}"`, 49: `".{1,210}"`, 114: `[01]`, 115: `[0-9]{8}|`, 116: `[0-9]{8}|`} {
		out[column] = regexp.MustCompile(`^(?:` + rule + `)$`)
	}
	return out
}

// datevFaults is what DATEV would refuse in a batch.
func datevFaults(t *testing.T, name string, data []byte) (faults []string, rows int) {
	t.Helper()
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	text, err := charmap.Windows1252.NewDecoder().String(string(data))
	if err != nil || !strings.HasPrefix(name, "EXTF_") || !strings.HasSuffix(name, ".csv") || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		say("name, character set or line ends: %s, %v", name, err)
	}
	lines := strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n")
	if len(lines) < 3 {
		return append(faults, "header, captions and rows are missing"), 0
	}
	head := strings.Split(lines[0], ";")
	if len(head) != 31 || head[0] != `"EXTF"` || head[1] != "700" || head[2] != "21" || head[4] != "13" || !regexp.MustCompile(`^20[0-9]{15}$`).MatchString(head[5]) || head[14][:6] != head[15][:6] || head[14] > head[15] {
		say("header %q", lines[0])
	}
	captions := strings.Split(lines[1], ";")
	if len(captions) != 125 || captions[0] != "Umsatz (ohne Soll/Haben-Kz)" || captions[6] != "Konto" || captions[113] != "Festschreibung" {
		say("%d captions", len(captions))
	}
	rules := datevRules()
	quoted := regexp.MustCompile(`"(?:[^"]|"")*"|[^;]*`)
	for n, line := range lines[2:] {
		rows++
		var cells []string
		for rest, more := line, true; more; {
			cell := quoted.FindString(rest)
			cells = append(cells, cell)
			if rest, more = rest[len(cell):], len(cell) < len(rest); more {
				rest = rest[1:]
			}
		}
		if len(cells) != 125 {
			say("row %d has %d columns", n+1, len(cells))
			continue
		}
		for column, rule := range rules {
			if !rule.MatchString(cells[column-1]) {
				say("row %d, column %d: %s", n+1, column, cells[column-1])
			}
		}
		if (cells[114] == "") != (cells[115] == "") {
			say("row %d: columns 115 and 116 go together", n+1)
		}
		if cells[2] != head[21] && (cells[3] == "" || cells[4] == "" || cells[5] == `""`) {
			say("row %d: %s without a rate to %s", n+1, cells[2], head[21])
		}
		if month := head[14][4:6]; cells[9][2:] != month {
			say("row %d: day %s is outside the period", n+1, cells[9])
		}
		if len(cells[6]) > 5 {
			say("row %d: account %s is longer than 4 + 1 digits", n+1, cells[6])
		}
	}
	return faults, rows
}

// DATEV takes the batches, by its field rules here and by the judge where it is there; and refuses bad ones.
func TestDATEVTakesTheBatches(t *testing.T) {
	plan := readyPlan(t, "datev-extf")
	files, refused := render(t, plan, taken(t, plan.Takes, "KWD"), 7)
	if len(files) < 5 || len(refused) > 1 {
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	for _, f := range files {
		faults, rows := datevFaults(t, f.name, f.data)
		if len(faults) > 0 || rows != f.totals.Rows {
			t.Errorf("%s, %d rows: %v", f.name, rows, faults)
		}
		judged(t, true, "judge-datev", "--match", laid(t, f.name, f.data))
	}
	for name, change := range map[string][2]string{"another side": {`;"S";`, `;"D";`}, "a point": {",40;", ".40;"}, "a column less": {`;"";"";;`, `;"";;`},
		"a date of supply alone": {`;0;;;;`, `;0;01092026;;;`}, "another currency without a rate": {`;"EUR";;;`, `;"USD";;;`}} {
		bad := []byte(strings.Replace(string(files[0].data), change[0], change[1], 1))
		if faults, _ := datevFaults(t, files[0].name, bad); len(faults) == 0 {
			t.Errorf("%s is taken", name)
		}
		if !strings.Contains(name, "supply") && !strings.Contains(name, "currency") { // which the script does not know
			judged(t, false, "judge-datev", laid(t, files[0].name, bad))
		}
	}
	// Open items are matched by the supplier's number, in the characters that DATEV takes.
	invoice := sample(t, "48-invoice-tax", `"2026/0931"`, `"Rg. Nr. Ä 12:2026 (a)"`)
	files, refused = render(t, plan, []fis.Envelope{invoice}, 7)
	if len(refused) > 0 {
		t.Fatal(refused)
	}
	if faults, _ := datevFaults(t, files[0].name, files[0].data); len(faults) > 0 || !strings.Contains(string(files[0].data), `"Rg-Nr-Ae12-2026a"`) || !strings.Contains(string(files[0].data), `"Concur-Rechnung";"D3230DD5FAA3B36F3371"`) {
		t.Errorf("%v\n%s", faults, files[0].data)
	}
	// With the date of supply; and in another currency where DATEV fetches the rate.
	other := settled(t, "datev-extf", "foreign: hold", "foreign: datev", `supply_date: "N"`, `supply_date: "Y"`)
	dollars := replaced(t, sampleOf(t, "48-invoice-tax.json"), `"currencyAlphaCode": "EUR"`, `"currencyAlphaCode": "USD"`)
	files, refused = render(t, other, []fis.Envelope{dollars}, 7)
	if len(refused) > 0 || !strings.Contains(string(files[0].data), `;"USD";;;"";`) || !strings.Contains(string(files[0].data), ";19082026;02112026;") {
		t.Errorf("%v\n%s", refused, files[0].data)
	}
}
