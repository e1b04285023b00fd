package fill

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout/sheet"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// grower makes what stands around the rows of a workbook as long as they are: its tables with their filters, rules of
// validation and of format, names, ranges in formulas and charts, and the size of the sheet.
type grower struct {
	growths
	parts  map[string]*growth // by the part of a sheet
	tables map[string]*growth // by the part of a table
	sheets map[string]string  // the name of each sheet, by its part
	moved  map[string]bool    // parts of sheets whose formulas have other values now
}

// newGrower looks through the workbook as it was before: data.
func (f *format) newGrower(gs growths) (*grower, error) {
	g := &grower{growths: gs, parts: map[string]*growth{}, tables: map[string]*growth{}, sheets: map[string]string{}, moved: map[string]bool{}}
	book, err := f.open()
	if err != nil {
		return nil, err
	}
	for _, name := range book.Names() {
		part := book.SheetPart(name)
		g.sheets[part] = name
		if grown := gs.of(name); grown != nil {
			g.parts[part] = grown
			for _, t := range grown.tables {
				g.tables[t.Part] = grown
			}
		}
	}
	return g, nil
}

// copy writes the workbook that r holds, its rows filled in.
func (g *grower) copy(w io.Writer, r io.ReaderAt, size int64) error {
	from, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("read workbook back: %w", err)
	}
	if err := g.follow(from); err != nil {
		return err
	}
	return sheet.InOrder(w, r, size, g.part)
}

// follow finds the sheets whose formulas speak of filled rows, or of sheets that do, by sheet, table or name.
func (g *grower) follow(from *zip.Reader) error {
	texts, names := map[string]string{}, map[string]string{}
	for _, part := range from.File {
		_, isSheet := g.sheets[part.Name]
		if !isSheet && part.Name != "xl/workbook.xml" {
			continue
		}
		data, err := g.around(part)
		if err != nil {
			return err
		}
		formulas := &strings.Builder{}
		take := &editing{text: func(element, value string) string {
			if element == "f" || element == sharedFormula || element == "definedName" {
				formulas.WriteString(value + "\n")
			}
			return value
		}}
		if !isSheet {
			take.attribute = func(e xml.StartElement, name, value string) (string, bool) {
				if e.Name.Local == "definedName" && name == "name" {
					formulas.WriteString("\x00" + value + "\x01")
				}
				return value, true
			}
		}
		if _, err := take.edit(data); err != nil {
			return fmt.Errorf("read %s: %w", part.Name, err)
		}
		if isSheet {
			texts[part.Name] = strings.ToLower(formulas.String())
			continue
		}
		for name := range strings.SplitSeq(strings.ToLower(formulas.String()), "\x00") {
			if name, meaning, ok := strings.Cut(name, "\x01"); ok {
				names[name] = meaning
			}
		}
	}
	g.spread(texts, names)
	return nil
}

// spread goes on until nothing new speaks of what has changed.
func (g *grower) spread(texts, names map[string]string) {
	words := map[string]bool{}
	say := func(title string) {
		words[strings.ToLower(title)+"!"] = true
		words[strings.ToLower("'"+strings.ReplaceAll(title, "'", "''")+"'!")] = true
	}
	for part, grown := range g.parts {
		g.moved[part] = true
		say(grown.sheet)
		for _, t := range grown.tables {
			words[strings.ToLower(t.Name)+"["] = true
		}
	}
	speaks := func(text string) bool {
		for word := range words {
			if strings.Contains(text, word) {
				return true
			}
		}
		return false
	}
	for again := true; again; {
		again = false
		for name, meaning := range names {
			if !words[name] && speaks(meaning) {
				words[name], again = true, true
			}
		}
		for part, text := range texts {
			if !g.moved[part] && speaks(text) {
				g.moved[part], again = true, true
				say(g.sheets[part])
			}
		}
	}
}

// around is what stands in a part but for the rows that were filled: they hold nothing to change and may be many.
func (g *grower) around(part *zip.File) ([]byte, error) {
	data, err := xlsx.ReadPart(part)
	if err != nil {
		return nil, err
	}
	if head, _, tail, ok := g.cut(part.Name, data); ok {
		return slices.Concat(head, tail), nil
	}
	return data, nil
}

