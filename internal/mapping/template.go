package mapping

import "github.com/fisbridge/fisbridge/internal/fis"

// Template is what an ERP's import file looks like.
type Template struct {
	Name       string
	Acceptance Acceptance
	Documents  []fis.DocType
}
