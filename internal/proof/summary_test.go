package proof

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// hledger reads the summarised journal: both sides are equal, and what rounding left over stands on its account; a file
// with another amount is found out.
func TestSummaryIsReadByHledger(t *testing.T) {
	c := openCase(t, "../../samples/summary-journal")
	files, refused := render(t, c.plan, c.docs, 9)
	if len(files) != 1 || len(refused) > 0 {
		t.Fatalf("%d files, refused %v", len(files), refused)
	}
	hledger := external(t, "hledger")
	balances := func(data []byte) map[string]string {
		t.Helper()
		path, rules := laid(t, "summary.csv", data), laid(t, "summary.rules", []byte("skip 1\nfields batch,line,posted,made,document,company,account1,cc,amount-in,amount-out,currency,tax,description,employee,source,reference\ndate %posted\ndate-format %Y-%m-%d\naccount2 file\n"))
		out, err := exec.CommandContext(t.Context(), hledger, "-f", filepath.ToSlash(path), "--rules-file", rules, "balance", "--flat", "--no-total").CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		sums := map[string]string{}
		for line := range strings.Lines(string(out)) {
			if amount, account, ok := strings.Cut(strings.TrimSpace(line), "  "); ok {
				sums[strings.TrimSpace(account)] = amount
			}
		}
		return sums
	}
	sums := balances(files[0].data)
	if sums["659000"] != "EUR-0.02" || sums["154000"] != "EUR9.52" || sums["240100"] != "EUR-159.56" || sums["file"] != "" {
		t.Errorf("hledger reads %v", sums)
	}
	if sums := balances(bytes.Replace(files[0].data, []byte(",0.02,"), []byte(",0.03,"), 1)); sums["file"] == "" {
		t.Errorf("another amount is taken: %v", sums)
	}
}
