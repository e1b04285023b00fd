package pages

import (
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/todo"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// Apart is a document as who asks may see it: without the right to see persons it tells what kind of reason holds it,
// without values, and nothing that people wrote.
func Apart(q *frame.Req, d desk.Doc) desk.Doc {
	if q.Persons() {
		return d
	}
	return todo.Impersonal(d, q.T("notyours"))
}

// titleOf says the cause of a document in the reader's language, and where it comes from.
func titleOf(q *frame.Req, d desk.Doc) (title, detail any) {
	english, _ := todo.TitleOf(d)
	said, where, whole := todo.TitleIn(q.Lang, d)
	if title = said; whole || said != english {
		title = frame.Own(said)
	}
	return title, frame.Own(where)
}

// groupsOf are the held documents by cause, as who asks may see them.
func groupsOf(q *frame.Req, route string) ([]todo.Group, error) {
	groups, err := todo.Groups(q.Ctx(), q.Desk, route)
	if err != nil || q.Persons() {
		return groups, err
	}
	for i := range groups {
		g := &groups[i]
		for k := range g.Documents {
			g.Documents[k] = Apart(q, g.Documents[k])
		}
		common := g.Common()
		g.Why = common.Why
		g.Title, g.Detail = todo.TitleOf(common)
	}
	return groups, nil
}
