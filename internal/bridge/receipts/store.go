package receipts

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// Store keeps the bytes of receipts in a folder of our own, each under its hash: what two documents have in common
// lies there once. Only the owner can read them.
type Store struct{ Dir string }

// path is where the bytes of a hash lie.
func (s Store) path(sum string) string { return filepath.Join(s.Dir, sum[:2], sum) }

// hashes are the names of what the store keeps; anything else in its folder is not ours.
var hashes = regexp.MustCompile(`^[0-9a-f]{64}$`)

// begin opens a file for bytes whose hash is not known yet.
func (s Store) begin() (*os.File, error) {
	if err := ownfile.MakeFolder(s.Dir); err != nil {
		return nil, err
	}
	return os.CreateTemp(s.Dir, incoming+"*") // 0600
}

// incoming begins the names of files that are being fetched.
const incoming = ".receipt-"

// keep gives the file its place under its hash, for good, and closes it.
func (s Store) keep(f *os.File, sum string) error {
	if !hashes.MatchString(sum) {
		return errors.Join(fmt.Errorf("%q is no hash", sum), s.discard(f))
	}
	to := s.path(sum)
	if err := errors.Join(f.Sync(), f.Close(), ownfile.MakeFolder(filepath.Dir(to))); err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return ownfile.Replace(f.Name(), to) // the same bytes, if any lie there
}

// discard throws a file away that was begun.
func (s Store) discard(f *os.File) error { return errors.Join(f.Close(), os.Remove(f.Name())) }

// whole tells whether the bytes of a hash are there and are what they were.
func (s Store) whole(sum string) (bool, error) {
	f, err := s.open(sum)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)) == sum, errors.Join(err, f.Close())
}

func (s Store) open(sum string) (*os.File, error) {
	if !hashes.MatchString(sum) {
		return nil, fs.ErrNotExist
	}
	return os.Open(s.path(sum))
}

// fresh is how long bytes are left alone that no receipt knows: a run may have fetched them just now.
const fresh = 24 * time.Hour

// Sweep removes what no receipt needs any more. left says what could not be removed, and why. It may work beside a run.
func (s Store) Sweep(ctx context.Context, now time.Time,
	ask func(ctx context.Context, sum string) (needed, known bool, err error)) (left []string, err error) {
	files, err := filepath.Glob(filepath.Join(s.Dir, "*", "*"))
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		info, err := os.Lstat(path)
		if err != nil || !info.Mode().IsRegular() || !hashes.MatchString(info.Name()) || s.path(info.Name()) != path {
			continue // gone meanwhile, or not ours
		}
		needed, known, err := ask(ctx, info.Name())
		if err != nil {
			return left, err
		}
		if needed || !known && now.Sub(info.ModTime()) < fresh {
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			left = append(left, err.Error())
		}
	}
	return left, nil
}

// clean removes what a killed run left half fetched. Nobody else fetches meanwhile.
func (s Store) clean() error {
	files, err := filepath.Glob(filepath.Join(s.Dir, incoming+"*"))
	for _, path := range files {
		if rerr := os.Remove(path); rerr != nil && !errors.Is(rerr, fs.ErrNotExist) {
			err = errors.Join(err, rerr)
		}
	}
	return err
}
