package partspool

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Places come back in their order and whole, those of few documents and those that lie on disk; an error of who takes
// them comes back as it is, and nothing is left behind.
func TestPlacesComeBack(t *testing.T) {
	amount, err := fis.ParseAmount("12.30")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{0, 1, 3000} {
		s := &Spool{Dir: t.TempDir()}
		var want []records.Part
		for i := range n {
			p := records.Part{DocID: fmt.Sprint("D", i), FirstLine: i + 1, LastLine: i + 1, Rows: 1, Currency: "EUR", Debit: amount}
			if i%3 > 0 {
				p.Written = []byte(strings.Repeat(`{"a":"ä"}`, i%40+1))
			}
			want = append(want, p)
			if err := s.Add(p); err != nil {
				t.Fatal(err)
			}
		}
		var got []records.Part
		if err := s.Each(func(p records.Part) error { got = append(got, p); return nil }); err != nil || s.Len() != n {
			t.Fatal(err, s.Len())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d: %s", n, diff[:min(len(diff), 2000)])
		}
		stop := errors.New("stop")
		if err := s.Each(func(records.Part) error { return stop }); n > 0 && !errors.Is(err, stop) {
			t.Error(err)
		}
		s.Remove()
		if left, err := os.ReadDir(s.Dir); err != nil || len(left) > 0 {
			t.Errorf("%d files are left, %v", len(left), err)
		}
	}
}
