package matching

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Where an answer belongs: to the document or import file that it names. Ids are hexadecimal, so that upper and lower case are the same id. What an answer leaves
// open is decided by what can be meant: the documents of its route before those of others, an open document before closed ones. What is open
// even then is listed with the candidates.

// Meant are the references that mean several documents, each with the one that was meant and why.
func (a *Finder) Meant() []string { return a.meant }

// Match finds the document and import file that a reference means, or says why it cannot.
func (a *Finder) Match(ref records.Ref) (m Match, err error) {
	if ref.Any+ref.DocID+ref.ReportID+ref.ReportKey != "" {
		ref.FileLine = 0 // the other words name the document, the same for each of its lines
	}
	m, known := a.cache[ref]
	if !known {
		if m, err = a.match(ref); err != nil {
			return m, err
		}
		if len(a.cache) > 1000 {
			clear(a.cache)
		}
		a.cache[ref] = m
		if m.meant != "" && !slices.Contains(a.meant, m.meant) {
			a.meant = append(a.meant, m.meant)
			if err := a.tell.Event("reference decided", ledger.About{Doc: m.Doc, File: m.File, Result: a.result.ID}, ledger.Detail{"meant": m.meant}); err != nil {
				return m, err
			}
		}
	}
	return m, nil
}

// LookUp is the document that a line speaks of which could not be read whole; empty where nobody knows. Nothing follows from it.
func (a *Finder) LookUp(ref records.Ref) (docID string, err error) {
	a.quiet = true
	defer func() { a.quiet = false }()
	m, err := a.match(ref)
	return m.Doc, err
}

func (a *Finder) match(ref records.Ref) (m Match, err error) {
	file, err := a.fileOf(&ref)
	switch {
	case err != nil || file.problem != "":
		return Match{Problem: file.problem}, err
	case file.id == 0 && namesFile(ref):
		return a.lostFile(ref)
	case file.id == 0 && !ref.Payment:
		if m, err = a.named(ref, 0); err == nil && m.Doc != "" {
			err = a.ofWithdrawn(&m)
		}
		return m, err
	}
	m, err = a.named(ref, file.id)
	m.Member = file.member
	return m, err
}

func namesFile(ref records.Ref) bool { return ref.FileSequence > 0 || ref.FileName != "" }

// fileOf is the import file that a reference names, 0 where it names none or none of ours. A number in its batch id is taken out.
func (a *Finder) fileOf(ref *records.Ref) (m fileMeant, err error) {
	if ref.FileSequence == 0 && ref.BatchID != "" {
		n, ok := records.TrailingNumber(ref.BatchID)
		if !ok {
			return fileMeant{problem: fmt.Sprintf("batch id %q holds no file number", ref.BatchID)}, nil
		}
		ref.FileSequence = n
		if ref.Named == "" {
			ref.Named = ref.BatchID
		}
	}
	if !namesFile(*ref) {
		return m, nil
	}
	return a.importFile(*ref)
}

// named finds what a reference means whose import file is known, or not given.
func (a *Finder) named(ref records.Ref, file int64) (Match, error) {
	kind, word := wordOf(ref)
	switch {
	case word != "":
		return a.matchWord(kind, word, file, ref)
	case file != 0 && ref.FileLine > 0:
		return a.matchLine(file, ref)
	case file != 0:
		return Match{File: file}, nil
	}
	return Match{Problem: "the line names no document and no import file"}, nil
}

// wordOf is the word by which a reference names a document, and of which kind it is.
func wordOf(ref records.Ref) (kind, word string) {
	switch {
	case ref.Any != "":
		return "any", ref.Any
	case ref.DocID != "":
		return "doc_id", ref.DocID
	case ref.ReportID != "":
		return "report_id", ref.ReportID
	}
	return "report_key", ref.ReportKey
}

