package mapping_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/mend"
	"github.com/fisbridge/fisbridge/internal/say"
)

// notesByRelation reads the notes of a sheet as Excel finds them: by the relations of the sheet, not by the names of parts.
func notesByRelation(t *testing.T, data []byte, sheet string) map[string]string {
	t.Helper()
	all := parts(t, data)
	var rels struct {
		List []struct {
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	must(t)(xml.Unmarshal([]byte(all["xl/worksheets/_rels/"+sheet+".rels"]), &rels))
	notes, found := map[string]string{}, 0
	for _, r := range rels.List {
		if path.Base(r.Type) != "comments" {
			continue
		}
		found++
		name := strings.TrimPrefix(r.Target, "/")
		if !strings.HasPrefix(r.Target, "/") {
			name = path.Join("xl/worksheets", r.Target)
		}
		var list struct {
			Notes []struct {
				Cell string   `xml:"ref,attr"`
				Runs []string `xml:"text>r>t"`
				Text string   `xml:"text>t"`
			} `xml:"commentList>comment"`
		}
		must(t)(xml.Unmarshal([]byte(all[name]), &list))
		for _, n := range list.Notes {
			if _, twice := notes[n.Cell]; twice {
				t.Errorf("two notes at %s", n.Cell)
			}
			notes[n.Cell] = strings.Join(n.Runs, "") + n.Text
		}
		if !strings.Contains(all["[Content_Types].xml"], `PartName="/`+name+`"`) {
			t.Errorf("%s has no content type", name)
		}
	}
	if found > 1 {
		t.Errorf("%s has %d parts with notes", sheet, found)
	}
	return notes
}

// renameParts makes a workbook look as another program saves it.
func renameParts(t *testing.T, data []byte, pairs ...string) []byte {
	t.Helper()
	names := strings.NewReplacer(pairs...)
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	must(t)(err)
	for _, f := range r.File {
		out, err := w.Create(names.Replace(f.Name))
		must(t)(err)
		_, err = out.Write([]byte(names.Replace(parts(t, data)[f.Name])))
		must(t)(err)
	}
	must(t)(w.Close())
	return b.Bytes()
}

// Notes come to their cells, once, and people's own notes stay, whatever program saved the workbook: LibreOffice numbers the parts of notes by sheet,
// openpyxl puts them into a folder of their own and names them from the root.
func TestAnnotateOfOtherPrograms(t *testing.T) {
	libre, err := os.ReadFile("testdata/annotate/libreoffice.xlsx")
	must(t)(err)
	own := edited(t, func(f *excelize.File) {
		must(t)(f.AddComment("Columns", excelize.Comment{Cell: "C5", Author: "Anna", Text: "ask Ruth"}))
	})
	openpyxl := renameParts(t, own, "xl/comments1.xml", "xl/comments/comment1.xml", "../comments1.xml", "/xl/comments/comment1.xml",
		"xl/drawings/vmlDrawing1.vml", "xl/drawings/commentsDrawing1.vml", "../drawings/vmlDrawing1.vml", "/xl/drawings/commentsDrawing1.vml")
	finding := func(cell string, reason say.Text) findings.Finding {
		return findings.Finding{Severity: findings.Error, Sheet: "Columns", Cell: cell, Reason: reason}
	}
	for name, data := range map[string][]byte{"LibreOffice": libre, "openpyxl": openpyxl, "Excel": own} {
		t.Run(name, func(t *testing.T) {
			first, written, err := mend.Annotate(data, findings.List{finding("C9", "first"), finding("A21:A3020", "a range"), {Severity: findings.Error, Sheet: "Accounts", Cell: "B3", Reason: "elsewhere"}})
			must(t)(err)
			notes := notesByRelation(t, first, "sheet2.xml") // Columns
			if written != 3 || notes["C9"] != "fisbridge: first" || notes["A21"] != "fisbridge: a range" {
				t.Errorf("%d notes: %v", written, notes)
			}
			if name != "LibreOffice" && notes["C5"] != "ask Ruth" {
				t.Errorf("the note of a person: %v", notes)
			}
			second, _, err := mend.Annotate(first, findings.List{finding("C10", "second")})
			must(t)(err)
			f, err := excelize.OpenReader(bytes.NewReader(second))
			must(t)(err)
			defer f.Close()
			list, err := f.GetComments("Columns")
			must(t)(err)
			ours := 0
			for _, c := range list {
				if c.Author == "fisbridge" {
					ours++
				}
			}
			if ours != 1 {
				t.Errorf("%d notes of ours after the second time: %v", ours, list)
			}
			if rest, err := f.GetComments("Accounts"); err != nil || len(rest) > 0 {
				t.Errorf("%v %v", rest, err)
			}
		})
	}
}
