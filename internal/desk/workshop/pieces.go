package workshop

import (
	"fmt"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Piece is a part of the documents in files: one document, some lines of JSON lines in which whoever takes them finds
// the documents, or the end of a file.
type Piece struct {
	Envelope fis.Envelope
	Lines    *fis.Lines
	// Ended is the place of the file that ends here. Of one that holds no document, NoDocument tells.
	Ended string
}

// NoDocument is the error of a file in which nothing was found.
func NoDocument(place string) error { return fmt.Errorf("%s holds no document", place) }

// Unread is the error of a text in a file that cannot be read.
func Unread(err error) error { return fmt.Errorf("read documents: %w", err) }
