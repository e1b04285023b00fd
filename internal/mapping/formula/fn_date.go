package formula

import (
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
)

func dateFunctions() []*function {
	return []*function{
		compiled("DATEVALUE(text; [format])", "the date in a text: yyyy-MM-dd, or the given format; a "+
			"text that is none is an error", `DATEVALUE("31.12.2024"; "dd.MM.yyyy")`, "2024-12-31", (*compiler).callDateValue),
		compiled("WORKDAY(start; days; [holiday]; …)", "the working day so many working days later, or earlier when "+
			"negative; Saturdays, Sundays and the holidays are none: dates, or a column of a lookup sheet",
			"WORKDAY(DATE(2024; 12; 20); 3; DATE(2024; 12; 25))", "2024-12-26", (*compiler).callWorkday),
		compiled("NETWORKDAYS(start; end; [holiday]; …)", "the working days from start to end, both counted",
			"NETWORKDAYS(DATE(2024; 12; 23); DATE(2024; 12; 31); DATE(2024; 12; 25))", "6", (*compiler).callNetworkdays),
	}
}

func (c *compiler) callDateValue(k *call) part {
	text := c.argument(k, 0, Any)
	if !fits(text.typ, Text) && text.typ != Date {
		c.check(text.part, Text, "DATEVALUE", "text")
	}
	form, at := "", text.part
	if len(k.nodes) == 2 {
		typed, p, ok := c.format(k)
		if !ok {
			return c.failed(k.start, k.end)
		}
		if form, at = typed, p; form == "" {
			form = " "
		}
	}
	format, err := functions.NewDateReader(form, c.in)
	if err != nil {
		c.wrong(at.start, at.end, "", "%s", err)
		return c.failed(k.start, k.end)
	}
	run := func(env Env, tr *Trace) (layout.Value, error) {
		v, err := text.run(env, tr)
		if err != nil || v.Kind == layout.Empty || v.Kind == layout.DateKind {
			return v, err
		}
		if v.Kind != layout.TextKind {
			return v, k.fail(failure(WrongType, "DATEVALUE: %s must be text, but is %s", clip(text.text), typeOf(v)))
		}
		d, ok := format.Read(v.Text)
		if !ok {
			return layout.Value{}, k.fail(failure(Unreadable, "%q is not a date in the form %s", clip(v.Text),
				format.Form()))
		}
		return layout.Day(d), nil
	}
	return c.finish(k, Date, run, text.part)
}

// format is the constant format of TEXT and DATEVALUE, checked before there is a document.
func (c *compiler) format(k *call) (string, part, bool) {
	p := c.part(k.nodes[1])
	if !p.constant || p.value.Kind != layout.TextKind {
		c.wrong(p.start, p.end, "",
			`%s: the format must be a constant text in quotes, for example "0.00" or "yyyyMMdd"`, k.f.Name)
		return "", p, false
	}
	return p.value.Text, p, true
}
