package proof

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Microsoft's source of table 81: captions, lengths, options; validating a field clears others, so the order of the
// columns counts.
func TestBusinessCentralJournal(t *testing.T) {
	judgedBy(t, "business-central-journal", judgement{rules: businessCentral, script: []string{"judge-bc"}, apart: "bc_5000",
		csv: "skip 1\nfields tmpl,batch,line,type,acct,date,doctype,description,text,cur,amount,dim,yours,docdate,ext\ndate-format %Y-%m-%d\ncurrency BASE\naccount1 a:%acct\naccount2 file\n",
		bad: []damage{
			{"a cent", ",23.40,", ",23.41,", "does not balance"},
			{"an option", "G/L Account", "GL Account", "Account Type"},
			{"the order of columns", "Account Type,Account No.,Posting Date", "Account No.,Account Type,Posting Date", "clears"},
			{"a line twice", "42000020", "42000010", "stands twice"},
			{"a German date", "2026-11-02", "02.11.2026", "is no date"},
		}})
}

func TestBusinessCentralPurchase(t *testing.T) {
	judgedBy(t, "business-central-purchase", judgement{rules: businessCentral, script: []string{"judge-bc"}, bad: []damage{
		{"a cent", ",1200.00,", ",1200.01,", "does not balance"},
		{"a kind of document", ",Credit Memo,", ",Credit Note,", "Document Type"},
		{"no vendor", "Vendor,V70025", "Vendor,", "Account No. is empty"},
		{"an invoice twice (ours)", ",2026-08-25,2026/0977,2026-09-24", ",2026-08-25,2026/0931,2026-09-24", "already exists"},
	}})
}

func businessCentral(file *importFile) []string {
	var f found
	sums, keys := balance{}, map[string]bool{}
	head, _, _ := strings.Cut(string(file.data), "\r\n")
	columns := strings.Split(head, ",")
	for _, order := range [][2]string{{"Account Type", "Account No."}, {"Account No.", "Description"}, {"Account No.", "Currency Code"}, {"Posting Date", "Document Date"}, {"Posting Date", "Currency Code"}, {"Currency Code", "Amount"},
		{"Account No.", "Shortcut Dimension 1 Code"}, {"Document Type", "Due Date"}, {"Document Date", "Due Date"}} {
		first, then := slices.Index(columns, order[0]), slices.Index(columns, order[1])
		if then >= 0 && first > then {
			f.say(1, "%s behind %s clears it", order[0], order[1])
		}
	}
	for i, r := range f.table(file.data, nil) {
		f.needs(i+2, r, "Journal Template Name", "Journal Batch Name", "Line No.", "Account No.", "Document No.")
		f.widths(i+2, r, map[string]int{"Journal Template Name": 10, "Journal Batch Name": 10, "Account No.": 20, "Document No.": 20, "Description": 100, "Currency Code": 10, "Shortcut Dimension 1 Code": 20, "Your Reference": 35, "External Document No.": 35})
		if !slices.Contains([]string{"G/L Account", "Vendor", "Employee", "Customer", "Bank Account"}, r["Account Type"]) {
			f.say(i+2, "Account Type %s", r["Account Type"])
		}
		if !slices.Contains([]string{"", "Invoice", "Credit Memo"}, r["Document Type"]) {
			f.say(i+2, "Document Type %s", r["Document Type"])
		}
		f.day(i+2, "Posting Date", r["Posting Date"], "2006-01-02")
		if n, err := strconv.Atoi(r["Line No."]); err != nil || n < 1 || n > 2_147_483_647 || keys[r["Line No."]] {
			f.say(i+2, "Line No. %s stands twice, or is none", r["Line No."])
		}
		keys[r["Line No."]] = true
		if r["Account Type"] == "Vendor" { // each is a vendor entry, and a second one with its number is refused
			entry := strings.Join([]string{r["Document Type"], r["Account No."], r["External Document No."]}, "|")
			if r["External Document No."] == "" || keys[entry] {
				f.say(i+2, "%s already exists for this vendor, or has no number", r["External Document No."])
			}
			keys[entry] = true
		}
		sums.add(r["Document No."], f.number(i+2, "Amount", r["Amount"], true, 3))
	}
	f.zero(sums)
	return f
}

