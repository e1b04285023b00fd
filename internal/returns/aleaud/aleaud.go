// Package aleaud reads SAP's answer to the IDocs that we sent: message ALEAUD with a status for each, as XML or as a
// flat file. Of several statuses of one IDoc the last one decides. Root and customer segments vary; E1STATE and E1PRTOB
// stay.
package aleaud

import (
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/xmlread"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// The facts of a row, in the order of Kind's.
const (
	what = iota
	status
	reference
	number
	company
	year
	code
	message
	docnum
	kind
	sequence
	line
	facts
)

// Kind is files of kind aleaud.
func Kind() layout.Kind {
	return named.Reader{
		Word: "aleaud", Unit: "entry", Takes: xmlread.Takes, Unfinished: unfinished, Settings: settings, Open: open,
		Facts: []named.Fact{
			{Name: "what", Type: layout.CodeType, Is: "posted, rejected, waiting, other"},
			{Name: "status", Type: layout.CodeType, Is: "the status of the IDoc: 53"},
			{Name: "reference", Type: layout.CodeType, Is: "the number of our IDoc without leading zeros, or what stands at `reference`"},
			{Name: "number", Type: layout.CodeType, Is: "the document number in the ERP"},
			{Name: "company", Type: layout.CodeType, Is: "the company code"},
			{Name: "year", Type: layout.CodeType, Is: "the fiscal year"},
			{Name: "code", Type: layout.CodeType, Is: "class and number of the message: F5 201"},
			{Name: "message", Type: layout.TextType, Is: "its text, filled in"},
			{Name: "docnum", Type: layout.CodeType, Is: "the number of our IDoc"},
			{Name: "type", Type: layout.CodeType, Is: "the message that is answered: ACC_DOCUMENT"},
			{Name: "sequence", Type: layout.CodeType, Is: "the first eight digits of the number of our IDoc: where it is made so, the number of our file"},
			{Name: "line", Type: layout.CodeType, Is: "its last eight digits: the record of our file"},
		},
	}
}

// own are the settings of a layout.
type own struct {
	// Messages are those that are answered; ACC_DOCUMENT when empty. Others are told as `other`.
	Messages []string `yaml:"messages"`
	// Reference is the element within E1STATE that holds our reference, where the number of the IDoc is not ours:
	// Z1PRTOB/REF_1, STAPA4_LNG.
	Reference string `yaml:"reference"`
}

func settings(c *layout.Check) any {
	o := own{}
	c.Own("file.own", c.Spec().Own, &o)
	if strings.ContainsAny(o.Reference, " :@[]*") {
		c.Problem("file.own.reference", o.Reference, "is no path of elements: names with / between them")
	}
	if len(o.Messages) == 0 {
		o.Messages = []string{"ACC_DOCUMENT"}
	}
	return o
}

// unfinished: XML shows its end, a flat file does not.
func unfinished(r io.ReaderAt, size int64) (string, error) {
	if !isXML(r, size) {
		return "", nil
	}
	return xmlread.Unfinished(r, size)
}

func isXML(r io.ReaderAt, size int64) bool {
	head := make([]byte, min(size, 64))
	_, _ = r.ReadAt(head, 0)
	return strings.Contains(string(head), "<")
}

func open(plan *layout.Plan, in layout.Input, settings any) (named.Rows, error) {
	s := &statuses{own: settings.(own), limit: in.Limits.Rows}
	if isXML(in.R, in.Size) {
		return &tree{statuses: s, xml: xmlread.New(in)}, nil
	}
	text, err := named.NewText(plan, in)
	return &flat{statuses: s, text: text}, err
}

// state is an E1STATE with its E1PRTOB: fields by their name, those below segments with the names of these before them.
type state map[string]string

// statuses gathers the states of an IDoc file and gives those that decide.
type statuses struct {
	own
	limit int      // of rows
	bytes int      // of texts that are held
	order []string // our IDocs in the order in which they are told of
	by    map[string][]state
	begun bool
	n     int
	row   named.Row
	left  []state
}

// add takes a state; type is the message that is answered.
func (s *statuses) add(st state, answered string) {
	if s.by == nil {
		s.by = map[string][]state{}
	}
	st["MESTYP"] = answered
	id := st["DOCNUM"]
	if s.Reference != "" {
		id = st[s.Reference]
	}
	before, known := s.by[id]
	if !known {
		s.order = append(s.order, id)
	}
	if len(before) > 0 && before[0]["STATUS"] != st["STATUS"] {
		before = nil // the last status decides
	}
	s.by[id] = append(before, st)
}

// next is the next row, after all was read.
func (s *statuses) next() (*named.Row, error) {
	for len(s.left) == 0 {
		if len(s.order) == 0 {
			if s.n == 0 {
				return nil, &layout.ContradictionError{Reason: "there is no status (E1STATE) in it; it is no ALEAUD"}
			}
			return nil, io.EOF
		}
		s.left, s.order = s.by[s.order[0]], s.order[1:]
	}
	st := s.left[0]
	s.left = s.left[1:]
	return s.tell(st)
}

// tell makes the row of a state.
func (s *statuses) tell(st state) (*named.Row, error) {
	s.n++
	s.row = named.Row{Line: s.n, Facts: make([]string, facts)}
	f := s.row.Facts
	f[status], f[docnum], f[kind] = st["STATUS"], st["DOCNUM"], st["MESTYP"]
	if n := st["DOCNUM"]; len(n) == 16 && layout.AllDigits(n) {
		f[sequence], f[line] = strings.TrimLeft(n[:8], "0"), strings.TrimLeft(n[8:], "0")
	}
	if f[reference] = strings.TrimLeft(st["DOCNUM"], "0"); s.Reference != "" {
		f[reference] = st[s.Reference]
	}
	f[code] = strings.TrimSpace(st["STAMID"] + " " + st["STAMNO"])
	f[message] = st.text()
	s.row.Raw = strings.Join(strings.Fields(strings.Join([]string{f[kind], f[docnum], f[status], f[code], f[message]}, " ")), " ")
	bad := func(reason string) (*named.Row, error) { return &s.row, &named.Bad{Reason: reason} }
	switch f[what] = s.whatOf(st); f[what] {
	case "part":
		return bad("status 52: posted in part or with errors; look the IDoc up and settle the document by hand")
	case "posted":
		key := st.key()
		if key == "" {
			return bad("status 53 without a document number: posted, or handed on to a batch input session; look the IDoc up and settle the document by hand")
		}
		f[number], f[company], f[year] = strings.TrimSpace(key[:10]), strings.TrimSpace(key[10:14]), strings.TrimSpace(key[14:18])
	case "rejected":
		if f[message] == "" {
			f[message] = "rejected with status " + f[status]
		}
		if f[status] == "68" {
			f[message] = strings.TrimSpace(f[message] + " (somebody closed the IDoc without posting it)")
		}
	case "unknown":
		return bad(fmt.Sprintf("status %s is none that this reader knows", layout.Clip(f[status])))
	}
	return &s.row, nil
}

// whatOf is what a status means.
func (s *statuses) whatOf(st state) string {
	known := false
	for _, m := range s.Messages {
		known = known || strings.EqualFold(m, st["MESTYP"])
	}
	if !known {
		return "other"
	}
	switch st["STATUS"] {
	case "53":
		return "posted"
	case "52":
		return "part"
	case "51", "56", "60", "61", "63", "65", "68":
		return "rejected"
	case "50", "62", "64", "66", "69", "70":
		return "waiting"
	}
	return "unknown"
}

// key is the key of the posting: 10 of the number, 4 of the company, 4 of the year. Empty when there is none.
func (st state) key() string {
	key := ""
	switch {
	case st["E1PRTOB/OBJTYPE"] == "BKPFF":
		key = st["E1PRTOB/OBJKEY"]
	case st.parameter(1) == "BKPFF":
		key = st.parameter(2)
	}
	if len(key) != 18 {
		return ""
	}
	return key
}

// parameter is a parameter of the message; the long one where there is one.
func (st state) parameter(n int) string {
	name := "STAPA" + string(rune('0'+n))
	if long := st[name+"_LNG"]; long != "" {
		return long
	}
	return st[name]
}

// text is the message with its parameters: &1 to &4, or & in their order.
func (st state) text() string {
	text, used := st["STATXT"], 0
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != '&':
			b.WriteByte(text[i])
		case i+1 < len(text) && text[i+1] >= '1' && text[i+1] <= '4':
			i++
			b.WriteString(st.parameter(int(text[i] - '0')))
		case used < 4:
			used++
			b.WriteString(st.parameter(used))
		default:
			b.WriteByte('&')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
