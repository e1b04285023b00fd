package fis

import (
	"errors"
	"io"
)

func readDocuments(io.Reader, string, func(Envelope) error) error { return errors.ErrUnsupported }
