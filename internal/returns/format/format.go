// Package format describes the files that come back from an ERP or a bank: how one is recognised, how its lines are
// read, what its columns and words mean. Templates carry formats, and the Results sheet of a mapping changes them.
// Check tells all that is wrong with a format at once; a format without findings can be read by package returns, and
// nothing in it is left to a guess.
package format

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// Format is one kind of file that an ERP or a bank puts into the return folder: how it is recognised, how its lines
// are read, and what its columns mean. Templates carry it in their `results:` section; the mapping's Results sheet
// overrides which column holds what and how its words read (rows.go). Nothing in it is guessed: a word that is
// not listed makes the row an exception.
type Format struct {
	// Name is how messages, the journal and the Results sheet call the format.
	Name string `yaml:"name"`
	// Ready names the ready format that this one is, with what is written beside it in the place of what that has.
	Ready string `yaml:"ready,omitempty" json:",omitempty"`
	// Files is the glob of file names, without a folder; upper and lower case are the same.
	Files string `yaml:"files"`
	// NamePattern takes references out of the result file's own name: a regular expression whose named groups are roles
	// (`^GL(?<file_sequence>[0-9]+)\.rej$`).
	NamePattern string `yaml:"name_pattern,omitempty"`
	Kind        Kind   `yaml:"kind"`
	Level       Level  `yaml:"level"`
	// Layout and Records say how the bytes read; a record's use says what its lines are for.
	Layout  layout.Spec     `yaml:"layout"`
	Records []layout.Record `yaml:"records"`
	// Uses gives records that are not data a use, by record name.
	Uses map[string]Use `yaml:"uses,omitempty"`
	// Columns say which field plays which role.
	Columns []Column `yaml:"columns"`
	// DefaultOutcome is what every data row means where there is no outcome column: `rejected` for a reject file.
	DefaultOutcome Word `yaml:"default_outcome,omitempty"`
	// DefaultStatus is the payment status where there is no status column: CP, PP, RE or OB.
	DefaultStatus Word `yaml:"default_status,omitempty"`
	// Rest says what the documents of the import file are that the result file does not name. Empty: nothing is known
	// of them. `posted`: the ERP lists rejects only, and has booked everything else of the file. `acknowledged`: the
	// same, but only when a file-level result counts as many rejects as are listed.
	Rest Word `yaml:"rest,omitempty"`
	// PostedLines says what it means that a line is posted beside one of its document that is rejected; empty: booked.
	PostedLines LineMeaning `yaml:"posted_lines,omitempty" json:",omitempty"`
	// FinalLineEnd refuses a file whose last line is not ended: a file without trailer cut in the middle of a number
	// looks whole.
	FinalLineEnd bool `yaml:"final_line_end,omitempty"`
	// FiscalYearStart derives the fiscal year from the posting date where no column holds it: the month (1-12) in which
	// it starts; 0 derives nothing. FiscalYearNamed says whether a year that spans two is named by its `start` or its
	// `end`.
	FiscalYearStart int    `yaml:"fiscal_year_start,omitempty"`
	FiscalYearNamed string `yaml:"fiscal_year_named,omitempty"`
	// PaidAmounts says which sign the amount of a payment has: `positive` or `negative` (banks list money that leaves
	// as negative). The other sign is money that came back, a reversed payment (RE). Empty: amounts are positive, and a
	// negative one makes the row an exception.
	PaidAmounts Sign `yaml:"paid_amounts,omitempty"`
	// Match is in which order the document of a payment is looked for; empty: by the references that the row names.
	Match []Way `yaml:"match,omitempty" json:",omitempty"`
	// AnyRoute: the file is of all routes of the installation, and of others too: a bank's statement. A payment of it
	// may be of a document of any route; one that is nobody's is listed once, and nobody is asked.
	AnyRoute bool `yaml:"any_route,omitempty" json:",omitempty"`
	// AbsoluteAmounts is the former way to write `paid_amounts: negative`.
	AbsoluteAmounts bool `yaml:"absolute_amounts,omitempty"`
}

