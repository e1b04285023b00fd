package refusal

import (
	"errors"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/say"
)

// FileError is an import file that its documents do not allow: it does not balance, or a total does not fit its field.
// Trying again without mending a document or the mapping gives the same error; a full disk, for one, is no FileError.
type FileError struct{ Err error }

// Error is the cause.
func (e *FileError) Error() string { return e.Err.Error() }

// Said is the cause as a sentence.
func (e *FileError) Said() say.Text { return say.Of(e.Err) }

// Unwrap is the cause.
func (e *FileError) Unwrap() error { return e.Err }

// ErrFull is an import file that has no room for the lines of a document: it begins the next one.
var ErrFull = errors.New("the import file has no room for the lines of this document")

// Full is why a document with so many lines does not go into a file that has so many with it: ErrFull, or a *DocumentError
// where no file has room for it. It is nil where it goes.
func Full(docID string, lines, with, most int) error {
	if most == 0 || with <= most {
		return nil
	}
	if lines <= most {
		return ErrFull
	}
	return &DocumentError{DocID: docID, Problems: []Problem{{Reason: "lines", Detail: say.F("the document makes %s, and a file takes "+
		"%s at most (Lines per file), because the ERP takes no more: split it in Concur, or add its lines up (summarise by)",
		say.Counted(lines, "line"), strconv.Itoa(most))}}}
}

// ReadBackError is an import file whose bytes do not say what its documents say. The documents in it that are wrong are
// named; the others may go into a file without them.
type ReadBackError struct {
	File      string
	Documents []*DocumentError
	// At are their places among the documents that were added to the file, from 0.
	At []int
}

func (e *ReadBackError) Error() string { return e.Said().String() }

// Said is the error as a sentence.
func (e *ReadBackError) Said() say.Text {
	return say.F("import file %s does not say what %s of it say: %s", e.File, say.Counted(len(e.Documents), "document"), e.Documents[0].Said())
}
