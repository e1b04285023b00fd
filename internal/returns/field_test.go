package returns

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// fieldCSV is a payment file as banks write them.
func fieldCSV(change func(*format.Format)) format.Format {
	f := format.Format{
		Name: "field", Files: "*", Kind: format.Payment, Level: format.LevelDocument, DefaultStatus: format.WordComplete,
		Layout:  layout.Spec{Kind: layout.Delimited, Delimiter: ";", Header: true, HeaderRecord: "R"},
		Records: []layout.Record{{Name: "R", Fields: fields("Ref", "Date:date", "Amount:amount", "Ccy", "Nr", "Text:text")}},
		Columns: []format.Column{
			col(format.RoleReference, "Ref"), col(format.RolePaymentDate, "Date"), col(format.RoleAmount, "Amount"), col(format.RoleCurrency, "Ccy"), col(format.RolePaymentRef, "Nr"),
			{Role: format.RoleMethod, Value: "E"}, col(format.RoleMessage, "Text"),
		},
	}
	if change != nil {
		change(&f)
	}
	return f
}

const fieldHead = "Ref;Date;Amount;Ccy;Nr;Text\n"

func inUTF16(s string, mark bool) string {
	if mark {
		s = "\uFEFF" + s
	}
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(s)) {
		b.WriteString(string([]byte{byte(u), byte(u >> 8)}))
	}
	return b.String()
}

func as(b string) func(*format.Format) { return func(f *format.Format) { f.Layout.Encoding = b } }

// What banks and spreadsheets do to a table is read, or told; never read as something else.
func TestTablesOfTheField(t *testing.T) {
	paid := "2 CP R1 1 EUR 2026-11-05 E P1"
	for _, c := range []struct {
		name   string
		change func(*format.Format)
		in     string
		want   string
	}{
		{"as it should be", nil, fieldHead + "R1;2026-11-05;1.00;EUR;P1;\n", paid},
		{"CR alone", nil, strings.ReplaceAll(fieldHead+"R1;2026-11-05;1.00;EUR;P1;\n", "\n", "\r"), paid},
		{"UTF-16 by its mark", as("utf-16"), inUTF16(fieldHead+"R1;2026-11-05;1.00;EUR;P1;Ä😀\n", true), paid + " | Ä😀"},
		{"UTF-16 without", as("utf-16le"), inUTF16(fieldHead+"R1;2026-11-05;1.00;EUR;P1;\n", false), paid},
		{"UTF-16, no mark", as("utf-16"), inUTF16(fieldHead+"R1;2026-11-05;1.00;EUR;P1;\n", false), "no byte order mark"},
		{"UTF-16, a quote that does not end", as("utf-16"), inUTF16(fieldHead+"R1;2026-11-05;1.00;EUR;P1;\nR2;2026-11-05;1.00;EUR;P2;\"x\nR3;2026-11-05;1.00;EUR;P3;\n", true),
			paid + "\n3 listed: \"R2;2026-11-05;1.00;EUR;P2;\\\"x\": a quoted text begins here and does not end\n4 CP R3 1 EUR 2026-11-05 E P3"},
		{"UTF-16, half a character", as("utf-16"), inUTF16(fieldHead, true) + inUTF16("R1;2026-11-05;1.00;EUR;P1;", false) + "\x00\xd8" + inUTF16("x\n", false), "holds bytes that utf-16 does not have"},
		{"a preamble", nil, "Account;DE00\n\"half\n\nPeriod;2026-11-01;2026-11-05;a;b;c\n" + fieldHead + "R1;2026-11-05;1.00;EUR;P1;\n", "6" + paid[1:]},
		{"no headings", nil, "Account;DE00\nRef;Date;Betrag;Ccy;Nr;Text\nR1;2026-11-05;1.00;EUR;P1;\n", `line 2: column missing: "Amount"`},
		{"time stamps", nil, fieldHead + "R1;2026-11-05T23:45:00+01:00;1.00;EUR;P1;\n", paid},
		{"time stamps with parts", nil, fieldHead + "R1;2026-11-05 13:45:00.123Z;1.00;EUR;P1;\n", paid},
		{"time stamps, minutes", nil, fieldHead + "R1;2026-11-05 13:45;1.00;EUR;P1;\n", paid},
		{"no time stamp", nil, fieldHead + "R1;2026-11-05 noon;1.00;EUR;P1;\n", "is not a date in the form"},
		{"no time stamp either", nil, fieldHead + "R1;2026-11-05 25:00;1.00;EUR;P1;\n", "is not a date in the form"},
		{"digits behind", func(f *format.Format) { f.Layout.DateForm = "yyyyMMdd" }, fieldHead + "R1;20261105134500;1.00;EUR;P1;\n", paid},
		{"digits that are none", func(f *format.Format) { f.Layout.DateForm = "yyMMdd" }, fieldHead + "R1;2611051345;1.00;EUR;P1;\n", "is not a date in the form"},
		{"Excel's texts", nil, fieldHead + `="R1";2026-11-05;1.00;EUR;="00123";` + "\n", "2 CP R1 1 EUR 2026-11-05 E 00123"},
		{"Excel's texts in quotes", nil, fieldHead + `"=""R1""";2026-11-05;1.00;EUR;"=""00123""";` + "\n", "2 CP R1 1 EUR 2026-11-05 E 00123"},
		{"a formula is none", nil, fieldHead + `=1+1;2026-11-05;1.00;EUR;P1;` + "\n", "2 CP =1+1 1 EUR 2026-11-05 E P1"},
		{"lines to ignore", func(f *format.Format) {
			f.Records = append([]layout.Record{{Name: "I", Match: layout.Match{Prefix: "I;"}, Fields: fields("a")}}, f.Records...)
			f.Uses = map[string]format.Use{"I": format.UseIgnore}
		}, "I;Account;DE00\n" + fieldHead + "R1;2026-11-05;1.00;EUR;P1;\nI;Total;1;2;3;4;5;6;7;8\nI\n", "3" + paid[1:] + "\n4 nothing: I\n5 listed: \"I\": has 1 columns, 6 are expected"},
		{"words by case", func(f *format.Format) {
			f.DefaultStatus = ""
			f.Columns = append(f.Columns, format.Column{Role: format.RoleStatus, Field: "Text", Exact: true, Words: words{"d": format.WordComplete, "D": format.WordIgnore}})
			f.Columns = append(f.Columns[:6], f.Columns[7:]...)
		}, fieldHead + "R1;2026-11-05;1.00;EUR;P1;d\nR1;2026-11-05;1.00;EUR;P1;D\n", paid + "\n3 nothing: Text D"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lines []string
			_, err := compiled(t, fieldCSV(c.change)).Aloud().Parse(t.Context(), "x", strings.NewReader(c.in), int64(len(c.in)), layout.Limits{}, func(r Row) error {
				lines = append(lines, told(r))
				return nil
			})
			if got := strings.Join(lines, "\n"); got != c.want && !strings.Contains(fmt.Sprint(got, err), c.want) {
				t.Errorf("%s\n%v\nwant %s", got, err, c.want)
			}
		})
	}
}
