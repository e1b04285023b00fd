package fis

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Limits of one document. FIS documents are some 28 KB and nested five deep.
const (
	MaxDocumentBytes = 64 << 20
	MaxDepth         = 64
)

// ErrTooLarge is a document beyond MaxDocumentBytes or MaxDepth.
var ErrTooLarge = errors.New("beyond the limit of one document")

// ErrNotDocument is JSON in which no financial document is found.
var ErrNotDocument = errors.New("not a financial document")

// FormatError is a document that is not JSON, or JSON that is not a document.
type FormatError struct {
	// Document is the docId or the place where the document was found.
	Document string
	// Offset is the byte offset of the mistake: in the document for Parser.Parse, in the stream for ReadDocuments.
	Offset int64
	Err    error
}

func (e *FormatError) Error() string {
	if e.Document == "" {
		return fmt.Sprintf("byte %d: %v", e.Offset, e.Err)
	}
	return fmt.Sprintf("%s: byte %d: %v", e.Document, e.Offset, e.Err)
}

func (e *FormatError) Unwrap() error { return e.Err }

// syntax takes the offset out of a library error and leaves its reason, without the text around the mistake: that may
// be personal data.
func syntax(err error, offset int64) (int64, error) {
	var bad *jsontext.SyntacticError
	switch {
	case errors.As(err, &bad):
		offset, err = bad.ByteOffset, bad.Err
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = fmt.Errorf("the text ends too early: %w", io.ErrUnexpectedEOF)
	}
	return offset, err
}
