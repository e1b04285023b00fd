package layout

import (
	"bytes"
	"fmt"
	"io"
)

// File is a file that is being written. Not for concurrent use.
type File struct{ to FileWriter }

// NewFile begins a file: byte order mark and header row. For xlsx nothing is written to w before Close, and temporary
// files hold what is large. The file belongs to its caller: Close must be called, also after an error.
func (p *Plan) NewFile(w io.Writer) (*File, error) {
	if maker, ok := p.format.(FileMaker); ok {
		to, err := maker.NewFile(w)
		return &File{to}, err
	}
	to := &lineFile{w: w, lineEnd: p.lineEnd, holds: p.spec.NoFinalLineEnd}
	if p.spec.BOM {
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return nil, fmt.Errorf("write byte order mark: %w", err)
		}
	}
	if p.spec.HeaderLine > 1 {
		to.heading, to.before = p.Heading(), p.spec.HeaderLine-1
		return &File{to}, nil
	}
	f := &File{to}
	return f, f.Write(p.Heading())
}

// NewNamedFile is NewFile for a file of this name, which stands in some kinds of files.
func (p *Plan) NewNamedFile(w io.Writer, name string) (*File, error) {
	if maker, ok := p.format.(NamedFileMaker); ok {
		to, err := maker.NewNamedFile(w, name)
		return &File{to}, err
	}
	return p.NewFile(w)
}

// Write appends what Encode made: one or more whole records.
func (f *File) Write(encoded []byte) error {
	if len(encoded) == 0 {
		return nil
	}
	return f.to.Write(encoded)
}

// WriteAll is Write of several records, each of which ends at one of the places.
func (f *File) WriteAll(encoded []byte, ends []int) error {
	if lines, ok := f.to.(*lineFile); ok && !lines.holds && lines.heading == nil {
		return lines.put(encoded)
	}
	start := 0
	for _, end := range ends {
		if err := f.Write(encoded[start:end]); err != nil {
			return err
		}
		start = end
	}
	return nil
}

// Plain reports whether files of the plan are nothing but one record after the other, which are whole as far as they are
// written.
func (p *Plan) Plain() bool {
	_, made := p.format.(FileMaker)
	_, named := p.format.(NamedFileMaker)
	return !made && !named
}

// Close ends the file. It does not close w.
func (f *File) Close() error { return f.to.Close() }

// Abort gives the file up: temporary files are removed, nothing more is written.
func (f *File) Abort() { f.to.Abort() }

// lineFile writes one record after the other.
type lineFile struct {
	w       io.Writer
	lineEnd []byte
	holds   bool   // the file must not end with a line end
	held    []byte // the line end of the last line
	heading []byte // to come behind so many records
	before  int
}

func (f *lineFile) Write(encoded []byte) error {
	if f.heading != nil && f.before == 0 {
		if err := f.headings(); err != nil {
			return err
		}
	}
	f.before--
	if !f.holds {
		return f.put(encoded)
	}
	if err := f.put(f.held); err != nil {
		return err
	}
	end := len(encoded)
	if bytes.HasSuffix(encoded, f.lineEnd) {
		end -= len(f.lineEnd)
	}
	f.held = append(f.held[:0], encoded[end:]...)
	return f.put(encoded[:end])
}

func (f *lineFile) put(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	_, err := f.w.Write(b)
	return err
}

// headings writes the headings that were waiting.
func (f *lineFile) headings() error {
	b := f.heading
	f.heading = nil
	return f.Write(b)
}

func (f *lineFile) Close() error {
	if f.heading != nil {
		return f.headings()
	}
	return nil
}

func (f *lineFile) Abort() {}
