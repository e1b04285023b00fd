package formula

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

func numberFunctions() []*function {
	return []*function{
		compiled("SUM(number; …)", "the sum; blanks count as 0", `SUM(1.10; ""; 2.20)`, "3.3", (*compiler).callSum),
		compiled("MIN(value; …)", "the least number or the earliest date; blanks do not count; 0 when all numbers are "+
			"blank", `MIN(3; ""; 2)`, "2", extreme(-1)),
		compiled("MAX(value; …)", "the greatest number or the latest date; blanks do not count; 0 when all numbers are "+
			"blank", `MAX(3; ""; 2)`, "3", extreme(1)),
	}
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
		return k.done(functions.Bounded(sum))
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
