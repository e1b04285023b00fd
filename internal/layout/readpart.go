package layout

import "io"

// Part is what a reader takes in of a file that we made ourselves: the fields that somebody asks for, and nothing else.
type Part struct {
	// Want marks fields, by record and index; records and fields that are not in it are passed over.
	Want [][]bool
	// Currency is asked for the decimals of an amount whose currency does not stand in its row (a hidden field); it may
	// be nil.
	Currency func() string
	// Ignore marks records that are not recognised, and Skip says which lines are passed over, by number: for files
	// whose headers cannot be told from other records but by where they stand. Both may be nil.
	Ignore []bool
	Skip   func(line int) bool
	// Expect tells of which record the next row was written, -1 after the last: for files of several members
	// (Can.Members), whose rows come in the order in which they were written then. It may be nil.
	Expect func() (record int)
}

// Ignores reports whether a record is not recognised.
func (p *Part) Ignores(record int) bool {
	return p != nil && record < len(p.Ignore) && p.Ignore[record]
}

// Skips reports whether a line is passed over.
func (p *Part) Skips(line int) bool { return p != nil && p.Skip != nil && p.Skip(line) }

// NewPartReader is NewReader for the marked fields only: what does not matter to the reader cannot stop it, and costs
// nothing. Records are recognised as NewReader does; texts by patterns may have optional parts and several lines. Rows
// have values for marked fields only.
func (p *Plan) NewPartReader(r io.ReaderAt, size int64, lim Limits, part Part) (*Reader, error) {
	return p.newReader(r, size, lim, &part)
}

// Wants reports whether a field is to be read; a nil part wants all.
func (p *Part) Wants(record, field int) bool {
	if p == nil {
		return true
	}
	return record < len(p.Want) && field < len(p.Want[record]) && p.Want[record][field]
}

// WantsRecord reports whether any field of a record is to be read.
func (p *Part) WantsRecord(record int) bool {
	if p == nil {
		return true
	}
	if record >= len(p.Want) {
		return false
	}
	for _, w := range p.Want[record] {
		if w {
			return true
		}
	}
	return false
}

// Companion is the companion currency of an amount: what stands in the row, else what the part knows.
func (p *Part) Companion(inRow string) string {
	if inRow == "" && p != nil && p.Currency != nil {
		return p.Currency()
	}
	return inRow
}