// lostFile is for a reference to an import file that the journal does not know. After a restore it may be one that was made since the copy: what is
// said about a document of it that is held for that reason is heard. Else the line is a problem, and perhaps a sign that the journal was put back.
func (a *Finder) lostFile(ref records.Ref) (Match, error) {
	unknown := fmt.Sprintf("no import file of route %s has %s", a.result.Route, ref.FileWords())
	if ref.Any+ref.DocID+ref.ReportID+ref.ReportKey != "" {
		if m, err := a.named(ref, 0); err != nil || m.Problem == "" && m.File == 0 {
			return m, err
		}
	}
	newest, err := a.newest()
	if err != nil {
		return Match{}, err
	}
	if newest.ID != 0 {
		other, err := a.otherWord(ref, newest)
		if err != nil || other != "" { // another system's number, which says nothing about ours
			return Match{Problem: fmt.Sprintf("%s is not the name of an import file of ours; the newest of route %s is %s", other, newest.Route, newest.Name)}, err
		}
	}
	return Match{Problem: unknown}, a.ahead(ref.FileSequence)
}

// candidate is a document that a reference can mean.
type candidate struct {
	records.Brief
	file int64 // the import file that holds it, or held it when it waits to be issued again
	lost bool  // it went into an import file that the journal has lost since
}

// sent: the ERP can know of it, by one of our import files, by one that was lost, or because it was posted there by hand.
func (c *candidate) sent() bool {
	return c.file != 0 || c.State == records.Posted || c.lost && (c.State == records.Held || c.State == records.Rejected)
}

// open: the ERP has it, as far as anybody knows, and has not said what became of it.
func (c *candidate) open() bool {
	return c.State == records.Filed || c.State == records.Held && (c.FileID != 0 || c.lost)
}

// words name a candidate with what is known of it.
func (c *candidate) words() string {
	text := fmt.Sprintf("%s (%s", c.ID, c.State)
	if c.open() {
		text = fmt.Sprintf("%s (without an outcome yet", c.ID)
	}
	return text + ", route " + c.Route + ")"
}

// columnsOf are the columns in which a word of some kind may stand, in their order.
func columnsOf(kind string) []string {
	switch kind {
	case "doc_id":
		return []string{"doc_id", "report_id"}
	case "any":
		return []string{"doc_id", "report_id", "report_key"}
	}
	return []string{"doc_id", kind}
}

// matchWord finds by docId first and by report id or key else; both kinds of id are accepted in either column.
func (a *Finder) matchWord(column, word string, file int64, ref records.Ref) (Match, error) {
	strange := "" // a document that has the reference, and cannot be meant from here
	columns := columnsOf(column)
	for i, c := range columns {
		found, err := a.candidates(c, word, file)
		if err != nil {
			return Match{}, err
		}
		here := slices.DeleteFunc(slices.Clone(found), func(x candidate) bool { return a.closed[x.Route] || c != "doc_id" && a.elsewhere[x.Route] })
		if len(here) > 0 {
			m, err := a.decide(word, here, file, ref)
			if err == nil && m.Problem == "" && c != "doc_id" {
				err = a.alsoKeyOf(&m, word, columns[i:], found, file)
			}
			if err != nil {
				return Match{}, err
			}
			return m, a.unfiled(m)
		}
		if len(found) > 0 && strange == "" {
			strange = a.notHere(word, found[0])
		}
	}
	if strange != "" {
		return Match{Problem: strange}, nil
	}
	if m, err := a.matchAgain(word, file, ref); err != nil || m.Doc+m.Problem != "" {
		return m, err
	}
	return Match{Problem: fmt.Sprintf("no document of ours has the reference %q", word)}, nil
}

