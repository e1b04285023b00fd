package proof

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/templates"
)

// workedCase is a folder of samples with a case.yaml.
type workedCase struct {
	Route     string    `yaml:"route"`
	Sequence  int64     `yaml:"sequence"`
	Created   time.Time `yaml:"created"`
	Documents []string  `yaml:"documents"`
	// ClosedAccounts is what makes a COBOL ledger refuse records; the results are what it writes then.
	ClosedAccounts []string `yaml:"closed_accounts"`
	// Results are the files of results/ in the order in which they come.
	Results []string `yaml:"results"`

	dir  string
	plan *mapping.Plan
	docs []fis.Envelope
}

func openCase(t *testing.T, dir string) *workedCase {
	t.Helper()
	c := &workedCase{dir: dir}
	text, err := os.ReadFile(filepath.Join(dir, "case.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.UnmarshalWithOptions(text, c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	plan, findings := mapping.Load(templates.FS(), filepath.Join(dir, "mapping.yaml"))
	if len(findings) > 0 {
		t.Fatalf("a worked case has a mapping without findings: %v", findings)
	}
	c.plan = plan
	for _, name := range c.Documents {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		c.docs = append(c.docs, readEnvelopes(t, name, data)...)
	}
	return c
}

// told is what a worked case expects: what became of its files, and what Concur hears.
type told struct {
	Files    []toldFile    `json:"files"`
	Postings []toldPosting `json:"posting_confirmations"`
	Payments []toldPayment `json:"payment_confirmations"`
	// Waiting are documents of which nothing can be told, and why.
	Waiting map[string]string `json:"waiting,omitempty"`
}

type toldFile struct {
	Name      string   `json:"name"`
	Documents []string `json:"documents"`
	State     string   `json:"state"`
}

type toldPosting struct {
	DocID   string      `json:"doc_id"`
	Outcome fis.Outcome `json:"outcome"`
}

type toldPayment struct {
	DocID   string      `json:"doc_id"`
	Payment fis.Payment `json:"payment"`
}

// Each worked case goes from documents to what Concur is told, and every file on the way is what somebody looked at;
// -update writes import/ and expected.json anew, results/ are written by hand.
func TestWorkedCases(t *testing.T) {
	cases, err := filepath.Glob("../../samples/*/case.yaml")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, path := range cases {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			c := openCase(t, dir)
			shown[c.plan.TemplateName()] = true
			s := newStory(t, c)
			for _, name := range c.Results {
				data, err := os.ReadFile(filepath.Join(dir, "results", name))
				if err != nil {
					t.Fatal(err)
				}
				s.take(t, name, data)
			}
			for _, f := range s.files {
				goldenImport(t, c.plan, filepath.Join(dir, "import", f.name), f.data)
			}
			golden(t, filepath.Join(dir, "expected.json"), s.tell(t))
			if made, _ := os.ReadDir(filepath.Join(dir, "import")); len(made) != len(s.files) {
				t.Errorf("import/ holds %d files, the case makes %d", len(made), len(s.files))
			}
		})
	}
	for _, name := range template.Names(templates.FS()) {
		if !shown[name] {
			t.Errorf("no worked case shows the template %s", name)
		}
	}
}

// goldenImport is golden for an import file. A package has a folder with its members, so that they can be read.
func goldenImport(t *testing.T, plan *mapping.Plan, path string, data []byte) {
	t.Helper()
	if plan.Layout().Spec().Kind != "package" {
		golden(t, path, data)
		return
	}
	members, err := bundle.Open(bytes.NewReader(data), int64(len(data)), 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		in, err := m.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err := errors.Join(err, in.Close()); err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join(path, m.Name), text)
	}
	if made, _ := os.ReadDir(path); len(made) != len(members) {
		t.Errorf("%s holds %d members, the package has %d", path, len(made), len(members))
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-update accepts it):\n%s", path, diff)
	}
}

// story is a worked case while its results come in.
type story struct {
	*workedCase
	files    []*importFile
	state    map[*importFile]string
	rows     map[string][]returns.Row // about a document, by docId
	outcomes map[string]fis.Outcome
	payments []toldPayment
}

func newStory(t *testing.T, c *workedCase) *story {
	t.Helper()
	s := &story{workedCase: c, state: map[*importFile]string{}, rows: map[string][]returns.Row{}, outcomes: map[string]fis.Outcome{}}
	s.render(t, c.docs)
	return s
}

// render makes the next file.
func (s *story) render(t *testing.T, docs []fis.Envelope) {
	t.Helper()
	files, refused := renderAt(t, s.plan, docs, mapping.FileContext{Route: s.Route, Sequence: s.Sequence + int64(len(s.files)), Created: s.Created})
	if len(refused) > 0 || len(files) != 1 {
		t.Fatalf("%d files, refused: %v", len(files), refused)
	}
	s.files = append(s.files, files[0])
	s.state[files[0]] = "dropped"
}

// file is the file with a sequence number.
func (s *story) file(t *testing.T, sequence int64) *importFile {
	t.Helper()
	i := slices.IndexFunc(s.files, func(f *importFile) bool { return f.sequence == sequence })
	if i < 0 {
		t.Fatalf("no file has the number %d", sequence)
	}
	return s.files[i]
}

