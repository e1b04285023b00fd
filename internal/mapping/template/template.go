// Package template owns template.yaml: what an ERP's import file looks like, read, checked and described in words. It
// is written once for an ERP and knows nothing of the companies that use it. What is wrong with its form or with what
// it says comes as findings, which name the file and the line or key.
package template

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Template is what an ERP's import file looks like: templates/<name>/template.yaml. It is written once for an ERP.
type Template struct {
	Name        string        `yaml:"name"`
	Title       string        `yaml:"title"`
	Description string        `yaml:"description,omitempty"`
	About       *About        `yaml:"about,omitempty"`
	Documents   []fis.DocType `yaml:"documents"`
	// Acceptance is document or file: whether the ERP takes the good documents of a file that has a bad one.
	Acceptance Acceptance  `yaml:"acceptance"`
	File       layout.Spec `yaml:"file"`
	// Files are further files in the folder of the template that belong to it: a workbook that is filled in, a member of
	// a package as it is. They are kept with each version of a mapping, and their bytes count in its hash.
	Files []string `yaml:"files,omitempty"`
	// FileName is the name of the import file: texts and {route}, {sequence:000000}, {date:yyyyMMdd}, {time:HHmmss},
	// {group}, {settings.NAME}.
	FileName string   `yaml:"file_name"`
	Grouping Grouping `yaml:"grouping,omitempty"`
	// Company is which company's books a document belongs in, and where the file says so.
	Company *Company `yaml:"company,omitempty"`
	// PostingDate is the rule of posting.date that a new mapping begins with, and that holds where the workbook has none:
	// document, line, month end, file, or a formula; line when it is not given, document with OnePostingDate.
	PostingDate string `yaml:"posting_date,omitempty"`
	// OnePostingDate tells that a document has one posting date in the ERP, as a journal, voucher or sum has: rules that
	// give its lines several are refused, and month end is that of the document's date.
	OnePostingDate bool `yaml:"one_posting_date,omitempty"`
	// Numbers tells of a number in the file that is made of the number of the import file, and that the ERP must not see
	// twice. Each route counts its files by itself, so that two routes write the same ones unless something keeps them apart.
	Numbers *Numbers `yaml:"numbers,omitempty"`
	// Revisions is how a further document of a posted report that replaces the former one is written: lines (each old
	// line taken back, then the new ones) or net (what changed on each account). Lines when it is not given.
	Revisions posting.Form `yaml:"revisions,omitempty"`
	// Rounding rounds posting lines to the minor unit of the currency.
	Rounding bool `yaml:"rounding,omitempty"`
	// EntrySums, with Rounding, rounds the rows of an expense entry so that they add up to the entry.
	EntrySums bool `yaml:"entry_sums,omitempty"`
	// RoundingDifference, with Rounding, puts what rounding leaves over in an expense report or invoice into a line of its
	// own; nil: on the cost.
	RoundingDifference *RoundingDifference `yaml:"rounding_difference,omitempty"`

	Settings []Setting       `yaml:"settings,omitempty"`
	Lookups  []Lookup        `yaml:"lookups,omitempty"`
	Records  []Record        `yaml:"records"`
	Totals   Totals          `yaml:"totals,omitempty"`
	Amounts  *Amounts        `yaml:"amounts,omitempty"`
	Results  []format.Format `yaml:"results,omitempty"`

	source []byte
	kept   []byte // the Source, where there are further files
	path   string
}

// RoundingDifference is the line of rounding differences: a posting line with the role rounding_difference and no account
// of the document's, so that the workbook finds the account as for other roles.
type RoundingDifference struct {
	// Limit is the most that it may be in one document: `5 minor units` of the document's currency (0.05 EUR, 5 JPY, 0.005
	// KWD), or an amount, which is the same number in every currency. A document with more is held.
	Limit string `yaml:"limit"`
}

// Numbers are numbers made of that of the import file.
type Numbers struct {
	// Of is what the ERP calls the number, the same words in all templates that write it.
	Of string `yaml:"of"`
	// ApartBy are the settings by which the ERP keeps the numbers of several routes apart.
	ApartBy []string `yaml:"apart_by"`
}

// Grouping is which documents share a file.
type Grouping struct {
	// By is run (all documents), currency, company, document, or a formula over the document.
	By string `yaml:"by,omitempty"`
	// MaxDocuments limits the documents of a file; 0 for no limit.
	MaxDocuments int `yaml:"max_documents,omitempty"`
	// Numbered is how many documents of a file the template has numbers for; it holds the further ones. 0 for any number.
	Numbered int `yaml:"numbered,omitempty"`
	// MaxLines is how many lines the ERP takes in one file, 0 for no limit: those that file.lines counts. A file is ended
	// before it has more, between documents; a document with more by itself is held.
	MaxLines int `yaml:"max_lines,omitempty"`
}

