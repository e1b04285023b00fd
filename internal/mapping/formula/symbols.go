package formula

import (
	"github.com/fisbridge/fisbridge/internal/layout"
)

// Symbols are the names that a formula may use. Names are asked for as they were typed first; when that fails, the
// spelling in FieldNames, TableNames and SettingNames that differs only by case, blanks, "_" and "-" is taken if there
// is exactly one.
type Symbols interface {
	// Field gives the slot by which Env.Value is asked, and what the field holds.
	Field(name string) (slot int, t Type, ok bool)
	FieldNames() []string
	// Table is a lookup sheet.
	Table(name string) (Table, bool)
	TableNames() []string
	// Setting is a company constant, used as settings.NAME; name comes without the "settings." in front.
	Setting(name string) (layout.Value, bool)
	SettingNames() []string
}

// Spoken is what Symbols may know besides: the language of the Excel in which the formula is written.
type Spoken interface{ Language() Language }

// Paths is what Symbols may know besides: the values of a document by their place, for FIELD.
type Paths interface {
	// Path gives the slot of a place such as report.requestId or expenseEntry[0].entryId, and what it holds; Any when
	// only the document can tell. The error says what is wrong with the path, in words for a person.
	Path(path string) (slot int, t Type, err error)
	// NearPath is the documented path most like one that is typed as a name, "" when none is.
	NearPath(typed string) string
}

// Later is what Symbols may know besides: sheets that the template has, and a workbook that was made before does not.
type Later interface{ LaterTable(name string) bool }

// MaxKeys is the greatest number of key columns of a lookup sheet.
const MaxKeys = 4

// Key is the key of a lookup, in the order of the key columns; unused places are "". A blank value is "" as well: it
// finds only a row whose key cell is blank, or "*".
type Key [MaxKeys]string

// Table is a lookup sheet: one to MaxKeys key columns, one or more result columns, rows numbered from 0. It is read
// only and safe for concurrent use once all formulas are compiled. Keys match exactly (case, blanks and zeros count);
// "*" in a key cell takes every value that no other row names, the more exact row wins, keys that the formula names
// first count more.
type Table interface {
	// Name is the sheet's name.
	Name() string
	// Keys are the headings of the key columns.
	Keys() []string
	// Columns are the headings of the result columns.
	Columns() []string
	// Settled says that Keys come in the same order, and that Default is the same column, wherever the columns stand in
	// the sheet.
	Settled() (keys, column bool)
	// Default is the column of a LOOKUP that names none.
	Default() int
	// ColumnType says what a result column holds.
	ColumnType(column int) Type
	// Ask tells the sheet, while a formula is compiled, which column it will ask for, and the key columns in the order
	// in which they count. The rank is for Find.
	Ask(order []int, column int) (rank int)
	// Find gives the row for a key and whether a "*" was needed. It must not allocate.
	Find(key Key, rank int) (row int, byDefault, ok bool)
	// Len is how many rows there are.
	Len() int
	// KeyCell is what stands in a key column.
	KeyCell(row, key int) string
	// Value is the result cell.
	Value(row, column int) layout.Value
	// Cell names the result cell for a person: Accounts!C14.
	Cell(row, column int) string
	// Near is the key in the table most like the one that was not found, "" when none is; for messages only.
	Near(key Key) string
}

// Env gives the values of one output row. Value is on the hot path: no allocation, no reflection.
type Env interface {
	Value(slot int) layout.Value
}
