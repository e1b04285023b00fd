package formula

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

func lookupFunctions() []*function {
	find := compiled("LOOKUP(sheet; key; …; [column])",
		"the value of a lookup sheet in the row with this key, else in the row with *; no row is an "+
			"error. A sheet with several keys: LOOKUP(sheet; Heading = key; Heading = key; column), "+
			"in any order, the first counts most where rows with * compete",
		`LOOKUP(Accounts; "HOTEL"; Account)`, "6100", (*compiler).callLookup)
	find.names = true
	return append([]*function{find, fieldFunction()}, columnFunctions()...)
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
func (c *compiler) nameOrText(e *expr) (token, bool) {
	if e.kind != atomExpr {
		return token{}, false
	}
	t := c.tokens[e.token]
	return t, t.kind == nameToken || t.kind == textToken
}

// lookup is one use of a sheet.
type lookup struct {
	table  Table
	name   string
	keys   []argument // in the order of the formula
	order  []int      // the key column of each of them
	rank   int
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
		c.keysOfNothing(k)
		return failed
	}
	c.tables[name] = struct{}{}
	k.text = string(c.src[k.start:k.end])
	l := &lookup{table: table, name: name, call: k, near: c.guarded == 0}
	before := len(c.mistakes)
	rest, named := c.lookupKeys(l, k.nodes[1:])
	if len(c.mistakes) > before {
		return failed
	}
	withColumn := len(rest) > 0
	if l.column = table.Default(); withColumn && !c.column(l, rest[0]) {
		return failed
	}
	l.rank = table.Ask(l.order, l.column)
	c.lookups = append(c.lookups, l.use(named, withColumn, t.text))
	run := l.one()
	if len(l.keys) > 1 {
		run = l.many()
	}
	return part{run: run, typ: table.ColumnType(l.column)}
}

// keysOfNothing looks for more mistakes in the keys of a sheet that is not there. The last value may be a column, which
// nobody can know.
func (c *compiler) keysOfNothing(k *call) {
	for _, n := range k.nodes[1:max(2, len(k.nodes)-1)] {
		if _, key, named := namedKey(n); named {
			n = key
		}
		c.part(n)
	}
}

// namedKey is Heading = value.
func namedKey(e *expr) (heading, key *expr, named bool) {
	if e.kind != operatorExpr || e.op != "=" {
		return nil, nil, false
	}
	return e.args[0], e.args[1], true
}

// lookupKeys compiles the keys, by their headings where they are named, by their order else; rest is what follows them.
func (c *compiler) lookupKeys(l *lookup, nodes []*expr) (rest []*expr, named bool) {
	keys := l.table.Keys()
	if _, _, named = namedKey(nodes[0]); named {
		return c.namedKeys(l, nodes), true
	}
	if given := len(nodes); given != len(keys) && given != len(keys)+1 {
		c.wrong(l.call.start, l.call.end, "", "%s has %d key %s, so write %s", l.name, len(keys),
			plural(len(keys), "column", "columns"), l.syntax())
		for i := range min(given-1, len(keys)) { // the last one may be a column
			c.part(nodes[i])
		}
		return nil, false
	}
	for i := range keys {
		if _, key, named := namedKey(nodes[i]); named {
			p := c.part(key)
			c.wrong(p.start, p.end, "", "LOOKUP: name all keys or none: %s", l.syntax())
			continue
		}
		l.key(c, i, nodes[i])
	}
	return nodes[len(keys):], false
}

// namedKeys are all values of the form Heading = value.
func (c *compiler) namedKeys(l *lookup, nodes []*expr) (rest []*expr) {
	keys := l.table.Keys()
	given := make([]bool, len(keys))
	for rest = nodes; len(rest) > 0; rest = rest[1:] {
		heading, key, named := namedKey(rest[0])
		if !named {
			break
		}
		i := c.keyHeading(l, heading)
		if i >= 0 && given[i] {
			p := c.part(key)
			c.wrong(p.start, p.end, "", "LOOKUP: the key %s is given twice", keys[i])
			continue
		}
		if i < 0 {
			c.part(key)
			continue
		}
		given[i] = true
		l.key(c, i, key)
	}
	for i, k := range keys {
		if !given[i] && len(l.keys) < len(nodes)-len(rest) {
			break // a heading that is not known: told already
		}
		if !given[i] {
			c.wrong(l.call.start, l.call.end, "", "LOOKUP: the key %s of %s is missing: %s", k, l.name, l.syntax())
		}
	}
	if len(rest) > 1 {
		p := c.part(rest[0])
		c.wrong(p.start, p.end, "", "LOOKUP: name all keys or none, and the column last: %s", l.syntax())
	}
	return rest
}

// key compiles the value of a key column.
func (l *lookup) key(c *compiler, column int, n *expr) {
	l.keys = append(l.keys, c.check(c.part(n), Text, "LOOKUP", "the key "+l.table.Keys()[column]))
	l.order = append(l.order, column)
}

