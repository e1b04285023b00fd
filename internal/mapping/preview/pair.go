package preview

import (
	"github.com/fisbridge/fisbridge/internal/mapping/explain"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// besides is a line of the file beside a posting line it comes from; either may be nil.
type besides struct {
	line    *explain.Line
	posting *explain.Posting
}

// sideBySide puts the posting lines of a document beside the lines they became. Each posting line stands once: beside
// the last of the lines that were made from fewest; those that became no line stand at the end.
func sideBySide(postings []explain.Posting, lines []*explain.Line) []besides {
	owner := map[int]int{} // posting number → line
	for i, l := range lines {
		if l.Over == template.RepeatDocument {
			continue
		}
		for _, p := range l.Postings {
			if j, taken := owner[p.Number]; !taken || len(lines[j].Postings) >= len(l.Postings) {
				owner[p.Number] = i
			}
		}
	}
	var out []besides
	for i, l := range lines {
		first := true
		for k := range postings {
			if j, ok := owner[postings[k].Number]; !ok || j != i {
				continue
			}
			one := besides{posting: &postings[k]}
			if first {
				one.line, first = l, false
			}
			out = append(out, one)
		}
		if first {
			out = append(out, besides{line: l})
		}
	}
	for k := range postings {
		if _, ok := owner[postings[k].Number]; !ok {
			out = append(out, besides{posting: &postings[k]})
		}
	}
	return out
}