// alsoKeyOf takes a match back where the word is a key of another kind, too, of a document that the ERP has: the id of one report
// and the number of another. columns are the one in which it was found, and those behind it.
func (a *Finder) alsoKeyOf(m *Match, word string, columns []string, found []candidate, file int64) error {
	for _, c := range columns[1:] {
		others, err := a.candidates(c, word, file)
		if err != nil {
			return err
		}
		known := idsOf(found)
		others = slices.DeleteFunc(slices.Clone(others), func(x candidate) bool {
			return slices.Contains(known, x.ID) || !x.sent() || a.closed[x.Route] || a.elsewhere[x.Route] || !a.anyRoute && x.Route != a.result.Route
		})
		if len(others) > 0 {
			*m = Match{Problem: fmt.Sprintf("%q is the %s of document %s and the %s of %s; the ERP must give back the docId or the import file", word, keyWords(columns[0]), m.Doc, keyWords(c),
				wording.SomeOf(wordsOf(others), 5, ", ")), May: append([]string{m.Doc}, idsOf(others)...)}
			return nil
		}
	}
	return nil
}

func keyWords(column string) string {
	return map[string]string{"report_id": "id of the report", "report_key": "number of the report"}[column]
}

// ofNumber are those of several candidates that the ERP posted under the number that a payment names, or a further answer: one that says again what is known
// speaks of the document that it was said of, and not of another one of the report that is on its way. All of them when none was.
func (a *Finder) ofNumber(here []candidate, word string, ref records.Ref) ([]candidate, error) {
	if ref.Number == "" || len(here) < 2 || !ref.Payment && records.FoldID(ref.Number) == records.FoldID(word) { // a number that is our own key tells nothing
		return here, nil
	}
	var ids []string
	among, args := ledger.AmongMany("doc_id", idsOf(here), 1)
	err := a.t.Each(`SELECT doc_id, outcome FROM confirmations WHERE `+among, func(rows *sql.Rows) error {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			return err
		}
		var known fis.Outcome
		if err := json.Unmarshal([]byte(text), &known); err != nil {
			return err
		}
		has := func(b fis.Booking) bool {
			return strings.EqualFold(b.Number, ref.Number) && (ref.Payment || sameWord(b.Company, ref.Company) && sameWord(b.FiscalYear, ref.FiscalYear))
		}
		if (ref.Payment || known.Verdict == fis.Posted) && slices.ContainsFunc(known.Bookings(), has) {
			ids = append(ids, id)
		}
		return nil
	}, args...)
	if some := slices.DeleteFunc(slices.Clone(here), func(c candidate) bool { return !slices.Contains(ids, c.ID) }); len(some) > 0 {
		here = some
	}
	return here, err
}

// SamePosting tells whether an answer speaks of the posting that is known: numbers are counted by company and year, so that the same number in another one
// is another posting. What is not told cannot differ.
func SamePosting(known, o fis.Outcome) bool {
	for _, b := range o.Bookings() {
		is := func(k fis.Booking) bool {
			return (b.Number == k.Number || b.Number == "") && sameWord(b.Company, k.Company) && sameWord(b.FiscalYear, k.FiscalYear)
		}
		if !slices.ContainsFunc(known.Bookings(), is) {
			return false
		}
	}
	return true
}

func sameWord(a, b string) bool { return a == b || a == "" || b == "" }

// unfiled raises a doubt when the ERP speaks of a document that never went into an import file: the file may be one that the journal has lost.
func (a *Finder) unfiled(m Match) error {
	if m.Problem == "" || m.Doc == "" || a.quiet {
		return nil
	}
	return a.tell.Doubt("route "+a.result.Route, why.New("journal-other-document", "result_file", a.result.Name, "doc", m.Doc))
}

func (a *Finder) notHere(word string, c candidate) string {
	if a.closed[c.Route] {
		return fmt.Sprintf("%q is document %s of route %s, which cannot be used now: mend the route, then let the ERP answer again", word, c.ID, c.Route)
	}
	return fmt.Sprintf("no document of route %s has the reference %q; document %s of route %s has it, whose answers come from another return folder", a.result.Route, word, c.ID, c.Route)
}

// mostCandidates is how many documents of one reference are looked at.
const mostCandidates = 100

func (a *Finder) candidates(column, word string, file int64) ([]candidate, error) {
	at := lookedUp{column, records.FoldID(word), file}
	if known, ok := a.foreseen[at]; ok {
		return known, nil
	}
	found, _, err := a.lookUp(column, []string{at.word}, file, mostCandidates)
	return found[at.word], err
}

