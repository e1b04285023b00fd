package templating

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/charset"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/templating/naming"
)

// hold holds the draft of fixed records against lines that the ERP has read before: what they show is no guess any
// more.
func (d *Draft) hold(name string, data []byte) error {
	s := source{name: name}
	if d.kind != layout.Fixed {
		return s.wrong(0, "a sample is held against fixed records; for a CSV or a workbook give the sample itself with --from")
	}
	if len(data) == 0 {
		return s.wrong(0, "is empty")
	}
	h := &sample{d: d, s: s, length: d.length()}
	h.encoding(data)
	if err := h.lines(data); err != nil {
		return err
	}
	h.apply()
	return nil
}

// length is that of the longest record.
func (d *Draft) length() int {
	n := 0
	for _, e := range d.file {
		if e.key == "record_length" {
			fmt.Sscan(e.value, &n)
		}
	}
	for _, r := range d.records {
		for _, f := range r.fields {
			n = max(n, f.Start+f.Width-1)
		}
	}
	return n
}

// sample is lines of the ERP.
type sample struct {
	d      *Draft
	s      source
	length int
	set    *charset.Charset
	punch  string // the sign convention that the digits show
	seen   map[*field][]string
}

// encoding tells EBCDIC from ASCII: digits and blanks are most of such files.
func (h *sample) encoding(data []byte) {
	ebcdic, ascii := 0, 0
	for _, b := range data {
		switch {
		case b == 0x40 || b >= 0xF0 && b <= 0xF9:
			ebcdic++
		case b == 0x20 || b >= 0x30 && b <= 0x39:
			ascii++
		}
	}
	word, comment := "us-ascii", "as in the sample: no letter outside ASCII is in it"
	switch {
	case ebcdic > ascii:
		word, comment = "ebcdic-037", "EBCDIC, as in the sample; GUESS: the page, which may be that of your country (ebcdic-273, -500, -1047)"
	case bytes.ContainsFunc(data, func(r rune) bool { return r >= 0x80 }) && h.printable(data):
		word, comment = "windows-1252", "GUESS: the sample has letters outside ASCII"
	}
	if set, err := charset.Lookup(word); err == nil {
		h.set = set
		h.change("encoding", word, comment, "the file is ")
	}
}

// printable: bytes above ASCII are letters, not packed digits.
func (h *sample) printable(data []byte) bool {
	for _, b := range data {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' {
			return false
		}
	}
	return true
}

// change sets a key by what the sample shows, and takes the guess about it back.
func (h *sample) change(key, value, comment, guess string) {
	h.d.set(key, value, comment)
	var kept []Remark
	for _, r := range h.d.Remarks {
		if !(r.Guess && strings.Contains(r.Text, guess)) {
			kept = append(kept, r)
		}
	}
	h.d.Remarks = kept
	if strings.Contains(comment, "GUESS") {
		h.d.Remarks = append(h.d.Remarks, Remark{h.s.name, true, key + ": " + value + " (" + comment + ")"})
	}
}

// lines cuts the sample into records and holds each against the one that it is.
func (h *sample) lines(data []byte) error {
	h.seen = map[*field][]string{}
	var records [][]byte
	end := h.behindEach(data)
	switch {
	case end != "" && h.binary():
		// A transfer as text, or an editor, has put them there. They are not the ERP's: it could not tell packed digits.
		h.d.Remarks = append(h.d.Remarks, Remark{h.s.name, false, fmt.Sprintf("whether the ERP wants the line ends (%s) behind each record of the sample: the copybook has binary numbers, and such records are written without line ends", end)})
		for n := h.length + map[string]int{"crlf": 2, "lf": 1}[end]; len(data) >= h.length; data = data[min(n, len(data)):] {
			records = append(records, data[:h.length])
		}
	case h.lineEnds(data):
		end = "lf"
		if bytes.Contains(data, []byte("\r\n")) {
			end = "crlf"
		}
		h.change("line_end", end, "as in the sample", "line feed")
		records = bytes.Split(bytes.TrimRight(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), "\n"), []byte("\n"))
	default:
		h.change("line_end", "none", "as in the sample: records stand behind each other", "line feed")
		if len(data)%h.length != 0 {
			return h.s.wrong(0, "has %d bytes, which are not records of %d bytes as the copybook has them", len(data), h.length)
		}
		for ; len(data) > 0; data = data[h.length:] {
			records = append(records, data[:h.length])
		}
	}
	for i, line := range records {
		if i >= mostRows {
			break
		}
		if len(line) > h.length {
			return h.s.wrong(i+1, "has %d bytes, the record of the copybook %d", len(line), h.length)
		}
		if r := h.which(line); r != nil {
			h.take(r, line)
			continue
		}
		h.d.Remarks = append(h.d.Remarks, Remark{place(h.s.name, i+1), false, "which record this line is: none of them has these codes"})
	}
	return nil
}

// lineEnds: there are ends of lines, and no packed digits that look like them.
func (h *sample) lineEnds(data []byte) bool {
	return !h.binary() && (bytes.Contains(data, []byte("\n")) || len(data)%h.length != 0 || len(data) == h.length)
}

// binary: the records have packed or binary numbers, and stand behind each other.
func (h *sample) binary() bool {
	return slices.ContainsFunc(h.d.file, func(e entry) bool { return e.key == "line_end" && e.value == "none" })
}

