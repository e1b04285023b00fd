package pages

import (
	"bytes"
	"cmp"
	"io"
	"net/url"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/explaining"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// filesPage lists import files or result files, by pages of fifty.
type filesPage struct {
	Files        []desk.File
	Results      []desk.ResultFile
	Total, First int
	Newer, Older string
	Route        string
}

const filesOnPage = 50

// pageOf is where a list of files stands.
func (d *filesPage) pageOf(q *frame.Req, n, total int) {
	d.Total = total
	if d.First > 0 {
		d.Newer = q.With("n", strconv.Itoa(max(0, d.First-filesOnPage)))
	}
	if d.First+n < total {
		d.Older = q.With("n", strconv.Itoa(d.First+n))
	}
}

func filesFilter(q *frame.Req) (desk.Filter, int) {
	first, _ := strconv.Atoi(q.Value("n"))
	return desk.Filter{Route: q.Value("route"), Limit: filesOnPage, Offset: max(0, first)}, max(0, first)
}

// Files lists import files.
func Files(q *frame.Req) (frame.Answer, error) {
	d := &filesPage{Route: q.Value("route")}
	f, first := filesFilter(q)
	d.First = first
	err := q.Snapshot(func() error {
		p, err := q.Desk.ListFiles(q.Ctx(), f)
		d.Files = p.Rows
		d.pageOf(q, len(p.Rows), p.Total)
		return err
	})
	return frame.Page{Template: "files", Title: q.T("nav.files"), Nav: "files", Data: d}, err
}

// Results lists result files.
func Results(q *frame.Req) (frame.Answer, error) {
	d := &filesPage{Route: q.Value("route")}
	f, first := filesFilter(q)
	d.First = first
	err := q.Snapshot(func() error {
		p, err := q.Desk.ListResults(q.Ctx(), f)
		d.Results = p.Rows
		d.pageOf(q, len(p.Rows), p.Total)
		return err
	})
	return frame.Page{Template: "results", Title: q.T("results"), Nav: "files", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.files"), To: q.To("files")}, {Text: q.T("results")}}}, err
}

// filePage is an import file.
type filePage struct {
	*desk.FileLife
	Label       string
	Acts        []actButton
	Lines       []fileLine
	Cut         bool
	CutRows     bool // of a workbook
	Documents   []partRow
	MoreParts   int
	Events      []desk.Event
	CanDownload bool
}

// partRow is a document of the file, as lists name it.
type partRow struct {
	desk.FilePart
	Label string
	Face  reading.Face
}

func partRowOf(q *frame.Req, p desk.FilePart) (partRow, error) {
	l, err := q.Desk.Journal.ListedDocument(q.Ctx(), p.DocID)
	row := partRow{FilePart: p, Label: labelOf(l)}
	if q.Persons() {
		row.Face = reading.Face{Title: l.Title, Name: l.Person, ID: l.EmployeeID}
	}
	return row, err
}

type fileLine struct {
	Number int
	Text   string
	To     string
	// Head heads the lines of a member of a package or of a sheet, on the first of them.
	Head *lineHead
	// Cells are those of a row of a workbook, in place of Text.
	Cells []string
}

// lineHead is what is told of a member of a package above its lines. Sums are what its rows say by currency.
type lineHead struct {
	Name  string
	Lines int
	Sums  []explain.MemberSum
}

// FileOf is the import file that the address names.
func FileOf(q *frame.Req) (desk.File, error) {
	f, err := q.Desk.File(q.Ctx(), q.R.PathValue("route")+"/"+q.R.PathValue("number"))
	if err != nil {
		return f, frame.NotFound()
	}
	return f, nil
}

// mostShownBytes is how much of a file its page shows, mostParts how many of its documents.
const (
	mostShownBytes = 25 << 10
	mostParts      = 100
)

// File is an import file: what the ERP got.
func File(q *frame.Req) (frame.Answer, error) {
	d := &filePage{}
	err := q.Snapshot(func() error {
		f, err := FileOf(q)
		if err != nil {
			return err
		}
		if d.FileLife, err = q.Desk.FileLife(q.Ctx(), f); err != nil {
			return err
		}
		d.Label = desk.FileLabel(f)
		d.acts(q)
		d.MoreParts = max(0, len(d.InIt)-mostParts)
		for _, p := range d.InIt[:len(d.InIt)-d.MoreParts] {
			row, err := partRowOf(q, p)
			if err != nil {
				return err
			}
			d.Documents = append(d.Documents, row)
		}
		for i := len(d.History) - 1; i >= 0; i-- {
			d.Events = append(d.Events, d.History[i])
		}
		if q.Persons() && d.HasBytes {
			return d.bytes(q, f)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return frame.Page{Template: "file", Title: d.Label, Nav: "files", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.files"), To: q.To("files")}, {Text: d.Label}}}, nil
}

func (d *filePage) acts(q *frame.Req) {
	if q.May("settle") && (d.State == "dropped" || d.State == "refused") {
		d.Acts = append(d.Acts, actButton{Act: "reissue", To: q.ToFile(d.File, "reissue")}, actButton{Act: "file-posted", To: q.ToFile(d.File, "file-posted")}, actButton{Act: "file-rejected", To: q.ToFile(d.File, "file-rejected")})
	}
	if q.May("settle files") && d.Unverified && d.State == "dropped" {
		d.Acts = append(d.Acts, actButton{Act: "arrived", To: q.ToFile(d.File, "arrived")}, actButton{Act: "lost", To: q.ToFile(d.File, "lost")})
	}
}

// bytes reads the first lines of the file, in clear.
func (d *filePage) bytes(q *frame.Req, f desk.File) error {
	body, err := q.Desk.FileBytes(q.Ctx(), f)
	if err != nil {
		return err
	}
	defer body.Close()
	text, known, err := q.Desk.ClearBytes(f, io.LimitReader(body, 4<<20))
	if err != nil || !known {
		return err
	}
	d.CanDownload = true
	if bytes.HasPrefix(text, []byte("PK")) { // a workbook or a package is no text
		members, err := explaining.Members(q.Ctx(), q.Desk, f, text)
		if err != nil {
			return nil // it is too large to be shown, or its mapping is gone: the page says the rest of it
		}
		for i := range members {
			d.show(q, f, &members[i], members[i].Data)
		}
		if len(members) == 0 {
			d.sheet(q, f, text)
		}
		return nil
	}
	d.show(q, f, nil, text)
	return nil
}

// mostRows is how many rows of a workbook its page shows.
const mostRows = 200

// sheet takes the first rows of a workbook. Where they cannot be read the page says the rest of it.
func (d *filePage) sheet(q *frame.Req, f desk.File, text []byte) {
	rows, more, err := explaining.SheetRows(q.Ctx(), q.Desk, f, text, mostRows)
	if err != nil {
		return
	}
	d.CutRows = more
	last := ""
	for i, r := range rows {
		line := fileLine{Number: i + 1, Cells: r.Texts}
		if r.Line > 0 {
			line.To = q.ToFile(f, "lines", r.Line)
		}
		if r.Sheet != last {
			last, line.Head = r.Sheet, &lineHead{Name: r.Sheet}
		}
		d.Lines = append(d.Lines, line)
	}
}

// show takes the first lines of the file, or of a member of it.
func (d *filePage) show(q *frame.Req, f desk.File, member *explain.Member, text []byte) {
	lines := bytes.Count(bytes.TrimRight(text, "\r\n"), []byte("\n")) + 1
	if len(text) > mostShownBytes {
		text, d.Cut = text[:mostShownBytes], true
	}
	before := len(d.Lines)
	for i, line := range bytes.Split(bytes.TrimRight(text, "\r\n"), []byte("\n")) {
		to := q.ToFile(f, "lines", i+1)
		if member != nil {
			to += "?" + url.Values{"member": {member.Name}}.Encode()
		}
		d.Lines = append(d.Lines, fileLine{Number: i + 1, Text: string(bytes.ToValidUTF8(bytes.TrimRight(line, "\r"), []byte("�"))), To: to})
	}
	if member != nil {
		d.Lines[before].Head = &lineHead{Name: member.Name, Lines: lines, Sums: member.Sums}
	}
}

// FileBytes are the bytes of an import file, as they went out.
func FileBytes(q *frame.Req) (frame.Answer, error) {
	f, err := FileOf(q)
	if err != nil {
		return nil, err
	}
	body, err := q.Desk.FileBytes(q.Ctx(), f)
	if err != nil {
		return nil, err
	}
	return frame.File{Name: f.Name, Kind: "application/octet-stream", Body: body}, nil
}

// linePage explains a line.
type linePage struct {
	*explaining.Explanation
	File    desk.File
	Label   string
	Number  int
	Mapping string
	Same    string
}

// Line explains a line of an import file: where each cell comes from.
func Line(q *frame.Req) (frame.Answer, error) {
	d := &linePage{}
	err := q.Snapshot(func() error {
		f, err := FileOf(q)
		if err != nil {
			return err
		}
		d.File, d.Label = f, desk.FileLabel(f)
		member := cmp.Or(q.R.URL.Query().Get("member"), explaining.AnyMember)
		if d.Number, err = strconv.Atoi(q.R.PathValue("line")); err != nil || d.Number < 1 || d.Number > f.Lines && member == explaining.AnyMember {
			return frame.NotFound()
		}
		if d.Explanation, err = explaining.Line(q.Ctx(), q.Desk, d.Label, member, d.Number); err != nil {
			return err
		}
		if d.Explanation.Line.Member != "" {
			d.Number = d.Explanation.Line.MemberLine
		}
		d.Mapping, d.Same = explaining.MappingWords(d.Explanation), explaining.SameWords(d.Explanation)
		return nil
	})
	if err != nil {
		return nil, err
	}
	title := q.T("line.n", "n", d.Number)
	if member := d.Explanation.Line.Member; member != "" {
		title = member + ", " + title
	}
	return frame.Page{Template: "line", Title: title, Nav: "files", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.files"), To: q.To("files")}, {Text: d.Label, To: q.ToFile(d.File)}, {Text: title}}}, nil
}

// resultPage is a result file.
type resultPage struct {
	*desk.ResultLife
	Acts   []actButton
	Events []desk.Event
}

// ResultOf is the result file that the address names.
func ResultOf(q *frame.Req) (desk.ResultFile, error) {
	r, err := q.Desk.Result(q.Ctx(), q.R.PathValue("result"))
	if err != nil {
		return r, frame.NotFound()
	}
	return r, nil
}

// Result is a result file: what the ERP answered, and whether every line was used.
func Result(q *frame.Req) (frame.Answer, error) {
	d := &resultPage{}
	err := q.Snapshot(func() error {
		r, err := ResultOf(q)
		if err != nil {
			return err
		}
		if d.ResultLife, err = q.Desk.ResultLife(q.Ctx(), r); err != nil {
			return err
		}
		for i := len(d.History) - 1; i >= 0; i-- {
			d.Events = append(d.Events, d.History[i])
		}
		if q.May("settle files") && (d.State == desk.ResultUnreadable || d.Counts.Listed > 0) {
			to := q.To("results", r.ID)
			d.Acts = []actButton{{Act: "read-again", To: to + "/read-again"}, {Act: "lines-settled", To: to + "/lines-settled"}}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return frame.Page{Template: "result", Title: q.T("result"), Nav: "files", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.files"), To: q.To("files")}, {Text: q.T("results"), To: q.To("results")}, {Text: strconv.FormatInt(d.ID, 10)}}}, nil
}

// ResultBytes are the bytes of a result file, as it was collected.
func ResultBytes(q *frame.Req) (frame.Answer, error) {
	r, err := ResultOf(q)
	if err != nil {
		return nil, err
	}
	body, err := q.Desk.ResultBytes(q.Ctx(), r)
	if err != nil {
		return nil, err
	}
	return frame.File{Name: r.Name, Kind: "application/octet-stream", Body: body}, nil
}

// paymentsPage lists payments.
type paymentsPage struct {
	Rows         []desk.PaidRow
	Total, First int
	Newer, Older string
	State        string
	Asked        []desk.AskedLine
}

// Payments lists payments of the ERP, and those in result files of which a person is asked.
func Payments(q *frame.Req) (frame.Answer, error) {
	d := &paymentsPage{State: q.Value("state")}
	f, first := filesFilter(q)
	if d.State != "" {
		f.States = []string{d.State}
	}
	err := q.Snapshot(func() error {
		p, err := q.Desk.ListPayments(q.Ctx(), f)
		if err != nil {
			return err
		}
		list := filesPage{First: first}
		list.pageOf(q, len(p.Rows), p.Total)
		d.Rows, d.Total, d.First, d.Newer, d.Older = p.Rows, p.Total, first, list.Newer, list.Older
		asked, err := q.Desk.ListAsked(q.Ctx(), desk.Filter{States: []string{string(desk.PaymentAsked)}, Limit: filesOnPage})
		d.Asked = asked.Rows
		return err
	})
	return frame.Page{Template: "payments", Title: q.T("payments"), Nav: "files", Data: d, Crumbs: []frame.Crumb{{Text: q.T("nav.files"), To: q.To("files")}, {Text: q.T("payments")}}}, err
}
