package formula

import (
	"github.com/shopspring/decimal"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

func wholeNumber(n int64) fis.Amount { return decimal.NewFromInt(n) }

func numberFunctions() []*function {
	zero := []layout.Value{layout.Number(fis.Zero)}
	n1, nn := []Type{Number}, []Type{Number, Number}
	info := func(syntax, meaning, example, result string) FunctionInfo {
		return FunctionInfo{Syntax: syntax, Meaning: meaning, Example: example, Result: result}
	}
	number := func(do func(fis.Amount) fis.Amount) func(layout.Value) (layout.Value, error) {
		return func(a layout.Value) (layout.Value, error) { return layout.Number(do(a.Number)), nil }
	}
	return []*function{
		{FunctionInfo: info("ROUND(number; [decimals])", "rounded, half away from zero; negative decimals round "+
			"tens, hundreds…", "ROUND(2.345; 2)", "2.35"), result: Number, params: nn, defaults: zero,
			f2: rounding(fis.Amount.Round)},
		{FunctionInfo: info("ROUNDUP(number; [decimals])", "rounded away from zero", "ROUNDUP(-2.341; 2)", "-2.35"),
			result: Number, params: nn, defaults: zero, f2: rounding(fis.Amount.RoundUp)},
		{FunctionInfo: info("ROUNDDOWN(number; [decimals])", "rounded towards zero", "ROUNDDOWN(-2.349; 2)", "-2.34"),
			result: Number, params: nn, defaults: zero, f2: rounding(fis.Amount.RoundDown)},
		{FunctionInfo: info("INT(number)", "rounded down to a whole number", "INT(-2.5)", "-3"), result: Number,
			params: n1, f1: number(fis.Amount.Floor)},
		{FunctionInfo: info("ABS(number)", "without its sign", "ABS(-5.00)", "5"), result: Number, params: n1,
			f1: number(fis.Amount.Abs)},
		{FunctionInfo: info("SIGN(number)", "-1, 0 or 1", "SIGN(-5)", "-1"), result: Number, params: n1,
			f1: func(a layout.Value) (layout.Value, error) {
				return layout.Number(wholeNumber(int64(a.Number.Sign()))), nil
			}},
		{FunctionInfo: info("MOD(number; divisor)", "what remains of a division, with the sign of the divisor",
			"MOD(-7; 3)", "2"), result: Number, params: nn, f2: modulo},
		{FunctionInfo: info("SUM(number; …)", "the sum; blanks count as 0", `SUM(1.10; ""; 2.20)`, "3.3"),
			special: (*compiler).callSum},
		{FunctionInfo: info("MIN(value; …)", "the least number or the earliest date; blanks do not count; 0 when "+
			"all numbers are blank", `MIN(3; ""; 2)`, "2"), special: extreme(-1)},
		{FunctionInfo: info("MAX(value; …)", "the greatest number or the latest date; blanks do not count; 0 when "+
			"all numbers are blank", `MAX(3; ""; 2)`, "3"), special: extreme(1)},
	}
}

// maxDecimals is how far ROUND looks to either side of the decimal point.
const maxDecimals = 64

func rounding(do func(fis.Amount, int32) fis.Amount) func(a, b layout.Value) (layout.Value, error) {
	return func(a, b layout.Value) (layout.Value, error) {
		if !b.Number.IsInteger() || b.Number.Abs().GreaterThan(wholeNumber(maxDecimals)) {
			return a, failure(Arithmetic, "the decimals must be a whole number from -%d to %d, but are %s", maxDecimals,
				maxDecimals, clip(b.Number.String()))
		}
		return layout.Number(do(a.Number, int32(b.Number.IntPart()))), nil
	}
}

func modulo(a, b layout.Value) (layout.Value, error) {
	if b.Number.IsZero() {
		return a, failure(Arithmetic, "MOD: division by zero")
	}
	r := a.Number.Mod(b.Number)
	if r.Sign()*b.Number.Sign() < 0 {
		r = r.Add(b.Number)
	}
	return bounded(r)
}

func (c *compiler) callSum(k *call) part {
	args := c.arguments(k, 0, Number)
	run := func(env Env, tr *Trace) (layout.Value, error) {
		sum := fis.Zero
		for i := range args {
			v, err := args[i].get(env, tr)
			if err != nil {
				return v, err
			}
			if v.Kind == layout.NumberKind {
				sum = sum.Add(v.Number)
			}
		}
		return k.done(bounded(sum))
	}
	return c.finish(k, Number, run, parts(args)...)
}

// extreme is MIN (sign -1) and MAX (sign 1) of numbers or of dates.
func extreme(sign int) func(*compiler, *call) part {
	return func(c *compiler, k *call) part {
		args := c.arguments(k, 0, Any)
		typ := c.unify(k, parts(args)...)
		if typ == Text || typ == Bool {
			c.check(args[0].part, Number, k.f.Name, "the value")
		}
		run := func(env Env, tr *Trace) (layout.Value, error) {
			var best layout.Value
			for i := range args {
				v, err := args[i].run(env, tr)
				if err != nil {
					return v, err
				}
				if v.Kind == layout.Empty {
					continue
				}
				if v.Kind != layout.NumberKind && v.Kind != layout.DateKind || best.Kind != layout.Empty &&
					best.Kind != v.Kind {
					return v, k.fail(failure(WrongType, "%s: the values must all be numbers or all be dates, but %s "+
						"is %s", k.f.Name, clip(args[i].text), typeOf(v)))
				}
				if best.Kind == layout.Empty {
					best = v
				} else if n, _ := compare(v, best); n*sign > 0 {
					best = v
				}
			}
			if typ == Number {
				best = zeroIfBlank(best)
			}
			return best, nil
		}
		return c.finish(k, typ, run, parts(args)...)
	}
}
