package formula

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// sampleField is a field with the value that one row gives it.
type sampleField struct {
	name  string
	typ   Type
	value layout.Value
}

// world is a small mapping: fields, sheets and settings. It is Symbols and Env at once.
type world struct {
	fields   []sampleField
	tables   []Table
	settings map[string]layout.Value
}

func (w *world) Field(name string) (int, Type, bool) {
	i := slices.IndexFunc(w.fields, func(f sampleField) bool { return f.name == name })
	if i < 0 {
		return 0, Any, false
	}
	return i, w.fields[i].typ, true
}

// Path knows the fields by the end of their path.
func (w *world) Path(path string) (int, Type, error) {
	i, typ, ok := w.Field(path[strings.LastIndexByte(path, '.')+1:])
	if !ok {
		return 0, Any, fmt.Errorf("there is nothing at %s", path)
	}
	return i, typ, nil
}

func (w *world) NearPath(string) string { return "" }

func (w *world) FieldNames() []string {
	var names []string
	for _, f := range w.fields {
		names = append(names, f.name)
	}
	return names
}

func (w *world) Table(name string) (Table, bool) {
	i := slices.IndexFunc(w.tables, func(t Table) bool { return t.Name() == name })
	if i < 0 {
		return nil, false
	}
	return w.tables[i], true
}

func (w *world) TableNames() []string {
	var names []string
	for _, t := range w.tables {
		names = append(names, t.Name())
	}
	return names
}

func (w *world) Setting(name string) (layout.Value, bool) {
	v, ok := w.settings[name]
	return v, ok
}

func (w *world) SettingNames() []string {
	var names []string
	for name := range w.settings {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (w *world) Value(slot int) layout.Value { return w.fields[slot].value }

// sheet is a lookup sheet with its default in rows whose key cells are "*".
type sheet struct {
	name          string
	keys, columns []string
	types         []Type
	rows          map[Key]int
	cells         [][]layout.Value
}

func (s *sheet) Name() string               { return s.name }
func (s *sheet) Keys() []string             { return s.keys }
func (s *sheet) Columns() []string          { return s.columns }
func (s *sheet) ColumnType(column int) Type { return s.types[column] }

func (s *sheet) Settled() (bool, bool) { return len(s.keys) == 1, len(s.columns) == 1 }
func (s *sheet) Default() int          { return 0 }

func (s *sheet) Ask(order []int, _ int) int {
	if order[0] == 0 {
		return 0
	}
	return 1
}

func (s *sheet) Find(key Key, rank int) (int, bool, bool) {
	if row, ok := s.rows[key]; ok {
		return row, false, true
	}
	for i := range s.keys {
		last := len(s.keys) - 1 - i
		if rank == 1 {
			last = i
		}
		key[last] = "*"
		if row, ok := s.rows[key]; ok {
			return row, true, true
		}
	}
	return 0, false, false
}

func (s *sheet) Len() int { return len(s.cells) }

func (s *sheet) KeyCell(row, key int) string {
	for k, r := range s.rows {
		if r == row {
			return k[key]
		}
	}
	return ""
}

func (s *sheet) Value(row, column int) layout.Value { return s.cells[row][column] }

func (s *sheet) Cell(row, column int) string {
	return fmt.Sprintf("%s!%c%d", s.name, 'A'+len(s.keys)+column, row+2)
}

func (s *sheet) Near(key Key) string {
	var first []string
	for k := range s.rows {
		first = append(first, k[0])
	}
	slices.Sort(first)
	return wording.Nearest(key[0], first)
}

func newSheet(name string, keys, columns []string, types []Type, rows ...[]layout.Value) *sheet {
	s := &sheet{name: name, keys: keys, columns: columns, types: types, rows: map[Key]int{}}
	for i, r := range rows {
		var k Key
		for j := range keys {
			k[j] = r[j].Text
		}
		s.rows[k] = i
		s.cells = append(s.cells, r[len(keys):])
	}
	return s
}

func amount(s string) layout.Value {
	a, err := fis.ParseAmount(s)
	if err != nil {
		panic(err)
	}
	return layout.Number(a)
}

func day(s string) layout.Value {
	d, err := fis.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return layout.Day(d)
}

func sampleWorld() *world {
	txt := layout.Text
	return &world{
		fields: []sampleField{
			{"reportName", Text, txt("Trip to Łódź")},
			{"reportId", Text, txt("8F2A")},
			{"employeeId", Text, txt("0004711")},
			{"expenseTypeCode", Text, txt("HOTEL")},
			{"paymentTypeCode", Text, txt("cash")},
			{"entryDescription", Text, layout.Value{}},
			{"transactionAmount", Number, amount("119.00")},
			{"taxAmount", Number, layout.Value{}},
			{"transactionDate", Date, day("2024-02-29")},
			{"submitDate", Date, layout.Value{}},
			{"isPersonal", Bool, layout.Flag(false)},
			{"isTest", Bool, layout.Value{}},
			{"allocationCustom1Code", Any, txt("100")},
			{"entryCustom9", Any, amount("7")},
			{"entryCustom10", Any, layout.Value{}},
			{"line.account", Text, txt("TAXI")},
			{"line.amount", Number, amount("-84.0350")},
			{"Profit center", Text, txt("PC1")},
		},
		tables: []Table{
			newSheet("Accounts", []string{"Expense type"}, []string{"Account", "Tax code", "Rate"}, []Type{Text, Text, Number},
				[]layout.Value{txt("HOTEL"), txt("6100"), txt("V1"), amount("0.07")},
				[]layout.Value{txt("MEALS"), txt("6200"), {}, amount("0.19")}),
			newSheet("Cost centres", []string{"Cost centre", "Company"}, []string{"Target"}, []Type{Text},
				[]layout.Value{txt("100"), txt("DE01"), txt("K100")},
				[]layout.Value{txt("100"), txt("*"), txt("K1XX")},
				[]layout.Value{txt("*"), txt("*"), txt("K999")}),
		},
		settings: map[string]layout.Value{"company": txt("DE01"), "Cost element": txt("4000"), "rate": amount("0.19"), "empty": {}},
	}
}

func mustCompile(t testing.TB, source string, w *world) *Program {
	t.Helper()
	p, err := Compile(source, w)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return p
}
