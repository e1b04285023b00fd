package proof

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// element is a piece of XML as a parser of others reads it.
type element struct {
	name  string
	attrs map[string]string
	text  string
	kids  []*element
}

func readElements(data []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(string, io.Reader) (io.Reader, error) { return nil, errors.New("not utf-8") }
	var open []*element
	var root *element
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		switch x := token.(type) {
		case xml.StartElement:
			e := &element{name: x.Name.Local, attrs: map[string]string{}}
			for _, a := range x.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			if len(open) > 0 {
				open[len(open)-1].kids = append(open[len(open)-1].kids, e)
			} else if root = e; x.Name.Space != "" {
				e.attrs["namespace"] = x.Name.Space
			}
			open = append(open, e)
		case xml.EndElement:
			e := open[len(open)-1]
			e.text = strings.TrimSpace(e.text)
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text += string(x)
			}
		}
	}
}

// get is the text of the first element of a path.
func (e *element) get(path string) string {
	for name := range strings.SplitSeq(path, "/") {
		i := slices.IndexFunc(e.kids, func(k *element) bool { return k.name == name })
		if i < 0 {
			return ""
		}
		e = e.kids[i]
	}
	return e.text
}

// all are the elements of a name below.
func (e *element) all(name string) (out []*element) {
	for _, k := range e.kids {
		if k.name == name {
			out = append(out, k)
		}
		out = append(out, k.all(name)...)
	}
	return out
}

// inOrder tells whether the elements of e come in an order; names that it does not have are findings.
func (e *element) inOrder(order string) (findings []string) {
	names, last := strings.Fields(order), -1
	for _, k := range e.kids {
		at := slices.Index(names, k.name)
		if at < last {
			findings = append(findings, k.name+" does not stand in its place in "+e.name)
		}
		last = max(at, last)
	}
	return findings
}

// exact is an amount, with its minus before or behind it.
func exact(findings *[]string, text string) fis.Amount {
	if !regexp.MustCompile(`^-?\d+(\.\d{1,4})?$|^\d+(\.\d{1,4})?-$`).MatchString(text) {
		*findings = append(*findings, fmt.Sprintf("%q is no amount", text))
		return fis.Zero
	}
	body, negative := strings.CutSuffix(text, "-")
	a, err := fis.ParseAmount(body)
	if err != nil {
		*findings = append(*findings, err.Error())
	}
	if negative {
		a = a.Neg()
	}
	return a
}

// idocFindings holds IDocs against the rules of ACC_DOCUMENT: segments in their order, what they must say, leading
// zeros, an amount for each line, and a sum of zero.
func idocFindings(root *element) (out []string) {
	if !regexp.MustCompile(`^ACC_DOCUMENT0[2-9]$`).MatchString(root.name) {
		out = append(out, "root "+root.name)
	}
	numbers := map[string]bool{}
	for _, idoc := range root.kids {
		if idoc.name != "IDOC" || idoc.attrs["BEGIN"] != "1" || len(idoc.kids) == 0 || idoc.kids[0].name != "EDI_DC40" {
			return append(out, "no IDOC with BEGIN=1 and its control record")
		}
		c := idoc.kids[0]
		out = append(out, idoc.inOrder("EDI_DC40 E1BPACHE09 E1BPACPA09 E1BPACGL09 E1BPACAR09 E1BPACAP09 E1BPACTX09 E1BPACCR09 E1BPPAREX")...)
		if c.get("DIRECT") != "2" || c.get("IDOCTYP") != root.name || c.get("MESTYP") != "ACC_DOCUMENT" || c.get("SNDPRN") == "" || c.get("RCVPRN") == "" {
			out = append(out, "the control record does not say what it must")
		}
		if n := c.get("DOCNUM"); len(n) != 16 || numbers[n] {
			out = append(out, "DOCNUM "+n)
		}
		numbers[c.get("DOCNUM")] = true
		out = append(out, idocLines(idoc)...)
	}
	return out
}

