package tables

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// Page is a report on paper: A4 across, a title, facts in two columns, then tables. The fonts are the Go fonts (BSD
// licence), which are embedded: Latin, Greek and Cyrillic letters. Others are written as □ in a PDF; workbook and CSV
// have them.
type Page struct {
	Title string
	Facts [][2]string
	// Foot stands below each page, left of its number.
	Foot string
	// Made is the date that the file gives as its own.
	Made time.Time
	// None stands where a table has no rows; empty: "none".
	None string
}

// Sizes in millimetres.
const (
	margin    = 12.0
	lineHigh  = 4.6
	fontSize  = 8.5
	headSize  = 8.5
	titleSize = 14.0
	cellPad   = 1.2
)

type printer struct {
	*fpdf.Fpdf
	font *sfnt.Font
	buf  sfnt.Buffer
	page Page
}

// PDF writes a page with its tables. Headings come again on each sheet of paper; no row is torn between two.
func PDF(w io.Writer, page Page, list []Table) error {
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		return fmt.Errorf("make the PDF: %w", err)
	}
	p := &printer{Fpdf: fpdf.New("L", "mm", "A4", ""), font: font, page: page}
	p.SetCreationDate(page.Made)
	p.SetModificationDate(page.Made)
	p.SetCatalogSort(true)
	p.SetTitle(page.Title, true)
	p.SetProducer("fisbridge", true)
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, margin)
	p.SetCellMargin(1)
	p.AliasNbPages("{pages}")
	p.SetFooterFunc(p.foot)
	p.AddPage()
	p.top()
	for _, t := range list {
		p.table(t)
	}
	if err := p.Output(w); err != nil {
		return fmt.Errorf("make the PDF: %w", err)
	}
	return nil
}

// known writes what the font has no letter for as □.
func (p *printer) known(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '\n':
			return ' '
		case '\u202f', '\u2009':
			return '\u00a0'
		}
		if i, err := p.font.GlyphIndex(&p.buf, r); err != nil || i == 0 {
			return '□'
		}
		return r
	}, wording.Visible(s))
}

func (p *printer) foot() {
	p.SetY(-margin + 2)
	p.SetFont("go", "", 7)
	p.SetTextColor(90, 90, 90)
	wide, _ := p.GetPageSize()
	p.CellFormat((wide-2*margin)*0.8, 4, p.known(p.page.Foot), "", 0, "L", false, 0, "")
	p.CellFormat(0, 4, fmt.Sprintf("%d / {pages}", p.PageNo()), "", 0, "R", false, 0, "")
	p.SetTextColor(0, 0, 0)
}

func (p *printer) top() {
	p.SetFont("go", "B", titleSize)
	p.MultiCell(0, 7, p.known(p.page.Title), "", "L", false)
	p.Ln(1)
	for _, f := range p.page.Facts {
		p.SetFont("go", "B", fontSize)
		p.CellFormat(38, lineHigh, p.known(f[0]), "", 0, "L", false, 0, "")
		p.SetFont("go", "", fontSize)
		p.MultiCell(0, lineHigh, p.known(f[1]), "", "L", false)
	}
}

// widths are those of the columns: as wide as what stands in them where that fits; figures keep their width, and texts
// share what is left.
func (p *printer) widths(t Table) []float64 {
	out := make([]float64, len(t.Heads))
	p.SetFont("go", "B", headSize)
	for i, h := range t.Heads {
		out[i] = p.GetStringWidth(p.known(h)) + 2*cellPad
	}
	least := slices.Clone(out)
	p.SetFont("go", "", fontSize)
	for _, row := range t.Rows {
		for i, c := range row {
			wide := p.GetStringWidth(p.known(c.String())) + 2*cellPad
			out[i] = max(out[i], wide)
			if !c.IsText() {
				least[i] = max(least[i], wide)
			}
		}
	}
	paper, _ := p.GetPageSize()
	room, total := paper-2*margin, 0.0
	for _, w := range out {
		total += w
	}
	for total > room { // the widest text gives way
		widest := -1
		for i, w := range out {
			if w > least[i]+0.5 && (widest < 0 || w > out[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			for i := range out {
				out[i] *= room / total
			}
			break
		}
		give := min(total-room, max(0.5, (out[widest]-least[widest])/4))
		out[widest] -= give
		total -= give
	}
	return out
}

func (p *printer) table(t Table) {
	widths := p.widths(t)
	p.room(4 * lineHigh)
	p.Ln(4)
	if t.Title != "" {
		p.SetFont("go", "B", 10)
		p.MultiCell(0, 6, p.known(t.Title), "", "L", false)
	}
	p.heads(t, widths)
	for _, row := range t.Rows {
		p.row(t, row, widths)
	}
	if len(t.Rows) == 0 {
		p.SetFont("go", "", fontSize)
		p.CellFormat(0, lineHigh, p.known(cmp.Or(p.page.None, "none")), "", 1, "L", false, 0, "")
	}
	if t.Note != "" {
		p.SetFont("go", "", 7.5)
		p.MultiCell(0, lineHigh, p.known(t.Note), "", "L", false)
	}
}

// room begins a new page where less is left; true: it did.
func (p *printer) room(high float64) bool {
	_, paper := p.GetPageSize()
	if p.GetY()+high <= paper-margin {
		return false
	}
	p.AddPage()
	return true
}

func (p *printer) heads(t Table, widths []float64) {
	p.SetFont("go", "B", headSize)
	p.SetFillColor(31, 78, 95)
	p.SetTextColor(255, 255, 255)
	for i, h := range t.Heads {
		align := "L"
		if slices.Contains(t.Right, i) {
			align = "R"
		}
		p.CellFormat(widths[i], lineHigh+1, p.known(h), "", 0, align, true, 0, "")
	}
	p.Ln(-1)
	p.SetTextColor(0, 0, 0)
	p.SetFont("go", "", fontSize)
}

func (p *printer) row(t Table, row []Cell, widths []float64) {
	p.SetFont("go", "", fontSize)
	texts, high := make([][]string, len(row)), 1
	for i, c := range row {
		if texts[i] = []string{p.known(c.String())}; c.IsText() {
			texts[i] = p.SplitText(texts[i][0], widths[i])
		}
		high = max(high, len(texts[i]))
	}
	if p.room(float64(high) * lineHigh) {
		p.heads(t, widths)
	}
	x, y := p.GetXY()
	for i, c := range row {
		align := "L"
		if !c.IsText() || slices.Contains(t.Right, i) {
			align = "R"
		}
		for n, text := range texts[i] {
			p.SetXY(x, y+float64(n)*lineHigh)
			p.CellFormat(widths[i], lineHigh, text, "", 0, align, false, 0, "")
		}
		x += widths[i]
	}
	bottom := y + float64(high)*lineHigh
	p.SetDrawColor(205, 205, 205)
	p.Line(margin, bottom, x, bottom)
	p.SetXY(margin, bottom)
}
