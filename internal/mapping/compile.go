package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// compiler turns a template and a mapping's content into a plan, and gathers everything that is wrong on the way.
type compiler struct {
	tpl     *Template
	content *content
	found   *collector
	slots   *slots
	lookups map[string]*lookup
	missing map[string]bool // tables that were asked for and could not be read

	settings     map[string]layout.Value
	settingNames []string
	options      map[string]cell

	plan *Plan
}

func newCompiler(tpl *Template, c *content, found *collector) *compiler {
	return &compiler{
		tpl: tpl, content: c, found: found, slots: newSlots(tpl.Documents),
		lookups: map[string]*lookup{}, missing: map[string]bool{}, settings: map[string]layout.Value{}, options: map[string]cell{},
		plan: &Plan{tpl: tpl},
	}
}

// compile makes the plan; it is nil when an error was found.
func (c *compiler) compile() *Plan {
	p := c.plan
	c.readSettings()
	c.checkTemplate()
	lp, problems := layout.Compile(c.tpl.File, c.tpl.layoutRecords())
	for _, pr := range problems {
		c.templateError(pr.Place, pr.Value, pr.Reason)
	}
	p.layout = lp
	rows := c.columnRows()
	for i := range c.tpl.Records {
		p.records = append(p.records, c.record(i, rows))
	}
	c.totals()
	c.grouping()
	p.fileName = c.fileName()
	p.posting = posting.Options{Round: c.rounding(), CardCodes: c.cardCodes()}
	p.slots = c.slots.all
	p.wanted = c.slots.wanted()
	p.lookups, p.settings = c.lookups, c.settings
	c.unusedDeclared()
	p.results = c.results()
	if c.found.list.Err() != nil {
		return nil
	}
	p.hash = c.hash()
	return p
}

func (c *compiler) templateError(at, value, reason string) {
	c.found.list = append(c.found.list, Finding{Severity: Error, File: c.tpl.path, Cell: at, Value: value, Reason: reason})
}

// table reads a lookup sheet the first time a formula names it.
func (c *compiler) table(name string) *lookup {
	if t, ok := c.lookups[name]; ok {
		return t
	}
	if c.missing[name] {
		return nil
	}
	known := false
	for _, n := range c.content.tables.names() {
		known = known || n == name
	}
	if !known {
		return nil
	}
	s, err := c.content.tables.read(name)
	if err != nil {
		c.found.add(Error, place{sheet: name}, "", err.Error(), "")
	}
	var decl *TemplateLookup
	for i := range c.tpl.Lookups {
		if fold(c.tpl.Lookups[i].Name) == fold(name) {
			decl = &c.tpl.Lookups[i]
		}
	}
	t := buildLookup(s, decl, c.found)
	if t == nil {
		c.missing[name] = true
		c.found.add(Error, place{sheet: name}, "", "the lookup sheet is empty: it needs a row of headings", "")
		return nil
	}
	c.lookups[name] = t
	return t
}

// unusedDeclared warns of lookup sheets of the template that no formula names any more.
func (c *compiler) unusedDeclared() {
	for _, l := range c.tpl.Lookups {
		used := false
		for name := range c.lookups {
			used = used || fold(name) == fold(l.Name)
		}
		if used {
			continue
		}
		for _, name := range c.content.tables.names() {
			if fold(name) == fold(l.Name) {
				c.found.add(Warning, place{sheet: name}, "", "no formula uses this lookup sheet", "")
			}
		}
	}
}

