package signin

import (
	"context"
	"database/sql"
	"regexp"
	"slices"
	"strings"
	"time"
)

// What of the history is a company's: one database has the people of several, and who may read the history of one of
// them learns nothing of the others.

// circle are the companies that there are or were, and who has or had a role in one of them.
type circle struct {
	company string
	others  []string        // companies
	inside  map[string]bool // names
	people  map[string]bool // names of everybody
	rest    bool            // rows about no company are told, too
}

// addressed is the company that an address in a row names.
var addressed = regexp.MustCompile(`/(?:c|api/v1)/([^/ :]+)`)

func (b *Book) circleOf(ctx context.Context, company string) (*circle, error) {
	c := &circle{company: company, inside: map[string]bool{}, people: map[string]bool{}}
	all, err := b.People(ctx)
	if err != nil {
		return nil, err
	}
	companies := map[string]bool{}
	for _, p := range all {
		c.people[p.Name] = true
		for other := range p.Roles {
			companies[other] = true
		}
		if len(p.In(company)) > 0 {
			c.inside[p.Name] = true
		}
	}
	type given struct{ company, about string }
	was, err := list(ctx, b.db, `SELECT about, detail FROM history WHERE event IN ('invited', 'roles changed')`, nil, func(s *sql.Rows) (g given, err error) {
		var detail string
		err = s.Scan(&g.about, &detail)
		g.company, _, _ = strings.Cut(detail, ": ")
		return g, err
	})
	for _, g := range was {
		companies[g.company] = true
		if g.company == company {
			c.inside[g.about] = true
		}
	}
	delete(companies, company)
	for other := range companies {
		c.others = append(c.others, other)
	}
	return c, err
}

// concerns reports whether a row is the company's to read.
func (c *circle) concerns(r Row) bool {
	if first, _, found := strings.Cut(r.Detail, ": "); found {
		switch {
		case slices.Contains(c.others, first):
			return false
		case first == c.company:
			return true
		}
	}
	for _, m := range addressed.FindAllStringSubmatch(r.Detail, -1) {
		if m[1] != c.company {
			return false
		}
	}
	ours := len(addressed.FindAllString(r.Detail, 1)) > 0
	for _, name := range []string{r.Who, r.About} {
		if c.people[name] && !c.inside[name] {
			return false
		}
		ours = ours || c.inside[name]
	}
	return ours || c.rest // what names no company, and nobody of one, is the whole installation's
}

// HistoryOf gives the rows that are a company's to read, the newest first; before 0 begins at the end. Rows about no company at all (tries with
// names that nobody has, first links) are told where it is the only one that ever was; all of them are History's.
func (b *Book) HistoryOf(ctx context.Context, company string, before int64, most int) ([]Row, error) {
	return b.historyOf(ctx, company, false, false, before, most)
}

// HistoryAmong is HistoryOf where there are other companies, whether or not somebody has ever had a role there.
func (b *Book) HistoryAmong(ctx context.Context, company string, before int64, most int) ([]Row, error) {
	return b.historyOf(ctx, company, true, false, before, most)
}

// HistoryAndRest is HistoryAmong with the rows about no company at all.
func (b *Book) HistoryAndRest(ctx context.Context, company string, before int64, most int) ([]Row, error) {
	return b.historyOf(ctx, company, true, true, before, most)
}

func (b *Book) historyOf(ctx context.Context, company string, among, rest bool, before int64, most int) ([]Row, error) {
	c, err := b.circleOf(ctx, company)
	if err != nil {
		return nil, err
	}
	c.rest = rest
	if len(c.others) == 0 && !among {
		return b.History(ctx, before, most)
	}
	const atOnce = 1000
	var out []Row
	for len(out) < most {
		rows, err := b.History(ctx, before, atOnce)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if before = r.Seq; len(out) < most && c.concerns(r) {
				out = append(out, r)
			}
		}
		if len(rows) < atOnce {
			break
		}
	}
	return out, nil
}

// RolesGiven are the rows of the history about roles in a company since a moment.
func (b *Book) RolesGiven(ctx context.Context, company string, since time.Time) ([]Row, error) {
	return b.rows(ctx, `SELECT seq, at, event, who, about, detail, hash FROM history WHERE at >= $1 AND event IN ('invited', 'roles changed') AND substr(detail, 1, $2) = $3 ORDER BY seq`,
		since.UnixMilli(), len([]rune(company))+2, company+": ")
}
