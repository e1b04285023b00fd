package refusal

import (
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
