package evidence

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/today"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// Checked is what a look at a pack found.
type Checked struct {
	Manifest
	// Files is how many files of the pack were read, Rows how many rows of the history were computed again.
	Files int `json:"files"`
	Rows  int `json:"history_rows"`
	// SHA256 is that of the zip, empty for an unpacked folder.
	SHA256 string `json:"sha256,omitempty"`
	// Problems tell what is not what was made, by file.
	Problems []string `json:"problems"`
}

// Broken is what is wrong, nil when the pack is what was made.
func (c Checked) Broken() error {
	if len(c.Problems) == 0 {
		return nil
	}
	return errors.New("the pack is not what was made")
}

func (c *Checked) tell(format string, args ...any) {
	c.Problems = append(c.Problems, fmt.Sprintf(format, args...))
}

// ErrNoPack is a file or a folder that is no evidence pack.
var ErrNoPack = errors.New("no evidence pack")

// Check reads a pack, a zip or its unpacked folder, and holds each file against SHA256SUMS, and what the files say
// against each other: documents against the equation, payloads and files against their hashes, each row of the history
// against the one before it. It needs no journal. Who makes SHA256SUMS anew, and each table and hash with it, is found
// only by the hash of the zip, which the journal and those who noted it know.
func Check(path string) (c Checked, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return c, err
	}
	var tree fs.FS
	if info.IsDir() {
		root, err := os.OpenRoot(path) // a link in the folder leads nowhere else
		if err != nil {
			return c, err
		}
		defer func() { err = errors.Join(err, root.Close()) }()
		tree = root.FS()
	} else {
		f, err := os.Open(path)
		if err != nil {
			return c, err
		}
		defer f.Close()
		sum := sha256.New()
		if _, err := io.Copy(sum, f); err != nil {
			return c, err
		}
		c.SHA256 = hashText(sum)
		z, err := zip.NewReader(f, info.Size())
		if err != nil {
			return c, fmt.Errorf("%s: %w: it is no zip that can be read (%w)", filepath.Base(path), ErrNoPack, err)
		}
		tree = z
	}
	return c, c.all(tree, filepath.Base(path))
}

func (c *Checked) all(tree fs.FS, name string) error {
	want, err := sumsOf(tree)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w: it has no %s", name, ErrNoPack, sumsName)
	}
	if err != nil {
		c.tell("%s cannot be read: %s", sumsName, err)
		return nil
	}
	got := c.hashes(tree)
	names := make([]string, 0, len(want))
	for n := range want {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		switch hash, there := got[n]; {
		case !there:
			c.tell("%s is missing: %s names it", n, sumsName)
		case hash != "" && hash != want[n]:
			c.tell("%s was changed: its hash is %s, and %s says %s", n, hash[:16], sumsName, want[n][:min(16, len(want[n]))])
		}
		delete(got, n)
	}
	delete(got, sumsName)
	extra := make([]string, 0, len(got))
	for n := range got {
		extra = append(extra, n)
	}
	slices.Sort(extra)
	for _, n := range extra {
		c.tell("%s was put in: %s does not name it", n, sumsName)
	}
	for _, n := range always {
		if _, named := want[n]; !named {
			c.tell("%s is missing, and %s does not name it: every pack has it", n, sumsName)
		}
	}
	c.within(tree, want)
	return nil
}

// always are the files that every pack has.
var always = []string{documentsName, postingsName, toldName, filesName, resultsName, mappingsName, peopleName, signInsName, historyName, readmeName, pageName}

// mostSums bounds SHA256SUMS.
const mostSums = 256 << 20

func sumsOf(tree fs.FS) (map[string]string, error) {
	f, err := tree.Open(sumsName)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string]string{}
	lines := bufio.NewScanner(io.LimitReader(f, mostSums))
	for lines.Scan() {
		hash, name, found := strings.Cut(lines.Text(), "  ")
		if !found || len(hash) != 64 || name == "" {
			return nil, fmt.Errorf("%q is no line of it", lines.Text())
		}
		out[name] = hash
	}
	return out, lines.Err()
}

