package templating_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/templating"
)

// lines gives a definition; each case says what must stand in the template, and in the remarks.
var definitions = []struct {
	name, file, text string
	options          templating.Options
	yaml             []string
	remarks          []string
}{
	{"copybook: records by REDEFINES, signs, dates, codes", "journal.cpy", copybook, templating.Options{}, []string{
		"kind: fixed", "record_length: 60", "sign: overpunch",
		"{ name: kind, type: code, start: 1, width: 1, required: true, value: '\"H\"' }",
		"{ name: count, type: integer, start: 2, width: 7, sign: none, value: file.lines }",
		"{ name: amount, type: amount, start: 8, width: 11, required: true, decimals: 2, implied: true, value: line.amount }",
		"{ name: rate, type: amount, start: 19, width: 8, decimals: 5, sign: none, pad: '0'",
		"match: { start: 1, value: X }", "{ name: post date, type: date, start: 27, width: 8, date_form: yyyyMMdd, value: posting.date }", "posting_date: file # GUESS: ",
		"{ name: part 1, type: code, start: 35, width: 2", "{ name: part 3, type: code, start: 39, width: 2",
	}, []string{"by the condition KIND-DETAIL", "encoding: us-ascii"}},
	{"copybook: packed and binary numbers", "pay.cpy", "       01 REC.\n          05 REC-AMOUNT PIC S9(9)V99 COMP-3.\n          05 REC-COUNT PIC 9(9) COMP.\n          05 REC-SUM PIC S9(4)V9 SIGN LEADING SEPARATE.\n          05 REC-EVEN PIC S9(8)V99 USAGE IS COMP-3.\n",
		templating.Options{}, []string{"line_end: none", "start: 1, width: 6, required: true, decimals: 2, implied: true, sign: packed", "start: 7, width: 4, digits: 9, sign: binary-unsigned",
			"start: 11, width: 6, decimals: 1, implied: true, sign: leading-separate", "start: 17, width: 6, decimals: 2, implied: true, digits: 10, sign: packed"}, []string{"without line ends"}},
	{"control file: positions", "gl.ctl", "LOAD DATA\nCHARACTERSET WE8ISO8859P1\nINFILE 'x' \"fix 30\"\nINTO TABLE gl\nWHEN (1:1) = 'D'\n( KIND POSITION(1:1) CHAR, ACCOUNT POSITION(2:11) CHAR, AMOUNT POSITION(12:20) ZONED(9,2),\n  GLDATE POSITION(21:28) DATE \"YYYYMMDD\", LOADED SYSDATE, X CONSTANT 'a' )",
		templating.Options{}, []string{"kind: fixed", "encoding: iso-8859-1", "record_length: 30", "match: { start: 1, value: D }", "name: ACCOUNT, type: code, start: 2, width: 10", "start: 12, width: 9, required: true, decimals: 2, implied: true, sign: overpunch",
			"name: GLDATE, type: date, start: 21, width: 8, date_form: yyyyMMdd"}, nil},
	{"control file: delimited", "gl.ctl", "OPTIONS (SKIP=1)\nLOAD DATA INTO TABLE gl FIELDS TERMINATED BY X'09' (A, ENTERED_DR DECIMAL EXTERNAL, TEXT CHAR(50) \"UPPER(:TEXT)\")",
		templating.Options{}, []string{"delimiter: tab", "quoting: none", "header: true", "name: A, type: code, width: 255", "name: ENTERED_DR, type: amount, decimals: any, value: line.debit", "name: TEXT, type: text, width: 50"}, []string{"goes through SQL"}},
	{"table", "t.sql", "-- x\nCREATE TABLE dbo.[GL] ([Id] int IDENTITY, Account nvarchar(20) NOT NULL, Amount decimal(18,2), Kind char(1) CHECK (Kind IN ('A','B')), PRIMARY KEY (Kind));\nCOMMENT ON COLUMN gl.amount IS 'signed';",
		templating.Options{}, []string{"kind: delimited", "name: Account, type: code, width: 20, required: true", "name: Amount, type: amount, required: true, decimals: 0..2, digits: 18, value: line.amount, note: signed", "name: Kind, type: code, width: 1, required: true, codes: [A, B]"},
		[]string{"t.sql:2: not known: column Id is filled by the database"}},
	{"CSV: German sample", "s.csv", "\xEF\xBB\xBFKonto;Datum;Betrag;Text\r\n0012;31.01.2026;1.234,50;\"Taxi; Bahn\"\r\n0013;03.02.2026;-12,00;x\r\n", templating.Options{},
		[]string{"bom: true", "line_end: crlf", "delimiter: semicolon", "decimal_mark: ','", "grouping: '.'", "date_form: dd.MM.yyyy", "quoting: minimal", "name: Konto, type: code", "name: Betrag, type: amount, required: true, decimals: 2"}, nil},
	{"CSV: ambiguous dates and numbers are said", "s.csv", "Account,Date,Amount\n100,03/04/2026,\"1,234\"\n", templating.Options{},
		[]string{"GUESS: day before month", `decimal_mark: "."`}, []string{"may be read with the month first", `"1,234" in column Amount may be a thousand`}},
	{"CSV: a header line alone", "s.csv", "Account|Posting date|Debit|Credit|Currency", templating.Options{}, []string{"delimiter: pipe", "header: true", "name: Debit, type: amount"},
		[]string{"types, widths, forms of dates and amounts: there are no rows"}},
	{"CSV: semicolons go with a decimal comma", "s.csv", "Konto;Buchungsdatum;Sollbetrag;Habenbetrag;Positionstext", templating.Options{}, []string{`decimal_mark: "," # GUESS`, "name: Positionstext, type: text, value: line.text"},
		[]string{"the decimal mark is a comma"}},
	{"copybook: the text of a line is no number", "l.cpy", "       01 REC.\n          05 TEXT-LINE PIC X(30).\n          05 LINE-NO PIC 9(4).\n", templating.Options{}, []string{"name: text line, type: text, start: 1, width: 30, overflow: cut, value: line.text", "value: row.number"}, nil},
	{"CSV: names of a German ERP", "s.csv", "Belegnummer;Buchungstag;Kontonummer;Sollbetrag;Habenbetrag;Währung;Personalnr\nR-1;31.01.2026;0012;1.234,50;;EUR;17\nR-1;31.01.2026;0013;;1.234,50;EUR;17\n", templating.Options{},
		[]string{"name: Belegnummer, type: code, required: true, value: document.report_id", "value: posting.date", "name: Sollbetrag, type: amount, decimals: 2, value: line.debit", "value: line.credit", "value: document.currency",
			"value: document.employee_id", "- { record: Line, debit: Sollbetrag, credit: Habenbetrag, currency: 'Währung', document: Belegnummer }"}, nil},
	{"CSV: names of a French and a Spanish ERP", "s.csv", "Compte;Date comptable;Libellé;Débit;Haber;Devise\n0012;31.01.2026;x;1,50;;EUR\n", templating.Options{},
		[]string{"value: line.text", "value: line.debit", "value: line.credit", "value: document.currency", "value: posting.date"}, nil},
	{"CSV: amounts of no known name", "s.csv", "Konto;Wert A;Waehrung\n0012;1,50;EUR\n", templating.Options{},
		[]string{"#     - { record: Line, amount: Wert A, currency: Waehrung, document: FIELD }", "#   amount: Line.Wert A"}, nil},
	{"CSV: another page than UTF-8", "s.csv", "Konto;Text\n1;M\xFCller\n", templating.Options{}, []string{"encoding: windows-1252 # GUESS"}, []string{"not UTF-8"}},
	{"XML schema", "j.xsd", schema, templating.Options{}, []string{"kind: xml", "namespace: 'urn:acme'", "repeat: header", "own: { element: Lines/Line }", "name: ccy, type: code, width: 3, required: true, own: { path: 'Amount/@ccy' }",
		"document: Journal.Reference"}, []string{"element Journal repeats, and is written for each document"}},
	{"WE60", "w.txt", segments, templating.Options{}, []string{"{ prefix: E2BPACHE09 }", "name: BUS_ACT, type: code, start: 99, width: 4", "repeat: posting"}, []string{"EDI_DC40"}},
}

