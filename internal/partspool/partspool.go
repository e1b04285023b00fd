// Package partspool keeps the places of an import file's documents until the file gets its number. It guarantees that
// memory does not grow with them.
package partspool

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/spool"
)

// Spool keeps the places of documents in an import file until the file is numbered. What does not fit in memory lies in
// a temporary file, which is not kept open: a route may have hundreds of files in the making.
type Spool struct {
	Dir  string // of the temporary file
	n    int
	kept *spool.Spool // of each document two records: its place as JSON, and what was written of it
	buf  []byte
}

var _ journal.Parts = (*Spool)(nil)

// Len is the number of documents.
func (s *Spool) Len() int { return s.n }

// Add keeps one more place.
func (s *Spool) Add(p records.Part) error {
	if s.kept == nil {
		s.kept = spool.New(s.Dir)
	}
	written := p.Written
	p.Written = nil
	place, err := json.Marshal(&p)
	if err == nil {
		s.buf = append(append(s.buf[:0], place...), written...)
		err = s.kept.Write(s.buf, []int{len(place), len(s.buf)})
	}
	if err != nil {
		return fmt.Errorf("keep the places of documents: %w", err)
	}
	s.n++
	return nil
}

// Each hands over the places in their order.
func (s *Spool) Each(fn func(records.Part) error) error {
	if s.kept == nil {
		return nil
	}
	var place *records.Part // whose second record comes next
	var failed error
	err := s.kept.Read(func(b []byte) error {
		if place == nil {
			place = &records.Part{}
			return json.Unmarshal(b, place)
		}
		if len(b) > 0 {
			place.Written = bytes.Clone(b)
		}
		failed = fn(*place)
		place = nil
		return failed
	})
	if err != nil && failed == nil {
		return fmt.Errorf("read the places of documents: %w", err)
	}
	return err
}

// Remove throws away what is kept.
func (s *Spool) Remove() {
	if s.kept != nil {
		s.kept.Remove()
	}
}