// Sign is the sign of an amount.
type Sign string

const (
	PositiveAmounts Sign = "positive"
	NegativeAmounts Sign = "negative"
)

// PaidSign is the sign that payments have in data rows, empty when only positive amounts are taken. An amount in two
// columns tells by itself: what stands in the `plus` column was paid.
func (f *Format) PaidSign() Sign {
	switch {
	case f.PaidAmounts != "":
		return f.PaidAmounts
	case f.AbsoluteAmounts:
		return NegativeAmounts
	}
	for i := range f.Columns {
		if f.Columns[i].Role == RoleAmount && f.Columns[i].Plus != "" {
			return PositiveAmounts
		}
	}
	return ""
}

// Way is how the document of a payment is found. Only a way that leads to a single one counts; several that one leads
// to, a later one may decide between.
type Way string

const (
	// ByReference: the row names it in the column of a reference.
	ByReference Way = "reference"
	// ByText: a whole word of the free text is its report id or docId; with a pattern, what that takes out of the text.
	ByText Way = "text"
	// ByRun: the payment run is the name of one of our import files, and one document of it is of this amount.
	ByRun Way = "payment run"
	// ByAmount: one document that is posted and not paid is of this amount, was posted not long before this day, and of
	// this party.
	ByAmount Way = "amount and date and party"
)

// Ways are all of them.
func Ways() []Way { return []Way{ByReference, ByText, ByRun, ByAmount} }

// Kind is what the rows of a format speak of.
type Kind string

const (
	Posting Kind = "posting"
	Payment Kind = "payment"
	// Mixed leaves it to the column with the role `kind`.
	Mixed Kind = "mixed"
)

// Level is what one row is about.
type Level string

const (
	// LevelDocument: one row speaks for a whole document.
	LevelDocument Level = "document"
	// LevelLine: one row speaks for one line of our import file; a document needs all of its lines.
	LevelLine Level = "line"
	// LevelFile: one row speaks for a whole import file.
	LevelFile Level = "file"
)

// LineMeaning is what an ERP has done with a line that it calls posted while it rejects another one of the document.
type LineMeaning string

const (
	// LinesBooked: it has booked the line, so that the document is in its books in part.
	LinesBooked LineMeaning = "booked"
	// LinesChecked: it has found no mistake in the line, and books a document whole or not at all.
	LinesChecked LineMeaning = "checked"
)

// Use is what the lines of one record are for.
type Use string

const (
	// UseData rows are outcomes or payments; it is what a record is for unless it says otherwise.
	UseData Use = "data"
	// UseHeader values hold for the data rows that follow.
	UseHeader Use = "header"
	// UseTrailer declares counts and totals and must be the last record: without it the file is not whole.
	UseTrailer Use = "trailer"
	// UseIgnore lines are counted and nothing else.
	UseIgnore Use = "ignore"
)

// Column gives one role its source: a field, several fields joined, two columns of an amount, or a constant.
type Column struct {
	Role Role `yaml:"role"`
	// Record limits the column to one record; empty is every record that has the field.
	Record string `yaml:"record,omitempty"`
	// Field names a field of the record. The roles `message` and `message_code` may have several columns: the first
	// code belongs to the first message, and so on.
	Field string `yaml:"field,omitempty"`
	// Fields are joined by Join: a payment reference that is unique only together with another column.
	Fields []string `yaml:"fields,omitempty"`
	Join   string   `yaml:"join,omitempty"`
	// Plus and Minus are the two columns of an amount, of which a row fills one: what stands in Plus is positive, in
	// Minus negative.
	Plus  string `yaml:"plus,omitempty"`
	Minus string `yaml:"minus,omitempty"`
	// Value is a constant instead of a field.
	Value string `yaml:"value,omitempty"`
	// Pattern takes the part of the value that its first group matches; a value that does not match makes the row an
	// exception.
	Pattern string `yaml:"pattern,omitempty"`
	// Exact tells the column's words apart by upper and lower case too: `c` and `C`.
	Exact bool `yaml:"exact,omitempty" json:",omitempty"`
	// Words say what the column's words mean. Case and blanks around do not count. `(blank)` is the empty cell and `*`
	// every other word; without `*` an unknown word makes the row an exception.
	Words map[string]Word `yaml:"words,omitempty"`
}