// The table F0911Z1 as it stands in a live system: names, widths, key, flags, the Julian date, implied decimals.
func TestJDEBatchJournal(t *testing.T) {
	judgedBy(t, "jde-f0911z1", judgement{rules: jdeJournal, minor: true, script: []string{"judge-jde"}, bad: []damage{
		{"a cent", ",2340,", ",2341,", "does not balance"},
		{"a decimal point", ",2340,", ",23.40,", "no such number"},
		{"a blank flag", "1000,0,A,J", "1000,,A,J", "EDSP"},
		{"a calendar date", ",126306,", ",20261102,", "DGJ"},
		{"a business unit to the left", `"        1100"`, "1100", "MCU"},
		{"a key twice", "8B529375F4D95FD281B8,2000", "8B529375F4D95FD281B8,1000", "key"},
		{"a company without zeros", "CNQR000042,01000", "CNQR000042,1000", "KCO"},
	},
		csv: "skip 1\nfields edus,description,edln,edsp,edtc,edtr,edbt,kco,dct,dgj,co,mcu,acct,sub,lt,cents,exa,exr,cur,crrm\ndate 2000-01-01\ndate-format %Y-%m-%d\ncurrency %cur\namount %cents\naccount1 a:%acct\naccount2 file\n",
	})
}

func jdeJournal(file *importFile) []string {
	var f found
	sums, keys, texts := balance{}, map[string]bool{}, map[string]string{}
	for i, r := range f.table(file.data, strings.Split("VNEDUS,VNEDTN,VNEDLN,VNEDSP,VNEDTC,VNEDTR,VNEDBT,VNKCO,VNDCT,VNDGJ,VNCO,VNMCU,VNOBJ,VNSUB,VNLT,VNAA,VNEXA,VNEXR,VNCRCD,VNCRRM", ",")) {
		f.widths(i+2, r, map[string]int{"VNEDUS": 10, "VNEDTN": 22, "VNEDBT": 15, "VNKCO": 5, "VNDCT": 2, "VNCO": 5, "VNMCU": 12, "VNOBJ": 6, "VNSUB": 8, "VNLT": 2, "VNAA": 15, "VNEXA": 30, "VNEXR": 30, "VNCRCD": 3, "VNCRRM": 1})
		for name, value := range map[string]string{"EDSP": "0", "EDTC": "A", "EDTR": "J", "LT": "AA", "CRRM": "D"} {
			if r["VN"+name] != value {
				f.say(i+2, "%s is %q", name, r["VN"+name])
			}
		}
		if !regexp.MustCompile(`^1\d{2}([0-2]\d\d|3[0-5]\d|36[0-6])$`).MatchString(r["VNDGJ"]) {
			f.say(i+2, "DGJ %s", r["VNDGJ"])
		}
		if len(r["VNMCU"]) != 12 || strings.HasSuffix(r["VNMCU"], " ") {
			f.say(i+2, "MCU %q", r["VNMCU"])
		}
		if len(r["VNKCO"]) != 5 {
			f.say(i+2, "KCO %q", r["VNKCO"])
		}
		f.needs(i+2, r, "VNEDUS", "VNEDTN", "VNEDBT", "VNOBJ", "VNEXA", "VNAA")
		if strings.ToUpper(r["VNEXA"]+r["VNEXR"]) != r["VNEXA"]+r["VNEXR"] {
			f.say(i+2, "lower case")
		}
		key := r["VNEDUS"] + r["VNEDTN"] + r["VNEDLN"] + r["VNEDBT"]
		if keys[key] {
			f.say(i+2, "the key is there already")
		}
		keys[key] = true
		if said, ok := texts[r["VNEDTN"]]; ok && said != r["VNEXA"] {
			f.say(i+2, "EXA differs within the entry")
		}
		texts[r["VNEDTN"]] = r["VNEXA"]
		sums.add(r["VNEDTN"]+r["VNCO"], f.number(i+2, "AA", r["VNAA"], true, 0))
	}
	f.zero(sums)
	return f
}

