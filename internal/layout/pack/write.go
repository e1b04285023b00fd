package pack

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// file writes a package: each member into a temporary file, and all of them into one when it is closed.
type file struct {
	*format
	to      io.Writer
	name    string
	members []writing
}

// writing is a member that is being written.
type writing struct {
	temp *os.File // nil where the member is a file as it is
	out  *layout.File
}

// NewFile is NewNamedFile for a file that has no name yet.
func (f *format) NewFile(w io.Writer) (layout.FileWriter, error) {
	return f.NewNamedFile(w, "package.zip")
}

// NewNamedFile begins a package. Nothing is written to w before Close.
func (f *format) NewNamedFile(w io.Writer, name string) (layout.FileWriter, error) {
	out := &file{format: f, to: w, name: name, members: make([]writing, len(f.members))}
	for i, m := range f.members {
		if m.plan == nil {
			continue
		}
		temp, err := ownfile.Scratch("", "fisbridge-*.member")
		if err == nil {
			out.members[i].temp = temp
			out.members[i].out, err = m.plan.NewNamedFile(temp, nameIn(m.name, name))
		}
		if err != nil {
			out.Abort()
			return nil, fmt.Errorf("begin %s: %w", m.name, err)
		}
	}
	return out, nil
}

var errFrame = errors.New("not what Encode makes of a record of this package")

// Write takes apart what Encode made: one or more records.
func (f *file) Write(b []byte) error {
	for len(b) > 0 {
		if len(b) < frameBytes {
			return errFrame
		}
		record, n := binary.BigEndian.Uint32(b), binary.BigEndian.Uint32(b[4:])
		if b = b[frameBytes:]; uint64(len(b)) < uint64(n) || uint64(record) >= uint64(len(f.places)) {
			return errFrame
		}
		if err := f.members[f.places[record].member].out.Write(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// Close ends the members and packs them.
func (f *file) Close() error {
	defer f.discard()
	all := make([]bundle.Member, len(f.members))
	for i := range f.members {
		m, w := &f.format.members[i], &f.members[i]
		all[i] = bundle.Member{Name: nameIn(m.name, f.name)}
		if w.out == nil {
			all[i].Open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(m.fixed)), nil }
			continue
		}
		err := w.out.Close()
		w.out = nil
		if err != nil {
			return fmt.Errorf("end %s: %w", all[i].Name, err)
		}
		all[i].Open = func() (io.ReadCloser, error) {
			_, err := w.temp.Seek(0, io.SeekStart)
			return io.NopCloser(w.temp), err
		}
	}
	return bundle.Write(f.to, "", all)
}

// Abort gives the package up.
func (f *file) Abort() {
	for i := range f.members {
		if out := f.members[i].out; out != nil {
			out.Abort()
		}
	}
	f.discard()
}

// discard removes the temporary files.
func (f *file) discard() {
	for i := range f.members {
		if w := &f.members[i]; w.temp != nil {
			ownfile.Discard(w.temp)
			w.temp, w.out = nil, nil
		}
	}
}