// The words of the word tables that stand for something else than themselves.
const (
	WordBlank = "(blank)"
	WordOther = "*"
)

// NamesDocuments reports whether the format's rows lead to documents by themselves, not only by the number or name of
// an import file.
func (f *Format) NamesDocuments() bool {
	for _, c := range f.Columns {
		switch c.Role {
		case RoleDocID, RoleReportID, RoleReportKey, RoleReference:
			return true
		}
	}
	return false
}

// NamesLines reports whether the format leads to documents by lines of the import file.
func (f *Format) NamesLines() bool {
	return slices.ContainsFunc(f.Columns, func(c Column) bool { return c.Role == RoleFileLine }) || strings.Contains(f.NamePattern, "<"+string(RoleFileLine)+">")
}

// UseOf is what a record is for.
func (f *Format) UseOf(record string) Use {
	if use, ok := f.Uses[record]; ok {
		return use
	}
	return UseData
}

// ColumnsOf are the columns that apply to a record: those that name it, and those that name no record and whose fields
// it has. Constants without a record belong to data records.
func (f *Format) ColumnsOf(record *layout.Record) []Column {
	var out []Column
	for _, c := range f.Columns {
		switch {
		case c.Record != "" && c.Record != record.Name:
		case c.Record == "" && len(c.Sources()) == 0 && f.UseOf(record.Name) != UseData:
		case c.Record == "" && !hasFields(record, c.Sources()):
		default:
			out = append(out, c)
		}
	}
	return out
}

// Sources are the names of the fields that the column reads; none for a constant.
func (c *Column) Sources() []string {
	switch {
	case c.Field != "":
		return []string{c.Field}
	case c.Plus != "" || c.Minus != "":
		return []string{c.Plus, c.Minus}
	}
	return c.Fields
}

// Written is the source as the Results sheet writes it: `Check no+Document`, `Debit - Credit`, `=1000`.
func (c *Column) Written() string {
	switch {
	case c.Value != "":
		return "=" + c.Value
	case c.Plus != "":
		return c.Plus + differenceMark + c.Minus
	}
	return strings.Join(c.Sources(), "+")
}

// differenceMark stands between the two columns of an amount on the Results sheet.
const differenceMark = " - "

func hasFields(record *layout.Record, names []string) bool {
	for _, name := range names {
		if fieldOf(record, name) == nil {
			return false
		}
	}
	return true
}

func fieldOf(record *layout.Record, name string) *layout.Field {
	for i := range record.Fields {
		if record.Fields[i].Name == name {
			return &record.Fields[i]
		}
	}
	return nil
}

// LayoutRecords are the records as the layout reads them: an amount may have its currency beside it, for that is held
// against the currency of the row.
func (f *Format) LayoutRecords() []layout.Record {
	out := slices.Clone(f.Records)
	for i := range out {
		out[i].Fields = slices.Clone(out[i].Fields)
		out[i].AnyWidth = f.UseOf(out[i].Name) == UseIgnore
		for _, c := range f.ColumnsOf(&f.Records[i]) {
			if c.Role != RoleAmount && c.Role != RoleTotalAmount && c.Role != RoleCurrency {
				continue
			}
			for _, name := range c.Sources() {
				if field := fieldOf(&out[i], name); field != nil && field.Type == layout.AmountType {
					field.CurrencyBeside = true
				}
			}
		}
	}
	return out
}
