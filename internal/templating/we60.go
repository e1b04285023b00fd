package templating

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// we60 makes flat IDoc records of the text that SAP's report WE60 writes of a basic type: a record of each segment,
// with the bytes that the customer's own release has for each field.
func we60(d *Draft, s source) error {
	w := &idoc{d: d, s: s}
	for i, l := range strings.Split(strings.ReplaceAll(s.text, "\r", ""), "\n") {
		word, value, _ := strings.Cut(strings.TrimSpace(l), " ")
		if err := w.line(i+1, word, strings.TrimSpace(value)); err != nil {
			return err
		}
	}
	switch {
	case w.segment != nil || w.field != nil:
		return s.wrong(0, "ends within a segment: it was cut, download it again")
	case len(d.records) == 0:
		return s.wrong(0, "holds no BEGIN_SEGMENT: is it the parser export of WE60?")
	}
	d.kind, d.fileName = layout.Fixed, "{route}_{sequence:000000}.idoc"
	d.set("encoding", "iso-8859-1", "GUESS: that of the port (WE21)")
	d.set("unmappable", "table-or-replace", "")
	d.set("line_end", "lf", "")
	d.set("decimals", "2", "")
	d.set("sign", "trailing", "")
	d.set("date_form", "yyyyMMdd", "")
	d.set("time_form", "HHmmss", "")
	d.guess(0, "the file has the code page iso-8859-1; the port says which (WE21)")
	d.open(0, "the control record EDI_DC40 and its ports and partners: templates/sap-idoc-flat has one to copy")
	d.open(0, "the names of the segments with their version, which WE31 shows")
	w.once()
	return nil
}

// idoc reads the export.
type idoc struct {
	d       *Draft
	s       source
	segment *record
	field   *field
	first   int
	last    int
	repeats bool
	level   string
	kind    string
	fields  int
	must    bool
	inside  bool // of the fields of a segment
}

// line reads a keyword and its value.
func (w *idoc) line(n int, word, value string) error {
	number := func() (int, error) {
		i, err := strconv.Atoi(value)
		if err != nil || i < 0 || i > 1<<20 {
			return 0, w.s.wrong(n, "%s %q is no number", word, value)
		}
		return i, nil
	}
	var err error
	switch word {
	case "BEGIN_SEGMENT":
		if w.segment != nil {
			return w.s.wrong(n, "a segment begins within %s, which has no END_SEGMENT", w.segment.name)
		}
		if value == "" || len(value) > 30 {
			return w.s.wrong(n, "BEGIN_SEGMENT without a name")
		}
		w.segment, w.must, w.repeats, w.level = &record{name: value, line: n}, false, false, "01"
	case "END_SEGMENT":
		return w.end(n)
	case "LEVEL":
		w.level = value
	case "STATUS":
		w.must = w.must || value == "MANDATORY"
	case "LOOPMAX":
		w.repeats = strings.TrimLeft(value, "0") != "1"
	case "BEGIN_FIELDS":
		if w.segment == nil {
			return w.s.wrong(n, "fields without a segment")
		}
		w.inside = true
	case "END_FIELDS":
		err = w.put(n)
		w.inside = false
	case "NAME":
		if w.inside {
			if err = w.put(n); err == nil {
				w.field, w.first, w.last, w.kind = &field{line: n}, 0, 0, ""
				w.field.Name = value
			}
		}
	case "TEXT":
		if w.field != nil {
			w.field.Note = value
		}
	case "TYPE":
		w.kind = value
	case "BYTE_FIRST":
		w.first, err = number()
	case "BYTE_LAST":
		w.last, err = number()
	case "VALUE":
		if w.field != nil {
			w.field.Codes = append(w.field.Codes, layout.Word(strings.Trim(value, "'")))
		}
	}
	return err
}

// put adds the field that was read.
func (w *idoc) put(n int) error {
	f := w.field
	if w.field = nil; f == nil {
		return nil
	}
	if w.first < 64 || w.last < w.first {
		return w.s.wrong(f.line, "field %s: its bytes %d to %d are not in the data of a record, which begin at 64", f.Name, w.first, w.last)
	}
	if w.fields++; w.fields > mostFields {
		return w.s.wrong(n, "more than %d fields", mostFields)
	}
	f.Start, f.Width = w.first, w.last-w.first+1
	switch upper := strings.ToUpper(w.kind); {
	case strings.HasPrefix(upper, "DATE"):
		f.Type = layout.DateType
	case strings.HasPrefix(upper, "TIME"):
		f.Type = layout.TimeType
	default:
		f.loose = true // IDocs have characters for numbers and codes alike
	}
	w.segment.add(f)
	return nil
}

// end makes a record of the segment, with what stands before its data.
func (w *idoc) end(n int) error {
	if w.segment == nil {
		return w.s.wrong(n, "END_SEGMENT without BEGIN_SEGMENT")
	}
	r := w.segment
	w.segment = nil
	if len(r.fields) == 0 {
		return w.s.wrong(r.line, "segment %s has no fields", r.name)
	}
	r.repeat = "document"
	if w.repeats {
		r.repeat = "posting"
	}
	r.match = "{ prefix: " + quote(r.name) + " }"
	if r.note = "optional for SAP"; w.must {
		r.note = "mandatory for SAP"
	}
	data := r.fields
	r.fields = nil
	for _, h := range []struct {
		name         string
		start, width int
		value        string
	}{{"SEGNAM", 1, 30, `"` + r.name + `"`}, {"MANDT", 31, 3, `"100"`}, {"DOCNUM", 34, 16, `CONCAT(PADLEFT(TEXT(file.sequence); 8; "0"); "00000001")`},
		{"SEGNUM", 50, 6, `PADLEFT(TEXT(row.line); 6; "0")`}, {"PSGNUM", 56, 6, `"000000"`}, {"HLEVEL", 62, 2, `"` + w.level + `"`}} {
		f := &field{line: r.line, value: h.value}
		f.Name, f.Type, f.Start, f.Width, f.Required = h.name, layout.CodeType, h.start, h.width, true
		if h.name == "MANDT" {
			f.comment = "FILL IN: your client"
		}
		r.add(f)
	}
	for _, f := range data {
		r.add(f)
	}
	if len(r.name) > 30 {
		return w.s.wrong(r.line, "%s is no name of a segment", r.name)
	}
	w.d.records = append(w.d.records, r)
	return nil
}

// once gives segments that stand in a file more than once (in different groups) names of their own.
func (w *idoc) once() {
	seen := map[string]int{}
	for _, r := range w.d.records {
		if seen[r.name]++; seen[r.name] > 1 {
			r.name = fmt.Sprintf("%s %d", r.name, seen[r.name])
		}
		w.d.guess(r.line, "segment %s is written %s, by its LOOPMAX", r.name, inWords(r.repeat))
	}
}
