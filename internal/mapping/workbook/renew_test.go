package workbook

import (
	"strings"
	"testing"
	"testing/fstest"
)

// A mapping that was made from a former version of its template is brought to this one: the Value that the template proposed
// is the one that it proposes now, the sheet that came later has what was a setting in its row *, and its rows and settings
// that came later are there. What people have written themselves stays, and each change is told.
func TestConvertBringsAMappingToANewerTemplate(t *testing.T) {
	newer := strings.NewReplacer(
		"records:", "lookups:\n  - name: Clients\n    columns:\n      - { name: Concur company, type: code, key: true }\n      - { name: Client, type: code, was: client }\n"+
			"      - { name: Currency, type: code }\n    rows:\n      - [\"1000\", \"1\", EUR]\n      - [\"*\", \"\", \"\"]\nrecords:",
		"settings:\n", "settings:\n  - { name: remark, value: none }\n  - { name: unasked, value: none }\n",
		"value: line.account,", "value: LOOKUP(Clients; document.company_code; Client), was: [settings.client],", "      - { name: text,", "      - { name: memo, type: text, value: settings.remark }\n      - { name: text,").Replace(conversionTemplate)
	templates := fstest.MapFS{"tiny/template.yaml": {Data: []byte(newer)}}
	old := "template: tiny\nsettings:\n  client: \"4711\"\ncolumns:\n  Line:\n    account: settings.client\n    text: \"CONCAT(\\\"own \\\"; line.text)\"\n"
	for _, form := range []string{"xlsx", "yaml"} {
		in, name := []byte(old), "a.yaml"
		if form == "xlsx" { // made before, in German
			before := strings.Replace(conversionTemplate, "value: line.account,", "value: settings.client,", 1)
			book, _, err := Convert(fstest.MapFS{"tiny/template.yaml": {Data: []byte(before)}}, name, in, "a.xlsx", "de")
			if err != nil {
				t.Fatal(err)
			}
			in, name = book, "a.xlsx"
		}
		out, told, err := Convert(templates, name, in, "b."+form, "")
		if err != nil {
			t.Fatal(form, err)
		}
		if form == "xlsx" {
			if out, _, err = Convert(templates, "b.xlsx", out, "c.yaml", ""); err != nil {
				t.Fatal(err)
			}
		}
		text := string(out)
		for _, want := range []string{`LOOKUP(Clients; document.company_code; Client)`, `CONCAT(\"own \"; line.text)`, `- ["*", "4711"]`, `memo: settings.remark`, `remark: none`} {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %s:\n%s", form, want, text)
			}
		}
		if strings.Contains(text, "client:") || strings.Contains(text, "settings.client") || strings.Contains(text, `"1000"`) || strings.Contains(text, "unasked") {
			t.Errorf("%s has what was there before, or rows that nobody has written:\n%s", form, text)
		}
		if strings.Index(text, "memo:") < strings.Index(text, "account:") || strings.Index(text, "memo:") > strings.Index(text, "text:") {
			t.Errorf("%s: the new row does not stand where the template has it:\n%s", form, text)
		}
		if len(told) != 5 {
			t.Errorf("%s: told %v", form, told)
		}
	}
}
