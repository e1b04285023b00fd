package matching

import (
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// OtherCompany is the kind of the alarm that the ERP names another company than the one whose books documents went into. A
// person who ends it says that both are one company: then lines that were listed for it count.
const OtherCompany = "other company"

// Elsewhere asks, once for each route and pair of companies, and gives the words for the line that names the other one; none
// when a person has said that both are one.
func (a *Finder) Elsewhere(route, books, named string) (problem string, err error) {
	ask := why.New("posted-elsewhere", "route", route, "company", wording.Visible(books), "named", wording.Visible(named))
	of := route + " " + wording.Visible(books) + " " + wording.Visible(named)
	said, known := a.same[of]
	if !known {
		n, err := a.t.Count(`SELECT COUNT(*) FROM alarms WHERE kind = $1 AND subject = $2 AND resolved_at <> '' AND resolution <> $3`, OtherCompany, of, records.SettledItself)
		if err != nil {
			return "", err
		}
		if said = n > 0; !said {
			if err := a.tell.Ask(OtherCompany, of, ask); err != nil {
				return "", err
			}
		}
		if a.same == nil {
			a.same = map[string]bool{}
		}
		a.same[of] = said
	}
	if said {
		return "", nil
	}
	return ask.Text(), nil
}

// DocumentsOf are the documents of an import file, in its order.
func (a *Finder) DocumentsOf(file int64) ([]string, error) {
	return a.t.Strings(`SELECT doc_id FROM file_documents WHERE file_id = $1 AND withdrawn = 0 ORDER BY position`, file)
}
