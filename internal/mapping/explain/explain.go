// Package explain owns where a cell of an import file comes from: the document and its raw values, the formula, the
// rows of lookup sheets, the rules of the template. It makes the file again under a watch; what it tells is what the
// plan did, not a second reading of the rules.
package explain

import "github.com/fisbridge/fisbridge/internal/say"

// Line is one record of an import file with everything that made it.
type Line struct {
	// Line is its physical line from 1, headings and headers included; Lines how many it takes (more than one in text
	// files only).
	Line  int `json:"line"`
	Lines int `json:"lines"`
	// Member is the file of a package that the line stands in, and MemberLine its number there, from 1, headings included;
	// empty where there is one file. Line is the same number where a member was asked about (Options.Member), else it
	// counts the records of all members, as they were written.
	Member     string `json:"member,omitempty"`
	MemberLine int    `json:"member_line,omitempty"`
	// Kind is heading (the row of headings), header, record or trailer.
	Kind   string `json:"kind"`
	Record string `json:"record"`
	// DocID, ReportID and Currency are of the document; empty for headings, headers and trailers.
	DocID    string `json:"doc_id,omitempty"`
	ReportID string `json:"report_id,omitempty"`
	Currency string `json:"currency,omitempty"`
	// Over is what the record repeats over, and Origin the place in the document that this one was made from.
	Over   string `json:"over,omitempty"`
	Origin string `json:"origin,omitempty"`
	// When is the condition that let the record in, nil without one.
	When *Traced `json:"when,omitempty"`
	// Postings are the posting lines it was made from: several where they are added up, none for headers.
	Postings []Posting `json:"postings,omitempty"`
	Cells    []Cell    `json:"cells"`
	// Text is the record as text without its line end. It is empty for a workbook, whose rows have no bytes of their
	// own.
	Text string `json:"text"`
	// Bytes are those of the file, line end included.
	Bytes []byte `json:"-"`
}

// Kinds of lines.
const (
	KindHeading = "heading"
	KindHeader  = "header"
	KindRecord  = "record"
	KindTrailer = "trailer"
)

// Posting is a posting line and where in the document it came from.
type Posting struct {
	Number  int    `json:"number"` // in the document, from 1
	Role    string `json:"role"`
	Account string `json:"account,omitempty"`
	Party   string `json:"party,omitempty"`
	Debit   string `json:"debit,omitempty"`
	Credit  string `json:"credit,omitempty"`
	Entry   string `json:"entry,omitempty"` // id of the entry, or number of the line item
	Place   string `json:"place,omitempty"`
	// Reversal: it takes back what was written of the report before, so that its amount stands in no field of the document.
	// TakesBack is the line that it takes back; nil where that is not one line, or not known any more.
	Reversal  bool       `json:"reversal,omitempty"`
	TakesBack *TakesBack `json:"takes_back,omitempty"`
}

// TakesBack is a line that was written of an earlier document.
type TakesBack struct {
	DocID string `json:"doc_id"`
	File  string `json:"file"` // ROUTE/NUMBER
	// Line is its line in the file; 0 where only First and Last, those of the document, are known.
	Line   int    `json:"line,omitempty"`
	First  int    `json:"first_line"`
	Last   int    `json:"last_line"`
	Debit  string `json:"debit,omitempty"`
	Credit string `json:"credit,omitempty"`
}

// Traced is how one formula got its value.
type Traced struct {
	// Formula is what stands in the mapping, as typed; Place the cell it stands in (Columns!C7), or the template where
	// the mapping has none.
	Formula string         `json:"formula,omitempty"`
	Place   string         `json:"place,omitempty"`
	Value   string         `json:"value"`
	Sources []Source       `json:"sources,omitempty"`
	Lookups []LookupSource `json:"lookups,omitempty"`
}

// Cell is one field of a record.
type Cell struct {
	// Column counts the fields of the record in the file from 1; 0 for a field that is not in the file.
	Column  int    `json:"column"`
	Field   string `json:"field"`
	Heading string `json:"heading,omitempty"`
	Traced
	// Rules is what the template demands, Done what was done to this value on the way (cut, replaced…).
	Rules []say.Text `json:"rules,omitempty"`
	Done  []say.Text `json:"done,omitempty"`
	// Text is what the cell says; Written the same with quotes and padding; Start and End are its bytes in the line,
	// from 0.
	Text    string `json:"text"`
	Written string `json:"written"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
}

// Source is a name that a formula read.
type Source struct {
	Name    string `json:"name"`
	Value   string `json:"value"`
	Meaning string `json:"meaning,omitempty"`
	// Found is where in the document the value came from; empty for what only the file knows, and for fields that the
	// document lacks.
	Found []Found `json:"found,omitempty"`
}

// Found is a place in a document with what stands there.
type Found struct {
	Path string `json:"path"` // expenseEntry[0].allocation[0].allocationCustom2Code
	Raw  string `json:"raw,omitempty"`
}

// LookupSource is a row of a lookup sheet that a formula used.
type LookupSource struct {
	Table  string   `json:"table"`
	Key    []string `json:"key"`
	Column string   `json:"column"`
	Cell   string   `json:"cell"` // Accounts!C14
	Value  string   `json:"value"`
	// ByDefault tells of a row with *.
	ByDefault bool         `json:"by_default,omitempty"`
	Row       []LookupCell `json:"row"`
}

// LookupCell is a cell of a lookup row.
type LookupCell struct {
	Heading string `json:"heading"`
	Text    string `json:"text"`
}
