package pages

import (
	"maps"
	"regexp"
	"slices"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/todo"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// written are the reasons that are what somebody wrote, in the ERP or here, and those of which it is not known.
var written = []string{"", "told", "person", "erp-said", "held-file-refused", "fetched-again", "restored"}

// quoted is a value of a document in a sentence of the engine: an account, a cost centre, or somebody's number.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// Apart is a document as who asks may see it: without the right to see persons it tells what kind of reason holds it,
// without values, and nothing that people wrote.
func Apart(q *frame.Req, d desk.Doc) desk.Doc {
	if q.Persons() || d.Reason == "" {
		return d
	}
	if slices.Contains(written, d.Why.Code) {
		d.Reason = q.T("notyours")
		d.Why.Code, d.Why.Values = "told", map[string]string{"text": d.Reason}
		return d
	}
	d.Why.Values = maps.Clone(d.Why.Values)
	for name, v := range d.Why.Values {
		d.Why.Values[name] = quoted.ReplaceAllString(v, `"…"`)
	}
	d.Reason = d.Why.Text()
	return d
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
		g.Title, g.Detail = todo.TitleOf(g.Documents[0])
	}
	return groups, nil
}
