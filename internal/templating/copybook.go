package templating

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/templating/cobol"
	"github.com/fisbridge/fisbridge/internal/templating/naming"
)

// mostFields bounds the fields of a template.
const mostFields = 5000

// copybook makes fixed records of a COBOL copybook: one of each level 01, and where groups in it redefine each other
// one of each of them.
func copybook(d *Draft, s source) error {
	roots, err := cobol.Read(cobol.Source{Name: s.name, Text: s.text})
	if err != nil {
		return err
	}
	if len(roots) == 0 {
		return s.wrong(0, "holds no entry: a copybook has lines like 01 RECORD. 05 FIELD PIC X(10).")
	}
	if len(roots) > 1 && roots[0].Level != 1 { // a part of a record, which is put into one with COPY
		roots = []*cobol.Entry{{Level: 1, Name: "RECORD", Line: roots[0].Line, Occurs: 1, Children: roots}}
	}
	c := &cobolMaker{d: d, s: s}
	d.kind, d.fileName = layout.Fixed, d.Name+"{sequence:000000}.dat"
	var lengths []int
	for _, root := range roots {
		if err := c.root(root); err != nil {
			return err
		}
		for len(lengths) < len(d.records) {
			lengths = append(lengths, c.length)
		}
	}
	c.file(lengths)
	c.kinds()
	return nil
}

// cobolMaker makes records of entries.
type cobolMaker struct {
	d       *Draft
	s       source
	record  *record
	offset  int // bytes of the record so far
	length  int // of the last record
	binary  bool
	punched bool
	conds   map[*field][]cobol.Condition
	fields  int
}

// root makes the records of a level 01.
func (c *cobolMaker) root(root *cobol.Entry) error {
	variants, err := c.variants(root)
	if err != nil {
		return err
	}
	longest := 0
	for _, v := range variants {
		c.record, c.offset = &record{name: v.name, line: v.line}, 0
		for _, e := range v.entries {
			if err := c.place(e, ""); err != nil {
				return err
			}
		}
		if len(c.record.fields) == 0 {
			return c.s.wrong(v.line, "%s has no field", cobol.OrFiller(v.name))
		}
		shorten(c.record)
		c.d.records = append(c.d.records, c.record)
		longest = max(longest, c.offset)
	}
	c.length = longest
	return nil
}

// variant is a record that an 01 stands for.
type variant struct {
	name    string
	line    int
	entries []*cobol.Entry
}

// variants takes groups that redefine each other apart: each of them is a record of its own with what stands before and
// behind them.
func (c *cobolMaker) variants(root *cobol.Entry) ([]variant, error) {
	entries := root.Children
	if root.Pic != nil {
		entries = []*cobol.Entry{{Level: 5, Name: root.Name, Line: root.Line, Pic: root.Pic, PicText: root.PicText, Usage: root.Usage, Occurs: 1, Value: root.Value, Conditions: root.Conditions}}
	}
	base, first, last := "", 0, 0
	for i, e := range entries {
		switch {
		case e.Redefines == "":
		case e.Redefines == base:
			last = i
		case base != "" || i == 0 || entries[i-1].Name != e.Redefines:
			return nil, c.s.wrong(e.Line, "%s REDEFINES %s: only one set of groups, behind each other, may redefine each other; leave out what this file does not use", cobol.OrFiller(e.Name), e.Redefines)
		default:
			base, first, last = e.Redefines, i-1, i
		}
	}
	if base == "" {
		return []variant{{root.Name, root.Line, entries}}, nil
	}
	var out []variant
	for _, e := range entries[first : last+1] {
		if e.Pic != nil {
			return nil, c.s.wrong(e.Line, "%s: a field, not a group, redefines or is redefined: it has two meanings, and a template writes one; leave out the one that the ERP does not read", cobol.OrFiller(e.Name))
		}
		v := variant{name: cmp.Or(e.Name, fmt.Sprintf("RECORD-%d", len(out)+1)), line: e.Line}
		v.entries = append(append(append(v.entries, entries[:first]...), e), entries[last+1:]...)
		out = append(out, v)
	}
	return out, nil
}

