package bai2

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/named"
)

// record is a record with what continues it.
type record struct {
	code   string
	fields []string // of a transaction: up to the text
	text   string
	line   int
	raw    string
	pieces int // physical records, which the counts count
}

func (rec *record) field(at int) string {
	if at < len(rec.fields) {
		return strings.TrimSpace(rec.fields[at])
	}
	return ""
}

func (rec *record) wrong(text string, args ...any) error {
	return &layout.ContradictionError{Place: fmt.Sprintf("line %d", rec.line), Reason: fmt.Sprintf(text, args...)}
}

// funds passes over a funds type at a field, and tells where the next field is.
func (rec *record) funds(at int) (next int, ok bool) {
	switch rec.field(at) {
	case "", "0", "1", "2", "Z":
		return at + 1, true
	case "S":
		return at + 4, true
	case "V":
		return at + 3, true
	case "D":
		n, err := strconv.Atoi(rec.field(at + 1))
		return at + 2 + 2*n, err == nil && n >= 0 && n < 1000
	}
	return 0, false
}

// piece is one physical record: most lines are one.
type piece struct {
	text string
	line int
}

// physical gives records out of lines.
type physical struct {
	lines *named.Text
	most  int
	ahead []piece // read, and not used yet
	end   error
}

// another begins a further record on the same line.
var another = regexp.MustCompile(`/\s+(01|02|03|16|49|88|98|99),`)

// piece is the next physical record.
func (p *physical) piece() (piece, error) {
	for len(p.ahead) == 0 {
		if p.end != nil {
			return piece{}, p.end
		}
		text, line, err := p.lines.Next()
		if err != nil {
			p.end = err
			continue
		}
		for rest := strings.TrimSpace(text); rest != ""; {
			cut := len(rest)
			if at := another.FindStringIndex(rest); at != nil && mayDivide(rest[:at[0]]) {
				cut = at[0] + 1
			}
			p.ahead = append(p.ahead, piece{strings.TrimSpace(rest[:cut]), line})
			rest = strings.TrimSpace(rest[cut:])
		}
	}
	return p.ahead[0], nil
}

// mayDivide tells whether a slash can end a record: not within a text.
func mayDivide(before string) bool {
	switch {
	case strings.HasPrefix(before, "88,"):
		return false
	case strings.HasPrefix(before, "16,"):
		rec := &record{code: "16"}
		rec.divide(before)
		return rec.text == ""
	}
	return true
}

// record is the next record with its continuations.
func (r *reader) record() (*record, error) {
	first, err := r.piece()
	if err != nil {
		return nil, err
	}
	r.ahead = r.ahead[1:]
	rec := &record{line: first.line, raw: first.text, pieces: 1}
	if rec.code, _, _ = strings.Cut(strings.TrimSuffix(first.text, "/"), ","); len(rec.code) != 2 {
		return nil, rec.wrong("%q begins no record of BAI2", layout.Clip(first.text))
	}
	if rec.code == "88" {
		return nil, rec.wrong("a continuation (88) of nothing")
	}
	all, inText := []byte(first.text), rec.beginsText(first.text)
	for {
		more, err := r.piece()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		text, is := strings.CutPrefix(more.text, "88,")
		if !is {
			break
		}
		r.ahead = r.ahead[1:]
		rec.pieces++
		slash := bytes.HasSuffix(all, []byte("/"))
		if all = bytes.TrimRight(bytes.TrimSuffix(all, []byte("/")), " "); !inText {
			if slash { // the next field follows
				all = append(all, ',')
			}
			all = append(all, text...)
			if rec.code == "16" {
				if len(all) > mostFields {
					return nil, rec.wrong("no transaction has so many fields before its text")
				}
				inText = rec.beginsText(string(all))
			}
		} else {
			if r.Joined == "blank" {
				all = append(all, ' ')
			}
			all = append(all, text...)
		}
		if len(all) > r.most {
			return nil, &layout.LimitError{What: "bytes in one record", Limit: int64(r.most), Place: fmt.Sprintf("line %d", more.line)}
		}
	}
	rec.divide(string(all))
	return rec, nil
}

// mostFields is how many bytes a transaction may have before its text.
const mostFields = 16 << 10

// beginsText tells whether a record has come to its text, which goes on in what continues it: only a transaction has
// one.
func (rec *record) beginsText(all string) bool {
	if rec.code != "16" {
		return false
	}
	begun := &record{code: rec.code}
	begun.divide(all)
	return begun.text != ""
}

// divide takes a record apart. The text of a transaction is everything behind its fields, commas and all; one slash at
// its end is a habit of banks.
func (rec *record) divide(all string) {
	all = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(all, " "), "/"), " ")
	rec.fields = strings.Split(all, ",")
	if rec.code != "16" {
		return
	}
	next, ok := rec.funds(3)
	if !ok || len(rec.fields) <= next+2 {
		return
	}
	rec.text = strings.TrimSpace(strings.Join(rec.fields[next+2:], ","))
	rec.fields = rec.fields[:next+2]
}
