package templating

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// table makes rows of a CREATE TABLE. What the file is like a table does not say; it is a CSV.
func table(d *Draft, s source, part string) error {
	tokens, err := sqlTokens(s)
	if err != nil {
		return err
	}
	r := &sqlReader{s: s, tokens: tokens}
	tables, err := tablesOf(r)
	if err != nil {
		return err
	}
	t, err := oneOf(s, part, "table", tables, func(t *tableDef) (string, int) { return t.name.text, t.name.line })
	if err != nil {
		return err
	}
	d.kind, d.fileName = layout.Delimited, "{route}_{sequence:000000}.csv"
	d.records = []*record{t.record}
	for _, c := range t.left {
		d.open(c.line, "column %s is filled by the database, so that it is not in the file; put it in if it is", c.text)
	}
	d.set("encoding", "utf-8", "GUESS")
	d.set("line_end", "lf", "GUESS: or crlf")
	d.set("delimiter", `","`, "GUESS")
	d.set("quoting", "minimal", "GUESS: or all, text, none")
	d.set("header", "true", "GUESS")
	d.set("date_form", "yyyy-MM-dd", "GUESS")
	d.guess(0, "a table says nothing of the file that fills it: it is CSV in UTF-8 with a comma, a header row of the columns, a decimal point and dates as yyyy-MM-dd")
	return nil
}

// oneOf picks the part that a person named, or the only one.
func oneOf[T any](s source, part, what string, list []T, name func(T) (string, int)) (T, error) {
	var none T
	var there, names []string
	for _, t := range list {
		n, line := name(t)
		if strings.EqualFold(n, part) || part == "" && len(list) == 1 {
			return t, nil
		}
		names = append(names, n)
		there = append(there, fmt.Sprintf("%s (line %d)", n, line))
	}
	switch {
	case len(list) == 0:
		return none, s.wrong(0, "holds no %s", what)
	case part == "":
		return none, s.wrong(0, "holds more than one %s: say which with --part: %s", what, wording.SomeOf(there, 20, ", "))
	}
	near := ""
	if n := wording.Nearest(part, names); n != "" {
		near = "; did you mean " + n + "?"
	}
	return none, s.wrong(0, "has no %s %s%s; there are %s", what, part, near, wording.SomeOf(there, 20, ", "))
}

// tableDef is a table.
type tableDef struct {
	name   sqlToken
	record *record
	left   []sqlToken // columns that the database fills
}

// tablesOf reads the tables of a script, and what is said of their columns behind them.
func tablesOf(r *sqlReader) ([]*tableDef, error) {
	var out []*tableDef
	for !r.done() {
		switch {
		case r.all("COMMENT", "ON", "COLUMN"):
			column := r.name()
			if r.take("IS") && r.peek().quote == '\'' {
				remarkColumn(out, column.text, r.next().text)
			}
		case r.take("CREATE"):
			r.all("OR", "REPLACE")
			r.take("GLOBAL", "LOCAL")
			r.take("TEMPORARY", "TEMP", "PRIVATE", "UNLOGGED")
			if !r.take("TABLE") {
				continue
			}
			r.all("IF", "NOT", "EXISTS")
			t, err := oneTable(r)
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		default:
			r.at++
		}
	}
	return out, nil
}

func remarkColumn(tables []*tableDef, column, text string) {
	for _, t := range tables {
		for _, f := range t.record.fields {
			if strings.EqualFold(f.Name, column) {
				f.Note = oneLine(text)
			}
		}
	}
}

func oneTable(r *sqlReader) (*tableDef, error) {
	t := &tableDef{name: r.name()}
	t.record = &record{name: t.name.text, line: t.name.line, repeat: "posting"}
	if t.name.text == "" {
		return nil, r.s.wrong(t.name.line, "CREATE TABLE without a name")
	}
	if !r.take("(") {
		return nil, r.s.wrong(r.line(), "table %s: its columns in parentheses are missing", t.name.text)
	}
	for !r.done() {
		if r.peek().is("CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "CHECK", "KEY", "INDEX", "EXCLUDE", "SUPPLEMENTAL", "LIKE") {
			t.constraint(r)
		} else if err := t.column(r); err != nil {
			return nil, err
		}
		switch end := r.next(); {
		case end.is(")"):
			if len(t.record.fields) == 0 {
				return nil, r.s.wrong(t.name.line, "table %s has no column to fill", t.name.text)
			}
			return t, nil
		case !end.is(",") && !r.done():
			return nil, r.s.wrong(end.line, "table %s: %q is not understood here", t.name.text, end.text)
		}
		if len(t.record.fields) > mostFields {
			return nil, r.s.wrong(r.line(), "table %s has more than %d columns", t.name.text, mostFields)
		}
	}
	return nil, r.s.wrong(t.name.line, "table %s does not end: a ) is missing", t.name.text)
}

// constraint passes over a constraint of the table; columns of a primary key are required.
func (t *tableDef) constraint(r *sqlReader) {
	primary := false
	for !r.done() && !r.peek().is(",", ")") {
		if primary && r.peek().is("(") {
			for r.next(); !r.done() && !r.peek().is(")"); r.at++ {
				for _, f := range t.record.fields {
					f.Required = f.Required || strings.EqualFold(f.Name, r.peek().text)
				}
			}
			r.take(")")
			continue
		}
		if r.peek().is("(") {
			r.skip()
			continue
		}
		primary = primary || r.peek().is("PRIMARY")
		r.at++
	}
}

