package layout

// Spec says what a file is like as a whole: `file:` of a template, and of a result format. The zero value of each
// setting has the meaning given here. The same Spec writes and reads.
type Spec struct {
	Kind KindName `yaml:"kind"`

	// Encoding is utf-8 (also when empty), us-ascii, iso-8859-1…16, windows-1250…1258, ibm850 and its like, shift_jis,
	// gbk, big5, euc-jp, euc-kr, or EBCDIC: ebcdic-037, -1047, -1140, -500, -1148, -273, -1141.
	Encoding string `yaml:"encoding,omitempty"`
	BOM      bool   `yaml:"bom,omitempty"` // write a byte order mark (utf-8 only); reading always takes one away
	// Unmappable says what happens to a character that the encoding cannot hold: fail (also when empty), replace (by
	// Replacement), table (Transliterate, then the built-in Latin table, else fail), table-or-replace. Codes always
	// fail.
	Unmappable    string            `yaml:"unmappable,omitempty"`
	Replacement   Word              `yaml:"replacement,omitempty"` // "?" when empty
	Transliterate map[string]string `yaml:"transliterate,omitempty"`

	LineEnd        string `yaml:"line_end,omitempty"`          // lf (also when empty), crlf, cr, nel (EBCDIC), none (fixed records without line ends)
	NoFinalLineEnd bool   `yaml:"no_final_line_end,omitempty"` // the last line has no line end
	LineBreaks     string `yaml:"line_breaks,omitempty"`       // inside a text: blank (also when empty) or keep (delimited with quotes, and xlsx)
	Case           string `yaml:"case,omitempty"`              // upper, lower: every text and code
	WidthIn        string `yaml:"width_in,omitempty"`          // characters or bytes; fixed always counts bytes, the others characters when empty

	Delimiter      string `yaml:"delimiter,omitempty"`                     // "," when empty; also comma, semicolon, tab, pipe, blank
	Quoting        string `yaml:"quoting,omitempty"`                       // minimal (also when empty), all, text (all text and code fields that hold something), none
	Quote          string `yaml:"quote,omitempty"`                         // `"` when empty
	Escape         string `yaml:"escape,omitempty"`                        // of a quote in a quoted text: double (also when empty), backslash
	QuoteEmpty     bool   `yaml:"quote_empty,omitempty"`                   // quoting all and text: empty fields too
	Forbidden      string `yaml:"forbidden,omitempty"`                     // characters that must not be in a text: blank (also when empty: each becomes a blank, counted) or fail
	ForbiddenChars string `yaml:"forbidden_chars,omitempty"`               // further characters that must not be in a text; with quoting none the delimiter is one anyway
	Header         bool   `yaml:"header,omitempty"`                        // the first row holds the headings
	HeaderRecord   string `yaml:"header_record,omitempty"`                 // whose headings; the only record with fields when empty
	HeaderLine     int    `yaml:"header_line,omitempty" json:",omitempty"` // the line of the headings, behind as many header records; the first one when 0
	SkipLines      int    `yaml:"skip_lines,omitempty"`                    // reading: lines before the header row or the first record
	Comment        string `yaml:"comment,omitempty"`                       // reading: lines that begin with this are passed over

	RecordLength int  `yaml:"record_length,omitempty"` // fixed: bytes of each record without line end; 0: where the last field ends
	Filler       Word `yaml:"filler,omitempty"`        // fixed: between fields and at the end; a blank when empty
	ShortLines   bool `yaml:"short_lines,omitempty"`   // fixed: trailing blanks are cut when writing, lines may be short when reading

	DecimalMark string   `yaml:"decimal_mark,omitempty"` // "." when empty
	Grouping    string   `yaml:"grouping,omitempty"`     // none when empty; "," "." "'" blank, nbsp, nnbsp
	Decimals    Decimals `yaml:"decimals,omitempty"`     // for amount fields that have none
	Sign        string   `yaml:"sign,omitempty"`         // for integer and amount fields that have none; see Signs
	DateForm    string   `yaml:"date_form,omitempty"`    // for date fields that have none; yyyy-MM-dd when empty
	TimeForm    string   `yaml:"time_form,omitempty"`    // for time fields that have none; HH:mm:ss when empty
	MonthNames  []string `yaml:"month_names,omitempty"`  // twelve, for MMM; English when empty
	Flags       []string `yaml:"flags,omitempty"`        // [yes, no] words; Y and N when empty

	// Neutralise guards against formulas in free text (= + - @ tab CR at its start): people (an apostrophe in front,
	// for files that people open in Excel), flag (also when empty: left exact, counted), off.
	Neutralise string `yaml:"neutralise,omitempty"`

	Sheet string `yaml:"sheet,omitempty"` // xlsx: sheet to write, or to read (the first one when empty)

	Own Own `yaml:"own,omitempty" json:",omitzero"` // what only the kind knows; Record and Field have such blocks too

	// Files are further files that the layout is made of, by name: a workbook that is filled in, say. No key of a
	// template: they lie in its folder.
	Files map[string][]byte `yaml:"-" json:"-"`
}

// Decimals says how many decimals an amount has: "2", "0..8" (at least, at most; "2.." and as many as it has when
// empty), "currency" (the minor unit of the companion currency), or "any".
type Decimals string

