package mend

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// excelize finds the notes of a sheet by numbers in the names of parts: those of vmlDrawing3.vml must be comments3.xml,
// beside it. Excel names them so; LibreOffice and openpyxl do not, and new notes would be written into a part that no
// sheet refers to, while the former ones vanish. alignNotes gives the parts of notes names that fit together, and
// changes nothing else.
func alignNotes(data []byte) ([]byte, error) {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("open the workbook to write notes: %w", err)
	}
	p := notePackage{zip: zr, renamed: map[string]string{}, texts: map[string][]byte{}}
	for _, f := range zr.File {
		if strings.HasPrefix(f.Name, sheetRelations) {
			if err := p.sheet(f); err != nil {
				return nil, err
			}
		}
	}
	if !p.differs() {
		return data, nil
	}
	return p.write()
}

const sheetRelations = "xl/worksheets/_rels/"

// notePackage is how parts are to be called.
type notePackage struct {
	zip     *zip.Reader
	number  int               // of sheets with notes so far
	others  int               // of sheets with other drawings
	renamed map[string]string // part → its new name
	texts   map[string][]byte // parts with another content
}

type relationship struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr,omitempty"`
}

type relationships struct {
	XMLName xml.Name       `xml:"http://schemas.openxmlformats.org/package/2006/relationships Relationships"`
	List    []relationship `xml:"Relationship"`
}

// sheet gives the notes of a sheet, and its drawing of them, one number.
func (p *notePackage) sheet(f *zip.File) error {
	text, err := xlsx.ReadPart(f)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	var rels relationships
	if err := xml.Unmarshal(text, &rels); err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	number := p.numberOf(rels)
	legacy, changed := p.legacyOf(f), false
	for i := range rels.List {
		r := &rels.List[i]
		to := ""
		switch path.Base(r.Type) {
		case "comments":
			to = fmt.Sprintf("xl/comments%d.xml", number)
		case "vmlDrawing":
			if to = fmt.Sprintf("xl/drawings/vmlDrawing%d.vml", number); r.ID != legacy { // of the header and footer
				to = fmt.Sprintf("xl/drawings/vmlDrawing%d.vml", 1000*(i+1)+number)
			}
		default:
			continue
		}
		from := strings.TrimPrefix(r.Target, "/")
		if !strings.HasPrefix(r.Target, "/") {
			from = path.Join("xl/worksheets", r.Target)
		}
		p.renamed[from] = to
		if target := ".." + strings.TrimPrefix(to, "xl"); r.Target != target {
			r.Target, changed = target, true
		}
	}
	if !changed {
		return nil
	}
	out, err := xml.Marshal(rels)
	if err != nil {
		return err
	}
	p.texts[f.Name] = append([]byte(xml.Header), out...)
	return nil
}

// numberOf gives the sheets with notes the numbers from 1 on, for the next free one is found by counting; those with
// other drawings higher ones.
func (p *notePackage) numberOf(rels relationships) int {
	if slices.ContainsFunc(rels.List, func(r relationship) bool { return path.Base(r.Type) == "comments" }) {
		p.number++
		return p.number
	}
	p.others++
	return 500 + p.others
}

var legacyDrawing = regexp.MustCompile(`<(?:\w+:)?legacyDrawing\s[^>]*id="([^"]+)"`)

// legacyOf is the relation of the drawing with the notes.
func (p *notePackage) legacyOf(rels *zip.File) string {
	name := "xl/worksheets/" + strings.TrimSuffix(strings.TrimPrefix(rels.Name, sheetRelations), ".rels")
	for _, f := range p.zip.File {
		if f.Name != name {
			continue
		}
		if text, err := xlsx.ReadPart(f); err == nil {
			if m := legacyDrawing.FindSubmatch(text); m != nil {
				return string(m[1])
			}
		}
	}
	return ""
}

func (p *notePackage) differs() bool {
	for from, to := range p.renamed {
		if from != to {
			return true
		}
	}
	return len(p.texts) > 0
}

var partNames = regexp.MustCompile(`PartName="/([^"]+)"`)

// write copies the package with the new names.
func (p *notePackage) write() ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range p.zip.File {
		text, err := xlsx.ReadPart(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		if other, known := p.texts[f.Name]; known {
			text = other
		}
		if f.Name == "[Content_Types].xml" {
			text = partNames.ReplaceAllFunc(text, func(m []byte) []byte {
				if to := p.renamed[string(m[len(`PartName="/`):len(m)-1])]; to != "" {
					return []byte(`PartName="/` + to + `"`)
				}
				return m
			})
		}
		part, err := w.Create(p.name(f.Name))
		if err == nil {
			_, err = part.Write(text)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// name is the new name of a part, or of the relations of one.
func (p *notePackage) name(part string) string {
	if to := p.renamed[part]; to != "" {
		return to
	}
	dir, base := path.Split(part)
	if strings.HasSuffix(dir, "_rels/") {
		of := path.Join(strings.TrimSuffix(dir, "_rels/"), strings.TrimSuffix(base, ".rels"))
		if to := p.renamed[of]; to != "" {
			return path.Join(path.Dir(to), "_rels", path.Base(to)+".rels")
		}
	}
	return part
}
