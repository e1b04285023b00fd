package mapping_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

// made is the moment all files of the tests are made.
func made() time.Time { return time.Date(2026, 11, 2, 2, 15, 0, 0, time.UTC) }

// sampleDocuments are our own documents, in order of their names.
func sampleDocuments(t testing.TB) []fis.Envelope {
	t.Helper()
	return slices.Clone(once(t, "documents", func() []fis.Envelope { return readDocuments(t) }))
}

func readDocuments(t testing.TB) []fis.Envelope {
	t.Helper()
	var out []fis.Envelope
	names, err := fs.Glob(samples.Documents(), "*.json")
	if err != nil || len(names) == 0 {
		t.Fatal("no samples", err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(samples.Documents(), name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, envelopes(t, name, data)...)
	}
	return out
}

func envelopes(t testing.TB, name string, data []byte) []fis.Envelope {
	t.Helper()
	var out []fis.Envelope
	err := fis.ReadDocuments(bytes.NewReader(data), name, func(e fis.Envelope) error { out = append(out, e); return nil })
	if err != nil {
		t.Fatal(name, err)
	}
	return out
}

// rendered is what came of many documents: a file for each group, and what was refused.
type rendered struct {
	files   map[string][]byte
	totals  map[string]mapping.Totals
	parts   map[string]mapping.Part
	refused map[string]*refusal.DocumentError
}

// renderGroups makes a file for each group, as the run does.
func renderGroups(t *testing.T, plan *mapping.Plan, docs []fis.Envelope) rendered {
	t.Helper()
	out := rendered{map[string][]byte{}, map[string]mapping.Totals{}, map[string]mapping.Part{}, map[string]*refusal.DocumentError{}}
	open := map[string]*mapping.File{}
	var groups []string
	w := plan.NewWorker()
	for _, env := range docs {
		p, err := w.Prepare(env)
		if err == nil && p.Rows > 0 {
			if open[p.Group] == nil {
				groups = append(groups, p.Group)
				ctx := mapping.FileContext{Route: "gl", Sequence: int64(len(groups)), Created: made(), Group: p.Group, TempDir: t.TempDir()}
				if open[p.Group], err = plan.NewFile(ctx); err != nil {
					t.Fatal(err)
				}
			}
			out.parts[env.Name()], err = open[p.Group].Add(p)
		}
		var de *refusal.DocumentError
		if errors.As(err, &de) {
			out.refused[env.Name()] = de
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range groups {
		var b bytes.Buffer
		totals, err := open[g].Finish(&b)
		if err != nil {
			t.Fatal(err)
		}
		out.files[g], out.totals[g] = b.Bytes(), totals
	}
	return out
}

// readyPlan is the plan of a ready workbook. It is read once for all tests, for a plan never changes.
func readyPlan(t *testing.T, name string) *mapping.Plan {
	t.Helper()
	return once(t, "plan of "+name, func() *mapping.Plan { return readPlan(t, name) })
}

// freshBook is the workbook that is made of a template, once for all tests.
func freshBook(t testing.TB, name string) []byte {
	t.Helper()
	return once(t, "workbook of "+name, func() []byte {
		fresh, err := workbook.New(templates.FS(), name, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		return fresh
	})
}

// madeOnce is what several tests look at and none of them changes.
var madeOnce = map[string]any{}

func once[V any](t testing.TB, what string, do func() V) V {
	t.Helper()
	if v, ok := madeOnce[what]; ok {
		return v.(V)
	}
	v := do()
	madeOnce[what] = v
	return v
}

// oneOfEachKind are templates for tests of what depends on the sort of file and not on the ERP: one of each kind.
func oneOfEachKind(t *testing.T) []string {
	t.Helper()
	var out []string
	seen := map[layout.KindName]bool{}
	for _, name := range append([]string{"generic-csv"}, template.Names(templates.FS())...) {
		if kind := readyPlan(t, name).Layout().Spec().Kind; !seen[kind] {
			seen[kind] = true
			out = append(out, name)
		}
	}
	return out
}

func readPlan(t *testing.T, name string) *mapping.Plan {
	t.Helper()
	plan, findings := mapping.Load(templates.FS(), filepath.Join("..", "..", "mappings", name+".xlsx"))
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// Each template makes the same files of the samples as it did when somebody looked at them; -update writes them anew.
func TestGolden(t *testing.T) {
	docs := sampleDocuments(t)
	for _, name := range template.Names(templates.FS()) {
		t.Run(name, func(t *testing.T) {
			plan := readyPlan(t, name)
			var taken []fis.Envelope
			for _, d := range docs {
				if slices.Contains(plan.DocTypes(), d.DocType) {
					taken = append(taken, d)
				}
			}
			got := renderGroups(t, plan, taken)
			var b bytes.Buffer
			for _, g := range sortedKeys(got.files) {
				b.WriteString("==> group " + g + "\n")
				b.Write(readableFile(t, plan, got.files[g]))
			}
			for _, d := range sortedKeys(got.refused) {
				b.WriteString("==> refused: " + got.refused[d].Error() + "\n")
			}
			golden(t, ofTemplate(name, "golden.txt"), b.Bytes())
		})
	}
}

// readableFile is a file as people see it: a workbook by sheet and row, a package by its members, others as they are.
func readableFile(t *testing.T, plan *mapping.Plan, body []byte) []byte {
	t.Helper()
	if !plan.Layout().Can().Sheets {
		if bytes.HasPrefix(body, []byte("PK\x03\x04")) {
			return readablePackage(t, body)
		}
		return body
	}
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var b bytes.Buffer
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("==> sheet " + sheet + "\n")
		for _, row := range rows {
			b.WriteString(strings.Join(row, "|") + "\n")
		}
	}
	return b.Bytes()
}

func readablePackage(t *testing.T, body []byte) []byte {
	t.Helper()
	pack, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	must(t)(err)
	var b bytes.Buffer
	for _, f := range pack.File {
		member, err := fs.ReadFile(pack, f.Name)
		must(t)(err)
		b.WriteString("==> member " + f.Name + "\n")
		b.Write(member)
	}
	return b.Bytes()
}

// ofTemplate is a file beside a template that only its tests read: whoever adds a template touches its folder alone.
func ofTemplate(name, file string) string {
	return filepath.Join("..", "..", "templates", name, "test", file)
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
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("%s differs (-update accepts it):\n%s", path, diff)
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// allDocuments are the samples and, where they lie beside the checkout, the vendor's own documents.
func allDocuments(t *testing.T) []fis.Envelope {
	t.Helper()
	docs := sampleDocuments(t)
	vendor, _ := filepath.Glob(filepath.Join("..", "..", "..", "shared", "fis", "documents", "*.json"))
	for _, path := range vendor {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, envelopes(t, filepath.Base(path), data)...)
	}
	return docs
}