// place puts an entry, as often as it occurs, at the end of the record.
func (c *cobolMaker) place(e *cobol.Entry, suffix string) error {
	if e.Redefines != "" && e.Pic != nil || c.inner(e) {
		return c.s.wrong(e.Line, "%s: REDEFINES within a record gives the same bytes two meanings, and a template writes one; leave out the one that the ERP does not read", cobol.OrFiller(e.Name))
	}
	for n := 1; n <= e.Occurs; n++ {
		number := suffix
		if e.Occurs > 1 {
			number += fmt.Sprintf(" %d", n)
		}
		if c.fields++; c.fields > mostFields {
			return c.s.wrong(e.Line, "%s: the copybook has more than %d fields", cobol.OrFiller(e.Name), mostFields)
		}
		if e.Pic == nil && len(e.Children) == 0 {
			return c.s.wrong(e.Line, "%s has neither a PIC nor fields in it", cobol.OrFiller(e.Name))
		}
		for _, child := range e.Children {
			if err := c.place(child, number); err != nil {
				return err
			}
		}
		if e.Pic != nil {
			if err := c.elementary(e, number); err != nil {
				return err
			}
		}
	}
	return nil
}

// inner: something in the group redefines something.
func (c *cobolMaker) inner(e *cobol.Entry) bool {
	for _, child := range e.Children {
		if child.Redefines != "" {
			return true
		}
	}
	return false
}

// elementary makes a field of an entry with a PIC.
func (c *cobolMaker) elementary(e *cobol.Entry, suffix string) error {
	f := &field{line: e.Line}
	f.Name, f.Start = e.Name+suffix, c.offset+1
	f.comment = "PIC " + e.PicText + blankBefore(e.Usage)
	c.form(e, f)
	c.offset += f.Width
	if c.offset > 1<<20 {
		return c.s.wrong(e.Line, "%s: the record is longer than %d bytes", cobol.OrFiller(e.Name), 1<<20)
	}
	if e.Name == "" && e.Value == "" {
		return nil // FILLER: blanks
	}
	if e.Name == "" {
		f.Name = "filler"
	}
	f.constant = e.Value
	for _, cond := range e.Conditions {
		for _, v := range cond.Values {
			f.codes, f.named = append(f.codes, v), append(f.named, cond.Name)
		}
		if len(cond.Values) == 0 {
			f.Codes = nil
			break
		}
		for _, v := range cond.Values {
			f.Codes = append(f.Codes, layout.Word(v))
		}
	}
	if f.Type == layout.AmountType || len(e.Conditions) == 0 || len(e.Conditions[0].Values) == 0 {
		f.Codes = nil
	}
	c.record.add(f)
	if len(e.Conditions) > 0 {
		if c.conds == nil {
			c.conds = map[*field][]cobol.Condition{}
		}
		c.conds[f] = e.Conditions
	}
	return nil
}

func blankBefore(s string) string {
	if s == "" {
		return ""
	}
	return " " + s
}

// form gives the field type, width and sign.
func (c *cobolMaker) form(e *cobol.Entry, f *field) {
	p := e.Pic
	f.Width = p.Width
	switch {
	case p.Odd:
		f.Type = layout.TextType
		c.d.open(e.Line, "PIC %s of %s: no template writes such a number; it is a text here: give it a Value that makes it", e.PicText, e.Name)
		return
	case p.Digits == 0:
		f.loose = true
		return
	case p.Edited:
		f.Type, f.Sign = layout.AmountType, p.Sign
		f.Decimals = layout.Decimals(fmt.Sprint(p.Decimals))
		if f.Pad = "0"; p.Blanks {
			f.Pad = " "
		}
		return
	}
	f.Type, f.loose = layout.IntegerType, e.Usage == ""
	if p.Decimals > 0 {
		f.Type, f.loose, f.Decimals, f.Implied = layout.AmountType, false, layout.Decimals(fmt.Sprint(p.Decimals)), true
	}
	c.sign(e, f)
	if naming.Of(e.Name) == naming.Amount && f.Type == layout.IntegerType && e.Usage != "" {
		f.Type, f.Decimals, f.Implied = layout.AmountType, "0", true
	}
}

