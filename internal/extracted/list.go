// Package extracted owns the list of reports that an extract already had: a CSV file which `fisbridge switchover
// --list` writes, people can read, and a run holds documents by.
//
// A list only grows: what is in it stays, whatever is compared next. It is replaced as a whole, and one that cannot be
// read in full is not used at all.
package extracted

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Entry is what one extract file had of a report in a currency.
type Entry struct {
	Key, ReportID, Currency string
	Amount                  fis.Amount
	Batch, Date, File       string
}

// List is the reports that extracts had.
type List struct {
	path  string
	known map[place]bool
	byKey map[string][]Entry
}

// place tells entries apart: a batch may come in several files, which say the same.
type place struct{ key, currency, batch, date string }

func heads() []string {
	return []string{"report_key", "report_id", "currency", "amount", "batch", "batch_date", "file"}
}

// Read reads a list. One that is not there is fs.ErrNotExist.
func Read(path string) (*List, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	l := empty(path)
	r := csv.NewReader(f)
	r.FieldsPerRecord = len(heads())
	first, err := r.Read()
	if err != nil || !slices.Equal(first, heads()) {
		return nil, fmt.Errorf("extract list %s: line 1 is not %s; have fisbridge switchover --list write it", path, strings.Join(heads(), ","))
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("extract list %s: %w", path, err)
		}
		line, _ := r.FieldPos(0)
		amount, err := fis.ParseAmount(row[3])
		if err != nil || row[0] == "" {
			return nil, fmt.Errorf("extract list %s: line %d has no report key, or %q is no amount", path, line, row[3])
		}
		l.add(Entry{Key: row[0], ReportID: row[1], Currency: row[2], Amount: amount, Batch: row[4], Date: row[5], File: row[6]})
	}
	return l, nil
}

// Open is Read, and an empty list where there is none yet.
func Open(path string) (*List, error) {
	l, err := Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return empty(path), nil
	}
	return l, err
}

func empty(path string) *List {
	return &List{path: path, known: map[place]bool{}, byKey: map[string][]Entry{}}
}

func (l *List) add(e Entry) (isNew bool) {
	at := place{e.Key, e.Currency, e.Batch, e.Date}
	if l.known[at] {
		return false
	}
	l.known[at] = true
	l.byKey[e.Key] = append(l.byKey[e.Key], e)
	return true
}

// Add adds what the list does not have yet, and returns how many that are.
func (l *List) Add(entries []Entry) (news int) {
	for _, e := range entries {
		if l.add(e) {
			news++
		}
	}
	return news
}

// Reports is how many reports are in the list.
func (l *List) Reports() int { return len(l.byKey) }

// Of are what extracts had of a report, by its key.
func (l *List) Of(key string) []Entry {
	if key == "" {
		return nil
	}
	return l.byKey[key]
}

// Said says in words what extracts had of a report.
func Said(entries []Entry) string {
	var out []string
	for _, e := range entries {
		out = append(out, fmt.Sprintf("%s %s in batch %s of %s", fis.Money(e.Amount, e.Currency), e.Currency, e.Batch, e.Date))
	}
	return strings.Join(out, ", ")
}

// noFormula keeps a spreadsheet from running a name of a file, which is there for people only.
func noFormula(name string) string {
	if wording.StartsFormula(name) {
		return "'" + name
	}
	return name
}

// Save writes the list, whole or not at all.
func (l *List) Save() error {
	var all []Entry
	for _, list := range l.byKey {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Batch, b.Batch), cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.File, b.File))
	})
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(heads()) // memory takes it
	for _, e := range all {
		_ = w.Write([]string{e.Key, e.ReportID, e.Currency, e.Amount.String(), e.Batch, e.Date, noFormula(e.File)})
	}
	w.Flush()
	if err := ownfile.Prepare(l.path+".new", b.Bytes()); err != nil {
		return fmt.Errorf("extract list: %w", err)
	}
	return ownfile.Replace(l.path+".new", l.path)
}
