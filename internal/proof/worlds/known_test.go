package worlds

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/samples"
)

// known is a document that a test put into the service, with what must come of it.
type known struct {
	id       string
	sample   string
	docType  fis.DocType
	currency string
	debit    fis.Amount // of its posting lines, as the ERP must get them
	fate     fate
}

// fate is how a document must end when nothing but the expected goes wrong.
type fate string

const (
	told     fate = ""         // dropped, answered by the ERP, confirmed
	left     fate = "left"     // stays in Concur: a test user
	held     fate = "held"     // acknowledged and then kept for a person
	recalled fate = "recalled" // taken back before it was acknowledged
)

// offer makes samples ready in the service.
func (w *world) offer(names ...string) {
	w.t.Helper()
	for _, name := range names {
		s, env := sample(w.t, name)
		w.add(s, env)
	}
}

func (w *world) add(s samples.Sample, env fis.Envelope) *known {
	w.t.Helper()
	if _, err := w.fis.Add(env); err != nil {
		w.t.Fatal(err)
	}
	k := &known{id: env.ID, sample: s.File, docType: env.DocType, currency: s.Currency}
	switch s.Role {
	case samples.TestUser:
		k.fate = left
	case samples.Unmapped:
		k.fate = held
	}
	if k.fate == told && env.DocType.HasPostingLines() {
		k.debit = debitOf(w.t, env)
	}
	w.input = append(w.input, k)
	return k
}

// debitOf is what a document's posting lines sum to, rounded as the ERP gets them.
func debitOf(t *testing.T, env fis.Envelope) fis.Amount {
	t.Helper()
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil {
		t.Fatal(err)
	}
	result, err := posting.Derive(doc, posting.Options{Round: true})
	if err != nil {
		t.Fatal(err)
	}
	debit, _ := result.Totals()
	return debit
}

// sample reads a sample by the name of its file, without its ending.
func sample(t *testing.T, name string) (samples.Sample, fis.Envelope) {
	t.Helper()
	manifest, err := samples.Load()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(manifest.Documents, func(s samples.Sample) bool { return strings.TrimSuffix(s.File, path.Ext(s.File)) == name })
	if i < 0 {
		t.Fatalf("there is no sample %q", name)
	}
	s := manifest.Documents[i]
	f, err := samples.Documents().Open(s.File)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var env fis.Envelope
	if err := fis.ReadDocuments(f, s.File, func(e fis.Envelope) error { env = e; return nil }); err != nil {
		t.Fatal(err)
	}
	return s, env
}

func docID(t *testing.T, name string) string {
	t.Helper()
	_, env := sample(t, name)
	return env.ID
}

// id is the docId of a sample of this world.
func (w *world) id(name string) string {
	w.t.Helper()
	return w.known(name).id
}

func (w *world) known(name string) *known {
	w.t.Helper()
	for _, k := range w.input {
		if k.sample == name+".json" {
			return k
		}
	}
	w.t.Fatalf("the world has no sample %q", name)
	return nil
}