// lookUp finds the documents that have some words as their references, in the order in which they came; whole: all of them were found, and not as many as
// the limit.
func (a *Finder) lookUp(column string, words []string, file int64, limit int) (found map[string][]candidate, whole bool, err error) {
	// A document that waits to be issued again is meant as it was in the withdrawn file: nothing else has reached the ERP.
	held, from := `CASE WHEN d.file_id = 0 THEN d.reissue_of ELSE d.file_id END`, `documents d`
	where, args := ledger.AmongMany(`UPPER(d.`+column+`)`, words, 2)
	args = append([]any{limit}, args...)
	if file != 0 {
		held, from = `p.file_id`, `documents d CROSS JOIN file_documents p` // the documents first: a file may have many
		args = append(args, file)
		where += fmt.Sprintf(` AND p.doc_id = d.doc_id AND p.file_id = $%d`, len(args))
	}
	found, n := map[string][]candidate{}, 0
	err = a.t.Each(`SELECT `+records.BriefColumnsOf("d")+`, `+held+`, d.lost_file, UPPER(d.`+column+`) FROM `+from+` WHERE `+where+` ORDER BY d.received_at, d.doc_id LIMIT $1`, func(rows *sql.Rows) error {
		var c candidate
		var word string
		d, err := records.ScanBrief(rows, &c.file, &c.lost, &word)
		c.Brief = d
		found[word] = append(found[word], c)
		n++
		return err
	}, args...)
	return found, n < limit, err
}

// choose decides between the documents that have a reference: those that reached the ERP, those of this route, and of them the one that can be meant.
func (a *Finder) choose(word string, found []candidate, payment bool) Match {
	keep := func(list []candidate, fits func(*candidate) bool) []candidate {
		if some := slices.DeleteFunc(slices.Clone(list), func(c candidate) bool { return !fits(&c) }); len(some) > 0 {
			return some
		}
		return list
	}
	left := keep(found, (*candidate).sent)
	if !a.anyRoute {
		left = keep(left, func(c *candidate) bool { return c.Route == a.result.Route })
	}
	why := "the only one that the ERP has from this route"
	switch {
	case len(left) == 1:
	case payment:
		left, why = keep(left, func(c *candidate) bool { return c.open() || c.State == records.Posted }), "the only one that can be paid"
	default:
		left, why = keep(left, (*candidate).open), "the one without an outcome"
		if len(left) == len(found) && !left[0].open() { // a further word about something closed
			left, why = keep(left, func(c *candidate) bool { return c.State == records.Posted || c.State == records.Acknowledged }), "the only one that was not rejected"
		}
	}
	all := wordsOf(found)
	if len(left) > 1 {
		what := "the docId or the import file"
		if payment {
			what = "the docId, the import file or the document number of the posting"
		}
		return Match{Problem: fmt.Sprintf("%q means %d documents (%s); the ERP must give back %s", word, len(left), wording.SomeOf(all, 5, ", "), what), May: idsOf(left)}
	}
	c := left[0]
	if !c.sent() {
		return Match{Doc: c.ID, Problem: fmt.Sprintf("document %s was in no import file (it is %s)", c.ID, c.State)}
	}
	m := Match{Doc: c.ID, File: c.file}
	if len(found) > 1 {
		m.meant = fmt.Sprintf("%q is the reference of %s; %s is meant, %s", word, wording.SomeOf(all, 5, ", "), c.ID, why)
	}
	return m
}

func (a *Finder) matchLine(file int64, ref records.Ref) (Match, error) {
	m := Match{File: file}
	found, err := a.t.Strings(`SELECT doc_id FROM file_documents WHERE file_id = $1 AND first_line <= $2 AND last_line >= $2`, file, ref.FileLine)
	if err != nil || len(found) == 0 {
		return Match{Problem: fmt.Sprintf("line %d of the import file with %s belongs to no document", ref.FileLine, ref.FileWords())}, err
	}
	m.Doc = found[0]
	return m, nil
}
