package matching

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// What speaks for one of several documents with the same reference, beside their states: the name of the result file,
// and what was said before.

// Said is a rejection as one word, to be compared with what was said before: whom its messages name does not matter. It is empty without messages:
// such a rejection says nothing again.
func Said(o fis.Outcome) string {
	said := saidIn(o)
	if len(said) == 0 {
		return ""
	}
	b, _ := json.Marshal(said) //nolint:errchkjson // strings
	return string(b)
}

func saidIn(o fis.Outcome) (said []string) {
	for _, m := range o.Messages {
		if strings.TrimSpace(m.Code+m.Text) != "" {
			said = append(said, m.Code+" "+m.Text)
		}
	}
	return said
}

// ofNamedFile are those of several candidates that were in the import file whose name the result file bears; all of them
// when none was.
func (a *Finder) ofNamedFile(here []candidate) ([]candidate, error) {
	if len(here) < 2 {
		return here, nil
	}
	files, err := a.namedFiles()
	if err != nil {
		return nil, err
	}
	var some []candidate
	for _, f := range files {
		for _, c := range here {
			n, err := a.t.Count(`SELECT COUNT(*) FROM file_documents WHERE file_id = $1 AND doc_id = $2`, f.ID, c.ID)
			if err != nil {
				return nil, err
			}
			if n > 0 && !slices.ContainsFunc(some, func(o candidate) bool { return o.ID == c.ID }) {
				some = append(some, c)
			}
		}
	}
	if len(some) == 0 {
		return here, nil
	}
	return some, nil
}

// whoWas gives the last of a report's documents that has ended in a state as was said, and the last one that has no answer yet; nil where there is none.
func whoWas(state records.State, here []candidate, so func(id string) (bool, error)) (known, open *candidate, err error) {
	for i := range here {
		c := &here[i]
		if c.open() {
			open = c
		}
		if c.State != state {
			continue
		}
		same, err := so(c.ID)
		if err != nil {
			return nil, nil, err
		}
		if same {
			known = c
		}
	}
	return known, open, nil
}

// saidAgain is for a rejection that names a report of several documents, and says of it what was said of one that was
// rejected before. Where another one has no answer yet, nobody can tell whether the ERP repeats itself or has refused
// that one for the same reason: it is listed. Where none is open it is the repetition of what is known. decided: it is
// one of the two.
func (a *Finder) saidAgain(word string, here []candidate, ref records.Ref) (m Match, decided bool, err error) {
	if ref.Said == "" || len(here) < 2 {
		return m, false, nil
	}
	known, open, err := whoWas(records.Rejected, here, func(id string) (bool, error) { return a.wasSaid(id, ref.Said) })
	if err != nil {
		return m, false, err
	}
	switch {
	case known == nil:
		return m, false, nil
	case open == nil:
		return Match{Doc: known.ID, File: known.file}, true, nil
	}
	m.Problem = fmt.Sprintf("%q says again why document %s was rejected, and document %s of the same report has no answer yet (%s): the ERP must give back the docId or the import file; when it is about that one, say so with `fisbridge mark document %s rejected --message … --reason …`",
		word, known.ID, open.ID, wording.SomeOf(wordsOf(here), 5, ", "), open.ID)
	m.May = idsOf(here)
	return m, true, nil
}

// postedAgain is for a posting that names a report of several documents and gives no document number, and says of it what
// was said of one that was posted before. Where another one has no answer yet, nobody can tell whether the ERP repeats
// itself or has posted that one too: it is listed. Obligations follow each other, and each waits for the one before.
func (a *Finder) postedAgain(word string, here []candidate, ref records.Ref) (m Match, decided bool, err error) {
	numbered := ref.Number != "" && records.FoldID(ref.Number) != records.FoldID(word)
	if !ref.Posted || numbered || len(here) < 2 || here[0].DocType.Commits() {
		return m, false, nil
	}
	known, open, err := whoWas(records.Posted, here, func(id string) (bool, error) { return a.wasPosted(id, ref) })
	if err != nil {
		return m, false, err
	}
	if known == nil || open == nil {
		return m, false, nil
	}
	m.Problem = fmt.Sprintf("%q says without a document number that it is posted, which document %s is already, and document %s of the same report has no answer yet (%s): the ERP must give back the document number, the docId or the import file; when it is about that one, say so with `fisbridge mark document %s posted --number N --reason …`",
		word, known.ID, open.ID, wording.SomeOf(wordsOf(here), 5, ", "), open.ID)
	m.May = idsOf(here)
	return m, true, nil
}

