package mapping_test

import (
	"bytes"
	"errors"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
)

// bentPlace is a place that writes another digit than it was given.
type bentPlace struct {
	*os.File
	at, size int64 // at < 0: none
	full     int64 // where the disk is full; 0: nowhere
}

var errFull = errors.New("no space left")

func (p *bentPlace) Write(b []byte) (int, error) {
	if p.full > 0 && p.size+int64(len(b)) > p.full {
		return 0, errFull
	}
	b = bytes.Clone(b)
	if i := p.at - p.size; p.at >= 0 && i >= 0 && i < int64(len(b)) {
		b[i] = '0' + (b[i]-'0'+1)%10
	}
	p.size += int64(len(b))
	return p.File.Write(b)
}

// madeAt makes a file of n documents in a place that is there before them, or after.
func madeAt(t *testing.T, plan *mapping.Plan, docs []*mapping.Prepared, n int, early bool, at, full int64) (totals mapping.Totals, body []byte, taken bool, err error) {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	place := &bentPlace{File: out, at: at, full: full}
	file, err := plan.NewFile(mapping.FileContext{Route: "bench", Sequence: 1, Created: made(), Group: docs[0].Group, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Abort()
	if early {
		if taken, err = file.Begin(place); err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		if _, err := file.Add(docs[i%len(docs)]); err != nil {
			return totals, nil, taken, err
		}
	}
	totals, err = file.FinishIn(place)
	body, wrong := os.ReadFile(out.Name())
	if wrong != nil {
		t.Fatal(wrong)
	}
	return totals, body, taken, err
}

// preparedFor are documents of one group, made ready for a file.
func preparedFor(t *testing.T, plan *mapping.Plan, docs []fis.Envelope) (out []*mapping.Prepared) {
	t.Helper()
	w := plan.NewWorker()
	for _, d := range docs {
		if p, err := w.Prepare(d); err == nil && p.Rows > 0 && (len(out) == 0 || p.Group == out[0].Group) {
			out = append(out, p)
		}
	}
	return out
}

// A file that has its place before its documents is, byte for byte, the one that is written when they are known, and
// whatever the bytes there say of a document that it does not is found in both.
func TestReadAlong(t *testing.T) {
	samples := sampleDocuments(t)
	rnd := rand.New(rand.NewSource(1))
	for _, name := range []string{"bench", "hledger-journal"} {
		t.Run(name, func(t *testing.T) {
			plan, envelopes := benchPlan(t), benchDocuments(50)
			if name != "bench" {
				plan, envelopes = templatePlan(t, name), samples
			}
			docs := preparedFor(t, plan, envelopes)
			for _, n := range []int{3, 1500} {
				want, body, _, err := madeAt(t, plan, docs, n, false, -1, 0)
				if err != nil {
					t.Fatal(err)
				}
				got, along, taken, err := madeAt(t, plan, docs, n, true, -1, 0)
				if err != nil || !bytes.Equal(along, body) || !reflect.DeepEqual(got, want) {
					t.Fatalf("%d documents: other bytes or totals, or %v", n, err)
				}
				if taken != (name == "bench") { // a header waits for all documents
					t.Fatalf("the place was taken: %t", taken)
				}
				found := 0
				for range 5 {
					at := rnd.Intn(len(body))
					for body[at] < '0' || body[at] > '9' {
						at = rnd.Intn(len(body))
					}
					_, _, _, one := madeAt(t, plan, docs, n, false, int64(at), 0)
					_, _, _, other := madeAt(t, plan, docs, n, true, int64(at), 0)
					if (one == nil) != (other == nil) || one != nil && one.Error() != other.Error() {
						t.Fatalf("%d documents, byte %d bent: %v, but %v", n, at, one, other)
					}
					var a, b *refusal.ReadBackError
					if errors.As(one, &a) {
						found++
						if !errors.As(other, &b) || !reflect.DeepEqual(a, b) {
							t.Fatalf("%d documents, byte %d bent: %+v, but %+v", n, at, a, b)
						}
					}
				}
				if n > 3 && found == 0 {
					t.Error("no bent digit was found")
				}
			}
			if _, _, taken, err := madeAt(t, plan, docs, 1500, true, -1, 300<<10); !errors.Is(err, errFull) {
				t.Errorf("a full disk: %v (taken %v)", err, taken)
			}
		})
	}
}