// Company is which company's books a document belongs in.
type Company struct {
	// Of is the rule of document.company where the workbook has none: a formula over the document.
	Of string `yaml:"of"`
	// In is where the file tells the company: file, when a file goes into the books of one company as a whole, so that
	// documents of two never share one; or the fields (RECORD.FIELD) that tell it in each record.
	In []string `yaml:"in"`
	// Told is what posting confirmations call the company where the ERP's answer names none: a formula over the document;
	// document.company when it is not given. Concur takes 32 characters.
	Told string `yaml:"told,omitempty"`
}

// OneCompany reports whether a file goes into the books of one company as a whole.
func (t *Template) OneCompany() bool {
	return t.Company != nil && slices.Contains(t.Company.In, "file")
}

// CompanyRule is the rule of document.company where the workbook has none.
func (t *Template) CompanyRule() string {
	if t.Company != nil && t.Company.Of != "" {
		return t.Company.Of
	}
	return "document.company_code"
}

// Holds tells whether a file with so many documents, 0 for no limit, may have some that the template has no number for.
func (g *Grouping) Holds(most int) bool { return g.Numbered > 0 && (most == 0 || most > g.Numbered) }

// Setting is a constant that each company sets: settings.NAME in a formula.
type Setting struct {
	Name     string      `yaml:"name"`
	Type     layout.Type `yaml:"type,omitempty"`
	Value    layout.Word `yaml:"value,omitempty"`
	Required bool        `yaml:"required,omitempty"`
	// Codes are the values that it may have, in any case, where formulas ask which of them it is.
	Codes []layout.Word `yaml:"codes,omitempty"`
	Note  string        `yaml:"note,omitempty"`
}

// Allows reports whether the setting may have a value; one that is blank is no matter of its codes.
func (s *Setting) Allows(value string) bool {
	return len(s.Codes) == 0 || value == "" ||
		slices.ContainsFunc(s.Codes, func(c layout.Word) bool { return strings.EqualFold(string(c), value) })
}

// Words are the codes of the setting as texts.
func (s *Setting) Words() []string {
	out := make([]string, len(s.Codes))
	for i, c := range s.Codes {
		out[i] = string(c)
	}
	return out
}

// Lookup is a lookup sheet that a new mapping begins with.
type Lookup struct {
	Name    string          `yaml:"name"`
	Note    string          `yaml:"note,omitempty"`
	Columns []Column        `yaml:"columns"`
	Rows    [][]layout.Word `yaml:"rows,omitempty"`
}

// Column is a column of a lookup sheet.
type Column struct {
	Name string      `yaml:"name"`
	Type layout.Type `yaml:"type,omitempty"`
	Key  bool        `yaml:"key,omitempty"`
	Note string      `yaml:"note,omitempty"`
	// Was is the setting that said this for all documents before the template had the sheet: a conversion of an older
	// mapping adds the sheet, with the setting in the row *.
	Was string `yaml:"was,omitempty"`
}

// Record is one kind of record and what it repeats over.
type Record struct {
	Name string `yaml:"name"`
	Note string `yaml:"note,omitempty"`
	// Repeat is header, trailer, document, posting, journal, tax, allocation, entry, application, payroll, trip,
	// allowance_day, allowance or deduction; or several of the last ten.
	Repeat Repeats `yaml:"repeat"`
	// When is a condition; the record is left out where it does not hold.
	When string `yaml:"when,omitempty"`
	// OncePer is a field of the record; of the records of a file with the same value in it only the first is written.
	OncePer string `yaml:"once_per,omitempty"`
	// Summarise adds up posting lines.
	Summarise *Summarise   `yaml:"summarise,omitempty"`
	Pattern   string       `yaml:"pattern,omitempty"`
	Match     layout.Match `yaml:"match,omitempty"`
	Sheet     string       `yaml:"sheet,omitempty"`
	Parent    string       `yaml:"parent,omitempty"` // the record it stands in
	Own       layout.Own   `yaml:"own,omitempty"`    // what only the kind of file knows
	Fields    []Field      `yaml:"fields"`
}

