package config

import (
	"strings"
	"testing"
)

// TestReceipts: what cannot be meant is refused with the place, and no pattern gives two receipts one name.
func TestReceipts(t *testing.T) {
	const head = `concur: { base_url: "https://us2.api.concursolutions.com", company_uuid: u, client_id: c, client_secret: env:S, system_id: X }
journal: { path: j.db }
targets: { erp: { kind: folder, path: erp } }
routes:
  - { name: expenses, doc_types: [expense], mapping: m.xlsx, drop: { target: erp, folder: in }ROUTE }
  - { name: cash, doc_types: [cashadvance], mapping: m.xlsx, drop: { target: erp, folder: cash } }
`
	for text, want := range map[string]string{
		`{ routes: [expenses] }`:                                 "",
		`{ types: [expense, invoice], folder: receipts }`:        "",
		`{ routes: [expenses], name: "{report}_{hash}.pdf" }`:    "",
		`{ routes: [expense] }`:                                  "did you mean expenses?",
		`{ routes: [cash] }`:                                     "takes no documents that have receipts",
		`{ types: [cashadvance] }`:                               "has no receipts",
		`{ types: [expenses] }`:                                  "did you mean expense?",
		`{ routes: [expenses], folder: ../out }`:                 "is not inside the target",
		`{ routes: [expenses], name: "{report}-{number}.png" }`:  "gives several receipts one name",
		`{ routes: [expenses], name: "{document}.{extension}" }`: "gives several receipts one name",
		`{ routes: [expenses], name: "../{hash}" }`:              "is not a pattern of a file name",
		`{ routes: [expenses], name: ".{hash}" }`:                "is not a pattern of a file name",
		`{ routes: [expenses], name: "{hahs}" }`:                 "did you mean {hash}?",
		`{ route: expenses }`:                                    "did you mean routes?",
	} {
		_, err := Parse([]byte(strings.Replace(head, "ROUTE", "", 1)+"receipts: "+text+"\n"), "fisbridge.yaml", t.TempDir())
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	sealed := strings.Replace(head, "path: erp }", "path: erp, seal: { to: [erp.pub] } }", 1)
	for name, bad := range map[string]bool{"{hash}.pdf": true, "{document}-{number}.pdf": false} {
		_, err := Parse([]byte(strings.Replace(sealed, "ROUTE", "", 1)+`receipts: { routes: [expenses], name: "`+name+`" }`+"\n"), "fisbridge.yaml", t.TempDir())
		if is := err != nil && strings.Contains(err.Error(), "where files are sealed"); is != bad {
			t.Errorf("sealed, %s: %v", name, err)
		}
	}
	required := strings.Replace(head, "ROUTE", ", receipts_required: true", 1)
	if _, err := Parse([]byte(required), "fisbridge.yaml", t.TempDir()); err == nil ||
		!strings.Contains(err.Error(), "waits for receipts that are not fetched") {
		t.Errorf("required and not fetched: %v", err)
	}
}
