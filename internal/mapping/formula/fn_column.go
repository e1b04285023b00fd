package formula

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula/functions"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// The functions of Excel that read a column of a lookup sheet, written as a column of a table: Accounts[Account].
func columnFunctions() []*function {
	return []*function{
		compiled("XLOOKUP(value; sheet[column]; sheet[column]; [otherwise])", "LOOKUP as Excel writes it: the row whose "+
			"first column is the value gives its second one; in a key column by the rules of the sheet (exact, then "+
			"prefix or range, then *), otherwise the first row that is equal",
			`XLOOKUP("HOTEL"; Accounts[Expense type]; Accounts[Account]; "none")`, "6100", (*compiler).callXLookup),
		compiled("INDEX(sheet[column]; row)", "the cell of the column in this row, from 1; with MATCH it is LOOKUP",
			`INDEX(Accounts[Account]; MATCH("HOTEL"; Accounts[Expense type]; 0))`, "6100", (*compiler).callIndex),
		compiled("MATCH(value; sheet[column]; 0)", "the row in which the value stands, from 1, found as by XLOOKUP; the 0 "+
			"(exact) must be there", `MATCH("HOTEL"; Accounts[Expense type]; 0)`, "1", (*compiler).callMatch),
		compiled("SUMIF(sheet[column]; criterion; [sheet[column]])", `the sum of the second column (or the first) over `+
			`the rows that meet the criterion: a value, "64*", ">100", "<>HOTEL"`,
			`SUMIF(Accounts[Account]; "6*"; Accounts[Rate])`, "0.26", (*compiler).callSumIf),
		compiled("COUNTIF(sheet[column]; criterion)", "how many rows meet the criterion", `COUNTIF(Accounts[Rate]; ">0.1")`,
			"1", (*compiler).callCountIf),
	}
}

// column is a column of a lookup sheet as a formula names it.
type column struct {
	table Table
	sheet string
	key   bool
	at    int
	typ   Type
}

// value is the cell in a row.
func (c *column) value(row int) layout.Value {
	if c.key {
		return layout.Text(c.table.KeyCell(row, c.at))
	}
	return c.table.Value(row, c.at)
}

func (c *column) heading() string {
	if c.key {
		return c.table.Keys()[c.at]
	}
	return c.table.Columns()[c.at]
}

// columnOf reads sheet[column].
func (c *compiler) columnOf(k *call, i int) (*column, bool) {
	n := k.nodes[i]
	if n.kind != atomExpr || c.tokens[n.token].kind != columnToken {
		p := c.part(n)
		c.wrong(p.start, p.end, "", "%s: write a column of a lookup sheet here, as in Accounts[Account]: %s", k.f.Name,
			k.f.Syntax)
		return nil, false
	}
	t := c.tokens[n.token]
	table, name, ok := c.table(t.value)
	if !ok {
		near := wording.Nearest(t.value, c.syms.TableNames())
		c.wrong(t.start, t.end, near, "there is no lookup sheet %s%s", t.value, didYouMean(near))
		return nil, false
	}
	c.tables[name] = struct{}{}
	heading := t.column
	for _, key := range []bool{true, false} {
		headings := table.Columns()
		if key {
			headings = table.Keys()
		}
		if same, ok := sameName(heading, headings); ok {
			out := &column{table: table, sheet: name, key: key, at: slices.Index(headings, same), typ: Text}
			if !key {
				out.typ = table.ColumnType(out.at)
				table.Ask([]int{0}, out.at)
			}
			return out, true
		}
	}
	all := append(slices.Clone(table.Keys()), table.Columns()...)
	near := wording.Nearest(heading, all)
	c.wrong(t.start, t.end, near, "%s has no column %s%s (columns: %s)", name, heading, didYouMean(near),
		clip(strings.Join(all, ", ")))
	return nil, false
}

// search finds the row of a value in a column.
type search struct {
	in    *column
	value argument
	rank  int
	call  *call
}

// searching compiles the value that is searched for and the column.
func (c *compiler) searching(k *call) (*search, bool) {
	in, ok := c.columnOf(k, 1)
	if !ok {
		c.part(k.nodes[0])
		return nil, false
	}
	s := &search{in: in, call: k}
	if in.key && len(in.table.Keys()) > 1 {
		l := &lookup{table: in.table, name: in.sheet}
		c.wrong(k.start, k.end, "", "%s finds a row by one key, but %s has %d; write %s", k.f.Name, in.sheet,
			len(in.table.Keys()), l.syntax())
		return nil, false
	}
	s.value = c.check(c.part(k.nodes[0]), in.typ, k.f.Name, "the value")
	if in.key {
		s.rank = in.table.Ask([]int{0}, in.table.Default())
	}
	return s, true
}

