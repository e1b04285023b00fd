package mapping

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Rendered is one document out of the pipeline: Prepared, or the error that refused it.
type Rendered struct {
	// Index counts the documents from 0 in the order they came.
	Index    int
	Envelope fis.Envelope
	Prepared *Prepared
	Err      error
}

// RenderAll prepares the documents that next hands out (until false) on several workers and gives them to emit in the order they came.
// At most a few documents for each worker are in memory. An error of next, of emit, or the end of ctx stops it and is returned; a document
// that cannot be mapped is emit's to judge. Workers 0 means one for each processor.
func (p *Plan) RenderAll(ctx context.Context, workers int, next func() (fis.Envelope, bool, error), emit func(Rendered) error) error {
	return errors.ErrUnsupported
}
