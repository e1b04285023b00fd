package mapping

import "github.com/fisbridge/fisbridge/internal/fis"

// proof is what a plan knows of its amounts.
type proof struct {
	// inLines tells whether rows stand for posting lines, or parties for the party lines only, by type of document.
	inLines, inParties map[fis.DocType]bool
	leftOut            []leftOut
	// want are the fields that are read back; carried the records whose fields rows of other records need.
	want    [][]bool
	carried []bool
	// frame are headers and trailers that are known only by where they stand; nil when the records tell what they are.
	frame []bool
}

// proves reports whether any document is held against the file.
func (p *Plan) proves() bool { return len(p.proof.want) > 0 }