// Summarise says which posting lines of a document become one.
type Summarise struct {
	// By are formulas; lines that agree in all of them are added up. Debits and credits stay apart.
	By []string `yaml:"by"`
	// AcrossAllocations lets cost and tax lines of different allocations be added up, too.
	AcrossAllocations bool `yaml:"across_allocations,omitempty"`
	// Net sets debits off against credits; what nets to zero is left out.
	Net bool `yaml:"net,omitempty"`
}

// Field is a field of a record with the Value a new mapping begins with.
type Field struct {
	layout.Field `yaml:",inline"`
	Value        string `yaml:"value,omitempty"`
	// Was are Values that former versions of the template proposed and that no longer do: a conversion of an older mapping
	// puts Value in their place.
	Was []string `yaml:"was,omitempty"`
	// SameAs takes the Value of another field, RECORD.FIELD, so that people write it once; the field is not in the
	// mapping then.
	SameAs string `yaml:"same_as,omitempty"`
	// Each repeats the field for a range of numbers, 1..20, which {n} stands for in name, heading, note and value.
	Each string `yaml:"each,omitempty"`
}

// Nothing is what the field says where there is no value: its default, a number where it takes one.
func (f *Field) Nothing() layout.Value {
	if f.Type == layout.AmountType || f.Type == layout.IntegerType {
		if n, err := fis.ParseAmount(string(f.Default)); err == nil {
			return layout.Number(n)
		}
	}
	return layout.Text(string(f.Default))
}

// Totals says which fields hold the amounts, so that totals are counted from what is written: RECORD.FIELD each.
type Totals struct {
	// Count are the records that file.lines counts; empty for all but headers and trailers.
	Count []string `yaml:"count,omitempty"`
	// Debit and Credit name fields with unsigned amounts; Amount one with the amounts of both sides, which `amounts` tells
	// apart: by the sign (debits positive when nothing else is said) or by the field of the side.
	Debit  string `yaml:"debit,omitempty"`
	Credit string `yaml:"credit,omitempty"`
	Amount string `yaml:"amount,omitempty"`
	// Unbalanced tells that the ERP builds the other side itself: the records of a document need not add up to zero.
	Unbalanced bool `yaml:"unbalanced,omitempty"`
	// AllCurrencies tells that the ERP adds up the amounts of all currencies, too: nobody is warned of such sums.
	AllCurrencies bool `yaml:"all_currencies,omitempty"`
	// Hash is the sum of the digits of a field modulo a power of ten.
	Hash *HashTotal `yaml:"hash,omitempty"`
}

// HashTotal is a control total over a code field: file.hash.
type HashTotal struct {
	Field  string `yaml:"field"`
	Digits int    `yaml:"digits"`
}

// Repeats is one or more of the things a record repeats over; in YAML a word or a list.
type Repeats []string

// UnmarshalYAML takes `posting` as well as `[journal, application]`.
func (r *Repeats) UnmarshalYAML(n ast.Node) error {
	if one, ok := n.(*ast.StringNode); ok {
		*r = Repeats{one.Value}
		return nil
	}
	var many []string
	if err := yaml.NodeToValue(n, &many); err != nil {
		return err
	}
	*r = many
	return nil
}

// Read reads the template called name. What is wrong with its form (unknown keys, wrong types) are the findings.
func Read(templates fs.FS, name string) (*Template, findings.List) {
	file := path.Join(name, "template.yaml")
	data, err := fs.ReadFile(templates, file)
	if err != nil {
		return nil, findings.List{{Severity: findings.Error, File: file, Reason: say.F("cannot read the template: %s", err)}}
	}
	t := &Template{source: data, path: file}
	if err := decode(data, t); err != nil {
		return nil, findings.List{YAMLFinding(file, err)}
	}
	if t.Name != name {
		return nil, findings.List{{Severity: findings.Error, File: file, Value: t.Name,
			Reason: say.F("the template is called %q but lies in the folder %s", t.Name, name)}}
	}
	if err := t.expand(); err != nil {
		return nil, findings.List{{Severity: findings.Error, File: file, Reason: say.Of(err)}}
	}
	if found := t.attach(templates); found != nil {
		return nil, found
	}
	return t, nil
}

// Names lists the templates there are.
func Names(templates fs.FS) []string {
	var names []string
	found, _ := fs.Glob(templates, "*/template.yaml")
	for _, f := range found {
		names = append(names, path.Dir(f))
	}
	return names
}

// YAMLFinding keeps the line of a YAML error.
func YAMLFinding(file string, err error) findings.Finding {
	f := findings.Finding{Severity: findings.Error, File: file, Reason: say.Of(err)}
	var ye yaml.Error
	if errors.As(err, &ye) {
		f.Reason = say.Plain(ye.GetMessage())
		if tok := ye.GetToken(); tok != nil && tok.Position != nil {
			f.Cell, f.Value = fmt.Sprintf("line %d", tok.Position.Line), tok.Value
		}
	}
	return f
}

