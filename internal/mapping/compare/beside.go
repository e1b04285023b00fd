package compare

import (
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
)

// Beside is one document as two versions of a mapping make it, line beside line.
type Beside struct {
	DocID    string
	ReportID string
	Currency string
	// Old and New are why a version would hold it; nil where it would go. The lines of a version that would hold it are
	// not there.
	Old, New []string
	Lines    []BesideLine
}

// BesideLine is a line that both versions make, or one of them: Kind is changed, added, removed, or empty where it
// reads the same.
type BesideLine struct {
	Record string
	// OldLine and NewLine count the lines of the document from 1; 0 where a version does not make it.
	OldLine, NewLine int
	Kind             string
	Entry, Role      string
	// Amount is debits less credits.
	Amount fis.Amount
	Cells  []BesideCell
}

// BesideCell is a field of a line in both versions.
type BesideCell struct{ Field, Old, New string }

// Changed reports whether the field reads differently.
func (c BesideCell) Changed() bool { return c.Old != c.New }

// Document puts the lines that two versions make of one document, in a file of that moment, beside each other.
func Document(older, newer *mapping.Plan, created time.Time, env fis.Envelope) (*Beside, error) {
	pairs := pairRecords(older, newer)
	c, err := newComparer(older, newer, pairs, created)
	if err != nil {
		return nil, err
	}
	doc, err := c.parser.Parse(env)
	if err != nil {
		return nil, fmt.Errorf("document %s: %w", env.ID, err)
	}
	out := &Beside{DocID: doc.ID, ReportID: doc.ReportID(), Currency: doc.Currency()}
	_, was, oldErr := c.old.Make(doc)
	_, is, newErr := c.now.Make(doc)
	out.Old, out.New = refusal.Reasons(oldErr), refusal.Reasons(newErr)
	if oldErr != nil {
		was = nil
	}
	if newErr != nil {
		is = nil
	}
	c.start(was, is)
	for _, p := range c.align(was, is) {
		out.Lines = append(out.Lines, c.beside(p))
	}
	return out, nil
}

// beside is a pair of rows with all its fields.
func (c *comparer) beside(p rowPair) BesideLine {
	line := BesideLine{OldLine: p.old + 1, NewLine: p.now + 1}
	row, r := (*mapping.MadeRow)(nil), (*recordPair)(nil)
	if p.old >= 0 {
		row = &c.oldText.Rows()[p.old]
		r = &c.pairs.list[c.pairs.byOld[row.Record()]]
	}
	if p.now >= 0 {
		row = &c.newText.Rows()[p.now]
		r = &c.pairs.list[c.pairs.byNow[row.Record()]]
	}
	line.Record, line.Role, line.Amount = r.name, row.Role(), row.Net()
	if line.Entry = row.Entry(); line.Entry == "" {
		line.Entry = row.Item()
	}
	for _, f := range r.fields {
		cell := BesideCell{Field: f.name}
		if p.old >= 0 && f.old >= 0 {
			cell.Old = strings.Clone(c.oldText.At(p.old, f.old))
		}
		if p.now >= 0 && f.now >= 0 {
			cell.New = strings.Clone(c.newText.At(p.now, f.now))
		}
		if f.counts && c.shifted && p.old >= 0 && p.now >= 0 {
			cell.Old = cell.New
		}
		if cell.Changed() {
			line.Kind = CellChanged
		}
		line.Cells = append(line.Cells, cell)
	}
	switch {
	case p.old < 0:
		line.Kind = CellAdded
	case p.now < 0:
		line.Kind = CellRemoved
	}
	return line
}
