package formula

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

// Nothing of the language that parses the words can be reached: no variables, loops, members, pipes, comments, and not
// the placeholders by which names travel through it either.
func TestSandbox(t *testing.T) {
	sources := []string{
		`let x = 1; x`, `map([1,2], # * 2)`, `filter(1..9, {# > 1})`, `reduce(1..9, #acc + #)`, `1..10`, `reportName?.length`, `reportName | upper()`,
		`$env`, `$env["reportName"]`, `reportName[0]`, `reportName[0:2]`, `[1, 2]`, `{"a": 1}`, `not isTest`, `isTest ?? 1`, `isTest ? 1 : 2`,
		`"a" in "b"`, `"a" matches "b"`, `"a" contains "b"`, "`raw`", `1 // 2`, `1 /* x */`, `if isTest { 1 } else { 2 }`, `0x10`, `1_000`, `nil`, `now()`,
		`sum([1])`, `any(1..9, # > 1)`, `get(reportName; 1)`, `fromJSON("{}")`, `toBase64(reportName)`, `date("2024-01-01")`, `a0`, `a1 & a0`, `a0(1)`, `reportName.upper()`,
		`isTest and isTest`, `isTest or isTest`, `!isTest`, `2 ** 3`, `5 % 2`, `#`, `@`, `~1`, `\`, `a.b.c()`, `::len("x")`, `1; 2`, `::reportName`, `"\x41" "\u0041"`,
	}
	for _, source := range sources {
		if p, err := Compile(source, sampleWorld()); err == nil {
			v, evalErr := p.Eval(sampleWorld())
			t.Errorf("%s was taken: %s, %v", source, show(v), evalErr)
		}
	}
}

// A backslash is a backslash: Excel has no escapes, and the parser's are out of reach.
func TestTextIsTakenAsTyped(t *testing.T) {
	for _, text := range []string{`a\nb`, `C:\temp`, "tab\there", "`", `{{.}}`, `' OR 1=1`, "line\nbreak"} {
		v, err := mustCompile(t, `"`+text+`"`, sampleWorld()).Eval(nil)
		if err != nil || v.Text != text {
			t.Errorf("%q became %q, %v", text, v.Text, err)
		}
	}
}

func TestLimits(t *testing.T) {
	for name, tt := range map[string]struct{ source, want string }{
		"length":   {strings.Repeat(" ", maxSource) + "1", "the formula has 8193 characters, the most is 8192"},
		"brackets": {strings.Repeat("(", 65) + "1" + strings.Repeat(")", 65), "more than 64 brackets inside each other"},
		"signs":    {"=" + strings.Repeat("-", 8000) + "1", "the formula has more than 2000 values and operators"},
		"nodes":    {"=" + strings.Repeat("1+", 1001) + "1", "the formula has more than 2000 values and operators"},
		"blow-up":  {`=VALUE("1E64")` + strings.Repeat(`*VALUE("1E64")`, 5), "the number has more than 256 digits"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Compile(tt.source, sampleWorld()); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	mustCompile(t, "="+strings.Repeat("(", 64)+"1"+strings.Repeat(")", 64), sampleWorld())
	mustCompile(t, "="+strings.Repeat("1+", 900)+"1", sampleWorld())
}

// FuzzCompile: whatever a cell holds, there is an answer, never a crash; a mistake lies within the cell; a value is within the
// limits, of the promised type, and the same when it is explained.
func FuzzCompile(f *testing.F) {
	for _, info := range Functions() {
		f.Add(info.Example)
		f.Add(info.Syntax)
	}
	for _, s := range []string{`= "Łódź" & reportNam`, `LOOKUP('Cost centres'; "1"; settings.company; Target)`, `IF(transactionAmount > 100; taxAmount; "")`, "\"", `'`, `))((`, `1,5`,
		`TEXT(transactionAmount; "#,##0.00;(0.00)")`, `DATEVALUE(reportName; "dd.MM.yyyy")`, `IFERROR(1/0; -line.amount)`, `transactionDate + 1`, "a0(a1", "=\u00a0“x”"} {
		f.Add(s)
	}
	w := sampleWorld()
	f.Fuzz(func(t *testing.T, source string) {
		p, err := Compile(source, w)
		if err != nil {
			checkMistakes(t, source, err)
			return
		}
		v, err := p.Eval(w)
		traced, _, tracedErr := p.Trace(w)
		if show(v) != show(traced) || fmt.Sprint(err) != fmt.Sprint(tracedErr) {
			t.Errorf("explained otherwise: %s, %v and %s, %v", show(v), err, show(traced), tracedErr)
		}
		var e *EvalError
		if err != nil {
			if !errors.As(err, &e) || e.Position < 1 || e.Position > len([]rune(source)) || e.Reason == "" {
				t.Errorf("an error without place or reason: %+v", err)
			}
			return
		}
		if p.Type() != Any && v.Kind != layout.Empty && typeOf(v) != p.Type() {
			t.Errorf("promised %s, gave %s", p.Type(), typeOf(v))
		}
		if len(v.Text) > functions.MaxText {
			t.Errorf("a text of %d bytes", len(v.Text))
		}
	})
}

func checkMistakes(t *testing.T, source string, err error) {
	var e *CompileError
	if !errors.As(err, &e) || len(e.Mistakes) == 0 {
		t.Fatalf("not a list of mistakes: %v", err)
	}
	length := len([]rune(source))
	for _, m := range e.Mistakes {
		if m.Position < 1 || m.Position-1+m.Length > max(length, 1) || m.Reason == "" {
			t.Errorf("a mistake without place or reason: %+v", m)
		}
	}
}
