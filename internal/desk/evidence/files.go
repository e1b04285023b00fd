package evidence

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// safe is a name for a file of the pack, whatever somebody else called it.
func safe(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, name)
}

// bytes puts the bytes of a file into the pack, where it may hold names and they are kept.
func (m *maker) bytes(name string, open func() (io.ReadCloser, error)) (string, error) {
	if m.o.IDsOnly {
		return "", nil
	}
	body, err := open()
	if missing(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	_, err = m.file(name, func(out io.Writer) error {
		_, err := io.Copy(out, body)
		return err
	})
	return name, errors.Join(err, body.Close())
}

// importFiles writes the import files of the documents, and those that were made in the time of a whole pack.
func (m *maker) importFiles(ctx context.Context) error {
	if m.o.whole() {
		p, err := m.w.ListFiles(ctx, desk.Filter{Since: m.o.Since, Until: m.o.Until})
		if err != nil {
			return err
		}
		for _, f := range p.Rows {
			m.files[f.ID] = f
		}
	}
	list := make([]desk.File, 0, len(m.files))
	for _, f := range m.files {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b desk.File) int {
		return cmp.Or(cmp.Compare(a.Route, b.Route), cmp.Compare(a.Sequence, b.Sequence))
	})
	in := map[int64]string{}
	for _, f := range list {
		m.hashes[f.MappingHash] = true
		name := fmt.Sprintf("import-files/%s-%d--%s", safe(f.Route), f.Sequence, safe(f.Name))
		var err error
		if in[f.ID], err = m.bytes(name, func() (io.ReadCloser, error) { return m.w.FileBytes(ctx, f) }); err != nil {
			return err
		}
	}
	_, err := m.file(filesName, func(out io.Writer) error {
		t, err := newTable(out, "route", "number", "name", "state", "created_at", "dropped_at", "documents", "lines", "currency", "debit", "credit", "size", "sha256", "mapping", "mapping_hash", "reissue_of", "file")
		if err != nil {
			return err
		}
		for _, f := range list {
			m.shown.file(f, in[f.ID])
			currencies := []string{}
			for c := range f.Totals {
				currencies = append(currencies, c)
			}
			sums, known := desk.InFile(f)
			slices.Sort(currencies)
			if len(currencies) == 0 {
				currencies = []string{""}
			}
			for _, c := range currencies {
				debit, credit := fis.Text(sums[c].Debit, c), fis.Text(sums[c].Credit, c)
				if !known {
					debit, credit = "not known any more", "not known any more"
				}
				if err := t.row(f.Route, num(f.Sequence), f.Name, string(f.State), stamp(f.Created), stamp(f.DroppedAt), strconv.Itoa(f.Documents), strconv.Itoa(f.Lines), c, debit, credit, num(f.Size), f.SHA256, f.Mapping, f.MappingHash, num(f.ReissueOf), in[f.ID]); err != nil {
					return err
				}
			}
		}
		return t.end()
	})
	return err
}

func num(n int64) string { return strconv.FormatInt(n, 10) }

// resultFiles writes the result files that speak of the documents, and those that were collected in the time of a
// whole pack.
func (m *maker) resultFiles(ctx context.Context) error {
	var list []desk.ResultFile
	for id := range m.results {
		r, err := m.w.Result(ctx, num(id))
		if err != nil {
			return err
		}
		list = append(list, r)
	}
	if m.o.whole() {
		p, err := m.w.ListResults(ctx, desk.Filter{Since: m.o.Since, Until: m.o.Until})
		if err != nil {
			return err
		}
		for _, r := range p.Rows {
			if !m.results[r.ID] {
				m.results[r.ID] = true
				list = append(list, r)
			}
		}
	}
	slices.SortFunc(list, func(a, b desk.ResultFile) int { return cmp.Compare(a.ID, b.ID) })
	in := map[int64]string{}
	for _, r := range list {
		var err error
		if in[r.ID], err = m.bytes("result-files/"+num(r.ID)+"--"+safe(r.Name), func() (io.ReadCloser, error) { return m.w.ResultBytes(ctx, r) }); err != nil {
			return err
		}
	}
	_, err := m.file(resultsName, func(out io.Writer) error {
		t, err := newTable(out, "result", "route", "name", "state", "collected_at", "format", "lines", "outcomes", "payments", "ignored", "listed", "size", "sha256", "file")
		if err != nil {
			return err
		}
		for _, r := range list {
			c := r.Counts
			m.shown.result(r, in[r.ID])
			if err := t.row(num(r.ID), r.Route, r.Name, string(r.State), stamp(r.Collected), r.Format, strconv.Itoa(c.Total), strconv.Itoa(c.Outcomes), strconv.Itoa(c.Payments), strconv.Itoa(c.Ignored), strconv.Itoa(c.Listed), num(r.Size), r.SHA256, in[r.ID]); err != nil {
				return err
			}
		}
		return t.end()
	})
	return err
}
