package signin

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// Person is somebody, or a machine, who may sign in.
type Person struct {
	ID int64 `json:"id"`
	// Name is what he types, Shown what others read.
	Name  string `json:"name"`
	Shown string `json:"shown"`
	// Machine has no password and no sessions: it calls with tokens.
	Machine  bool `json:"machine,omitempty"`
	Language string
	Theme    string // light, dark; empty as the machine says
	Rows     string // roomy; empty is dense
	Made     time.Time
	Ended    time.Time
	LastIn   time.Time
	// Roles by company: those that people granted, and those that groups of a provider of identities give. Each is taken by who gave it.
	Roles             map[string][]Role
	Granted, ByGroups map[string][]Role `json:"-"`
	HasPassword       bool
	// Belonged are the companies in which he has or had a role.
	Belonged []string `json:"-"`
}

// In are the roles in a company.
func (p Person) In(company string) []Role { return p.Roles[company] }

// nameForm is what a name may be: what people type without thinking, and what stands in a history for good.
var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@+-]{1,63}$`)

// ErrTaken and ErrName say why a name cannot be given.
var (
	ErrTaken = errors.New("the name is taken")
	ErrName  = errors.New("a name has 2 to 64 small letters, digits and . _ @ + -")
	// ErrSelf: nobody changes his own roles.
	ErrSelf = errors.New("nobody changes his own roles")
	// ErrLast: the last administrator stays.
	ErrLast = errors.New("there must be an administrator")
)

// foldName is how names are compared.
func foldName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

const personColumns = `p.id, p.name, p.shown, p.machine, p.language, p.theme, p.rows, p.made_at, p.ended_at, p.last_in, p.password <> ''`

func scanPerson(s interface{ Scan(...any) error }, extra ...any) (p Person, err error) {
	var made, ended, last int64
	err = s.Scan(append([]any{&p.ID, &p.Name, &p.Shown, &p.Machine, &p.Language, &p.Theme, &p.Rows, &made, &ended, &last, &p.HasPassword}, extra...)...)
	p.Made, p.Ended, p.LastIn = moment(made), moment(ended), moment(last)
	return p, err
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// Nobody reports whether there is no person yet who can sign in: the first one is invited by whoever starts the program.
func (b *Book) Nobody(ctx context.Context) (bool, error) {
	var n int
	err := b.db.QueryRowContext(ctx, `SELECT COUNT(*) FROM people WHERE machine = 0 AND made_at > 0`).Scan(&n)
	return n == 0, err
}

// People gives everybody, by name; those that are ended last.
func (b *Book) People(ctx context.Context) ([]Person, error) {
	all, err := list(ctx, b.db, `SELECT `+personColumns+` FROM people p ORDER BY p.ended_at > 0, p.name`, nil, func(s *sql.Rows) (Person, error) { return scanPerson(s) })
	if err != nil {
		return nil, err
	}
	of := map[int64]*Person{}
	for i := range all {
		of[all[i].ID] = &all[i]
	}
	if err := b.allRoles(ctx, 0, of); err != nil {
		return nil, err
	}
	belonged, err := b.belonged(ctx, 0)
	for i := range all {
		all[i].Belonged = belonged[all[i].ID]
	}
	return all, err
}

// allRoles fills in the roles of people, by their numbers; of one, where only is not 0.
func (b *Book) allRoles(ctx context.Context, only int64, people map[int64]*Person) error {
	for _, p := range people {
		p.Roles, p.Granted, p.ByGroups = map[string][]Role{}, map[string][]Role{}, map[string][]Role{}
	}
	const query = `SELECT person, company, role, 0 FROM roles WHERE person = $1 OR $2 UNION ALL SELECT person, company, role, 1 FROM grouped WHERE person = $1 OR $2 ORDER BY 1, 2, 3, 4`
	_, err := list(ctx, b.db, query, []any{only, only == 0}, func(s *sql.Rows) (struct{}, error) {
		var id, group int64
		var company, role string
		err := s.Scan(&id, &company, &role, &group)
		if p := people[id]; p != nil {
			from := p.Granted
			if group == 1 {
				from = p.ByGroups
			}
			from[company] = append(from[company], Role(role))
			if !slices.Contains(p.Roles[company], Role(role)) {
				p.Roles[company] = append(p.Roles[company], Role(role))
			}
		}
		return struct{}{}, err
	})
	return err
}

// belonged are the companies of a person, or of everybody where id is 0.
func (b *Book) belonged(ctx context.Context, id int64) (map[int64][]string, error) {
	out := map[int64][]string{}
	_, err := list(ctx, b.db, `SELECT person, company FROM belonged WHERE person = $1 OR $2 ORDER BY person, company`, []any{id, id == 0}, func(s *sql.Rows) (struct{}, error) {
		var person int64
		var company string
		err := s.Scan(&person, &company)
		out[person] = append(out[person], company)
		return struct{}{}, err
	})
	return out, err
}

// Person is one of them.
func (b *Book) Person(ctx context.Context, id int64) (Person, error) {
	return b.person(ctx, `p.id = $1`, id)
}

// Called is the one with a name.
func (b *Book) Called(ctx context.Context, name string) (Person, error) {
	return b.person(ctx, `p.name = $1`, foldName(name))
}

func (b *Book) person(ctx context.Context, where string, arg any) (Person, error) {
	p, err := scanPerson(b.db.QueryRowContext(ctx, `SELECT `+personColumns+` FROM people p WHERE `+where, cleaned(arg)))
	if errors.Is(err, sql.ErrNoRows) {
		return p, ErrNotFound
	}
	if err != nil {
		return p, fmt.Errorf("people: %w", err)
	}
	return p, b.fillRoles(ctx, &p)
}

func (b *Book) fillRoles(ctx context.Context, p *Person) error {
	if err := b.allRoles(ctx, p.ID, map[int64]*Person{p.ID: p}); err != nil {
		return err
	}
	belonged, err := b.belonged(ctx, p.ID)
	p.Belonged = belonged[p.ID]
	return err
}

// Invite makes a person, and the word of a link that is good once, for a day: who opens it sets his password.
func (b *Book) Invite(ctx context.Context, by, name, shown, company string, roles []Role) (Person, string, error) {
	p, err := b.add(ctx, by, name, shown, false, company, roles)
	if err != nil {
		return p, "", err
	}
	word, err := b.Link(ctx, by, p, InviteGood)
	return p, word, err
}

// How long links are good.
const (
	InviteGood = 24 * time.Hour
	FirstGood  = 15 * time.Minute
)

// AddMachine makes a machine: it has no password, and calls with tokens.
func (b *Book) AddMachine(ctx context.Context, by, name, shown, company string, roles []Role) (Person, error) {
	return b.add(ctx, by, name, shown, true, company, roles)
}

func (b *Book) add(ctx context.Context, by, name, shown string, machine bool, company string, roles []Role) (Person, error) {
	var id int64
	err := b.in(ctx, func(t *tx) (err error) {
		if id, err = t.add(name, shown, machine); err != nil {
			return err
		}
		return t.roles(by, id, foldName(name), company, roles, "invited")
	})
	if err != nil {
		return Person{}, err
	}
	return b.Person(ctx, id)
}

// add makes a person without roles.
func (t *tx) add(name, shown string, machine bool) (int64, error) {
	name, shown = foldName(name), wording.Line(shown)
	if shown == "" {
		shown = name
	}
	if !nameForm.MatchString(name) {
		return 0, ErrName
	}
	n := 0
	if err := t.QueryRowContext(t.ctx, `SELECT COUNT(*) FROM people WHERE name = $1`, name).Scan(&n); err != nil || n > 0 {
		return 0, errors.Join(err, ErrTaken)
	}
	return t.made(name, shown, machine)
}

// made keeps a new person and gives his number.
func (t *tx) made(name, shown string, machine bool) (id int64, err error) {
	is := 0
	if machine {
		is = 1
	}
	err = t.QueryRowContext(t.ctx, `INSERT INTO people (name, shown, machine, made_at) VALUES ($1,$2,$3,$4) RETURNING id`, clean(name), clean(shown), is, t.at).Scan(&id)
	if err != nil {
		return 0, fmt.Errorf("people: %w", err)
	}
	return id, nil
}

// roles sets the roles of a person in a company.
func (t *tx) roles(by string, id int64, name, company string, roles []Role, event string) error {
	if err := t.exec(`DELETE FROM roles WHERE person = $1 AND company = $2`, id, company); err != nil {
		return err
	}
	var words []string
	for _, r := range Roles() {
		if slices.Contains(roles, r) {
			words = append(words, string(r))
			if err := t.exec(`INSERT INTO roles (person, company, role) VALUES ($1,$2,$3)`, id, company, string(r)); err != nil {
				return err
			}
		}
	}
	if len(words) > 0 {
		if err := t.exec(`INSERT INTO belonged (person, company) VALUES ($1,$2) ON CONFLICT DO NOTHING`, id, company); err != nil {
			return err
		}
	}
	return t.tell(event, by, name, company+": "+wording.OrBlank(strings.Join(words, ", ")))
}

// SetRoles changes the roles of somebody in a company. Nobody changes his own, and the last administrator stays. His
// sessions end, for they were made with the former roles.
func (b *Book) SetRoles(ctx context.Context, by Person, id int64, company string, roles []Role, reason string) error {
	if by.ID == id {
		return ErrSelf
	}
	p, err := b.Person(ctx, id)
	if err != nil {
		return err
	}
	return b.in(ctx, func(t *tx) error { return t.setRoles(by.Name, p, company, roles, reason) })
}

func (t *tx) setRoles(by string, p Person, company string, roles []Role, reason string) error {
	if err := t.roles(by, p.ID, p.Name, company, roles, "roles changed"); err != nil {
		return err
	}
	if err := t.tell("reason", by, p.Name, company+": "+reason); err != nil {
		return err
	}
	if err := t.administered(p, company); err != nil {
		return err
	}
	return t.exec(`DELETE FROM sessions WHERE person = $1`, p.ID)
}

// administered refuses a change after which a company had an administrator and has none.
func (t *tx) administered(p Person, company string) error {
	if !slices.Contains(p.In(company), Administrator) {
		return nil
	}
	n := 0
	err := t.QueryRowContext(t.ctx, `SELECT COUNT(*) FROM (SELECT person, company, role FROM roles UNION SELECT person, company, role FROM grouped) r JOIN people p ON p.id = r.person WHERE r.company = $1 AND r.role = $2 AND p.ended_at = 0 AND p.machine = 0`, company, string(Administrator)).Scan(&n)
	if err == nil && n == 0 {
		return ErrLast
	}
	return err
}

// End ends somebody: he cannot sign in any more, and his sessions and tokens end. His name stays in histories.
func (b *Book) End(ctx context.Context, by Person, id int64, reason string) error {
	if by.ID == id {
		return ErrSelf
	}
	p, err := b.Person(ctx, id)
	if err != nil {
		return err
	}
	return b.in(ctx, func(t *tx) error {
		if err := t.exec(`UPDATE people SET ended_at = $1 WHERE id = $2`, t.at, id); err != nil {
			return err
		}
		for company := range p.Roles {
			if err := t.administered(p, company); err != nil {
				return err
			}
		}
		for _, query := range []string{`DELETE FROM sessions WHERE person = $1`, `DELETE FROM links WHERE person = $1`} {
			if err := t.exec(query, id); err != nil {
				return err
			}
		}
		if err := t.exec(`UPDATE tokens SET ended_at = $1 WHERE person = $2 AND ended_at = 0`, t.at, id); err != nil {
			return err
		}
		return t.tell("ended", by.Name, p.Name, reason)
	})
}

// Prefer keeps a person's language, theme (light, dark or empty) and height of rows (roomy or empty).
func (b *Book) Prefer(ctx context.Context, id int64, language, theme, rows string) error {
	return b.in(ctx, func(t *tx) error {
		return t.exec(`UPDATE people SET language = $1, theme = $2, rows = $3 WHERE id = $4`, language, theme, rows, id)
	})
}
