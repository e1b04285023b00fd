package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// readSettings parts the rows of the Settings sheet into options of the tool and settings for formulas.
func (c *compiler) readSettings() {
	seen := map[string]workbook.Cell{}
	for _, row := range c.content.Settings {
		name := wording.Clean(row.Name.Show())
		if before, twice := seen[wording.Fold(name)]; twice {
			c.found.Errorf(row.Name, "", "the setting %s stands twice: here and in %s", name, before.Ref)
			continue
		}
		seen[wording.Fold(name)] = row.Name
		if option, ok := workbook.OptionOf(name); ok {
			c.options[option] = row.Value
			continue
		}
		if !workbook.IsSettingName(name) {
			c.found.Errorf(row.Name, wording.Nearest(name, append(workbook.OptionNames(), c.declaredSettings()...)),
				"a setting's name is letters, digits and _ only; options of the tool are %s",
				strings.Join(workbook.OptionNames(), ", "))
			continue
		}
		if row.Value.Kind == workbook.Text {
			workbook.NoteStrange(row.Value, wording.Clean(row.Value.Text), "the setting "+name+": ", c.found)
		}
		c.setting(name, row.Value)
	}
	for _, s := range c.tpl.Settings {
		if row, ok := seen[wording.Fold(s.Name)]; ok {
			if s.Required && c.settings[strings.ToLower(s.Name)].IsEmpty() {
				c.found.Add(findings.Error, row.Place, "", fmt.Sprintf("the setting %s needs a value: %s", s.Name,
					s.Note), "")
			}
			continue
		}
		if s.Required && s.Value == "" {
			c.found.Add(findings.Error, findings.Place{Sheet: workbook.SheetSettings}, "",
				fmt.Sprintf("the setting %s is missing: %s", s.Name, s.Note), "")
		}
		c.setting(s.Name, c.templateCell(string(s.Value), s.Type))
	}
}

func (c *compiler) declaredSettings() []string {
	var out []string
	for _, s := range c.tpl.Settings {
		out = append(out, s.Name)
	}
	return out
}

func (c *compiler) setting(name string, v workbook.Cell) {
	var typ layout.Type
	for _, s := range c.tpl.Settings {
		if strings.EqualFold(s.Name, name) {
			typ = s.Type
		}
	}
	if v.Kind == workbook.Number && (typ == layout.CodeType || typ == layout.TextType) {
		c.found.Errorf(v, "", "%s %q is a number cell; make it text", name, v.Value().String())
	}
	value := v.Value()
	if want := formula.OfColumn(typ); want == formula.Number && value.Kind == layout.TextKind {
		a, err := fis.ParseAmount(value.Text)
		if err != nil {
			c.found.Errorf(v, "", "%s: %v", name, err)
		} else {
			value = layout.Number(a)
		}
	}
	c.settings[strings.ToLower(name)] = value
	c.settingNames = append(c.settingNames, name)
}

// templateCell is a value of the template as if it stood in the mapping.
func (c *compiler) templateCell(text string, typ layout.Type) workbook.Cell {
	v := workbook.Cell{Place: findings.Place{Ref: c.tpl.Path()}}
	if text != "" {
		v.Kind, v.Text = workbook.Text, text
	}
	return v
}

// furtherFields makes names of the fields that only the company's documents have.
func (c *compiler) furtherFields() {
	v, ok := c.options[workbook.OptionFurther]
	if !ok || v.IsBlank() {
		return
	}
	if err := c.slots.Further(workbook.SplitFurther(v.Show())); err != nil {
		c.found.Errorf(v, "", "%s: %s", workbook.OptionFurther, err)
	}
}

// grouping settles which documents share a file.
func (c *compiler) grouping() {
	p := c.plan
	by, at := c.tpl.Grouping.By, workbook.Cell{Place: findings.Place{Ref: c.tpl.Path()}, Kind: workbook.Text,
		Text: c.tpl.Grouping.By}
	if v, ok := c.options[workbook.OptionGroupBy]; ok && !v.IsBlank() {
		by, at = wording.Clean(v.Show()), v
	}
	p.maxDocuments = c.tpl.Grouping.MaxDocuments
	if v, ok := c.options[workbook.OptionMaximum]; ok && !v.IsBlank() {
		n, err := strconv.Atoi(v.Value().String())
		if err != nil || n < 0 {
			c.found.Errorf(v, "", "%s is a whole number, 0 for no limit", workbook.OptionMaximum)
		}
		p.maxDocuments = n
	}
	var sources []string
	for _, part := range formula.Split(by) {
		if source, word := groupWords[strings.ToLower(part)]; word {
			part = source
		}
		if part != "" {
			sources = append(sources, part)
		}
	}
	c.oneCurrency(sources)
	for _, source := range sources {
		if prog := c.formula(source, at, ""); prog != nil {
			c.restrict(prog, []string{template.RepeatDocument}, facts.Early, at)
			p.groups = append(p.groups, prog)
		}
	}
}

// groupWords are the words for groupings, each with the formula that it stands for.
var groupWords = map[string]string{"run": "", "document": "document.id", "currency": "document.currency",
	"company": "document.company_code"}

// postingDateWords are the words for rules of the posting date.
var postingDateWords = map[string]string{"document": "document.date", "line": "line.date", "file": "file.date",
	"month end": "EOMONTH(line.date)"}

// postingDate settles what posting.date is: by the rule of the sheet Settings, and not before the earliest day.
func (c *compiler) postingDate() {
	rule, own := c.options[workbook.OptionPostingDate]
	text, at := "line.date", c.templateCell("", "")
	if own && !rule.IsBlank() {
		text, at = wording.Clean(rule.Show()), rule
		if source, word := postingDateWords[strings.ToLower(text)]; word {
			text, at.Sheet, at.Ref = source, "", c.tpl.Path()
		}
	}
	prog := c.formula(text, at, workbook.OptionPostingDate)
	if prog == nil {
		return
	}
	if prog.Type() != formula.Date && prog.Type() != formula.Any {
		c.found.Errorf(rule, "", "%s takes a date, but this gives %s; the words are document, line, month end and file",
			workbook.OptionPostingDate, prog.Type())
		return
	}
	c.posted = prog
	v, ok := c.options[workbook.OptionEarliest]
	if !ok || v.IsBlank() {
		return
	}
	day := v.Value()
	if day.Kind == layout.TextKind {
		if d, err := fis.ParseDate(day.Text); err == nil {
			day = layout.Day(d)
		}
	}
	if day.Kind != layout.DateKind {
		c.found.Errorf(v, "", "%s is a date cell, or a text such as 2026-04-01", workbook.OptionEarliest)
		return
	}
	c.posted = prog.NotBefore(day.Date)
}

// oneCurrency warns of a header that states the currency of files that may hold several.
func (c *compiler) oneCurrency(groups []string) {
	if slices.Contains(groups, "document.currency") || slices.Contains(groups, "document.id") {
		return
	}
	for _, r := range c.plan.records {
		for _, f := range r.fields {
			if (f.mode == ProgramMode || f.mode == SourceMode) && c.uses(f.prog, facts.FileCurrency) {
				c.found.Add(findings.Warning, f.at, f.source,
					"file.currency is blank in a file of several currencies: group by currency", "")
			}
		}
	}
}

func (c *compiler) uses(prog *formula.Program, f facts.Fact) bool {
	for _, i := range prog.Fields() {
		if c.slots.At(i).Kind() == facts.OfFile && c.slots.At(i).Fact() == f {
			return true
		}
	}
	return false
}
