package formula

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
	"github.com/fisbridge/fisbridge/internal/say"
)

func textFunctions() []*function {
	return []*function{
		compiled("CONCAT(text; …)", "the texts one after the other; & does the same", `CONCAT("DE"; "-"; "100")`,
			"DE-100", (*compiler).callConcat),
		compiled("CONCATENATE(text; …)", "the older name of CONCAT", `CONCATENATE("DE"; "100")`, "DE100",
			(*compiler).callConcat),
		compiled("TEXTJOIN(between; skip_blanks; text; …)", "the texts with another one between them; TRUE leaves "+
			"blank ones out", `TEXTJOIN("/"; TRUE; "100"; ""; "Travel")`, "100/Travel", (*compiler).callTextJoin),
		compiled("TEXT(value; [format])",
			`a number or date as text: "0.00", "000000", "#,##0.00", "0.00;0.00-" (negative ones after ;), "yyyyMMdd", `+
				`"dd.MM.yy", "MMM yyyy"; rounds half away from zero; without a format all decimals, or yyyy-MM-dd`,
			`TEXT(1234.5; "#,##0.00")`, "1,234.50", (*compiler).callText),
	}
}

// concat compiles a chain of & at once.
func (c *compiler) concat(e *expr) part {
	var nodes []*expr
	for ; e.kind == operatorExpr && e.op == "&"; e = e.args[0] {
		nodes = append(nodes, e.args[1])
	}
	nodes = append(nodes, e)
	args := make([]argument, len(nodes))
	for i := range nodes {
		args[i] = c.joined(c.part(nodes[len(nodes)-1-i]), "&", "the value")
	}
	start, end := args[0].start, args[len(args)-1].end
	return c.fold(part{run: concatNode(args, start+1, "&"), typ: Text, start: start, end: end,
		text: string(c.src[start:end])}, parts(args)...)
}

func (c *compiler) callConcat(k *call) part {
	args := c.joinedFrom(k, 0)
	return c.finish(k, Text, concatNode(args, k.start+1, k.f.Name), parts(args)...)
}

// joined is a value that is joined to texts: a text or a number.
func (c *compiler) joined(p part, function, name string) argument {
	if p.typ == Number {
		return argument{part: p, want: Text, kind: layout.TextKind, name: name, function: function, in: c.in}
	}
	return c.check(p, Text, function, name)
}

func (c *compiler) joinedFrom(k *call, from int) []argument {
	var args []argument
	for i := from; i < len(k.nodes); i++ {
		args = append(args, c.joined(c.part(k.nodes[i]), k.f.Name, k.f.Param(i)))
	}
	return args
}

// asText computes the value; a number becomes the text that Excel makes of it, a blank stays blank.
func (a *argument) asText(env Env, tr *Trace) (layout.Value, error) {
	v, err := a.run(env, tr)
	switch {
	case err != nil || v.Kind == layout.TextKind || v.Kind == layout.Empty:
		return v, err
	case v.Kind == layout.NumberKind:
		return layout.Text(functions.PlainNumber(v.Number, a.in)), nil
	}
	return v, a.wrong(v)
}

func concatNode(args []argument, position int, name string) node {
	return func(env Env, tr *Trace) (layout.Value, error) {
		var few [8]string
		all, length := few[:0], 0
		for i := range args {
			v, err := args[i].asText(env, tr)
			if err != nil {
				return v, err
			}
			if length += len(v.Text); length > functions.MaxText {
				return layout.Value{}, &EvalError{Kind: TooLarge, Position: position, Function: name,
					Reason: say.Of(functions.Limited(length))}
			}
			all = append(all, v.Text)
		}
		return layout.Text(strings.Join(all, "")), nil
	}
}

func (c *compiler) callTextJoin(k *call) part {
	between, skip, args := c.argument(k, 0, Text), c.argument(k, 1, Bool), c.joinedFrom(k, 2)
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
			v, err := args[i].asText(env, tr)
			if err != nil {
				return v, err
			}
			if v.Kind == layout.Empty && blanks.Bool {
				continue
			}
			if length += len(v.Text) + len(sep.Text); length > functions.MaxText {
				return layout.Value{}, k.fail(functions.Limited(length))
			}
			all = append(all, v.Text)
		}
		return layout.Text(strings.Join(all, sep.Text)), nil
	}
	return c.finish(k, Text, run, append(parts(args), between.part, skip.part)...)
}
