package layout

import (
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
)

// KindName is the word for a sort of file, behind `kind:`.
type KindName string

// The names of the first four kinds; tests speak of them too. A further kind has its name in its folder.
const (
	Delimited   KindName = "delimited" // CSV and its relatives
	Fixed       KindName = "fixed"     // positions in bytes
	PatternText KindName = "text"      // a pattern for each record
	Workbook    KindName = "xlsx"      // an Excel workbook
)

// Kind is one sort of file. Each is a folder beside this file, which imports this package; the list of them is in
// kinds.
type Kind interface {
	Name() KindName
	Can() Can
	// New checks the settings of the file and begins the format of a plan. The character set, the line end and the
	// settings that fields take over are known. What is wrong goes to c; the format is needed all the same, for the
	// check of the records.
	New(c *Check) Format
}

// Can says what a kind of file can hold. Whoever must know asks this and not for the name of the kind.
type Can struct {
	Lines     bool // its records are lines of text: they have line ends, prefixes, numbers
	Tall      bool // a record may have several lines
	Columns   bool // its records have columns, perhaps with headings, and are recognised by what stands in one
	Positions bool // its fields stand at byte positions and fill their width; packed and binary numbers, records without line ends
	Patterns  bool // its records are written by patterns
	Apart     bool // its records say themselves which they are: they need no match
	Sheets    bool // its records stand on sheets, each with its headings
	Nested    bool // its records may stand in others (Record.Parent)
	Own       bool // it has settings of its own (Own)
	Quotes    bool // its fields may have quotes around them
	Formulas  bool // spreadsheets open it and run texts that look like formulas
	// References: a character that the encoding does not have can be written by its number (unmappable: reference).
	References bool
	Ends       bool // its files show where they end, so that one that is still being written is seen (Ender)
	Counted    bool // its reader numbers the records as they were written, from 1
	Members    bool // its records lie in files of their own (Composed); rows are read member by member, unless Part.Expect says
	// Unit is how messages name a record of files that have no lines to count: entry. Empty: line, or row.
	Unit string
	// Breaks names the files of the kind that can hold a line break in a text; empty: none can.
	Breaks string
	// Numbers says, where numbers are no texts, why a sign or a decimal mark has no place there; empty: they are texts.
	Numbers string
}

// Format is what a kind makes of one plan: it checks the records, then reads them, and writes them if it is a Writer.
// Field and Record are called while the plan is made, in order; the rest may be called by several goroutines at once.
type Format interface {
	// Field decides what the kind must know of a field, before its texts and its default value are looked at.
	Field(c *Check, f *Cell)
	// Record does so for a record whose fields are known.
	Record(c *Check, l *Line)
	// Expects tells whether a file may begin like this; the hint is the way out for one that may not, empty where Found
	// has its own.
	Expects(found Found) (ok bool, hint string)
	// Read begins to read a file.
	Read(in Input) (Source, error)
}

// Writer is a Format whose files can be written. Some kinds of result files are only read.
type Writer interface {
	Format
	// Encode is Plan.Encode for a record that exists, with a value for each field. After errors what was appended does
	// not matter.
	Encode(dst []byte, record int, values []Value, seen *Notes) ([]byte, FieldErrors)
	// Spans sets spans for the fields of the record in w, which can be written as encoded.
	Spans(w *Writing, encoded []byte, spans []Span)
}

// Ender is a Format whose files show where they end (Can.Ends).
type Ender interface {
	// Unfinished says what is missing at the end of a file that is still being written, empty for one that is whole or
	// of another kind. It does not read the whole file.
	Unfinished(r io.ReaderAt, size int64) (missing string, err error)
}

// Headed is a Format whose files begin with a row of headings when the layout has them: their bytes, line end included.
type Headed interface{ Heading() []byte }

// Opener is a Format that writes a record in two steps; see Plan.CanOpen, EncodeOpen and Complete.
type Opener interface {
	EncodeOpen(dst []byte, gaps []int, record int, values []Value, open []bool, seen *Notes) ([]byte, []int, FieldErrors)
	Complete(dst, begun []byte, gaps []int, record int, values []Value, open []bool, seen *Notes) ([]byte, FieldErrors)
}

// Ruler is a Format that has something of its own to say in Plan.Rules: type and place of a field, and what comes last.
type Ruler interface {
	Rules(f *Cell) (first say.Text, last []say.Text)
}

// FileMaker is a Format whose files are more than one record after the other.
type FileMaker interface {
	NewFile(w io.Writer) (FileWriter, error)
}

// FileWriter takes the records that Encode made.
type FileWriter interface {
	Write(encoded []byte) error
	Close() error // writes what is left to write
	Abort()       // frees what is held
}

// NamedFileMaker is a FileMaker whose files hold their own name.
type NamedFileMaker interface {
	NewNamedFile(w io.Writer, name string) (FileWriter, error)
}

// Composed is a Format whose records lie in files of their own, each with a plan (Can.Members).
type Composed interface {
	// Of is the plan by which a record is written, and its index there; nil where the record is in no file.
	Of(record int) (*Plan, int)
	// Beside are the names of the members that lie beside a file of this name in a folder; none where all are in it.
	Beside(file string) []string
	// Names are those of all members in an import file of this name, and Member which one a record is in, -1 for none.
	Names(file string) []string
	Member(record int) int
}

// Input is a file to read, and what of it.
type Input struct {
	R      io.ReaderAt
	Size   int64
	Limits Limits // all set
	Part   *Part  // nil: all
}

// Source gives the rows of a file; see Reader.
type Source interface {
	Next() (Row, error)
	Close() error
}

// Sayer is a source whose files say themselves of which of several kinds they are, such as a bank's messages.
type Sayer interface {
	// Says is the file's own kind; empty where the layout takes one alone.
	Says() string
}

// CanOf is what files of a kind can hold; nothing, if it is not among kinds.
func CanOf(kinds []Kind, name KindName) Can {
	for _, k := range kinds {
		if k.Name() == name {
			return k.Can()
		}
	}
	return Can{}
}

// kindsThat names the kinds that can do something, for messages: delimited and xlsx.
func kindsThat(kinds []Kind, can func(Can) bool) string {
	var names []string
	for _, k := range kinds {
		if can(k.Can()) {
			names = append(names, string(k.Name()))
		}
	}
	return enumerate(names)
}

// enumerate is a list in a sentence.
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
