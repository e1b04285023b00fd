package templating

import (
	"path/filepath"
	"slices"
	"strings"
)

// Kind is what a definition is.
type Kind string

const (
	Copybook Kind = "copybook" // COBOL
	Control  Kind = "control"  // Oracle SQL*Loader
	Table    Kind = "table"    // CREATE TABLE
	CSV      Kind = "csv"      // a header line, or a sample
	Workbook Kind = "workbook" // a workbook with headings
	Fill     Kind = "fill"     // a workbook into which rows are filled
	XSD      Kind = "xsd"      // an XML schema
	WE60     Kind = "we60"     // SAP's description of an IDoc
)

// Kinds are the kinds of definitions in the order of the help.
func Kinds() []string {
	return []string{string(Copybook), string(Control), string(Table), string(CSV), string(Workbook), string(Fill), string(XSD), string(WE60)}
}

// mostBytes bounds a definition.
const mostBytes = 32 << 20

// Options are what a person says beside the definition.
type Options struct {
	// Kind of the definition; told by the file when empty.
	Kind Kind
	// Part is which table, sheet or root element, where the file has several.
	Part string
	// Sample is a file of the ERP, or a few lines of one, by which guesses are settled; nil for none. SampleName is its
	// name.
	Sample     []byte
	SampleName string
}

// Read makes a draft of the template called name. file is the definition's name, data what is in it.
func Read(name, file string, data []byte, o Options) (*Draft, error) {
	base := filepath.Base(file)
	if len(data) > mostBytes {
		return nil, &Error{file, 0, "is too large for a definition: 32 MiB are the most"}
	}
	if len(strings.TrimSpace(string(data))) == 0 {
		return nil, &Error{file, 0, "is empty"}
	}
	kind := o.Kind
	if kind == "" {
		if kind = tell(base, data); kind == "" {
			return nil, &Error{file, 0, "cannot be told what it is: say it with --kind " + strings.Join(Kinds(), ", ")}
		}
	}
	if !slices.Contains(Kinds(), string(kind)) {
		return nil, &Error{file, 0, "--kind is one of " + strings.Join(Kinds(), ", ")}
	}
	d := &Draft{Name: name, from: file}
	d.Source = base + ", " + kind.words()
	if err := d.read(kind, file, data, o); err != nil {
		return nil, err
	}
	d.complete()
	return d, nil
}

func (k Kind) words() string {
	return map[Kind]string{Copybook: "a COBOL copybook", Control: "a control file of SQL*Loader", Table: "a CREATE TABLE", CSV: "a CSV file",
		Workbook: "a workbook", Fill: "a workbook that is filled in", XSD: "an XML schema", WE60: "a segment description of SAP (WE60)"}[k]
}

func (d *Draft) read(kind Kind, file string, data []byte, o Options) error {
	switch kind {
	case Workbook, Fill:
		return book(d, file, data, kind, o.Part)
	case CSV:
		return sampleCSV(d, file, data)
	case XSD:
		d.Files = map[string][]byte{besideName(file, "schema", ".xsd"): data} // template check has the files held against it
		return schema(d, file, data, o.Part)
	}
	text, err := d.text(file, data)
	if err != nil {
		return err
	}
	s := source{file, text}
	switch kind {
	case Copybook:
		d.Files = map[string][]byte{besideName(file, "copybook", ".cpy"): []byte(text)} // and read by a program with it
		err = copybook(d, s)
	case Control:
		err = control(d, s)
	case Table:
		err = table(d, s, o.Part)
	case WE60:
		err = we60(d, s)
	}
	if err == nil && o.Sample != nil {
		err = d.hold(o.SampleName, o.Sample)
	}
	return err
}

// tell tells what a definition is by its content, and where that does not tell by its name.
func tell(base string, data []byte) Kind {
	head := strings.ToUpper(string(data[:min(len(data), 64<<10)]))
	ext := strings.ToLower(filepath.Ext(base))
	has := func(words ...string) bool {
		for _, w := range words {
			if !strings.Contains(head, w) {
				return false
			}
		}
		return true
	}
	switch {
	case strings.HasPrefix(head, "PK\x03\x04"):
		return bookKind(data)
	case has("BEGIN_SEGMENT"):
		return WE60
	case has("HTTP://WWW.W3.ORG/2001/XMLSCHEMA", "SCHEMA"):
		return XSD
	case has("LOAD", "DATA", "INTO TABLE"), ext == ".ctl" && has("INTO"):
		return Control
	case has("CREATE", "TABLE", "("):
		return Table
	case looksLikeCopybook(head), ext == ".cpy" || ext == ".cbl" || ext == ".cob":
		return Copybook
	case ext == ".csv" || ext == ".tsv" || ext == ".txt" && delimiterOf(decodeSample(data).text) != "":
		return CSV
	}
	return ""
}
