package returns

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// million is a CSV result file of a million rows on disk, so that the heap shows what reading takes.
func million(tb testing.TB) (*os.File, int64) {
	file, err := os.Create(filepath.Join(tb.TempDir(), "POST_1.csv"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { file.Close() })
	b := bufio.NewWriter(file)
	b.WriteString(postingHead)
	for i := range 1_000_000 {
		if i%50 == 7 {
			fmt.Fprintf(b, "%032X,ERR,,,,,F5 312,\"Account 64%04d, cost center closed\",,,\n", i, i%10000)
			continue
		}
		fmt.Fprintf(b, "%032X,OK,%010d,1000,2026,2026-03-31,,,,,\n", i, 1900000000+i)
	}
	if err := b.Flush(); err != nil {
		tb.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		tb.Fatal(err)
	}
	return file, info.Size()
}

// BenchmarkParse reads a million rows; beside it the standard library's CSV reader, which only splits them.
func BenchmarkParse(b *testing.B) {
	file, size := million(b)
	f := compiled(b, postingCSV())
	b.Run("fisbridge", func(b *testing.B) {
		b.SetBytes(size)
		var mem runtime.MemStats
		for b.Loop() {
			peak, n := uint64(0), 0
			sum, err := f.Parse(context.Background(), "POST_1.csv", file, size, layout.Limits{}, func(Row) error {
				if n++; n%100_000 == 0 {
					runtime.ReadMemStats(&mem)
					peak = max(peak, mem.HeapAlloc)
				}
				return nil
			})
			if err != nil || sum.Postings != 1_000_000 {
				b.Fatalf("%+v, %v", sum, err)
			}
			b.ReportMetric(float64(peak)/(1<<20), "heap-MiB")
		}
	})
	b.Run("encoding/csv", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			r := csv.NewReader(bufio.NewReader(io.NewSectionReader(file, 0, size)))
			r.ReuseRecord = true
			for {
				if _, err := r.Read(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
