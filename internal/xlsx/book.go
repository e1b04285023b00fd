// Package xlsx is the one reader of Excel workbooks: mappings, result files and previews. It reads cell by cell as they
// are stored: text or number, the raw digits of a number, what its format shows, whether a formula has a value. Only
// cells that hold something cost anything, wherever in the sheet they stand; memory stays flat however long a sheet is.
// Every part is read under a limit. Both forms of the standard are read: the transitional one that Excel saves, and the
// strict one (ISO 29500).
//
// excelize's row iterator gives texts only: it cannot tell the number 123 from the text "123", which is what account
// columns stand or fall with.
package xlsx

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Limits bound what is read. All must be set.
type Limits struct {
	Unzipped int64 // bytes of all parts that are read
	Rows     int   // the highest row number
	Columns  int   // the highest column number
	Text     int   // bytes of one cell
	Cells    int   // of all sheets, and texts that cells share; 0 for no limit of their own
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
	formats []Format // by style
	date04  bool
	cells   int // read so far
	shared  string
	styled  string // the parts with the shared texts and the styles
}

// Format is what a number format makes of digits.
type Format uint8

const (
	General Format = iota
	TextFormat
	NumberFormat
	DateFormat
)

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
		b.parts[partName(f.Name)] = f
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

// Hidden reports whether people do not see the sheet.
func (b *Book) Hidden(name string) bool {
	return slices.ContainsFunc(b.sheets, func(s sheetPart) bool { return s.name == name && s.hidden })
}

// Parts reports whether the archive has a part, whatever the case of its name.
func (b *Book) Parts(name string) bool { return b.parts[partName(name)] != nil }

// partName makes names of parts comparable: the standard does not mind their case.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean(strings.ReplaceAll(name, `\`, "/")), "/"))
}

// format is what a style shows.
func (b *Book) format(style string) Format {
	if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(b.formats) {
		return b.formats[n]
	}
	return General
}

// count is told of each cell that was read.
func (b *Book) count(place string) error {
	if b.cells++; b.limits.Cells > 0 && b.cells > b.limits.Cells {
		return &LimitError{What: "cells", Limit: int64(b.limits.Cells), Place: place}
	}
	return nil
}

// Date1904 reports whether days count from 1904 on.
func (b *Book) Date1904() bool { return b.date04 }

// part opens a part under the limit of the book. A part that is not there is io/fs's business of the caller: ok is
// false.
func (b *Book) part(name string) (io.ReadCloser, bool, error) {
	f, ok := b.parts[partName(name)]
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
	targets, other, err := b.relations(name)
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
			if !ok && other[relID(e)] {
				return nil // a chart or a dialog
			}
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
	if b.Parts("xl/workbook.xml") {
		return "xl/workbook.xml", nil
	}
	found := ""
	err := b.each("_rels/.rels", false, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local == "Relationship" && strings.HasSuffix(attr(e, "Type"), "/officeDocument") {
			found = strings.TrimPrefix(attr(e, "Target"), "/")
		}
		return nil
	})
	if err == nil && !b.Parts(found) {
		err = errors.New("a zip archive without a workbook in it; not an Excel workbook (.xlsx)")
	}
	return found, err
}

// relations maps relation ids to the parts of sheets of cells; other are the ids of everything else. It notes where
// texts and styles lie.
func (b *Book) relations(name string) (targets map[string]string, other map[string]bool, err error) {
	targets, other = map[string]string{}, map[string]bool{}
	dir := path.Dir(name)
	b.shared, b.styled = "xl/sharedStrings.xml", "xl/styles.xml"
	err = b.each(path.Join(dir, "_rels", path.Base(name)+".rels"), true, func(d *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "Relationship" {
			return nil
		}
		target := PartAt(dir, attr(e, "Target"))
		switch kind := attr(e, "Type"); path.Base(kind) { // transitional and strict kinds end alike
		case "worksheet":
			targets[attr(e, "Id")] = target
		case "sharedStrings":
			b.shared = target
		case "styles":
			b.styled = target
		default:
			other[attr(e, "Id")] = true
		}
		return nil
	})
	return targets, other, err
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
