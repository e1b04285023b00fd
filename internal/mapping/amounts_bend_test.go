package mapping_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// bendFile is templates/NAME/test/bend.yaml: what is bent in a template, and where its files say what they say. The bytes are read here by readers
// that share nothing with the program.
type bendFile struct {
	Record             string
	Amounts            []string
	Side               string
	Currency, Document string   // RECORD.FIELD that are bent, too; empty: not
	Without            []string // roles of lines that are left out
	Read               reading
}

// reading says where the rows of a file stand. A place is a heading, the number of a column from 1, START-END in bytes, the name of an element, or a
// group of the pattern.
type reading struct {
	Table    string // the delimiter of its columns
	Plain    bool   // texts have no quotes
	Heading  int    // the line of the headings; 0: none
	Member   string // how the name of the file in a package ends
	Sheet    string // of a workbook
	Fixed    bool
	Element  string // of a row
	Pattern  string // of a row
	Opens    string // the pattern of a line that names the document
	Rows     []string
	Kind     string   // the place that says what a row is: one of Rows
	Begins   []string // kinds of rows with which a document begins; of others its name is read
	Head     string   // kind of a row that names the document and the currency, not its lines
	Document string   // blank in rows behind the first one of a document
	Currency string
	// Amount has a sign, or a side; Debit and Credit have none.
	Amount, Debit, Credit string
	Side                  string
	Credits               []string // what Side says of credits
	CreditPositive        bool     `yaml:"credit_positive"`
	Minor                 bool     // amounts are in minor units
	Comma                 bool     // decimals stand behind a comma
	Currencies            map[string]string
}

// bendOf reads what a template says itself; false when it says nothing.
func bendOf(t *testing.T, name string) (bent, bool) {
	t.Helper()
	text, err := os.ReadFile(ofTemplate(name, "bend.yaml"))
	if err != nil {
		return bent{}, false
	}
	var f bendFile
	must(t)(yaml.UnmarshalWithOptions(text, &f, yaml.Strict()))
	b := bent{template: name, record: f.Record, amounts: f.Amounts, side: f.Side, single: true, without: f.Without, noCurrency: f.Read.Currency == "",
		values: []string{"line.amount", "line.debit", "line.credit", "0 - line.amount"},
		whens:  []string{`line.role = "expense"`, "line.amount <> 0", `document.report_id <> "R1"`, "line.number <> 2", "line.number < 4"}}
	b.currency[0], b.currency[1], _ = strings.Cut(f.Currency, ".")
	b.document[0], b.document[1], _ = strings.Cut(f.Document, ".")
	b.of = readyPlan(t, name).DocTypes()
	b.read = func(t *testing.T, body []byte) []writtenRow { return f.Read.rows(t, body) }
	return b, true
}

// cells are what stands in a row, by place.
type cells func(place string) string

func (r *reading) rows(t *testing.T, body []byte) (out []writtenRow) {
	t.Helper()
	document, currency, documents := "", "", 0
	r.each(t, body, func(c cells) {
		kind := c(r.Kind)
		if slices.Contains(r.Begins, kind) {
			documents++
			document = strconv.Itoa(documents)
		}
		if head := r.Head != "" && kind == r.Head; head || r.Head == "" {
			if name := c(r.Document); name != "" { // else of the document of the row above
				document = name
			}
			if currency = c(r.Currency); r.Currencies[currency] != "" {
				currency = r.Currencies[currency]
			}
			if head {
				return
			}
		}
		if len(r.Rows) > 0 && !slices.Contains(r.Rows, kind) {
			return
		}
		for i, place := range []string{r.Amount, r.Debit, r.Credit} {
			if place == "" {
				continue
			}
			row := writtenRow{document: document, currency: currency, amount: number(t, r.plain(c(place)))}
			if i == 2 || r.CreditPositive || slices.Contains(r.Credits, c(r.Side)) {
				row.amount = row.amount.Neg()
			}
			if r.Minor {
				row.amount = row.amount.Shift(-fis.MinorUnits(currency))
			}
			out = append(out, row)
		}
	})
	return out
}

// plain is a number as everybody reads it.
func (r *reading) plain(text string) string {
	if text = strings.TrimSpace(text); r.Comma {
		text = strings.Replace(text, ",", ".", 1)
	}
	if number, negative := strings.CutSuffix(text, "-"); negative {
		return "-" + number
	}
	return text
}