// row finds the row; the error tells that there is none.
func (s *search) row(env Env, tr *Trace) (row int, byDefault bool, key string, err error) {
	v, err := s.value.get(env, tr)
	if err != nil {
		return 0, false, "", err
	}
	key = v.String()
	if s.in.key {
		if row, byDefault, ok := s.in.table.Find(Key{v.Text}, s.rank); ok {
			return row, byDefault, key, nil
		}
	} else {
		for row := range s.in.table.Len() {
			if same, err := functions.Equal(s.in.value(row), v); err == nil && same && !s.in.value(row).IsEmpty() {
				return row, false, key, nil
			}
		}
	}
	e := &EvalError{Kind: NotFound, Position: s.call.start + 1, Function: s.call.f.Name, Table: s.in.sheet,
		Key: []string{key}, Reason: say.F("%s has no row for %q", s.in.sheet, clip(key))}
	if s.in.key {
		e.Reason = say.F("%s and no * row", e.Reason)
	}
	return 0, false, key, e
}

func (c *compiler) callXLookup(k *call) part {
	failed := c.failed(k.start, k.end)
	s, ok := c.searching(k)
	gives, okGives := c.columnOf(k, 2)
	otherwise := c.failed(k.end, k.end)
	if len(k.nodes) == 4 {
		otherwise = c.part(k.nodes[3])
	}
	if !ok || !okGives || !c.sameSheet(k, s.in, gives) {
		return failed
	}
	if s.in.key && !gives.key {
		c.lookups = append(c.lookups, Lookup{Table: gives.sheet, Keys: gives.table.Keys(), Column: gives.heading()})
	}
	withOther := len(k.nodes) == 4
	run := func(env Env, tr *Trace) (layout.Value, error) {
		row, byDefault, key, err := s.row(env, tr)
		if e, is := err.(*EvalError); is && e.Kind == NotFound && e.Position == k.start+1 && withOther {
			return otherwise.run(env, tr)
		}
		if err != nil {
			return layout.Value{}, err
		}
		gives.trace(tr, row, key, byDefault)
		return gives.value(row), nil
	}
	typ := gives.typ
	if withOther {
		typ = c.unify(k, part{typ: gives.typ, text: c.tokens[k.nodes[2].token].text}, otherwise)
	}
	return part{run: run, typ: typ}
}

// trace records the row that was used.
func (c *column) trace(tr *Trace, row int, key string, byDefault bool) {
	if tr == nil || c.key {
		return
	}
	tr.Lookups = append(tr.Lookups, Hit{Table: c.sheet, Column: c.heading(), Key: []string{key}, Row: row,
		Cell: c.table.Cell(row, c.at), ByDefault: byDefault, Value: c.table.Value(row, c.at)})
}

func (c *compiler) sameSheet(k *call, a, b *column) bool {
	if a.sheet == b.sheet {
		return true
	}
	c.wrong(k.start, k.end, "", "%s: both columns must be of one lookup sheet, but these are of %s and %s", k.f.Name,
		a.sheet, b.sheet)
	return false
}

func (c *compiler) callMatch(k *call) part {
	s, ok := c.searching(k)
	kind := c.part(k.nodes[2])
	if !kind.constant || kind.value.Kind != layout.NumberKind || !kind.value.Number.IsZero() {
		c.wrong(kind.start, kind.end, "", "MATCH finds exact values only: the last value is 0")
		return c.failed(k.start, k.end)
	}
	if !ok {
		return c.failed(k.start, k.end)
	}
	run := func(env Env, tr *Trace) (layout.Value, error) {
		row, _, _, err := s.row(env, tr)
		return layout.Number(functions.WholeNumber(int64(row) + 1)), err
	}
	return part{run: run, typ: Number}
}

func (c *compiler) callIndex(k *call) part {
	from, ok := c.columnOf(k, 0)
	number := c.argument(k, 1, Number)
	if !ok {
		return c.failed(k.start, k.end)
	}
	run := func(env Env, tr *Trace) (layout.Value, error) {
		v, err := number.need(env, tr)
		if err != nil {
			return v, err
		}
		row := int64(0)
		if v.Number.Abs().NumDigits() <= 18 {
			row = v.Number.IntPart()
		}
		if row < 1 || row > int64(from.table.Len()) {
			return v, k.fail(failure(NotFound, "INDEX: %s has no row %s; there are %d", from.sheet,
				clip(v.Number.String()), from.table.Len()))
		}
		from.trace(tr, int(row)-1, "row "+v.Number.String(), false)
		return from.value(int(row) - 1), nil
	}
	return part{run: run, typ: from.typ}
}