// hashes reads every file; one that cannot be read is told, and has an empty hash.
func (c *Checked) hashes(tree fs.FS) map[string]string {
	out := map[string]string{}
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			c.tell("%s cannot be read: %s", name, err)
			return nil
		}
		if d.IsDir() {
			return nil
		}
		c.Files++
		hash, err := hashOf(tree, name)
		if err != nil {
			c.tell("%s was changed: it cannot be read (%s)", name, err)
		}
		out[name] = hash
		return nil
	})
	if err != nil {
		c.tell("the pack cannot be read to its end: %s", err)
	}
	return out
}

func hashOf(tree fs.FS, name string) (string, error) {
	f, err := tree.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hashText(sum), nil
}

// within holds what the files say against each other.
func (c *Checked) within(tree fs.FS, want map[string]string) {
	text, err := fs.ReadFile(tree, manifestName)
	if err == nil {
		err = json.Unmarshal(text, &c.Manifest)
	}
	switch {
	case err != nil:
		c.tell("%s cannot be read: %s", manifestName, err)
		return
	case c.Format != format || c.Equation == nil:
		c.tell("%s: the pack is of the form %q, and this program reads %q", manifestName, c.Format, format)
		return
	}
	again := &today.Equation{Terms: today.Terms()}
	docs := map[string]string{} // the currency of each
	c.rows(tree, documentsName, func(r map[string]string) {
		amount, err := fis.ParseAmount(r["amount"])
		if err != nil {
			c.tell("%s: document %s: %s", documentsName, r["doc_id"], err)
			return
		}
		docs[r["doc_id"]] = r["currency"]
		again.Take(desk.State(r["state"]), r["currency"], amount)
		c.held(want, documentsName, "the payload of document "+r["doc_id"], r["payload"], r["payload_sha256"])
	})
	again.Arrange()
	c.compare(again)
	c.rows(tree, filesName, func(r map[string]string) {
		c.held(want, filesName, "import file "+r["route"]+"/"+r["number"], r["file"], r["sha256"])
	})
	c.rows(tree, resultsName, func(r map[string]string) {
		c.held(want, resultsName, "result file "+r["result"], r["file"], r["sha256"])
	})
	c.balanced(tree, docs)
	c.told(tree, docs)
	c.chain(tree)
}

// balanced: the debits of each document are its credits, in its currency.
func (c *Checked) balanced(tree fs.FS, docs map[string]string) {
	type sides struct{ debit, credit fis.Amount }
	sums, order := map[string]*sides{}, []string{}
	c.rows(tree, postingsName, func(r map[string]string) {
		id := r["doc_id"]
		currency, known := docs[id]
		if !known {
			c.tell("%s: document %s is not in %s", postingsName, id, documentsName)
			return
		}
		if r["line"] == "" {
			return // it says why there are no lines
		}
		if r["currency"] != currency {
			c.tell("%s: document %s has a line in %q, and %s says %s", postingsName, id, r["currency"], documentsName, currency)
		}
		debit, err := fis.ParseAmount(r["debit"])
		credit, err2 := fis.ParseAmount(r["credit"])
		if err := errors.Join(err, err2); err != nil {
			c.tell("%s: document %s, line %s: %s", postingsName, id, r["line"], err)
			return
		}
		if sums[id] == nil {
			sums[id] = &sides{}
			order = append(order, id)
		}
		sums[id].debit, sums[id].credit = sums[id].debit.Add(debit), sums[id].credit.Add(credit)
	})
	for _, id := range order {
		if s := sums[id]; !s.debit.Equal(s.credit) {
			c.tell("%s: document %s has debits of %s and credits of %s %s", postingsName, id, fis.Text(s.debit, docs[id]), fis.Text(s.credit, docs[id]), docs[id])
		}
	}
}

// told: what Concur was told is of documents of the pack.
func (c *Checked) told(tree fs.FS, docs map[string]string) {
	c.rows(tree, toldName, func(r map[string]string) {
		if _, known := docs[r["doc_id"]]; !known {
			c.tell("%s: document %s is not in %s", toldName, r["doc_id"], documentsName)
		}
	})
}

// held: a file of the pack has the hash that a table gives.
func (c *Checked) held(want map[string]string, table, what, file, hash string) {
	if file != "" && want[file] != hash {
		c.tell("%s: %s is not what the table says: %s has the hash %s", table, what, file, want[file])
	}
}