// idocLines holds the lines of an IDoc against their amounts.
func idocLines(idoc *element) (out []string) {
	needs := map[string]string{"E1BPACHE09": "BUS_ACT USERNAME COMP_CODE DOC_DATE PSTNG_DATE DOC_TYPE", "E1BPACGL09": "ITEMNO_ACC GL_ACCOUNT", "E1BPACAP09": "ITEMNO_ACC VENDOR_NO",
		"E1BPACTX09": "ITEMNO_ACC TAX_CODE", "E1BPACCR09": "ITEMNO_ACC AMT_DOCCUR CURRENCY"}
	longest := map[string]int{"HEADER_TXT": 25, "ITEM_TEXT": 50, "REF_DOC_NO": 16, "COMP_CODE": 4, "DOC_TYPE": 2, "USERNAME": 12, "TAX_CODE": 2, "CURRENCY": 5}
	padded := map[string]int{"ITEMNO_ACC": 10, "GL_ACCOUNT": 10, "VENDOR_NO": 10, "COSTCENTER": 10, "ORDERID": 12}
	items, paid, sum := map[string]bool{}, map[string]bool{}, fis.Zero
	for _, s := range idoc.kids {
		for _, field := range strings.Fields(needs[s.name]) {
			if s.get(field) == "" {
				out = append(out, s.name+" has no "+field)
			}
		}
		for _, f := range s.kids {
			if most, ok := longest[f.name]; ok && len([]rune(f.text)) > most {
				out = append(out, f.name+" is too long")
			}
			if width, ok := padded[f.name]; ok && f.text != "" && strings.Trim(f.text, "0123456789") == "" && len(f.text) != width {
				out = append(out, f.name+" "+f.text+" lacks its leading zeros")
			}
		}
		item := s.get("ITEMNO_ACC")
		switch s.name {
		case "E1BPACGL09", "E1BPACAP09", "E1BPACTX09":
			if items[item] {
				out = append(out, "line "+item+" is there twice")
			}
			items[item] = true
		case "E1BPACCR09":
			if paid[item] || !items[item] {
				out = append(out, "the amount of "+item+" is there twice, or of no line")
			}
			paid[item], sum = true, sum.Add(exact(&out, s.get("AMT_DOCCUR")))
		}
	}
	if !sum.IsZero() || len(items) == 0 || len(items) != len(paid) || len(items) > 999 {
		out = append(out, fmt.Sprintf("%d lines, %d amounts, sum %s", len(items), len(paid), sum))
	}
	return out
}

// tallyFindings holds vouchers against the rules of Tally: debits negative, sums of zero, parts that add up.
func tallyFindings(root *element) (out []string) {
	if root.name != "ENVELOPE" || root.get("HEADER/TALLYREQUEST") != "Import" || root.get("HEADER/ID") != "Vouchers" || root.get("BODY/DESC/STATICVARIABLES/SVCURRENTCOMPANY") == "" {
		out = append(out, "the envelope does not say what it must")
	}
	out = append(out, root.inOrder("HEADER BODY")...)
	for _, v := range root.all("VOUCHER") {
		out = append(out, v.inOrder("DATE EFFECTIVEDATE VOUCHERTYPENAME VOUCHERNUMBER REFERENCE NARRATION PERSISTEDVIEW ALLLEDGERENTRIES.LIST")...)
		if v.attrs["ACTION"] != "Create" || v.attrs["VCHTYPE"] != v.get("VOUCHERTYPENAME") || len(v.get("DATE")) != 8 {
			out = append(out, "the voucher "+v.get("VOUCHERNUMBER")+" does not say what it must")
		}
		sum, entries := fis.Zero, v.all("ALLLEDGERENTRIES.LIST")
		for _, e := range entries {
			a := exact(&out, e.get("AMOUNT"))
			sum = sum.Add(a)
			if debit := e.get("ISDEEMEDPOSITIVE"); debit == "Yes" && a.IsPositive() || debit == "No" && a.IsNegative() || debit == "" || e.get("LEDGERNAME") == "" {
				out = append(out, "an entry of "+v.get("VOUCHERNUMBER")+" is on no side: "+a.String())
			}
			for list, path := range map[string]string{"CATEGORYALLOCATIONS.LIST": "COSTCENTREALLOCATIONS.LIST/AMOUNT", "BILLALLOCATIONS.LIST": "AMOUNT"} {
				parts := fis.Zero
				for _, p := range e.all(list) {
					parts = parts.Add(exact(&out, p.get(path)))
				}
				if len(e.all(list)) > 0 && !parts.Equal(a) {
					out = append(out, "parts of "+parts.String()+" in an entry of "+a.String())
				}
			}
		}
		if !sum.IsZero() || len(entries) < 2 {
			out = append(out, fmt.Sprintf("voucher %s: %d entries, sum %s", v.get("VOUCHERNUMBER"), len(entries), sum))
		}
	}
	return out
}

