// Package samples holds documents of our own making: invented companies, people and ids in the shape in which FIS sends
// them, with a manifest that says what each one shows. They are documentation, golden tests and the world of `fisbridge
// demo` at once; generate_test.go makes them.
package samples

import (
	"embed"
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/fis"
)

//go:embed documents
var files embed.FS

// Role is what a sample is for in the demo beside being a document.
type Role string

const (
	// Ordinary documents are posted and paid.
	Ordinary Role = ""
	// TestUser: isTest is Y, the document stays in the queue.
	TestUser Role = "test_user"
	// Recalled: a processor recalls it between fetch and acknowledgement.
	Recalled Role = "recalled"
	// Unmapped: an account that no mapping of ours knows; the document is held.
	Unmapped Role = "unmapped_account"
	// ERPRejects: the ERP refuses it, for the reason in Sample.ERPMessage.
	ERPRejects Role = "erp_rejects"
	// Resubmitted: the same report as Sample.Of, corrected and under a new docId; FIS has it only after Of was
	// confirmed as rejected.
	Resubmitted Role = "resubmitted"
)

// Manifest lists the samples.
type Manifest struct {
	Documents []Sample `yaml:"documents"`
	// Chart is the world that the documents live in: what mappings have to know.
	Chart Chart `yaml:"chart"`
}

// Sample is one document.
type Sample struct {
	File     string      `yaml:"file"`
	Shows    string      `yaml:"shows"`
	DocID    string      `yaml:"doc_id"`
	DocType  fis.DocType `yaml:"doc_type"`
	Currency string      `yaml:"currency"`
	// Total is what the document says its total is, in Currency.
	Total      string `yaml:"total"`
	Role       Role   `yaml:"role,omitempty"`
	ERPMessage string `yaml:"erp_message,omitempty"`
	Of         string `yaml:"of,omitempty"`
}

// Chart is the accounts and other codes that occur in the samples, by code.
type Chart struct {
	Companies   map[string]string `yaml:"companies"`
	Accounts    map[string]string `yaml:"accounts"`
	CostCentres map[string]string `yaml:"cost_centres"`
	// Taxes are keyed by authority and code: "DE V9".
	Taxes   map[string]string `yaml:"taxes"`
	Vendors map[string]string `yaml:"vendors"`
	// Parties are the payees other than vendors.
	Parties map[string]string `yaml:"parties"`
}

// Documents is the folder of the sample documents: *.json, one envelope each, and manifest.yaml.
func Documents() fs.FS {
	folder, err := fs.Sub(files, "documents")
	if err != nil {
		panic(err) // the name is a constant
	}
	return folder
}

// Load reads the manifest.
func Load() (Manifest, error) {
	var m Manifest
	text, err := fs.ReadFile(Documents(), "manifest.yaml")
	if err != nil {
		return m, fmt.Errorf("read the samples: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(text, &m, yaml.Strict()); err != nil {
		return m, fmt.Errorf("read the manifest of the samples: %w", err)
	}
	return m, nil
}
