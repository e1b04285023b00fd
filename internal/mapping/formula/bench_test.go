package formula

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// hotFormulas are what the columns of a real mapping hold.
func hotFormulas() map[string]string {
	return map[string]string{
		"field":        `reportName`,
		"constant":     `"4711"`,
		"equal":        `paymentTypeCode = "CASH"`,
		"lookup":       `LOOKUP(Accounts; expenseTypeCode)`,
		"lookupTwo":    `LOOKUP('Cost centres'; allocationCustom1Code; settings.company)`,
		"nestedIf":     `IF(paymentTypeCode = "CBCP"; "C"; IF(paymentTypeCode = "IBCP"; "I"; IF(isPersonal; "P"; "K")))`,
		"left":         `LEFT(reportName; 10)`,
		"switch":       `SWITCH(paymentTypeCode; "CBCP"; "C"; "IBCP"; "I"; "CASH"; "K"; "?")`,
		"sign":         `IF(line.amount < 0; "H"; "S")`,
		"isblank":      `IFBLANK(entryDescription; reportName)`,
		"upper":        `UPPER(expenseTypeCode)`,
		"concat":       `reportId & "/" & expenseTypeCode`,
		"concatText":   `CONCAT(reportId; "-"; TEXT(transactionDate; "yyyyMMdd"))`,
		"textNumber":   `TEXT(line.amount; "0.00")`,
		"round":        `ROUND(line.amount * 1.19; 2)`,
		"lookupNested": `LOOKUP(Accounts; UPPER(LEFT(expenseTypeCode; 5)))`,
	}
}

func BenchmarkEval(b *testing.B) {
	w := sampleWorld()
	for name, source := range hotFormulas() {
		p := mustCompile(b, source, w)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Eval(w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	w := sampleWorld()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compile(`IF(paymentTypeCode = "CBCP"; LOOKUP(Accounts; expenseTypeCode); LEFT(reportName & "x"; 10))`, w); err != nil {
			b.Fatal(err)
		}
	}
}

// The cells that most columns hold make no garbage, for they run for every line of every document.
func TestHotPathDoesNotAllocate(t *testing.T) {
	w := sampleWorld()
	for _, name := range []string{"field", "constant", "equal", "lookup", "lookupTwo", "nestedIf", "left", "switch", "sign", "isblank", "upper"} {
		p := mustCompile(t, hotFormulas()[name], w)
		var v layout.Value
		if n := testing.AllocsPerRun(100, func() { v, _ = p.Eval(w) }); n != 0 {
			t.Errorf("%s: %s allocates %v times, and gives %s", name, p.Source(), n, show(v))
		}
	}
}
