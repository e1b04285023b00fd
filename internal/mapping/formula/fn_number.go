package formula

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

func numberFunctions() []*function {
	return []*function{
		compiled("SUM(number; …)", "the sum; blanks count as 0", `SUM(1.10; ""; 2.20)`, "3.3", (*compiler).callSum),
		compiled("AVERAGE(number; …)", "the average; blanks do not count, and without any number there is none",
			`AVERAGE(1; 2; ""; 4.5)`, "2.5", (*compiler).callAverage),
		compiled("MIN(value; …)", "the least number or the earliest date; blanks do not count; 0 when all numbers are "+
			"blank", `MIN(3; ""; 2)`, "2", extreme(-1)),
		compiled("MAX(value; …)", "the greatest number or the latest date; blanks do not count; 0 when all numbers are "+
			"blank", `MAX(3; ""; 2)`, "3", extreme(1)),
	}
}

func (c *compiler) callSum(k *call) part {
	return c.added(k, func(sum fis.Amount, _ int64) (layout.Value, error) { return functions.Bounded(sum) })
}

func (c *compiler) callAverage(k *call) part {
	return c.added(k, func(sum fis.Amount, count int64) (layout.Value, error) {
		if count == 0 {
			return layout.Value{}, failure(Arithmetic, "AVERAGE: all values are blank")
		}
		return functions.Divide(layout.Number(sum), layout.Number(functions.WholeNumber(count)))
	})
}

// added adds the values up; finish gets the sum and how many there were.
func (c *compiler) added(k *call, finish func(sum fis.Amount, count int64) (layout.Value, error)) part {
	args := c.arguments(k, 0, Number)
	run := func(env Env, tr *Trace) (layout.Value, error) {
		sum, count := fis.Zero, int64(0)
		for i := range args {
			v, err := args[i].get(env, tr)
			if err != nil {
				return v, err
			}
			if v.Kind == layout.NumberKind {
				sum, count = sum.Add(v.Number), count+1
			}
		}
		return k.done(finish(sum, count))
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
				} else if n, _ := functions.Compare(v, best); n*sign > 0 {
					best = v
				}
			}
			if typ == Number {
				best = functions.ZeroIfBlank(best)
			}
			return best, nil
		}
		return c.finish(k, typ, run, parts(args)...)
	}
}