// gltransrel are the columns of the table in its order.
const gltransrel = "RUN-GROUP,SEQ-NUMBER,COMPANY,OLD-COMPANY,OLD-ACCT-NBR,SOURCE-CODE,DATE,REFERENCE,DESCRIPTION,CURRENCY-CODE,UNITS-AMOUNT,TRAN-AMOUNT,BASE-AMOUNT,BASERATE,SYSTEM,PROGRAM-CODE,AUTO-REV,POSTING-DATE,ACTIVITY,ACCT-CATEGORY,DOCUMENT-NBR,TO-BASE-AMT,EFFECT-DATE,JRNL-BOOK-NBR,MX-VALUE-01,MX-VALUE-02,MX-VALUE-03,JBK-SEQ-NBR,NEGATIVE-ADJ,SEGMENT-BLOCK,RPT-AMOUNT-1,RPT-RATE-1,RPT-ND-1,RPT-AMOUNT-2,RPT-RATE-2,RPT-ND-2"

// Three public copies of the table GLTRANSREL: 36 columns, sizes, key, sums by run group, company and date.
func TestLawsonTransactions(t *testing.T) {
	judgedBy(t, "lawson-gltransrel", judgement{held: []string{"42-"}, rules: lawsonTransactions, script: []string{"judge-lawson"}, bad: []damage{
		{"a cent", ",23.40,23.40,", ",23.41,23.41,", "does not balance"},
		{"another base amount (ours)", ",23.40,23.40,", ",23.40,23.41,", "BASE-AMOUNT"},
		{"a column more", "\"N\",20261102,,", "\"N\",20261102,,,", "no CSV"},
		{"a date with hyphens", "20261102", "2026-11-02", "is no date"},
		{"a key twice", "\"CNQR000042\",2,", "\"CNQR000042\",1,", "key"},
	},
		csv: "fields rungroup,seq,company,oldco,acct,src,date,ref,text,cur,units,amount,base,rate,system,prog,autorev,posting,activity,cat,description\ndate-format %Y%m%d\ncurrency %cur\naccount1 a:%acct\naccount2 file\nif %acct ^([0-9]+)-0$\n account1 a:%acct\n",
	})
}

func lawsonTransactions(file *importFile) []string {
	var f found
	sums, keys := balance{}, map[string]bool{}
	for i, r := range f.plain(file.data, strings.Split(gltransrel, ",")) {
		f.needs(i+1, r, "RUN-GROUP", "OLD-ACCT-NBR", "SOURCE-CODE", "POSTING-DATE")
		f.widths(i+1, r, map[string]int{"RUN-GROUP": 15, "SEQ-NUMBER": 6, "COMPANY": 4, "OLD-COMPANY": 35, "OLD-ACCT-NBR": 25, "SOURCE-CODE": 2, "REFERENCE": 10, "DESCRIPTION": 30, "CURRENCY-CODE": 5, "DOCUMENT-NBR": 27, "MX-VALUE-01": 32})
		f.day(i+1, "DATE", r["DATE"], "20060102")
		f.day(i+1, "POSTING-DATE", r["POSTING-DATE"], "20060102")
		key := r["RUN-GROUP"] + "/" + r["SEQ-NUMBER"] + "/" + r["COMPANY"] + "/" + r["DATE"]
		if keys[key] {
			f.say(i+1, "the key is there already")
		}
		keys[key] = true
		if r["BASE-AMOUNT"] != r["TRAN-AMOUNT"] {
			f.say(i+1, "BASE-AMOUNT is not TRAN-AMOUNT, and the rate is 1")
		}
		sums.add(r["COMPANY"]+" "+r["POSTING-DATE"]+" "+r["CURRENCY-CODE"], f.number(i+1, "TRAN-AMOUNT", r["TRAN-AMOUNT"], true, 2))
	}
	f.zero(sums)
	return f
}

// glInterface are the columns of our control file.
const glInterface = "STATUS,LEDGER_ID,ACCOUNTING_DATE,CURRENCY_CODE,DATE_CREATED,CREATED_BY,ACTUAL_FLAG,USER_JE_CATEGORY_NAME,USER_JE_SOURCE_NAME,SEGMENT1,SEGMENT2,SEGMENT3,SEGMENT4,SEGMENT5,ENTERED_DR,ENTERED_CR,USER_CURRENCY_CONVERSION_TYPE,CURRENCY_CONVERSION_DATE,REFERENCE1,REFERENCE4,REFERENCE10,REFERENCE21,REFERENCE22,GROUP_ID"