// document finds the document of a row: by file and line, by docId, report id or report key.
func (s *story) document(t *testing.T, r fis.Refs) string {
	t.Helper()
	if r.FileLine > 0 {
		f := s.file(t, r.FileSequence)
		if i := f.owner(r.FileLine); i >= 0 {
			return f.parts[i].DocID
		}
	}
	for _, env := range s.docs {
		doc := parse(t, env)
		for have, want := range map[string]string{r.DocID: env.ID, r.ReportID: doc.ReportID(), r.ReportKey: doc.ReportKey()} {
			if have != "" && have == want {
				return env.ID
			}
		}
		if r.Any != "" && slices.Contains([]string{env.ID, doc.ReportID(), doc.ReportKey()}, r.Any) {
			return env.ID
		}
	}
	t.Fatalf("%+v leads to no document", r)
	return ""
}

// take applies a result file.
func (s *story) take(t *testing.T, name string, data []byte) {
	t.Helper()
	rows, _ := readResult(t, s.plan, name, data)
	whole := map[int64][]returns.Row{}
	for _, r := range rows {
		switch r.Kind {
		case returns.File:
			whole[r.Refs.FileSequence] = append(whole[r.Refs.FileSequence], r)
		case returns.Posting:
			id := s.document(t, r.Refs)
			s.rows[id] = append(s.rows[id], r)
		case returns.Payment:
			s.pay(t, s.document(t, r.Refs), r.Payment)
		}
	}
	for id, rows := range s.rows {
		if f := returns.Fold(rows, s.coverage(id)); f.State == returns.Settled {
			s.outcomes[id] = f.Outcome
		}
	}
	for sequence, rows := range whole {
		s.settle(t, s.file(t, sequence), rows)
	}
}

// coverage is where a document lies in the last file that holds it.
func (s *story) coverage(id string) (need returns.Coverage) {
	for _, f := range s.files {
		for _, p := range f.parts {
			if p.DocID == id {
				need = returns.Coverage{Lines: p.Rows, First: p.FirstLine, Last: p.LastLine, AllOrNothing: s.plan.AllOrNothing()}
			}
		}
	}
	return need
}

// settle applies what is said of a whole file. Documents that nobody rejected go into a new file when the ledger took
// none.
func (s *story) settle(t *testing.T, f *importFile, rows []returns.Row) {
	t.Helper()
	tally := returns.FileTally{Documents: len(f.parts), Lines: f.totals.Rows}
	var rest []fis.Envelope
	for i, p := range f.parts {
		if s.outcomes[p.DocID].Verdict == fis.Rejected {
			tally.RejectedDocuments++
			tally.RejectedLines += len(s.rows[p.DocID])
		} else {
			rest = append(rest, f.envelopes[i])
		}
	}
	folded := returns.FoldFile(rows, tally)
	if folded.State != returns.Settled {
		t.Fatalf("%s: %+v", f.name, folded)
	}
	s.state[f] = string(folded.Outcome.Verdict)
	switch {
	case folded.Outcome.Verdict == fis.Posted:
		for _, env := range rest {
			s.outcomes[env.ID] = folded.Outcome
		}
	case s.plan.AllOrNothing() && len(rest) > 0:
		s.render(t, rest)
	}
}

// pay makes a payment confirmation, which carries the number of the posting.
func (s *story) pay(t *testing.T, id string, p fis.Payment) {
	t.Helper()
	posted := s.outcomes[id]
	if posted.Verdict != fis.Posted {
		t.Fatalf("payment of %s, which is not posted", id)
	}
	if p.Number == "" {
		p.Number, p.FiscalYear = posted.Number, posted.FiscalYear
	}
	if p.Company == "" {
		p.Company = posted.Company
	}
	ready, err := returns.PaymentConfirmation(id, p, returns.Defaults{Company: s.plan.Setting("company")})
	if err != nil {
		t.Fatal(err)
	}
	s.payments = append(s.payments, toldPayment{id, ready})
}

// tell is expected.json.
func (s *story) tell(t *testing.T) []byte {
	t.Helper()
	out := told{Payments: append([]toldPayment{}, s.payments...), Waiting: map[string]string{}}
	for _, f := range s.files {
		tf := toldFile{Name: f.name, State: s.state[f]}
		for _, p := range f.parts {
			tf.Documents = append(tf.Documents, p.DocID)
		}
		out.Files = append(out.Files, tf)
	}
	for _, env := range s.docs {
		o, ok := s.outcomes[env.ID]
		if !ok {
			out.Waiting[env.ID] = "the ERP has not answered"
			continue
		}
		ready, err := returns.PostingConfirmation(env.ID, o, returns.Defaults{Company: s.plan.Setting("company"), Number: s.files[len(s.files)-1].name})
		if err != nil {
			_, why, _ := strings.Cut(err.Error(), ": ")
			out.Waiting[env.ID] = why
			continue
		}
		out.Postings = append(out.Postings, toldPosting{env.ID, ready})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(out); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
