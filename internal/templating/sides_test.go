package templating_test

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/templating"
)

// The codes of a side are those that the definition or a sample shows, and not a guess against them.
func TestSides(t *testing.T) {
	const book = "       01 REC.\n          05 R-KONTO PIC X(6).\n          05 R-BETRAG PIC 9(5)V99.\n          05 R-KZ PIC X.\n             88 SOLL VALUE 'S'.\n             88 HABEN VALUE 'H'.\n          05 R-WKZ PIC X(3).\n"
	numbered := strings.NewReplacer("'S'", "'1'", "'H'", "'2'").Replace(book)
	sign := strings.Replace(book, "PIC 9(5)V99", "PIC S9(5)V99", 1)
	plain := "       01 REC.\n          05 R-KONTO PIC X(6).\n          05 R-BETRAG PIC S9(5)V99.\n          05 R-SIDE PIC X.\n          05 R-WKZ PIC X(3).\n"
	for name, c := range map[string]struct {
		file, text, sample string
		yaml               []string
		not, remark        string
	}{
		"level 88": {"a.cpy", book, "", []string{`'IF(line.amount < 0; "H"; "S")'`, "side: kz, debit_codes: [S], credit_codes: [H], currency: wkz", "S debit, H credit, beside an amount without a sign",
			"totals:\n  amount: REC.betrag", "'IF(line.amount < 0; 0 - line.amount; line.amount)'"}, "signed or by side", ""},
		"level 88, by their names": {"a.cpy", numbered, "", []string{`'IF(line.amount < 0; "2"; "1")'`, "debit_codes: ['1'], credit_codes: ['2']"}, "signed or by side", ""},
		"level 88 and a signed amount": {"a.cpy", sign, "", []string{"debit_codes: [S], credit_codes: [H]", "GUESS: signed or by side?"}, "signed: true }",
			"field kz of record REC tells the side: S is a debit, H a credit; is the amount signed, or by side?"},
		"a sample of it":          {"a.cpy", plain, "6401000001234SEUR\n6401000001234HEUR\n", []string{"debit_codes: [S], credit_codes: [H]", "beside an amount without a sign"}, "signed or by side", ""},
		"a sample with a sign":    {"a.cpy", plain, "640100000123DSEUR\n640100000123MHEUR\n", []string{"debit_codes: [S], credit_codes: [H]", "signed: true", "value: line.amount"}, "0 - line.amount", "signed, or by side?"},
		"a table":                 {"a.sql", "CREATE TABLE t (Konto varchar(9), Betrag decimal(9,2), Kennung char(1) CHECK (Kennung IN ('H','S')), Waehrung char(3))", "", []string{"codes: [H, S]", `"H"; "S"`, "debit_codes: [S], credit_codes: [H]"}, "", "Kennung"},
		"a table of posting keys": {"a.sql", "CREATE TABLE t (Konto varchar(9), Betrag decimal(9,2), Bschl char(2) CHECK (Bschl IN ('40','50')), Waehrung char(3))", "", []string{"debit_codes: ['40'], credit_codes: ['50']"}, "", ""},
		"rows of a CSV":           {"a.csv", "Konto;Betrag;KZ;WKZ\n12;1,50;S;EUR\n13;1,50;H;EUR\n", "", []string{"side: KZ, debit_codes: [S], credit_codes: [H], currency: WKZ", "beside an amount without a sign"}, "signed or by side", ""},
		"rows with posting keys":  {"a.csv", "Konto;Betrag;Schluessel;WKZ\n12;1,50;40;EUR\n13;1,50;50;EUR\n", "", []string{"name: Schluessel, type: code", "debit_codes: ['40'], credit_codes: ['50']"}, "", ""},
		"rows with marks":         {"a.csv", "Konto;Betrag;Vorzeichen;WKZ\n12;1,50;+;EUR\n13;1,50;-;EUR\n", "", []string{"debit_codes: ['+'], credit_codes: ['-']"}, "", ""},
		"rows with a sign":        {"a.csv", "Konto;Betrag;Soll/Haben;WKZ\n12;1,50;S;EUR\n13;-1,50;H;EUR\n", "", []string{"signed: true", "GUESS: signed or by side? the sample has negative amounts", "value: line.amount"}, "0 - line.amount", ""},
		"a name alone":            {"a.csv", "Konto;Betrag;Soll/Haben-Kennzeichen;WKZ", "", []string{"debit_codes: [S], credit_codes: [H]", "GUESS: its codes, by the name: S debit, H credit"}, "", ""},
		"codes nobody knows":      {"a.sql", "CREATE TABLE t (Acct varchar(9), Amount decimal(9,2), DC char(1) CHECK (DC IN ('1','7')), Curr char(3))", "", []string{"FILL IN: which of its codes is the debit", `value: ""`}, `"C"; "D"`, "which of its codes (1, 7) is the debit?"},
		"a schema": {"a.xsd", strings.NewReplacer(`<xs:element name="Text" type="xs:string" minOccurs="0"/>`, `<xs:element name="Type"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="Soll"/><xs:enumeration value="Haben"/></xs:restriction></xs:simpleType></xs:element>`).Replace(schema), "",
			[]string{"debit_codes: [Soll], credit_codes: [Haben]"}, "", ""},
	} {
		o := templating.Options{}
		if c.sample != "" {
			o.Sample, o.SampleName = []byte(strings.NewReplacer("{3}", "3").Replace(c.sample)), "s.dat"
		}
		d, err := templating.Read("acme", c.file, []byte(c.text), o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		said := ""
		for _, r := range d.Remarks {
			said += r.String() + "\n"
		}
		yaml := string(d.YAML())
		for _, want := range c.yaml {
			if !strings.Contains(yaml, want) {
				t.Errorf("%s: no %q:\n%s", name, want, yaml)
			}
		}
		if c.not != "" && strings.Contains(yaml, c.not) || !strings.Contains(said, c.remark) {
			t.Errorf("%s: %q, or no %q:\n%s\n%s", name, c.not, c.remark, yaml, said)
		}
	}
}

// What shares a file is a guess that says so; sums and amounts without a currency do not mix currencies.
func TestGroupingIsAGuess(t *testing.T) {
	for text, want := range map[string]string{
		"Konto;Betrag;WKZ\n1;1,50;EUR\n": "grouping: { by: run } # GUESS: all documents",
		"Konto;Betrag\n1;1,50\n":         "grouping: { by: currency } # GUESS: no field is named for the currency",
	} {
		d, err := templating.Read("acme", "s.csv", []byte(text), templating.Options{})
		if err != nil || !strings.Contains(string(d.YAML()), want) {
			t.Errorf("%v, want %s:\n%s", err, want, d.YAML())
		}
	}
	d, err := templating.Read("acme", "l.cpy", []byte("       01 L-DETAIL.\n          05 L-AMOUNT PIC S9(5)V99.\n          05 L-CURRENCY PIC X(3).\n       01 L-TRAILER.\n          05 L-DEBIT PIC 9(7)V99.\n          05 FILLER PIC X.\n"), templating.Options{})
	if err != nil || !strings.Contains(string(d.YAML()), "grouping: { by: currency } # GUESS: the file has sums") {
		t.Errorf("%v:\n%s", err, d.YAML())
	}
}

// Names that German, French and Spanish ledgers have.
func TestNamesOfLedgers(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"DATEV": {"Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;Buchungstext;KOST1 - Kostenstelle;KOST2 - Kostenstelle",
			[]string{"{ record: Line, amount: 'Umsatz (ohne Soll/Haben-Kz)', side: Soll/Haben-Kennzeichen, debit_codes: [S], credit_codes: [H], currency: WKZ Umsatz, document: Belegfeld 1 }",
				"name: 'BU-Schlüssel', type: code, value: line.tax_code", "name: Kurs, type: code, value: \"\"", "name: 'Gegenkonto (ohne BU-Schlüssel)', type: code, value: \"\""}},
		"shortened": {"MANDANT;KTONR;BETRAG;WKZ;KOSTENST;KREDITOR;BELNR", []string{"name: MANDANT, type: code, value: 'IFBLANK(document.company_code", "record: Line, amount: BETRAG, currency: WKZ, document: BELNR",
			"name: KOSTENST, type: code, value: 'IF(OR("}},
		"French":  {"JournalCode|EcritureNum|EcritureDate|CompteNum|CompteLib|PieceRef|EcritureLib|Debit|Credit|Idevise", []string{"record: Line, debit: Debit, credit: Credit, currency: Idevise, document: EcritureNum", "name: CompteLib, type: code, value: \"\"", "name: EcritureDate, type: date, value: posting.date"}},
		"Spanish": {"Empresa;Fecha asiento;Cuenta contable;Concepto;Importe;Debe/Haber;Moneda;Centro de coste;Asiento", []string{"amount: Importe, side: Debe/Haber, debit_codes: [D], credit_codes: [H], currency: Moneda, document: Asiento", "name: Cuenta contable, type: code, required: true"}},
	} {
		d, err := templating.Read("acme", "s.csv", []byte(c.text), templating.Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(string(d.YAML()), want) {
				t.Errorf("%s: no %q:\n%s", name, want, d.YAML())
			}
		}
	}
	d, err := templating.Read("acme", "v.cpy", []byte("       01 VORSATZ.\n          05 V-ART PIC X.\n       01 EINZELSATZ.\n          05 E-ART PIC X.\n          05 E-BETRAG PIC 9(5)V99.\n       01 NACHSATZ.\n          05 N-ART PIC X.\n          05 N-ANZAHL PIC 9(5).\n"), templating.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"repeat: header", "repeat: posting", "repeat: trailer", "value: file.lines"} {
		if !strings.Contains(string(d.YAML()), want) {
			t.Errorf("no %s:\n%s", want, d.YAML())
		}
	}
}

// Line ends behind records with binary numbers are those of a transfer.
func TestSampleWithLineEndsBehindBinaryRecords(t *testing.T) {
	const book = "       01 REC.\n          05 R-ACCOUNT PIC X(6).\n          05 R-AMOUNT PIC S9(5)V99 COMP-3.\n"
	d, err := templating.Read("acme", "a.cpy", []byte(book), templating.Options{Sample: []byte("640100\x00\x01\x23\x4C\r\n640100\x00\x0D\x0A\x4C\r\n"), SampleName: "s.dat"})
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, r := range d.Remarks {
		said += r.String() + "\n"
	}
	if !strings.Contains(said, "s.dat: not known: whether the ERP wants the line ends (crlf) behind each record") || !strings.Contains(string(d.YAML()), "line_end: none") {
		t.Errorf("%s\n%s", said, d.YAML())
	}
}
