package mapping

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
	"github.com/fisbridge/fisbridge/internal/mapping/contenthash"
	"github.com/fisbridge/fisbridge/internal/mapping/filename"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/lookup"
	"github.com/fisbridge/fisbridge/internal/mapping/renewal"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// Plan is a template filled by a mapping: checked, compiled, and from then on unchanged. It may be used by any number
// of goroutines.
type Plan struct {
	name     string
	path     string
	hash     string
	fileHash string
	tpl      *template.Template
	layout   *layout.Plan
	slots    []scope.Slot
	records  []Record
	lookups  map[string]*lookup.Table
	loose    lookup.Loose
	groups   []*formula.Program
	// maxDocuments and maxLines of a file, 0 for no limit; byCompany: each file has the documents of one company.
	maxDocuments int
	maxLines     int
	byCompany    bool
	told         *formula.Program // what confirmations call the company
	parted       bool             // not all documents belong in the books of the same company
	// companyOf is the rule of document.company, nil where all documents belong in the same books; companyRule as it is written.
	companyOf   *formula.Program
	companyRule string
	booksInRows bool // each line tells the company
	fileName    filename.Pattern
	posting     posting.Options
	wanted      map[string]bool
	results     []format.Format
	settings    map[string]layout.Value
	// kept are the codes that are kept of each posting line, for a later document of the same report.
	kept    []keptField
	amounts *amounts.Rules
	// content is the mapping as people wrote it, data its bytes.
	content *workbook.Content
	data    []byte
}

// Load reads a mapping (.xlsx or .yaml) and the template it names from templates (folders with a template.yaml each)
// and compiles both. The plan is nil exactly when the findings hold an error; warnings come beside a plan.
func Load(templates fs.FS, mappingPath string) (*Plan, findings.List) {
	data, findings := workbook.ReadFile(mappingPath)
	if data == nil {
		return nil, findings
	}
	return LoadBytes(templates, mappingPath, data)
}

// LoadBytes is Load for a mapping whose bytes are at hand; its form follows from the name.
func LoadBytes(templates fs.FS, mappingPath string, data []byte) (*Plan, findings.List) {
	return load(templates, mappingPath, data, &workbook.Collector{File: mappingPath})
}

func load(templates fs.FS, mappingPath string, data []byte, found *workbook.Collector) (*Plan, findings.List) {
	c := workbook.Read(mappingPath, data, found)
	if c == nil {
		return nil, found.List
	}
	tpl := c.Template(templates, found)
	if tpl == nil {
		return nil, found.List.Sorted(c.Order)
	}
	p := newCompiler(tpl, c, found).compile()
	renewal.Tell(tpl, c.Values, found.List)
	if p == nil {
		return nil, found.List.Sorted(c.Order)
	}
	base := filepath.Base(mappingPath)
	p.name, p.path, p.fileHash = strings.TrimSuffix(base, filepath.Ext(base)), mappingPath, contenthash.Of(data)
	p.content, p.data = c, data
	return p, found.List.Sorted(c.Order)
}

// Name is the mapping's name: its file name without the extension.
func (p *Plan) Name() string { return p.name }

// Path is where the mapping was read.
func (p *Plan) Path() string { return p.path }

// TemplateName is the name of the template the mapping fills.
func (p *Plan) TemplateName() string { return p.tpl.Name }

// Template is the template the mapping fills; it must not be changed.
func (p *Plan) Template() *template.Template { return p.tpl }

// Layout is the layout of the import file.
func (p *Plan) Layout() *layout.Plan { return p.layout }

// Hash is the hash of the content of template and mapping, the same for the xlsx and the YAML form, whatever their
// formatting.
func (p *Plan) Hash() string { return p.hash }

// FileHash is the SHA-256 of the mapping file's bytes.
func (p *Plan) FileHash() string { return p.fileHash }

// Bytes are the mapping file's bytes; they must not be changed.
func (p *Plan) Bytes() []byte { return p.data }

// TemplateSource is the template as it was read; it must not be changed.
func (p *Plan) TemplateSource() []byte { return p.tpl.Source() }

// AllOrNothing reports whether the ERP refuses a whole file for one bad document.
func (p *Plan) AllOrNothing() bool { return p.tpl.Acceptance == template.ByFile }

// DocTypes are the document types the template takes.
func (p *Plan) DocTypes() []fis.DocType { return p.tpl.Documents }

// MaxDocuments is the largest number of documents in one file, 0 for no limit.
func (p *Plan) MaxDocuments() int { return p.maxDocuments }

// MaxLines is the largest number of lines in one file, 0 for no limit.
func (p *Plan) MaxLines() int { return p.maxLines }

// Results are the formats of the files that come back.
func (p *Plan) Results() []format.Format { return p.results }

func (p *Plan) Takes(t fis.DocType) bool {
	for _, d := range p.tpl.Documents {
		if d == t {
			return true
		}
	}
	return false
}

// nests reports whether records stand in others, so that one of them decides about another.
func (p *Plan) nests() bool {
	return slices.ContainsFunc(p.records, func(r Record) bool { return r.parent >= 0 })
}

// MovedColumns are the LOOKUPs that mean other columns than in the former version (package lookup).
func (p *Plan) MovedColumns(former *Plan) findings.List { return p.loose.Moved(former.loose, p.path) }
