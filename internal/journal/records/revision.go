package records

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/say"
)

// PostAs is how a second document of a report is posted.
type PostAs string

// A document is posted as it is, unless a route's rule or a person says that it replaces what was posted of its report
// (then what changed is posted), or adds to it (then it is posted as it is, beside the other).
const (
	PostFull    PostAs = ""
	PostReplace PostAs = "replace"
	PostAdd     PostAs = "add"
)

// Place is a document in an import file. File 0: in none.
type Place struct {
	File int64  `json:"file"`
	Doc  string `json:"doc"`
}

func parsePlaces(text string) (list []Place, err error) {
	if text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("places of documents: %w", err)
	}
	return list, nil
}

// Sibling is another document of the same report, with what is known of its posting.
type Sibling struct {
	Doc
	// Place is the import file that holds it, or held it last.
	Place Place
	// Live: that file was not withdrawn. File is its state, FileName its name.
	Live     bool
	File     FileState
	FileName string
	// As is how it was posted beside the others: by its import file, else by what was decided.
	As PostAs
	// Outcome is what the ERP or a person said; Told whether Concur knows, Code what Concur answered.
	Outcome fis.Outcome
	Told    ConfirmState
	Code    int
	// Alarm: an alarm about it is open that says that the ERP may have it, or a part of it.
	Alarm bool
	// Unpaid: Concur answered a payment of it that the document was recalled, after its posting was confirmed. Stuck:
	// nobody has settled that yet; done: a person has.
	Unpaid ConfirmState
	// Posting is the highest number that an import file gave it among the postings of its report; 0: it was in none.
	Posting int
	// Nothing: it was settled, and there was nothing to post.
	Nothing bool
}

// StandingKind is what a document is beside the other documents of its report.
type StandingKind string

const (
	// Whole: nothing of the report is posted; the document goes out as it is.
	Whole StandingKind = "whole"
	// Waits: what becomes of another document decides.
	Waits StandingKind = "waits"
	// Revision: the report was posted.
	Revision StandingKind = "revision"
	// Committed: money was set aside for the request or report by documents before this one; what it changes is posted.
	Committed StandingKind = "committed"
	// Elsewhere: the report was posted by somebody else, as far as anybody can tell.
	Elsewhere StandingKind = "elsewhere"
	// Unclean: another document was rejected, but something of it may be in the ERP.
	Unclean StandingKind = "unclean"
)

// ReportStanding is a document's standing. On is the document that it waits for, or that is not clean.
type ReportStanding struct {
	Kind   StandingKind
	On     *Sibling
	Posted []Sibling
	// Latest: the document is younger than everything that was posted of its report.
	Latest bool
	// Gap is a revision between this document and all others of its report, which the journal does not know; 0: none.
	// It may be posted.
	Gap int
	// commits: it is an obligation. Those of a request or report follow each other, and each says anew what is to be
	// set aside.
	commits bool
	// numbers are those that postings of the report have, taken counts all that may be.
	numbers []int
	taken   int
}

// Basis are the places of what was posted.
func (s ReportStanding) Basis() []Place {
	var out []Place
	for _, p := range s.Posted {
		out = append(out, p.Place)
	}
	return out
}

// Judge says what a document is beside the other documents of its report (`fisbridge`'s documentation for operators,
// "Revisions"). The journal decides, not the revision number: whether that rises when a rejected report is submitted
// again is not documented. But a number that is left out is asked about: it may have been posted, before a restore or
// by somebody else.
func Judge(d Doc, others []Sibling) ReportStanding {
	s := ReportStanding{Kind: Whole, Latest: true, commits: d.DocType.Commits()}
	known, last := false, 0 // the highest revision number of the others
	for i := range others {
		o := &others[i]
		if d.Direction*o.Direction < 0 {
			continue // an advance that is handed back
		}
		known = known || o.State != Left && o.State != Gone
		last = max(last, o.Revision)
		if o.State == Posted && !o.reversed() {
			s.Posted = append(s.Posted, *o)
			s.Latest = s.Latest && before(o.Doc, d)
		}
		kind := o.against(d)
		if s.commits && kind == Revision {
			kind = Committed
		}
		if rank(kind) > rank(s.Kind) {
			s.Kind, s.On = kind, o
		}
	}
	slices.SortStableFunc(s.Posted, func(a, b Sibling) int { return a.Since.Compare(b.Since) }) // as they were written: each waited for the one before
	if s.commits {                                                                              // each step of the workflow has a number, and not each of them comes
		s.take(d, others, 0)
		return s
	}
	unknown := 0
	if last > 0 && d.Revision > last+1 {
		s.Gap = last + 1
	}
	switch {
	case !known && d.Revision > 1:
		unknown = d.Revision - 1
	case s.Gap > 0:
		unknown = d.Revision - s.Gap
	}
	if s.Kind == Whole && (!known && d.Revision > 1 || s.Gap > 0) {
		s.Kind = Elsewhere
	}
	s.take(d, others, unknown)
	return s
}

