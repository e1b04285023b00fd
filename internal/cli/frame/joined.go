package frame

import "errors"

// Joined are texts as errors, one a line.
func Joined(texts []string) error {
	errs := make([]error, len(texts))
	for i, text := range texts {
		errs[i] = errors.New(text)
	}
	return errors.Join(errs...)
}
