// Package findings owns how the tool says what is wrong with something that a person wrote: a template, a mapping, a
// result format. Each finding names file, sheet and cell, says the way out, and has the nearest valid name; all of them
// come at once, in the order of the sheets.
package findings

import (
	"fmt"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
)

// Severity tells whether a finding stops the mapping from being used.
type Severity string

const (
	// Error refuses the whole mapping: the former plan stays in force.
	Error Severity = "error"
	// Warning is legal but suspicious.
	Warning Severity = "warning"
)

// Finding is one thing that is wrong with a template or a mapping, at the place where a person can mend it.
type Finding struct {
	Severity Severity `json:"severity"`
	// File is the path of the mapping or template.
	File string `json:"file"`
	// Sheet and Cell are the place in a workbook (Accounts, C14); in YAML the sheet is empty and Cell is "line 14".
	Sheet string `json:"sheet,omitempty"`
	Cell  string `json:"cell,omitempty"`
	// Value is what is in the cell.
	Value string `json:"value,omitempty"`
	// Reason says what is wrong and the way out; lower case, no full stop.
	Reason say.Text `json:"reason"`
	// Nearest is the nearest valid name, empty when none is near.
	Nearest string `json:"nearest,omitempty"`
	// Mend names what package mapping/mend can do about it, empty when only a person can.
	Mend Mend `json:"mend,omitempty"`
	// Never: no person can accept it; it must be mended.
	Never bool `json:"never_acceptable,omitempty"`
}

// Place is file, sheet and cell: `mappings/ap.xlsx Accounts!C14`.
func (f Finding) Place() string {
	file := f.File
	at := Place{f.Sheet, f.Cell}.String()
	if at != "" && file != "" {
		file += " "
	}
	return file + at
}

// String is the finding on one line: place, value, reason, nearest name.
func (f Finding) String() string {
	var b strings.Builder
	b.WriteString(f.Place())
	b.WriteString(": ")
	if f.Severity == Warning {
		b.WriteString("warning: ")
	}
	reason := f.Reason.String()
	b.WriteString(reason)
	if f.Nearest != "" && !strings.Contains(reason, "did you mean") {
		fmt.Fprintf(&b, " (did you mean %s?)", f.Nearest)
	}
	return b.String()
}

// Said is the finding on one line, as a sentence.
func (f Finding) Said() say.Text {
	said := f.Reason
	if f.Nearest != "" && !strings.Contains(said.String(), "did you mean") {
		said = say.F("%s (%s)", said, say.F("did you mean %s?", f.Nearest))
	}
	if f.Severity == Warning {
		said = say.F("%s: %s", say.Text("warning"), said)
	}
	return say.F("%s: %s", f.Place(), said)
}

// List are all findings of a mapping, sorted by sheet and cell.
type List []Finding

// Errors are the findings that refuse the mapping.
func (fs List) Errors() List { return fs.only(Error) }

// Warnings are the findings that do not.
func (fs List) Warnings() List { return fs.only(Warning) }

func (fs List) only(s Severity) List {
	var out List
	for _, f := range fs {
		if f.Severity == s {
			out = append(out, f)
		}
	}
	return out
}

// Err is nil when no finding is an error, else a *ListError with all of them.
func (fs List) Err() error {
	if errs := fs.Errors(); len(errs) > 0 {
		return &ListError{errs}
	}
	return nil
}

// ListError is a mapping that cannot be used.
type ListError struct{ Findings List }

func (e *ListError) Error() string { return strings.Join(e.Lines(), "\n") }

// Lines tells one finding a line.
func (e *ListError) Lines() []string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.String()
	}
	return lines
}

// Sorted orders findings by file, sheet in workbook order, row and column, then reason, and drops repeats.
func (fs List) Sorted(sheets []string) List {
	rank := map[string]int{}
	for i, s := range sheets {
		rank[s] = i + 1
	}
	sort.SliceStable(fs, func(i, j int) bool {
		a, b := fs[i], fs[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if rank[a.Sheet] != rank[b.Sheet] {
			return rank[a.Sheet] < rank[b.Sheet]
		}
		if ka, kb := CellKey(a.Cell), CellKey(b.Cell); ka != kb {
			return ka < kb
		}
		return a.Reason.String() < b.Reason.String()
	})
	var out List
	for i, f := range fs {
		if i == 0 || f != fs[i-1] {
			out = append(out, f)
		}
	}
	return out
}

// CellKey makes C14, C14:C20 and "line 14" sort by row, then column.
func CellKey(cell string) string {
	letters, digits := "", ""
	cell, _, _ = strings.Cut(cell, ":") // a range by its first cell
	for _, r := range cell {
		if r >= '0' && r <= '9' {
			digits += string(r)
		} else {
			letters += string(r)
		}
	}
	return fmt.Sprintf("%09s %9s", digits, letters)
}

// Mend is what a program can do about a finding.
type Mend string

// MendText: the number cells become texts with the same digits.
const MendText Mend = "make text"

// Place is where a cell is: sheet and cell of a workbook, or section and line of a YAML mapping.
type Place struct{ Sheet, Ref string }

func (p Place) String() string {
	switch {
	case p.Sheet == "":
		return p.Ref
	case p.Ref == "":
		return p.Sheet
	}
	return p.Sheet + separator(p.Ref) + p.Ref
}

// separator is what stands between sheet and cell: Accounts!C14, but "lookups line 14".
func separator(ref string) string {
	if strings.HasPrefix(ref, "line ") {
		return " "
	}
	return "!"
}
