package workshop

import (
	"io/fs"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/trial"
)

// Pinned is a mapping with tests more than before: its bytes, and itself as it is then. Added is 0 when it had all of
// them.
type Pinned struct {
	Plan  *mapping.Plan
	Bytes []byte
	Added int
	// Document is what the tests name the document.
	Document string
}

// Pin adds what a document gives at present, in one column or in all, to the tests of a mapping. file names the
// document where tests find it beside the mapping; empty: by its docId.
func Pin(templates fs.FS, plan *mapping.Plan, env fis.Envelope, file, column string) (*Pinned, error) {
	data, added, err := trial.PinTests(plan, env, trial.Pin{Document: file, Column: column})
	if err != nil {
		return nil, err
	}
	if len(added) == 0 {
		return &Pinned{Plan: plan}, nil
	}
	pinned, findings := mapping.LoadBytes(templates, plan.Path(), data)
	return &Pinned{Plan: pinned, Bytes: data, Added: len(added), Document: added[0].Document}, findings.Err()
}
