package functions

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
)

// stepFunctions round to steps, and raise to powers.
func stepFunctions() []*Function {
	info := func(syntax, meaning, example, result string) Info {
		return Info{Syntax: syntax, Meaning: meaning, Example: example, Result: result}
	}
	nn := []Type{Number, Number}
	return []*Function{
		{Info: info("TRUNC(number; [decimals])", "cut off after so many decimals", "TRUNC(-2.349; 2)", "-2.34"),
			Result: Number, Params: nn, Defaults: []layout.Value{layout.Number(fis.Zero)},
			F2: rounding(fis.Amount.RoundDown)},
		{Info: info("CEILING(number; step)", "rounded up to a multiple of the step; a negative number with a negative "+
			"step away from zero", "CEILING(2.31; 0.05)", "2.35"), Result: Number, Params: nn, F2: ceiling},
		{Info: info("FLOOR(number; step)", "rounded down to a multiple of the step; a negative number with a negative "+
			"step towards zero", "FLOOR(2.34; 0.05)", "2.3"), Result: Number, Params: nn, F2: floor},
		{Info: info("MROUND(number; step)", "rounded to the nearest multiple of the step, half away from zero; both "+
			"have the same sign", "MROUND(2.32; 0.05)", "2.3"), Result: Number, Params: nn, F2: roundTo},
		{Info: info("POWER(number; exponent)", "raised to a power, as ^ does; 15 digits where the exponent is broken, 16 decimals where it is negative",
			"POWER(1.1; 2)", "1.21"), Result: Number, Params: nn, F2: Power},
	}
}

// steps is how many steps a number is, rounded by round, times the step. The quotient is cut between two whole numbers
// exactly: it is the remainder that says which.
func steps(name string, a, step layout.Value, away func(whole, rest fis.Amount) bool) (layout.Value, error) {
	n, s := a.Number, step.Number
	rest := n.Mod(s)
	whole := n.Sub(rest).DivRound(s, 0)
	if away(whole, rest) {
		one := WholeNumber(1)
		if n.Sign()*s.Sign() < 0 {
			one = one.Neg()
		}
		whole = whole.Add(one)
	}
	v, err := Bounded(whole.Mul(s))
	if err != nil {
		return v, failure(TooLarge, "%s: %s", name, err)
	}
	v.Number = trimZeros(v.Number)
	return v, nil
}

func ceiling(a, step layout.Value) (layout.Value, error) {
	n, s := a.Number.Sign(), step.Number.Sign()
	switch {
	case n == 0 || s == 0:
		return layout.Number(fis.Zero), nil
	case n > 0 && s < 0:
		return a, failure(Arithmetic, "CEILING: the number is positive, so the step must be positive too")
	}
	return steps("CEILING", a, step, func(_, rest fis.Amount) bool { return !rest.IsZero() && n == s })
}

func floor(a, step layout.Value) (layout.Value, error) {
	n, s := a.Number.Sign(), step.Number.Sign()
	switch {
	case n == 0:
		return layout.Number(fis.Zero), nil
	case s == 0:
		return a, failure(Arithmetic, "FLOOR: division by zero")
	case n > 0 && s < 0:
		return a, failure(Arithmetic, "FLOOR: the number is positive, so the step must be positive too")
	}
	return steps("FLOOR", a, step, func(_, rest fis.Amount) bool { return !rest.IsZero() && n != s })
}

func roundTo(a, step layout.Value) (layout.Value, error) {
	n, s := a.Number.Sign(), step.Number.Sign()
	switch {
	case n == 0 || s == 0:
		return layout.Number(fis.Zero), nil
	case n != s:
		return a, failure(Arithmetic, "MROUND: the number and the step must have the same sign")
	}
	two, size := WholeNumber(2), step.Number.Abs()
	return steps("MROUND", a, step, func(_, rest fis.Amount) bool { return rest.Abs().Mul(two).Cmp(size) >= 0 })
}

// maxExponent is the greatest exponent of a power, maxBroken that of one which is no whole number: it takes long.
const (
	maxExponent = 1000
	maxBroken   = 100
)

// wholeDigits are the digits before the decimal point.
func wholeDigits(n fis.Amount) int { return max(1, n.NumDigits()+int(n.Exponent())) }

