package proof

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout/sheet"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// bookOf is a workbook with a table for the columns of a template: its headings in a row, an empty row below, as ERPs
// export those without data.
func bookOf(t *testing.T, plan *mapping.Plan, name string, row int, note string) *excelize.File {
	t.Helper()
	f := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", name))
	var headings []any
	day, err := f.NewStyle(&excelize.Style{CustomNumFmt: ptr("yyyy-mm-dd")})
	must(err)
	for _, field := range plan.Template().Records[0].Fields {
		if field.Hidden {
			continue
		}
		headings = append(headings, field.Name)
		if field.Type == "date" {
			cell, _ := excelize.CoordinatesToCellName(len(headings), row+1)
			must(f.SetCellStyle(name, cell, cell, day))
		}
	}
	must(f.SetSheetRow(name, fmt.Sprintf("A%d", row), &headings))
	last, _ := excelize.ColumnNumberToName(len(headings))
	must(f.AddTable(name, &excelize.Table{Range: fmt.Sprintf("A%d:%s%d", row, last, row+1), Name: "Table3", StyleName: "TableStyleMedium2"}))
	_, err = f.NewSheet("Read me")
	must(err)
	must(f.SetCellStr("Read me", "A1", note))
	return f
}

// elementName is how the export of a configuration package calls a caption in XML.
func elementName(caption string) string {
	return strings.NewReplacer("?", "", "'", "", "`", "", "<", "", ">", "", ",", "", ".", "", "/", "", `\`, "", "+", "", "&", "", "(", "", ")", "", "%", "", ":", "", " ", "", "-", "_").Replace(caption)
}

// packageExample is the example of a workbook that comes with business-central-package: made here by what Microsoft's
// source says of the export: package code, caption and id of the table in row 1, captions in row 3, a table whose columns
// have their places in an XML map.
func packageExample(t *testing.T, plan *mapping.Plan) []byte {
	t.Helper()
	const caption = "Gen. Journal Line"
	f := bookOf(t, plan, caption, 3, "An example of fisbridge, not of Business Central: put the workbook that your configuration package exports in its place (see the README of the template)")
	if err := f.SetSheetRow(caption, "A1", &[]any{"CONCUR", caption, "81"}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	list, row := elementName(caption)+"List", elementName(caption)
	var fields strings.Builder
	column := regexp.MustCompile(`<tableColumn id="(\d+)" name="([^"]*)"></tableColumn>`)
	return withParts(t, b.Bytes(), map[string]func(string) string{
		"xl/tables/table1.xml": func(s string) string {
			s = strings.Replace(s, "<table ", `<table tableType="xml" `, 1)
			return column.ReplaceAllStringFunc(s, func(c string) string {
				m := column.FindStringSubmatch(c)
				element := elementName(m[2])
				fmt.Fprintf(&fields, `<xsd:element type="xsd:string" name="%s"/>`, element)
				return fmt.Sprintf(`<tableColumn id="%s" uniqueName="%s" name="%s"><xmlColumnPr mapId="1" xpath="/DataList/%s/%s/%s" xmlDataType="string"/></tableColumn>`, m[1], element, m[2], list, row, element)
			})
		},
		"xl/_rels/workbook.xml.rels": func(s string) string {
			return strings.Replace(s, "</Relationships>", `<Relationship Id="rIdMaps" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/xmlMaps" Target="xmlMaps.xml"/></Relationships>`, 1)
		},
	}, func() map[string]string {
		return map[string]string{"xl/xmlMaps.xml": `<?xml version="1.0" encoding="UTF-8"?>
<MapInfo xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" SelectionNamespaces=""><Schema ID="Schema1"><xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"><xsd:element name="DataList"><xsd:complexType><xsd:sequence><xsd:element name="` +
			list + `"><xsd:complexType><xsd:sequence><xsd:element type="xsd:integer" name="TableID"/><xsd:element type="xsd:string" name="PackageCode"/><xsd:element name="` + row + `" maxOccurs="unbounded"><xsd:complexType><xsd:sequence>` + fields.String() +
			`</xsd:sequence></xsd:complexType></xsd:element></xsd:sequence></xsd:complexType></xsd:element></xsd:sequence></xsd:complexType></xsd:element></xsd:schema></Schema>` +
			`<Map ID="1" Name="DataList_Map" RootElement="DataList" SchemaID="Schema1" ShowImportExportErrors="false" AutoFit="true" Append="false" PreserveSortAFLayout="true" PreserveFormat="true"/></MapInfo>`}
	})
}

