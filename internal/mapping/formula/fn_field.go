package formula

import "github.com/fisbridge/fisbridge/internal/layout"

// fieldFunction is FIELD: a value of the document by its place.
func fieldFunction() *function {
	return compiled("FIELD(path)",
		"a value of the document by its place, also one that the sheet Fields does not know: names "+
			"parted by points from the head of the document, or from a part that the row is in; [0] picks the "+
			"first item of a list, without it the row's own is taken; blank when there is none",
		`FIELD("report.reportName")`, "Trip to Łódź", (*compiler).callField)
}

// callField compiles FIELD. The path is a constant, so that a mistake in it is found when the mapping is loaded.
func (c *compiler) callField(k *call) part {
	texts := len(c.texts)
	p := c.part(k.nodes[0])
	c.texts = c.texts[:min(texts, len(c.texts))] // the path is no text of the formula
	paths, ok := c.syms.(Paths)
	switch {
	case !p.constant || p.value.Kind != layout.TextKind:
		c.wrong(p.start, p.end, "",
			"FIELD takes the path as a text in quotes, as in FIELD(\"expenseEntry[0].entryId\")")
		return c.failed(k.start, k.end)
	case !ok:
		c.wrong(k.start, k.end, "", "FIELD needs a document, and there is none here")
		return c.failed(k.start, k.end)
	}
	slot, typ, err := paths.Path(p.value.Text)
	if err != nil {
		c.wrong(p.start, p.end, "", "%s", err)
		return c.failed(k.start, k.end)
	}
	c.fields[slot] = struct{}{}
	return part{run: fieldNode(slot, p.value.Text), typ: typ, start: k.start, end: k.end,
		text: string(c.src[k.start:k.end])}
}
