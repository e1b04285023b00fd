package mapping

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// The limits of a workbook that a conversion could otherwise break in silence.
const (
	maxCellText  = 32767
	maxSheetName = 31
	maxDigits    = 15
)

// NewYAML is a new mapping for the template in YAML form.
func NewYAML(templates fs.FS, name string) ([]byte, error) {
	t, bad := template.Read(templates, name)
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return encodeYAML(newMapping(t), t)
}

// ToYAML turns a mapping of either form into YAML: the same content, stable, one field or row a line.
func ToYAML(templates fs.FS, path string, data []byte) ([]byte, error) {
	out, _, err := Convert(templates, path, data, path+".yaml")
	return out, err
}

// ToXLSX turns a mapping of either form into a workbook.
func ToXLSX(templates fs.FS, path string, data []byte) ([]byte, error) {
	out, _, err := Convert(templates, path, data, path+".xlsx")
	return out, err
}

// Convert turns a mapping into the form that the name to asks for. What it returns was read back and holds the same content: columns with their notes,
// settings, lookup sheets, results and tests. The findings are warnings about what only a workbook can hold, such as formulas in cells. A mapping
// that cannot be kept whole is an error.
func Convert(templates fs.FS, path string, data []byte, to string) ([]byte, findings.List, error) {
	c, err := readAll(path, data)
	if err != nil {
		return nil, nil, err
	}
	found := &collector{file: path}
	t := c.template(templates, found)
	if t == nil {
		return nil, nil, found.list.Err()
	}
	c.checkConvertible(found, !isYAMLFile(to))
	if err := found.list.Err(); err != nil {
		return nil, nil, fmt.Errorf("the mapping cannot be converted without loss:\n%w", err)
	}
	var out []byte
	if isYAMLFile(to) {
		out, err = encodeYAML(c, t)
	} else {
		out, err = encodeXLSX(c, t)
	}
	if err == nil {
		err = sameContent(c, t, to, out)
	}
	return out, found.list.Sorted(c.order), err
}

// readAll reads a mapping for conversion.
func readAll(path string, data []byte) (*content, error) {
	found := &collector{file: path}
	c := readContent(path, data, found)
	if c == nil {
		return nil, found.list.Err()
	}
	if err := found.list.Err(); err != nil {
		return nil, fmt.Errorf("a mapping with mistakes cannot be converted:\n%w", err)
	}
	return c, nil
}

// sameContent reads what was written and compares it with what was meant.
func sameContent(c *content, t *template.Template, to string, written []byte) error {
	back, err := readAll(to, written)
	if err != nil {
		return fmt.Errorf("read back what was written: %w", err)
	}
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
func (c *content) unique() error {
	seen := map[string]bool{}
	twice := func(section, name string) error {
		if seen[section+"\x00"+name] {
			return fmt.Errorf("%s stands twice in %s", name, section)
		}
		seen[section+"\x00"+name] = true
		return nil
	}
	for _, s := range c.settings {
		if err := twice(sheetSettings, wording.Clean(s.name.show())); err != nil {
			return err
		}
	}
	for _, r := range c.columns {
		if err := twice(sheetColumns, wording.Clean(r.record.show())+" "+wording.Clean(r.field.show())); err != nil {
			return err
		}
	}
	return nil
}

// checkConvertible reports what would be lost.
func (c *content) checkConvertible(found *collector, toWorkbook bool) {
	each := func(v cell) {
		if usable(v, found) && v.formula {
			found.warnf(v, "the cell holds a formula of Excel: only its present value is kept")
		}
		if toWorkbook {
			fitsCell(v, found)
		}
	}
	for _, s := range c.settings {
		each(s.value)
		s.each(each)
	}
	for _, r := range c.columns {
		each(r.value)
		r.each(each)
	}
	for i, name := range c.lookupNames() {
		if toWorkbook {
			fitsSheet(name, c.lookupNames()[:i], found)
		}
		s, err := c.tables.read(name)
		if err != nil {
			found.add(findings.Error, findings.Place{Sheet: name}, "", err.Error(), "")
			continue
		}
		s.each(each)
	}
	c.results.each(each)
	c.tests.each(each)
}

func (r *remarks) each(f func(cell)) {
	f(r.note)
	for _, m := range r.more {
		f(m.value)
	}
}

func (s *sheet) each(f func(cell)) {
	if s == nil {
		return
	}
	for _, row := range s.rows {
		for _, v := range row.cells {
			f(v)
		}
	}
}

// fitsCell reports what a cell of a workbook cannot hold.
func fitsCell(v cell, found *collector) {
	switch v.kind {
	case numberCell:
		if v.number.NumDigits() > maxDigits {
			found.errorf(v, "", "a number of more than %d digits loses figures in a workbook: quote it to make it a text", maxDigits)
		}
	case textCell:
		if utf8.RuneCountInString(v.text) > maxCellText {
			found.add(findings.Error, v.Place, "", fmt.Sprintf("a text of more than %d characters does not fit into a cell", maxCellText), "")
		}
		if strings.ContainsFunc(v.text, func(r rune) bool {
			return r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == '\ufffe' || r == '\uffff'
		}) {
			found.errorf(v, "", "a cell cannot hold control characters")
		}
	}
}

// fitsSheet reports names that no sheet can have.
func fitsSheet(name string, before []string, found *collector) {
	bad := func(reason string) { found.add(findings.Error, findings.Place{Sheet: name}, name, reason, "") }
	switch {
	case isReserved(name):
		bad("a lookup sheet cannot be called so: the sheet has a meaning of its own")
	case utf8.RuneCountInString(name) > maxSheetName:
		bad(fmt.Sprintf("the name of a sheet has at most %d characters", maxSheetName))
	case name == "" || strings.ContainsAny(name, `:\/?*[]`) || strings.HasPrefix(name, "'") || strings.HasSuffix(name, "'"):
		bad(`the name of a sheet has none of : \ / ? * [ ] and no ' at its ends`)
	}
	for _, other := range before {
		if strings.EqualFold(other, name) {
			bad("two sheets of a workbook cannot have names that differ in upper and lower case only")
		}
	}
}