// column reads name, type and what follows up to the comma.
func (t *tableDef) column(r *sqlReader) error {
	name := r.next()
	if name.text == "" || name.quote == 0 && strings.ContainsAny(name.text, "(),;") {
		return r.s.wrong(name.line, "table %s: %q is no name of a column", t.record.name, name.text)
	}
	f := &field{line: name.line}
	f.Name = name.text
	kind := r.next()
	said := kind.text
	for r.peek().is("VARYING", "PRECISION", "VARCHAR2") {
		said += " " + r.next().text
	}
	size := r.numbers()
	f.sqlType(said, size)
	f.comment = strings.ToUpper(said) + sizes(size)
	automatic := kind.is("SERIAL", "BIGSERIAL", "SMALLSERIAL", "ROWVERSION", "TIMESTAMP WITH")
	for !r.done() && !r.peek().is(",", ")") {
		automatic = t.option(r, f) || automatic
	}
	if automatic {
		t.left = append(t.left, name)
		return nil
	}
	t.record.add(f)
	return nil
}

func sizes(n []int) string {
	if len(n) == 0 {
		return ""
	}
	return "(" + strings.ReplaceAll(strings.Trim(fmt.Sprint(n), "[]"), " ", ",") + ")"
}

// option reads one word of what follows a column's type, and tells whether the database fills the column.
func (t *tableDef) option(r *sqlReader, f *field) (automatic bool) {
	switch {
	case r.all("NOT", "NULL"), r.all("PRIMARY", "KEY"):
		f.Required = true
	case r.take("DEFAULT"):
		f.Required = false
		switch v := r.peek(); {
		case v.quote == '\'' || v.quote == 0 && v.text != "" && strings.Trim(v.text, "0123456789") == "":
			f.Note = join(f.Note, "the database puts "+quote(v.text)+" where nothing is given")
			r.at++
			f.optional()
		case v.is("("):
			r.skip()
			f.optional()
		default:
			r.at++
			f.optional()
		}
	case r.take("IDENTITY", "AUTO_INCREMENT", "GENERATED", "AUTOINCREMENT", "AS"):
		return true
	case r.take("COMMENT"):
		if r.peek().quote == '\'' {
			f.Note = join(f.Note, oneLine(r.next().text))
		}
	case r.take("CHECK"):
		f.check(r)
	case r.peek().is("("):
		r.skip()
	default:
		r.at++
	}
	return false
}

// optional: NOT NULL behind a default is no duty to fill it.
func (f *field) optional() { f.note("has a default, so that it need not be filled") }

func (f *field) note(text string) {
	if !strings.Contains(f.comment, text) {
		f.comment = join(f.comment, text)
	}
}

// check takes the codes of CHECK (c IN ('A', 'B')) over.
func (f *field) check(r *sqlReader) {
	start := r.at
	r.skip()
	var codes []layout.Word
	in := false
	for _, t := range r.tokens[start:r.at] {
		switch {
		case t.is("IN"):
			in = true
		case t.is("OR", "AND", "NOT", "LIKE"):
			return
		case in && t.quote == '\'':
			codes = append(codes, layout.Word(t.text))
		}
	}
	if in && (f.Type == layout.CodeType || f.loose) {
		f.Codes = codes
	}
}

// sqlType gives the field the type that a column has, in the names of Oracle, SQL Server, PostgreSQL, MySQL and DB2.
func (f *field) sqlType(said string, size []int) {
	at := func(i int) int {
		if i < len(size) {
			return size[i]
		}
		return 0
	}
	switch word := strings.ToUpper(strings.Fields(said + " ?")[0]); word {
	case "NUMBER", "NUMERIC", "DECIMAL", "DEC":
		f.Type = layout.AmountType
		f.Digits = at(0)
		f.Decimals = layout.Decimals(fmt.Sprintf("0..%d", at(1)))
		switch {
		case len(size) == 0:
			f.Decimals = "any"
		case at(1) > 30:
			f.Decimals = "any"
		case at(1) == 0:
			f.Type, f.Decimals, f.loose = layout.IntegerType, "", true
		}
	case "MONEY", "SMALLMONEY":
		f.Type, f.Decimals = layout.AmountType, "0..4"
	case "INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "MEDIUMINT", "INT2", "INT4", "INT8":
		f.Type, f.loose = layout.IntegerType, true
	case "DATE", "DATETIME", "DATETIME2", "SMALLDATETIME", "TIMESTAMP", "TIMESTAMPTZ":
		f.Type = layout.DateType
	case "TIME":
		f.Type = layout.TimeType
	case "BOOLEAN", "BOOL", "BIT":
		f.Type, f.Flags = layout.FlagType, []string{"1", "0"}
	case "FLOAT", "REAL", "DOUBLE", "BINARY_DOUBLE", "BINARY_FLOAT":
		f.Type, f.Decimals = layout.AmountType, "any"
	default:
		f.Width, f.loose = at(0), true // texts and codes
	}
	if f.Type == layout.IntegerType && f.Digits > 0 {
		f.Width, f.Digits = f.Digits, 0
	}
}
