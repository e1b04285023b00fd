package format

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// bankFormat is a payment format with debit and credit columns.
func bankFormat() Format {
	return Format{
		Name: "bank", Files: "*.csv", Kind: Payment, Level: LevelDocument, DefaultStatus: WordComplete,
		Layout: layout.Spec{Kind: layout.Delimited, Header: true},
		Records: []layout.Record{{Name: "R", Fields: []layout.Field{{Name: "Ref", Type: layout.CodeType}, {Name: "Date", Type: layout.DateType}, {Name: "Time", Type: layout.DateType},
			{Name: "Debit", Type: layout.AmountType}, {Name: "Credit", Type: layout.AmountType}, {Name: "Ccy", Type: layout.CodeType}, {Name: "Nr", Type: layout.CodeType}, {Name: "File", Type: layout.CodeType}}}},
		Columns: []Column{{Role: RoleReference, Field: "Ref"}, {Role: RolePaymentDate, Field: "Date"}, {Role: RoleAmount, Plus: "Debit", Minus: "Credit"}, {Role: RoleCurrency, Field: "Ccy"},
			{Role: RolePaymentRef, Field: "Nr"}, {Role: RoleMethod, Value: "E"}},
	}
}

// A number that would be made of another one's texts, or of a part of it, is refused when the template is checked.
func TestNumbersAreReadWhole(t *testing.T) {
	at := func(f *Format, role Role) *Column {
		for i := range f.Columns {
			if f.Columns[i].Role == role {
				return &f.Columns[i]
			}
		}
		f.Columns = append(f.Columns, Column{Role: role})
		return &f.Columns[len(f.Columns)-1]
	}
	for name, c := range map[string]struct {
		change func(*Format)
		want   string
	}{
		"two columns": {func(*Format) {}, ""},
		"joined":      {func(f *Format) { at(f, RoleAmount).sources([]string{"Debit", "Credit"}, false) }, "an amount cannot be joined of texts"},
		"cut": {func(f *Format) {
			*at(f, RoleAmount) = Column{Role: RoleAmount, Field: "Debit", Pattern: "^([0-9]+)"}
		}, "a pattern takes a part of an amount"},
		"cut, all of it": {func(f *Format) {
			*at(f, RoleAmount) = Column{Role: RoleAmount, Field: "Debit", Pattern: "^(.*)$"}
		}, "a pattern takes a part of an amount"},
		"plus alone": {func(f *Format) { at(f, RoleAmount).Minus = "" }, "plus and minus come together"},
		"two dates": {func(f *Format) {
			*at(f, RolePaymentDate) = Column{Role: RolePaymentDate, Fields: []string{"Date", "Time"}}
		}, "a date cannot be joined"},
		"a part of a date": {func(f *Format) { at(f, RolePaymentDate).Pattern = "^(....)" }, "a date has no pattern"},
		"a joined number": {func(f *Format) {
			*at(f, RoleSequence) = Column{Role: RoleSequence, Fields: []string{"Nr", "File"}}
		}, "a number cannot be joined of texts"},
		"a reference less": {func(f *Format) {
			*at(f, RolePaymentRef) = Column{Role: RolePaymentRef, Plus: "Nr", Minus: "Ref"}
		}, "only an amount has the columns plus and minus"},
		"currency beside":   {func(f *Format) { at(f, RoleCurrency).Field = "Debit" }, ""},
		"a text for amount": {func(f *Format) { at(f, RoleAmount).Plus = "Ccy" }, "this role needs an amount"},
		"unknown sign":      {func(f *Format) { f.PaidAmounts = "minus" }, "is not one of positive, negative"},
		"both keys":         {func(f *Format) { f.PaidAmounts, f.AbsoluteAmounts = PositiveAmounts, true }, "it means paid_amounts: negative"},
	} {
		f := bankFormat()
		c.change(&f)
		found := f.Check("t.yaml")
		if c.want == "" && len(found) > 0 || c.want != "" && !strings.Contains(fmt.Sprint(found), c.want) {
			t.Errorf("%s: %v, want %q", name, found, c.want)
		}
	}
}

// The Results sheet writes two columns as `Debit - Credit`; joined ones are refused there too, at the cell.
func TestAmountColumnsOnTheResultsSheet(t *testing.T) {
	f := bankFormat()
	for _, row := range Rows([]Format{f}) {
		if row[1] == string(RoleAmount) && row[2] != "Debit - Credit" {
			t.Errorf("the sheet says %q", row[2])
		}
	}
	for column, want := range map[string]string{"Debit - Credit": "", "Credit - Debit": "", "Debit": "", "Debit+Credit": "an amount cannot be joined of texts", "Debit - Credits": "", "Net": ""} {
		overrides := []Override{{Role: RoleAmount, Column: column, Sheet: "Results", Cell: "B7"}}
		formats, found := Apply("m.xlsx", []Format{f}, overrides)
		found = append(found, formats[0].CheckOwn("m.xlsx", "Results", overrides)...)
		if want == "" {
			if len(found) > 0 || formats[0].Columns[2].Written() != column {
				t.Errorf("%s: %v, column %q", column, found, formats[0].Columns[2].Written())
			}
			continue
		}
		if len(found) == 0 || !strings.Contains(fmt.Sprint(found), want) || found[0].Sheet != "Results" || found[0].Cell != "B7" {
			t.Errorf("%s: %v, want %q", column, found, want)
		}
	}
}
