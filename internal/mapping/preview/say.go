package preview

import (
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// The Preview sheet is in the language of its workbook.

func (b *previewBook) in() *sheets.Lang { return b.v.plan.View().Content().In }

// say is a text in it.
func (b *previewBook) say(format string, args ...any) string { return b.in().Text(format, args...) }

// count is a number with its noun.
func (b *previewBook) count(n int, noun string) string {
	one, many, found := strings.Cut(b.say("#"+noun), "|")
	switch {
	case !found:
		return wording.Counted(n, noun)
	case n == 1:
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// notShown tells which documents are left out, as NotShown does.
func (b *previewBook) notShown() string {
	var out []string
	if b.v.Brief() > 0 {
		out = append(out, b.say("%s of them shown, the totals are of all", b.count(len(b.v.Documents), "document")))
	}
	if b.v.Left > 0 {
		out = append(out, b.say("%s not looked at", b.count(b.v.Left, "further document")))
	}
	return strings.Join(out, "; ")
}
