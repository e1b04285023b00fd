package mapping

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// readSettings parts the rows of the Settings sheet into options of the tool and settings for formulas.
func (c *compiler) readSettings() {
	seen := map[string]cell{}
	for _, row := range c.content.settings {
		name := wording.Clean(row.name.show())
		if before, twice := seen[wording.Fold(name)]; twice {
			c.found.errorf(row.name, "", "the setting %s stands twice: here and in %s", name, before.Ref)
			continue
		}
		seen[wording.Fold(name)] = row.name
		if option, ok := optionOf(name); ok {
			c.options[option] = row.value
			continue
		}
		if !isSettingName(name) {
			c.found.errorf(row.name, wording.Nearest(name, append(optionNames(), c.declaredSettings()...)), "a setting's name is letters, digits and _ only; options of the tool are %s", strings.Join(optionNames(), ", "))
			continue
		}
		if row.value.kind == textCell {
			noteStrange(row.value, wording.Clean(row.value.text), "the setting "+name+": ", c.found)
		}
		c.setting(name, row.value)
	}
	for _, s := range c.tpl.Settings {
		if row, ok := seen[wording.Fold(s.Name)]; ok {
			if s.Required && c.settings[strings.ToLower(s.Name)].IsEmpty() {
				c.found.add(findings.Error, row.Place, "", fmt.Sprintf("the setting %s needs a value: %s", s.Name, s.Note), "")
			}
			continue
		}
		if s.Required && s.Value == "" {
			c.found.add(findings.Error, findings.Place{Sheet: sheetSettings}, "", fmt.Sprintf("the setting %s is missing: %s", s.Name, s.Note), "")
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

func (c *compiler) setting(name string, v cell) {
	var typ layout.Type
	for _, s := range c.tpl.Settings {
		if strings.EqualFold(s.Name, name) {
			typ = s.Type
		}
	}
	if v.kind == numberCell && (typ == layout.CodeType || typ == layout.TextType) {
		c.found.errorf(v, "", "%s %q is a number cell; make it text", name, v.value().String())
	}
	value := v.value()
	if want := formulaType(typ); want == formula.Number && value.Kind == layout.TextKind {
		a, err := fis.ParseAmount(value.Text)
		if err != nil {
			c.found.errorf(v, "", "%s: %v", name, err)
		} else {
			value = layout.Number(a)
		}
	}
	c.settings[strings.ToLower(name)] = value
	c.settingNames = append(c.settingNames, name)
}

// templateCell is a value of the template as if it stood in the mapping.
func (c *compiler) templateCell(text string, typ layout.Type) cell {
	v := cell{Place: findings.Place{Ref: c.tpl.Path()}}
	if text != "" {
		v.kind, v.text = textCell, text
	}
	return v
}

func optionOf(name string) (string, bool) {
	for _, o := range optionNames() {
		if wording.Fold(o) == wording.Fold(name) {
			return o, true
		}
	}
	return "", false
}

func isSettingName(s string) bool {
	for i, r := range s {
		letter := r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

func (c *compiler) rounding() bool {
	v, ok := c.options[optionRounding]
	if !ok || v.isBlank() {
		return c.tpl.Rounding
	}
	switch strings.ToLower(v.value().String()) {
	case "on", "yes", "y", "true":
		return true
	case "off", "no", "n", "false":
		return false
	}
	c.found.errorf(v, "", "%s is on or off", optionRounding)
	return false
}

func (c *compiler) cardCodes() []string {
	v := c.options[optionCardCodes]
	return strings.FieldsFunc(v.value().String(), func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
}

// grouping settles which documents share a file.
func (c *compiler) grouping() {
	p := c.plan
	by, at := c.tpl.Grouping.By, cell{Place: findings.Place{Ref: c.tpl.Path()}, kind: textCell, text: c.tpl.Grouping.By}
	if v, ok := c.options[optionGroupBy]; ok && !v.isBlank() {
		by, at = wording.Clean(v.show()), v
	}
	p.maxDocuments = c.tpl.Grouping.MaxDocuments
	if v, ok := c.options[optionMaximum]; ok && !v.isBlank() {
		n, err := strconv.Atoi(v.value().String())
		if err != nil || n < 0 {
			c.found.errorf(v, "", "%s is a whole number, 0 for no limit", optionMaximum)
		}
		p.maxDocuments = n
	}
	source := map[string]string{"": "", "run": "", "document": "document.id", "currency": "document.currency", "company": "document.company_code"}
	text, word := source[strings.ToLower(by)]
	if !word {
		text = by
	}
	c.oneCurrency(text)
	if text == "" {
		return
	}
	p.group = c.formula(text, at, "")
	if p.group != nil {
		c.restrict(p.group, []string{template.RepeatDocument}, early, at)
	}
}

// oneCurrency warns of a header that states the currency of files that may hold several.
func (c *compiler) oneCurrency(group string) {
	if group == "document.currency" || group == "document.id" {
		return
	}
	for _, r := range c.plan.records {
		for _, f := range r.fields {
			if (f.mode == programMode || f.mode == sourceMode) && c.uses(f.prog, fileCurrency) {
				c.found.add(findings.Warning, f.at, f.source, "file.currency is blank in a file of several currencies: group by currency", "")
			}
		}
	}
}

func (c *compiler) uses(prog *formula.Program, f fact) bool {
	for _, i := range prog.Fields() {
		if c.slots.all[i].kind == fileSlot && c.slots.all[i].fact == f {
			return true
		}
	}
	return false
}
