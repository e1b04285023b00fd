package bridge_test

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// Two documents have one key, and each went out in a file of its own in the same run. An answer that gives the key alone
// is that of neither; the name of the import file, in the name of the answer or in its lines, says which. What was posted
// is not posted again by the answer to the other file.
func TestTwoFilesOfOneKey(t *testing.T) {
	numbered := []string{"          - { name: number, type: code }\n    uses: { E: trailer }\n    columns:\n      - { role: doc_id, record: D, field: document }\n",
		"          - { name: number, type: code }\n          - { name: file, type: code, optional: true }\n    uses: { E: trailer }\n    columns:\n      - { role: file_name, record: D, field: file }\n      - { role: document_number, record: D, field: number }\n      - { role: doc_id, record: D, field: document }\n",
		"by: run", "by: document"}
	for name, c := range map[string]struct {
		file, line, states string
	}{
		"the key alone":            {"day.txt", "RD1;posted;7;", "D1 filed, D2 filed"},
		"the name of the second":   {"B000002.txt", "RD1;posted;7;", "D1 filed, D2 posted"},
		"the second, in the line":  {"day.txt", "RD1;posted;7;B000002.csv", "D1 filed, D2 posted"},
		"the first, in the line":   {"day.txt", "RD1;posted;7;B000001.csv", "D1 posted, D2 filed"},
		"a file of neither":        {"day.txt", "RD1;posted;7;B000009.csv", "D1 filed, D2 filed"},
		"name and line contradict": {"B000001.txt", "RD1;posted;7;B000002.csv", "D1 filed, D2 posted"},
	} {
		t.Run(name, func(t *testing.T) {
			w := batchWorld(t, "document", numbered...)
			w.good("D1", "D2")
			w.run(bridge.ExitDone)
			if n := len(w.list("erp/in")); n != 2 {
				t.Fatal(n)
			}
			w.sameReport("D1", "D2")
			w.write("erp/out/"+c.file, c.line+"\nEND;1\n")
			w.b.Run(w.ctx) //nolint:errcheck // a route without company cannot confirm
			w.states(c.states)
		})
	}
}
