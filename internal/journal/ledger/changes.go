package ledger

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Whatever changes leaves a row in the history that names it. The statements of a transaction say which rows they
// write, its events what they are about; a row that no event names gets one of its own before the commit, so that
// nothing changes in silence. Those rows are a net and no more: tests fail where one appears, for "changed" says less
// to people than words of its own.

// ChangedEvent is the name of these rows.
const ChangedEvent = "changed"

// Subject is what an event must name: a document, a file, a payment and so on, by its key.
type Subject struct{ Kind, Key string }

// The kinds of subjects. Documents, import files and result files have columns of their own in the history; the others
// stand in the detail, under these names.
const (
	ofDocument = "document"
	OfFile     = "file"
	OfResult   = "result"
	OfPayment  = "payment"
	OfAlarm    = "alarm"
	OfChange   = "change"
	OfRun      = "run"
	OfRoute    = "route"
	OfCompany  = "company"
	OfSchedule = "schedule"
)

// kept says how the rows of a table are named in the history.
type kept struct {
	kind   string
	column string // that holds the key
	// quiet are columns that are no state: they are derived from what is told elsewhere.
	quiet []string
}

// KeptTables are all tables whose changes are told. Not among them: history itself; meta (the head, where the journal
// lies, and what goes with acts that are told); events, which is hearsay; told, outbox and periods, which are messages to
// people, whose ends have events of their own; looks, undone and leases, which say what was
// seen or who works just now; result_documents, a list for one transaction; ids, sums and doc_keys, which follow from
// other tables.
var KeptTables = map[string]kept{
	"documents":         {kind: ofDocument, column: "doc_id", quiet: []string{"employee_id", "report_number", "title", "person"}},
	"payloads":          {kind: ofDocument, column: "doc_id"},
	"written":           {kind: ofDocument, column: "doc_id"},
	"confirmations":     {kind: ofDocument, column: "doc_id", quiet: []string{"number"}},
	"receipts":          {kind: ofDocument, column: "doc_id"},
	"files":             {kind: OfFile, column: "id"},
	"file_documents":    {kind: OfFile, column: "file_id"},
	"file_chunks":       {kind: OfFile, column: "file_id"},
	"results":           {kind: OfResult, column: "id"},
	"result_chunks":     {kind: OfResult, column: "result_id"},
	resultRows:          {kind: OfResult, column: "result_id"},
	"payments":          {kind: OfPayment, column: "id"},
	"alarms":            {kind: OfAlarm, column: "id", quiet: []string{"remedy", "why"}},
	"mappings":          {kind: OfRoute, column: "route"},
	"accepted_mappings": {kind: OfRoute, column: "route"},
	"changes":           {kind: OfChange, column: "id"},
	"runs":              {kind: OfRun, column: "id"},
	"stops":             {kind: OfRoute, column: "route"},
	"slots":             {kind: OfSchedule, column: "schedule"},
	"tokens":            {kind: OfCompany, column: "company"},
}

var (
	setPart   = regexp.MustCompile(`(?s)\bSET\s+(.*?)(\sWHERE\s|$)`)
	setColumn = regexp.MustCompile(`(?:^|,)\s*(\w+)\s*=`)
)

// tells says whether what the statement changes must be told: it writes more than quiet columns.
func (k kept) tells(query string) bool {
	m := setPart.FindStringSubmatch(query)
	if m == nil || !strings.HasPrefix(strings.TrimSpace(query), "UPDATE") {
		return true
	}
	return slices.ContainsFunc(setColumn.FindAllStringSubmatch(m[1], -1), func(c []string) bool { return !slices.Contains(k.quiet, c[1]) })
}

// change notes that a row was changed.
func (t *Tx) change(s Subject) {
	if t.changes == nil {
		t.changes = map[Subject]bool{}
	}
	t.changes[s] = true
}

// tell notes what an event is about.
func (t *Tx) tell(a About) {
	if t.told == nil {
		t.told = map[Subject]bool{}
	}
	for _, s := range a.subjects() {
		t.told[s] = true
	}
}

// subjects are what an event names. What is said of a document in a file says nothing of the file.
func (a About) subjects() (out []Subject) {
	if a.Doc != "" {
		out = append(out, Subject{ofDocument, a.Doc})
	}
	if a.File != 0 && a.Doc == "" {
		out = append(out, NumberOf(OfFile, a.File))
	}
	if a.Result != 0 {
		out = append(out, NumberOf(OfResult, a.Result))
	}
	return append(out, a.Others...)
}

// NumberOf is a subject that has a number.
func NumberOf(kind string, id int64) Subject { return Subject{kind, strconv.FormatInt(id, 10)} }

// Number is the key of a subject that has a number, 0 for others.
func (s Subject) Number() int64 {
	n, _ := strconv.ParseInt(s.Key, 10, 64)
	return n
}

// tellAll appends a row for each change that no event of the transaction names.
func (t *Tx) tellAll() error {
	var silent []Subject
	for s := range t.changes {
		if !t.told[s] {
			silent = append(silent, s)
		}
	}
	slices.SortFunc(silent, func(a, b Subject) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.Key, b.Key)
	})
	for _, s := range silent {
		if err := t.Event(ChangedEvent, s.about(), nil); err != nil {
			return err
		}
	}
	return nil
}

// named adds the subjects that have no column of the history to the detail, and to those that are there already.
func (d Detail) named(others []Subject) Detail {
	byKind := map[string][]any{}
	for _, s := range others {
		var key any = s.Key
		if n := s.Number(); n != 0 && s.Kind != OfRoute && s.Kind != OfSchedule && s.Kind != OfCompany {
			key = n
		}
		byKind[s.Kind] = append(byKind[s.Kind], key)
	}
	if d == nil && len(others) > 0 {
		d = Detail{}
	}
	for kind, keys := range byKind {
		if len(keys) == 1 {
			d[kind] = keys[0]
		} else {
			d[kind+"s"] = keys
		}
	}
	return d
}

// KeysOf are the subjects of one kind that a column of written rows names, each once, in their order.
func KeysOf(rows []*row, kind, column string) (out []Subject) {
	seen := map[string]bool{"": true}
	for _, r := range rows {
		if key := r.Text(column); !seen[key] {
			seen[key] = true
			out = append(out, Subject{kind, key})
		}
	}
	return out
}

// OfTheRoute is for events about a route alone.
func OfTheRoute(name string) []Subject { return []Subject{{OfRoute, name}} }