// keyHeading finds the key column that a formula names, -1 after a mistake.
func (c *compiler) keyHeading(l *lookup, n *expr) int {
	keys := l.table.Keys()
	t, ok := c.nameOrText(n)
	if !ok {
		p := c.part(n)
		c.wrong(p.start, p.end, "", "LOOKUP: the heading of a key column of %s stands before the =: %s", l.name,
			strings.Join(keys, ", "))
		return -1
	}
	name := t.value
	if same, ok := sameName(name, keys); ok {
		name = same
	}
	if i := slices.Index(keys, name); i >= 0 {
		return i
	}
	if column, ok := sameName(name, l.table.Columns()); ok {
		c.wrong(t.start, t.end, "", "%s is no key column of %s; make its heading %s (key), or use one of %s", column,
			l.name, column, clip(strings.Join(keys, ", ")))
		return -1
	}
	near := wording.Nearest(name, keys)
	c.wrong(t.start, t.end, near, "%s has no key column %s%s (key columns: %s)", l.name, name, didYouMean(near),
		clip(strings.Join(keys, ", ")))
	return -1
}

// syntax is how the sheet is asked, as advice.
func (l *lookup) syntax() string {
	keys := l.table.Keys()
	if len(keys) == 1 {
		return fmt.Sprintf("LOOKUP(%s; %s; [column])", quoteName(l.name), "key")
	}
	named := make([]string, len(keys))
	for i, k := range keys {
		named[i] = quoteName(k) + " = …"
	}
	return fmt.Sprintf("LOOKUP(%s; %s; [column])", quoteName(l.name), strings.Join(named, "; "))
}

// quoteName is a name as a formula spells it: 'Cost centre' with quotes, Account without.
func quoteName(name string) string {
	for i, r := range name {
		if i == 0 && !isNameStart(r) || !isNamePart(r) {
			return "'" + strings.ReplaceAll(name, "'", "''") + "'"
		}
	}
	return name
}

// Lookup is how a formula asks a lookup sheet.
type Lookup struct {
	Table  string
	Keys   []string // headings of the key columns, in the order of the formula
	Column string
	// Loose says that columns are meant which the formula does not name: moved in the sheet, others would be asked.
	Loose bool
	// Guarded says that the formula has another value where the sheet has no row.
	Guarded bool
	// Written is this LOOKUP as it was typed, Better the same by headings, for a Loose one.
	Written, Better string
}

// use records what columns are asked.
func (l *lookup) use(named, withColumn bool, sheet string) Lookup {
	keys, columns := l.table.Keys(), l.table.Columns()
	settledKeys, settledColumn := l.table.Settled()
	u := Lookup{Table: l.name, Column: columns[l.column], Guarded: !l.near, Written: l.call.text}
	better := []string{sheet}
	for i, at := range l.order {
		u.Keys = append(u.Keys, keys[at])
		better = append(better, quoteName(keys[at])+" = "+l.keys[i].text)
	}
	u.Loose = !named && !settledKeys || !withColumn && !settledColumn
	better = append(better, quoteName(u.Column))
	u.Better = "LOOKUP(" + strings.Join(better, "; ") + ")"
	return u
}

func (c *compiler) unknownTable(t token) {
	if l, ok := c.syms.(Later); ok && l.LaterTable(t.value) {
		c.wrong(t.start, t.end, "", "there is no lookup sheet %s, which this version of the template has: the workbook was made before. fisbridge mapping convert OLD NEW makes one that has it", t.value)
		return
	}
	near := wording.Nearest(t.value, c.syms.TableNames())
	c.wrong(t.start, t.end, near, "there is no lookup sheet %s%s", t.value, didYouMean(near))
}

func (c *compiler) column(l *lookup, n *expr) bool {
	columns := l.table.Columns()
	t, ok := c.nameOrText(n)
	if !ok {
		p := c.part(n)
		c.wrong(p.start, p.end, "", "LOOKUP: the last value is the name of a column of %s: %s", l.name,
			strings.Join(columns, ", "))
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
	near := wording.Nearest(name, columns)
	c.wrong(t.start, t.end, near, "%s has no column %s%s (columns: %s)", l.name, name, didYouMean(near),
		clip(strings.Join(columns, ", ")))
	return false
}

// one looks up by one key, the usual case.
func (l *lookup) one() node {
	key, table, column, rank := l.keys[0], l.table, l.column, l.rank
	return func(env Env, tr *Trace) (layout.Value, error) {
		v, err := key.get(env, tr)
		if err != nil {
			return v, err
		}
		row, byDefault, ok := table.Find(Key{v.Text}, rank)
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
			key[l.order[i]] = v.Text
		}
		row, byDefault, ok := l.table.Find(key, l.rank)
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
			quoted[i] = "a blank " + clip(l.keys[slices.Index(l.order, i)].text)
		}
	}
	e := &EvalError{
		Kind: NotFound, Position: l.call.start + 1, Function: "LOOKUP", Table: l.name,
		Key:    append([]string(nil), used...),
		Reason: say.F("%s has no row for %s and no * row", l.name, strings.Join(quoted, ", ")),
	}
	if l.near {
		if e.Nearest = l.table.Near(key); e.Nearest != "" {
			e.Reason = say.F("%s; the nearest is %q", e.Reason, e.Nearest)
		}
	}
	return e
}