// workdayFindings holds a request against the schema of the service: order, references, and sums.
func workdayFindings(root *element) (out []string) {
	if root.name != "Import_Accounting_Journal_Request" || root.attrs["namespace"] != "urn:com.workday/bsvc" || root.attrs["version"] == "" || root.attrs["Add_Only"] != "1" {
		out = append(out, "the request does not say what it must")
	}
	journals := root.all("Accounting_Journal_Data")
	if len(journals) != 1 {
		return append(out, fmt.Sprintf("%d journals in a request", len(journals)))
	}
	j := journals[0]
	out = append(out, j.inOrder("Accounting_Journal_ID Submit Company_Reference Currency_Reference Ledger_Type_Reference Accounting_Date Journal_Source_Reference Journal_Entry_Memo "+
		"External_Reference_ID Control_Total_Amount Journal_Entry_Line_Replacement_Data")...)
	for name, kind := range map[string]string{"Company": "Company_Reference_ID", "Currency": "Currency_ID", "Ledger_Type": "Ledger_Type_ID", "Journal_Source": "Journal_Source_ID"} {
		if ids := j.all(name + "_Reference"); len(ids) != 1 || len(ids[0].kids) != 1 || ids[0].kids[0].attrs["type"] != kind || ids[0].kids[0].text == "" {
			out = append(out, "no "+kind)
		}
	}
	debit, credit := fis.Zero, fis.Zero
	for i, l := range j.all("Journal_Entry_Line_Replacement_Data") {
		out = append(out, l.inOrder("Line_Order Ledger_Account_Reference Debit_Amount Credit_Amount Memo Worktags_Reference")...)
		if ids := l.all("Ledger_Account_Reference"); len(ids) != 1 || ids[0].kids[0].attrs["parent_type"] != "Account_Set_ID" || l.get("Line_Order") != fmt.Sprint(i+1) {
			out = append(out, "a line without its account or number")
		}
		for name, sum := range map[string]*fis.Amount{"Debit_Amount": &debit, "Credit_Amount": &credit} {
			if text := l.get(name); text != "" {
				*sum = sum.Add(exact(&out, text))
			}
		}
		if (l.get("Debit_Amount") == "") == (l.get("Credit_Amount") == "") {
			out = append(out, "a line on both sides, or on none")
		}
	}
	if !debit.Equal(credit) || !debit.Equal(exact(&out, j.get("Control_Total_Amount"))) {
		out = append(out, fmt.Sprintf("debit %s, credit %s, control total %s", debit, credit, j.get("Control_Total_Amount")))
	}
	return out
}

// gpFindings holds transactions against the nodes of eConnect: lines before their header, numbers, sides and sums.
func gpFindings(root *element) (out []string) {
	journals := map[string]bool{}
	for _, x := range root.kids {
		if root.name != "eConnect" || x.name != "GLTransactionType" || len(x.kids) != 2 || x.kids[0].name != "taGLTransactionLineInsert_Items" || x.kids[1].name != "taGLTransactionHeaderInsert" {
			return append(out, "no lines with their header behind them")
		}
		head := x.kids[1]
		for _, field := range []string{"BACHNUMB", "JRNENTRY", "REFRENCE", "TRXDATE", "TRXTYPE"} {
			if head.get(field) == "" {
				out = append(out, "the header has no "+field)
			}
		}
		sum, numbers := fis.Zero, map[string]bool{}
		for _, l := range x.kids[0].kids {
			out = append(out, l.inOrder("BACHNUMB JRNENTRY SQNCLINE CRDTAMNT DEBITAMT ACTNUMST DSCRIPTN ORDOCNUM ORMSTRID CURNCYID")...)
			debit, credit := exact(&out, l.get("DEBITAMT")), exact(&out, l.get("CRDTAMNT"))
			if numbers[l.get("SQNCLINE")] || l.get("JRNENTRY") != head.get("JRNENTRY") || l.get("BACHNUMB") != head.get("BACHNUMB") || l.get("ACTNUMST") == "" || len([]rune(l.get("DSCRIPTN"))) > 30 ||
				debit.IsZero() == credit.IsZero() || debit.IsNegative() || credit.IsNegative() {
				out = append(out, "a line does not say what it must: "+l.get("SQNCLINE"))
			}
			numbers[l.get("SQNCLINE")], sum = true, sum.Add(debit).Sub(credit)
		}
		if !sum.IsZero() || len(numbers) == 0 || journals[head.get("JRNENTRY")] {
			out = append(out, "journal "+head.get("JRNENTRY")+": sum "+sum.String())
		}
		journals[head.get("JRNENTRY")] = true
	}
	return out
}

