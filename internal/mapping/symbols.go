package mapping

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
)

// symbols are the names that one formula may use: those of documents, and the lookup sheets and settings of the
// workbook.
type symbols struct {
	*scope.Slots
	c  *compiler
	in formula.Language
}

var (
	_ formula.Symbols = symbols{}
	_ formula.Paths   = symbols{}
	_ formula.Spoken  = symbols{}
)

// Language is the one that the workbook says its formulas are written in; those of templates are English.
func (s symbols) Language() formula.Language { return s.in }

func (s symbols) Table(name string) (formula.Table, bool) {
	if t := s.c.table(name); t != nil {
		return t, true
	}
	return nil, false
}

func (s symbols) TableNames() []string { return s.c.content.Tables.Names() }

func (s symbols) Setting(name string) (layout.Value, bool) {
	s.c.used[strings.ToLower(name)] = true
	v, ok := s.c.settings[strings.ToLower(name)]
	return v, ok
}

func (s symbols) SettingNames() []string { return s.c.settingNames }