// withParts changes parts of a workbook, and adds some when those are changed.
func withParts(t *testing.T, data []byte, change map[string]func(string) string, add func() map[string]string) []byte {
	t.Helper()
	from, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, p := range from.File {
		parts[p.Name] = zipPart(t, p)
		if how := change[p.Name]; how != nil {
			parts[p.Name] = how(parts[p.Name])
		}
	}
	for name, text := range add() {
		parts[name] = text
	}
	var raw, ordered bytes.Buffer
	to := zip.NewWriter(&raw)
	for name, text := range parts {
		w, err := to.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sheet.InOrder(&ordered, bytes.NewReader(raw.Bytes()), int64(raw.Len()), (*zip.Writer).Copy); err != nil {
		t.Fatal(err)
	}
	return ordered.Bytes()
}

func zipPart(t *testing.T, p *zip.File) string {
	t.Helper()
	r, err := p.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// packageImport reads a workbook as the import of a configuration package does, by Microsoft's source: the schema is the
// first element of the first one in the XML map; the sheet has a table, whose columns with a place in the map count from
// where the table begins; A1 is the package code, C1 the id of the table; rows begin in row 4, one for each row with a cell.
func packageImport(t *testing.T, data []byte) (rows []map[string]string, faults []string) {
	t.Helper()
	say := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	from, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, p := range from.File {
		parts[p.Name] = zipPart(t, p)
	}
	var maps struct {
		Schema []struct {
			Inner string `xml:",innerxml"`
		}
	}
	if err := xml.Unmarshal([]byte(parts["xl/xmlMaps.xml"]), &maps); err != nil || len(maps.Schema) == 0 || !strings.HasPrefix(strings.TrimSpace(maps.Schema[0].Inner), "<xsd:schema") {
		say("there is no XML map: %v", err)
		return nil, faults
	}
	var table struct {
		Ref     string `xml:"ref,attr"`
		Columns []struct {
			Name string `xml:"name,attr"`
			Map  *struct {
				XPath string `xml:"xpath,attr"`
			} `xml:"xmlColumnPr"`
		} `xml:"tableColumns>tableColumn"`
	}
	if err := xml.Unmarshal([]byte(parts["xl/tables/table1.xml"]), &table); err != nil {
		say("the sheet has no table: %v", err)
		return nil, faults
	}
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cells, err := f.GetRows(f.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(cells) < 4 || len(cells[0]) < 3 || cells[0][0] == "" || cells[0][2] != "81" {
		say("row 1 is no package code and table 81: %v", cells[0])
		return nil, faults
	}
	if _, last, _ := strings.Cut(table.Ref, ":"); !strings.HasSuffix(last, strconv.Itoa(len(cells))) {
		say("the table %s ends elsewhere than the rows, which are %d", table.Ref, len(cells))
	}
	for _, line := range cells[3:] {
		row := map[string]string{}
		for i, text := range line {
			if i < len(table.Columns) && table.Columns[i].Map != nil && strings.HasPrefix(table.Columns[i].Map.XPath, "/DataList/GenJournalLineList/GenJournalLine/") {
				row[table.Columns[i].Name] = text
			}
		}
		rows = append(rows, row)
	}
	return rows, faults
}

// asTable writes rows as CSV for the judges of such files; days of a workbook become dates.
func asTable(t *testing.T, columns []string, days []string, rows []map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	quote := func(s string) string {
		if strings.ContainsAny(s, "\",\r\n") {
			return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		}
		return s
	}
	b.WriteString(strings.Join(columns, ",") + "\r\n")
	for _, r := range rows {
		var cells []string
		for _, c := range columns {
			text := r[c]
			if n, err := strconv.Atoi(text); err == nil && slices.Contains(days, c) {
				day, err := excelize.ExcelDateToTime(float64(n), false)
				if err != nil {
					t.Fatal(err)
				}
				text = day.Format("2006-01-02")
			}
			cells = append(cells, quote(text))
		}
		b.WriteString(strings.Join(cells, ",") + "\r\n")
	}
	return b.Bytes()
}

func columnsOf(plan *mapping.Plan) (columns, days []string) {
	for _, field := range plan.Template().Records[0].Fields {
		if !field.Hidden {
			columns = append(columns, field.Name)
		}
		if field.Type == "date" {
			days = append(days, field.Name)
		}
	}
	return columns, days
}

// A configuration package reads the workbook that was filled, and its rows are those of a general journal.
func TestConfigurationPackageIsFilled(t *testing.T) {
	plan := readyPlan(t, "business-central-package")
	golden(t, "../../templates/business-central-package/package.xlsx", packageExample(t, plan))
	files, refused := render(t, plan, taken(t, plan.Takes), 42)
	if len(files) < 2 || len(refused) > 2 {
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	columns, days := columnsOf(plan)
	for _, file := range files {
		rows, faults := packageImport(t, file.data)
		if len(faults) > 0 || len(rows) != file.totals.Rows {
			t.Errorf("%s: %d rows of %d, %v", file.name, len(rows), file.totals.Rows, faults)
		}
		text := asTable(t, columns, days, rows)
		judgedAs := &importFile{name: file.name, data: text}
		if faults := businessCentral(judgedAs); len(faults) > 0 {
			t.Errorf("%s: %v", file.name, faults)
		}
		if !strings.HasPrefix(file.name, "bc_5000") { // dinars have three decimals, which the judge does not know
			judged(t, true, "judge-bc", laid(t, "journal.csv", text))
		}
	}
	rows, _ := packageImport(t, files[0].data)
	rows[0]["Amount"] = "1.23"
	text := asTable(t, columns, days, rows)
	if len(businessCentral(&importFile{data: text})) == 0 {
		t.Error("another amount is taken")
	}
	judged(t, false, "judge-bc", laid(t, "journal.csv", text))
	// A workbook that somebody made from scratch has no map.
	bare := withParts(t, files[0].data, map[string]func(string) string{"xl/xmlMaps.xml": func(string) string { return "" }}, func() map[string]string { return nil })
	if _, faults := packageImport(t, bare); len(faults) == 0 {
		t.Error("a workbook without an XML map is taken")
	}
	readByLibreOffice(t, files[0])
}

// readByLibreOffice opens a workbook that was filled: its first sheet as CSV, all rows and the headings.
func readByLibreOffice(t *testing.T, file *importFile) {
	t.Helper()
	office, path := external(t, "soffice"), laid(t, "book.xlsx", file.data)
	dir := filepath.Dir(path)
	out, err := exec.CommandContext(t.Context(), office, "-env:UserInstallation=file://"+filepath.ToSlash(dir)+"/profile", "--headless", "--convert-to", "csv", "--outdir", dir, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "book.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n"); len(lines) != 3+file.totals.Rows || !strings.HasPrefix(lines[0], "CONCUR,Gen. Journal Line,81") {
		t.Errorf("LibreOffice reads %d lines: %s", len(lines), lines[0])
	}
}

// Data management reads the workbook of the entity by the headings in its first row.
func TestEntityWorkbookIsFilled(t *testing.T) {
	plan := oneBook(t, "d365-journal-workbook")
	f := bookOf(t, plan, "General_journal", 1, "An example of fisbridge, not of Dynamics 365: put the workbook of the entity from your environment in its place (see the README of the template)")
	var b, ordered bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	if err := sheet.InOrder(&ordered, bytes.NewReader(b.Bytes()), int64(b.Len()), (*zip.Writer).Copy); err != nil {
		t.Fatal(err)
	}
	golden(t, "../../templates/d365-journal-workbook/journal.xlsx", ordered.Bytes())
	docs := slices.DeleteFunc(sampleDocuments(t), func(d fis.Envelope) bool { return !plan.Takes(d.DocType) })
	files, refused := render(t, plan, docs, 7)
	if len(files) != 1 || len(refused) != 2 { // an account that is not there, and three decimals
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	book, err := excelize.OpenReader(bytes.NewReader(files[0].data))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	cells, err := book.GetRows("General_journal", excelize.Options{RawCellValue: true})
	if err != nil || len(cells) != files[0].totals.Rows+1 {
		t.Fatalf("%d rows for %d, %v", len(cells), files[0].totals.Rows, err)
	}
	columns, days := columnsOf(plan)
	if !slices.Equal(cells[0], columns) {
		t.Errorf("headings %v", cells[0])
	}
	var rows []map[string]string
	for _, line := range cells[1:] {
		row := map[string]string{}
		for i, text := range line {
			row[columns[i]] = text
		}
		rows = append(rows, row)
	}
	judge := func(ok bool) {
		t.Helper()
		text := asTable(t, columns, days, rows)
		members := map[string][]byte{"General journal.csv": text, "Manifest.xml": []byte("<x>General journal.csv</x>"), "PackageHeader.xml": []byte("<x/>")}
		if faults := d365Faults(t, members); (len(faults) == 0) != ok {
			t.Errorf("faults %v", faults)
		}
		judged(t, ok, "judge-d365", "--segments", "4", laid(t, "General journal.csv", text))
	}
	judge(true)
	rows[1]["LINENUMBER"] = rows[0]["LINENUMBER"]
	judge(false)
}