const copybook = `      * a comment
000100 01  GL-RECORD.
000200     05  GL-KIND                 PIC X.
000300         88 KIND-DETAIL  VALUE 'X'.
           05  GL-HEADER.
               10  GLH-COUNT           PIC 9(7).
               10  FILLER              PIC X(52).
           05  GL-DETAIL REDEFINES GL-HEADER.
               10  GLD-COMPANY         PIC X(6).
               10  GLD-AMOUNT          PIC S9(9)V99.
               10  GLD-RATE            PIC 99.9(5).
               10  GLD-POST-DATE       PIC 9(8).
               10  GLD-PARTS OCCURS 3 TIMES.
                   15  GLD-PART        PIC XX.
               10  FILLER              PIC X(20).
`

const schema = `<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:acme" xmlns="urn:acme" elementFormDefault="qualified">
 <xs:simpleType name="Ccy"><xs:restriction base="xs:string"><xs:length value="3"/></xs:restriction></xs:simpleType>
 <xs:complexType name="Line"><xs:sequence>
   <xs:element name="Account"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="20"/></xs:restriction></xs:simpleType></xs:element>
   <xs:element name="Amount"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="ccy" type="Ccy" use="required"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
   <xs:element name="Text" type="xs:string" minOccurs="0"/>
  </xs:sequence><xs:attribute name="no" type="xs:positiveInteger" use="required"/></xs:complexType>
 <xs:element name="Journals"><xs:complexType><xs:sequence>
  <xs:element name="Created" type="xs:date"/>
  <xs:element name="Journal" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="Reference" type="xs:string"/>
    <xs:element name="PostingDate" type="xs:date"/>
    <xs:element name="Lines"><xs:complexType><xs:sequence><xs:element name="Line" type="Line" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
 </xs:sequence></xs:complexType></xs:element>
</xs:schema>
`

