package desk

import (
	"errors"
	"io"
	"os"

	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// clearFile gives what an import file says in clear, whose bytes are read from body: sealed ones are opened by the key
// that signed them. It is ended by ownfile.Discard.
func (w *Workspace) clearFile(f records.File, body io.Reader) (*os.File, int64, error) {
	return seal.Clear("", body, f.Created, func() (*seal.Opener, error) {
		r, ok := w.Config.Route(f.Route)
		if !ok {
			return nil, errors.New("the configuration has no route " + f.Route + " any more")
		}
		how, sealed := w.Config.Sealing(r)
		if !sealed {
			return nil, errors.New("its target has no seal any more")
		}
		sealer, err := how.Load(f.Created)
		if err != nil {
			return nil, err
		}
		if o := sealer.Opener(); o != nil {
			return o, nil
		}
		return nil, errors.New("it is sealed for its reader only: name a key that signs (seal.sign) which can be sealed for too")
	})
}

// ClearBytes are what an import file says in clear; false when they are not kept, or cannot be opened.
func (w *Workspace) ClearBytes(f records.File, body io.Reader) ([]byte, bool, error) {
	clear, size, err := w.clearFile(f, body)
	if errors.As(err, new(*seal.ClosedError)) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer ownfile.Discard(clear)
	text, err := io.ReadAll(io.NewSectionReader(clear, 0, size))
	return text, err == nil, err
}
