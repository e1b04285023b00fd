package bridge

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/fisbridge/fisbridge/internal/journal"
)

// partsInMemory is how many places a partSpool holds before they go to disk.
const partsInMemory = 1000

// partSpool keeps the places of documents in an import file until the file is numbered. Memory does not grow with the documents: what is beyond
// partsInMemory lies in a temporary file.
type partSpool struct {
	dir  string
	n    int
	list []journal.Part
	file *os.File
	w    *bufio.Writer
}

var _ journal.Parts = (*partSpool)(nil)

// Len is the number of documents.
func (s *partSpool) Len() int { return s.n }

func (s *partSpool) add(p journal.Part) error {
	s.n++
	if s.list = append(s.list, p); len(s.list) < partsInMemory {
		return nil
	}
	if err := s.spill(); err != nil {
		return fmt.Errorf("keep the places of documents: %w", err)
	}
	return nil
}

func (s *partSpool) spill() error {
	if s.file == nil {
		file, err := os.CreateTemp(s.dir, "parts-*")
		if err != nil {
			return err
		}
		s.file, s.w = file, bufio.NewWriter(file)
	}
	out := json.NewEncoder(s.w)
	for i := range s.list {
		if err := out.Encode(&s.list[i]); err != nil {
			return err
		}
	}
	clear(s.list)
	s.list = s.list[:0]
	return s.w.Flush()
}

// Each hands over the places in their order.
func (s *partSpool) Each(fn func(journal.Part) error) error {
	if s.file != nil {
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		in := json.NewDecoder(bufio.NewReader(s.file))
		for {
			var p journal.Part
			if err := in.Decode(&p); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return fmt.Errorf("read the places of documents: %w", err)
			}
			if err := fn(p); err != nil {
				return err
			}
		}
		if _, err := s.file.Seek(0, io.SeekEnd); err != nil {
			return err
		}
	}
	for _, p := range s.list {
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}

func (s *partSpool) remove() {
	if s.file != nil {
		closeAndRemove(s.file)
		s.file = nil
	}
}