const segments = `BEGIN_SEGMENT_SECTION
  BEGIN_SEGMENT E2BPACHE09
    STATUS MANDATORY
    LOOPMAX 0000000001
    BEGIN_FIELDS
      NAME BUS_ACT
      TYPE CHARACTER
      BYTE_FIRST 000099
      BYTE_LAST 000102
    END_FIELDS
  END_SEGMENT
  BEGIN_SEGMENT E2BPACCR09
    LOOPMAX 0000999999
    BEGIN_FIELDS
      NAME AMT_DOCCUR
      TYPE CHARACTER
      BYTE_FIRST 000069
      BYTE_LAST 000092
    END_FIELDS
  END_SEGMENT
END_SEGMENT_SECTION
`

// What a definition says stands in the template; what it does not say is told.
func TestRead(t *testing.T) {
	for _, c := range definitions {
		d, err := templating.Read("acme", c.file, []byte(c.text), c.options)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		yaml, said := string(d.YAML()), ""
		for _, r := range d.Remarks {
			said += r.String() + "\n"
		}
		for _, want := range c.yaml {
			if !strings.Contains(yaml, want) {
				t.Errorf("%s: the template has no %q:\n%s", c.name, want, yaml)
			}
		}
		for _, want := range c.remarks {
			if !strings.Contains(said, want) {
				t.Errorf("%s: the remarks have no %q:\n%s", c.name, want, said)
			}
		}
	}
}

// What no template can say is refused, with file and line.
func TestRefused(t *testing.T) {
	const head = "       01 REC.\n          05 A PIC X(10).\n"
	for name, c := range map[string]struct {
		file, text, want string
		kind             templating.Kind
	}{
		"redefines of a field":  {"a.cpy", head + "          05 B REDEFINES A PIC 9(10).\n", "a.cpy:2: A: a field, not a group", ""},
		"redefines in a group":  {"a.cpy", head + "          05 G.\n             10 B PIC X.\n             10 C REDEFINES B PIC 9.\n", "a.cpy:3: G: REDEFINES within a record", ""},
		"two sets":              {"a.cpy", head + "          05 B.\n             10 C PIC X.\n          05 D REDEFINES A.\n             10 E PIC X.\n", "a.cpy:5: D REDEFINES A", ""},
		"depending on":          {"a.cpy", head + "          05 T OCCURS 1 TO 5 TIMES DEPENDING ON A PIC X.\n", "a.cpy:3: T: OCCURS … DEPENDING ON", ""},
		"comp-5":                {"a.cpy", head + "          05 N PIC 9(4) COMP-5.\n", "a.cpy:3: N: COMP-5", ""},
		"comp-1":                {"a.cpy", head + "          05 N COMP-1.\n", "a.cpy:3: N: floating-point", ""},
		"scaled":                {"a.cpy", head + "          05 N PIC 9(3)PP.\n", "a.cpy:3: N: PIC 9(3)PP: scaled", ""},
		"sync":                  {"a.cpy", head + "          05 N PIC 9(4) COMP SYNC.\n", "a.cpy:3: N: SYNC", ""},
		"copy":                  {"a.cpy", head + "          COPY OTHER.\n", "a.cpy:3: COPY: what it stands for", ""},
		"no full stop":          {"a.cpy", "       01 REC.\n          05 A PIC X(10)\n", "a.cpy:2: the entry \"05\" does not end", ""},
		"no picture":            {"a.cpy", "       01 REC.\n          05 A.\n          05 B PIC X.\n", "a.cpy:2: A has neither a PIC", ""},
		"unknown clause":        {"a.cpy", "       01 REC.\n          05 A PIC X FROB.\n", "a.cpy:2: A: the clause \"FROB\"", ""},
		"binary to be loaded":   {"a.ctl", "LOAD DATA INTO TABLE t (\n A INTEGER)", "a.ctl:2: column A: INTEGER without EXTERNAL", ""},
		"a table without end":   {"a.sql", "CREATE TABLE t (\n a int,\n b char(1)", "a.sql:1: table t does not end", ""},
		"two tables":            {"a.sql", "CREATE TABLE t (a int);\nCREATE TABLE u (a int);", "say which with --part: t (line 1), u (line 2)", ""},
		"rows of other lengths": {"a.csv", "a;b\n1;2\n3\n", "a.csv:1: no delimiter", ""},
		"half a schema":         {"a.xsd", "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n<xs:element>", "a.xsd:2: is no well-formed XML", ""},
		"a schema elsewhere":    {"a.xsd", "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n<xs:include schemaLocation=\"b.xsd\"/></xs:schema>", "a.xsd:2: takes \"b.xsd\" in", ""},
		"half an export":        {"w.txt", "BEGIN_SEGMENT E1\n BEGIN_FIELDS\n NAME X\n", "w.txt: ends within a segment", ""},
		"bytes before the data": {"w.txt", "BEGIN_SEGMENT E1\nBEGIN_FIELDS\nNAME X\nBYTE_FIRST 1\nBYTE_LAST 3\nEND_FIELDS\nEND_SEGMENT\n", "w.txt:3: field X: its bytes 1 to 3", ""},
		"nothing":               {"a.txt", "hello", "say it with --kind", ""},
		"no workbook":           {"a.xlsx", "PK\x03\x04", "cannot be read as a workbook", ""},
		"an empty file":         {"a.csv", " \n", "a.csv: is empty", ""},
		"a kind there is not":   {"a.csv", "a", "--kind is one of", "spreadsheet"},
	} {
		_, err := templating.Read("acme", c.file, []byte(c.text), templating.Options{Kind: c.kind})
		var wrong *templating.Error
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		} else if c.file != "a.cpy" && !errors.As(err, &wrong) {
			t.Errorf("%s: is a %T", name, err)
		}
	}
}

