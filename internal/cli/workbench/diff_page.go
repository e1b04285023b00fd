package workbench

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"

	"github.com/fisbridge/fisbridge/internal/wording"
)

//go:embed page/diff.html
var diffPage string

//go:embed page/diff.css
var diffStyle string

//go:embed page/diff.js
var diffScript string

// mostPageRows bounds the rows of a table on the page; a browser has to hold them all.
const mostPageRows = 5_000

// page writes the comparison as one page that a browser shows without a network. What the documents hold is shown as
// text, and the page's policy lets no script run but its own.
func (r *diffReport) page(w io.Writer) error {
	t, err := template.New("diff").Parse(diffPage)
	if err != nil {
		return err
	}
	type table struct {
		Title, Note string
		Heads       []string
		Right       map[int]bool
		Rows        [][]string
		Left        int
		Total       string
		Long        bool
	}
	data := struct {
		Sentence, Policy string
		Style            template.CSS
		Script           template.JS
		Facts            [][2]string
		Tables           []table
		Different        bool
		None             bool
	}{Sentence: r.Sentence, Style: template.CSS(diffStyle), Script: template.JS(diffScript), Facts: r.facts(), Different: r.Different(), None: r.Documents == 0,
		Policy: "default-src 'none'; style-src '" + policyHash(diffStyle) + "'; script-src '" + policyHash(diffScript) + "'; base-uri 'none'; form-action 'none'"}
	for _, dt := range r.tables(r.lineTable()) {
		pt := table{Title: dt.Title, Note: dt.Note, Heads: dt.Heads, Right: map[int]bool{}, Total: wording.Counted(len(dt.Rows), "row"), Long: len(dt.Rows) > usualDiffRows}
		for _, c := range dt.Right {
			pt.Right[c] = true
		}
		for i, row := range dt.Rows {
			if i == mostPageRows {
				pt.Left = len(dt.Rows) - i
				break
			}
			cells := make([]string, len(row))
			for j, c := range row {
				cells[j] = c.String()
			}
			pt.Rows = append(pt.Rows, cells)
		}
		data.Tables = append(data.Tables, pt)
	}
	return t.Execute(w, data)
}

// policyHash names a style or script in a content security policy.
func policyHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
