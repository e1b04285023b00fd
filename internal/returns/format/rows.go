package format

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Override is one row of the mapping's Results sheet (or an item of `results:` in a YAML mapping): where this company's
// ERP puts a role, and what its words mean.
type Override struct {
	// Format names the result format; empty: every format that has the role.
	Format string `yaml:"format,omitempty"`
	Role   Role   `yaml:"role"`
	// Column is a field of the format, or the heading of a column in the file; `Debit - Credit` is an amount in two
	// columns. `=1000` is a constant, `-` says that the ERP does not give it. Empty: as in the template.
	Column string `yaml:"column,omitempty"`
	// Words are added to the words of the template; a word that is there already gets the new meaning.
	Words map[string]Word `yaml:"words,omitempty"`
	// Sheet and Cell are where it stands; for findings.
	Sheet string `yaml:"-"`
	Cell  string `yaml:"-"`
}

// The headings of the Results sheet. Any number of further columns holds words: `OK = posted`.
const (
	HeadingFormat = "Format"
	HeadingRole   = "Role"
	HeadingColumn = "Column"
	HeadingWords  = "Words"
)

// ParseRows reads the rows of a Results sheet, heading first; row and column numbers in findings count from the first
// row as row 1. Rows without a role and rows that begin with # are passed over.
func ParseRows(file, sheet string, rows [][]string) ([]Override, findings.List) {
	p := rowsParser{file: file, sheet: sheet}
	for i, row := range rows {
		p.row = i + 1
		if i == 0 {
			if !p.headings(row) {
				return nil, p.found
			}
			continue
		}
		p.read(row)
	}
	return p.out, p.found
}

type rowsParser struct {
	file, sheet          string
	row                  int
	format, role, column int
	words                int // the first column with words; all after it hold words too
	out                  []Override
	found                findings.List
}

func (p *rowsParser) add(column int, value string, reason say.Text, nearest string) {
	p.found = append(p.found, findings.Finding{Severity: findings.Error, File: p.file, Sheet: p.sheet, Cell: fmt.Sprintf("%c%d", 'A'+max(column, 0)%26, p.row), Value: value, Reason: reason, Nearest: nearest})
}

func (p *rowsParser) headings(row []string) bool {
	find := func(name string) int {
		return slices.IndexFunc(row, func(cell string) bool { return FoldWord(cell) == strings.ToLower(name) })
	}
	p.format, p.role, p.column, p.words = find(HeadingFormat), find(HeadingRole), find(HeadingColumn), find(HeadingWords)
	for name, at := range map[string]int{HeadingRole: p.role, HeadingColumn: p.column, HeadingWords: p.words} {
		if at < 0 {
			p.add(0, "", say.F("the heading %s is missing", name), nearestWord(name, row))
		}
	}
	if p.words >= 0 && (p.role > p.words || p.column > p.words || p.format > p.words) {
		p.add(p.words, "", "the words come last: all columns after their heading hold words", "")
	}
	return len(p.found) == 0
}

func (p *rowsParser) read(row []string) {
	cell := func(at int) string {
		if at < 0 || at >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[at])
	}
	role := cell(p.role)
	if role == "" || strings.HasPrefix(cell(0), "#") {
		return
	}
	o := Override{Format: cell(p.format), Role: Role(role), Column: cell(p.column), Sheet: p.sheet, Cell: fmt.Sprintf("%c%d", 'A'+p.role%26, p.row)}
	facts, ok := o.Role.Facts()
	if !ok {
		p.add(p.role, role, say.F("there is no role %q", role), nearestWord(role, Roles()))
		return
	}
	for at := p.words; at < len(row); at++ {
		for _, pair := range strings.Split(row[at], ";") {
			if strings.TrimSpace(pair) != "" {
				p.word(&o, facts, at, pair)
			}
		}
	}
	p.out = append(p.out, o)
}

// word takes `OK = posted`. The last equals sign divides: the ERP's word may hold one.
func (p *rowsParser) word(o *Override, facts roleFacts, at int, pair string) {
	i := strings.LastIndex(pair, "=")
	if i < 0 {
		p.add(at, pair, say.F("%q is not of the form word = meaning", pair), "")
		return
	}
	word, meaning := strings.TrimSpace(pair[:i]), Word(strings.TrimSpace(pair[i+1:]))
	if facts.Words == nil {
		p.add(at, pair, say.F("the role %s has no words", o.Role), "")
		return
	}
	if !slices.Contains(facts.Words, meaning) {
		p.add(at, pair, say.F("%q is not one of %s", string(meaning), JoinWords(facts.Words)), nearestWord(string(meaning), facts.Words))
		return
	}
	if word == "" {
		word = WordBlank
	}
	for before, other := range o.Words {
		if FoldWord(before) == FoldWord(word) && other != meaning {
			p.add(at, strings.TrimSpace(pair), say.F("%q means %s already: one word has one meaning", word, other), "")
			return
		}
	}
	if o.Words == nil {
		o.Words = map[string]Word{}
	}
	o.Words[word] = meaning
}

// Rows is the Results sheet of formats as they are: heading first, words sorted.
func Rows(formats []Format) [][]string {
	rows := [][]string{{HeadingFormat, HeadingRole, HeadingColumn, HeadingWords}}
	for i := range formats {
		for _, c := range formats[i].Columns {
			row := []string{formats[i].Name, string(c.Role), c.Written()}
			words := make([]string, 0, len(c.Words))
			for k, w := range c.Words {
				words = append(words, k+" = "+string(w))
			}
			sort.Strings(words)
			rows = append(rows, append(row, words...))
		}
	}
	return rows
}
