package docfiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// ErrStop ends the reading of a file when nobody wants more of it.
var ErrStop = errors.New("stop")

// In reads every document in the files and folders named, "-" or none being standard input. A file that cannot be read,
// or ends in the middle, gives one error and the reading goes on with the next file; in a file of JSON lines it goes on
// with the next line.
func In(a *frame.Frame, paths []string) iter.Seq2[fis.Envelope, error] {
	return from(a, a.Input, paths)
}

// from is In with another standard input.
func from(a *frame.Frame, stdin io.Reader, paths []string) iter.Seq2[fis.Envelope, error] {
	return func(yield func(fis.Envelope, error) bool) {
		found := false
		hand := func(env fis.Envelope, err error) error {
			found = true
			if err != nil {
				err = workshop.Unread(err)
			}
			if !yield(env, err) {
				return ErrStop
			}
			return nil
		}
		for piece, err := range pieces(a, stdin, paths) {
			switch {
			case err != nil:
				found = false // of the next file
				if !yield(fis.Envelope{}, err) {
					return
				}
			case piece.Lines != nil:
				err := piece.Lines.Envelopes(hand)
				piece.Lines.Release()
				if err != nil {
					return
				}
			case piece.Ended == "":
				if hand(piece.Envelope, nil) != nil {
					return
				}
			default:
				if !found && !yield(fis.Envelope{}, workshop.NoDocument(piece.Ended)) {
					return
				}
				found = false
			}
		}
	}
}

// pieces reads files in pieces.
func pieces(a *frame.Frame, stdin io.Reader, paths []string) iter.Seq2[workshop.Piece, error] {
	return func(yield func(workshop.Piece, error) bool) {
		if len(paths) == 0 {
			paths = []string{"-"}
		}
		for _, path := range paths {
			files, err := documentFiles(path)
			if err != nil && !yield(workshop.Piece{}, err) {
				return
			}
			for _, file := range files {
				if !piecesOf(a, stdin, file, yield) {
					return
				}
			}
		}
	}
}

// Named refuses documents of which nothing is there: a wrong name is another thing than a document that cannot be read.
// One that is missing among others is told where it would be read, and the others are done.
func Named(places []string) error {
	var first *desk.Error
	for _, place := range places {
		if place == "-" {
			return nil
		}
		if _, err := os.Stat(place); !errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if first == nil {
			first = &desk.Error{Code: desk.ExitFailed, Err: noSuchPlace(place), Hint: "name documents as they lie there, from where you are"}
		}
	}
	if first == nil {
		return nil
	}
	return first
}

func noSuchPlace(place string) error {
	return fmt.Errorf("%s: there is no such file or folder", place)
}

// piecesOf hands out the pieces of one file; false: nobody wants more.
func piecesOf(a *frame.Frame, stdin io.Reader, file string, yield func(workshop.Piece, error) bool) bool {
	in, place := stdin, "standard input"
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return yield(workshop.Piece{}, workshop.Unread(err))
		}
		defer f.Close()
		in, place = f, file
	}
	hand := func(p workshop.Piece) error {
		if !yield(p, nil) {
			return ErrStop
		}
		return nil
	}
	var err error
	if isJSONLines(file) {
		err = eachLines(in, place, hand)
	} else if err = fis.ReadDocuments(in, place, func(env fis.Envelope) error { return hand(workshop.Piece{Envelope: env}) }); errors.As(err, new(*fis.FormatError)) {
		err = fmt.Errorf("%w; nothing after it in this file is read", orPlace(err, place))
	}
	switch {
	case errors.Is(err, ErrStop), a.Interrupted():
		return false
	case err != nil:
		return yield(workshop.Piece{}, workshop.Unread(orPlace(err, place)))
	}
	return yield(workshop.Piece{Ended: place}, nil)
}

// orPlace adds the place unless the error names it.
func orPlace(err error, place string) error {
	if strings.Contains(err.Error(), place) || errors.Is(err, io.ErrClosedPipe) {
		return err
	}
	return fmt.Errorf("%s: %w", place, err)
}

// documentFiles are the files behind one argument: a file itself, or the JSON files in a folder and below it, by name.
func documentFiles(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, noSuchPlace(path)
	case err != nil:
		return nil, fmt.Errorf("read documents: %w", err)
	case !info.IsDir():
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && isDocumentFile(name) {
			files = append(files, name)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = errors.New(path + " holds no .json, .jsonl or .ndjson file")
	}
	sort.Strings(files)
	return files, err
}

func isDocumentFile(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".json", ".jsonl", ".ndjson":
		return true
	}
	return false
}
