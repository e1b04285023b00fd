package journal

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Whatever changes leaves a row in the history that names it. The statements of a transaction say which rows they write, its events what they
// are about; a row that no event names gets one of its own before the commit, so that nothing changes in silence. Those rows are a net and no
// more: tests fail where one appears, for "changed" says less to people than words of its own.

// changedEvent is the name of these rows.
const changedEvent = "changed"

// subject is what an event must name: a document, a file, a payment and so on, by its key.
type subject struct{ kind, key string }

// The kinds of subjects. Documents, import files and result files have columns of their own in the history; the others stand in the detail, under
// these names.
const (
	ofDocument = "document"
	ofFile     = "file"
	ofResult   = "result"
	ofPayment  = "payment"
	ofAlarm    = "alarm"
	ofRun      = "run"
	ofRoute    = "route"
	ofCompany  = "company"
	ofSchedule = "schedule"
)

// kept says how the rows of a table are named in the history.
type kept struct {
	kind   string
	column string // that holds the key
	// quiet are columns that are no state: they are derived from what is told elsewhere.
	quiet []string
}

// keptTables are all tables whose changes are told. Not among them: history itself; meta (the head, where the journal lies, and what goes with
// acts that are told); looks, undone and leases, which say what was seen or who works just now; result_documents, a list for one transaction.
var keptTables = map[string]kept{
	"documents":         {kind: ofDocument, column: "doc_id", quiet: []string{"employee_id", "report_number"}},
	"payloads":          {kind: ofDocument, column: "doc_id"},
	"written":           {kind: ofDocument, column: "doc_id"},
	"confirmations":     {kind: ofDocument, column: "doc_id", quiet: []string{"number"}},
	"files":             {kind: ofFile, column: "id"},
	"file_documents":    {kind: ofFile, column: "file_id"},
	"file_chunks":       {kind: ofFile, column: "file_id"},
	"results":           {kind: ofResult, column: "id"},
	"result_chunks":     {kind: ofResult, column: "result_id"},
	resultRows:          {kind: ofResult, column: "result_id"},
	"payments":          {kind: ofPayment, column: "id"},
	"alarms":            {kind: ofAlarm, column: "id", quiet: []string{"remedy"}},
	"mappings":          {kind: ofRoute, column: "route"},
	"accepted_mappings": {kind: ofRoute, column: "route"},
	"runs":              {kind: ofRun, column: "id"},
	"slots":             {kind: ofSchedule, column: "schedule"},
	"tokens":            {kind: ofCompany, column: "company"},
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
func (t *tx) change(s subject) {
	if t.changes == nil {
		t.changes = map[subject]bool{}
	}
	t.changes[s] = true
}

// tell notes what an event is about.
func (t *tx) tell(a about) {
	if t.told == nil {
		t.told = map[subject]bool{}
	}
	for _, s := range a.subjects() {
		t.told[s] = true
	}
}

// subjects are what an event names. What is said of a document in a file says nothing of the file.
func (a about) subjects() (out []subject) {
	if a.doc != "" {
		out = append(out, subject{ofDocument, a.doc})
	}
	if a.file != 0 && a.doc == "" {
		out = append(out, numbered(ofFile, a.file))
	}
	if a.result != 0 {
		out = append(out, numbered(ofResult, a.result))
	}
	return append(out, a.others...)
}

func numbered(kind string, id int64) subject { return subject{kind, strconv.FormatInt(id, 10)} }

// number is the key of a subject that has a number, 0 for others.
func (s subject) number() int64 {
	n, _ := strconv.ParseInt(s.key, 10, 64)
	return n
}

// tellAll appends a row for each change that no event of the transaction names.
func (t *tx) tellAll() error {
	var silent []subject
	for s := range t.changes {
		if !t.told[s] {
			silent = append(silent, s)
		}
	}
	slices.SortFunc(silent, func(a, b subject) int {
		if c := strings.Compare(a.kind, b.kind); c != 0 {
			return c
		}
		return strings.Compare(a.key, b.key)
	})
	for _, s := range silent {
		a := about{others: []subject{s}}
		switch s.kind {
		case ofDocument:
			a = about{doc: s.key}
		case ofFile:
			a = about{file: s.number()}
		case ofResult:
			a = about{result: s.number()}
		}
		if err := t.event(changedEvent, a, nil); err != nil {
			return err
		}
	}
	return nil
}

// named adds the subjects that have no column of the history to the detail, and to those that are there already.
func (d detail) named(others []subject) detail {
	byKind := map[string][]any{}
	for _, s := range others {
		var key any = s.key
		if n := s.number(); n != 0 && s.kind != ofRoute && s.kind != ofSchedule && s.kind != ofCompany {
			key = n
		}
		byKind[s.kind] = append(byKind[s.kind], key)
	}
	if d == nil && len(others) > 0 {
		d = detail{}
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

// keysOf are the subjects of one kind that a column of written rows names, each once, in their order.
func keysOf(rows []*row, kind, column string) (out []subject) {
	seen := map[string]bool{"": true}
	for _, r := range rows {
		if key := r.text(column); !seen[key] {
			seen[key] = true
			out = append(out, subject{kind, key})
		}
	}
	return out
}

// ofTheRoute is for events about a route alone.
func ofTheRoute(name string) []subject { return []subject{{ofRoute, name}} }
