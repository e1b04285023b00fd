package rendering

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/infile"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
)

// inFile is what a file says of a document, to be kept with it, and the debits and credits of the document: those of its
// posting lines, or, where it has none, of the rows that are held against it.
func (p *pass) inFile(f *filing, doc *mapping.Prepared, rows *amounts.Sides) (said *infile.Said, debit, credit fis.Amount, err error) {
	said = &infile.Said{Rounding: infile.Rounding{Away: doc.RoundedAway, Line: doc.OnRoundingLine}}
	debit, credit = doc.Debit, doc.Credit
	if rows != nil {
		said.Sum = &infile.Sum{Debit: rows.Debit, Credit: rows.Credit}
		if doc.Lines == 0 {
			debit, credit = rows.Debit, rows.Credit
		}
	}
	if f.as == records.PostReplace { // what the earlier documents were rounded by goes with their lines
		for _, at := range f.basis {
			parts, err := p.m.Journal.PartsOf(p.ctx, at.Doc)
			if err != nil {
				return nil, debit, credit, err
			}
			for _, part := range parts {
				if part.FileID == at.File && part.InFile != nil {
					said.Away = said.Away.Sub(part.InFile.Away)
				}
			}
		}
	}
	return said, debit, credit, nil
}