// Oracle's description of GL_INTERFACE: columns that must not be null, lengths, one side; and the control file beside
// the template names the same columns in the same order.
func TestOracleInterface(t *testing.T) {
	judgedBy(t, "oracle-ebs-gl", judgement{rules: oracleInterface, bad: []damage{
		{"a cent", ",23.40,,", ",23.41,,", "does not balance"},
		{"both sides", ",23.40,,,", ",23.40,23.40,,", "one must be filled"},
		{"no ledger", "NEW,2011,", "NEW,,", "LEDGER_ID is empty"},
		{"a date", "2026/11/02,EUR", "02-NOV-26,EUR", "is no date"},
		{"a status", "NEW,", "OLD,", "STATUS"},
	},
		csv: "fields state,ledger,date,cur,created,by,actual,cat,src,s1,s2,acct,s4,s5,amount-in,amount-out,rt,rd,r1,r4,r10,description\ndate-format %Y/%m/%d\ncurrency %cur\naccount1 a:%acct\naccount2 file\n",
	})
	text, err := os.ReadFile("../../templates/oracle-ebs-gl/gl_interface.ctl")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(text), "TRAILING NULLCOLS\n(")
	var names []string
	for _, m := range regexp.MustCompile(`(?m)^  ([A-Z0-9_]+)`).FindAllStringSubmatch(list, -1) {
		names = append(names, m[1])
	}
	if strings.Join(names, ",") != glInterface {
		t.Errorf("the control file loads %v", names)
	}
}

func oracleInterface(file *importFile) []string {
	var f found
	sums := balance{}
	for i, r := range f.plain(file.data, strings.Split(glInterface, ",")) {
		f.needs(i+1, r, "STATUS", "LEDGER_ID", "ACCOUNTING_DATE", "CURRENCY_CODE", "DATE_CREATED", "CREATED_BY", "ACTUAL_FLAG", "USER_JE_CATEGORY_NAME", "USER_JE_SOURCE_NAME", "SEGMENT1", "GROUP_ID")
		f.widths(i+1, r, map[string]int{"STATUS": 50, "CURRENCY_CODE": 15, "USER_JE_CATEGORY_NAME": 25, "USER_JE_SOURCE_NAME": 25, "SEGMENT1": 25, "SEGMENT2": 25, "SEGMENT3": 25, "REFERENCE1": 100, "REFERENCE4": 100, "REFERENCE10": 240, "REFERENCE21": 240})
		if r["STATUS"] != "NEW" || r["ACTUAL_FLAG"] != "A" {
			f.say(i+1, "STATUS or ACTUAL_FLAG")
		}
		f.day(i+1, "ACCOUNTING_DATE", r["ACCOUNTING_DATE"], "2006/01/02")
		if (r["USER_CURRENCY_CONVERSION_TYPE"] == "") != (r["CURRENCY_CONVERSION_DATE"] == "") {
			f.say(i+1, "conversion type and date go together")
		}
		sums.add(r["REFERENCE4"]+" "+r["CURRENCY_CODE"], f.side(i+1, r["ENTERED_DR"], r["ENTERED_CR"], 3))
	}
	f.zero(sums)
	return f
}

// at is a field of a fixed record, from 1.
func at(record string, start, width int) string {
	runes := []rune(record)
	if len(runes) < start {
		return ""
	}
	return strings.TrimRight(string(runes[start-1:min(len(runes), start-1+width)]), " ")
}

// Oracle's page: H, then its L records; positions 1 to 56 of the header are published, the others are the widths of the
// fields in their order.
func TestPeopleSoftJournal(t *testing.T) {
	judgedBy(t, "peoplesoft-jgen", judgement{rules: peopleSoft, script: []string{"judge-peoplesoft"}, bad: []damage{
		{"a cent", "23.40  ", "23.41  ", "does not balance"},
		{"a shifted amount", "L" + "LW101" + "1        ", "L" + "LW101" + "1         ", "amount"},
		{"a date", "NEXT      11022026", "NEXT      20261102", "is no date"},
		{"VAT computed beside the lines of tax (ours)", "1                EXV", "1                EXT", "system source"},
		{"no ledger group", "N           ACTUALS             N", "N                               N", "ledger group"},
	}})
}

