package mapping

import (
	"errors"
	"io/fs"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Acceptance is how an ERP takes a file.
type Acceptance string

const (
	// ByDocument: the ERP posts what is right and refuses the rest, document by document.
	ByDocument Acceptance = "document"
	// ByFile: one wrong document and the ERP refuses the whole file.
	ByFile Acceptance = "file"
)

// Plan is a template filled by a mapping: checked, compiled, and from then on unchanged. It may be used by any number of goroutines.
type Plan struct {
	name     string
	hash     string
	fileHash string
	tpl      *Template
}

// Load reads a mapping (.xlsx or .yaml) and the template it names from templates (folders with a template.yaml each) and compiles both. The
// plan is nil exactly when the findings hold an error; warnings come beside a plan.
func Load(templates fs.FS, mappingPath string) (*Plan, Findings) {
	return nil, Findings{{Severity: Error, File: mappingPath, Reason: errors.ErrUnsupported.Error()}}
}

// Name is the mapping's name: its file name without the extension.
func (p *Plan) Name() string { return p.name }

// TemplateName is the name of the template the mapping fills.
func (p *Plan) TemplateName() string { return p.tpl.Name }

// Hash is the hash of the content of template and mapping, the same for the xlsx and the YAML form, whatever their formatting.
func (p *Plan) Hash() string { return p.hash }

// FileHash is the SHA-256 of the mapping file's bytes.
func (p *Plan) FileHash() string { return p.fileHash }

// AllOrNothing reports whether the ERP refuses a whole file for one bad document.
func (p *Plan) AllOrNothing() bool { return p.tpl.Acceptance == ByFile }

// DocTypes are the document types the template takes.
func (p *Plan) DocTypes() []fis.DocType { return p.tpl.Documents }

// MaxDocuments is the largest number of documents in one file, 0 for no limit.
func (p *Plan) MaxDocuments() int { return 0 }
