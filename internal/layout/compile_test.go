package layout_test

import (
	"strings"
	"testing"

	. "github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	. "github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

func TestCompileReportsAllMistakesAtOnce(t *testing.T) {
	spec := Spec{Kind: Delimited, Encoding: "windows-1259", Delimiter: `"`, Quoting: "sometimes", LineEnd: "lfcr", Unmappable: "ignore", Sign: "overpuch", BOM: true,
		DecimalMark: ";", Grouping: ";", Neutralise: "yes", DateForm: "yyyy-QQ", MonthNames: []string{"Jan"}}
	_, problems := kinds.Compile(spec, []Record{
		{Name: "line", Fields: []Field{{Name: "a", Type: "amout"}, {Name: "a"}, {Name: "b", Type: CodeType, Overflow: "cut", Width: 3}, {Name: "c", Overflow: "cut"},
			{Name: "d", Type: AmountType, Decimals: "two"}, {Name: "e", Type: AmountType, Decimals: "currency", Currency: "curency"}, {Name: "", Pad: "xy"},
			{Name: "f", Type: AmountType, Implied: true}, {Name: "g", Type: AmountType, Sign: "packed", Decimals: "2"}, {Name: "h", Flags: []string{"x"}},
			{Name: "i", Default: "abc", Width: 2}, {Name: "j", Type: IntegerType, Default: "x"}, {Name: "k", Heading: "A"}, {Name: "l", Codes: []Word{"x"}, Default: "y"},
			{Name: "m", Replace: map[string]string{"ab": "c"}}, {Name: "n", Type: DateType, DateForm: "'x'"}}},
		{Name: "line", Pattern: "{x}", Match: Match{Start: 3, Column: 1, Value: "x"}},
		{Name: "", Match: Match{Column: 1}},
	})
	all := ""
	for _, p := range problems {
		all += p.String() + "\n"
	}
	for _, want := range []string{
		`file.encoding: "windows-1259": unknown encoding`, `did you mean "windows-1250"?`, `file.delimiter: "\"": is the quote too`, `file.quoting: "sometimes": is not known`,
		`file.line_end: "lfcr": is not known (did you mean "lf"?)`, `file.unmappable: "ignore"`, `did you mean "overpunch"?`,
		`file.decimal_mark: ";"`, `file.grouping: ";": is not known`, `file.neutralise`, `file.date_form: "yyyy-QQ": "QQ" is not part of a date form`, `file.month_names`,
		`records.line.a.type: "amout": is not known (did you mean "amount"?)`, `records.line.a.name: "a": is the name of another field`, `records.line.b.overflow: "cut": only free text`,
		`records.line.c.overflow: "cut": needs a width`, `records.line.d.decimals: "two"`, `records.line.e.currency: "curency": must name`, `records.line.7.name: is missing`,
		`records.line.f.decimals: is missing`, `records.line.g.sign: "packed": only fixed files`, `records.line.h.flags`, `records.line.i.default: "abc": has 3 characters, the field holds 2`,
		`records.line.j.default: "x": is not a number`, `records.line.l.default: "y": is not one of the allowed codes`, `records.line.m.replace: "ab": must be one character`,
		`holds neither year`, `records.line.name: "line": is the name of another record`, `only files of kind text have patterns`, `only fixed files have positions`,
		`records.3.name: is missing`, `needs both a place`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("not reported: %s", want)
		}
	}
	if t.Failed() {
		t.Log("\n" + all)
	}
}

func TestCompileOfFixedFiles(t *testing.T) {
	tests := []struct {
		spec   Spec
		fields []Field
		want   string
	}{
		{Spec{}, []Field{{Name: "a", Start: 1, Width: 5}, {Name: "b", Start: 5, Width: 2}}, `records.line.b.start: "5": overlaps with "a", which ends at 5`},
		{Spec{RecordLength: 4}, []Field{{Name: "a", Width: 5}}, `beyond the record length of 4`},
		{Spec{}, []Field{{Name: "a"}}, `records.line.a.width: is missing`},
		{Spec{}, nil, `has no fields`},
		{Spec{Encoding: "ebcdic-037"}, []Field{{Name: "a", Type: AmountType, Sign: "overpunch-ascii", Width: 5, Decimals: "2"}}, `an EBCDIC file has`},
		{Spec{}, []Field{{Name: "a", Type: AmountType, Sign: "packed", Width: 5, Decimals: "2"}}, `set `},
		{Spec{LineEnd: "none"}, []Field{{Name: "a", Type: AmountType, Sign: "binary", Width: 9, Decimals: "2"}}, `at most 8 bytes`},
		{Spec{LineEnd: "none"}, []Field{{Name: "a", Type: AmountType, Sign: "packed", Width: 3, Decimals: "2", Empty: "blank"}}, `cannot be blank`},
		{Spec{}, []Field{{Name: "a", Type: AmountType, Align: "left", Pad: "0", Width: 5}}, `another number`},
		{Spec{Encoding: "us-ascii", Filler: "é"}, []Field{{Name: "a", Width: 5}}, `file.filler`},
		{Spec{}, []Field{{Name: "a", Width: 5, Pad: "é"}}, `one byte`},
		{Spec{Header: true}, []Field{{Name: "a", Width: 5}}, `only delimited and xlsx`},
		{Spec{LineEnd: "nel"}, []Field{{Name: "a", Width: 5}}, `only EBCDIC`},
		{Spec{ShortLines: true, LineEnd: "none"}, []Field{{Name: "a", Width: 5}}, `needs line ends`},
		{Spec{}, []Field{{Name: "a", Width: 1, Empty: "//"}}, `longer than the field`},
	}
	for _, tt := range tests {
		tt.spec.Kind = Fixed
		p, problems := kinds.Compile(tt.spec, []Record{One(tt.fields...)})
		found := false
		for _, problem := range problems {
			found = found || strings.Contains(problem.String(), tt.want)
		}
		if !found || p != nil {
			t.Errorf("want %q, got %v", tt.want, problems)
		}
	}
}

