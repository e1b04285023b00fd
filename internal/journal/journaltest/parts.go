package journaltest

import (
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Parts are places of documents in an import file, in memory.
type Parts []records.Part

var _ journal.Parts = Parts(nil)

// Len is the number of documents.
func (p Parts) Len() int { return len(p) }

// Each hands over the places.
func (p Parts) Each(fn func(records.Part) error) error {
	for _, part := range p {
		if err := fn(part); err != nil {
			return err
		}
	}
	return nil
}