func peopleSoft(file *importFile) []string {
	var f found
	sums, journal := balance{}, ""
	for i, line := range strings.Split(strings.TrimSuffix(string(file.data), "\r\n"), "\r\n") {
		switch at(line, 1, 1) {
		case "H":
			journal = "journal of line " + strconv.Itoa(i+1)
			f.day(i+1, "journal date", at(line, 17, 8), "01022006")
			if at(line, 37, 10) == "" || at(line, 2, 5) == "" || at(line, 7, 10) != "NEXT" {
				f.say(i+1, "no business unit, ledger group or NEXT")
			}
			if at(line, 57, 1) != "N" || at(line, 152, 3) != "EXV" || len(at(line, 119, 3)) != 3 {
				f.say(i+1, "reversal code, currency or system source")
			}
		case "L":
			amount := f.number(i+1, "amount", at(line, 188, 28), true, 3)
			if at(line, 26, 10) == "" || at(line, 216, 1) != "N" || at(line, 282, 28) != at(line, 188, 28) {
				f.say(i+1, "account, movement flag or foreign amount")
			}
			sums.add(journal+" "+at(line, 2, 5)+" "+at(line, 274, 3), amount)
		default:
			f.say(i+1, "record %q", at(line, 1, 1))
		}
	}
	f.zero(sums)
	return f
}

// The checks of the program as published: a session header first, headers of 309 characters, NODATA in what is not
// used, end marks, posting keys, positive amounts.
func TestSAPBatchInput(t *testing.T) {
	judgedBy(t, "sap-rfbibl00", judgement{rules: sapBatchInput, script: []string{"judge-rfbibl00"}, bad: []damage{
		{"no session", "0CONCUR", "1CONCUR", "session"},
		{"a blank that overwrites", "112026/ EUR", "112026  EUR", "blank"},
		{"no end mark", "/       /\n2", "/        \n2", "end mark"},
		{"a cent (ours)", "23,40 ", "23,41 ", "does not balance"},
		{"a posting key (ours)", "ZBSEG_FISBRIDGE               40", "ZBSEG_FISBRIDGE               41", "posting key"},
		{"a date", "02112026/ EUR", "2.11.26 / EUR", "is no date"},
		{"a client", "CONCUR      100", "CONCUR      1 0", "client"},
	}})
}

func sapBatchInput(file *importFile) []string {
	var f found
	sums, document, lines := balance{}, "", 0
	for i, line := range strings.Split(strings.TrimSuffix(string(file.data), "\n"), "\n") {
		kind := line[:1]
		if (i == 0) != (kind == "0") || i == 0 && len(line) != 38 {
			f.say(i+1, "the first record alone is a session of 38 characters")
		}
		switch kind {
		case "0":
			if !regexp.MustCompile(`^\d{3}$`).MatchString(at(line, 14, 3)) || at(line, 2, 12) == "" || at(line, 17, 12) == "" || line[37] != '/' {
				f.say(i+1, "client, session, user or NODATA")
			}
		case "1":
			document, lines = "document of line "+strconv.Itoa(i+1), 0
			if len(line) != 309 || line[308] != '/' {
				f.say(i+1, "%d characters, or no end mark", len(line))
			}
			f.day(i+1, "BLDAT", at(line, 22, 8), "02012006")
			f.day(i+1, "BUDAT", at(line, 36, 8), "02012006")
			for _, field := range [][2]int{{44, 2}, {51, 10}, {61, 10}, {71, 8}, {95, 16}, {136, 4}, {140, 8}, {148, 6}, {154, 1}} {
				if at(line, field[0], field[1]) == "" {
					f.say(i+1, "a blank at %d overwrites the field", field[0])
				}
			}
			if at(line, 2, 20) != "FB01" || len(at(line, 32, 4)) != 4 || len(at(line, 46, 5)) != 3 {
				f.say(i+1, "transaction, company code or currency")
			}
		case "2":
			if lines++; lines > 999 {
				f.say(i+1, "more than 999 lines")
			}
			if !strings.HasPrefix(at(line, 2, 30), "ZBSEG") || line[len(line)-1] != '/' {
				f.say(i+1, "structure, or no end mark")
			}
			amount := f.number(i+1, "WRBTR", strings.Replace(at(line, 51, 16), ",", ".", 1), false, 3)
			switch at(line, 32, 2) {
			case "40", "21":
			case "50", "31":
				amount = amount.Neg()
			default:
				f.say(i+1, "posting key %s", at(line, 32, 2))
			}
			sums.add(document, amount)
		default:
			f.say(i+1, "record %q", kind)
		}
	}
	f.zero(sums)
	return f
}

