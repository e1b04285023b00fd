package docfiles

import (
	"errors"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// LeftOut tells of a document that is left out, and counts it.
type LeftOut struct {
	*frame.Frame
	Count int
}

// Tell tells why a document is left out.
func (b *LeftOut) Tell(env fis.Envelope, err error) {
	b.Count++
	text := err.Error()
	if env.Place != "" && !strings.Contains(text, env.Place) {
		text = env.Place + ": " + text
	}
	if env.ID != "" && !strings.Contains(text, env.ID) {
		text = "document " + env.ID + ": " + text
	}
	b.Complain(errors.New(text), "")
}

// File tells of a file that is not made, and counts its documents.
func (b *LeftOut) File(err error, documents int) {
	b.Count += documents
	b.Complain(err, "")
}
