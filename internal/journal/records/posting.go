package records

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// postingBefore is the number of a document in an import file that was made before the number was kept: it followed from
// how many documents of the report were posted.
func postingBefore(as PostAs, basis []Place) int {
	if as == PostFull || as == PostReplace && len(basis) == 0 {
		return 1
	}
	return max(2, len(basis)+1)
}

// NextPosting is the number of a further posting of the report, one more than the highest that an ERP has or may have,
// from here or from elsewhere: an ERP that takes a key once has no posting of this number (document.again). What was
// posted elsewhere, by hand, or by a revision that the journal does not know, has a number that nobody knows; each
// counts as one. What was refused, or changed nothing, leaves its number to the next. own is the number of the document
// in the withdrawn import file that it is issued again for, 0 for none: it keeps that, so that an ERP that has taken the
// withdrawn file after all refuses it.
func (s ReportStanding) NextPosting(as PostAs, own int) int {
	if own > 0 && !s.Takes(own) {
		return own
	}
	next := s.taken + 1
	if as == PostAdd || as == PostReplace && !s.commits {
		next = max(2, next)
	}
	return next
}

// Takes reports whether an ERP has, or may have, a posting of the report with a number that is known here.
func (s ReportStanding) Takes(number int) bool { return slices.Contains(s.numbers, number) }

// take counts the numbers that the other documents of a report have taken. unknown are revisions that may be posted and
// that the journal does not know.
func (s *ReportStanding) take(d Doc, others []Sibling, unknown int) {
	var taking []*Sibling
	for i := range others {
		if o := &others[i]; o.takes(d) {
			taking = append(taking, o)
		}
	}
	slices.SortStableFunc(taking, func(a, b *Sibling) int { return a.Since.Compare(b.Since) }) // as they became known
	for _, o := range taking {
		if o.Posting == 0 {
			s.taken++
			continue
		}
		s.taken = max(s.taken, o.Posting)
		s.numbers = append(s.numbers, o.Posting)
	}
	s.taken += unknown
}

// takes reports whether a document has taken a number of its report, or takes one before document d does.
func (o *Sibling) takes(d Doc) bool {
	switch o.State {
	case Posted:
		return !o.Nothing
	case Foreign, Filed:
		return true
	case Acknowledged, Held:
		if o.Posting > 0 || o.Cause == CauseDoubt { // in a withdrawn file: it keeps its number
			return true
		}
	case Rejected, Recalled:
		return o.Alarm && o.Posting > 0
	case Left, Gone:
		return false
	}
	// It comes before d, and will take one. In the same direction it is waited for.
	return d.Direction*o.Direction < 0 && before(o.Doc, d) && d.DocType == fis.CashAdvance
}
