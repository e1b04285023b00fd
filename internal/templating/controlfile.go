package templating

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// oracleCharsets are the names that Oracle has for character sets.
var oracleCharsets = map[string]string{"UTF8": "utf-8", "AL32UTF8": "utf-8", "US7ASCII": "us-ascii", "WE8ISO8859P1": "iso-8859-1", "WE8ISO8859P15": "iso-8859-15",
	"WE8MSWIN1252": "windows-1252", "EE8MSWIN1250": "windows-1250", "EE8ISO8859P2": "iso-8859-2", "WE8EBCDIC37": "ebcdic-037", "WE8EBCDIC500": "ebcdic-500",
	"WE8EBCDIC1047": "ebcdic-1047", "WE8PC850": "ibm850"}

// finish says what holds for the whole file.
func (c *loader) finish() error {
	d := c.d
	if c.positions && c.delimiter == "" {
		d.kind, d.fileName = layout.Fixed, d.Name+"{sequence:000000}.dat"
	} else {
		d.kind, d.fileName = layout.Delimited, "{route}_{sequence:000000}.csv"
	}
	encoding, known := oracleCharsets[strings.ToUpper(c.charset)]
	switch {
	case known:
		d.set("encoding", encoding, "CHARACTERSET "+c.charset)
	case c.charset != "":
		return c.s.wrong(0, "CHARACTERSET %s is not known here; change it to one of %s, and then `encoding` in the template", c.charset, "UTF8, WE8ISO8859P1, WE8MSWIN1252")
	default:
		d.set("encoding", "us-ascii", "GUESS: the control file names no CHARACTERSET")
		d.set("unmappable", "table-or-replace", "")
		d.guess(0, "the file is ASCII: no CHARACTERSET is named, and that of NLS_LANG holds")
	}
	if d.kind == layout.Fixed {
		return c.fixed()
	}
	return c.delimited()
}

func (c *loader) delimited() error {
	d := c.d
	d.set("line_end", "lf", "")
	if c.delimiter == "" {
		c.delimiter = ","
		d.guess(0, "the delimiter is a comma: no TERMINATED BY")
	}
	if len(c.delimiter) > 1 {
		return c.s.wrong(0, "TERMINATED BY %q: a delimiter is one character", c.delimiter)
	}
	d.set("delimiter", quote(delimiterWord(c.delimiter)), "")
	if c.quote == "" {
		d.set("quoting", "none", "no ENCLOSED BY: the delimiter in a text becomes a blank, counted")
	} else {
		d.set("quoting", "minimal", "")
		if c.quote != `"` {
			d.set("quote", quote(c.quote), "")
		}
	}
	if len(d.records) > 1 {
		d.open(0, "rows go into %d tables: how a row is told from the others, by a `match` of each record", len(d.records))
	}
	for _, r := range d.records {
		c.condition(r)
		for _, f := range r.fields {
			if f.Width == 0 && f.loose && f.Type == "" {
				f.Width = 255 // what SQL*Loader reads of a column that says nothing
			}
		}
	}
	if c.skip == 1 && len(d.records) == 1 {
		d.set("header", "true", "SKIP=1")
	}
	return nil
}

// condition makes a match of WHEN column = 'H'.
func (c *loader) condition(r *record) {
	column, value, ok := strings.Cut(r.note, "=")
	if r.note = ""; !ok {
		if r.match != "" && c.d.kind != layout.Fixed {
			r.match = ""
			c.d.open(r.line, "record %s is told by a position in a delimited file: give it a `match` by column", r.name)
		}
		return
	}
	for i, f := range r.fields {
		if strings.EqualFold(f.Name, column) {
			f.constant, f.Type, f.loose = value, layout.CodeType, false
			r.match = fmt.Sprintf("{ column: %d, value: %s }", i+1, quote(value))
			if c.d.kind == layout.Fixed {
				r.match = fmt.Sprintf("{ start: %d, value: %s }", f.Start, quote(value))
			}
		}
	}
}

func (c *loader) fixed() error {
	d := c.d
	packed := false
	for _, r := range d.records {
		next := 1
		for _, f := range r.fields {
			if f.Start == 0 {
				f.Start = next
			}
			if f.Width == 0 {
				return c.s.wrong(f.line, "column %s: its width is not said; write POSITION(from:to)", f.Name)
			}
			next = f.Start + f.Width
			packed = packed || f.Sign == "packed"
			if f.Type == layout.AmountType && f.Decimals == "any" {
				f.Pad = " "
			}
		}
		c.condition(r)
		d.byPosition(r)
	}
	switch {
	case packed:
		d.set("line_end", "none", "packed numbers may look like a line end")
	case c.fix > 0:
		d.set("line_end", "none", "fix "+fmt.Sprint(c.fix)+": records without line ends; with them, one byte less")
	default:
		d.set("line_end", "lf", "")
	}
	if c.fix > 0 {
		d.set("record_length", fmt.Sprint(c.fix), "")
	}
	return nil
}

// byPosition gives the field at the place of the match its constant.
func (d *Draft) byPosition(r *record) {
	for _, f := range r.fields {
		var start int
		var value string
		if n, _ := fmt.Sscanf(r.match, "{ start: %d, value: %s }", &start, &value); n == 2 && f.Start == start && f.constant == "" {
			f.constant, f.Type, f.loose = strings.Trim(value, `'"`), layout.CodeType, false
		}
	}
}

// delimiterWord is a delimiter as templates write it.
func delimiterWord(c string) string {
	switch c {
	case "\t":
		return "tab"
	case " ":
		return "blank"
	case "|":
		return "pipe"
	case ";":
		return "semicolon"
	}
	return c
}