// sign gives a number the width and sign of its USAGE.
func (c *cobolMaker) sign(e *cobol.Entry, f *field) {
	p := e.Pic
	unsigned := func(signed, not string) string {
		if p.Signed {
			return signed
		}
		return not
	}
	switch {
	case e.Usage == "COMP-3":
		f.Width, f.Sign, c.binary = p.Digits/2+1, unsigned("packed", "packed-unsigned"), true
		if p.Digits%2 == 0 {
			f.Digits = p.Digits
		}
	case e.Usage == "COMP":
		f.Sign, f.Digits, c.binary = unsigned("binary", "binary-unsigned"), p.Digits, true
		switch {
		case p.Digits <= 4:
			f.Width = 2
		case p.Digits <= 9:
			f.Width = 4
		default:
			f.Width = 8
		}
	case !p.Signed:
		f.Sign = "none"
	case e.Separate:
		f.Width++
		if f.Sign = "trailing-separate"; e.Leading {
			f.Sign = "leading-separate"
		}
	case e.Leading:
		f.Sign, c.punched = "overpunch-leading", true
	default:
		c.punched = true // file.sign
	}
}

// file says what holds for the whole file.
func (c *cobolMaker) file(lengths []int) {
	d, same := c.d, true
	for _, n := range lengths {
		same = same && n == lengths[0]
	}
	d.set("encoding", "us-ascii", "GUESS: on a mainframe ebcdic-037, or the code page of your country")
	d.guess(0, "the file is ASCII (`encoding: us-ascii`): a copybook does not say it")
	if c.binary {
		d.set("line_end", "none", "COMP and COMP-3 may look like a line end")
		d.guess(0, "records stand behind each other without line ends, for the copybook has binary numbers; record descriptor words are not written")
	} else {
		d.set("line_end", "lf", "GUESS: crlf on Windows, none where records stand behind each other")
		d.guess(0, "each record ends with a line feed (`line_end: lf`)")
	}
	d.set("unmappable", "table-or-replace", "Ü becomes UE, what has no spelling becomes the replacement")
	d.set("replacement", `" "`, "")
	if c.punched {
		d.set("sign", "overpunch", "GUESS: { A-I } J-R in the last digit, as mainframes write it; GnuCOBOL and PC compilers: overpunch-ascii")
		d.guess(0, "signs stand in the last digit as { A-I } J-R (`sign: overpunch`); PC compilers write them in another way (overpunch-ascii)")
	}
	if same {
		d.set("record_length", fmt.Sprint(lengths[0]), "")
		return
	}
	for i, r := range d.records {
		if last := r.fields[len(r.fields)-1]; last.Start+last.Width-1 < lengths[i] {
			end := &field{line: r.line, comment: "FILLER up to the end of the record"}
			end.Name, end.Type = "end of record", layout.TextType
			end.Start, end.Width = last.Start+last.Width, lengths[i]-last.Start-last.Width+1
			end.constant = " "
			r.add(end)
		}
	}
}

// kinds finds how records of several kinds are told apart: by a constant in their first field.
func (c *cobolMaker) kinds() {
	d := c.d
	if len(d.records) < 2 {
		return
	}
	stripRecords(d.records)
	for _, r := range d.records {
		f := r.fields[0]
		if f.isNumber() || f.Width > 12 {
			d.open(f.line, "how a record %s is told from the others: give it a `match`, and its first field a constant", r.name)
			continue
		}
		if f.constant == "" {
			f.constant = c.codeFor(r, f)
		}
		if f.constant == "" {
			d.open(f.line, "what stands in %s of a record %s: give it a constant, and the record a `match`", f.Name, r.name)
			continue
		}
		f.Type, f.Required = layout.CodeType, true
		f.Codes = nil
		r.match = fmt.Sprintf("{ start: %d, value: %s }", f.Start, quote(f.constant))
	}
}

