package xml

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// file writes records into each other. What it holds does not grow with the file.
type file struct {
	*writer
	to     *bufio.Writer
	open   []opened
	breaks [][]byte // line breaks by depth
	begun  bool     // something stands in the file
	closed bool     // a root has ended
}

// opened is an element that has begun.
type opened struct {
	record int // -1: an element around records
	step   *step
	end    []byte
	depth  int
	inner  bool // its end stands on a line of its own
}

// NewFile begins a file: byte order mark, declaration, and the elements around everything.
func (f *writer) NewFile(w io.Writer) (layout.FileWriter, error) {
	out := &file{writer: f, to: bufio.NewWriterSize(w, 64<<10)}
	if f.plan.Spec().BOM {
		out.put([]byte("\uFEFF"))
	}
	if f.own.Declaration == nil || *f.own.Declaration {
		out.put(f.bytes(`<?xml version="1.0" encoding="` + f.encodingName() + `"?>`))
		out.begun = true
	}
	for i := range f.root {
		e := f.newElement(&f.root[i], i)
		if i == 0 {
			e.start += f.declarations()
		}
		out.begin(&opened{record: -1, step: e.step, end: f.bytes(e.end)}, f.bytes(e.before), f.bytes(e.start+">"))
	}
	return out, nil
}

// encodingName is the name of the encoding as IANA has it.
func (f *writer) encodingName() string {
	switch name := strings.ToUpper(f.charset.Name); {
	case f.charset.UTF8:
		return "UTF-8"
	default:
		return name
	}
}

// put writes bytes; an error comes back at Close.
func (f *file) put(b []byte) { _, _ = f.to.Write(b) }

// begin begins an element in those that are open.
func (f *file) begin(o *opened, before, start []byte) {
	if f.begun {
		f.put(before)
	}
	f.begun = true
	if n := len(f.open); n > 0 {
		f.open[n-1].inner = true
	}
	o.depth = len(f.open)
	f.put(start)
	f.open = append(f.open, *o)
}

// end ends elements until only so many are open.
func (f *file) end(left int) {
	for len(f.open) > left {
		o := &f.open[len(f.open)-1]
		if o.inner {
			f.put(f.breakAt(o.depth))
		}
		f.put(o.end)
		f.open = f.open[:len(f.open)-1]
		f.closed = f.closed || len(f.open) == 0
	}
}

// breakAt is the line break before the end of an element.
func (f *file) breakAt(depth int) []byte {
	for len(f.breaks) <= depth {
		f.breaks = append(f.breaks, f.bytes(f.lineBreak(len(f.breaks))))
	}
	return f.breaks[depth]
}

var errEncoded = errors.New("not what Encode makes of a record of this file")

// Write takes one or more records that Encode made.
func (f *file) Write(b []byte) error {
	for len(b) > 0 {
		if len(b) < head {
			return errEncoded
		}
		n, record := uint64(binary.BigEndian.Uint32(b)), binary.BigEndian.Uint32(b[4:])
		i := int(record &^ innerElements)
		if i >= len(f.written) || n > uint64(len(b)-head) {
			return errEncoded
		}
		if err := f.record(i, b[head:head+n], record&innerElements != 0); err != nil {
			return err
		}
		b = b[head+n:]
	}
	return nil
}

// record writes a record into the one that it belongs in.
func (f *file) record(i int, b []byte, inner bool) error {
	r := &f.written[i]
	in := len(f.root)
	if r.parent >= 0 {
		in = len(f.open)
		for in > 0 && f.open[in-1].record != r.parent {
			in--
		}
		if in == 0 {
			return fmt.Errorf("a record %s stands in no %s", f.plan.Records()[i].Name, f.plan.Records()[r.parent].Name)
		}
	}
	shared := 0
	for _, a := range r.around {
		if in == len(f.open) || f.open[in].record >= 0 || !f.open[in].step.same(a.step) {
			break
		}
		in, shared = in+1, shared+1
	}
	f.end(in)
	if in == 0 && f.closed {
		return fmt.Errorf("a second root, of a further record %s: name the element around all of them in file.own.root, or make a file for each document (grouping: by document)", f.plan.Records()[i].Name)
	}
	for _, a := range r.around[shared:] {
		f.begin(&opened{record: -1, step: a.step, end: a.end}, a.before, f.declared(a.start))
	}
	f.begin(&opened{record: i, step: r.top.step, end: r.end, inner: inner && f.own.Indent > 0}, r.before, f.declared(b))
	return nil
}

// declared is the start of an element, with the namespaces when it is the root.
func (f *file) declared(start []byte) []byte {
	if len(f.open) > 0 {
		return start
	}
	d := f.bytes(f.declarations())
	if len(d) == 0 {
		return start
	}
	at := strings.IndexAny(string(start), " >")
	return append(append(append([]byte(nil), start[:at]...), d...), start[at:]...)
}

// Close ends what is open, and the file.
func (f *file) Close() error {
	f.end(0)
	if !f.plan.Spec().NoFinalLineEnd {
		f.put(f.bytes(f.lineEnd))
	}
	return f.to.Flush()
}

// Abort has nothing to free.
func (f *file) Abort() {}
