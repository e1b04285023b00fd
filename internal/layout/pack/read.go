package pack

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// source reads the members of a package: one after the other, or as the rows were written (Part.Expect).
type source struct {
	*format
	in      layout.Input
	members []reading
	at      int // the member that is read, without Expect
}

// reading is a member that is read.
type reading struct {
	name string
	temp *os.File
	rows *layout.Reader
	done bool
}

// Expects takes a zip archive.
func (f *format) Expects(found layout.Found) (bool, string) { return found == layout.FoundZip, "" }

// Unfinished looks for the directory at the end of the archive.
func (f *format) Unfinished(r io.ReaderAt, size int64) (missing string, err error) {
	tail := make([]byte, min(size, 1<<16+22))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the end of the file: %w", err)
	}
	if !bytes.Contains(tail, []byte("PK\x05\x06")) {
		return "the directory of the archive is missing: the file is not whole", nil
	}
	return "", nil
}

// Read opens a package. Members are unpacked into temporary files when their rows are asked for.
func (f *format) Read(in layout.Input) (layout.Source, error) {
	members, err := bundle.Open(in.R, in.Size, in.Limits.Unzipped)
	if err != nil {
		return nil, err
	}
	s := &source{format: f, in: in, members: make([]reading, len(f.members))}
	for i := range f.members {
		if f.members[i].plan == nil || !s.wanted(i) {
			s.members[i].done = true
			continue
		}
		if err := s.open(i, members); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

// wanted reports whether any record of a member is to be read.
func (s *source) wanted(i int) bool {
	for _, r := range s.format.members[i].records {
		if s.in.Part.WantsRecord(r) {
			return true
		}
	}
	return false
}

// open finds a member by its name and begins to read it.
func (s *source) open(i int, all []bundle.Member) error {
	m := &s.format.members[i]
	found := slices.IndexFunc(all, func(b bundle.Member) bool { return isNamed(m.name, b.Name) })
	if len(all) == len(s.members) && isNamed(m.name, all[i].Name) {
		found = i
	}
	if found < 0 {
		return &layout.HeaderError{Place: m.name, Reason: "is missing in the package"}
	}
	from, err := all[found].Open()
	if err != nil {
		return fmt.Errorf("open %s: %w", all[found].Name, err)
	}
	defer from.Close()
	r := &s.members[i]
	r.name = all[found].Name
	if r.temp, err = ownfile.Scratch("", "fisbridge-*.member"); err != nil {
		return err
	}
	size, err := io.Copy(r.temp, io.LimitReader(from, all[found].Size+1))
	if err != nil {
		return fmt.Errorf("unpack %s: %w", r.name, err)
	}
	if part := s.in.Part; part == nil {
		r.rows, err = m.plan.NewReader(r.temp, size, s.in.Limits)
	} else {
		inner := layout.Part{Currency: part.Currency}
		for _, record := range m.records {
			inner.Want = append(inner.Want, part.Want[record])
		}
		r.rows, err = m.plan.NewPartReader(r.temp, size, s.in.Limits, inner)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	return nil
}

// isNamed reports whether a name is one that the pattern of a member gives.
func isNamed(pattern, name string) bool {
	for _, mark := range []string{"{name}", "{stem}"} {
		if before, after, ok := strings.Cut(pattern, mark); ok {
			return len(name) >= len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after)
		}
	}
	return pattern == name
}

// Next is the next row.
func (s *source) Next() (layout.Row, error) {
	if s.in.Part != nil && s.in.Part.Expect != nil {
		if record := s.in.Part.Expect(); record >= 0 && !s.members[s.places[record].member].done {
			row, err := s.row(s.places[record].member)
			if !errors.Is(err, io.EOF) {
				return row, err
			}
		}
	}
	for ; s.at < len(s.members); s.at++ {
		if s.members[s.at].done {
			continue
		}
		if row, err := s.row(s.at); !errors.Is(err, io.EOF) {
			return row, err
		}
	}
	return layout.Row{Record: -1}, io.EOF
}

// row is the next row of a member, with the record of the package.
func (s *source) row(i int) (layout.Row, error) {
	m := &s.members[i]
	row, err := m.rows.Next()
	m.done = errors.Is(err, io.EOF)
	if row.Record >= 0 {
		row.Record = s.format.members[i].records[row.Record]
	}
	row.Sheet = m.name
	var bad *layout.LineError
	if errors.As(err, &bad) {
		bad.Place = m.name + ", " + bad.Place
	}
	return row, err
}

// Close frees what the members hold.
func (s *source) Close() (err error) {
	for i := range s.members {
		if m := &s.members[i]; m.rows != nil {
			err = errors.Join(err, m.rows.Close())
		}
		if m := &s.members[i]; m.temp != nil {
			ownfile.Discard(m.temp)
			m.temp = nil
		}
	}
	return err
}
