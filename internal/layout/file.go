package layout

import (
	"bytes"
	"fmt"
	"io"
)

// File is a file that is being written. Not for concurrent use.
type File struct {
	plan *Plan
	w    io.Writer
	held []byte // the line end of the last line, when the file must not end with one
	rows *sheetFile
}

// NewFile begins a file: byte order mark and header row. For xlsx nothing is written to w before Close, and temporary files hold what is
// large. The file belongs to its caller: Close must be called, also after an error.
func (p *Plan) NewFile(w io.Writer) (*File, error) {
	f := &File{plan: p, w: w}
	if p.spec.Kind == Workbook {
		rows, err := newSheetFile(p)
		f.rows = rows
		return f, err
	}
	if p.spec.BOM {
		if _, err := io.WriteString(w, "\uFEFF"); err != nil {
			return nil, fmt.Errorf("write byte order mark: %w", err)
		}
	}
	if p.header >= 0 {
		return f, f.Write(p.headerRow())
	}
	return f, nil
}

// HeaderLines is how many lines NewFile writes by itself.
func (p *Plan) HeaderLines() int {
	if p.header >= 0 {
		return 1
	}
	return 0
}

// headerRow is the row of headings of a delimited file.
func (p *Plan) headerRow() []byte {
	var out []byte
	for i, c := range p.lines[p.header].placed {
		if i > 0 {
			out = append(out, p.delimiter...)
		}
		start := len(out)
		out = append(out, c.heading...)
		if p.quote != "" && (p.spec.Quoting == "all" || p.needsQuotes(out[start:])) {
			out = p.quoteFrom(out, start)
		}
	}
	return append(p.charset.EncodeFrom(out, 0), p.lineEnd...)
}

// Write appends what Encode made: one or more whole records.
func (f *File) Write(encoded []byte) error {
	if len(encoded) == 0 {
		return nil
	}
	if f.rows != nil {
		return f.rows.write(encoded)
	}
	if !f.plan.spec.NoFinalLineEnd {
		return f.put(encoded)
	}
	if err := f.put(f.held); err != nil {
		return err
	}
	end := len(encoded)
	if bytes.HasSuffix(encoded, f.plan.lineEnd) {
		end -= len(f.plan.lineEnd)
	}
	f.held = append(f.held[:0], encoded[end:]...)
	return f.put(encoded[:end])
}

func (f *File) put(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	_, err := f.w.Write(b)
	return err
}

// Close ends the file. It does not close w.
func (f *File) Close() error {
	if f.rows != nil {
		return f.rows.close(f.w)
	}
	return nil
}

// Abort gives the file up: temporary files are removed, nothing more is written.
func (f *File) Abort() {
	if f.rows != nil {
		f.rows.abort()
	}
}