// rank: the higher one counts. Nothing is said of a posted report while another document of it is on its way.
func rank(k StandingKind) int {
	return slices.Index([]StandingKind{Whole, Elsewhere, Revision, Committed, Unclean, Waits}, k)
}

// RecalledAfterPosting is the service's code for a document that was recalled in Concur after the ERP had posted it. A
// confirmation is kept with it, however the service says so.
const RecalledAfterPosting = 112

// ReversedByHand begins the message of a payment that Concur refused because the document was recalled, when a person has
// settled it: the posting is reversed in the ERP. Those that were settled before November 2026 do not have it: then one was
// told that the posting may as well stay, and what came again was posted as a revision.
const ReversedByHand = "by hand: reversed in the ERP: "

// reversed: Concur recalled what the ERP had posted, and a person has settled that it was reversed there. Nothing of it
// is in the ERP any more.
func (o *Sibling) reversed() bool {
	return o.State == Posted && (o.Code == RecalledAfterPosting && o.Told == Done || o.Unpaid == Done)
}

// against is what one other document means for a document.
func (o *Sibling) against(d Doc) StandingKind {
	switch o.State {
	case Posted:
		switch {
		case o.reversed():
			return Whole
		case o.Code == RecalledAfterPosting && o.Told == Stuck, o.Unpaid == Stuck:
			return Unclean
		}
		return Revision
	case Filed:
		return Waits
	case Held:
		if o.Live || o.Cause == CauseDoubt || o.Cause == CauseExtract {
			return Waits
		}
	case Acknowledged, Stored:
		if before(o.Doc, d) {
			return Waits
		}
	case Foreign:
		return Elsewhere
	case Rejected, Recalled:
		if o.Alarm {
			return Unclean
		}
	}
	return Whole
}

// before: a is the earlier document of a report, by revision number where both have one, else by when they came.
func before(a, b Doc) bool {
	switch {
	case a.Revision > 0 && b.Revision > 0 && a.Revision != b.Revision:
		return a.Revision < b.Revision
	case !a.Received.Equal(b.Received):
		return a.Received.Before(b.Received)
	}
	return a.ID < b.ID
}

// Siblings gives the other documents of a document's report, of the same type, whatever their route, oldest first.
func (j *Records) Siblings(ctx context.Context, d Doc) ([]Sibling, error) {
	out, err := Siblings(ctx, ledger.Reads(j.Ledger), d)
	if err != nil {
		err = fmt.Errorf("journal: read the other documents of report %s: %w", d.ReportID, err)
	}
	return out, err
}

