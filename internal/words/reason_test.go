package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
)

var namesIn = regexp.MustCompile(`\{([a-z_]+)(?::([^}]*))?\}`)

// names are the values that a text names, and what is counted.
func names(s string) (out []string) {
	for _, m := range namesIn.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// optional are the parts that are left out when a value in them is missing, by the values in them.
func optional(s string) (out []string) {
	for _, part := range regexp.MustCompile(`⟦([^⟧]*)⟧`).FindAllStringSubmatch(s, -1) {
		out = append(out, strings.Join(names(part[1]), " "))
	}
	slices.Sort(out)
	return out
}

// typed is what a text tells to type.
func typed(s string) []string {
	out := regexp.MustCompile(`fisbridge (?:(?:list|mapping|mark|notify|retry) [a-z]+|(?:check|hold|refetch|reissue|reject|release|report|restored|run|show)\b)|--[a-z-]+|#LINE`).FindAllString(s, -1)
	slices.Sort(out)
	return slices.Compact(out)
}

// No reason is missing in a language; each names the same values, leaves out the same parts, and tells the same options.
func TestReasonsAreComplete(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range c.Langs()[1:] {
		for _, code := range why.Codes() {
			is, out, _ := why.Sentences(code)
			own, ok := l.reasons[code]
			if !ok {
				t.Errorf("%s: the reason %s is missing", l.Code, code)
				continue
			}
			for i, english := range []string{is, out} {
				text := ""
				if i < len(own) {
					text = own[i]
				}
				if !slices.Equal(names(english), names(text)) || !slices.Equal(optional(english), optional(text)) || strings.ContainsAny(text, "<>") {
					t.Errorf("%s: %s is %q, and in English %q", l.Code, code, text, english)
				}
				if want, got := typed(english), typed(text); !slices.Equal(want, got) {
					t.Errorf("%s: %s tells to type %q, and English %q", l.Code, code, got, want)
				}
			}
		}
		for code := range l.reasons {
			if _, _, known := why.Sentences(code); !known {
				t.Errorf("%s: the reason %s is not in English", l.Code, code)
			}
		}
	}
}

// A reason is said with the sentences and reasons in it, with states in words, and nouns by number.
func TestReasonsInALanguage(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	de, en := c.Of("de", ""), c.Of("en", "")
	inner := why.New("held-file-refused", "file", "ap1.csv", "said", "")
	for _, row := range []struct {
		r          why.Reason
		is, inside string
		whole      bool
	}{
		{why.New("document-held", "doc", "D1", "report", "R1", "reason", inner), "Beleg D1 (Bericht R1) ist angehalten: das ERP hat Importdatei ap1.csv zurückgewiesen", "fisbridge release D1", true},
		{why.New("document-held", "doc", "D1", "report", "R1", "reason", "words of a person"), "Beleg D1 (Bericht R1) ist angehalten: words of a person", "", false},
		{why.New("other", "state", "posted"), "er ist gebucht", "", true},
		{why.New("undone-drop", "n", 1, "runs", 3, "since", "x", "names", "a"), "1 Importdatei nicht abzulegen, nun schon in 3 Läufen (seit x UTC): a", "--probe", true},
		{why.New("undone-drop", "n", 2, "runs", 3, "since", "x", "names", "a", "cause", ""), "2 Importdateien nicht abzulegen, nun schon in 3 Läufen (seit x UTC): a", "", true},
		{why.New("file-unfinished", "problem", say.F("of next year %d", 1)), "seine Importdatei konnte nicht fertiggestellt werden: of next year 1", "", false},
	} {
		is, way, whole := de.Reason(row.r)
		if is != row.is || !strings.Contains(way, row.inside) || whole != row.whole {
			t.Errorf("%s: %q, %q, %v", row.r.Code, is, way, whole)
		}
		if is, way, whole := en.Reason(row.r); is != row.r.Text() || way != row.r.Way() || !whole {
			t.Errorf("%s in English: %q, %q, %v", row.r.Code, is, way, whole)
		}
	}
}
