package json

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// file writes records into each other. What it holds does not grow with the file.
type file struct {
	*format
	to      *bufio.Writer
	lineEnd string
	open    []opened
	whole   bool // the one object that is the file has ended
}

// opened is an array or object that has begun.
type opened struct {
	record int    // whose object it is; -1: one around records
	key    string // its key in what is around it
	list   bool
	some   bool     // something stands in it
	had    []string // the keys of the arrays and objects of records in it
	value  bool     // it is no object but a value
}

// NewFile begins a file.
func (f *format) NewFile(w io.Writer) (layout.FileWriter, error) {
	out := &file{format: f, to: bufio.NewWriterSize(w, 64<<10), lineEnd: "\n"}
	if f.plan.Spec().LineEnd == "crlf" {
		out.lineEnd = "\r\n"
	}
	if f.plan.Spec().BOM {
		out.put("\uFEFF")
	}
	switch {
	case f.own.Form == array:
		out.put("[")
		out.open = append(out.open, opened{record: -1, list: true})
	case f.own.Form == object && !f.rootIsRecord():
		out.put("{")
		out.open = append(out.open, opened{record: -1})
	}
	return out, nil
}

// rootIsRecord tells whether the object that is the file is a record itself.
func (f *format) rootIsRecord() bool {
	return slices.ContainsFunc(f.records, func(r record) bool { return r.parent < 0 && len(r.keys) == 0 })
}

// put writes; an error comes back at Close.
func (f *file) put(s string) { _, _ = f.to.WriteString(s) }

var errEncoded = errors.New("not what Encode makes of a record of this file")

// Write takes one or more records that Encode made.
func (f *file) Write(b []byte) error {
	for len(b) > 0 {
		if len(b) < head {
			return errEncoded
		}
		n, record := uint64(binary.BigEndian.Uint32(b)), uint64(binary.BigEndian.Uint32(b[4:]))
		if record >= uint64(len(f.records)) || n > uint64(len(b)-head) {
			return errEncoded
		}
		if err := f.record(int(record), b[head:head+n]); err != nil {
			return err
		}
		b = b[head+n:]
	}
	return nil
}

// record writes a record into the one that it belongs in.
func (f *file) record(i int, b []byte) error {
	r := &f.records[i]
	in := 0
	if r.parent >= 0 {
		in = len(f.open)
		for in > 0 && f.open[in-1].record != r.parent {
			in--
		}
		if in == 0 {
			return fmt.Errorf("a record %s stands in no %s", f.plan.Records()[i].Name, f.plan.Records()[r.parent].Name)
		}
	} else if f.own.Form == array || f.own.Form == object && !f.rootIsRecord() {
		in = 1
	}
	shared := 0
	for shared < len(r.keys) && in < len(f.open) && f.open[in].record < 0 && f.open[in].key == r.keys[shared] && f.open[in].list == (r.list && shared == len(r.keys)-1) {
		in, shared = in+1, shared+1
	}
	if shared == len(r.keys) && !r.list && len(r.keys) > 0 { // a second object under its key
		shared--
		in--
	}
	f.end(in)
	if in == 0 && f.whole && f.own.Form == object {
		return fmt.Errorf("a second object, of a further record %s: name the array that they stand in (own: { list: … }), or make a file for each document (grouping: by document)", f.plan.Records()[i].Name)
	}
	for ; shared < len(r.keys); shared++ {
		last := shared == len(r.keys)-1
		if last && !r.list {
			break
		}
		if err := f.begin(i, r.keys[shared], opened{record: -1, list: last}); err != nil {
			return err
		}
	}
	return f.item(i, r, b)
}

// item writes the record itself.
func (f *file) item(i int, r *record, b []byte) error {
	o := opened{record: i, some: len(b) > 1, value: r.alone != nil}
	if len(r.keys) > 0 && !r.list {
		if err := f.named(i, r.keys[len(r.keys)-1]); err != nil {
			return err
		}
		o.key = r.keys[len(r.keys)-1]
	} else if n := len(f.open); n > 0 {
		f.part(&f.open[n-1])
		f.newLine()
	}
	_, _ = f.to.Write(b)
	f.open = append(f.open, o)
	return nil
}

// begin begins an array or object under a key.
func (f *file) begin(record int, key string, o opened) error {
	if err := f.named(record, key); err != nil {
		return err
	}
	o.key = key
	f.put(map[bool]string{true: "[", false: "{"}[o.list])
	f.open = append(f.open, o)
	return nil
}

// named writes a key.
func (f *file) named(record int, key string) error {
	if n := len(f.open); n > 0 {
		around := &f.open[n-1]
		if slices.Contains(around.had, key) {
			return fmt.Errorf("the key %q of record %s would stand twice in one object: its records do not follow each other", key, f.plan.Records()[record].Name)
		}
		around.had = append(around.had, key)
		f.part(around)
	}
	_, _ = f.to.Write(append(quoted(nil, key), ':'))
	return nil
}

// part parts what follows from what stands before it.
func (f *file) part(o *opened) {
	if o.some {
		f.put(",")
	}
	o.some = true
}

// newLine begins a line, but where a line is a record.
func (f *file) newLine() {
	if f.own.Form != lines {
		f.put(f.lineEnd)
	}
}

// end ends arrays and objects until only so many are open.
func (f *file) end(left int) {
	for len(f.open) > left {
		o := &f.open[len(f.open)-1]
		switch {
		case o.value:
		case o.list && len(f.open) == 1 && o.some:
			f.newLine()
			f.put("]")
		case o.list:
			f.put("]")
		default:
			f.put("}")
		}
		f.open = f.open[:len(f.open)-1]
		if len(f.open) == 0 {
			f.whole = true
			if f.own.Form == lines {
				f.put(f.lineEnd)
			}
		}
	}
}

// Close ends what is open, and the file.
func (f *file) Close() error {
	f.end(0)
	if f.own.Form != lines && !f.plan.Spec().NoFinalLineEnd {
		f.put(f.lineEnd)
	}
	return f.to.Flush()
}

// Abort has nothing to free.
func (f *file) Abort() {}
