package mapping

import (
	"errors"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	"github.com/fisbridge/fisbridge/internal/mapping/facts"
	"github.com/fisbridge/fisbridge/internal/mapping/formula"
	"github.com/fisbridge/fisbridge/internal/mapping/lookup"
	"github.com/fisbridge/fisbridge/internal/mapping/resultsheet"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/mapping/settings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/posting"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// compiler turns a template and a mapping's content into a plan, and gathers everything that is wrong on the way.
type compiler struct {
	tpl     *template.Template
	content *workbook.Content
	found   *workbook.Collector
	slots   *scope.Slots
	// used are the settings that formulas name, in small letters.
	used    map[string]bool
	lookups map[string]*lookup.Table
	missing map[string]bool // tables that were asked for and could not be read
	// broken are the formulas with mistakes, folded: what they name counts as used.
	broken []string

	settings map[string]layout.Value
	sheet    *settings.Settings
	options  workbook.Options
	language formula.Language
	// defined are formulas that have a name: the posting date, the company of the document.
	defined map[string]*formula.Program
	// here is the record whose formulas are compiled, making the columns that are being made, programs those that are.
	here     inRow
	making   []string
	programs map[string]*formula.Program

	plan *Plan
}

func newCompiler(tpl *template.Template, c *workbook.Content, found *workbook.Collector) *compiler {
	return &compiler{
		tpl: tpl, content: c, found: found, slots: scope.NewSlots(tpl.Documents),
		lookups: map[string]*lookup.Table{}, missing: map[string]bool{},
		used: map[string]bool{}, programs: map[string]*formula.Program{}, defined: map[string]*formula.Program{},
		plan: &Plan{tpl: tpl},
	}
}

// compile makes the plan; it is nil when an error was found.
func (c *compiler) compile() *Plan {
	p := c.plan
	c.sheet = settings.Read(c.tpl, c.content, c.found)
	c.options, c.settings = c.sheet.Options, c.sheet.Values
	c.furtherFields()
	c.language = c.options.Language(c.found)
	c.company()
	c.defined[workbook.NamePostingDate] = c.sheet.PostingDate(func(source string, at workbook.Cell) (prog *formula.Program, ofRows string) {
		if prog = c.formula(source, at, c.found.Option(workbook.OptionPostingDate)); prog != nil {
			for _, i := range prog.Fields() {
				if c.slots.OfRows(i) {
					ofRows = c.slots.At(i).Name()
				}
			}
		}
		return prog, ofRows
	})
	c.options.File(c.tpl, c.found)
	c.found.List = append(c.found.List, c.tpl.Check()...)
	lp, problems := kinds.Compile(c.tpl.File, c.tpl.LayoutRecords())
	for _, pr := range problems {
		if option, v, ok := c.options.Saying(pr.Place); ok {
			c.found.Errorf(v, "", "%s: %s", option, pr.Reason)
			continue
		}
		c.templateError(pr.Place, pr.Value, say.Plain(pr.Reason))
	}
	p.layout = lp
	rows := c.columnRows()
	for i := range c.tpl.Records {
		p.records = append(p.records, c.record(i, rows))
	}
	c.findKept()
	c.amounts()
	c.grouping()
	c.totals()
	c.companyStands()
	c.plan.booksInRows = c.tpl.Company == nil || c.inRows()
	p.fileName = c.sheet.FileName()
	round := c.options.Rounding(c.tpl, c.found)
	p.posting = posting.Options{Round: round, EntrySums: c.tpl.EntrySums, RoundingLine: c.sheet.RoundingLine(round),
		CardCodes: c.options.CardCodes()}
	p.slots = c.slots.All()
	p.wanted = c.slots.Wanted()
	p.lookups, p.settings = c.lookups, c.settings
	for _, l := range c.lookups {
		l.SettleDefaults()
	}
	c.unused()
	p.results = resultsheet.Formats(c.tpl, c.content, c.found)
	resultsheet.Lines(p.results, lp, c.templateError)
	if c.found.List.Err() != nil {
		return nil
	}
	for i := range p.records {
		p.records[i].findOpen(lp)
	}
	p.hash = c.hash()
	return p
}

func (c *compiler) templateError(at, value string, reason say.Text) {
	c.found.List = append(c.found.List, findings.Finding{Severity: findings.Error, File: c.tpl.Path(), Cell: at,
		Value: value, Reason: reason})
}

// table reads a lookup sheet the first time a formula names it.
func (c *compiler) table(name string) *lookup.Table {
	if t, ok := c.lookups[name]; ok {
		return t
	}
	if c.missing[name] {
		return nil
	}
	known := false
	for _, n := range c.content.Tables.Names() {
		known = known || n == name
	}
	if !known {
		return nil
	}
	s, err := c.content.Tables.Read(name)
	if err != nil {
		c.found.Add(findings.Error, findings.Place{Sheet: name}, "", say.Of(err), "")
	}
	var decl *template.Lookup
	for i := range c.tpl.Lookups {
		if wording.Fold(c.tpl.Lookups[i].Name) == wording.Fold(name) {
			decl = &c.tpl.Lookups[i]
		}
	}
	t := lookup.Build(s, decl, c.found)
	if s != nil {
		workbook.NoteUnseen(s, workbook.Heading{}, nil, c.found)
	}
	if t == nil {
		c.missing[name] = true
		c.found.Add(findings.Error, findings.Place{Sheet: name}, "",
			"the lookup sheet is empty: it needs a row of headings", "")
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
			used = used || wording.Fold(name) == wording.Fold(l.Name)
		}
		if used || c.inBroken(l.Name) {
			continue
		}
		for _, name := range c.content.Tables.Names() {
			if wording.Fold(name) == wording.Fold(l.Name) {
				c.found.Add(findings.Warning, findings.Place{Sheet: name}, "", "no formula uses this lookup sheet", "")
			}
		}
	}
}

