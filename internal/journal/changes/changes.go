// Package changes keeps, in a journal, the changed mappings that people ask to go live: the workbook and its template as
// they were, what was found and what it would change, who asked, and who decided. At most one change of a mapping waits
// at a time. A change moves only from the state in which it was seen, and each step is a row of the history.
package changes

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// State is how a change stands.
type State string

const (
	// Unusable was given and has errors. Checked has none, and nobody has asked for it yet.
	Unusable State = "not usable"
	Checked  State = "checked"
	// Asked waits for somebody who approves or rejects it.
	Asked State = "asked"
	// Approved goes live at the beginning of the next run.
	Approved State = "approved"
	// InForce went live.
	InForce State = "in force"
	// Rejected was declined, or taken back by who had asked.
	Rejected State = "rejected"
	// Overtaken was made for versions that are not in force any more.
	Overtaken State = "overtaken"
	// Ended was approved, and the approval has ended before a run took it: Ended says why.
	Ended State = "ended"
)

// Why an approval ended.
const (
	EndedByTemplate = "template" // the template is another one than it was tried with
	EndedByAge      = "age"      // no run took it in time
)

// Where a change comes from.
const (
	Proposed = "proposed" // somebody gave a workbook
	Reverted = "reverted" // back to a former version
	RowAdded = "row added"
	OnTop    = "put on top" // cells of an overtaken change, on the version in force
	Again    = "tried again"
)

// Change is a changed mapping that somebody gave, and perhaps asked for.
type Change struct {
	ID int64 `json:"id"`
	// Mapping is the mapping file as the configuration names it, Routes the routes that used it.
	Mapping string    `json:"mapping"`
	Routes  []string  `json:"routes"`
	State   State     `json:"state"`
	Since   time.Time `json:"since"`
	Origin  string    `json:"origin"`
	// Name is the name of the file that was given, Template that of its template.
	Name     string `json:"name"`
	Template string `json:"template"`
	// Hash is that of the content, Guarded with the tests, FileHash that of the file's bytes.
	Hash     string `json:"hash"`
	Guarded  string `json:"guarded_hash"`
	FileHash string `json:"file_hash"`
	// Base are the contents in force that it was made for, route by route; empty where none was.
	Base []string `json:"base"`
	// MadeFrom is the content hash of the version that it was made from, where that was not the one in force.
	MadeFrom string `json:"made_from,omitempty"`
	// Author is who saved the workbook, as the workbook says; nobody has proved it.
	Author  string    `json:"author,omitempty"`
	GivenAt time.Time `json:"given_at"`
	GivenBy string    `json:"given_by"`
	// Authors are all whose cells it has, and who asked for it: none of them may approve it.
	Authors []string `json:"authors"`
	// AskedAt and AskedBy are empty while nobody has asked.
	AskedAt  time.Time     `json:"asked_at,omitzero"`
	AskedBy  string        `json:"asked_by,omitempty"`
	Reason   string        `json:"reason"`
	Findings findings.List `json:"findings,omitempty"`
	Effects  []Effect      `json:"effects"`
	// Decided is empty while nobody has approved or rejected.
	DecidedAt time.Time `json:"decided_at,omitzero"`
	DecidedBy string    `json:"decided_by,omitempty"`
	Decision  string    `json:"decision,omitempty"`
	// FourEyes says by which rule it was approved: other, or none.
	FourEyes string `json:"four_eyes,omitempty"`
	// Ended says why the approval ended: template, or age.
	Ended string `json:"ended,omitempty"`
}

// Effect is what a change would do to the documents of a route. It has no texts of documents: it stays for ever.
type Effect struct {
	Route string `json:"route"`
	// Sentence says it as `mapping diff` does.
	Sentence  string `json:"sentence"`
	Documents int    `json:"documents"`
	Changed   int    `json:"changed"`
	// WouldHold are documents that would newly be held, WouldGo those that would not any more.
	WouldHold int `json:"would_hold"`
	WouldGo   int `json:"would_go"`
	// HeldOtherwise are documents that would be held for other reasons, HeldInBoth for the same; Moved go into another
	// file.
	HeldOtherwise int `json:"held_otherwise,omitempty"`
	HeldInBoth    int `json:"held_in_both,omitempty"`
	Moved         int `json:"moved,omitempty"`
	// AddedLines and RemovedLines are lines that only one version makes. Frame: a header or trailer reads differently.
	AddedLines   int  `json:"added_lines,omitempty"`
	RemovedLines int  `json:"removed_lines,omitempty"`
	Frame        bool `json:"frame,omitempty"`
	// FalseAmounts are documents for which the file would not say their amounts.
	FalseAmounts int `json:"false_amounts,omitempty"`
	// Tests are those of the workbook, Passed those that hold.
	Tests  int `json:"tests,omitempty"`
	Passed int `json:"passed,omitempty"`
	// Columns are how many lines of each column would read differently.
	Columns []Column `json:"columns,omitempty"`
	// Cells are the cells of the workbook that differ, in words.
	Cells []string `json:"cells,omitempty"`
	// Doubts keep it from going live by itself.
	Doubts findings.List `json:"doubts,omitempty"`
}

// Column is a column of the import file that would come out differently.
type Column struct {
	Record    string `json:"record,omitempty"`
	Column    string `json:"column"`
	Lines     int    `json:"lines"`
	Documents int    `json:"documents"`
}

