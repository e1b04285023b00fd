package workshop

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
)

var at = time.Date(2026, 3, 20, 2, 15, 0, 0, time.UTC)

// A page makes, checks, tries, converts, pins and renders a mapping through this room alone, from its bytes, without a
// command or a terminal.
func TestAPageWorksOnAMapping(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	all := TemplatesFor(dir, "")
	listed := Templates(all)
	if i := slices.IndexFunc(listed, func(x Template) bool { return x.Name == "generic-csv" }); i < 0 || !listed[i].Ready || listed[i].Title == "" || listed[i].Problem != "" || len(listed) != len(BuiltinNames()) {
		t.Fatalf("templates: %+v", listed)
	}
	made, err := New(all, "generic-csv", "acme.xlsx", nil, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := Check(ctx, Checking{Templates: all, At: at}, "acme.xlsx", made) // it lies nowhere
	if err != nil || r.Template != "generic-csv" {
		t.Fatalf("%+v, %v", r, err)
	}
	text, cells, err := Annotated(made, r)
	if err != nil || (cells > 0) == bytes.Equal(text, made) {
		t.Errorf("%d cells with notes, %v", cells, err)
	}
	if _, _, _, err := Fixed(made, r); err != nil {
		t.Error(err)
	}
	name, ready, err := Ready("generic-csv")
	if err != nil {
		t.Fatal(err)
	}
	if r, err = Check(ctx, Checking{Templates: all, At: at}, name, ready); err != nil || !r.Usable {
		t.Fatalf("the ready mapping: %+v, %v", r, err)
	}
	yaml, _, err := Convert(all, name, ready, "acme.yaml", "")
	if err != nil || !bytes.Contains(yaml, []byte("generic-csv")) {
		t.Fatalf("%.80s, %v", yaml, err)
	}
	file := filepath.Join(dir, "acme.xlsx")
	if err := os.WriteFile(file, ready, 0o600); err != nil {
		t.Fatal(err)
	}
	plan, findings := Load(all, file)
	if err := findings.Err(); err != nil {
		t.Fatal(err)
	}
	v, err := MakePreview(Previewing{Templates: all, Limit: 5, Sequence: 1, Created: at}, plan, Samples(plan))
	if err != nil {
		t.Fatal(err)
	}
	if told := v.Told(); told.Documents != 5 || told.LeftOut == 0 || len(told.Files) == 0 {
		t.Errorf("%+v", told)
	}
	if page, err := v.Page(); err != nil || !bytes.HasPrefix(page, []byte("<!")) {
		t.Errorf("%.40s, %v", page, err)
	}
	if book, err := v.InWorkbook(); err != nil || !bytes.HasPrefix(book, []byte("PK")) {
		t.Errorf("%v", err)
	}
	pinned, err := Pin(all, plan, first(t, Samples(plan)), "", "")
	if err != nil || pinned.Added == 0 || pinned.Plan == nil {
		t.Errorf("%+v, %v", pinned, err)
	}
	if seen, err := Seen(ctx, Samples(plan), func(_ fis.Envelope, err error) { t.Error(err) }); err != nil || seen.Documents == 0 {
		t.Errorf("%+v, %v", seen, err)
	}
}

func first(t *testing.T, documents iter.Seq2[fis.Envelope, error]) fis.Envelope {
	t.Helper()
	for env, err := range documents {
		if err != nil {
			t.Fatal(err)
		}
		return env
	}
	t.Fatal("no document")
	return fis.Envelope{}
}

// memory is a file that is there when it was committed.
type memory struct {
	bytes.Buffer
	done *bytes.Buffer
}

func (m *memory) Commit() error { _, err := io.Copy(m.done, &m.Buffer); return err }
func (m *memory) Abort()        {}

// Documents become import files in whatever the caller writes; what cannot be read is told, and leaves nothing
// half-made.
func TestRender(t *testing.T) {
	plan, err := ReadyPlan("generic-csv")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var left []error
	r := Rendering{Route: "expenses", Sequence: 7, Created: at, OneFile: true,
		First: func() iter.Seq2[Piece, error] {
			return func(yield func(Piece, error) bool) {
				if !yield(Piece{}, errors.New("torn")) {
					return
				}
				for env, err := range Samples(plan) {
					if !yield(Piece{Envelope: env}, err) {
						return
					}
				}
				yield(Piece{Ended: "the samples"}, nil)
			}
		},
		Again:    func([]int) iter.Seq2[fis.Envelope, error] { return Samples(plan) },
		Open:     func(string) (Writing, error) { return &memory{done: &out}, nil },
		LeftOut:  func(_ fis.Envelope, err error) { left = append(left, err) },
		NotMade:  func(err error, _ int) { left = append(left, err) },
		Progress: func() {},
	}
	made, err := Render(context.Background(), plan, r)
	if err != nil || len(made) != 1 || made[0].Totals.Documents == 0 || out.Len() == 0 {
		t.Fatalf("%+v, %v, %d bytes", made, err, out.Len())
	}
	if len(left) == 0 || left[0].Error() != "torn" {
		t.Errorf("left out: %v", left)
	}
	line, _, err := PostingLines(LinesParser(), first(t, Samples(plan)), nil)
	if err != nil || !bytes.HasPrefix(line, []byte("{")) {
		t.Errorf("%.60s, %v", line, err)
	}
}

// A working folder is made once, and never over another one.
func TestMakeFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bridge")
	made, err := MakeFolder(dir, "generic-csv", Beginning{})
	if err != nil || made.NoKey != nil || !slices.Contains(made.Files, "fisbridge.yaml") {
		t.Fatalf("%+v, %v", made, err)
	}
	for _, f := range made.Files {
		if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
			t.Error(err)
		}
	}
	if _, err := MakeFolder(dir, "generic-csv", Beginning{}); err == nil || !strings.Contains(err.Error(), "is already there") {
		t.Errorf("%v", err)
	}
	var usage *desk.Error
	if _, err := MakeFolder(dir, "generic-cvs", Beginning{}); !errors.As(err, &usage) || usage.Code != desk.ExitUsage || usage.Hint != "did you mean generic-csv?" {
		t.Errorf("%v", err)
	}
}
