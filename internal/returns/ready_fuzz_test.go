package returns

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// fuzzReady: whatever the bytes are, nothing crashes, every row is counted once and has a line of its own, what is
// emitted keeps the rules, and the same bytes say the same twice.
func fuzzReady(f *testing.F, names ...string) {
	var formats []*Format
	for i, name := range names {
		formats = append(formats, readyFormat(f, name))
		files, err := filepath.Glob(filepath.Join("testdata", "ready", name+"--*"))
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range files {
			if content, err := os.ReadFile(file); err != nil {
				f.Fatal(err)
			} else if !strings.HasSuffix(file, ".told") {
				f.Add(i, content)
			}
		}
	}
	limits := layout.Limits{Bytes: 1 << 20, Rows: 10000, Columns: 100, Line: 1 << 14}
	f.Fuzz(func(t *testing.T, which int, content []byte) {
		format := formats[uint(which)%uint(len(formats))]
		run := func() ([]string, error) {
			var rows []string
			lines := map[int]bool{}
			sum, err := format.Parse(t.Context(), "x", bytes.NewReader(content), int64(len(content)), limits, func(r Row) error {
				if lines[r.Line] {
					t.Fatalf("two rows of line %d", r.Line)
				}
				lines[r.Line] = true
				check(t, format, r)
				if r.Kind != Ignored {
					rows = append(rows, show(r))
				}
				return nil
			})
			if sum.Rows != sum.Postings+sum.Payments+sum.Files+sum.Exceptions+sum.Ignored || len(rows) != sum.Rows-sum.Ignored {
				t.Fatalf("%d rows emitted, %+v", len(rows), sum)
			}
			return rows, err
		}
		first, err := run()
		again, err2 := run()
		if strings.Join(first, "\n") != strings.Join(again, "\n") || (err == nil) != (err2 == nil) {
			t.Fatalf("not the same twice: %q %v, %q %v", first, err, again, err2)
		}
	})
}

func FuzzISO20022(f *testing.F) { fuzzReady(f, "iso20022", "camt.053", "camt.054", "pain.002") }
func FuzzMT940(f *testing.F)    { fuzzReady(f, "mt940", "mt942") }
func FuzzBAI2(f *testing.F)     { fuzzReady(f, "bai2") }
func FuzzNACHA(f *testing.F)    { fuzzReady(f, "nacha-return") }
func FuzzALEAUD(f *testing.F)   { fuzzReady(f, "aleaud") }
func FuzzERPs(f *testing.F)     { fuzzReady(f, "concur-100-600", "oracle-ess", "netsuite", "answer") }
