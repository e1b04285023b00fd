package xlsx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
)

// Table is a table of Excel (Insert, Table; a ListObject) on a sheet.
type Table struct {
	Part    string // of the package
	Name    string // by which formulas call it
	Area    Area   // headings and totals included
	Heads   int    // rows of headings, 0 or 1
	Totals  int    // rows of totals, 0 or 1
	Columns []TableColumn
}

// TableColumn is a column of a table.
type TableColumn struct {
	Name    string
	Formula string // of a calculated column, without the equals sign
	Array   bool
}

// Rows are the rows of data, from first to last; a table without any ends before it begins.
func (t *Table) Rows() (first, last int) { return t.Area.Top + t.Heads, t.Area.Bottom - t.Totals }

// SheetPart is the part of the package in which a sheet lies, empty without such a sheet.
func (b *Book) SheetPart(name string) string {
	for _, s := range b.sheets {
		if s.name == name {
			return s.path
		}
	}
	return ""
}

// Tables are the tables of a sheet.
func (b *Book) Tables(sheet string) (tables []Table, err error) {
	part := b.SheetPart(sheet)
	dir := path.Dir(part)
	err = b.each(path.Join(dir, "_rels", path.Base(part)+".rels"), false, func(_ *xml.Decoder, e xml.StartElement) error {
		if e.Name.Local != "Relationship" || path.Base(attr(e, "Type")) != "table" || attr(e, "TargetMode") == "External" {
			return nil
		}
		t, err := b.table(PartAt(dir, attr(e, "Target")))
		if err == nil {
			tables = append(tables, t)
		}
		return err
	})
	return tables, err
}

// PartAt is the name of the part that a relation of a part in dir points to.
func PartAt(dir, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return path.Join(dir, target)
}

func (b *Book) table(part string) (Table, error) {
	t, inFormula := Table{Part: part, Heads: 1}, false
	r, ok, err := b.part(part)
	if err == nil && !ok {
		err = errors.New("is not in the workbook")
	}
	if err != nil {
		return t, fmt.Errorf("table %s: %w", part, err)
	}
	defer r.Close()
	for d := xml.NewDecoder(r); ; {
		token, err := d.RawToken()
		switch {
		case errors.Is(err, io.EOF) && t.Area.Top > 0:
			return t, nil
		case errors.Is(err, io.EOF):
			return t, fmt.Errorf("table %s: says not which cells it has", part)
		case err != nil:
			return t, fmt.Errorf("table %s: %w", part, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			inFormula = e.Name.Local == "calculatedColumnFormula" && len(t.Columns) > 0
			t.start(e)
		case xml.EndElement:
			inFormula = false
		case xml.CharData:
			if inFormula {
				t.Columns[len(t.Columns)-1].Formula += string(e)
			}
		}
	}
}

func (t *Table) start(e xml.StartElement) {
	switch e.Name.Local {
	case "table":
		t.Area, _ = ParseArea(attr(e, "ref"))
		if t.Name = attr(e, "displayName"); t.Name == "" {
			t.Name = attr(e, "name")
		}
		if v := attr(e, "headerRowCount"); v != "" {
			t.Heads, _ = strconv.Atoi(v)
		}
		t.Totals, _ = strconv.Atoi(attr(e, "totalsRowCount"))
	case "tableColumn":
		t.Columns = append(t.Columns, TableColumn{Name: attr(e, "name")})
	case "calculatedColumnFormula":
		if v := attr(e, "array"); len(t.Columns) > 0 {
			t.Columns[len(t.Columns)-1].Array = v == "1" || v == "true"
		}
	}
}
