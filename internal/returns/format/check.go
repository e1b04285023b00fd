package format

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/returns/readers"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Check reports everything that is wrong with a result format. The file is named in the findings; the place is a path
// such as `results.gl-csv.columns.outcome`.
func (f *Format) Check(file string) findings.List {
	c := &checker{f: f, file: file, base: "results." + f.Name}
	c.head()
	c.records()
	for i := range f.Columns {
		c.column(i)
	}
	for i := range f.Records {
		if f.UseOf(f.Records[i].Name) == UseData {
			c.dataRecord(&f.Records[i])
		}
	}
	return c.found
}

type checker struct {
	f     *Format
	file  string
	base  string
	found findings.List
}

func (c *checker) add(place, value string, reason say.Text, nearest string) {
	c.found = append(c.found, findings.Finding{Severity: findings.Error, File: c.file, Cell: c.base + place, Value: value, Reason: reason, Nearest: nearest})
}

func (c *checker) head() {
	f := c.f
	if f.Name == "" {
		c.add("name", "", "a result format needs a name", "")
	}
	if _, err := path.Match(f.Files, "x"); f.Files == "" || strings.Contains(f.Files, "/") || err != nil {
		c.add(".files", f.Files, say.F("%q is not a pattern of file names (`GL*.csv`)", f.Files), "")
	}
	checkOneOf(c, ".kind", f.Kind, Posting, Payment, Mixed)
	checkOneOf(c, ".level", f.Level, LevelDocument, LevelLine, LevelFile)
	if f.DefaultOutcome != "" {
		checkOneOf(c, ".default_outcome", f.DefaultOutcome, WordPosted, WordWarning, WordRejected, WordDuplicate)
	}
	if f.DefaultStatus != "" {
		checkOneOf(c, ".default_status", f.DefaultStatus, WordComplete, WordPart, WordPaid, WordReversed, WordObsolete)
	}
	for _, way := range f.Match {
		checkOneOf(c, ".match", way, Ways()...)
	}
	if f.PaidAmounts != "" {
		checkOneOf(c, ".paid_amounts", f.PaidAmounts, PositiveAmounts, NegativeAmounts)
		if f.AbsoluteAmounts && f.PaidAmounts != NegativeAmounts {
			c.add(".absolute_amounts", "true", "it means paid_amounts: negative; leave it out", "")
		}
	}
	if f.PostedLines != "" {
		checkOneOf(c, ".posted_lines", f.PostedLines, LinesBooked, LinesChecked)
		if f.Level != LevelLine {
			c.add(".posted_lines", string(f.PostedLines), "it says what posted means of a line; this format has another level", "")
		}
	}
	c.rest()
	if f.FiscalYearStart < 0 || f.FiscalYearStart > 12 {
		c.add(".fiscal_year_start", fmt.Sprint(f.FiscalYearStart), "the fiscal year starts in a month from 1 to 12 (0: it is not derived)", "")
	}
	if f.FiscalYearStart > 1 || f.FiscalYearNamed != "" {
		checkOneOf(c, ".fiscal_year_named", f.FiscalYearNamed, "start", "end")
	}
	if f.FinalLineEnd && readers.Can(f.Layout.Kind).Ends {
		c.add(".final_line_end", "true", "a workbook has no line ends", "")
	}
	c.namePattern()
}

func (c *checker) namePattern() {
	if c.f.NamePattern == "" {
		return
	}
	re, err := regexp.Compile(c.f.NamePattern)
	if err != nil {
		c.add(".name_pattern", c.f.NamePattern, say.Of(err), "")
		return
	}
	named := 0
	for _, group := range re.SubexpNames()[1:] {
		if group == "" {
			continue
		}
		named++
		if !Role(group).IsReference() {
			c.add(".name_pattern", group, say.F("group %q is not the name of a reference", group), nearestWord(group, Roles()))
		}
	}
	if named == 0 {
		c.add(".name_pattern", c.f.NamePattern, "no group is named by a role, as in (?<file_sequence>[0-9]+)", "")
	}
}

func (c *checker) records() {
	f := c.f
	_, problems := readers.Compile(f.Layout, f.LayoutRecords())
	for _, p := range problems {
		c.add("."+p.Place, p.Value, say.Plain(p.String()), "")
	}
	names := make([]string, len(f.Records))
	data := 0
	for i := range f.Records {
		names[i] = f.Records[i].Name
		if f.UseOf(names[i]) == UseData {
			data++
		}
	}
	if data == 0 {
		c.add(".records", "", "no record holds data", "")
	}
	for name, use := range f.Uses {
		if !slices.Contains(names, name) {
			c.add(".uses", name, say.F("there is no record %q", name), nearestWord(name, names))
		}
		checkOneOf(c, ".uses."+name, use, UseData, UseHeader, UseTrailer, UseIgnore)
	}
	if len(f.Columns) == 0 {
		c.add(".columns", "", "no column has a role", "")
	}
}

// checkOneOf reports a word that is not among the allowed ones.
func checkOneOf[T ~string](c *checker, place string, word T, allowed ...T) {
	if slices.Contains(allowed, word) {
		return
	}
	c.add(place, string(word), say.F("%q is not one of %s", string(word), JoinWords(allowed)), nearestWord(string(word), allowed))
}

func JoinWords[T ~string](words []T) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = string(w)
	}
	return strings.Join(texts, ", ")
}

// nearestWord is the valid word that is nearest to what was written, empty when none is near.
func nearestWord[T ~string](written string, valid []T) string {
	words := make([]string, len(valid))
	for i, v := range valid {
		words[i] = string(v)
	}
	return wording.Nearest(written, words)
}