func (r *reading) each(t *testing.T, body []byte, row func(cells)) {
	t.Helper()
	switch {
	case r.Element != "":
		r.elements(t, body, row)
	case r.Fixed:
		for line := range strings.Lines(string(body)) {
			row(func(place string) string { return strings.TrimSpace(bytesOf(line, place)) })
		}
	case r.Pattern != "":
		r.patterns(body, row)
	default:
		r.table(t, body, row)
	}
}

func bytesOf(line, place string) string {
	from, to, _ := strings.Cut(place, "-")
	first, _ := strconv.Atoi(from)
	last, _ := strconv.Atoi(to)
	if first == 0 || first > len(line) {
		return ""
	}
	return line[first-1 : min(last, len(line))]
}

// patterns reads lines of text. The line that names the document stands above its rows.
func (r *reading) patterns(body []byte, row func(cells)) {
	each, opens := regexp.MustCompile(r.Pattern), regexp.MustCompile(r.Opens)
	document := ""
	for line := range strings.SplitSeq(string(body), "\n") {
		if m := opens.FindStringSubmatch(line); m != nil {
			document = m[1]
		}
		if m := each.FindStringSubmatch(line); m != nil {
			row(func(place string) string {
				if place == "document" {
					return document
				}
				if i := each.SubexpIndex(place); i >= 0 {
					return m[i]
				}
				return ""
			})
		}
	}
}

func (r *reading) table(t *testing.T, body []byte, row func(cells)) {
	t.Helper()
	var heads []string
	for i, record := range r.records(t, body) {
		if i+1 <= r.Heading {
			heads = record
			continue
		}
		row(func(place string) string {
			at := slices.Index(heads, place)
			if n, err := strconv.Atoi(place); err == nil {
				at = n - 1
			}
			if at < 0 || at >= len(record) {
				return ""
			}
			return record[at]
		})
	}
}

func (r *reading) records(t *testing.T, body []byte) (out [][]string) {
	t.Helper()
	switch {
	case r.Sheet != "":
		book, err := excelize.OpenReader(bytes.NewReader(body))
		must(t)(err)
		defer book.Close()
		out, err = book.GetRows(r.Sheet, excelize.Options{RawCellValue: true})
		must(t)(err)
		return out
	case r.Member != "":
		pack, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		must(t)(err)
		at := slices.IndexFunc(pack.File, func(f *zip.File) bool { return strings.HasSuffix(f.Name, r.Member) })
		if at < 0 {
			t.Fatalf("the package has no %s", r.Member)
		}
		body, err = fs.ReadFile(pack, pack.File[at].Name)
		must(t)(err)
	}
	if r.Plain {
		for line := range strings.Lines(string(body)) {
			out = append(out, strings.Split(strings.TrimRight(line, "\r\n"), r.Table))
		}
		return out
	}
	in := csv.NewReader(bytes.NewReader(body))
	in.Comma, in.FieldsPerRecord = rune(r.Table[0]), -1
	out, err := in.ReadAll()
	must(t)(err)
	return out
}

// elements reads XML. A place is an element of the row, or one that was read before it, by its name, PARENT/NAME, or NAME@ATTRIBUTE.
func (r *reading) elements(t *testing.T, body []byte, row func(cells)) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(body))
	var path []string
	inside := 0
	said, before := map[string]string{}, map[string]string{}
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return
		}
		must(t)(err)
		switch x := token.(type) {
		case xml.StartElement:
			if path = append(path, x.Name.Local); x.Name.Local == r.Element {
				inside, said = len(path), map[string]string{}
			}
			for _, a := range x.Attr {
				before[x.Name.Local+"@"+a.Name.Local] = a.Value
			}
		case xml.CharData:
			if n := len(path); n > 1 && strings.TrimSpace(string(x)) != "" {
				into := before
				if inside > 0 && n <= inside+2 {
					into = said
				}
				if name := path[n-1]; inside == 0 || n == inside+1 {
					into[name] = string(x)
				}
				into[path[n-2]+"/"+path[n-1]] = string(x)
			}
		case xml.EndElement:
			if len(path) == inside {
				inside = 0
				row(func(place string) string {
					if v, in := said[place]; in || place == r.Amount || place == r.Debit || place == r.Credit {
						return v
					}
					return before[place]
				})
			}
			path = path[:len(path)-1]
		}
	}
}