// wasPosted reports whether a document was posted as the reference says, as far as both say it.
func (a *Finder) wasPosted(docID string, ref records.Ref) (same bool, err error) {
	said := fis.Outcome{Company: ref.Company, FiscalYear: ref.FiscalYear}
	err = a.t.Each(`SELECT outcome FROM confirmations WHERE doc_id = $1`, func(rows *sql.Rows) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		var known fis.Outcome
		if err := json.Unmarshal([]byte(text), &known); err != nil {
			return err
		}
		same = known.Verdict == fis.Posted && SamePosting(known, said) && (ref.Day == known.Posted || ref.Day.IsZero() || known.Posted.IsZero())
		return nil
	}, docID)
	return same, err
}

// wasSaid reports whether a document was rejected with all of these messages.
func (a *Finder) wasSaid(docID, said string) (bool, error) {
	var now []string
	if err := json.Unmarshal([]byte(said), &now); err != nil {
		return false, err
	}
	same := false
	err := a.t.Each(`SELECT outcome FROM confirmations WHERE doc_id = $1`, func(rows *sql.Rows) error {
		var text string
		if err := rows.Scan(&text); err != nil {
			return err
		}
		var known fis.Outcome
		if err := json.Unmarshal([]byte(text), &known); err != nil {
			return err
		}
		before := saidIn(known)
		same = !slices.ContainsFunc(now, func(m string) bool {
			return !slices.ContainsFunc(before, func(b string) bool { return strings.EqualFold(strings.TrimSpace(b), strings.TrimSpace(m)) })
		})
		return nil
	}, docID)
	return same, err
}

func wordsOf(list []candidate) (out []string) {
	for i := range list {
		out = append(out, list[i].words())
	}
	return out
}

func idsOf(list []candidate) (out []string) {
	for i := range list {
		out = append(out, list[i].ID)
	}
	return out
}

// decide decides between the documents that have a reference.
func (a *Finder) decide(word string, here []candidate, file int64, ref records.Ref) (Match, error) {
	here, err := a.ofNumber(here, word, ref)
	if err != nil {
		return Match{}, err
	}
	if file == 0 && !ref.Payment {
		if here, err = a.ofNamedFile(here); err != nil {
			return Match{}, err
		}
		for _, again := range []func(string, []candidate, records.Ref) (Match, bool, error){a.saidAgain, a.postedAgain} {
			if m, decided, err := again(word, here, ref); decided || err != nil {
				return m, err
			}
		}
	}
	return a.choose(word, here, ref.Payment), nil
}

// matchAgain finds the further posting of a report that was written with its number behind the report's key
// (document.again): 55455-2. It is empty where no document has the key.
func (a *Finder) matchAgain(word string, file int64, ref records.Ref) (Match, error) {
	key, posting := records.CutAgain(word)
	if posting == 0 {
		return Match{}, nil
	}
	for _, column := range []string{"report_key", "report_id"} {
		found, err := a.candidates(column, key, file)
		if err != nil {
			return Match{}, err
		}
		found = slices.DeleteFunc(slices.Clone(found), func(c candidate) bool { return a.closed[c.Route] || a.elsewhere[c.Route] })
		if len(found) == 0 {
			continue
		}
		var here, lost []candidate
		for _, c := range found {
			number, err := a.postingOf(c)
			if err != nil {
				return Match{}, err
			}
			switch {
			case number == posting:
				here = append(here, c)
			case number == 0 && c.lost && c.sent():
				lost = append(lost, c)
			}
		}
		if len(here) == 0 { // an import file that the journal has lost gave it a number that nobody knows now
			here = lost
		}
		if len(here) > 0 {
			return a.decide(word, here, file, ref)
		}
		return Match{May: idsOf(found), Problem: fmt.Sprintf("no import file of ours says %q; of %s there are %s", word, key, wording.SomeOf(wordsOf(found), 5, ", "))}, nil
	}
	return Match{}, nil
}

// postingOf is the number that the import file of a candidate gives it, 0 where it is in none.
func (a *Finder) postingOf(c candidate) (int, error) {
	if c.file == 0 {
		return 0, nil
	}
	part, err := records.ScanPart(a.t.QueryRowContext(a.t.Ctx, `SELECT `+records.PartColumns+` FROM file_documents WHERE file_id = $1 AND doc_id = $2`, c.file, c.ID))
	return part.Posting, err
}