// Sage's table of columns: types, lengths, positive amounts, JD = JC by reference and date.
func TestSage50AuditTrail(t *testing.T) {
	judgedBy(t, "sage-50", judgement{held: []string{"42-"}, rules: sage50, script: []string{"judge-sage50"}, csvOf: []fis.DocType{fis.Expense, fis.CashAdvance},
		csv: "fields type,ref,acct,dept,date,description,text,net,tax,taxamt,_,_\ndate-format %d/%m/%Y\ncurrency BASE\naccount1 a:%acct\naccount2 file\namount %net\nif %type JC\n amount -%net\nif %type P[IC]\n skip\n",
		bad: []damage{
			{"a cent", ",23.40,", ",23.41,", "does not balance"},
			{"a type", "JD,", "SR,", "type"},
			{"an account of a journal", "JD,,", "JD,ABC,", "account reference"},
			{"a negative amount", ",23.40,", ",-23.40,", "no such number"},
			{"an ISO date", "02/11/2026", "2026-11-02", "is no date"},
		}})
}

func sage50(file *importFile) []string {
	var f found
	sums := balance{}
	names := strings.Split("Type,Account,Nominal,Department,Date,Reference,Details,Net,Tax code,Tax,Rate,Extra", ",")
	for i, r := range f.plain(file.data, names) {
		f.widths(i+1, r, map[string]int{"Account": 8, "Nominal": 8, "Department": 3, "Reference": 30, "Details": 60, "Extra": 30, "Tax code": 3})
		f.day(i+1, "date", r["Date"], "02/01/2006")
		net, journal := f.number(i+1, "net", r["Net"], false, 2), r["Type"] == "JD" || r["Type"] == "JC"
		if !journal && r["Type"] != "PI" && r["Type"] != "PC" {
			f.say(i+1, "type %s", r["Type"])
		}
		if journal != (r["Account"] == "") {
			f.say(i+1, "account reference %q", r["Account"])
		}
		if n, err := strconv.Atoi(r["Department"]); err != nil || n > 999 {
			f.say(i+1, "department %s", r["Department"])
		}
		f.needs(i+1, r, "Nominal", "Reference")
		if r["Type"] == "JC" {
			net = net.Neg()
		}
		if journal {
			sums.add(r["Reference"]+" of "+r["Date"], net)
		}
	}
	f.zero(sums)
	return f
}

// Sage's object model: a heading line for each record type, all values in quotes, details tied to their entry.
func TestSage300Batch(t *testing.T) {
	judgedBy(t, "sage-300", judgement{rules: sage300, script: []string{"judge-sage300"}, bad: []damage{
		{"a cent", `"23.40"`, `"23.41"`, "does not balance"},
		{"no quotes", `"RECTYPE","BATCHID"`, `RECTYPE,"BATCHID"`, "heading"},
		{"another entry", `"2","000000","00001"`, `"2","000000","00099"`, "no entry"},
		{"a step", `"0000000020"`, `"0000000021"`, "TRANSNBR"},
		{"an ISO date", `"JE","20261102"`, `"JE","2026-11-02"`, "is no date"},
	}})
}

