package workbook

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/seen"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// The limits of a workbook that a conversion could otherwise break in silence.
const (
	maxCellText  = 32767
	maxSheetName = 31
	maxDigits    = 15
)

// NewYAML is a new mapping for the template in YAML form. It may use fields that only the company's own documents have;
// documents is nil when nobody looked.
func NewYAML(templates fs.FS, name string, documents *seen.Fields) ([]byte, error) {
	t, bad := template.Read(templates, name)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	c := newContent(t)
	c.setFurther(documents)
	return encodeYAML(c, t)
}

// ToXLSX turns a mapping of either form into a workbook.
func ToXLSX(templates fs.FS, path string, data []byte) ([]byte, error) {
	out, _, err := Convert(templates, path, data, path+".xlsx", "")
	return out, err
}

// Convert turns a mapping into the form that the name to asks for, a workbook in the language: en, de, fr or es; blank
// is that of the workbook that it was. What it returns was read back and holds the same
// content: columns with their notes, settings, lookup sheets, results and tests. The findings are warnings about what
// only a workbook can hold, such as formulas in cells. A mapping that cannot be kept whole is an error.
func Convert(templates fs.FS, path string, data []byte, to, language string) (out []byte, _ findings.List, err error) {
	c, err := readAll(path, data)
	if err != nil {
		return nil, nil, err
	}
	found := &Collector{File: path}
	t := c.Template(templates, found)
	if t == nil {
		return nil, nil, found.List.Err()
	}
	c.forgetUsual(t)
	if language != "" {
		c.In = sheets.In(language)
	}
	found.In = c.In
	c.renew(t, found)
	c.checkConvertible(found, !isYAMLFile(to))
	if err := found.List.Err(); err != nil {
		return nil, nil, fmt.Errorf("the mapping cannot be converted without loss:\n%w", err)
	}
	if isYAMLFile(to) {
		out, err = encodeYAML(c, t)
	} else {
		out, err = encodeXLSX(c, t, nil)
	}
	if err == nil {
		err = sameContent(c, t, to, out)
	}
	return out, found.List.Sorted(c.Order), err
}

// readAll reads a mapping for conversion.
func readAll(path string, data []byte) (*Content, error) {
	found := &Collector{File: path}
	c := Read(path, data, found)
	if c == nil {
		return nil, found.List.Err()
	}
	if err := found.List.Err(); err != nil {
		return nil, fmt.Errorf("a mapping with mistakes cannot be converted:\n%w", err)
	}
	return c, nil
}

// sameContent reads what was written and compares it with what was meant.
func sameContent(c *Content, t *template.Template, to string, written []byte) error {
	back, err := readAll(to, written)
	if err != nil {
		return fmt.Errorf("read back what was written: %w", err)
	}
	back.forgetUsual(t)
	want, err := encodeYAML(c, t)
	if err != nil {
		return err
	}
	got, err := encodeYAML(back, t)
	if err != nil || bytes.Equal(want, got) {
		return err
	}
	a, b := strings.Split(string(want), "\n"), strings.Split(string(got), "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			return fmt.Errorf("the mapping cannot be converted without loss: %s", strings.TrimSpace(a[i]))
		}
	}
	return fmt.Errorf("the mapping cannot be converted without loss: %s", strings.TrimSpace(b[len(a)]))
}

// unique refuses names that stand twice, which YAML cannot hold.
func (c *Content) unique() error {
	seen := map[string]bool{}
	twice := func(section, name string) error {
		if seen[section+"\x00"+name] {
			return fmt.Errorf("%s stands twice in %s", name, section)
		}
		seen[section+"\x00"+name] = true
		return nil
	}
	for _, s := range c.Settings {
		if err := twice(SheetSettings, wording.Clean(s.Name.Show())); err != nil {
			return err
		}
	}
	for _, r := range c.Columns {
		if err := twice(SheetColumns, wording.Clean(r.Record.Show())+" "+wording.Clean(r.Field.Show())); err != nil {
			return err
		}
	}
	return nil
}

// checkConvertible reports what would be lost.
func (c *Content) checkConvertible(found *Collector, toWorkbook bool) {
	each := func(v Cell) {
		if Usable(v, found) && v.formula {
			found.Warnf(v, "the cell holds a formula of Excel: only its present value is kept")
		}
		if toWorkbook {
			fitsCell(v, found)
		}
	}
	for _, s := range c.Settings {
		each(s.Value)
		s.each(each)
	}
	for _, r := range c.Columns {
		each(r.Value)
		r.each(each)
	}
	for i, name := range c.LookupNames() {
		if toWorkbook {
			fitsSheet(name, c.LookupNames()[:i], found)
		}
		s, err := c.Tables.Read(name)
		if err != nil {
			found.Add(findings.Error, findings.Place{Sheet: name}, "", say.Of(err), "")
			continue
		}
		s.each(each)
	}
	c.Results.each(each)
	c.Tests.each(each)
}

func (r *remarks) each(f func(Cell)) {
	f(r.note)
	for _, m := range r.more {
		f(m.value)
	}
}

func (s *Sheet) each(f func(Cell)) {
	if s == nil {
		return
	}
	for _, row := range s.Rows {
		for _, v := range row.Cells {
			f(v)
		}
	}
}

// fitsCell reports what a cell of a workbook cannot hold.
func fitsCell(v Cell, found *Collector) {
	switch v.Kind {
	case Number:
		if v.Number.NumDigits() > maxDigits {
			found.Errorf(v, "", "a number of more than %d digits loses figures in a workbook: quote it to make it a text", maxDigits)
		}
	case Date:
		if v.date.Year < 1900 {
			found.Errorf(v, "", "Excel has no day before 1 January 1900: quote it to make it a text")
		}
	case Text:
		if utf8.RuneCountInString(v.Text) > maxCellText {
			found.Add(findings.Error, v.Place, "",
				say.F("a text of more than %d characters does not fit into a cell", maxCellText), "")
		}
		if strings.ContainsFunc(v.Text, func(r rune) bool {
			return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == '\ufffe' || r == '\uffff'
		}) {
			found.Errorf(v, "", "a cell cannot hold control characters")
		}
	}
}

// fitsSheet reports names that no sheet can have.
func fitsSheet(name string, before []string, found *Collector) {
	bad := func(reason say.Text) { found.Add(findings.Error, findings.Place{Sheet: name}, name, reason, "") }
	switch {
	case isReserved(name, found.In):
		bad("a lookup sheet cannot be called so: the sheet has a meaning of its own")
	case utf8.RuneCountInString(name) > maxSheetName:
		bad(say.F("the name of a sheet has at most %d characters", maxSheetName))
	case name == "" || strings.ContainsAny(name, `:\/?*[]`) || strings.HasPrefix(name, "'") ||
		strings.HasSuffix(name, "'"):
		bad(`the name of a sheet has none of : \ / ? * [ ] and no ' at its ends`)
	}
	for _, other := range before {
		if strings.EqualFold(other, name) {
			bad("two sheets of a workbook cannot have names that differ in upper and lower case only")
		}
	}
}
