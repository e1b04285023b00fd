package frame

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/fisbridge/fisbridge/mappings"
)

// ReadyMapping is the workbook that was made for a template.
func ReadyMapping(template string) (name string, text []byte, err error) {
	for _, ext := range []string{".xlsx", ".yaml"} {
		text, err = fs.ReadFile(mappings.FS(), template+ext)
		if err == nil {
			return template + ext, text, nil
		}
	}
	return "", nil, fmt.Errorf("read the ready mapping of template %s: %w", template, err)
}

// WriteNew writes a file that must not be there yet.
func WriteNew(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("make the working folder: %w", err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make the working folder: %w", err)
	}
	_, err = f.Write(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("make the working folder: %w", err)
	}
	return nil
}

// Joined are texts as errors, one a line.
func Joined(texts []string) error {
	errs := make([]error, len(texts))
	for i, text := range texts {
		errs[i] = errors.New(text)
	}
	return errors.Join(errs...)
}
