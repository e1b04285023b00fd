package mapping

// FileError is an import file that its documents do not allow: it does not balance, or a total does not fit its field. Trying again
// without mending a document or the mapping gives the same error; a full disk, for one, is no FileError.
type FileError struct{ Err error }

// Error is the cause.
func (e *FileError) Error() string { return e.Err.Error() }

// Unwrap is the cause.
func (e *FileError) Unwrap() error { return e.Err }
