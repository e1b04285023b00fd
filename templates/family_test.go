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

// The expense extract has three templates: version 3, version 2, and version 3 as a workbook. The second and third are
// made from the first, so that a column is described once: UPDATE_GOLDEN=1 writes them anew.
func TestExtractFamily(t *testing.T) {
	base, err := fs.ReadFile(templates.FS(), "concur-sae/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(string) string{"concur-sae-v2": versionTwo, "concur-sae-xlsx": asWorkbook} {
		want := change(strings.ReplaceAll(string(base), "\r\n", "\n"))
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
			t.Errorf("%s differs from concur-sae/template.yaml: UPDATE_GOLDEN=1 makes it anew", path)
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
	_, said, _ := strings.Cut(above, "\nabout:")
	return "# The columns are those of concur-sae.\nname: " + name + "\ntitle: " + title + "\ndescription: >-\n  " + description +
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
