package rendering

import (
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/why"
)

// noRow is why a document makes no row: it has nothing to post, or a condition of the mapping leaves out what it has.
func (p *pass) noRow(f *filing, doc *mapping.Prepared) why.Reason {
	if plan := p.r.Plan; plan.View().Amounts().NothingToPost(plan.Posts(doc.DocType), doc.Lines) {
		return why.New("nothing-to-post", "doc", f.doc.ID)
	}
	return why.New("no-line")
}