// Record is one kind of line.
type Record struct {
	Name   string  `yaml:"name"`
	Fields []Field `yaml:"fields,omitempty"`
	// Pattern (kind text) is the line with {field} placeholders; {field:<30} and {field:>12} align; [[ … ]] is left out
	// when all fields in it are empty. {{ and }} are braces.
	Pattern string `yaml:"pattern,omitempty"`
	Match   Match  `yaml:"match,omitempty"`
	Sheet   string `yaml:"sheet,omitempty"` // xlsx: its own sheet
	// Parent is the record in which this one stands, one that comes before it: in kinds of files whose records nest.
	Parent string `yaml:"parent,omitempty" json:",omitempty"`
	Own    Own    `yaml:"own,omitempty" json:",omitzero"`
	// AnyWidth lets lines of the record have any number of columns or bytes, for nothing in them is read. No key of a
	// template: result formats set it for what they ignore.
	AnyWidth bool `yaml:"-" json:"-"`
}

// Match is how a reader recognises a record. All that is given must hold; nothing given matches every line. The first
// record that matches counts.
type Match struct {
	Column  int    `yaml:"column,omitempty"`  // delimited, xlsx: 1-based
	Start   int    `yaml:"start,omitempty"`   // fixed: 1-based byte
	Prefix  Word   `yaml:"prefix,omitempty"`  // the line begins with
	Value   Word   `yaml:"value,omitempty"`   // what stands at Column or Start
	Values  []Word `yaml:"values,omitempty"`  // or one of these
	Columns int    `yaml:"columns,omitempty"` // the line has so many columns
}

// Type is what a field holds.
type Type string

const (
	TextType    Type = "text"    // free text: may be cut and cleaned where the layout says so
	CodeType    Type = "code"    // identifiers: never cut, never replaced, text cells only
	IntegerType Type = "integer" // whole numbers
	AmountType  Type = "amount"
	DateType    Type = "date"
	TimeType    Type = "time" // text HH:mm:ss, written by TimeForm
	FlagType    Type = "flag"
)

// Field is one column or position of a record.
type Field struct {
	Name    string   `yaml:"name"`
	Heading string   `yaml:"heading,omitempty"` // header row; Name when empty
	Also    []string `yaml:"also,omitempty"`    // reading: other headings it may have
	Type    Type     `yaml:"type,omitempty"`    // text when empty
	Note    string   `yaml:"note,omitempty"`

	Start    int    `yaml:"start,omitempty"` // fixed: 1-based byte; after the field before when 0
	Width    int    `yaml:"width,omitempty"` // fixed: bytes (required); else the most there may be
	Required bool   `yaml:"required,omitempty"`
	Optional bool   `yaml:"optional,omitempty"` // reading by heading: the column may be missing
	Hidden   bool   `yaml:"hidden,omitempty"`   // in the values, not in the file: the currency for `decimals: currency`, say
	Codes    []Word `yaml:"codes,omitempty"`    // allowed values
	Default  Word   `yaml:"default,omitempty"`  // when there is no value
	Empty    Word   `yaml:"empty,omitempty"`    // what an empty field looks like: blank, zero, or this very text
	Overflow string `yaml:"overflow,omitempty"` // of a text: error (also when empty) or cut (counted)

	Align  string `yaml:"align,omitempty"`  // left (text) or right (numbers) when empty
	Pad    Word   `yaml:"pad,omitempty"`    // one character; a blank, or 0 for numbers without decimal mark, when empty
	Case   string `yaml:"case,omitempty"`   // upper, lower
	Quoted *bool  `yaml:"quoted,omitempty"` // delimited: always or never, whatever the file does

	Replace  map[string]string `yaml:"replace,omitempty"`   // text: forbidden characters and what stands for them, counted
	Collapse bool              `yaml:"collapse,omitempty"`  // text: runs of blanks become one, none at the ends
	NotStart string            `yaml:"not_start,omitempty"` // text and code: characters it must not begin with

	Decimals Decimals `yaml:"decimals,omitempty"`
	Currency string   `yaml:"currency,omitempty"` // decimals: currency: the field of this record that holds it
	Implied  bool     `yaml:"implied,omitempty"`  // no decimal mark is written
	Digits   int      `yaml:"digits,omitempty"`   // the most digits a number may have, decimals counted: 13 for S9(11)V99
	Sign     string   `yaml:"sign,omitempty"`
	DateForm string   `yaml:"date_form,omitempty"`
	TimeForm string   `yaml:"time_form,omitempty"`
	Flags    []string `yaml:"flags,omitempty"`

	Own Own `yaml:"own,omitempty" json:",omitzero"`

	// NumberCells lets the cells of a workbook be numbers in a code column, where nothing can be lost: ids without
	// leading zeros and of at most 15 digits.
	NumberCells bool `yaml:"number_cells,omitempty" json:",omitempty"`

	// CurrencyBeside lets an amount be read that has its currency beside it: `12.50 EUR`, `€12.50`. The currency is the
	// Text of the value, and whoever asks for this holds it against the currency of the row. No key of a template:
	// result formats set it.
	CurrencyBeside bool `yaml:"-"`
}
