package preview

import "github.com/fisbridge/fisbridge/internal/mapping/sums"

// The page of a preview gets its data as JSON. What repeats is written once and named by its number: fields, meanings,
// lookup rows, and the sources of a document.

type pageData struct {
	Mapping  string        `json:"mapping"`
	Template string        `json:"template"`
	Title    string        `json:"title"`
	Version  string        `json:"version"`
	Made     string        `json:"made"`
	Note     string        `json:"note"` // documents that are not shown
	Records  []pageRecord  `json:"records"`
	Files    []pageFile    `json:"files"`
	Docs     []*pageDoc    `json:"docs"`
	Lines    []pageLine    `json:"lines"`
	Lookups  []pageLookup  `json:"lookups"`
	Meanings []string      `json:"meanings"`
	Common   []pageSource  `json:"common"` // sources that belong to no document
	Findings []pageFinding `json:"findings"`
	// Sums are the totals of all documents, Amounts what the template says of its amounts, in words.
	Sums    []sums.Row `json:"sums"`
	Amounts []string   `json:"amounts"`
	// Lang is the language, Marks its decimal point and what stands between groups of digits, Words its texts by their English.
	Lang  string            `json:"lang"`
	Marks [2]string         `json:"marks"`
	Words map[string]string `json:"words"`
}

type pageRecord struct {
	Name   string      `json:"name"`
	Fields []pageField `json:"fields"`
}

type pageField struct {
	Name    string   `json:"n"`
	Heading string   `json:"h"`
	Column  int      `json:"c"`
	Formula string   `json:"f"`
	Place   string   `json:"at"`
	Rules   []string `json:"r"`
	Right   bool     `json:"num,omitempty"`
}

type pageFile struct {
	Name   string `json:"name"`
	Group  string `json:"group"`
	Docs   int    `json:"docs"`
	Lines  int    `json:"lines"`
	Totals string `json:"totals"`
	Err    string `json:"err,omitempty"`
}

type pageDoc struct {
	ID       string       `json:"id"`
	Label    string       `json:"label"`
	Title    string       `json:"title"`
	Type     string       `json:"type"`
	Currency string       `json:"cur"`
	File     int          `json:"file"`
	Debit    string       `json:"debit"`
	Credit   string       `json:"credit"`
	Reasons  []string     `json:"err,omitempty"`
	Remarks  []string     `json:"warn,omitempty"`
	Tree     []any        `json:"tree"` // [name, text] or [name, kind, [children]], in document order
	Postings []pagePost   `json:"post"`
	Sources  []pageSource `json:"src"`
	Sums     []sums.Row   `json:"sums"`

	nodes map[string]int
	known map[string]int
}

// pagePost is a posting line; Node is the number of the node it came from, -1 for none.
type pagePost struct {
	Number  int    `json:"n"`
	Role    string `json:"role"`
	Account string `json:"acc"`
	Party   string `json:"party"`
	Debit   string `json:"d"`
	Credit  string `json:"c"`
	Node    int    `json:"node"`
}

// pageSource is a name that a formula read; Found are pairs of node (-1 when it is no node) and what stands there.
type pageSource struct {
	Name    string      `json:"n"`
	Value   string      `json:"v"`
	Meaning int         `json:"m"`
	Found   []pageFound `json:"f,omitempty"`
}

type pageFound struct {
	Node int    `json:"n"`
	Path string `json:"p"`
	Raw  string `json:"r,omitempty"`
}

type pageLookup struct {
	Cell    string      `json:"cell"`
	Table   string      `json:"t"`
	Key     string      `json:"key"`
	Column  string      `json:"col"`
	Value   string      `json:"v"`
	Default bool        `json:"def,omitempty"`
	Row     [][2]string `json:"row"`
}

// pageLine is a line of a file: its cells are texts, or pageCell where there is more to say.
type pageLine struct {
	File     int    `json:"f"`
	Line     int    `json:"l"`
	Kind     string `json:"k"`
	Record   int    `json:"r"`
	Doc      int    `json:"d"`
	Postings []int  `json:"p,omitempty"`
	Node     int    `json:"n"`
	When     string `json:"w,omitempty"`
	Cells    []any  `json:"c"`
}

type pageCell struct {
	Text    string   `json:"t"`
	Value   string   `json:"v,omitempty"` // where it differs from the text
	Written string   `json:"w,omitempty"` // where it differs from the text
	Sources []int    `json:"s,omitempty"` // of the document; those of the page are counted down from -1
	Lookups []int    `json:"l,omitempty"`
	Done    []string `json:"x,omitempty"`
}

type pageFinding struct {
	Severity string `json:"sev"`
	Place    string `json:"at"`
	Reason   string `json:"why"`
	Doc      int    `json:"d"`
}
