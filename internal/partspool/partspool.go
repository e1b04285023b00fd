// Package partspool keeps the places of an import file's documents until the file gets its number. It guarantees that
// memory does not grow with them.
package partspool

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// What a Spool holds before it goes to disk: so many places, or so many bytes of what was written.
const (
	partsInMemory = 1000
	partsBytes    = 256 << 10
)

// Spool keeps the places of documents in an import file until the file is numbered. Memory does not grow with the
// documents: what is beyond partsInMemory lies in a temporary file, which is not kept open: a route may have hundreds
// of files in the making.
type Spool struct {
	Dir   string // of the temporary file
	n     int
	list  []records.Part
	bytes int
	name  string // of the temporary file, "" while there is none
}

var _ journal.Parts = (*Spool)(nil)

// Len is the number of documents.
func (s *Spool) Len() int { return s.n }

// Add keeps one more place.
func (s *Spool) Add(p records.Part) error {
	s.n++
	s.bytes += len(p.Written)
	if s.list = append(s.list, p); len(s.list) < partsInMemory && s.bytes < partsBytes {
		return nil
	}
	if err := s.spill(); err != nil {
		return fmt.Errorf("keep the places of documents: %w", err)
	}
	return nil
}

func (s *Spool) spill() (err error) {
	var file *os.File
	if s.name == "" {
		file, err = os.CreateTemp(s.Dir, "fisbridge-parts-*")
	} else {
		file, err = os.OpenFile(s.name, os.O_WRONLY|os.O_APPEND, 0)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	s.name = file.Name()
	w := bufio.NewWriter(file)
	out := json.NewEncoder(w)
	for i := range s.list {
		if err := out.Encode(&s.list[i]); err != nil {
			return err
		}
	}
	clear(s.list)
	s.list, s.bytes = s.list[:0], 0
	return w.Flush()
}

// Each hands over the places in their order.
func (s *Spool) Each(fn func(records.Part) error) error {
	if err := s.spilled(fn); err != nil {
		return err
	}
	for _, p := range s.list {
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}

// spilled hands over the places that lie on disk.
func (s *Spool) spilled(fn func(records.Part) error) error {
	if s.name == "" {
		return nil
	}
	file, err := os.Open(s.name)
	if err != nil {
		return fmt.Errorf("read the places of documents: %w", err)
	}
	defer file.Close()
	in := json.NewDecoder(bufio.NewReader(file))
	for {
		var p records.Part
		if err := in.Decode(&p); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read the places of documents: %w", err)
		}
		if err := fn(p); err != nil {
			return err
		}
	}
}

// Remove throws away what lies on disk.
func (s *Spool) Remove() {
	if s.name != "" {
		os.Remove(s.name)
		s.name = ""
	}
}
