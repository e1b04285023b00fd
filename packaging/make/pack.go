package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// pack writes all files of a folder into an archive, a .zip or a .tar.gz, in the order of their names and with one time
// for all. In the archive they lie in a folder of the name of the folder.
func pack(folder, archive string, day time.Time) (err error) {
	out, err := os.Create(archive)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if strings.HasSuffix(archive, ".zip") {
		z := zip.NewWriter(out)
		return errors.Join(eachFile(folder, func(name string, mode fs.FileMode, _ int64, text io.Reader) error {
			h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: day}
			h.SetMode(mode)
			w, err := z.CreateHeader(h)
			if err != nil {
				return err
			}
			_, err = io.Copy(w, text)
			return err
		}), z.Close())
	}
	g := gzip.NewWriter(out) // its header names no time
	t := tar.NewWriter(g)
	return errors.Join(eachFile(folder, func(name string, mode fs.FileMode, size int64, text io.Reader) error {
		if err := t.WriteHeader(&tar.Header{Name: name, Mode: int64(mode), Size: size, ModTime: day, Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}); err != nil {
			return err
		}
		_, err := io.Copy(t, text)
		return err
	}), t.Close(), g.Close())
}

// eachFile gives the files below a folder, programs as 0755 and all others as 0644.
func eachFile(folder string, do func(name string, mode fs.FileMode, size int64, text io.Reader) error) error {
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		mode := fs.FileMode(0o644)
		if info.Mode()&0o111 != 0 {
			mode = 0o755
		}
		name, err := filepath.Rel(filepath.Dir(folder), path)
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("pack: %w", err)
		}
		defer f.Close() //nolint:errcheck // it was only read
		return do(filepath.ToSlash(name), mode, info.Size(), f)
	})
}
