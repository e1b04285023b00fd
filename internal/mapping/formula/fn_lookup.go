package formula

import (
	"fmt"
	"strings"

	"github.com/expr-lang/expr/ast"

	"github.com/fisbridge/fisbridge/internal/layout"
)

func lookupFunctions() []*function {
	return []*function{{
		FunctionInfo: FunctionInfo{
			Syntax:  "LOOKUP(sheet; key; …; [column])",
			Meaning: "the value of a lookup sheet in the row with this key (as many keys as the sheet has key columns), else in the row with *; without a column the first after the keys; no row is an error",
			Example: `LOOKUP(Accounts; "HOTEL"; Account)`, Result: "6100",
		},
		special: (*compiler).callLookup, names: true,
	}}
}

// table finds a lookup sheet.
func (c *compiler) table(typed string) (Table, string, bool) {
	if t, ok := c.syms.Table(typed); ok {
		return t, t.Name(), true
	}
	if same, ok := sameName(typed, c.syms.TableNames()); ok {
		if t, ok := c.syms.Table(same); ok {
			return t, t.Name(), true
		}
	}
	return nil, "", false
}

// nameOrText is a sheet or column: Accounts, 'Cost centres' or "Cost centres".
func (c *compiler) nameOrText(n ast.Node) (token, bool) {
	if _, ok := n.(*ast.IdentifierNode); !ok {
		return token{}, false
	}
	t := c.tokens[c.tokenAt(n)]
	return t, t.kind == nameToken || t.kind == textToken
}

// lookup is one use of a sheet.
type lookup struct {
	table  Table
	name   string
	keys   []argument
	column int
	call   *call
	near   bool // an error names the nearest key
}

func (c *compiler) callLookup(k *call) part {
	failed := c.failed(k.start, k.end)
	t, ok := c.nameOrText(k.nodes[0])
	if !ok {
		p := c.part(k.nodes[0])
		c.wrong(p.start, p.end, "", "LOOKUP: the first value is the name of a lookup sheet: %s", k.f.Syntax)
		return failed
	}
	table, name, ok := c.table(t.value)
	if !ok {
		c.unknownTable(t)
		for _, n := range k.nodes[1:max(2, len(k.nodes)-1)] {
			c.part(n)
		}
		return failed
	}
	c.tables[name] = struct{}{}
	l := &lookup{table: table, name: name, call: k, near: c.guarded == 0}
	keys, given := len(table.Keys()), len(k.nodes)-1
	if given != keys && given != keys+1 {
		c.wrong(k.start, k.end, "", "%s has %d key %s, so write LOOKUP(%s; %s; [column])", name, keys, plural(keys, "column", "columns"), t.text, strings.Join(table.Keys(), "; "))
		return failed
	}
	for i := 1; i <= keys; i++ {
		l.keys = append(l.keys, c.check(c.part(k.nodes[i]), Text, "LOOKUP", "the key "+table.Keys()[i-1]))
	}
	if given == keys+1 && !c.column(l, k.nodes[keys+1]) {
		return failed
	}
	run := l.one()
	if keys > 1 {
		run = l.many()
	}
	return part{run: run, typ: table.ColumnType(l.column)}
}

func (c *compiler) unknownTable(t token) {
	near := Nearest(t.value, c.syms.TableNames())
	c.wrong(t.start, t.end, near, "there is no lookup sheet %s%s", t.value, didYouMean(near))
}

func (c *compiler) column(l *lookup, n ast.Node) bool {
	columns := l.table.Columns()
	t, ok := c.nameOrText(n)
	if !ok {
		p := c.part(n)
		c.wrong(p.start, p.end, "", "LOOKUP: the last value is the name of a column of %s: %s", l.name, strings.Join(columns, ", "))
		return false
	}
	name := t.value
	if same, ok := sameName(name, columns); ok {
		name = same
	}
	for i, column := range columns {
		if column == name {
			l.column = i
			return true
		}
	}
	near := Nearest(name, columns)
	c.wrong(t.start, t.end, near, "%s has no column %s%s (columns: %s)", l.name, name, didYouMean(near), clip(strings.Join(columns, ", ")))
	return false
}

// one looks up by one key, the usual case.
func (l *lookup) one() node {
	key, table, column := l.keys[0], l.table, l.column
	return func(env Env, tr *Trace) (layout.Value, error) {
		v, err := key.get(env, tr)
		if err != nil {
			return v, err
		}
		row, byDefault, ok := table.Find(Key{v.Text})
		if !ok {
			return layout.Value{}, l.missing(Key{v.Text})
		}
		if tr != nil {
			l.hit(tr, Key{v.Text}, row, byDefault)
		}
		return table.Value(row, column), nil
	}
}

func (l *lookup) many() node {
	return func(env Env, tr *Trace) (layout.Value, error) {
		var key Key
		for i := range l.keys {
			v, err := l.keys[i].get(env, tr)
			if err != nil {
				return v, err
			}
			key[i] = v.Text
		}
		row, byDefault, ok := l.table.Find(key)
		if !ok {
			return layout.Value{}, l.missing(key)
		}
		if tr != nil {
			l.hit(tr, key, row, byDefault)
		}
		return l.table.Value(row, l.column), nil
	}
}

func (l *lookup) hit(tr *Trace, key Key, row int, byDefault bool) {
	tr.Lookups = append(tr.Lookups, Hit{
		Table: l.name, Column: l.table.Columns()[l.column], Key: append([]string(nil), key[:len(l.keys)]...), Row: row,
		Cell: l.table.Cell(row, l.column), ByDefault: byDefault, Value: l.table.Value(row, l.column),
	})
}

// missing is the message that accountants see most: an account that nobody has mapped yet.
func (l *lookup) missing(key Key) error {
	used := key[:len(l.keys)]
	quoted := make([]string, len(used))
	for i, k := range used {
		if quoted[i] = fmt.Sprintf("%q", clip(k)); k == "" {
			quoted[i] = "a blank " + clip(l.keys[i].text)
		}
	}
	e := &EvalError{
		Kind: NotFound, Position: l.call.start + 1, Function: "LOOKUP", Table: l.name, Key: append([]string(nil), used...),
		Reason: fmt.Sprintf("%s has no row for %s and no * row", l.name, strings.Join(quoted, ", ")),
	}
	if l.near {
		if e.Nearest = l.table.Near(key); e.Nearest != "" {
			e.Reason += fmt.Sprintf("; the nearest is %q", e.Nearest)
		}
	}
	return e
}
