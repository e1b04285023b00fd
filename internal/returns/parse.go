package returns

import (
	"context"
	"errors"
	"io"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// Format is a checked result format. It does not change and is safe for concurrent use.
type Format struct {
	spec mapping.ResultFormat
}

// Compile checks a result format; the error is a *mapping.FindingsError with everything that is wrong.
func Compile(f mapping.ResultFormat) (*Format, error) {
	return nil, errors.ErrUnsupported
}

// Summary counts what became of the lines of one result file.
type Summary struct {
	// Rows is all records read: Postings + Payments + Files + Exceptions + Ignored.
	Rows, Postings, Payments, Files, Exceptions, Ignored int
	// IgnoredBy counts the ignored ones by their reason: the name of the record, or the word that means nothing.
	IgnoredBy map[string]int
	// RestPosted tells that documents of the import file which the result file does not name are posted.
	RestPosted bool
}

// Parse reads a result file called name and hands each row to emit (nil: only checks), with flat memory. What emit returns ends the reading
// and comes back unchanged. A file that is not whole is an *IncompleteError and one that cannot be read a *layout.WrongFileError or *layout.LimitError: rows that were
// emitted before count for nothing then.
func (f *Format) Parse(ctx context.Context, name string, r io.ReaderAt, size int64, lim layout.Limits, emit func(Row) error) (Summary, error) {
	return Summary{}, errors.ErrUnsupported
}

// Name is the format's name.
func (f *Format) Name() string { return f.spec.Name }

// Matches reports whether a file of this name is of this format.
func (f *Format) Matches(name string) bool { return false }
