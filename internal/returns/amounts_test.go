package returns

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// readPayments reads a payment file on 2026-11-28 and writes each row shortly: status, amount, currency, or the
// problem.
func readPayments(t *testing.T, format format.Format, text string) []string {
	t.Helper()
	f, err := Compile(format)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	_, err = f.At(fis.Date{Year: 2026, Month: 11, Day: 28}).Parse(context.Background(), "pay1.csv", strings.NewReader(text), int64(len(text)), layout.Limits{}, func(r Row) error {
		word := fmt.Sprintf("%s %s %s %s", r.Payment.Status, r.Payment.Amount, r.Payment.Currency, r.Payment.Message)
		if r.Kind == Exception {
			word = r.Problem
		}
		got = append(got, fmt.Sprintf("%d %s", r.Line, strings.TrimSpace(word)))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// bankCSV has an amount of the given columns and no status of its own.
func bankCSV(amount format.Column, change func(*format.Format)) format.Format {
	f := paymentCSV()
	f.Records[0].Fields = append(f.Records[0].Fields, fields("minus:amount")...)
	f.DefaultStatus = format.WordComplete
	var columns []format.Column
	for _, c := range f.Columns {
		switch c.Role {
		case format.RoleStatus:
		case format.RoleAmount:
			columns = append(columns, amount)
		default:
			columns = append(columns, c)
		}
	}
	f.Columns = columns
	if change != nil {
		change(&f)
	}
	return f
}

const bankHead = "ref,run,amount,cur,date,method,status,text,emp,name,minus\n"

// bankRow is a row of D1 with these amounts.
func bankRow(amount, minus string) string {
	return fmt.Sprintf("D1,P1,%s,EUR,2026-11-05,WIRE,,,,,%s\n", amount, minus)
}

// Debit and credit columns: the row fills one, with or without a zero in the other; the other way round it is money
// that came back.
func TestAmountOfTwoColumns(t *testing.T) {
	f := bankCSV(format.Column{Role: format.RoleAmount, Plus: "amount", Minus: "minus"}, nil)
	got := readPayments(t, f, bankHead+bankRow("100.00", "0.00")+bankRow("100.00", "")+bankRow("0.00", "55.00")+bankRow("100", "55")+bankRow("-5", "")+bankRow("", "")+bankRow("0", "0"))
	want := []string{"2 CP 100 EUR", "3 CP 100 EUR", "4 RE 55 EUR the money came back", "5 amount - minus: both columns hold an amount, 100 and 55",
		"6 amount - minus: a column holds a negative amount, and the columns themselves say the direction", "7 the payment's amount is 0, and must be more than zero", "8 the payment's amount is 0, and must be more than zero"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// What the sign of an amount means is said by the format: a return is told as one, never as a second payment.
func TestSignOfPayments(t *testing.T) {
	amount := col(format.RoleAmount, "amount")
	rows := bankHead + bankRow("-23.40", "") + strings.Replace(bankRow("23.40", ""), ",,,,,", ",,returned,,,", 1)
	for _, c := range []struct {
		name   string
		change func(*format.Format)
		want   []string
	}{
		{"positive ones only", nil, []string{"2 the payment's amount is -23.4, and must be more than zero", "3 CP 23.4 EUR returned"}},
		{"negative ones are paid", func(f *format.Format) { f.PaidAmounts = format.NegativeAmounts }, []string{"2 CP 23.4 EUR", "3 RE 23.4 EUR returned"}},
		{"the former key", func(f *format.Format) { f.AbsoluteAmounts = true }, []string{"2 CP 23.4 EUR", "3 RE 23.4 EUR returned"}},
		{"positive ones are paid", func(f *format.Format) { f.PaidAmounts = format.PositiveAmounts }, []string{"2 RE 23.4 EUR the money came back", "3 CP 23.4 EUR returned"}},
		{"a status says otherwise", func(f *format.Format) {
			f.PaidAmounts = format.NegativeAmounts
			f.Columns = append(f.Columns, wordCol(format.RoleStatus, "status", words{"(blank)": format.WordComplete}))
		}, []string{"2 CP 23.4 EUR", "3 the status says CP, but by its sign the money came back"}},
	} {
		if diff := cmp.Diff(c.want, readPayments(t, bankCSV(amount, c.change), rows)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// A currency beside the amount is read, and must be that of the row; without a column for it, it is the currency.
func TestCurrencyBesideTheAmount(t *testing.T) {
	amount := col(format.RoleAmount, "amount")
	var rows, want strings.Builder
	rows.WriteString(bankHead)
	line := 2
	for _, c := range [][2]string{{"12.50 EUR", ""}, {"EUR 12.50", ""}, {"EUR12.50", ""}, {"12.50EUR", ""}, {"€12.50", ""}, {"12.50 €", ""}, {"$12.50", "the amount is in $, the row in EUR"}, {"12.50 USD", "the amount is in USD, the row in EUR"},
		{"12.50 eur", "amount"}, {"12.50 EURO", "amount"}, {"1 2.50 EUR", "amount"}, {"EUR", "amount"}} {
		rows.WriteString(bankRow(c[0], ""))
		word := "CP 12.5 EUR"
		if c[1] != "" {
			word = c[1]
		}
		fmt.Fprintf(&want, "%d %s\n", line, word)
		line++
	}
	got := readPayments(t, bankCSV(amount, nil), rows.String())
	for i, w := range strings.Split(strings.TrimSpace(want.String()), "\n") {
		if !strings.HasPrefix(got[i], w) {
			t.Errorf("got %q, want %q", got[i], w)
		}
	}
	only := func(f *format.Format) {
		for i := range f.Columns {
			if f.Columns[i].Role == format.RoleCurrency {
				f.Columns[i].Field = "amount"
			}
		}
	}
	got = readPayments(t, bankCSV(amount, only), bankHead+bankRow("12.50 USD", "")+bankRow("£12.50", "")+bankRow("$12.50", "")+bankRow("12.50", "")+bankRow("-USD 12.50", ""))
	if diff := cmp.Diff([]string{"2 CP 12.5 USD", "3 CP 12.5 GBP", "4 amount: $ is the sign of several currencies (USD, CAD…); the format needs a column with the currency",
		"5 amount has no currency beside the amount", "6 the payment's amount is -12.5, and must be more than zero"}, got); diff != "" {
		t.Error(diff)
	}
}

// Amounts that end in their mark, as banks and ERPs write it.
func TestAmountsThatEndInTheirMark(t *testing.T) {
	for _, c := range []struct{ sign, text, want string }{
		{"crdr", "12.50DR", "CP 12.5 EUR"}, {"crdr", "12.50 Cr", "RE 12.5 EUR the money came back"}, {"crdr", "12.50", "amount"},
		{"sh", "12.50 S", "CP 12.5 EUR"}, {"sh", "12.50H", "RE 12.5 EUR the money came back"}, {"sh", "12.50", "amount"},
		{"trailing", "12.50", "CP 12.5 EUR"}, {"trailing", "12.50-", "RE 12.5 EUR the money came back"}, {"trailing", "12.50 -", "RE 12.5 EUR the money came back"},
		{"leading", "500.", "CP 500 EUR"}, {"leading", ".5", "CP 0.5 EUR"}, {"leading", ".", "amount"},
	} {
		f := bankCSV(col(format.RoleAmount, "amount"), func(f *format.Format) { f.PaidAmounts = format.PositiveAmounts })
		for i := range f.Records[0].Fields {
			if f.Records[0].Fields[i].Name == "amount" {
				f.Records[0].Fields[i].Sign = c.sign
			}
		}
		if got := readPayments(t, f, bankHead+bankRow(c.text, "")); !strings.HasPrefix(got[0], "2 "+c.want) {
			t.Errorf("%s %s: got %q, want %q", c.sign, c.text, got[0], c.want)
		}
	}
}

// A year of two digits gone wrong, and days far from today, are listed.
func TestImplausibleDates(t *testing.T) {
	for day, want := range map[string]string{
		"2026-11-05": "CP", "2016-12-01": "CP", "2027-11-01": "CP",
		"0026-11-05": "the payment date 0026-11-05 is more than 10 years ago", "1926-11-05": "more than 10 years ago", "2126-11-05": "more than a year ahead",
		"2027-12-01": "more than a year ahead", "2016-11-01": "more than 10 years ago",
	} {
		row := strings.Replace(bankRow("1", ""), "2026-11-05", day, 1)
		if got := readPayments(t, bankCSV(col(format.RoleAmount, "amount"), nil), bankHead+row); !strings.Contains(got[0], want) {
			t.Errorf("%s: %q, want %q", day, got[0], want)
		}
	}
	post := postingCSV()
	post.FiscalYearStart = 1
	f, err := Compile(post)
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range map[string]string{
		"2026,2026-11-05": "", "2027,2026-11-05": "", "2025,2026-01-05": "", ",2026-11-05": "", "2026,": "",
		"26,2026-11-05": `fiscal year "26" is not four digits`, "2024,2026-11-05": "does not go with the date", "1926,": "far from today", "2126,": "far from today", "0026,": "far from today",
		",0026-11-03": "more than 10 years ago", ",2126-11-03": "more than a year ahead", "0026,0026-11-03": "more than 10 years ago",
	} {
		text := postingHead + "D1,OK,1900001,1000," + row + ",,,,,\n"
		_, err := f.At(fis.Date{Year: 2026, Month: 11, Day: 28}).Parse(context.Background(), "POST_1.csv", strings.NewReader(text), int64(len(text)), layout.Limits{}, func(r Row) error {
			if (r.Kind == Exception) != (want != "") || !strings.Contains(r.Problem, want) {
				t.Errorf("%s: %q, want %q", row, r.Problem, want)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// A pattern that takes a part of a number is found in the row.
func TestPatternCutsANumber(t *testing.T) {
	for text, want := range map[string]bool{"GL000042": false, "GL-7.txt": false, "1.234": true, "12,5": true, "42": false} {
		if got := cutsNumber(format.RoleSequence, text, strings.IndexAny(text, "0123456789"), firstEnd(text)); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// firstEnd is where the first run of digits ends.
func firstEnd(text string) int {
	from := strings.IndexAny(text, "0123456789")
	to := from
	for to < len(text) && text[to] >= '0' && text[to] <= '9' {
		to++
	}
	return to
}
