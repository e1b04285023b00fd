// Package sheet reads Excel workbooks cell by cell as they are stored: text or number, the raw digits of a number, whether its
// format is a date, whether a formula has a value. Memory stays flat however long a sheet is. Every part is read under a limit.
//
// excelize's row iterator gives texts only: it cannot tell the number 123 from the text "123", which is what account columns
// stand or fall with.
package sheet

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Limits bound what is read. All must be set.
type Limits struct {
	Unzipped int64 // bytes of all parts that are read
	Rows     int   // the highest row number
	Columns  int   // the highest column number
	Text     int   // bytes of one cell
}

// LimitError says which limit was met.
type LimitError struct {
	What  string
	Limit int64
	Place string
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s has more than %d %s", e.Place, e.Limit, e.What)
}

// Book is an open workbook.
type Book struct {
	limits  Limits
	left    int64 // of Unzipped
	parts   map[string]*zip.File
	sheets  []sheetPart
	strings []string
	dates   []bool // by style
	date04  bool
}

type sheetPart struct {
	name, path string
	hidden     bool
}

// Open reads everything but the sheets. r must stay readable.
func Open(r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("not an Excel workbook, or a damaged one: %w", err)
	}
	b := &Book{limits: limits, left: limits.Unzipped, parts: map[string]*zip.File{}}
	var declared uint64
	for _, f := range archive.File {
		b.parts[strings.TrimPrefix(path.Clean(strings.ReplaceAll(f.Name, `\`, "/")), "/")] = f
		if declared += f.UncompressedSize64; declared > uint64(limits.Unzipped) || f.UncompressedSize64 > uint64(limits.Unzipped) {
			return nil, b.tooLarge()
		}
	}
	if err := b.workbook(); err != nil {
		return nil, err
	}
	if err := b.styles(); err != nil {
		return nil, err
	}
	return b, b.sharedStrings()
}

func (b *Book) tooLarge() error {
	return &LimitError{What: "bytes when unpacked", Limit: b.limits.Unzipped, Place: "the workbook"}
}

// Names are the sheets in their order.
func (b *Book) Names() []string {
	names := make([]string, len(b.sheets))
	for i, s := range b.sheets {
		names[i] = s.name
	}
	return names
}

// Date1904 reports whether days count from 1904 on.
func (b *Book) Date1904() bool { return b.date04 }

// part opens a part under the limit of the book. A part that is not there is io/fs's business of the caller: ok is false.
func (b *Book) part(name string) (io.ReadCloser, bool, error) {
	f, ok := b.parts[name]
	if !ok {
		return nil, false, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, true, fmt.Errorf("open %s: %w", name, err)
	}
	return &limited{b, r}, true, nil
}

// limited counts what is unpacked, whatever the archive declares.
type limited struct {
	book *Book
	r    io.ReadCloser
}

func (l *limited) Read(p []byte) (int, error) {
	if l.book.left <= 0 {
		return 0, l.book.tooLarge()
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.book.left+1)])
	if l.book.left -= int64(n); l.book.left < 0 {
		return 0, l.book.tooLarge()
	}
	return n, err
}

func (l *limited) Close() error { return l.r.Close() }

// workbook reads the names of the sheets, where they lie, and the date system.
func (b *Book) workbook() error {
	name, err := b.mainPart()
	if err != nil {
		return err
	}
	targets, err := b.relations(name)
	if err != nil {
		return err
	}
	return b.each(name, true, func(d *xml.Decoder, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			v := attr(e, "date1904")
			b.date04 = v == "1" || v == "true"
		case "sheet":
			target, ok := targets[relID(e)]
			if !ok {
				return fmt.Errorf("sheet %q has no part", attr(e, "name"))
			}
			b.sheets = append(b.sheets, sheetPart{attr(e, "name"), target, attr(e, "state") != "" && attr(e, "state") != "visible"})
		}
		return nil
	})
}

// mainPart is the workbook's own part, by the root relations.
func (b *Book) mainPart() (string, error) {
	if _, ok := b.parts["xl/workbook.xml"]; ok {
		return "xl/workbook.xml", nil
	}
	found := ""
	err := b.each("_rels/.rels", false, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && strings.HasSuffix(attr(e, "Type"), "/officeDocument") {
			found = strings.TrimPrefix(attr(e, "Target"), "/")
		}
		return nil
	})
	if err == nil && b.parts[found] == nil {
		err = errors.New("a zip archive without a workbook in it; not an Excel workbook (.xlsx)")
	}
	return found, err
}

// relations maps relation ids to parts.
func (b *Book) relations(name string) (map[string]string, error) {
	targets := map[string]string{}
	dir := path.Dir(name)
	err := b.each(path.Join(dir, "_rels", path.Base(name)+".rels"), true, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "Relationship" || !strings.HasSuffix(attr(e, "Type"), "/worksheet") {
			return nil
		}
		target := attr(e, "Target")
		if strings.HasPrefix(target, "/") {
			targets[attr(e, "Id")] = strings.TrimPrefix(target, "/")
		} else {
			targets[attr(e, "Id")] = path.Join(dir, target)
		}
		return nil
	})
	return targets, err
}

// each calls fn for every start element of a part.
func (b *Book) each(name string, required bool, fn func(*xml.Decoder, xml.StartElement) error) error {
	r, ok, err := b.part(name)
	if err != nil {
		return err
	}
	if !ok {
		if required {
			return fmt.Errorf("the workbook has no part %s", name)
		}
		return nil
	}
	defer r.Close()
	d := xml.NewDecoder(r)
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
		if e, ok := token.(xml.StartElement); ok {
			if err := fn(d, e); err != nil {
				return fmt.Errorf("read %s: %w", name, err)
			}
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func relID(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}