func (c *compiler) callSumIf(k *call) part {
	in, ok := c.columnOf(k, 0)
	add := in
	if len(k.nodes) == 3 {
		var okAdd bool
		if add, okAdd = c.columnOf(k, 2); !okAdd {
			ok = false
		}
	}
	if !ok || !c.sameSheet(k, in, add) {
		c.part(k.nodes[1])
		return c.failed(k.start, k.end)
	}
	if !fits(add.typ, Number) {
		c.wrong(k.start, k.end, "", "SUMIF: the column %s of %s holds %s, but numbers are added", add.heading(), add.sheet,
			add.typ)
		return c.failed(k.start, k.end)
	}
	return c.overRows(k, in, func(rows []int) (layout.Value, error) {
		sum := fis.Zero
		for _, row := range rows {
			if v := add.value(row); v.Kind == layout.NumberKind {
				sum = sum.Add(v.Number)
			}
		}
		return functions.Bounded(sum)
	})
}

func (c *compiler) callCountIf(k *call) part {
	in, ok := c.columnOf(k, 0)
	if !ok {
		c.part(k.nodes[1])
		return c.failed(k.start, k.end)
	}
	return c.overRows(k, in, func(rows []int) (layout.Value, error) {
		return layout.Number(functions.WholeNumber(int64(len(rows)))), nil
	})
}

// overRows gives finish the rows that meet the criterion.
func (c *compiler) overRows(k *call, in *column, finish func(rows []int) (layout.Value, error)) part {
	criterion, in2 := c.part(k.nodes[1]), c.in
	run := func(env Env, tr *Trace) (layout.Value, error) {
		v, err := criterion.run(env, tr)
		if err != nil {
			return v, err
		}
		meets := functions.Criterion(v, in2)
		var rows []int
		for row := range in.table.Len() {
			if meets(in.value(row)) {
				rows = append(rows, row)
			}
		}
		return k.done(finish(rows))
	}
	return part{run: run, typ: Number}
}

// holidays compiles the days from one value on: dates, or a column of them.
func (c *compiler) holidays(k *call, from int) (func(env Env, tr *Trace) (functions.Holidays, error), []part) {
	var days []argument
	fixed, constant := functions.Holidays{}, true
	for i := from; i < len(k.nodes); i++ {
		if n := k.nodes[i]; n.kind == atomExpr && c.tokens[n.token].kind == columnToken {
			constant = false
			in, ok := c.columnOf(k, i)
			if ok && in.typ != Date {
				c.wrong(c.tokens[n.token].start, c.tokens[n.token].end, "", "%s: the column %s of %s holds %s, but dates "+
					"are needed", k.f.Name, in.heading(), in.sheet, in.typ)
				continue
			}
			for row := 0; ok && row < in.table.Len(); row++ {
				if v := in.value(row); v.Kind == layout.DateKind {
					fixed[v.Date] = true
				}
			}
			continue
		}
		days = append(days, c.argument(k, i, Date))
	}
	all := parts(days)
	if !constant {
		all = append(all, part{})
	}
	return func(env Env, tr *Trace) (functions.Holidays, error) {
		if len(days) == 0 {
			return fixed, nil
		}
		free := functions.Holidays{}
		for d := range fixed {
			free[d] = true
		}
		for i := range days {
			v, err := days[i].get(env, tr)
			if err != nil {
				return nil, err
			}
			if v.Kind == layout.DateKind {
				free[v.Date] = true
			}
		}
		return free, nil
	}, all
}

func (c *compiler) callWorkday(k *call) part {
	start, days := c.argument(k, 0, Date), c.argument(k, 1, Number)
	days.dated = true
	return c.workdays(k, Date, start, days, func(a, b layout.Value, free functions.Holidays) (layout.Value, error) {
		return functions.Workday(a.Date, b, free)
	})
}

func (c *compiler) callNetworkdays(k *call) part {
	start, end := c.argument(k, 0, Date), c.argument(k, 1, Date)
	return c.workdays(k, Number, start, end, func(a, b layout.Value, free functions.Holidays) (layout.Value, error) {
		return functions.Workdays(a.Date, b.Date, free)
	})
}

// workdays compiles a function of a day, another value and holidays; a blank day is handed on.
func (c *compiler) workdays(k *call, typ Type, first, second argument,
	count func(a, b layout.Value, free functions.Holidays) (layout.Value, error)) part {
	holidays, from := c.holidays(k, 2)
	run := func(env Env, tr *Trace) (layout.Value, error) {
		a, err := first.get(env, tr)
		if err != nil || a.Kind == layout.Empty {
			return layout.Value{}, err
		}
		b, err := second.need(env, tr)
		if err != nil {
			return layout.Value{}, err
		}
		free, err := holidays(env, tr)
		if err != nil {
			return layout.Value{}, err
		}
		return k.done(count(a, b, free))
	}
	return c.finish(k, typ, run, append(from, first.part, second.part)...)
}
