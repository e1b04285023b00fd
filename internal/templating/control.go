package templating

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// control makes rows of a control file of SQL*Loader: delimited, or at positions.
func control(d *Draft, s source) error {
	tokens, err := sqlTokens(s)
	if err != nil {
		return err
	}
	c := &loader{d: d, s: s, r: &sqlReader{s: s, tokens: tokens}}
	for !c.r.done() {
		if err := c.head(); err != nil {
			return err
		}
	}
	if len(d.records) == 0 {
		return s.wrong(0, "holds no INTO TABLE … ( columns )")
	}
	return c.finish()
}

// loader reads a control file.
type loader struct {
	d         *Draft
	s         source
	r         *sqlReader
	delimiter string
	quote     string
	charset   string
	fix       int
	skip      int
	positions bool
	whens     int
}

// head reads what stands outside of the columns.
func (c *loader) head() error {
	r := c.r
	switch {
	case r.take("CHARACTERSET"):
		c.charset = r.next().text
	case r.all("INTO", "TABLE"):
		return c.table()
	case r.take("INFILE"):
		c.infile()
	case r.take("SKIP"):
		r.take("=")
		c.skip, _ = strconv.Atoi(r.peek().text)
	case r.take("FIELDS"):
		return c.terminated()
	case r.all("BEGINDATA"):
		r.at = len(r.tokens)
	default:
		r.at++
	}
	return nil
}

// infile reads INFILE 'name' "fix 120".
func (c *loader) infile() {
	c.r.next()
	if t := c.r.peek(); t.quote == '"' {
		if words := strings.Fields(strings.ToLower(t.text)); len(words) == 2 && words[0] == "fix" {
			c.fix, _ = strconv.Atoi(words[1])
		}
		c.r.at++
	}
}

// terminated reads FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '"'.
func (c *loader) terminated() error {
	r := c.r
	for {
		switch {
		case r.take("TERMINATED"):
			r.take("BY")
			t := r.next()
			text, err := c.text(t)
			if err != nil {
				return err
			}
			if t.is("WHITESPACE") {
				text = " "
			}
			c.delimiter = text
		case r.take("OPTIONALLY", "ENCLOSED"):
			r.take("ENCLOSED")
			r.take("BY")
			text, err := c.text(r.next())
			if err != nil {
				return err
			}
			c.quote = text
		case r.all("CSV"):
			c.delimiter, c.quote = ",", `"`
		case r.take("AND"):
			r.next()
		default:
			return nil
		}
	}
}

// text reads ',' or X'09'.
func (c *loader) text(t sqlToken) (string, error) {
	if t.is("X") && c.r.peek().quote == '\'' {
		hex := c.r.next()
		n, err := strconv.ParseUint(hex.text, 16, 8)
		if err != nil || n >= 0x80 {
			return "", c.s.wrong(t.line, "X'%s': a delimiter is one ASCII character", hex.text)
		}
		return string(rune(n)), nil
	}
	if strings.EqualFold(t.text, `\t`) {
		return "\t", nil
	}
	return t.text, nil
}

// table reads INTO TABLE name WHEN … FIELDS … ( columns ).
func (c *loader) table() error {
	r := c.r
	name := r.name()
	rec := &record{name: name.text, line: name.line, repeat: "posting"}
	if name.text == "" {
		return c.s.wrong(name.line, "INTO TABLE without a name")
	}
	for !r.peek().is("(") {
		switch {
		case r.done():
			return c.s.wrong(name.line, "table %s: its columns in parentheses are missing", rec.name)
		case r.take("FIELDS"):
			if err := c.terminated(); err != nil {
				return err
			}
		case r.take("WHEN"):
			c.when(rec)
		default:
			r.at++
		}
	}
	r.take("(")
	for !r.done() {
		if err := c.column(rec); err != nil {
			return err
		}
		if end := r.next(); end.is(")") {
			break
		} else if !end.is(",") {
			return c.s.wrong(end.line, "table %s: a , or ) is missing before %q", rec.name, end.text)
		}
		if len(rec.fields) > mostFields {
			return c.s.wrong(r.line(), "table %s has more than %d columns", rec.name, mostFields)
		}
	}
	if len(rec.fields) == 0 {
		return c.s.wrong(name.line, "table %s: no column stands in the file", rec.name)
	}
	c.d.records = append(c.d.records, rec)
	return nil
}

// when reads WHEN (1:1) = 'H', by which rows of several kinds are told apart.
func (c *loader) when(rec *record) {
	r := c.r
	from := 0
	if r.take("(") {
		from, _ = strconv.Atoi(r.next().text)
		for !r.done() && !r.take(")") {
			r.at++
		}
	} else {
		rec.note = r.next().text // a column; its place is known later
	}
	r.take("=")
	value := r.next()
	c.whens++
	if from > 0 {
		rec.match = fmt.Sprintf("{ start: %d, value: %s }", from, quote(value.text))
	} else {
		rec.note += "=" + value.text
	}
}

