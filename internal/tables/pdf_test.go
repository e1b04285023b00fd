package tables

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// A PDF has every cell, whole and exact, with letters of many languages; headings come again on each page, and the same
// report gives the same bytes.
func TestPDF(t *testing.T) {
	t.Parallel()
	amount, err := fis.ParseAmount("12345678901234567890123.00000001")
	if err != nil {
		t.Fatal(err)
	}
	long := Table{Title: "Many", Heads: []string{"number", "what", "amount"}, Right: []int{0, 2}}
	for i := range 120 {
		long.Rows = append(long.Rows, []Cell{CountCell(i), {Text: strings.Repeat("a reason that is long enough to break ", i%5+1)}, AmountCell(amount, "EUR")})
	}
	letters := Table{Title: "Letters", Heads: []string{"text"}, Rows: [][]Cell{TextCells("Łódź Straße Ελλάδα Москва €"), TextCells("東京\x1b[2J")}}
	render := func() []byte {
		var b bytes.Buffer
		if err := PDF(&b, Page{Title: "Bericht für März", Facts: [][2]string{{"as of", "now"}}, Foot: "foot", Made: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, []Table{long, letters, {Title: "Empty", Heads: []string{"a", "b"}}}); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	pdf := render()
	if !bytes.Equal(pdf, render()) {
		t.Error("the same report gives other bytes")
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
			t.Fatal(err)
		}
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	cmd := exec.Command(tool, "-layout", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	text := string(out)
	for want, n := range map[string]int{"12,345,678,901,234,567,890,123.00000001": 120, "Bericht für März": 1, "Łódź Straße Ελλάδα Москва €": 1, "□□": 1, "none": 1, "\x1b": 0} {
		if got := strings.Count(text, want); got < n || n == 0 && got > 0 || n == 120 && got != n {
			t.Errorf("%q stands there %d times", want, got)
		}
	}
	if strings.Count(text, "number") < 3 {
		t.Error("headings do not come again on each page")
	}
}

// A text that a spreadsheet would run does not run; amounts are plain.
func TestCSV(t *testing.T) {
	t.Parallel()
	amount, err := fis.ParseAmount("-1234.5")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := CSV(&b, []Table{{Heads: []string{"a", "b"}, Rows: [][]Cell{{{Text: "=1+1"}, AmountCell(amount, "EUR")}}}, {Heads: []string{"c"}}}); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != "a,b\n'=1+1,-1234.50\n\nc\n" {
		t.Errorf("%q", got)
	}
}
