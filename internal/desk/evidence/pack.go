package evidence

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Options say what a pack is of.
type Options struct {
	// Since and Until bound when documents were received; zero: from the beginning, to the end.
	Since, Until time.Time
	Route        string
	// Documents are docIds; with them the pack is of these alone.
	Documents []string
	// IDsOnly leaves out every name and text of a person.
	IDsOnly bool
	// By is who makes it, Version that of the program, Company what people call the company.
	By, Version, Company string
	People               People
	// Words are the texts of the language in which the page and README.txt are, Language is its code; none: English.
	Words    say.Words
	Language string
}

// whole: the pack is of everything in its time, so that the history in it is a chain without gaps.
func (o Options) whole() bool { return o.Route == "" && len(o.Documents) == 0 }

// People are those who may act in the company, and the history of sign-ins and roles.
type People struct {
	List    []Person
	History []PeopleRow
}

// Person is somebody with an account.
type Person struct {
	ID      int64
	Name    string // what he types
	Shown   string // what others read
	Machine bool
	Roles   []string
	Made    time.Time
	Ended   time.Time
}

// PeopleRow is a row of the history of sign-ins and roles.
type PeopleRow struct {
	Seq                             int64
	At                              time.Time
	Event, Who, About, Detail, Hash string
}

// Manifest is pack.json: what the pack is of.
type Manifest struct {
	Format    string          `json:"format"`
	Made      time.Time       `json:"made_at"`
	By        string          `json:"made_by"`
	Version   string          `json:"fisbridge,omitempty"`
	Company   string          `json:"company,omitempty"`
	Since     time.Time       `json:"since,omitzero"`
	Until     time.Time       `json:"until,omitzero"`
	Zone      string          `json:"zone"`
	Route     string          `json:"route,omitempty"`
	Asked     []string        `json:"documents_asked_for,omitempty"`
	IDsOnly   bool            `json:"ids_only"`
	Documents int             `json:"documents"`
	Head      int64           `json:"history_head"`
	HeadHash  string          `json:"history_head_hash"`
	Equation  *today.Equation `json:"equation"`
}

// format names the form of packs; a later one that differs gets another number.
const format = "evidence pack 1"

// Names of files that the check knows.
const (
	manifestName  = "pack.json"
	sumsName      = "SHA256SUMS"
	documentsName = "documents.csv"
	postingsName  = "posting-lines.csv"
	toldName      = "confirmations.csv"
	filesName     = "import-files.csv"
	resultsName   = "result-files.csv"
	mappingsName  = "mappings.json"
	peopleName    = "people.csv"
	signInsName   = "sign-ins-and-roles.csv"
	historyName   = "history.jsonl"
	readmeName    = "README.txt"
	pageName      = "index.html"
)

// maker writes one pack.
type maker struct {
	o   Options
	w   *desk.Workspace
	zip *zip.Writer
	at  time.Time
	// sums are the lines of SHA256SUMS, names the files that it has.
	sums  []string
	names map[string]bool
	m     Manifest

	hide  *hidden
	docs  map[string]bool
	files map[int64]desk.File
	// results are those that speak of the documents.
	results map[int64]bool
	hashes  map[string]bool // of mapping versions that made files
	shown   page
}

// Make writes a pack to out: what the journal holds at this instant.
func Make(ctx context.Context, w *desk.Workspace, o Options, out io.Writer) (Manifest, error) {
	var m *maker
	err := w.Snapshot(ctx, func(w *desk.Workspace) (err error) {
		m = &maker{o: o, w: w, zip: zip.NewWriter(out), at: w.Now(), hide: hiding(o), docs: map[string]bool{}, names: map[string]bool{}, files: map[int64]desk.File{}, results: map[int64]bool{}, hashes: map[string]bool{}}
		return m.all(ctx)
	})
	if err != nil {
		return Manifest{}, fmt.Errorf("evidence pack: %w", err)
	}
	return m.m, nil
}

func (m *maker) all(ctx context.Context) error {
	o := m.o
	m.m = Manifest{Format: format, Made: m.at.UTC(), By: m.hide.actor(o.By), Version: o.Version, Company: o.Company, Since: o.Since, Until: o.Until, Route: o.Route, Asked: o.Documents, IDsOnly: o.IDsOnly}
	zone := m.w.Config.Schedule.Zone()
	m.m.Zone = zone.String()
	var err error
	if m.m.Head, m.m.HeadHash, err = m.w.Journal.Head(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{m.equation, m.documents, m.importFiles, m.resultFiles, m.mappings, m.people, m.history, m.summary} {
		if err := errors.Join(ctx.Err(), step(ctx)); err != nil {
			return err
		}
	}
	slices.Sort(m.sums)
	f, err := m.zip.CreateHeader(m.header(sumsName))
	if err != nil {
		return err
	}
	if _, err := io.WriteString(f, strings.Join(m.sums, "")); err != nil {
		return err
	}
	return m.zip.Close()
}

func (m *maker) header(name string) *zip.FileHeader {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.at.UTC()}
	h.SetMode(0o600)
	return h
}

// file writes a file of the pack and notes its hash.
func (m *maker) file(name string, write func(w io.Writer) error) (hash string, err error) {
	f, err := m.zip.CreateHeader(m.header(name))
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	if err := write(io.MultiWriter(f, sum)); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	hash = hashText(sum)
	m.sums, m.names[name] = append(m.sums, sumLine(hash, name)), true
	return hash, nil
}

// sumLine is a line as sha256sum writes it.
func sumLine(hash, name string) string { return hash + "  " + name + "\n" }

func hashText(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

func (m *maker) json(name string, v any) error {
	_, err := m.file(name, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(v)
	})
	return err
}

// equation adds up what the documents of the pack have become.
func (m *maker) equation(ctx context.Context) (err error) {
	if len(m.o.Documents) > 0 {
		m.m.Equation = &today.Equation{Terms: today.Terms()} // its documents are added up as they come
		return nil
	}
	m.m.Equation, err = today.Read(ctx, m.w, desk.Selection{Since: m.o.Since, Until: m.o.Until, Route: m.o.Route})
	return err
}

// summary writes what the pack is of, and the page that shows it.
func (m *maker) summary(context.Context) error {
	if len(m.o.Documents) > 0 {
		m.m.Equation.Arrange()
	}
	if err := m.json(manifestName, m.m); err != nil {
		return err
	}
	if _, err := m.file(readmeName, func(w io.Writer) error { return write(w, m.text(readme)) }); err != nil {
		return err
	}
	_, err := m.file(pageName, func(w io.Writer) error { return m.index(w) })
	return err
}

func write(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}

const readme = `An evidence pack of fisbridge. Open index.html in a browser; it needs no network.

Is it what was made?
    sha256sum -c SHA256SUMS             (in the unpacked folder)
    fisbridge audit verify PACK.zip     (the zip, or the unpacked folder; on any machine)
The second also computes again what the files say of each other: documents against the equation, payloads and files against
their hashes, debits against credits, and each row of the history against the row before.
Neither finds somebody who changes a table and makes SHA256SUMS anew. The hash of the zip finds him: it stands in the history of
the journal it was made from ("evidence pack made"), and was shown when the pack was made. Compare it:
    fisbridge audit verify PACK.zip --expect HASH
`

// missing: the bytes are not in the journal any more, or never were.
func missing(err error) bool {
	var own *desk.Error
	return errors.Is(err, ledger.ErrNotFound) || errors.As(err, &own)
}