// readSettings parts the rows of the Settings sheet into options of the tool and settings for formulas.
func (c *compiler) readSettings() {
	seen := map[string]cell{}
	for _, row := range c.content.settings {
		name := clean(row.name.show())
		if before, twice := seen[fold(name)]; twice {
			c.found.errorf(row.name, "", "the setting %s stands twice: here and in %s", name, before.ref)
			continue
		}
		seen[fold(name)] = row.name
		if option, ok := optionOf(name); ok {
			c.options[option] = row.value
			continue
		}
		if !isSettingName(name) {
			c.found.errorf(row.name, nearest(name, append(optionNames(), c.declaredSettings()...)), "a setting's name is letters, digits and _ only; options of the tool are %s", strings.Join(optionNames(), ", "))
			continue
		}
		c.setting(name, row.value)
	}
	for _, s := range c.tpl.Settings {
		if row, ok := seen[fold(s.Name)]; ok {
			if s.Required && c.settings[strings.ToLower(s.Name)].IsEmpty() {
				c.found.add(Error, row.place, "", fmt.Sprintf("the setting %s needs a value: %s", s.Name, s.Note), "")
			}
			continue
		}
		if s.Required && s.Value == "" {
			c.found.add(Error, place{sheet: sheetSettings}, "", fmt.Sprintf("the setting %s is missing: %s", s.Name, s.Note), "")
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
	v := cell{place: place{ref: c.tpl.path}}
	if text != "" {
		v.kind, v.text = textCell, text
	}
	return v
}

func optionOf(name string) (string, bool) {
	for _, o := range optionNames() {
		if fold(o) == fold(name) {
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
	by, at := c.tpl.Grouping.By, cell{place: place{ref: c.tpl.path}, kind: textCell, text: c.tpl.Grouping.By}
	if v, ok := c.options[optionGroupBy]; ok && !v.isBlank() {
		by, at = clean(v.show()), v
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
		c.restrict(p.group, []string{repeatDocument}, early, at)
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
				c.found.add(Warning, f.at, f.source, "file.currency is blank in a file of several currencies: group by currency", "")
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

// formula compiles one formula; its mistakes become findings at the cell.
func (c *compiler) formula(source string, at cell, field string) *formula.Program {
	prog, err := formula.Compile(source, symbols{c.slots, c})
	return c.compiled(prog, err, at, field)
}

func (c *compiler) condition(source string, at cell, field string) *formula.Program {
	prog, err := formula.CompileCondition(source, symbols{c.slots, c})
	return c.compiled(prog, err, at, field)
}

func (c *compiler) compiled(prog *formula.Program, err error, at cell, field string) *formula.Program {
	if err == nil {
		return prog
	}
	if field != "" {
		field += ": "
	}
	file := c.content.file
	if at.sheet == "" && at.ref == c.tpl.path {
		file = c.tpl.path
		at.ref = ""
	}
	add := func(value, reason, near string) {
		c.found.list = append(c.found.list, Finding{Severity: Error, File: file, Sheet: at.sheet, Cell: at.ref, Value: value, Reason: field + reason, Nearest: near})
	}
	var ce *formula.CompileError
	if !errors.As(err, &ce) || len(ce.Mistakes) == 0 {
		add(at.show(), err.Error(), "")
		return nil
	}
	for _, m := range ce.Mistakes {
		reason := m.Reason
		if m.Token != "" && !strings.Contains(reason, m.Token) {
			reason = fmt.Sprintf("%q at character %d: %s", m.Token, m.Position, m.Reason)
		}
		add(at.show(), reason, m.Nearest)
	}
	return nil
}

// restrict reports names that have no value where the formula stands.
func (c *compiler) restrict(prog *formula.Program, repeat []string, most phase, at cell) {
	outside := repeat[0] == repeatHeader || repeat[0] == repeatTrailer
	for _, i := range prog.Fields() {
		s := c.slots.all[i]
		switch {
		case outside && s.kind != fileSlot:
			c.found.errorf(at, "", "%s belongs to a document; headers and trailers know file.* and settings only", s.name)
		case s.phase > most && s.phase == atEnd:
			c.found.errorf(at, "", "%s is known only at the end of the file: use it in headers and trailers", s.name)
		case s.phase > most:
			c.found.errorf(at, "", "%s is known only when the file is made; it cannot be used here", s.name)
		case s.kind == lineSlot && s.fact != lineDate && s.fact != lineText && !has(repeat, repeatPosting):
			c.found.errorf(at, "", "%s belongs to a posting line, but this record repeats over %s", s.name, strings.Join(repeat, ", "))
		}
	}
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func hashOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// results are the template's result formats with the company's own words and columns.
func (c *compiler) results() []ResultFormat {
	for i := range c.tpl.Results {
		c.found.list = append(c.found.list, c.tpl.Results[i].Check(c.tpl.path)...)
	}
	s := c.content.results
	if s == nil || len(s.rows) < 2 {
		return c.tpl.Results
	}
	rows, numbers := [][]string{}, []int{}
	for _, row := range s.rows {
		cells := make([]string, len(row.cells))
		for i, v := range row.cells {
			if usable(v, c.found) {
				cells[i] = v.value().String()
			}
		}
		rows, numbers = append(rows, cells), append(numbers, row.number)
	}
	overrides, found := ParseResultRows(c.content.file, s.name, rows)
	for i := range overrides {
		overrides[i].Cell = moved(overrides[i].Cell, numbers)
	}
	formats, more := ApplyResultOverrides(c.content.file, c.tpl.Results, overrides)
	for i := range found {
		found[i].Cell = moved(found[i].Cell, numbers)
	}
	c.found.list = append(append(c.found.list, found...), more...)
	return formats
}

// moved turns a cell of the dense rows into the one of the sheet, which may have blank rows in between.
func moved(cell string, numbers []int) string {
	column, row := columnOf(cell), rowOf(cell)
	if column < 0 || row < 1 || row > len(numbers) {
		return cell
	}
	return ref(column, numbers[row-1])
}
