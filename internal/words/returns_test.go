package words

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/say"
)

// finding reports whether a text of a reader of bank files is one that a person is told: what is wrong with a file or a row.
func finding(text string) bool {
	if strings.Contains(text, "%") {
		return true
	}
	for _, verb := range []string{" cannot ", " is no ", " is not ", " is missing", " begins ", " without ", " ends ", " outside ", " after ", " takes back ", " has no ", " has not ", " came back"} {
		if strings.Contains(" "+text+" ", verb) {
			return true
		}
	}
	return false
}

// ofTemplates are told to those who write a template, of its result format, and not of a file.
var ofTemplates = map[string]bool{
	"the meaning of %q": true, "there is no ready result format %q%s; there are %s": true, "the ready result format %s: %w": true,
	"the words come last: all columns after their heading hold words":                             true,
	"files of kind %s have one record, whose fields are facts that the reader knows; here are %d": true,
	"is nothing that files of kind %s tell%s; there are %s":                                       true, "is missing; a field of a fixed record needs one": true,
	"is missing: the records after it could not be recognised": true, "record %s has no field %q": true,
	"record %s is neither around this one nor in it; say so with `parent`": true, "read the end of the file: %w": true,
	"our batch: its first word, or its first words to one that ends in the number": true, "stands in no %s": true,
	"valid tells Concur that the money came back, invalid that it is other money": true, // the end of a longer one
}

// What readers of bank files find wrong with a file or a row is said in every language, as pages read it: from its English.
func TestFindingsOfBankFilesAreInEveryLanguage(t *testing.T) {
	t.Parallel()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, reader := range []string{"bai2", "iso20022", "mt940", "nacha", "concur600", "aleaud", "oracleess", "."} {
		for text := range sentencesOf(t, filepath.Join("../returns", reader)) {
			letters := 0
			for _, r := range text {
				if unicode.IsLetter(r) {
					letters++
				}
			}
			if letters < fewestLetters || strings.Count(text, " ") < 2 || !finding(text) || say.Wordless(text) || strings.TrimSpace(text) != text || strings.HasPrefix(text, "the number of our ") || ofTemplates[text] {
				continue
			}
			found++
			for _, l := range c.Langs()[1:] {
				own, ok := l.formats[text]
				if !ok {
					t.Errorf("%s: %s has no text for %q", l.Code, reader, text)
					continue
				}
				english := strings.NewReplacer("%s", "7", "%d", "7", "%q", `"7"`).Replace(text)
				want := strings.NewReplacer("%s", "7", "%d", "7", "%q", `"7"`).Replace(own)
				if said, _ := l.Read(english); said != want {
					t.Errorf("%s: %q is read as %q", l.Code, english, said)
				}
			}
		}
	}
	if found < 130 {
		t.Errorf("%d findings: the test looks in the wrong place", found)
	}
}
