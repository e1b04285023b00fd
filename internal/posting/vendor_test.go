package posting

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/google/go-cmp/cmp"
)

// The vendor's published samples are not part of this repository. Where they lie beside it, every line must be the
// expected one.
const vendorDir = "../../../shared/fis"

type vendorCase struct {
	File     string              `json:"file"`
	DocType  string              `json:"docType"`
	Currency string              `json:"currency"`
	Lines    []map[string]any    `json:"lines"`
	Net      []map[string]string `json:"net"`
	Error    string              `json:"error"`
}

func TestVendorCases(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(vendorDir, "posting-cases*.json"))
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []vendorCase
		if err := json.Unmarshal(raw, &cases); err != nil {
			t.Fatal(err)
		}
		if len(cases) < 19 {
			t.Errorf("only %d cases", len(cases))
		}
		for _, c := range cases {
			t.Run(c.File, func(t *testing.T) { checkVendorCase(t, c) })
		}
	}
}

func checkVendorCase(t *testing.T, c vendorCase) {
	found, _ := filepath.Glob(filepath.Join(vendorDir, "documents*", c.File))
	if len(found) != 1 {
		t.Fatal(found)
	}
	file, err := os.Open(found[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	seen := 0
	err = fis.ReadDocuments(file, c.File, func(env fis.Envelope) error {
		seen++
		doc, err := fis.NewParser(Wanted).Parse(env)
		if err != nil {
			return err
		}
		r, err := Derive(doc, Options{})
		var refused *Refusal
		if c.Error != "" {
			if !errors.As(err, &refused) || string(refused.Problems[0].Reason) != c.Error {
				t.Errorf("%v, want %s", err, c.Error)
			}
			return nil
		}
		if err != nil {
			return err
		}
		if string(r.DocType) != c.DocType || r.Currency != c.Currency || len(r.Warnings) > 0 {
			t.Errorf("type %s, currency %s, warnings %v", r.DocType, r.Currency, r.Warnings)
		}
		if diff := cmp.Diff(lineTexts(c.Lines), lineTexts(jsonLines(t, r))); diff != "" {
			t.Errorf("lines (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(netTexts(c.Net), netTexts(netOf(r))); diff != "" {
			t.Errorf("net (-want +got):\n%s", diff)
		}
		return nil
	})
	if err != nil || seen != 1 {
		t.Fatalf("%d documents, %v", seen, err)
	}
}

// jsonLines are the lines as `render --format json` prints them.
func jsonLines(t *testing.T, r *Result) []map[string]any {
	t.Helper()
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Lines []map[string]any `json:"lines"`
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out.Lines
}

// lineTexts makes lines comparable whatever their order, which means nothing.
func lineTexts(lines []map[string]any) []string {
	var texts []string
	for _, l := range lines {
		raw, _ := json.Marshal(l) // sorts the keys
		texts = append(texts, string(raw))
	}
	sort.Strings(texts)
	return texts
}

// netOf sums the lines by role, account, party and tax, zeros left out.
func netOf(r *Result) []map[string]string {
	type key struct {
		role           Role
		account, party string
		tax            TaxKey
	}
	sums := map[key]fis.Amount{}
	for _, l := range r.Lines {
		k := key{l.Role, l.AccountCode, l.Party, TaxKey{l.TaxAuthority, l.TaxCode, l.TaxReclaimCode}}
		sums[k] = sums[k].Add(l.Amount())
	}
	var out []map[string]string
	for k, a := range sums {
		if !a.IsZero() {
			out = append(out, map[string]string{"role": string(k.role), "account_code": k.account, "party": k.party, "tax_authority": k.tax.Authority,
				"tax_code": k.tax.Code, "tax_reclaim_code": k.tax.ReclaimCode, "amount": fis.Text(a, r.Currency)})
		}
	}
	return out
}

func netTexts(net []map[string]string) []string {
	var texts []string
	for _, n := range net {
		var parts []string
		for _, name := range []string{"role", "account_code", "party", "tax_authority", "tax_code", "tax_reclaim_code", "amount"} {
			parts = append(parts, n[name])
		}
		texts = append(texts, strings.Join(parts, "|"))
	}
	sort.Strings(texts)
	return texts
}
