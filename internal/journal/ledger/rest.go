package ledger

import "fmt"

// restAt is how many rows a transaction keeps in memory before it rests.
const restAt = 1000

// Tired reports whether Rest has something to do.
func (t *Tx) Tired() bool { return t.written >= restAt }

// Rest is called between two documents of a transaction over many. Once thousands of rows were written it writes what
// follows from them (sums, what documents are found by, seals) and forgets them, so that a transaction over a million
// documents needs the memory of some thousand. A row that is written again later gets a newer seal. What no event has
// named so far is kept, to be told before the commit.
func (t *Tx) Rest() error {
	if !t.Tired() {
		return nil
	}
	t.written = 0
	for s := range t.told {
		if s.Kind == ofDocument {
			delete(t.told, s)
			delete(t.changes, s)
		}
	}
	if err := t.readBack(); err != nil {
		return err
	}
	if err := t.saveSums(); err != nil {
		return err
	}
	if err := t.saveKeys(); err != nil {
		return err
	}
	for i := range Facts {
		f := &Facts[i]
		if err := t.sealTable(f, t.touched.rows[f]); err != nil {
			return fmt.Errorf("seal %s: %w", f.Table, err)
		}
	}
	t.touched.rows = nil
	return nil
}