// behindEach tells which line end stands behind every whole record of the sample; empty where none does.
func (h *sample) behindEach(data []byte) string {
	for word, end := range map[string]string{"crlf": "\r\n", "lf": "\n"} {
		n, whole := h.length+len(end), true
		for at := 0; at < len(data) && whole; at += n {
			rest := data[at:]
			whole = len(rest) >= n && string(rest[h.length:n]) == end || at > 0 && len(rest) == h.length
		}
		if whole {
			return word
		}
	}
	return ""
}

// at is the text of a field in a line.
func (h *sample) at(f *field, line []byte) string {
	if f.Start-1 >= len(line) {
		return ""
	}
	return h.set.Show(line[f.Start-1 : min(len(line), f.Start-1+f.Width)])
}

// which finds the record of a line by the constants in it. A code that was guessed gives way to one that stands there
// where only one record is left.
func (h *sample) which(line []byte) *record {
	if len(h.d.records) == 1 {
		return h.d.records[0]
	}
	for _, r := range h.d.records {
		f := r.fields[0]
		if f.constant != "" && strings.TrimRight(h.at(f, line), " ") == f.constant {
			return r
		}
	}
	return nil
}

// take notes what the line has in the fields of its record.
func (h *sample) take(r *record, line []byte) {
	for _, f := range r.fields {
		if text := strings.TrimSpace(h.at(f, line)); text != "" && strings.Trim(text, "0") != "" {
			h.seen[f] = append(h.seen[f], text)
			f.saw(text)
		}
	}
}

var (
	punchedEBCDIC = regexp.MustCompile(`^\d*[{A-I}J-R]$`)
	punchedASCII  = regexp.MustCompile(`^\d*[p-y]$`)
	onlyDigits    = regexp.MustCompile(`^\d+$`)
)

// apply changes the draft by what was seen.
func (h *sample) apply() {
	for _, r := range h.d.records {
		for _, f := range r.fields {
			h.field(f)
		}
	}
	h.sameDates()
	switch h.punch {
	case "overpunch":
		h.change("sign", "overpunch", "as in the sample", "signs stand in the last digit")
	case "overpunch-ascii":
		h.change("sign", "overpunch-ascii", "as in the sample", "signs stand in the last digit")
	}
}

func (h *sample) field(f *field) {
	for _, text := range h.seen[f] {
		if f.isNumber() && f.Sign == "" {
			switch {
			case punchedEBCDIC.MatchString(text):
				h.punch = "overpunch"
			case punchedASCII.MatchString(text):
				h.punch = "overpunch-ascii"
			case onlyDigits.MatchString(text):
			default:
				h.d.Remarks = append(h.d.Remarks, Remark{h.s.name, false, fmt.Sprintf("field %s: %q in it is no number with its sign in the last digit", f.Name, text)})
			}
		}
	}
	if role := naming.Of(f.Name); f.loose && isDate(role) {
		h.date(f)
	}
	if f.isNumber() && f.Sign == "none" {
		for _, text := range h.seen[f] {
			if !onlyDigits.MatchString(text) {
				h.d.Remarks = append(h.d.Remarks, Remark{h.s.name, false, fmt.Sprintf("field %s: %q in it, where the copybook has digits", f.Name, text)})
				break
			}
		}
	}
}

// date finds the form of a date by the digits in it.
func (h *sample) date(f *field) {
	forms := map[int][][2]string{8: {{"yyyyMMdd", "20060102"}, {"ddMMyyyy", "02012006"}, {"MMddyyyy", "01022006"}}, 6: {{"yyMMdd", "060102"}, {"ddMMyy", "020106"}, {"MMddyy", "010206"}},
		7: {{"yyyyDDD", "2006002"}, {"CYYDDD", ""}}}[f.Width]
	var fit []string
	for _, form := range forms {
		if form[1] != "" && allDates(h.seen[f], form[1]) {
			fit = append(fit, form[0])
		}
	}
	if len(fit) == 0 {
		return
	}
	f.Type, f.Sign, f.Pad, f.DateForm, f.loose = layout.DateType, "", "", fit[0], false
	f.note("the date in the sample has this form")
	if len(fit) > 1 {
		f.note("GUESS: or " + strings.Join(fit[1:], ", "))
		h.d.Remarks = append(h.d.Remarks, Remark{h.s.name, true, fmt.Sprintf("field %s is a date of the form %s; %q may be %s, too", f.Name, fit[0], h.seen[f][0], strings.Join(fit[1:], " or "))})
	}
}

// sameDates gives dates of which the sample shows nothing the form that others have there.
func (h *sample) sameDates() {
	forms := map[int]string{}
	for _, r := range h.d.records {
		for _, f := range r.fields {
			if f.DateForm != "" && forms[f.Width] == "" {
				forms[f.Width] = f.DateForm
			}
		}
	}
	for _, r := range h.d.records {
		of := naming.Of
		if naming.Edge(r.name) != "posting" {
			of = naming.OfEdge
		}
		for _, f := range r.fields {
			form := forms[f.Width]
			if !f.loose || form == "" || !isDate(of(f.Name)) {
				continue
			}
			f.Type, f.Sign, f.Pad, f.DateForm, f.loose = layout.DateType, "", "", form, false
			f.note("GUESS: date_form, as other dates of the sample")
			h.d.guess(f.line, "field %s is a date of the form %s, as others in the sample", f.Name, form)
		}
	}
}

func allDates(values []string, form string) bool {
	for _, v := range values {
		t, err := time.Parse(form, v)
		if err != nil || t.Year() < 1970 || t.Year() > 2099 {
			return false
		}
	}
	return len(values) > 0
}
