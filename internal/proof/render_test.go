package proof

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/samples"
	"github.com/fisbridge/fisbridge/templates"
)

var update = flag.Bool("update", false, "write the expected files of the worked cases anew")

// made is the moment every file of the tests is made at.
func made() time.Time { return time.Date(2026, 11, 2, 2, 15, 0, 0, time.UTC) }

// external finds a program that the test needs.
func external(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	switch {
	case err == nil:
		return path
	case os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1":
		t.Fatalf("%s is not installed, and FISBRIDGE_REQUIRE_EXTERNAL asks for it", program)
	}
	t.Skipf("%s is not installed", program)
	return ""
}

// readEnvelopes are the documents of a file.
func readEnvelopes(t *testing.T, name string, data []byte) []fis.Envelope {
	t.Helper()
	var out []fis.Envelope
	err := fis.ReadDocuments(bytes.NewReader(data), name, func(e fis.Envelope) error {
		out = append(out, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sampleDocuments are our own documents that have posting lines, by name of their file.
func sampleDocuments(t *testing.T) []fis.Envelope {
	t.Helper()
	names, err := fs.Glob(samples.Documents(), "*.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []fis.Envelope
	for _, name := range names {
		data, err := fs.ReadFile(samples.Documents(), name)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range readEnvelopes(t, name, data) {
			if e.DocType.HasPostingLines() {
				out = append(out, e)
			}
		}
	}
	if len(out) < 50 {
		t.Fatalf("%d samples: the proofs want more", len(out))
	}
	return out
}

// vendorDocuments are the vendor's public documents where they lie beside the checkout, and none where they do not.
func vendorDocuments(t *testing.T) []fis.Envelope {
	t.Helper()
	paths, err := filepath.Glob("../../../shared/fis/documents/*.json")
	if err != nil {
		t.Fatal(err)
	}
	var out []fis.Envelope
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, readEnvelopes(t, filepath.Base(path), data)...)
	}
	return out
}

// checkRefused holds the refused samples against the manifest: the one with an account that nobody knows, and those in
// currencies that the template does not take.
func checkRefused(t *testing.T, refused map[string]*refusal.DocumentError, currencies ...string) {
	t.Helper()
	manifest, err := samples.Load()
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, s := range manifest.Documents {
		if s.DocType.HasPostingLines() && (s.Role == samples.Unmapped || slices.Contains(currencies, s.Currency)) {
			want = append(want, s.DocID)
		}
	}
	for id := range refused {
		got = append(got, id)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("refused documents (-want +got):\n%s\n%v", diff, refused)
	}
}

func parse(t *testing.T, env fis.Envelope) *fis.Document {
	t.Helper()
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// allInOne is the row of the sheet Settings by which the documents of all companies belong in the books of one.
const allInOne = `  "Company by": "\"1000\""` + "\n"

// oneBook is the plan of a new workbook with all documents in the books of one company.
func oneBook(t *testing.T, name string) *mapping.Plan {
	t.Helper()
	text, err := workbook.NewYAML(templates.FS(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	plan, found := mapping.LoadBytes(templates.FS(), name+".yaml", []byte(strings.Replace(string(text), "\nsettings:\n", "\nsettings:\n"+allInOne, 1)))
	if plan == nil {
		t.Fatal(found.Err())
	}
	return plan
}

// settled is the plan of a new mapping with other settings: from, to, as its YAML has them.
func settled(t *testing.T, name string, changes ...string) *mapping.Plan {
	t.Helper()
	text, err := workbook.NewYAML(templates.FS(), name, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(changes); i += 2 {
		changed := bytes.Replace(text, []byte(changes[i]), []byte(changes[i+1]), 1)
		if bytes.Equal(changed, text) {
			t.Fatalf("the mapping of %s does not say %s", name, changes[i])
		}
		text = changed
	}
	plan, found := mapping.LoadBytes(templates.FS(), name+".yaml", text)
	if plan == nil {
		t.Fatal(found.Err())
	}
	return plan
}

// readyPlan is the plan of a ready workbook, as a company starts with it.
func readyPlan(t *testing.T, name string) *mapping.Plan {
	t.Helper()
	plan, findings := mapping.Load(templates.FS(), "../../mappings/"+name+".xlsx")
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	return plan
}

// importFile is a rendered file and where each document lies in it.
type importFile struct {
	name, group string
	sequence    int64
	data        []byte
	totals      mapping.Totals
	parts       []mapping.Part
	envelopes   []fis.Envelope
}

// lines are the file's lines without their ends; line n of the file is lines[n-1].
func (f *importFile) lines() []string {
	return strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(f.data), "\r\n", "\n"), "\n"), "\n")
}

// owner is the index of the document that a line belongs to, -1 for none.
func (f *importFile) owner(line int) int {
	return slices.IndexFunc(f.parts, func(p mapping.Part) bool { return line >= p.FirstLine && line <= p.LastLine })
}

// render makes the files of some documents through the pipeline that a run uses, a file for each group in the order of
// their first documents; refused are the documents that could not be mapped, by Envelope.Name.
func render(t *testing.T, plan *mapping.Plan, docs []fis.Envelope, first int64) (files []*importFile, refused map[string]*refusal.DocumentError) {
	t.Helper()
	return renderAt(t, plan, docs, mapping.FileContext{Route: "gl", Sequence: first, Created: made()})
}

// renderAt is render for the route and time of the context; its sequence is that of the first file.
func renderAt(t *testing.T, plan *mapping.Plan, docs []fis.Envelope, at mapping.FileContext) (files []*importFile, refused map[string]*refusal.DocumentError) {
	t.Helper()
	refused = map[string]*refusal.DocumentError{}
	var open []*mapping.File
	next := 0
	err := plan.RenderAll(t.Context(), 2, func() (mapping.Input, bool, error) {
		if next == len(docs) {
			return mapping.Input{}, false, nil
		}
		next++
		return mapping.Input{Envelope: docs[next-1]}, true, nil
	}, func(r mapping.Rendered) error {
		var bad *refusal.DocumentError
		if errors.As(r.Err, &bad) {
			refused[r.Envelope.Name()] = bad
			return nil
		} else if r.Err != nil {
			return r.Err
		}
		i := slices.IndexFunc(files, func(f *importFile) bool { return f.group == r.Prepared.Group })
		if i < 0 {
			i = len(files)
			ctx := mapping.FileContext{Route: at.Route, Sequence: at.Sequence + int64(i), Created: at.Created, Group: r.Prepared.Group, TempDir: t.TempDir()}
			file, err := plan.NewFile(ctx)
			if err != nil {
				return err
			}
			files, open = append(files, &importFile{name: file.Name(), group: ctx.Group, sequence: ctx.Sequence}), append(open, file)
		}
		part, err := open[i].Add(r.Prepared)
		files[i].parts, files[i].envelopes = append(files[i].parts, part), append(files[i].envelopes, r.Envelope)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		var b bytes.Buffer
		if f.totals, err = open[i].Finish(&b); err != nil {
			t.Fatal(err)
		}
		f.data = b.Bytes()
	}
	return files, refused
}

// row is one record of a file as its layout reads it, by field name.
type row struct {
	record string
	line   int
	values map[string]layout.Value
}

func (r row) text(field string) string       { return r.values[field].Text }
func (r row) amount(field string) fis.Amount { return r.values[field].Number }

// readRows reads an import file back with the layout that it was written by.
func readRows(t *testing.T, plan *mapping.Plan, data []byte) []row {
	t.Helper()
	r, err := plan.Layout().NewReader(bytes.NewReader(data), int64(len(data)), layout.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []row
	for {
		got, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		rec := plan.Layout().Records()[got.Record]
		values := map[string]layout.Value{}
		for i, v := range got.Values {
			values[rec.Fields[i].Name] = v
		}
		out = append(out, row{rec.Name, got.Line, values})
	}
}

// run runs a program in a folder of its own and gives its output and whether it ended with 0.
func run(ctx context.Context, t *testing.T, program string, args ...string) (output string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err != nil {
		return stdout.String() + stderr.String(), false
	}
	return stdout.String(), true
}
