package matching

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// otherWord finds, in a word that was given back, the number of a file of ours with other letters than those that the file or its name has: BBBB000001 is not
// CNQR000001. Empty where they are the same, or where the answer gives digits alone.
func (a *Finder) otherWord(ref records.Ref, f records.NamedFile) (string, error) {
	if ref.Before+ref.After == "" {
		return "", nil
	}
	var text string
	if err := a.t.QueryRowContext(a.t.Ctx, `SELECT words FROM files WHERE id = $1`, f.ID).Scan(&text); err != nil {
		return "", err
	}
	words, lettered := []string{}, false
	if text != "" {
		if err := json.Unmarshal([]byte(text), &words); err != nil {
			return "", fmt.Errorf("import file %s: %w", f.Name, err)
		}
	}
	for _, word := range append(words, f.Stem) {
		if word == records.AnyWord {
			return "", nil
		}
		for _, w := range around(word, f.Sequence) {
			lettered = lettered || w.before+w.after != ""
			if (ref.Before == "" || sameLetters(ref.Before, w.before)) && (ref.After == "" || ref.After == w.after) {
				return "", nil
			}
		}
	}
	// letters that a program puts into the name of a result file, or that an import file of an older version may have
	if !lettered && (text == "" || ref.Named == a.result.Name) {
		return "", nil
	}
	return wordOfFile(ref), nil
}

// beside is what stands right before and behind a number in a word.
type beside struct{ before, after string }

// around finds a number in a word.
func around(word string, number int64) (out []beside) {
	word = records.FoldID(word)
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	for at := 0; at < len(word); {
		if !digit(rune(word[at])) {
			at++
			continue
		}
		rest := strings.TrimLeftFunc(word[at:], digit)
		run := word[at : len(word)-len(rest)]
		if n, err := strconv.ParseInt(run, 10, 64); err == nil && n == number {
			out = append(out, beside{strings.TrimRightFunc(word[:at], mark), rest[:len(rest)-len(strings.TrimLeftFunc(rest, unicode.IsLetter))]})
		}
		at += len(run)
	}
	return out
}

func mark(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }

// sameLetters tells whether two words before a number are the same, or one is the last word of the other.
func sameLetters(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	rest, is := strings.CutSuffix(a, b)
	return is && b != "" && (rest == "" || strings.TrimRightFunc(rest, mark) != rest)
}

// wordOfFile is the word that an answer gives back: the letters and the number.
func wordOfFile(ref records.Ref) string {
	word := records.FoldID(ref.Named)
	for _, w := range strings.FieldsFunc(word, func(r rune) bool { return mark(r) && r != '_' && r != '-' }) {
		if strings.Contains(w, ref.Before) && strings.HasSuffix(strings.TrimRightFunc(w, unicode.IsLetter), strconv.FormatInt(ref.FileSequence, 10)) {
			return w
		}
	}
	return word
}
