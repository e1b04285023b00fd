package mapping

import (
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
)

// What is legal but suspicious. None of it keeps a mapping from being used.

// factsUnchanged warns of a template's fact that somebody wrote over in the workbook: it does not change what the ERP
// demands.
func (c *compiler) factsUnchanged(r *template.Record, name string, row workbook.ColumnRow) {
	i, ok := r.FieldIndex(name)
	if !ok || len(row.Shown) == 0 {
		return
	}
	facts := workbook.FactsOf(&r.Fields[i])
	for n, head := range []string{workbook.HeadType, workbook.HeadWidth, workbook.HeadRequired, workbook.HeadAllowed} {
		got, shown := row.Shown[head]
		if !shown || wording.Clean(got.Show()) == facts[n] || head == workbook.HeadRequired &&
			wording.Fold(got.Show()) == "no" && facts[n] == "" {
			continue
		}
		was := facts[n]
		if was == "" {
			was = "nothing"
		}
		hint := "it is the template's, and what stands here changes nothing"
		if head == workbook.HeadWidth {
			hint += `; to cut a text, cut it in the Value: LEFT(line.text; 30)`
		}
		c.found.Warnf(got, "%s %s: the template says %s for %s; %s", r.Name, name, c.found.Name(sheets.Types, was), strings.ToLower(c.found.Name(sheets.Headings, head)), hint)
	}
}

// noteConstant warns of a required field that somebody filled with the same text for all rows.
func (c *compiler) noteConstant(prog *formula.Program, f *template.Field, v workbook.Cell, own bool, label string) {
	value, constant := prog.Constant()
	if !own || !constant || value.IsEmpty() || !f.Required || len(prog.Settings()) > 0 ||
		wording.Clean(v.Show()) == wording.Clean(f.Value) {
		return
	}
	c.found.Warnf(v, "%s is required and gets %q in every row: is that meant?", label, value.String())
}

// unused warns of settings and lookup sheets that no formula names, and refuses a posting date that none asks for.
func (c *compiler) unused() {
	c.unusedDeclared()
	if !c.used[workbook.NamePostingDate] && !c.inBroken(workbook.NamePostingDate) && c.defined[workbook.NamePostingDate] != nil {
		c.sheet.DatesUsed()
	}
	if !c.used[workbook.NameCompany] && !c.inBroken(workbook.NameCompany) && !c.oneCompany() {
		c.sheet.CompanyUsed()
	}
	for _, row := range c.content.Settings {
		name := wording.Clean(row.Name.Show())
		if _, option := workbook.OptionOf(name); option || !workbook.IsSettingName(name) ||
			c.used[strings.ToLower(name)] || c.sheet.Serves(name) || c.inBroken(name) {
			continue
		}
		c.found.Warnf(row.Name, "no formula uses the setting %s", name)
	}
	for _, name := range c.content.Tables.Names() {
		if c.lookups[name] != nil || c.missing[name] || c.declared(name) || c.inBroken(name) {
			continue
		}
		if s, err := c.content.Tables.Read(name); err == nil && s.LooksLikeLookup() {
			c.found.Add(findings.Warning, findings.Place{Sheet: name}, "", "no formula uses this lookup sheet", "")
		}
	}
}

// inBroken says that a formula with a mistake has the name in it: once it is mended, it uses it.
func (c *compiler) inBroken(name string) bool {
	folded := wording.Fold(name)
	return slices.ContainsFunc(c.broken, func(source string) bool { return strings.Contains(source, folded) })
}

func (c *compiler) declared(lookup string) bool {
	return slices.ContainsFunc(c.tpl.Lookups, func(l template.Lookup) bool { return wording.Fold(l.Name) == wording.Fold(lookup) })
}

func foldedIn(name string, list []string) bool {
	for _, s := range list {
		if wording.Fold(s) == wording.Fold(name) {
			return true
		}
	}
	return false
}

// strangeConstants looks at the codes in a formula: the constants of a field that is a code, and of every comparison
// and key.
func (c *compiler) strangeConstants(prog *formula.Program, f *template.Field, v workbook.Cell, label string) {
	if f.Type != layout.CodeType && f.Type != layout.FlagType && len(prog.Tables()) == 0 {
		return
	}
	raw := v.Show()
	for _, text := range prog.Texts() {
		workbook.NoteStrange(v, text, label+": ", c.found)
	}
	if v.Kind == workbook.Text && wording.Clean(raw) != strings.TrimSpace(raw) &&
		strings.ContainsAny(raw, "\u200b\u2060\ufeff") {
		c.found.Warnf(v, "%s: there are zero-width characters in the formula; they are taken as if they were not there",
			label)
	}
}

// sameAsField warns of a name that is a column of this file and a field of the document, in whatever spelling: the
// field is meant, whatever the person meant. A column that holds just that field is the same thing.
func (c *compiler) sameAsField(prog *formula.Program, t *template.Record, f *template.Field,
	rows map[string]workbook.ColumnRow, v workbook.Cell, label string) {
	for _, n := range prog.Names() {
		for i := range t.Fields {
			column := &t.Fields[i]
			if wording.Fold(column.Name) != wording.Fold(n.Typed) || column.Name == f.Name {
				continue
			}
			if other, _ := c.cellFor(rows, t, column.Name,
				column.Value); wording.Fold(other.Show()) == wording.Fold(n.Field) {
				continue
			}
			if n.Typed == n.Field {
				c.found.Warnf(v, "%s: %s is a field of the document and a column of this file (%s); it is taken for "+
					"the field; the column is [@%s]", label, n.Typed, column.Name, column.Name)
			} else {
				c.found.Warnf(v, "%s: %s is a column of this file, but it is taken for the field %s: write %s if "+
					"that is meant, [@%s] for the column", label, n.Typed, n.Field, n.Field, column.Name)
			}
			break
		}
	}
}
