// Package ownfile makes the files that are nobody else's business: the journal, its note and its key, logs, copies of
// import files.
//
// It guarantees that such a file can be read by its owner only from its first byte, whatever the umask, and that one
// which is replaced is whole at any time, also after a power cut: the old content or the new one.
package ownfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// File and Folder are the rights of a file and of a folder of our own.
const (
	File   fs.FileMode = 0o600
	Folder fs.FileMode = 0o700
)

// MakeFolder makes a folder and those above it that are missing.
func MakeFolder(path string) error { return os.MkdirAll(path, Folder) }

// Ensure makes an empty file when there is none; an existing one stays as it is.
func Ensure(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, File)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}

// Append opens a file to be added to, and makes it when there is none.
func Append(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, File)
}

// Prepare writes data to a new file, which is on the disk when it returns. Whatever lay at the path is gone.
func Prepare(path string, data []byte) (err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, File)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// Replace gives a prepared file its name in place of what has it, for good: the folder is on the disk when it returns.
func Replace(prepared, path string) error {
	if err := os.Rename(prepared, path); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}

// WriteNew writes a file that must not be there yet: whole or not at all, for good. An existing one is fs.ErrExist.
func WriteNew(path string, data []byte) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gone(os.Remove(temp.Name()))) }()
	_, err = temp.Write(data)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return err
	}
	if err := Publish(temp.Name(), path); err != nil {
		return err
	}
	return SyncFolder(filepath.Dir(path))
}

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Publish gives a file another name without ever replacing one: fs.ErrExist. Where there are no hard links, a look must
// do.
func Publish(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return errors.Join(err, removeWhen(err == nil, from))
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("%s: %w", to, fs.ErrExist)
	}
	return os.Rename(from, to)
}

func removeWhen(yes bool, path string) error {
	if !yes {
		return nil
	}
	return os.Remove(path)
}

// Scratch makes a file in the making that only this process reads and writes, in the folder. Where the system allows
// it, the file has no name, so that nothing of it is left however the process ends; elsewhere whoever cleans the folder
// removes it after a kill. Discard ends it.
func Scratch(folder, pattern string) (*os.File, error) {
	f, err := os.CreateTemp(folder, pattern) // 0600
	if err != nil || keepsNames {
		return f, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// Discard ends a file of Scratch.
func Discard(f *os.File) {
	f.Close()
	if keepsNames {
		os.Remove(f.Name())
	}
}

// keepsNames: an open file cannot lose its name there.
const keepsNames = runtime.GOOS == "windows"