// Siblings gives the other documents of a document's report, as the transaction or snapshot sees them.
func Siblings(ctx context.Context, r ledger.Reader, d Doc) ([]Sibling, error) {
	if d.ReportID == "" || !d.DocType.PostedOnce() && !d.DocType.Commits() {
		return nil, nil
	}
	rows, err := r.QueryContext(ctx, `SELECT `+DocColumnsOf("d")+`, COALESCE(c.outcome, ''), COALESCE(c.state, ''), COALESCE(c.code, 0),
		(SELECT COUNT(*) FROM alarms a WHERE a.subject = d.doc_id AND a.resolved_at = '' AND a.kind NOT IN ('acknowledgement','posting confirmation')),
		COALESCE(f.id, 0), COALESCE(f.state, ''), COALESCE(f.name, ''), COALESCE(p.withdrawn, 1), COALESCE(p.post_as, d.post_as),
		COALESCE((SELECT MAX(y.state) FROM payments y WHERE y.doc_id = d.doc_id AND y.code = $4 AND (y.state = 'stuck' OR y.state = 'done' AND y.message LIKE '`+ReversedByHand+`%')), ''),
		COALESCE(p.basis, ''), COALESCE((SELECT MAX(n.posting) FROM file_documents n WHERE n.doc_id = d.doc_id), 0), (SELECT COUNT(*) FROM written w WHERE w.doc_id = d.doc_id AND w.file_id = 0)
		FROM documents d LEFT JOIN confirmations c ON c.doc_id = d.doc_id
		LEFT JOIN file_documents p ON p.doc_id = d.doc_id AND p.file_id = (SELECT n.file_id FROM file_documents n WHERE n.doc_id = d.doc_id ORDER BY n.withdrawn, n.file_id DESC LIMIT 1)
		LEFT JOIN files f ON f.id = p.file_id
		WHERE d.report_id = $1 AND d.doc_type = $2 AND d.doc_id <> $3 ORDER BY d.received_at, d.doc_id`, d.ReportID, d.DocType, d.ID, RecalledAfterPosting)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Sibling
	for rows.Next() {
		s, err := scanSibling(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

func scanSibling(rows *sql.Rows) (s Sibling, err error) {
	var outcome string
	var alarms, withdrawn, settled int
	var basis string
	if s.Doc, err = ScanDoc(rows, &outcome, &s.Told, &s.Code, &alarms, &s.Place.File, &s.File, &s.FileName, &withdrawn, &s.As, &s.Unpaid, &basis, &s.Posting, &settled); err != nil {
		return s, err
	}
	s.Place.Doc, s.Alarm, s.Live = s.ID, alarms > 0, withdrawn == 0
	s.Nothing = s.Place.File == 0 && settled > 0
	if s.Place.File != 0 && s.Posting == 0 {
		places, err := parsePlaces(basis)
		if err != nil {
			return s, err
		}
		s.Posting = postingBefore(s.As, places)
	}
	if outcome != "" {
		err = json.Unmarshal([]byte(outcome), &s.Outcome)
	}
	return s, err
}

// Related gives the docIds of a route that a run tries to file and that are not alone: another document of their report
// is known, or their revision number says that there was one.
func (j *Records) Related(ctx context.Context, route string) (map[string]bool, error) {
	out := map[string]bool{}
	err := ledger.Each(ctx, j.Ledger, `SELECT d.doc_id FROM documents d WHERE d.route = $1 AND `+Tryable+` AND (d.revision > 1 OR d.report_id <> '' AND EXISTS
		(SELECT 1 FROM documents o WHERE o.report_id = d.report_id AND o.doc_type = d.doc_type AND o.doc_id <> d.doc_id))`, []any{route}, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		out[id] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("journal: look for further documents of reports: %w", err)
	}
	return out, nil
}

// Allows reports whether a document of this standing may be posted so.
func (s ReportStanding) Allows(as PostAs, basis []Place) bool {
	switch {
	case s.Kind == Whole, s.commits && as == PostFull: // a template that reads the fields of obligations says each time the whole
		return true
	case s.Kind == Waits:
		return false
	case as == PostReplace:
		return slices.Equal(basis, s.Basis())
	}
	return as == PostAdd
}

// RevisionCase is what is known of a document that is held as a revision: the values behind its reason. It names no
// person.
type RevisionCase struct {
	Kind StandingKind `json:"kind"`
	// Earlier are the other documents of the report that matter, oldest first.
	Earlier []RevisionOf `json:"earlier,omitempty"`
	// Currency of the amounts; OldLines and NewLines count posting lines.
	Currency string `json:"currency,omitempty"`
	OldLines int    `json:"old_lines,omitempty"`
	NewLines int    `json:"new_lines,omitempty"`
	// Before are the lines that were written, Now those of the document, the first of each.
	Before []RevisionLine `json:"lines_before,omitempty"`
	Now    []RevisionLine `json:"lines_now,omitempty"`
	// Accounts are the difference, account by account; all accounts, those without a difference too.
	Accounts []AccountChange `json:"accounts,omitempty"`
	// Unchanged: there is nothing to post.
	Unchanged bool `json:"unchanged,omitempty"`
	// Missing says why the difference cannot be posted; empty: it can.
	Missing string `json:"missing,omitempty"`
	// Signs are what speaks for one of the two ways, for the person who decides.
	Signs []string `json:"signs,omitempty"`
	// Basis are the places of what was posted: a decision is about these.
	Basis []Place `json:"basis,omitempty"`
}

// RevisionLine is a line as it was, or would be, written; rows of the document's own have no role and no party.
type RevisionLine struct {
	Role    string     `json:"role,omitempty"`
	Party   string     `json:"party,omitempty"`
	Account string     `json:"account"`
	Codes   []string   `json:"codes,omitempty"`
	Debit   fis.Amount `json:"debit"`
	Credit  fis.Amount `json:"credit"`
}

// same reports whether two lines say the same.
func (l *RevisionLine) same(o *RevisionLine) bool {
	return l.Role == o.Role && l.Party == o.Party && l.Account == o.Account && slices.Equal(l.Codes, o.Codes) &&
		l.Debit.Equal(o.Debit) && l.Credit.Equal(o.Credit)
}

// Apart are the lines that are gone, and those that are new: each line of one side stands for one equal line of the
// other.
func (c *RevisionCase) Apart() (gone, fresh []RevisionLine) {
	fresh = slices.Clone(c.Now)
	for i := range c.Before {
		n := slices.IndexFunc(fresh, func(o RevisionLine) bool { return o.same(&c.Before[i]) })
		if n < 0 {
			gone = append(gone, c.Before[i])
			continue
		}
		fresh = slices.Delete(fresh, n, n+1)
	}
	return gone, fresh
}

// RevisionOf is another document of the report.
type RevisionOf struct {
	DocID    string     `json:"doc_id"`
	Revision int        `json:"revision,omitempty"`
	Route    string     `json:"route"`
	State    State      `json:"state"`
	Amount   fis.Amount `json:"amount"`
	Currency string     `json:"currency"`
	Received string     `json:"received"` // day
	Number   string     `json:"number,omitempty"`
	// Posted is the day on which the ERP posted it, as far as it said so; Told the one on which this was known here.
	Posted string `json:"posted,omitempty"`
	Told   string `json:"told,omitempty"`
	File   string `json:"file,omitempty"`
	PostAs PostAs `json:"post_as,omitempty"`
}

// RevisionOf are the facts that people are told of another document.
func (s *Sibling) RevisionOf() RevisionOf {
	posted, told := "", ""
	if s.State == Posted {
		told = s.Since.Format(time.DateOnly)
	}
	if !s.Outcome.Posted.IsZero() {
		posted = s.Outcome.Posted.String()
	}
	return RevisionOf{Posted: posted, Told: told, DocID: s.ID, Revision: s.Revision, Route: s.Route, State: s.State, Amount: s.Amount, Currency: s.Currency,
		Received: s.Received.Format(time.DateOnly), Number: s.Outcome.Numbers(), File: s.FileName, PostAs: s.As}
}

// Words name the document with its revision, amount and number in the ERP.
func (r RevisionOf) Words() say.Text {
	facts := []say.Text{say.F("%s %s, of %s", Digits(r.Amount, r.Currency), r.Currency, r.Received)}
	if r.Revision > 0 {
		facts[0] = say.F("revision %d, %s %s, of %s", r.Revision, Digits(r.Amount, r.Currency), r.Currency, r.Received)
	}
	switch r.PostAs {
	case PostReplace:
		facts = append(facts, say.Text("replace"))
	case PostAdd:
		facts = append(facts, say.Text("add"))
	}
	is := say.Join(", ", facts...)
	switch day := cmp.Or(r.Posted, r.Told); {
	case r.Number != "" && day != "":
		return say.F("document %s (%s) as %s on %s", r.DocID, is, r.Number, day)
	case r.Number != "":
		return say.F("document %s (%s) as %s", r.DocID, is, r.Number)
	case day != "":
		return say.F("document %s (%s) on %s", r.DocID, is, day)
	}
	return say.F("document %s (%s)", r.DocID, is)
}

// Digits is an amount in a sentence, which each language writes in its way; English as it is kept.
func Digits(a fis.Amount, currency string) say.Number {
	text := fis.Text(a, currency)
	return say.Number{Shown: text, Digits: text}
}

// AccountChange is what was written on an account, and what the document says now.
type AccountChange struct {
	Account   string     `json:"account"`
	OldDebit  fis.Amount `json:"old_debit"`
	OldCredit fis.Amount `json:"old_credit"`
	NewDebit  fis.Amount `json:"new_debit"`
	NewCredit fis.Amount `json:"new_credit"`
}

// Change is what has to be posted: positive on the debit side.
func (a AccountChange) Change() fis.Amount {
	return a.NewDebit.Sub(a.NewCredit).Sub(a.OldDebit.Sub(a.OldCredit))
}