func sage300(file *importFile) []string {
	var f found
	lines := strings.Split(strings.TrimSuffix(string(file.data), "\r\n"), "\r\n")
	heads := [][]string{strings.Split("RECTYPE,BATCHID,BTCHENTRY,SRCELEDGER,SRCETYPE,DATEENTRY,JRNLDESC,FSCSYR,FSCSPERD", ","), strings.Split("RECTYPE,BATCHNBR,JOURNALID,TRANSNBR,ACCTID,TRANSAMT,TRANSREF,TRANSDATE,SRCELDGR,SRCETYPE,COMMENT,TRANSDESC", ",")}
	sums, entries := balance{}, map[string]bool{}
	for i, line := range lines {
		values := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, `"`), `"`), `","`)
		if i < 2 {
			if !slices.Equal(values, heads[i]) {
				f.say(i+1, "heading %q", values)
			}
			continue
		}
		kind, err := strconv.Atoi(values[0])
		if err != nil || kind > 2 || len(values) != len(heads[kind-1]) {
			f.say(i+1, "%q is no record of its type", line)
			continue
		}
		r := map[string]string{}
		for n, v := range values {
			r[heads[kind-1][n]] = v
		}
		f.widths(i+1, r, map[string]int{"BATCHID": 6, "BTCHENTRY": 5, "SRCELEDGER": 2, "SRCETYPE": 2, "JRNLDESC": 60, "BATCHNBR": 6, "JOURNALID": 5, "TRANSNBR": 10, "ACCTID": 45, "TRANSREF": 60, "TRANSDESC": 60, "COMMENT": 250})
		if kind == 1 {
			entries[r["BATCHID"]+r["BTCHENTRY"]] = true
			f.day(i+1, "DATEENTRY", r["DATEENTRY"], "20060102")
			if r["FSCSYR"] != "2026" || r["FSCSPERD"] != "11" {
				f.say(i+1, "period %s %s", r["FSCSYR"], r["FSCSPERD"])
			}
			continue
		}
		if !entries[r["BATCHNBR"]+r["JOURNALID"]] {
			f.say(i+1, "no entry %s", r["JOURNALID"])
		}
		if n, err := strconv.Atoi(r["TRANSNBR"]); err != nil || n%20 != 0 || len(r["TRANSNBR"]) != 10 {
			f.say(i+1, "TRANSNBR %s", r["TRANSNBR"])
		}
		f.day(i+1, "TRANSDATE", r["TRANSDATE"], "20060102")
		sums.add("entry "+r["JOURNALID"], f.number(i+1, "TRANSAMT", r["TRANSAMT"], true, 3))
	}
	f.zero(sums)
	return f
}

// The state machine of a public reader: headers first, TRNS, SPL, ENDTRNS; legs add up to zero; one line on accounts
// payable.
func TestQuickBooksIIF(t *testing.T) {
	judgedBy(t, "quickbooks-iif", judgement{held: []string{"42-"}, rules: iif, script: []string{"judge-iif"}, bad: []damage{
		{"a cent", "\t23.40\t", "\t23.41\t", "does not balance"},
		{"no end", "\r\nENDTRNS\r\nTRNS", "\r\nTRNS", "TRNS inside"},
		{"a type", "GENERAL JOURNAL", "JOURNAL", "TRNSTYPE"},
		{"a field less", "Travel:Taxi\t\t", "Travel:Taxi\t", "fields"},
		{"no vendor", "Accounts Payable\tOptik Brandauer OHG", "Accounts Payable\t", "NAME"},
		{"an ISO date", "11/02/2026", "2026-11-02", "is no date"},
	}})
}

func iif(file *importFile) []string {
	var f found
	heads, inside, start, sum := map[string][]string{}, false, 0, fis.Zero
	for i, line := range strings.Split(strings.TrimSuffix(string(file.data), "\r\n"), "\r\n") {
		fields := strings.Split(line, "\t")
		kind := fields[0]
		switch {
		case strings.HasPrefix(kind, "!"):
			heads[kind[1:]] = fields
		case kind == "ENDTRNS":
			if !inside || !sum.IsZero() {
				f.say(i+1, "the transaction of line %d does not balance: %s", start, sum)
			}
			inside, sum = false, fis.Zero
		case kind == "TRNS" || kind == "SPL":
			if len(fields) != len(heads[kind]) {
				f.say(i+1, "%d fields", len(fields))
				continue
			}
			if (kind == "TRNS") == inside {
				f.say(i+1, "%s inside or outside of a transaction", kind)
			}
			if kind == "TRNS" {
				inside, start = true, i+1
			}
			r := map[string]string{}
			for n, v := range fields {
				r[heads[kind][n]] = v
			}
			f.needs(i+1, r, "ACCNT", "AMOUNT")
			f.widths(i+1, r, map[string]int{"NAME": 41, "DOCNUM": 20})
			f.day(i+1, "DATE", r["DATE"], "01/02/2006")
			if !slices.Contains([]string{"GENERAL JOURNAL", "BILL", "BILL REFUND"}, r["TRNSTYPE"]) {
				f.say(i+1, "TRNSTYPE %s", r["TRNSTYPE"])
			}
			if r["ACCNT"] == "Accounts Payable" && (kind != "TRNS" || r["NAME"] == "") {
				f.say(i+1, "accounts payable is the first leg, with a NAME")
			}
			sum = sum.Add(f.number(i+1, "AMOUNT", r["AMOUNT"], true, 2))
		default:
			f.say(i+1, "%q begins nothing", line)
		}
	}
	if inside {
		f.say(start, "no ENDTRNS at the end")
	}
	return f
}