func TestCompileOtherKinds(t *testing.T) {
	tests := []struct {
		spec   Spec
		record Record
		want   string
	}{
		{Spec{}, One(), "file.kind: is missing"},
		{Spec{Kind: "delimted"}, One(), `did you mean "delimited"?`},
		{Spec{Kind: "delimted"}, One(Field{Name: "a", Codes: []Word{"x"}}, Field{Name: "b"}), `did you mean "delimited"?`},
		{Spec{Kind: PatternText}, One(Field{Name: "a"}), "pattern: is missing"},
		{Spec{Kind: PatternText}, Record{Name: "x", Pattern: "{b}", Fields: []Field{{Name: "a"}}}, "{b} is not a field"},
		{Spec{Kind: PatternText}, Record{Name: "x", Pattern: "{a", Fields: []Field{{Name: "a"}}}, "has no }"},
		{Spec{Kind: PatternText}, Record{Name: "x", Pattern: "[[{a}", Fields: []Field{{Name: "a"}}}, "[[ without ]]"},
		{Spec{Kind: PatternText}, Record{Name: "x", Pattern: "{a:=3}", Fields: []Field{{Name: "a"}}}, "write {a:<30}"},
		{Spec{Kind: PatternText, Encoding: "us-ascii"}, Record{Name: "x", Pattern: "é{a}", Fields: []Field{{Name: "a"}}}, "us-ascii does not have"},
		{Spec{Kind: Workbook, Encoding: "windows-1252"}, One(Field{Name: "a"}), "a workbook has no encoding"},
		{Spec{Kind: Workbook}, One(Field{Name: "a", Type: AmountType, Sign: "overpunch", Decimals: "2"}), "real numbers"},
		{Spec{Kind: Delimited, Quoting: "none", DecimalMark: ","}, One(Field{Name: "a"}), "stands in numbers too"},
		{Spec{Kind: PatternText, LineBreaks: "keep"}, Record{Name: "line", Pattern: "{a}", Fields: []Field{{Name: "a"}}}, "only quoted delimited files, xlsx, xml and json can hold"},
		{Spec{Kind: Delimited, LineBreaks: "keep", Quoting: "none"}, One(Field{Name: "a"}), "only quoted delimited files"},
		{Spec{Kind: Delimited, LineEnd: "none"}, One(Field{Name: "a"}), "only fixed records"},
		{Spec{Kind: Delimited, Header: true, HeaderRecord: "lines"}, One(Field{Name: "a"}), `did you mean "line"?`},
		{Spec{Kind: Delimited, Sign: "overpuch"}, One(Field{Name: "a", Type: AmountType}), `file.sign: "overpuch": is not known (did you mean "overpunch"?)`},
		{Spec{Kind: Delimited, Header: true}, One(Field{Name: "a"}, Field{Name: "b", Heading: " A"}), `is the heading of "a" too`},
		{Spec{Kind: Delimited, Encoding: "us-ascii", Transliterate: map[string]string{"é": "ê"}}, One(Field{Name: "a"}), "us-ascii does not have"},
		{Spec{Kind: Delimited, Encoding: "iso-8859-1", Delimiter: "€"}, One(Field{Name: "a"}), "iso-8859-1 does not have"},
	}
	twice := []Record{One(Field{Name: "a"}), {Name: "other", Fields: []Field{{Name: "b"}}}}
	if _, problems := kinds.Compile(Spec{Kind: Delimited, Header: true}, twice); len(problems) != 1 || !strings.Contains(problems[0].Reason, "header_record") {
		t.Errorf("two records with fields: %v", problems)
	}
	for _, tt := range tests {
		_, problems := kinds.Compile(tt.spec, []Record{tt.record})
		found := false
		for _, problem := range problems {
			found = found || strings.Contains(problem.String(), tt.want)
		}
		if !found {
			t.Errorf("want %q, got %v", tt.want, problems)
		}
	}
}

func TestRecordsThatCannotBeToldApart(t *testing.T) {
	p := Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "a"}), Record{Name: "other", Fields: []Field{{Name: "b"}}})
	if _, err := p.NewReader(strings.NewReader("x"), 1, Limits{}); err == nil || !strings.Contains(err.Error(), `"line" has no match`) {
		t.Errorf("got %v", err)
	}
	p = Compiled(t, Spec{Kind: Delimited}, One(Field{Name: "a", Type: DateType, DateForm: "ddMM"}))
	if _, err := p.NewReader(strings.NewReader("x"), 1, Limits{}); err == nil || !strings.Contains(err.Error(), "ddMM") {
		t.Errorf("got %v", err)
	}
}