// A sample of the ERP settles guesses: encoding, line ends, signs, the order of dates. It is held against the records.
func TestSample(t *testing.T) {
	const book = "       01 REC.\n          05 R-ACCOUNT PIC X(6).\n          05 R-DATE PIC 9(8).\n          05 R-AMOUNT PIC S9(5)V99.\n"
	for name, c := range map[string]struct{ sample, yaml, remark string }{
		"PC signs, days first":  {"640100310120260001234\r\n640100300120260000234\r\n64010030012026000123t\r\n", "date_form: ddMMyyyy", ""},
		"PC signs":              {"64010031012026000123t\n", "sign: overpunch-ascii # as in the sample", ""},
		"mainframe signs":       {"64010020260131000123M\n", "sign: overpunch # as in the sample", ""},
		"dates that say both":   {"64010001022026000123M\n", "GUESS: or MMddyyyy", "may be MMddyyyy, too"},
		"line ends":             {"64010020260131000123M\r\n64010020260131000123M\r\n", "line_end: crlf # as in the sample", ""},
		"no line ends":          {"64010020260131000123M64010020260131000123M", "line_end: none # as in the sample", ""},
		"EBCDIC":                {"\xF6\xF4\xF0\xF1\xF0\xF0\xF2\xF0\xF2\xF6\xF0\xF1\xF3\xF1\xF0\xF0\xF0\xF1\xF2\xF3\xD4", "encoding: ebcdic-037", "EBCDIC"},
		"something else stands": {"64010020260131 12,34-\n", "date_form: yyyyMMdd", "is no number with its sign in the last digit"},
	} {
		d, err := templating.Read("acme", "a.cpy", []byte(book), templating.Options{Sample: []byte(c.sample), SampleName: "s.dat"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		said := ""
		for _, r := range d.Remarks {
			said += r.String() + "\n"
		}
		if yaml := string(d.YAML()); !strings.Contains(yaml, c.yaml) || !strings.Contains(said, c.remark) {
			t.Errorf("%s: want %q and %q\n%s\n%s", name, c.yaml, c.remark, yaml, said)
		}
	}
	_, err := templating.Read("acme", "a.cpy", []byte(book), templating.Options{Sample: []byte("64010020260131000123M too long\n"), SampleName: "s.dat"})
	if err == nil || !strings.Contains(err.Error(), "s.dat:1: has 30 bytes, the record of the copybook 21") {
		t.Error(err)
	}
}
