package formula

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// concat compiles a chain of & at once.
func (c *compiler) concat(e *expr) part {
	var nodes []*expr
	for ; e.kind == operatorExpr && e.op == "&"; e = e.args[0] {
		nodes = append(nodes, e.args[1])
	}
	nodes = append(nodes, e)
	args := make([]argument, len(nodes))
	for i := range nodes {
		args[i] = c.check(c.part(nodes[len(nodes)-1-i]), Text, "&", "the value")
	}
	start, end := args[0].start, args[len(args)-1].end
	return c.fold(part{run: concatNode(args, start+1, "&"), typ: Text, start: start, end: end,
		text: string(c.src[start:end])}, parts(args)...)
}

func (c *compiler) callConcat(k *call) part {
	args := c.arguments(k, 0, Text)
	return c.finish(k, Text, concatNode(args, k.start+1, k.f.Name), parts(args)...)
}

func concatNode(args []argument, position int, name string) node {
	return func(env Env, tr *Trace) (layout.Value, error) {
		var few [8]string
		all, length := few[:0], 0
		for i := range args {
			v, err := args[i].get(env, tr)
			if err != nil {
				return v, err
			}
			if length += len(v.Text); length > maxText {
				return layout.Value{}, &EvalError{Kind: TooLarge, Position: position, Function: name,
					Reason: limited(length).Error()}
			}
			all = append(all, v.Text)
		}
		return layout.Text(strings.Join(all, "")), nil
	}
}

func (c *compiler) callTextJoin(k *call) part {
	between, skip, args := c.argument(k, 0, Text), c.argument(k, 1, Bool), c.arguments(k, 2, Text)
	run := func(env Env, tr *Trace) (layout.Value, error) {
		sep, err := between.get(env, tr)
		if err != nil {
			return sep, err
		}
		blanks, err := skip.get(env, tr)
		if err != nil {
			return blanks, err
		}
		var few [8]string
		all, length := few[:0], 0
		for i := range args {
			v, err := args[i].get(env, tr)
			if err != nil {
				return v, err
			}
			if v.Kind == layout.Empty && blanks.Bool {
				continue
			}
			if length += len(v.Text) + len(sep.Text); length > maxText {
				return layout.Value{}, k.fail(limited(length))
			}
			all = append(all, v.Text)
		}
		return layout.Text(strings.Join(all, sep.Text)), nil
	}
	return c.finish(k, Text, run, append(parts(args), between.part, skip.part)...)
}
