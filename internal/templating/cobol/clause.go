package cobol

import (
	"strconv"
	"strings"
)

// clauses reads the clauses of an entry, one after the other.
type clauses struct {
	s     Source
	e     *Entry
	words []token
	at    int
}

func isClause(w token) bool {
	return w.is("PIC", "PICTURE", "REDEFINES", "OCCURS", "USAGE", "SIGN", "VALUE", "VALUES", "COMP-3", "COMP", "DISPLAY", "SYNC", "JUST", "BLANK")
}

func (c *clauses) peek() (token, bool) {
	if c.at >= len(c.words) {
		return token{}, false
	}
	return c.words[c.at], true
}

// take takes the next word if it is one of these.
func (c *clauses) take(words ...string) bool {
	w, ok := c.peek()
	if ok && w.is(words...) {
		c.at++
		return true
	}
	return false
}

// word is the next word; empty behind the last one.
func (c *clauses) word() token {
	w, ok := c.peek()
	if ok {
		c.at++
	}
	return w
}

func (c *clauses) next() error {
	w := c.word()
	wrong := func(format string, args ...any) error { return c.s.wrong(w.line, format, args...) }
	name := OrFiller(c.e.Name)
	switch {
	case w.is("PIC", "PICTURE"):
		c.take("IS")
		c.e.PicText = c.word().text
		p, err := ReadPicture(c.e.PicText)
		if err != nil {
			return wrong("%s: %v", name, err)
		}
		c.e.Pic = &p
	case w.is("REDEFINES"):
		c.e.Redefines = strings.ToUpper(c.word().text)
	case w.is("OCCURS"):
		return c.occurs(w)
	case w.is("USAGE", "IS"):
		c.take("IS")
	case w.is("SIGN"):
		c.take("IS")
	case w.is("LEADING"):
		c.e.Leading = true
	case w.is("TRAILING"):
	case w.is("SEPARATE"):
		c.e.Separate = true
		c.take("CHARACTER")
	case w.is("VALUE", "VALUES"):
		c.take("IS", "ARE")
		c.take("ALL")
		c.e.Value = literal(c.word())
	case w.is("BLANK"):
		c.take("WHEN")
		c.take("ZERO", "ZEROS", "ZEROES")
	case w.is("JUST", "JUSTIFIED"):
		c.take("RIGHT")
	case w.is("DISPLAY", "GLOBAL", "EXTERNAL"):
	case w.is("SYNC", "SYNCHRONIZED"):
		return wrong("%s: SYNC adds bytes that depend on the machine: write them as FILLER, and leave SYNC out", name)
	case w.is("COMP-3", "COMPUTATIONAL-3", "PACKED-DECIMAL"):
		c.e.Usage = "COMP-3"
	case w.is("COMP", "COMPUTATIONAL", "COMP-4", "COMPUTATIONAL-4", "BINARY"):
		c.e.Usage = "COMP"
	case w.is("COMP-5", "COMPUTATIONAL-5"):
		return wrong("%s: COMP-5 has the byte order of its machine; a template writes COMP (big-endian) only", name)
	case w.is("COMP-1", "COMPUTATIONAL-1", "COMP-2", "COMPUTATIONAL-2"):
		return wrong("%s: floating-point numbers (%s) hold no exact amounts, and no template writes them", name, strings.ToUpper(w.text))
	default:
		return wrong("%s: the clause %q is not known; there are PIC, REDEFINES, OCCURS, USAGE, SIGN, VALUE", name, w.text)
	}
	return nil
}

// occurs reads OCCURS 12 TIMES.
func (c *clauses) occurs(w token) error {
	n, err := strconv.Atoi(c.word().text)
	if err != nil || n < 1 || n > MostFields {
		return c.s.wrong(w.line, "%s: OCCURS needs a number from 1 to %d", OrFiller(c.e.Name), MostFields)
	}
	if c.take("TO") || c.take("DEPENDING") {
		return c.s.wrong(w.line, "%s: OCCURS … DEPENDING ON: records of changing length are not written by a template; write the most there may be as OCCURS n TIMES, or a record for each", OrFiller(c.e.Name))
	}
	c.take("TIMES")
	if w, ok := c.peek(); ok && w.is("DEPENDING") {
		return c.s.wrong(w.line, "%s: OCCURS … DEPENDING ON: records of changing length are not written by a template; write the most there may be as OCCURS n TIMES, or a record for each", OrFiller(c.e.Name))
	}
	c.e.Occurs = n
	for c.take("INDEXED", "ASCENDING", "DESCENDING", "KEY", "BY", "IS") {
		if w, ok := c.peek(); ok && !isClause(w) && !w.is("BY", "KEY", "IS", "INDEXED") {
			c.at++
		}
	}
	return nil
}