// judgedXML asks the judge that lies beside the checkout, where it does.
func judgedXML(t *testing.T, judge string, files ...[]byte) (string, bool) {
	t.Helper()
	script, err := filepath.Abs("../../../shared/tools/judges/" + judge)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		return "", false
	}
	args, dir := []string{script}, t.TempDir()
	for i, data := range files {
		path := filepath.Join(dir, fmt.Sprintf("%d.xml", i+1))
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	out, err := exec.CommandContext(t.Context(), external(t, "python3"), args...).CombinedOutput()
	if err == nil {
		return "", true
	}
	return string(out), true
}

// xmlTemplate is a template whose files are XML, with its rules and its judge.
type xmlTemplate struct {
	template, judge string
	findings        func(*element) []string
	bad             []string // what is changed in a good file
}

// of are the findings of a file.
func (c *xmlTemplate) of(data []byte) []string {
	root, err := readElements(data)
	if err != nil {
		return []string{err.Error()}
	}
	return c.findings(root)
}

// Every file of the sample documents is XML by a parser of others, keeps the rules of its ERP, and pleases the judge;
// the same file with one thing wrong does not.
func TestXMLTemplates(t *testing.T) {
	for _, c := range []xmlTemplate{
		{"sap-idoc-xml", "judge-idoc", idocFindings, []string{"<AMT_DOCCUR>23.40<|<AMT_DOCCUR>23.41<", "<ITEMNO_ACC>0000000001<|<ITEMNO_ACC>1<", "<BUS_ACT>RFBU</BUS_ACT>|", "<DIRECT>2<|<DIRECT>1<"}},
		{"workday-journal-xml", "judge-workday-xml", workdayFindings, []string{"<wd:Debit_Amount>23.40<|<wd:Debit_Amount>23.41<", "<wd:Control_Total_Amount>23.40<|<wd:Control_Total_Amount>23.30<", "wd:type=\"Currency_ID\">EUR|wd:type=\"Currency_ID\">"}},
		{"gp-econnect", "judge-gp", gpFindings, []string{"<DEBITAMT>23.40<|<DEBITAMT>23.41<", "<SQNCLINE>32768<|<SQNCLINE>16384<", "<TRXTYPE>0</TRXTYPE>|", "<CRDTAMNT>0.00</CRDTAMNT>|"}},
		{"tally-xml", "judge-tally", tallyFindings, []string{"<AMOUNT>-23.40<|<AMOUNT>23.40<", "<ISDEEMEDPOSITIVE>Yes<|<ISDEEMEDPOSITIVE>No<", " VCHTYPE=\"Journal\"| VCHTYPE=\"Jrnl\""}},
	} {
		t.Run(c.template, func(t *testing.T) {
			files, _ := render(t, readyPlan(t, c.template), sampleDocuments(t), 1)
			if len(files) == 0 {
				t.Fatal("no file")
			}
			var all [][]byte
			for _, f := range files {
				if got := c.of(f.data); len(got) > 0 {
					t.Errorf("%s: %s", f.name, strings.Join(got, "\n"))
				}
				all = append(all, f.data)
			}
			if said, asked := judgedXML(t, c.judge, all...); asked && said != "" {
				t.Errorf("%s: %s", c.judge, said)
			}
			for _, change := range c.bad {
				from, to, _ := strings.Cut(change, "|")
				bad := strings.Replace(string(files[0].data), from, to, 1)
				if bad == string(files[0].data) {
					t.Fatalf("%s is not in the file", from)
				}
				if got := c.of([]byte(bad)); len(got) == 0 {
					t.Errorf("the rules take %s", change)
				}
				if said, asked := judgedXML(t, c.judge, []byte(bad)); asked && said == "" {
					t.Errorf("%s takes %s", c.judge, change)
				}
			}
		})
	}
}

