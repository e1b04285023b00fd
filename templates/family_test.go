package templates_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/templates"
)

// The expense extract has three templates: version 3, version 2, and version 3 as a workbook; the journals of Microsoft's
// ERPs are files of text, and rows in a workbook of the customer's own. The further ones of a family are made from the
// first, so that a column is described once: UPDATE_GOLDEN=1 writes them anew.
func TestFamilies(t *testing.T) {
	for name, of := range map[string]struct {
		base   string
		change func(string) string
	}{"concur-sae-v2": {"concur-sae", versionTwo}, "concur-sae-xlsx": {"concur-sae", asWorkbook}, "business-central-package": {"business-central-journal", inPackage}, "d365-journal-workbook": {"d365-general-journal", inEntityBook},
		"summary-csv": {"generic-csv", summarised}} {
		base, err := fs.ReadFile(templates.FS(), of.base+"/template.yaml")
		if err != nil {
			t.Fatal(err)
		}
		want := of.change(strings.ReplaceAll(string(base), "\r\n", "\n"))
		path := filepath.Join(name, "template.yaml")
		if os.Getenv("UPDATE_GOLDEN") != "" {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ReplaceAll(string(got), "\r\n", "\n") != want {
			t.Errorf("%s differs from %s/template.yaml: UPDATE_GOLDEN=1 makes it anew", path, of.base)
		}
	}
}

var column = regexp.MustCompile(`^      - \{ name: "(?:(\d{3}) |\{n\}.* each: (\d{3})\.\.)`)

// number is that of a column of DETAIL, 0 for other lines.
func number(line string) int {
	m := column.FindStringSubmatch(line)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1] + m[2])
	return n
}

// head replaces what stands above `documents:`; of `about:` some words become others.
func head(text, name, title, description string, about ...string) string {
	above, rest, _ := strings.Cut(text, "\ndocuments:")
	named, said, _ := strings.Cut(above, "\nabout:")
	base, _, _ := strings.Cut(strings.TrimPrefix(named, "name: "), "\n")
	return "# The columns are those of " + base + ".\nname: " + name + "\ntitle: " + title + "\ndescription: >-\n  " + description +
		"\nabout:" + strings.NewReplacer(about...).Replace(said) + "\ndocuments:" + rest
}