// column reads a column of the file. Those that are not in it (constants, sequences) are passed over.
func (c *loader) column(rec *record) error {
	r := c.r
	name := r.next()
	if name.text == "" || name.quote == 0 && strings.ContainsAny(name.text, "(),") {
		return c.s.wrong(name.line, "table %s: %q is no name of a column", rec.name, name.text)
	}
	f := &field{line: name.line, loose: true}
	f.Name = name.text
	in, filler := true, false
	for !r.done() && !r.peek().is(",", ")") {
		switch {
		case r.take("CONSTANT", "EXPRESSION", "RECNUM", "SYSDATE", "SEQUENCE"):
			in = false
		case r.take("FILLER", "BOUNDFILLER"):
			filler = true
		case r.take("POSITION"):
			if err := c.position(f); err != nil {
				return err
			}
		case r.peek().quote == '"':
			f.comment = join(f.comment, "SQL: "+r.next().text)
			c.d.open(f.line, "column %s goes through SQL when it is loaded: what it wants to read, the expression says", f.Name)
		case r.all("NULLIF"), r.all("DEFAULTIF"):
			for !r.done() && !r.peek().is(",", ")") {
				if r.peek().is("(") {
					r.skip()
					continue
				}
				r.at++
			}
		case r.peek().is("("):
			r.skip()
		default:
			if err := c.kind(f); err != nil {
				return err
			}
		}
	}
	if !in {
		return nil
	}
	if filler {
		f.constant, f.comment = " ", join(f.comment, "FILLER: not loaded, stays blank")
		f.Type, f.loose = layout.TextType, false
	}
	rec.add(f)
	return nil
}

// position reads (1:10) or (1-10), and (*) for behind the column before.
func (c *loader) position(f *field) error {
	start := c.r.line()
	text := ""
	for t := c.r.next(); !c.r.done() && !t.is(")"); t = c.r.next() {
		text += t.text
	}
	text = strings.TrimPrefix(text, "(")
	from, to, _ := strings.Cut(strings.ReplaceAll(text, "-", ":"), ":")
	c.positions = true
	if from == "*" {
		return nil
	}
	a, err := strconv.Atoi(from)
	if err != nil || a < 1 || a > 1<<20 {
		return c.s.wrong(start, "column %s: POSITION(%s) is not understood; it is (1:10)", f.Name, text)
	}
	f.Start = a
	if b, err := strconv.Atoi(to); err == nil && b >= a && b <= 1<<20 {
		f.Width = b - a + 1
	}
	return nil
}

// kind reads CHAR(50), DATE "YYYY/MM/DD", DECIMAL EXTERNAL, ZONED(9,2).
func (c *loader) kind(f *field) error {
	r := c.r
	t := r.next()
	external := r.take("EXTERNAL")
	size := r.numbers()
	at := func(i int) int {
		if i < len(size) {
			return size[i]
		}
		return 0
	}
	plain := func() {
		if at(0) > 0 && f.Width == 0 {
			f.Width = at(0)
		}
	}
	switch {
	case t.is("CHAR", "VARCHAR", "VARCHARC", "RAW"):
		plain()
	case t.is("DATE", "TIMESTAMP"):
		plain()
		return c.date(f)
	case t.is("INTEGER", "SMALLINT") && external:
		plain()
		f.Type = layout.IntegerType
	case t.is("DECIMAL", "FLOAT", "DOUBLE", "ZONED") && external:
		plain()
		f.Type, f.Decimals, f.loose = layout.AmountType, "any", false
	case t.is("ZONED"):
		f.Width, f.Type, f.Implied, f.loose = at(0), layout.AmountType, true, false
		f.Decimals, f.Sign = layout.Decimals(fmt.Sprint(at(1))), "overpunch"
	case t.is("DECIMAL"):
		f.Width, f.Type, f.Implied, f.loose = at(0)/2+1, layout.AmountType, true, false
		f.Decimals, f.Sign = layout.Decimals(fmt.Sprint(at(1))), "packed"
	case t.is("INTEGER", "SMALLINT", "FLOAT", "DOUBLE", "BYTEINT", "VARGRAPHIC", "GRAPHIC", "VARRAW", "LONG"):
		return c.s.wrong(t.line, "column %s: %s without EXTERNAL has the bytes of the machine that loads it; have it read as EXTERNAL", f.Name, strings.ToUpper(t.text))
	}
	return nil
}

// date reads the mask of a date.
func (c *loader) date(f *field) error {
	f.Type, f.loose = layout.DateType, false
	if c.r.peek().quote == 0 {
		c.d.open(f.line, "column %s: the form of the date is that of the database (NLS_DATE_FORMAT); yyyy-MM-dd stands here", f.Name)
		return nil
	}
	mask := c.r.next()
	form := oracleForm(mask.text)
	if form == "" {
		f.Type, f.comment = layout.TextType, join(f.comment, "mask "+mask.text)
		c.d.open(mask.line, "column %s: dates with the mask %q are not written; it is a text here", f.Name, mask.text)
		return nil
	}
	f.DateForm = form
	return nil
}

// oracleForm is the form of a date for a mask of Oracle; empty where there is none.
func oracleForm(mask string) string {
	form := ""
	for rest := strings.ToUpper(strings.TrimPrefix(strings.ToUpper(mask), "FX")); rest != ""; {
		found := false
		for _, p := range [][2]string{{"YYYY", "yyyy"}, {"RRRR", "yyyy"}, {"YY", "yy"}, {"RR", "yy"}, {"MONTH", ""}, {"MON", "MON"}, {"MM", "MM"}, {"DDD", "DDD"}, {"DD", "dd"},
			{"-", "-"}, {"/", "/"}, {".", "."}, {" ", " "}} {
			if after, ok := strings.CutPrefix(rest, p[0]); ok && p[1] != "" {
				form, rest, found = form+p[1], after, true
				break
			}
		}
		if !found {
			return ""
		}
	}
	return form
}
