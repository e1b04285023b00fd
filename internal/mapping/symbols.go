package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/renewal"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// symbols are the names that one formula may use: those of documents, and the lookup sheets and settings of the
// workbook.
type symbols struct {
	*scope.Slots
	c  *compiler
	in formula.Language
}

// inRow is where the formulas of a record stand.
type inRow struct {
	t    *template.Record
	rows map[string]workbook.ColumnRow
}

// Column is the Value of another column of the row.
func (s symbols) Column(name string) (*formula.Program, string, error) {
	c := s.c
	if c.here.t == nil {
		return nil, "", fmt.Errorf("[@%s] is a column of a row of the file, and there is none here", name)
	}
	t := c.here.t
	i := slices.IndexFunc(t.Fields, func(f template.Field) bool { return wording.Fold(f.Name) == wording.Fold(name) })
	if i < 0 {
		near := wording.Nearest(name, workbook.FieldNames(t))
		if near != "" {
			near = "; did you mean [@" + near + "]?"
		}
		return nil, "", fmt.Errorf("the record %s has no column %s%s", t.Name, name, near)
	}
	heading := t.Fields[i].Name
	if at := slices.Index(c.making, t.Name+" "+heading); at >= 0 {
		return nil, "", fmt.Errorf("%s is made of itself: %s", heading, strings.ReplaceAll(
			strings.Join(append(slices.Clone(c.making[at:]), heading), " → "), t.Name+" ", ""))
	}
	f := &t.Fields[i]
	if f.Default != "" && f.SameAs == "" {
		if v, _ := c.cellFor(c.here.rows, t, f.Name, f.Value); v.IsBlank() && !c.here.rows[t.Name+"\x00"+f.Name].Unread {
			return formula.Fixed(f.Nothing()), heading, nil
		}
	}
	prog, _ := c.valueOf(t, f, c.here.rows)
	if prog != nil && f.Default != "" {
		prog = prog.OrElse(f.Nothing())
	}
	return prog, heading, nil
}

// Defined is the posting date or the company of the document, by the rule of the sheet Settings.
func (s symbols) Defined(name string) (*formula.Program, bool) {
	for defined, prog := range s.c.defined {
		if prog != nil && wording.Fold(name) == wording.Fold(defined) {
			s.c.used[defined] = true
			return prog, true
		}
	}
	return nil, false
}

// FieldNames are all names.
func (s symbols) FieldNames() []string {
	return append(slices.Clip(s.Slots.FieldNames()), workbook.NamePostingDate, workbook.NameCompany)
}

var (
	_ formula.Symbols = symbols{}
	_ formula.Paths   = symbols{}
	_ formula.Spoken  = symbols{}
	_ formula.Shared  = symbols{}
)

// Language is the one that the workbook says its formulas are written in; those of templates are English.
func (s symbols) Language() formula.Language { return s.in }

func (s symbols) Table(name string) (formula.Table, bool) {
	if t := s.c.table(name); t != nil {
		return t, true
	}
	return nil, false
}

// LaterTable reports whether the template has a sheet that the workbook does not have, because it came later.
func (s symbols) LaterTable(name string) bool { return renewal.Asks(s.c.tpl, s.TableNames(), name) }

func (s symbols) TableNames() []string { return s.c.content.Tables.Names() }

func (s symbols) Setting(name string) (layout.Value, bool) {
	s.c.used[strings.ToLower(name)] = true
	v, ok := s.c.settings[strings.ToLower(name)]
	return v, ok
}

func (s symbols) SettingNames() []string { return s.c.sheet.Names }