// formula compiles one formula; its mistakes become findings at the cell.
func (c *compiler) formula(source string, at workbook.Cell, field string) *formula.Program {
	prog, err := formula.Compile(source, c.symbols(at))
	return c.compiled(prog, err, at, field)
}

// symbols are the names that a formula at a place may use, and its language.
func (c *compiler) symbols(at workbook.Cell) symbols {
	if at.Sheet == "" && at.Ref == c.tpl.Path() {
		return symbols{c.slots, c, formula.English}
	}
	return symbols{c.slots, c, c.language}
}

func (c *compiler) condition(source string, at workbook.Cell, field string) *formula.Program {
	prog, err := formula.CompileCondition(source, c.symbols(at))
	return c.compiled(prog, err, at, field)
}

func (c *compiler) compiled(prog *formula.Program, err error, at workbook.Cell, field string) *formula.Program {
	if err == nil {
		c.plan.loose.Note(prog, at, c.found, func(source string) bool { // advice that was tried
			_, err := formula.Compile(source, c.symbols(at))
			return err == nil
		})
		return prog
	}
	c.broken = append(c.broken, wording.Fold(at.Show()))
	file := c.content.File
	if at.Sheet == "" && at.Ref == c.tpl.Path() {
		file = c.tpl.Path()
		at.Ref = ""
	}
	add := func(value string, reason say.Text, near string) {
		c.found.List = append(c.found.List, findings.Finding{Severity: findings.Error, File: file, Sheet: at.Sheet,
			Cell: at.Ref, Value: value, Reason: say.After(field, reason), Nearest: near})
	}
	var ce *formula.CompileError
	if !errors.As(err, &ce) || len(ce.Mistakes) == 0 {
		add(at.Show(), say.Of(err), "")
		return nil
	}
	for _, m := range ce.Mistakes {
		reason := m.Reason
		if m.Token != "" && (!strings.Contains(reason.String(), m.Token) || strings.Count(ce.Source, m.Token) > 1 &&
			len(ce.Mistakes) > 1) {
			reason = say.F("%q at character %d: %s", m.Token, formula.TypedAt(at.Show(), ce.Source, m.Position), m.Reason)
		}
		add(at.Show(), reason, m.Nearest)
	}
	return nil
}

// restrict reports names that have no value where the formula stands.
func (c *compiler) restrict(prog *formula.Program, repeat []string, most facts.Phase, at workbook.Cell) {
	outside := repeat[0] == template.RepeatHeader || repeat[0] == template.RepeatTrailer
	for _, i := range prog.Fields() {
		s := c.slots.At(i)
		switch {
		case outside && s.Kind() != facts.OfFile:
			c.found.Errorf(at, "", "%s belongs to a document; headers and trailers know file.* and settings only",
				s.Name())
		case s.Phase() > most && s.Phase() == facts.AtEnd:
			c.found.Errorf(at, "", "%s is known only at the end of the file: use it in headers and trailers", s.Name())
		case s.Phase() > most:
			c.found.Errorf(at, "", "%s is known only when the file is made; it cannot be used here", s.Name())
		case s.Kind() == facts.OfLine && s.Fact() != facts.LineDate && s.Fact() != facts.LineText &&
			!slices.Contains(repeat, template.RepeatPosting):
			c.found.Errorf(at, "", "%s belongs to a posting line, but this record repeats over %s", s.Name(),
				strings.Join(repeat, ", "))
		}
	}
}
