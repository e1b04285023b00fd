package functions

import (
	"github.com/fisbridge/fisbridge/internal/decimal"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// WholeNumber is a number without decimals.
func WholeNumber(n int64) fis.Amount { return decimal.NewFromInt(n) }

// Numbers are the functions that calculate.
func Numbers() []*Function {
	zero := []layout.Value{layout.Number(fis.Zero)}
	n1, nn := []Type{Number}, []Type{Number, Number}
	info := func(syntax, meaning, example, result string) Info {
		return Info{Syntax: syntax, Meaning: meaning, Example: example, Result: result}
	}
	number := func(do func(fis.Amount) fis.Amount) func(layout.Value) (layout.Value, error) {
		return func(a layout.Value) (layout.Value, error) { return layout.Number(do(a.Number)), nil }
	}
	return append([]*Function{
		{Info: info("ROUND(number; [decimals])", "rounded, half away from zero; negative decimals round "+
			"tens, hundreds…", "ROUND(2.345; 2)", "2.35"), Result: Number, Params: nn, Defaults: zero,
			F2: rounding(fis.Amount.Round)},
		{Info: info("ROUNDUP(number; [decimals])", "rounded away from zero", "ROUNDUP(-2.341; 2)", "-2.35"),
			Result: Number, Params: nn, Defaults: zero, F2: rounding(fis.Amount.RoundUp)},
		{Info: info("ROUNDDOWN(number; [decimals])", "rounded towards zero", "ROUNDDOWN(-2.349; 2)", "-2.34"),
			Result: Number, Params: nn, Defaults: zero, F2: rounding(fis.Amount.RoundDown)},
		{Info: info("INT(number)", "rounded down to a whole number", "INT(-2.5)", "-3"), Result: Number,
			Params: n1, F1: number(fis.Amount.Floor)},
		{Info: info("ABS(number)", "without its sign", "ABS(-5.00)", "5"), Result: Number, Params: n1,
			F1: number(fis.Amount.Abs)},
		{Info: info("SIGN(number)", "-1, 0 or 1", "SIGN(-5)", "-1"), Result: Number, Params: n1,
			F1: func(a layout.Value) (layout.Value, error) {
				return layout.Number(WholeNumber(int64(a.Number.Sign()))), nil
			}},
		{Info: info("MOD(number; divisor)", "what remains of a division, with the sign of the divisor",
			"MOD(-7; 3)", "2"), Result: Number, Params: nn, F2: modulo},
	}, stepFunctions()...)
}

// maxDecimals is how far ROUND looks to either side of the decimal point.
const maxDecimals = 64

func rounding(do func(fis.Amount, int32) fis.Amount) func(a, b layout.Value) (layout.Value, error) {
	return func(a, b layout.Value) (layout.Value, error) {
		if !b.Number.IsInteger() || b.Number.Abs().GreaterThan(WholeNumber(maxDecimals)) {
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
	return Bounded(r)
}