// Power raises to a power: exactly where that is possible, else with the decimals of a division.
func Power(a, b layout.Value) (layout.Value, error) {
	base, exponent := a.Number, b.Number
	switch {
	case !bothNumbers(a, b):
		return a, failure(WrongType, "")
	case base.IsZero() && exponent.Sign() <= 0:
		return a, failure(Arithmetic, "0 cannot be raised to the power %s", clip(exponent.String()))
	case exponent.Abs().GreaterThan(WholeNumber(maxExponent)):
		return a, failure(TooLarge, "an exponent is at most %d", maxExponent)
	case exponent.IsInteger():
		return wholePower(base, exponent.IntPart())
	case base.Sign() < 0:
		return a, failure(Arithmetic, "a negative number cannot be raised to the power %s", clip(exponent.String()))
	case base.NumDigits() > 40 || exponent.NumDigits() > 40 || wholeDigits(base)*wholeDigits(exponent) > 40,
		exponent.Abs().GreaterThan(WholeNumber(maxBroken)):
		return a, failure(TooLarge, "a power with a broken exponent takes numbers of at most 40 digits, and an exponent "+
			"up to %d", maxBroken)
	}
	z, err := base.PowWithPrecision(exponent, DivisionDecimals+8)
	if err != nil {
		return a, failure(Arithmetic, "%s cannot be raised to the power %s", clip(base.String()), clip(exponent.String()))
	}
	n, err := fis.ParseAmount(significant(z).String())
	if err != nil { // more digits than an amount may have
		return a, failure(TooLarge, "the power has too many digits")
	}
	return Bounded(trimZeros(n))
}

// significant keeps the fifteen digits that Excel has, of a number that is not exact anyway.
func significant(z fis.Amount) fis.Amount {
	const digits = 15
	return z.Round(int32(digits - (z.NumDigits() + int(z.Exponent()))))
}

// powerDecimals are kept on the way to a power that has too many decimals to be exact.
const powerDecimals = 100

// wholePower multiplies, with an end as soon as the number is too large.
func wholePower(base fis.Amount, n int64) (layout.Value, error) {
	result, left, exact := layout.Number(WholeNumber(1)), n, true
	if left < 0 {
		left = -left
	}
	for ; left > 0; left-- {
		product := result.Number.Mul(base)
		if product.Exponent() < -powerDecimals {
			product, exact = product.Round(powerDecimals), false
		}
		next, err := Bounded(product)
		if err != nil {
			return layout.Value{}, err
		}
		result = next
	}
	if n < 0 {
		return Divide(layout.Number(WholeNumber(1)), result)
	}
	if !exact {
		result.Number = result.Number.Round(DivisionDecimals)
	}
	return layout.Number(trimZeros(result.Number)), nil
}

// Percent is a hundredth.
func Percent(a layout.Value) (layout.Value, error) {
	return Bounded(trimZeros(a.Number.Shift(-2)))
}

// PlainNumber is a number as the Excel of a language joins it to a text: without zeros at the end of its decimals.
func PlainNumber(n fis.Amount, in Language) string {
	s := trimZeros(n).String()
	if in.DecimalComma() {
		return strings.Replace(s, ".", ",", 1)
	}
	return s
}

// unsaid is the thousands mark of a NUMBERVALUE that names none.
const unsaid = "\x00"

// numberValue reads a number by the marks that it is told, not by guess.
func numberValue(a, mark, group layout.Value) (layout.Value, error) {
	if a.Kind == layout.NumberKind {
		return a, nil
	}
	if a.Kind != layout.TextKind {
		return a, failure(WrongType, "NUMBERVALUE reads a text, not %s", TypeOf(a))
	}
	point, thousands := firstRune(mark.Text), firstRune(group.Text)
	if group.Text == unsaid {
		if thousands = ","; point == thousands {
			thousands = "" // NUMBERVALUE("12,50"; ",") leaves no mark for thousands
		}
	}
	if point == "" || point == thousands {
		return a, failure(Arithmetic, "NUMBERVALUE: the decimal mark and the thousands mark must be two characters, "+
			`as in NUMBERVALUE("1.234,50"; ","; ".")`)
	}
	text := strings.Join(strings.FieldsFunc(a.Text, IsBlank), "")
	if text == "" {
		return layout.Value{}, nil // as "" is
	}
	percents := 0
	for strings.HasSuffix(text, "%") {
		text, percents = strings.TrimSuffix(text, "%"), percents+1
	}
	whole, decimals, marked := strings.Cut(text, point)
	if thousands != "" {
		whole = strings.ReplaceAll(whole, thousands, "")
	}
	plain := whole
	if marked {
		plain += "." + decimals
	}
	if strings.HasPrefix(plain, ".") || strings.HasPrefix(plain, "-.") {
		plain = strings.Replace(plain, ".", "0.", 1)
	}
	n, err := fis.ParseAmount(strings.TrimSuffix(strings.TrimPrefix(plain, "+"), "."))
	if err != nil || percents > 8 || strings.Contains(whole+decimals, ".") { // a point that is no mark here
		return a, failure(Unreadable, "%q is not a number with %q as decimal mark", clip(a.Text), point)
	}
	for ; percents > 0; percents-- {
		v, err := Percent(layout.Number(n))
		if err != nil {
			return v, err
		}
		n = v.Number
	}
	return layout.Number(n), nil
}

func firstRune(s string) string { return s[:cut(s, 1)] }