// cut takes a sheet apart: before the first filled row, the rows, and what comes behind.
func (g *grower) cut(name string, data []byte) (head, rows, tail []byte, ok bool) {
	grown := g.parts[name]
	if grown == nil {
		return nil, nil, nil, false
	}
	from := bytes.Index(data, []byte(`<row r="`+strconv.Itoa(grown.first)+`"`))
	to := bytes.LastIndex(data, []byte("</sheetData>"))
	if from < 0 || to < from {
		return nil, nil, nil, false
	}
	return data[:from], data[from:to], data[to:], true
}

// part writes a part, changed where it speaks of the rows.
func (g *grower) part(to *zip.Writer, part *zip.File) error {
	e := g.editing(part.Name)
	if e == nil {
		return to.Copy(part)
	}
	data, err := xlsx.ReadPart(part)
	if err != nil {
		return err
	}
	out, err := to.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Deflate})
	if err != nil {
		return err
	}
	head, rows, tail, isCut := g.cut(part.Name, data)
	if !isCut {
		if data, err = e.edit(data); err == nil {
			_, err = out.Write(data)
		}
		return err
	}
	// Only together are head and tail well-formed.
	const mark = "<!--fisbridge: rows-->"
	around, err := e.edit(slices.Concat(head, []byte(mark), tail))
	if err != nil {
		return err
	}
	head, tail, _ = bytes.Cut(around, []byte(mark))
	for _, piece := range [][]byte{head, rows, tail} {
		if _, err := out.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// editing is what is to be changed in a part; nil for most.
func (g *grower) editing(name string) *editing {
	if title, ok := g.sheets[name]; ok {
		return g.sheetPart(name, title)
	}
	if grown := g.tables[name]; grown != nil {
		return g.tablePart(grown)
	}
	all := func(want string) func(string, string) string {
		return func(element, value string) string {
			if element == want {
				return g.formula("", value)
			}
			return value
		}
	}
	switch path.Dir(name) {
	case "xl":
		if name == "xl/workbook.xml" {
			return &editing{text: all("definedName")}
		}
	case "xl/charts":
		return &editing{text: all("f")}
	case "xl/pivotCache":
		return &editing{attribute: g.pivotSource}
	}
	return nil
}

func (g *grower) sheetPart(part, title string) *editing {
	return &editing{recompute: g.moved[part], text: func(element, value string) string {
		switch element {
		case sharedFormula:
			return g.sharedMaster(title, value)
		case "f", "formula", "formula1", "formula2":
			return g.formula(title, value)
		case "sqref":
			return g.areas(title, value)
		}
		return value
	}, attribute: func(e xml.StartElement, name, value string) (string, bool) {
		switch element := e.Name.Local; {
		case name == "sqref" && element != "selection":
			return g.areas(title, value), true
		case name == "ref" && (element == "autoFilter" || element == "sortState" || element == "sortCondition"):
			return g.areas(title, value), true
		case name == "ref" && element == "dimension":
			return g.size(title, value), true
		}
		return value, true
	}}
}

// size is the used range of a sheet, which some readers believe.
func (g *grower) size(title, ref string) string {
	grown := g.of(title)
	a, ok := xlsx.ParseArea(ref)
	if grown == nil || !ok {
		return ref
	}
	a.Left, a.Top = min(a.Left, grown.left), min(a.Top, grown.first)
	a.Right, a.Bottom = max(a.Right, grown.right), max(a.Bottom, grown.last)
	return a.String()
}

// tablePart makes the table longer, and says that the row for a first entry is one of data now.
func (g *grower) tablePart(grown *growth) *editing {
	return &editing{attribute: func(e xml.StartElement, name, value string) (string, bool) {
		switch {
		case e.Name.Local == "table" && (name == "insertRow" || name == "insertRowShift"):
			return "", false
		case name == "ref":
			if a, ok := xlsx.ParseArea(value); ok && a.Bottom < grown.last {
				a.Bottom = grown.last
				return a.String(), true
			}
		}
		return value, true
	}}
}

// pivotSource makes the range longer from which a pivot table is made. What it shows is made anew when it is opened.
func (g *grower) pivotSource(e xml.StartElement, name, value string) (string, bool) {
	if e.Name.Local == pivotCache && name == "refreshOnLoad" {
		return "1", true
	}
	if e.Name.Local == "worksheetSource" && name == "ref" {
		for _, a := range e.Attr {
			if a.Name.Local == "sheet" {
				return g.areas(a.Value, value), true
			}
		}
	}
	return value, true
}
