package erp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/bundle"
)

// belongs reports whether a file waits for another one that starts the import: it is read with that one.
func (e *ERP) belongs(name string) bool {
	for _, like := range e.in.plan.Beside("*" + filepath.Ext(name)) {
		if ok, err := path.Match(like, name); ok && err == nil {
			return true
		}
	}
	return false
}

// parts are the files that make an import, the one that starts it last.
func (e *ERP) parts(name string) []string { return append(e.in.plan.Beside(name), name) }

// gather reads the files of an import, as one bundle where they are several. A missing one is a refusal.
func (e *ERP) gather(name string) (content []byte, missing string, err error) {
	names := e.parts(name)
	if len(names) == 1 {
		content, err = os.ReadFile(filepath.Join(e.cfg.Inbox, name))
		return content, "", err
	}
	var members []bundle.Member
	for _, part := range names {
		data, err := os.ReadFile(filepath.Join(e.cfg.Inbox, part))
		switch {
		case errors.Is(err, fs.ErrNotExist) && part != name:
			missing = fmt.Sprintf("%s starts an import, and %s, which belongs to it, is not there", name, part)
			continue
		case err != nil:
			return nil, "", err
		}
		members = append(members, bundle.Member{Name: part, Size: int64(len(data)), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }})
	}
	var out bytes.Buffer
	err = bundle.Write(&out, "", members)
	return out.Bytes(), missing, err
}

// join gives each line the currency that the document's record in another file of the import says, and refuses what has
// no partner there.
func (r *reader) join(b *batch) {
	at, ok := r.marks[r.cfg.Currency]
	if !ok || r.columns[at.record].document < 0 || r.columns[at.record].line || len(r.plan.Members("x.csv")) == 0 {
		return
	}
	heads := map[string]bool{}
	for ref, currency := range b.heads {
		heads[ref] = true
		for _, i := range b.documents[ref] {
			b.lines[i].currency = currency
		}
	}
	for _, ref := range b.order {
		if !heads[ref] {
			b.refuse("%s has lines and no record %s", ref, r.cfg.Records[at.record].Name)
		}
		delete(heads, ref)
	}
	for ref := range heads {
		b.refuse("%s has a record %s and no lines", ref, r.cfg.Records[at.record].Name)
	}
}