// codeFor finds the code of a record kind: the value of a condition that is called like it, else its initial.
func (c *cobolMaker) codeFor(r *record, f *field) string {
	for _, cond := range c.conds[f] {
		if len(cond.Values) == 1 && related(cond.Name, r.name) {
			c.d.guess(f.line, "a record %s has %q in %s, by the condition %s", r.name, cond.Values[0], f.Name, cond.Name)
			return cond.Values[0]
		}
	}
	if f.Width != 1 {
		return ""
	}
	code := map[string]string{"header": "H", "trailer": "T", "posting": "D"}[naming.Edge(r.name)]
	for _, other := range c.d.records {
		if other != r && other.fields[0].constant == code {
			return ""
		}
	}
	c.d.guess(f.line, "a record %s has %q in %s, by its name", r.name, code, f.Name)
	f.comment = join(f.comment, "GUESS: the code of this kind of record")
	return code
}

// related: a condition and a record have a word in common that is not in every name.
func related(cond, name string) bool {
	if naming.Edge(cond) != "posting" || naming.Edge(name) != "posting" {
		return naming.Edge(cond) == naming.Edge(name)
	}
	for _, a := range naming.Words(cond) {
		for _, b := range naming.Words(name) {
			if len(a) > 2 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a)) {
				return true
			}
		}
	}
	return false
}

// shorten takes what all names of a record begin with off them: GLD-ACCOUNT is account.
func shorten(r *record) {
	prefix := ""
	counts := map[string]int{}
	for _, f := range r.fields {
		if first, _, ok := strings.Cut(f.Name, "-"); ok {
			counts[first]++
		}
	}
	for _, f := range r.fields {
		first, _, _ := strings.Cut(f.Name, "-")
		if counts[first] > counts[prefix] {
			prefix = first
		}
	}
	strip := counts[prefix] > 1 && counts[prefix]*2 >= len(r.fields)
	shared := commonStart(counts) // GL of GL-KIND, GLD-AMOUNT
	fields := r.fields
	r.fields = nil
	for _, f := range fields {
		first, rest, ok := strings.Cut(f.Name, "-")
		if ok && (strip && first == prefix || len(shared) > 1 && strings.HasPrefix(first, shared)) {
			f.Name = rest
		}
		f.Name = strings.ToLower(strings.ReplaceAll(f.Name, "-", " "))
		r.add(f)
	}
}

// commonStart is what all words begin with.
func commonStart(of map[string]int) string {
	start, first := "", true
	for word := range of {
		for !first && !strings.HasPrefix(word, start) {
			start = start[:len(start)-1]
		}
		if first {
			start, first = word, false
		}
	}
	if len(of) < 2 {
		return ""
	}
	return start
}

// stripRecords does the same for the names of records.
func stripRecords(records []*record) {
	first, _, ok := strings.Cut(records[0].name, "-")
	seen := map[string]bool{}
	for _, r := range records {
		rest, has := strings.CutPrefix(r.name, first+"-")
		ok = ok && has && !seen[rest] && rest != ""
		seen[rest] = true
	}
	names := map[string]bool{}
	for i, r := range records {
		if ok {
			r.name = strings.TrimPrefix(r.name, first+"-")
		}
		if names[strings.ToLower(r.name)] || r.name == "" {
			r.name = fmt.Sprintf("%s-%d", r.name, i+1)
		}
		names[strings.ToLower(r.name)] = true
	}
}

// looksLikeCopybook: a level number and a PIC.
func looksLikeCopybook(upper string) bool {
	return (strings.Contains(upper, " PIC ") || strings.Contains(upper, " PICTURE ")) && !strings.Contains(upper, "PROCEDURE DIVISION")
}
