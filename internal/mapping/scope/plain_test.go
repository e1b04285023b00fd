package scope

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Numbers lose their exponent, and so do zeros in texts; a text that may be a code stays.
func TestPlain(t *testing.T) {
	for source, want := range map[string]string{
		`0E-8`: "0", `1.5e2`: "150", `12`: "12", `-0e+2`: "0",
		`"0E-8"`: "0", `"0e+2"`: "0", `"0.00E+2"`: "0", `"-0.0e-1"`: "0", `" 0E-8 "`: "0",
		`"12E45"`: "12E45", `"0E8"`: "0E8", `"E-8"`: "E-8", `"-"`: "-", `"0E"`: "0E", `"e"`: "e", `".0E-8"`: ".0E-8", `"00123"`: "00123", `"--0E-8"`: "--0E-8", `""`: "",
	} {
		doc, err := fis.NewParser(nil).Parse(fis.Envelope{ID: "D", DocType: fis.Expense, Document: []byte(`{"a":` + source + `}`)})
		if err != nil {
			t.Fatal(source, err)
		}
		if got := plain(doc.Root.Get("a")); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}
