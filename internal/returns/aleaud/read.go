package aleaud

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/xmlread"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// maxStates is how many states a file may have: they are held until the last one of each IDoc is known. SAP puts 500
// into an IDoc.
const (
	maxStates = 100_000
	maxBytes  = 64 << 20 // of their texts
)

func (s *statuses) tooMany(n int, st state) error {
	for _, text := range st {
		s.bytes += len(text) + 64
	}
	switch most := min(maxStates, s.limit); {
	case n > most:
		return &layout.LimitError{What: "statuses", Limit: int64(most)}
	case s.bytes > maxBytes:
		return &layout.LimitError{What: "bytes of statuses", Limit: maxBytes}
	}
	return nil
}

// tree reads XML.
type tree struct {
	*statuses
	xml *xmlread.Reader
}

// Next reads the whole file, then gives the rows.
func (t *tree) Next() (*named.Row, error) {
	if !t.begun {
		t.begun = true
		if err := t.read(); err != nil {
			return nil, err
		}
	}
	return t.next()
}

func (t *tree) read() error {
	answered, n := "", 0
	for {
		kind, err := t.xml.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case kind == xmlread.Begin && t.xml.Name == "E1STATE":
			st, err := t.state()
			if err != nil {
				return err
			}
			n++
			if err := t.tooMany(n, st); err != nil {
				return err
			}
			t.add(st, answered)
		case kind == xmlread.Begin && t.xml.Name == "E1ADHDR":
			answered = ""
		case kind == xmlread.End && (t.xml.Name == "MESTYP_LNG" || t.xml.Name == "MESTYP" && answered == "") && slices.Contains(t.xml.Path(0), "E1ADHDR"):
			answered = t.xml.Text()
		}
	}
}

// state reads an E1STATE; an element that repeats keeps its first text.
func (t *tree) state() (state, error) {
	depth, st := t.xml.Depth(), state{}
	for {
		kind, err := t.xml.Next()
		switch {
		case err != nil:
			return nil, err
		case kind == xmlread.Begin:
			continue
		case t.xml.Depth() < depth:
			return st, nil
		}
		name := strings.Join(t.xml.Path(depth), "/")
		if text := t.xml.Text(); text != "" && st[name] == "" {
			if t.bytes += len(text) + len(name); t.bytes > maxBytes {
				return nil, &layout.LimitError{What: "bytes of statuses", Limit: maxBytes}
			}
			st[name] = text
		}
	}
}

// flat reads a flat file: a control of 63 characters before the data of each segment.
type flat struct {
	*statuses
	text *named.Text
}

// sdata is where the data of a segment begins.
const sdata = 63

// cut is where fields stand in the data of E1STATE and E1PRTOB. A guess: the fields of SAP's segments in their order,
// with STACOD of 8 characters.
type cut struct {
	name       string
	from, long int
}

func stateFields() []cut {
	out := []cut{{"DOCNUM", 0, 16}, {"STATUS", 16, 2}, {"STATXT", 26, 70}, {"STATYP", 176, 1}, {"STAMID", 180, 20}, {"STAMNO", 200, 3}}
	for i := range 4 {
		out = append(out, cut{fmt.Sprintf("STAPA%d", i+1), 96 + 20*i, 20}, cut{fmt.Sprintf("STAPA%d_LNG", i+1), 203 + 50*i, 50})
	}
	return out
}

func objectFields() []cut { return []cut{{"E1PRTOB/OBJTYPE", 26, 10}, {"E1PRTOB/OBJKEY", 36, 70}} }

func (c cut) of(data []rune) string {
	from, to := min(c.from, len(data)), min(c.from+c.long, len(data))
	return strings.TrimSpace(string(data[from:to]))
}

// Next reads the whole file, then gives the rows.
func (f *flat) Next() (*named.Row, error) {
	if !f.begun {
		f.begun = true
		if err := f.read(); err != nil {
			return nil, err
		}
	}
	return f.next()
}

func (f *flat) read() error {
	var st state
	answered, n := "", 0
	keep := func() {
		if st != nil {
			f.add(st, answered)
		}
		st = nil
	}
	for {
		line, _, err := f.text.Next()
		if errors.Is(err, io.EOF) {
			keep()
			return nil
		}
		if err != nil {
			return err
		}
		segment, data := divide(line)
		switch segment {
		case "EDI_DC40", "ADHDR":
			keep()
			if segment == "ADHDR" {
				if answered = (cut{"", 12, 30}).of(data); answered == "" {
					answered = (cut{"", 0, 6}).of(data)
				}
			}
		case "STATE":
			keep()
			st = state{}
			for _, c := range stateFields() {
				st[c.name] = c.of(data)
			}
			n++
			if err := f.tooMany(n, st); err != nil {
				return err
			}
		case "PRTOB":
			for _, c := range objectFields() {
				if st != nil {
					st[c.name] = c.of(data)
				}
			}
		}
	}
}

// divide gives the segment without what versions put around its name (E1STATE, E2STATE002), and its data.
func divide(line string) (segment string, data []rune) {
	characters := []rune(line)
	name := strings.TrimSpace(string(characters[:min(30, len(characters))]))
	if strings.HasPrefix(name, "EDI_DC40") {
		return "EDI_DC40", nil
	}
	if len(name) > 2 && name[0] == 'E' && (name[1] == '1' || name[1] == '2') {
		name = strings.TrimRight(name[2:], "0123456789")
	}
	return name, characters[min(sdata, len(characters)):]
}