// Content is a change with the workbook and the template.
type Content struct {
	Change
	Body, TemplateBody []byte
}

// Waits: it is neither in force nor done with.
func (c Change) Waits() bool { return c.State == Asked || c.State == Approved }

// Changes keeps changes in a journal.
type Changes struct{ *ledger.Ledger }

const columns = `id, mapping, routes, state, since, origin, name, template, hash, guarded_hash, file_hash, base, author, asked_at, asked_by, reason, findings, effect, decided_at, decided_by, decision, four_eyes, given_at, given_by, authors, made_from, ended`

func scan(s interface{ Scan(...any) error }, extra ...any) (c Change, err error) {
	var since, asked, decided string
	var routes, base, found, effects, given, authors string
	err = s.Scan(append([]any{&c.ID, &c.Mapping, &routes, &c.State, &since, &c.Origin, &c.Name, &c.Template, &c.Hash, &c.Guarded, &c.FileHash, &base, &c.Author,
		&asked, &c.AskedBy, &c.Reason, &found, &effects, &decided, &c.DecidedBy, &c.Decision, &c.FourEyes, &given, &c.GivenBy, &authors, &c.MadeFrom, &c.Ended}, extra...)...)
	if err != nil {
		return c, err
	}
	c.Since = ledger.Time(since)
	if given == "" { // before 45 whoever gave it asked for it
		given, c.GivenBy, c.Authors = asked, c.AskedBy, []string{c.AskedBy}
	}
	for _, at := range []struct {
		text string
		into *time.Time
	}{{asked, &c.AskedAt}, {decided, &c.DecidedAt}, {given, &c.GivenAt}} {
		if at.text != "" {
			*at.into = ledger.Time(at.text)
		}
	}
	for _, list := range []struct {
		text string
		into any
	}{{routes, &c.Routes}, {base, &c.Base}, {found, &c.Findings}, {effects, &c.Effects}, {authors, &c.Authors}} {
		if list.text != "" {
			err = errors.Join(err, json.Unmarshal([]byte(list.text), list.into))
		}
	}
	return c, err
}

// ChangesOf gives the changes of a mapping, the newest first; of all mappings where it is empty.
func (j *Changes) ChangesOf(ctx context.Context, mapping string) ([]Change, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+columns+` FROM changes WHERE mapping = $1 OR $1 = '' ORDER BY id DESC`, []any{mapping}, func(r *sql.Rows) (Change, error) { return scan(r) })
}

// WaitingChanges gives the changes that wait: for approval, or for the next run.
func (j *Changes) WaitingChanges(ctx context.Context) ([]Change, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+columns+` FROM changes WHERE state IN ('asked', 'approved') ORDER BY id`, nil, func(r *sql.Rows) (Change, error) { return scan(r) })
}

// WaitingChange gives the change of a mapping that waits; ErrNotFound when none does.
func (j *Changes) WaitingChange(ctx context.Context, mapping string) (Change, error) {
	c, err := scan(ledger.QueryRow(ctx, j.Ledger, `SELECT `+columns+` FROM changes WHERE mapping = $1 AND state IN ('asked', 'approved')`, mapping))
	return c, missing(err, "a change of "+mapping)
}

// Change gives a change; ErrNotFound when there is none of this number.
func (j *Changes) Change(ctx context.Context, id int64) (Change, error) {
	c, err := scan(ledger.QueryRow(ctx, j.Ledger, `SELECT `+columns+` FROM changes WHERE id = $1`, id))
	return c, missing(err, fmt.Sprintf("change %d", id))
}

// ChangeContent gives a change with its bytes; ErrNotFound when there is none of this number.
func (j *Changes) ChangeContent(ctx context.Context, id int64) (Content, error) {
	var c Content
	var body, template []byte
	var err error
	c.Change, err = scan(ledger.QueryRow(ctx, j.Ledger, `SELECT `+columns+`, body, template_body FROM changes WHERE id = $1`, id), &body, &template)
	if err != nil {
		return c, missing(err, fmt.Sprintf("change %d", id))
	}
	if c.Body, err = ledger.Inflate(body); err == nil {
		c.TemplateBody, err = ledger.Inflate(template)
	}
	if err == nil && ledger.Digest(c.Body) != c.FileHash {
		err = errors.New("its bytes do not have the hash that it was asked for with")
	}
	if err != nil {
		return c, fmt.Errorf("journal: the workbook of change %d is damaged: %w", id, err)
	}
	return c, nil
}

func missing(err error, what string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%s: %w", what, ledger.ErrNotFound)
	}
	return fmt.Errorf("journal: read %s: %w", what, err)
}

// ChangeApproved reports whether a change that waits for the next run makes this content, tests included, the mapping
// of the route.
func (j *Changes) ChangeApproved(ctx context.Context, route, guarded string) (bool, error) {
	waiting, err := j.WaitingChanges(ctx)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(waiting, func(c Change) bool {
		return c.State == Approved && c.Guarded == guarded && slices.Contains(c.Routes, route)
	}), nil
}

// ChangeHistory gives the events about changes of mappings and about the rule for them, oldest first.
func (j *Changes) ChangeHistory(ctx context.Context) ([]ledger.Event, error) {
	return ledger.List(ctx, j.Ledger, `SELECT `+ledger.EventColumns+` FROM history WHERE event = 'approval rule' OR event LIKE 'mapping change %' ORDER BY seq`, nil, ledger.ScanEvent)
}