// versionTwo has the first 256 columns, a header without a batch id, and CRLF. Columns 251 to 256 are empty in it.
func versionTwo(text string) string {
	text = head(text, "concur-sae-v2", "Concur Standard Accounting Extract v2",
		"The nightly extract as it was before version 3: one header of four fields, one DETAIL row of 256 columns for each journal row and cash advance application,\n  separated by pipes. Rows are one-sided; the loader makes the other side.",
		"Standard Accounting Extract", "Standard Accounting Extract v2", "400 columns", "256 columns")
	text = strings.Replace(text, "line_end: lf", "line_end: crlf", 1)
	text = strings.Replace(text, "extract_CES_SAE_v3_", "extract_CES_SAE_v2_", 1)
	value := regexp.MustCompile(`, value: '[^}]*?'( \}|, note)`)
	var out []string
	for _, line := range strings.Split(text, "\n") {
		n := number(line)
		switch {
		case n > 256, strings.Contains(line, `name: "5 Batch ID"`):
			continue
		case n > 250:
			line = value.ReplaceAllString(line, "$1")
		case n == 153:
			line = strings.Replace(line, "width: 23", "width: 23, sign: leading-separate", 1)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// asWorkbook has the same rows on a sheet with headings, for people and for loaders that read Excel; the header is a
// sheet of its own.
func asWorkbook(text string) string {
	text = head(text, "concur-sae-xlsx", "Concur Standard Accounting Extract v3 as a workbook",
		"The rows of the expense extract on a sheet with headings, 400 columns, one for each journal row and cash advance application, and a sheet with what its header\n  says. Rows are one-sided; whoever loads them makes the other side.",
		"Standard Accounting Extract", "Standard Accounting Extract as a workbook", "the vendor's column workbook as a test", "the vendor's column workbook as a test of the rows it shares with concur-sae",
		"    - { name: hledger, grade: A, proves: the sums by account and payer are those of the posting lines }\n", "")
	var out []string
	for _, line := range strings.Split(text, "\n") {
		switch strings.TrimSpace(line) {
		case "kind: delimited":
			if len(out) > 0 && out[len(out)-1] == "file:" {
				line = "  kind: xlsx\n  sheet: SAE\n  header: true\n  header_record: DETAIL"
			}
		case "encoding: utf-8", "line_end: lf", "delimiter: pipe", "quoting: none", "forbidden: blank", `forbidden_chars: "\";"`:
			continue
		case "neutralise: off":
			line = "  neutralise: flag"
		case "repeat: header":
			line += "\n    sheet: Batch"
		case "repeat: [journal, application]":
			line += "\n    sheet: SAE"
		case "match: { column: 1, value: EXTRACT }", "match: { column: 1, value: DETAIL }":
		}
		line = strings.Replace(line, ", sign: leading-separate", "", 1)
		line = strings.Replace(line, "{time:HHmmss}.txt", "{time:HHmmss}.xlsx", 1)
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// filledInto replaces the file of a template by a workbook of the customer's own, whose rows stand on a sheet.
func filledInto(text, book, sheet, headings, first, fileName string) string {
	before, rest, _ := strings.Cut(text, "\nfile:\n")
	_, rest, _ = strings.Cut(rest, "\nfile_name: ")
	_, rest, _ = strings.Cut(rest, "\n")
	before = regexp.MustCompile(`\nfiles: .*`).ReplaceAllString(before, "") + "\nfiles: [" + book + "]\n"
	rest = strings.Replace(rest, "    repeat: posting\n", "    repeat: posting\n    sheet: "+sheet+"\n    own: { headings: "+headings+", first_row: "+first+" }\n", 1)
	return before + "\nfile:\n  kind: fill\n  own: { workbook: " + book + " }\nfile_name: \"" + fileName + "\"\n" + rest
}

// inPackage has the rows in the workbook of a configuration package.
func inPackage(text string) string {
	text = head(text, "business-central-package", "Business Central general journal (configuration package)",
		"Lines of a general journal (table 81), one for each posting line, filled into the workbook that Business Central exports of a configuration package. Its XML map, table and\n  package code stay: without them the workbook is refused.",
		"a data exchange definition or XMLport for table 81, or Edit in Excel", "a configuration package, Import from Excel",
		"    - { name: hledger's CSV reader, grade: A, proves: \"well-formed CSV, dates and amounts that can be read; debits = credits; the balances of the accounts are those of the posting lines\" }\n",
		"    - { name: LibreOffice and excelize, grade: A, proves: \"the workbook opens; its table reaches to the last row\" }\n    - { name: the steps of Microsoft's source of the import as a test, grade: B, proves: \"package code, table id, XML map and each cell are found as the import looks for them\" }\n",
		"- \"your data exchange definition: its columns must be these\"", "- \"the workbook of your own package, which must have these columns; the built-in one is an example\"\n    - \"how the region of the user who imports reads decimals: see the README\"",
		"- Microsoft's documentation of data exchange definitions and configuration packages", "- Microsoft's published source of the codeunits Config. Excel Exchange and Config. Validate Management, and of the XMLport Config. Data Schema")
	return filledInto(text, "package.xlsx", "Gen. Journal Line", "3", "4", "bc_{group}_{sequence:000000}.xlsx")
}

// inEntityBook has the rows in a workbook for the entity, as Data management takes it with the source format EXCEL.
func inEntityBook(text string) string {
	text = head(text, "d365-journal-workbook", "Dynamics 365 Finance, general journal (workbook of the entity)",
		"Rows for the entity General journal, one for each posting line, filled into your own workbook of the entity. One journal for each document, with one voucher.",
		"import project, package API or recurring integration", "import project or recurring integration with the source data format EXCEL",
		"the content of the package", "the headings in the first row",
		"- the manifest and the package header, which are those of an environment and must be replaced by yours", "- the workbook of your environment, its sheet and its columns; the built-in one is an example",
		"data packages and the package API", "data packages and recurring integrations",
		"- notes of a consultant on LedgerJournalEntity", "- notes of a consultant on LedgerJournalEntity, and of two others on imports from Excel (the headings are the names of the entity's fields)")
	return filledInto(text, "journal.xlsx", "General_journal", "1", "2", "General_journal_{route}_{sequence:000000}.xlsx")
}

// summarised has a row for each account and cost object of a document, and what rounding leaves over on an account of its
// own: a ledger that is kept by sums shows it there and not somewhere among the cost.
func summarised(text string) string {
	text = head(text, "summary-csv", "Summarised journal CSV with a line for rounding",
		"A row for each account, cost centre and tax code of a document, for ledgers that are kept by sums and import a CSV journal. What rounding leaves over in a document stands on an\n  account of its own, and not on the cost.",
		"any ledger that imports a CSV journal", "any ledger that is kept by sums and imports a CSV journal",
		"the balances of the accounts are those of the posting lines", "the balances of the accounts are those of the posting lines, that of the rounding differences too")
	for _, change := range [][2]string{
		{"\nposting_date: file\n", "\nposting_date: file\none_posting_date: true\n"},
		{"\nrounding: true\n", "\nrounding: true\nrounding_difference: { limit: 5 minor units }\n"},
		{"      - [ap_vendor, \"*\", \"200100\", Suppliers]\n", "      - [ap_vendor, \"*\", \"200100\", Suppliers]\n      - [rounding_difference, \"*\", \"659000\", Rounding differences]\n"},
		{"    repeat: posting\n", "    repeat: posting\n    summarise: { by: [\"[@Account]\", \"[@[Cost centre]]\", \"[@[Tax code]]\"], across_allocations: true }\n"},
		{"value: line.text }", "value: document.title }"},
		{"*result*.csv", "*summary-result*.csv"},
	} {
		if !strings.Contains(text, change[0]) {
			panic("generic-csv has no " + change[0])
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	return text
}