// flatIdoc is a flat IDoc by the positions that every release shares, as the same tree as its XML form.
func flatIdoc(data []byte) (root *element, findings []string) {
	at := map[string]map[string][2]int{
		"EDI_DC40":   {"DOCNUM": {13, 16}, "DIRECT": {35, 1}, "IDOCTYP": {39, 30}, "MESTYP": {99, 30}, "SNDPRN": {162, 10}, "RCVPRN": {277, 10}},
		"E1BPACHE09": {"BUS_ACT": {98, 4}, "USERNAME": {102, 12}, "COMP_CODE": {139, 4}, "DOC_DATE": {143, 8}, "PSTNG_DATE": {151, 8}, "DOC_TYPE": {173, 2}},
		"E1BPACGL09": {"ITEMNO_ACC": {63, 10}, "GL_ACCOUNT": {73, 10}, "TAX_CODE": {281, 2}, "COSTCENTER": {360, 10}}, "E1BPACAP09": {"ITEMNO_ACC": {63, 10}, "VENDOR_NO": {73, 10}},
		"E1BPACTX09": {"ITEMNO_ACC": {63, 10}, "TAX_CODE": {90, 2}}, "E1BPACCR09": {"ITEMNO_ACC": {63, 10}, "CURRENCY": {75, 5}, "AMT_DOCCUR": {83, 25}},
	}
	idoc := &element{name: "IDOC", attrs: map[string]string{"BEGIN": "1"}}
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		name, length := strings.TrimRight(line[:min(30, len(line))], " "), 1063
		if i == 0 {
			name, length = strings.TrimRight(line[:10], " "), 524
		} else {
			name = "E1" + strings.TrimPrefix(name, "E2")
		}
		if at[name] == nil || len(line) != length {
			return idoc, append(findings, fmt.Sprintf("line %d: %s of %d bytes", i+1, name, len(line)))
		}
		if i > 0 && (line[33:49] != idoc.kids[0].get("DOCNUM") || line[49:63] != fmt.Sprintf("%06d00000001", i)) {
			findings = append(findings, fmt.Sprintf("line %d: numbers %s", i+1, line[33:63]))
		}
		s := &element{name: name}
		for field, place := range at[name] {
			s.kids = append(s.kids, &element{name: field, text: strings.TrimRight(line[place[0]:place[0]+place[1]], " ")})
		}
		idoc.kids = append(idoc.kids, s)
	}
	return &element{name: "ACC_DOCUMENT03", kids: []*element{idoc}}, findings
}

// The flat form keeps the rules of the XML form, by positions of a table of its own.
func TestFlatIDocs(t *testing.T) {
	files, _ := render(t, settled(t, "sap-idoc-flat", "taxes: hold", "taxes: send"), sampleDocuments(t), 1)
	check := func(data []byte) []string {
		root, findings := flatIdoc(data)
		return append(findings, idocFindings(root)...)
	}
	var all [][]byte
	for _, f := range files {
		if got := check(f.data); len(got) > 0 {
			t.Errorf("%s: %s", f.name, strings.Join(got, "\n"))
		}
		text, err := charmap.ISO8859_1.NewDecoder().Bytes(f.data) // the judge reads UTF-8, and counts characters
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text)
	}
	if said, asked := judgedXML(t, "judge-idoc", all...); asked && said != "" {
		t.Errorf("judge-idoc: %s", said)
	}
	for _, change := range []string{"23.40 |23.41 ", "E2BPACGL09|E2BPACGX09", "0000010000000001|0000010000000002", "RFBU|    "} {
		from, to, _ := strings.Cut(change, "|")
		bad := strings.Replace(string(files[0].data), from, to, 1)
		said, asked := judgedXML(t, "judge-idoc", []byte(bad))
		if got := check([]byte(bad)); bad == string(files[0].data) || len(got) == 0 || asked && said == "" {
			t.Errorf("%s is taken: %v, %q", change, got, said)
		}
	}
}
