package workbook

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// readMe writes the page that people see first.
func (b *book) readMe() {
	w := &readMeWriter{book: b, sheet: b.name(sheetReadMe), widths: []float64{26, 104}}
	b.widths(w.sheet, w.widths...)
	b.row(w.sheet, 1, b.st.Title, b.text(b.tpl.Title))
	b.try(b.f.SetRowHeight(w.sheet, 1, 26))
	w.row = 1
	w.text("", b.text(b.tpl.Description))
	w.section("What this workbook does")
	w.say("", "It says how approved Concur documents become the import file of your ERP. It belongs to you, the "+
		"accountants: fisbridge reads it before each run, and uses it only when nothing in it is wrong. Until a "+
		"mistake is mended, the former version stays in force.")
	w.section("How to change something")
	w.say("1. Edit", "The sheets with a yellow tab are yours. Yellow cells are open; grey ones show what the ERP "+
		"demands and are locked (without a password).")
	w.say("2. Save and check", "Everything that is wrong is named by sheet and cell, all at once: in the console when you "+
		"upload the workbook on the page Mappings, else by the command  fisbridge mapping check FILE  (with --annotate it "+
		"also writes the findings into the cells as notes).")
	w.say("3. Look", "The console shows after the upload what your own documents would give, old and new side by side. "+
		"The command  fisbridge mapping preview FILE  fills the column %s and the sheet %s with it.",
		b.head(headExample), b.name(SheetPreview))
	w.say("4. Go live", "With the console: upload the workbook on the page Mappings, say why, and ask for it. Where your "+
		"company wants a second person, somebody else approves it there. The next run takes it up.")
	w.text(" ", b.text("Without the console: save the workbook in its place in the folder mappings, and close it; the next "+
		"run takes it up. Where your company wants a second person, it waits until somebody asks for it (fisbridge mapping "+
		"propose) and somebody else approves it."))
	w.section("The sheets")
	w.link(b.name(SheetColumns), b.text("One row for each field of the import file. The Value says what goes in: "+
		"the name of a field (the drop-down list offers all), a constant in quotes such as \"1000\", or a formula "+
		"such as LEFT(line.text; 30). There is no equals sign in front."))
	w.link(b.name(SheetSettings), b.text("Constants of your company, settings.NAME in formulas; and how files are "+
		"made."))
	for _, name := range b.c.LookupNames() {
		w.link(name, b.lookupNote(name))
	}
	w.link(b.name(SheetResults), b.text("How the ERP's result files read: which column holds what, and what its "+
		"words mean."))
	w.link(b.name(SheetTests), b.text("Documents of which you know what they must give. fisbridge runs them before "+
		"a changed workbook goes live."))
	w.link(b.name(SheetPreview), b.text("Filled by fisbridge mapping preview."))
	w.link(b.name(sheetFields), b.text("Every name that can stand in a Value, with its meaning and a sample."))
	w.link(b.name(sheetFunctions), b.text("Every function, each with an example and its result."))
	w.link(b.name(sheetRoles), b.text("What a column of a result file can be."))
	w.section("Lookup sheets")
	w.text(b.text("Key columns"), b.text("Their headings end in %s; they are looked for, the other columns are "+
		"found. A formula names sheet and column: LOOKUP(Accounts; line.account; Account).", b.c.Named(sheets.Keys, KeyMark)))
	w.say("The row with *", "It takes everything without a row of its own. With nothing in it, a document without a "+
		"row is held until somebody adds one: nothing is posted by guess.")
	w.say("Many codes in a row", "64* takes all that begin so, 640000-649999 all numbers between; the code itself "+
		"wins, then the narrowest range, then the longest 64*, then *.")
	w.say("Codes are text", "Leading zeros count. The columns are formatted as text: leave them so, and do not let "+
		"Excel turn codes into numbers.")
	w.say("What is yours", "Add rows, columns, sheets and notes as you like, and format as you like: columns are "+
		"found by their headings, and your own stay.")
	w.section("The import file")
	for _, f := range b.fileFacts() {
		w.text(f[0], f[1])
	}
	b.printSetup(w.sheet, false)
	b.onePage(w.sheet)
	show := false
	b.try(b.f.SetSheetView(w.sheet, 0, &excelize.ViewOptions{ShowGridLines: &show}))
}

// readMeWriter writes rows below each other.
type readMeWriter struct {
	*book
	sheet  string
	row    int
	widths []float64
}

// say writes a label and a text in the language.
func (w *readMeWriter) say(label, english string, values ...any) {
	w.text(w.book.text(label), w.book.text(english, values...))
}

func (w *readMeWriter) section(title string) {
	w.row += 2
	w.book.row(w.sheet, w.row, w.st.Section, w.book.text(title))
	w.try(w.f.SetRowHeight(w.sheet, w.row, 20))
}

// text writes a label and a text; without a label the text begins at the left.
func (w *readMeWriter) text(label, text string) {
	if text == "" {
		return
	}
	w.row++
	if label == "" {
		from, to := xlsx.Ref(0, w.row), xlsx.Ref(1, w.row)
		w.try(w.f.MergeCell(w.sheet, from, to))
		w.book.row(w.sheet, w.row, w.st.Body, text)
		w.height(w.sheet, w.row, []float64{w.widths[0] + w.widths[1]}, text)
		return
	}
	w.book.row(w.sheet, w.row, w.st.Label, label)
	w.row2(w.sheet, 1, w.row, w.st.Body, text)
	w.height(w.sheet, w.row, w.widths, label, text)
}

// link writes the name of a sheet, to be clicked.
func (w *readMeWriter) link(sheet, text string) {
	w.text(sheet, text)
	at := xlsx.Ref(0, w.row)
	w.try(w.f.SetCellHyperLink(w.sheet, at, fmt.Sprintf("'%s'!A1", quoteSheet(sheet)), "Location"))
	w.try(w.f.SetCellStyle(w.sheet, at, at, w.st.Link))
}

// quoteSheet doubles the single quotes of a sheet's name for a reference.
func quoteSheet(name string) string { return strings.ReplaceAll(name, "'", "''") }

// quotedSheet is the name of a sheet as references have it: in quotes where it is no plain word.
func quotedSheet(name string) string {
	if strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" {
		return name
	}
	return "'" + quoteSheet(name) + "'"
}

func (b *book) lookupNote(name string) string {
	if d := b.declared(name); d != nil && d.Note != "" {
		return b.text(d.Note)
	}
	return b.text("A lookup sheet of your own.")
}

// fileFacts are what the template says of the file.
func (b *book) fileFacts() [][2]string {
	t := b.tpl
	var types []string
	for _, d := range t.Documents {
		types = append(types, string(d))
	}
	taken := "document by document: a document that it refuses does not hold up the others"
	if t.Acceptance == template.ByFile {
		taken = "all or nothing: one document that it refuses, and the whole file comes back"
	}
	out := [][2]string{
		{b.c.Named(sheets.Options, OptionTemplate), t.Name},
		{b.text("Documents"), strings.Join(types, ", ")},
		{b.text("Form"), strings.TrimSpace(string(t.File.Kind) + ", " + string(t.File.Encoding))},
		{b.text("Name of the file"), t.FileName},
		{b.text("The ERP takes it"), b.text(taken)},
		{b.text("One file for"), b.eachFile()},
	}
	return out
}

// eachFile is what has a file of its own.
func (b *book) eachFile() string {
	if by := groupsBy(b.tpl); by != "run" {
		return b.text("each %s", b.c.Named(sheets.Grouping, by))
	}
	return b.text("each run")
}
