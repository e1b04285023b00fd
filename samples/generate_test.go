package samples_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/samples"
)

func itoa(i int) string { return strconv.Itoa(i) }

func fileName(i int, c sampleCase) string { return fmt.Sprintf("%02d-%s.json", i+1, c.name) }

func docID(c sampleCase) string { return strings.ToLower(hexID(32, "document", c.name)) }

// generate makes every file of the samples: name → content.
func generate(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	m := samples.Manifest{Chart: samples.Chart{Companies: companies(), Accounts: accounts(), CostCentres: costCentres(), Taxes: taxNames(), Vendors: vendors(), Parties: map[string]string{
		"EMPL": "Employees", "CBCP": "Company card, paid by the company", "IBCP": "Company card, paid by the employee", "COPD": "Paid by the company"}}}
	byName := map[string]string{}
	for i, c := range cases() {
		name := fileName(i, c)
		byName[c.name] = name
		files[name] = render(t, c)
		m.Documents = append(m.Documents, samples.Sample{File: name, Shows: c.shows, DocID: docID(c), DocType: c.doc.docType, Currency: c.doc.currency, Total: c.doc.total,
			Role: c.role, ERPMessage: c.erp, Of: byName[c.of]})
	}
	text, err := yaml.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	files["manifest.yaml"] = append([]byte("# Made by samples/generate_test.go -update: what each document shows, and what its world consists of.\n"), text...)
	return files
}

func companies() map[string]string {
	m := map[string]string{}
	for _, c := range []company{lanternDE, lanternUS, lanternUK, lanternJP, lanternKW, lanternCH, lanternPL, lanternCA} {
		m[c.code] = c.name
	}
	return m
}

func render(t *testing.T, c sampleCase) []byte {
	t.Helper()
	document := any(c.doc.body)
	if c.text {
		inner, err := encode(c.doc.body)
		if err != nil {
			t.Fatal(err)
		}
		document = string(inner)
	}
	compact, err := encode(envelope(docID(c), c.doc.docType, document))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, compact, "", " "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// TestSamplesAreGenerated keeps the files and their maker together; -update writes them anew.
func TestSamplesAreGenerated(t *testing.T) {
	want := generate(t)
	if update() {
		rewrite(t, want)
		t.Log("samples rewritten: run the tests again to check them")
		return
	}
	onDisk := map[string]bool{}
	entries, err := fs.ReadDir(samples.Documents(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		onDisk[e.Name()] = true
		text, err := fs.ReadFile(samples.Documents(), e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(text, want[e.Name()]) {
			t.Errorf("%s differs from what the test makes: go test ./samples -update", e.Name())
		}
	}
	for name := range want {
		if !onDisk[name] {
			t.Errorf("%s is missing: go test ./samples -update", name)
		}
	}
}

func rewrite(t *testing.T, files map[string][]byte) {
	t.Helper()
	if err := os.RemoveAll("documents"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("documents", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join("documents", name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var updateFlag = flag.Bool("update", false, "rewrite the samples")

func update() bool { return *updateFlag }

// TestManifestTellsTheTruth reads every document as users do and compares it with the manifest.
func TestManifestTellsTheTruth(t *testing.T) {
	m, err := samples.Load()
	if err != nil {
		t.Fatal(err)
	}
	ids, reports := map[string]string{}, map[string]string{}
	for _, s := range m.Documents {
		doc := parse(t, s.File)
		total, _, err := doc.Total()
		if err != nil {
			t.Errorf("%s: %v", s.File, err)
		}
		if s.Currency == "GBP" && s.DocType == fis.CashAdvance {
			total = amount(s.Total) // the head of an advance is in the currency of the request
		}
		if s.DocType == fis.CashAdvance && amount(s.Total).IsNegative() {
			total = amount(s.Total)
		}
		got := samples.Sample{File: s.File, Shows: s.Shows, DocID: doc.ID, DocType: doc.DocType, Currency: doc.Currency(), Total: fis.Text(total, s.Currency), Role: s.Role, ERPMessage: s.ERPMessage, Of: s.Of}
		if diff := cmp.Diff(s, got); diff != "" {
			t.Errorf("%s: %s", s.File, diff)
		}
		if doc.IsTest() != (s.Role == samples.TestUser) {
			t.Errorf("%s: test user: %v", s.File, doc.IsTest())
		}
		if ids[doc.ID] != "" {
			t.Errorf("%s and %s have the same id", s.File, ids[doc.ID])
		}
		if other := reports[doc.ReportID()]; other != "" && s.Role != samples.Resubmitted || doc.ReportID() == "" {
			t.Errorf("%s and %s have the same report id %q", s.File, other, doc.ReportID())
		}
		ids[doc.ID], reports[doc.ReportID()] = s.File, s.File
	}
}

func parse(t *testing.T, file string) *fis.Document {
	t.Helper()
	f, err := samples.Documents().Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var found []*fis.Document
	err = fis.ReadDocuments(f, file, func(env fis.Envelope) error {
		doc, err := fis.NewParser(nil).Parse(env)
		found = append(found, doc)
		return err
	})
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %d documents, %v", file, len(found), err)
	}
	return found[0]
}

// TestKindsAreThere: what the demo promises to show is among the samples.
func TestKindsAreThere(t *testing.T) {
	m, err := samples.Load()
	if err != nil {
		t.Fatal(err)
	}
	types, currencies, roles := map[fis.DocType]int{}, map[string]int{}, map[samples.Role]int{}
	for _, s := range m.Documents {
		types[s.DocType]++
		currencies[s.Currency]++
		roles[s.Role]++
	}
	if len(m.Documents) < 48 {
		t.Errorf("%d documents, want 48", len(m.Documents))
	}
	for _, want := range []fis.DocType{fis.Expense, fis.Invoice, fis.CashAdvance, fis.Payroll, fis.RequestObligation} {
		if types[want] == 0 {
			t.Errorf("no %s", want)
		}
	}
	for _, want := range []string{"EUR", "USD", "GBP", "JPY", "KWD", "CHF"} {
		if currencies[want] == 0 {
			t.Errorf("nothing in %s", want)
		}
	}
	for _, want := range []samples.Role{samples.TestUser, samples.Recalled, samples.Unmapped, samples.ERPRejects, samples.Resubmitted} {
		if roles[want] != 1 {
			t.Errorf("%d documents with the role %s, want 1", roles[want], want)
		}
	}
}
