package formula

import (
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

// callText compiles TEXT. The format says what the value must be: a number for 0 and #, a date for y, M and d.
func (c *compiler) callText(k *call) part {
	value := c.argument(k, 0, Any)
	if len(k.nodes) == 1 {
		run := func(env Env, tr *Trace) (layout.Value, error) {
			v, err := value.run(env, tr)
			return layout.Text(v.String()), err
		}
		return c.finish(k, Text, run, value.part)
	}
	typed, p, ok := c.format(k)
	if !ok {
		return c.failed(k.start, k.end)
	}
	want, write, err := functions.NewFormat(typed, c.in)
	if err != nil {
		c.wrong(p.start, p.end, "", "%s", err)
		return c.failed(k.start, k.end)
	}
	value = c.check(value.part, want, "TEXT with the format "+p.text, "the value")
	run := func(env Env, tr *Trace) (layout.Value, error) {
		v, err := value.get(env, tr)
		if err != nil || v.Kind == layout.Empty {
			return v, err
		}
		var room [40]byte
		return layout.Text(string(write(room[:0], v))), nil
	}
	return c.finish(k, Text, run, value.part)
}