// compare holds the equation against the documents.
func (c *Checked) compare(again *today.Equation) {
	if again.Fetched.Number != c.Documents {
		c.tell("%s: %d documents, and %s says %d", documentsName, again.Fetched.Number, manifestName, c.Documents)
	}
	for _, t := range again.Terms {
		was := c.Equation.Term(t.Name)
		for _, currency := range again.Currencies {
			if t.Counts[currency] != was.Counts[currency] || !t.Amounts[currency].Equal(was.Amounts[currency]) {
				c.tell("%s: %s adds up to %s %s in %d documents, and %s says %s in %d", documentsName, t.Name, fis.Text(t.Amounts[currency], currency), currency, t.Counts[currency], manifestName, fis.Text(was.Amounts[currency], currency), was.Counts[currency])
			}
		}
	}
	if !slices.Equal(again.Currencies, c.Equation.Currencies) || !c.Equation.TiesOut() {
		c.tell("%s: the equation does not tie out with its documents", manifestName)
	}
}

// rows reads a table by the names of its columns.
func (c *Checked) rows(tree fs.FS, name string, do func(map[string]string)) {
	f, err := tree.Open(name)
	if err != nil {
		return // it is told as missing
	}
	defer f.Close()
	r := csv.NewReader(f)
	heads, err := r.Read()
	for err == nil {
		var cells []string
		if cells, err = r.Read(); err == nil {
			row := map[string]string{}
			for i, h := range heads {
				row[h] = strings.TrimPrefix(cells[i], "'")
			}
			do(row)
		}
	}
	if !errors.Is(err, io.EOF) {
		c.tell("%s cannot be read: %s", name, err)
	}
}

// longestRow bounds a row of the history.
const longestRow = 64 << 20

// chain computes the rows of the history again. With ids only the rows have no actors and details, and stand for
// themselves.
func (c *Checked) chain(tree fs.FS) {
	f, err := tree.Open(historyName)
	if err != nil {
		return // as above
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, longestRow)
	var last ledger.Link
	for lines.Scan() {
		var l ledger.Link
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			c.tell("%s: what stands behind row %d cannot be read: %s", historyName, last.Seq, err)
			return
		}
		switch {
		case l.Seq <= last.Seq:
			c.tell("%s: row %d stands behind row %d", historyName, l.Seq, last.Seq)
		case l.Seq > last.Seq+1 && last.Seq > 0 && c.gapless(last, l):
			c.tell("%s: rows %d to %d are missing", historyName, last.Seq+1, l.Seq-1)
		case l.Seq > c.Head:
			c.tell("%s: row %d was not there yet when the pack was made: %s says %d rows", historyName, l.Seq, manifestName, c.Head)
		case l.Seq == last.Seq+1 && l.Before != last.Hash:
			c.tell("%s: row %d does not follow row %d", historyName, l.Seq, last.Seq)
		case !c.IDsOnly && !l.Fits():
			c.tell("%s: row %d is not what was written: its hash differs", historyName, l.Seq)
		case l.Seq == c.Head && l.Hash != c.HeadHash:
			c.tell("%s: row %d is another one than %s says", historyName, l.Seq, manifestName)
		}
		last = l
		c.Rows++
	}
	switch err := lines.Err(); {
	case err != nil:
		c.tell("%s cannot be read: %s", historyName, err)
	case c.whole() && (c.Until.IsZero() || c.Until.After(c.Made)) && last.Seq != c.Head && (c.Rows > 0 || c.Since.IsZero()):
		c.tell("%s: it ends with row %d, and %s says %d", historyName, last.Seq, manifestName, c.Head)
	}
}

// whole: the history in the pack is a chain without gaps.
func (c *Checked) whole() bool { return c.Route == "" && len(c.Asked) == 0 }

// gapless: between two rows of the pack no row may be missing. Rows carry the time of the process that wrote them, so
// near the ends of the period a row of the other side may stand between two of this one.
func (c *Checked) gapless(before, behind ledger.Link) bool {
	inside := func(l ledger.Link) bool {
		at := ledger.Time(l.At)
		return (c.Since.IsZero() || at.After(c.Since.Add(time.Hour))) && (c.Until.IsZero() || at.Before(c.Until.Add(-time.Hour)))
	}
	return c.whole() && inside(before) && inside(behind)
}