// expand writes out the fields with a range.
func (t *Template) expand() error {
	for i := range t.Records {
		r := &t.Records[i]
		var out []Field
		for _, f := range r.Fields {
			if f.Each == "" {
				out = append(out, f)
				continue
			}
			from, to, err := parseRange(f.Each)
			if err != nil {
				return fmt.Errorf("record %s, field %s: %w", r.Name, f.Name, err)
			}
			for n := from; n <= to; n++ {
				out = append(out, f.number(n))
			}
		}
		r.Fields = out
	}
	return nil
}

func (f Field) number(n int) Field {
	put := func(s string) string { return strings.ReplaceAll(s, "{n}", strconv.Itoa(n)) }
	f.Each = ""
	f.Name, f.Heading, f.Note, f.Value = put(f.Name), put(f.Heading), put(f.Note), put(f.Value)
	return f
}

func parseRange(s string) (from, to int, err error) {
	a, b, ok := strings.Cut(s, "..")
	if ok {
		from, err = strconv.Atoi(a)
	}
	if ok && err == nil {
		to, err = strconv.Atoi(b)
	}
	if !ok || err != nil || from > to || to-from > 10_000 {
		return 0, 0, fmt.Errorf("each: %q is not a range such as 1..20", s)
	}
	return from, to, nil
}

func (t *Template) Record(name string) (*Record, bool) {
	for i := range t.Records {
		if t.Records[i].Name == name {
			return &t.Records[i], true
		}
	}
	return nil, false
}

func (r *Record) FieldIndex(name string) (int, bool) {
	for i := range r.Fields {
		if r.Fields[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// LayoutRecords is what package layout needs to know.
func (t *Template) LayoutRecords() []layout.Record {
	var out []layout.Record
	for _, r := range t.Records {
		lr := layout.Record{Name: r.Name, Pattern: r.Pattern, Match: r.Match, Sheet: r.Sheet, Parent: r.Parent,
			Own: r.Own}
		for _, f := range r.Fields {
			lr.Fields = append(lr.Fields, f.Field)
		}
		out = append(out, lr)
	}
	return out
}

// Acceptance is how an ERP takes a file.
type Acceptance string

const (
	// ByDocument: the ERP posts what is right and refuses the rest, document by document.
	ByDocument Acceptance = "document"
	// ByFile: one wrong document and the ERP refuses the whole file.
	ByFile Acceptance = "file"
)

// What a record can repeat over.
const (
	RepeatHeader      = "header"
	RepeatTrailer     = "trailer"
	RepeatDocument    = "document"
	RepeatPosting     = "posting"
	RepeatJournal     = "journal"
	RepeatTax         = "tax"
	RepeatAllocation  = "allocation"
	RepeatEntry       = "entry"
	RepeatApplication = "application"
	RepeatPayroll     = "payroll"
	// The tree of travel allowances: a trip, a day of it, an allowance of the day.
	RepeatTrip         = "trip"
	RepeatAllowanceDay = "allowance_day"
	RepeatAllowance    = "allowance"
	// RepeatDeduction is a reduction of an allowance: a meal that was given, by the company's rules or by law.
	RepeatDeduction = "deduction"
)

// RepeatNames are all things that a record can repeat over.
func RepeatNames() []string {
	return []string{RepeatHeader, RepeatTrailer, RepeatDocument, RepeatPosting, RepeatJournal, RepeatTax,
		RepeatAllocation, RepeatEntry, RepeatApplication, RepeatPayroll, RepeatTrip, RepeatAllowanceDay,
		RepeatAllowance, RepeatDeduction}
}

// Canonical is the template without what is for people only.
func (t *Template) Canonical() map[string]any {
	var out map[string]any
	if err := yaml.Unmarshal(t.source, &out); err != nil {
		return map[string]any{"source": string(t.source)}
	}
	for _, key := range []string{"title", "description", "about", "results"} {
		delete(out, key)
	}
	for name, data := range t.File.Files {
		out["files/"+name] = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	return out
}

// PostingRule is the rule of posting.date where the workbook has none.
func (t *Template) PostingRule() string {
	switch {
	case t.PostingDate != "":
		return t.PostingDate
	case t.OnePostingDate:
		return "document"
	}
	return "line"
}

// Path is the file of the template below the folder of templates, as messages name it: generic-csv/template.yaml.
func (t *Template) Path() string { return t.path }
