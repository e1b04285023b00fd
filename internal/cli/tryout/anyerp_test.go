package tryout

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/fisbridge/fisbridge/internal/bundle"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
)

// demo --template NAME has an ERP for every template: it reads the import file of the worked case, books its documents,
// and answers.
func TestAnERPForEveryTemplate(t *testing.T) {
	made := map[string][]string{}
	cases, err := filepath.Glob("../../../samples/*/mapping.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range cases {
		var m struct{ Template string }
		text, err := os.ReadFile(path)
		if err == nil {
			err = yaml.Unmarshal(text, &m)
		}
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(filepath.Dir(path), "import", "*"))
		if err != nil {
			t.Fatal(err)
		}
		made[m.Template] = append(made[m.Template], files...)
	}
	for _, name := range workshop.BuiltinNames() {
		t.Run(name, func(t *testing.T) {
			plan, err := workshop.ReadyPlan(name)
			if err != nil {
				t.Fatal(err)
			}
			cfg, err := anyERP(name, plan)
			switch name {
			case "legacy-fixed":
				return // its ERP takes a whole file or nothing, and has words of its own: demo shows it
			}
			if err != nil {
				t.Fatal(err)
			}
			in, out := t.TempDir(), t.TempDir()
			cfg.Inbox, cfg.Outbox, cfg.Company, cfg.FirstNumber, cfg.Now = in, out, "1000", 1, time.Now
			erp, err := simerp.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range made[name] {
				if plan.Layout().Beside(filepath.Base(path)) != nil { // its members lie in the inbox themselves
					if err := os.CopyFS(in, os.DirFS(path)); err != nil {
						t.Fatal(err)
					}
					continue
				}
				data, err := imported(path)
				if err == nil {
					err = os.WriteFile(filepath.Join(in, filepath.Base(path)), data, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, err := erp.Poll(); err != nil {
				t.Fatal(err)
			}
			books := erp.Books()
			if len(books.Files) == 0 || len(books.Documents) == 0 || len(books.Answers) != len(books.Files) {
				t.Fatalf("%+v", books)
			}
			known, err := knownReferences()
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range books.Documents {
				if len(d.Reference) < 5 && !known[d.Reference] {
					t.Errorf("the ERP calls a document %q: that is its number within the file", d.Reference)
				}
			}
			for _, f := range books.Files {
				if f.Verdict != "posted" {
					t.Errorf("%s is %s: %s", f.Name, f.Verdict, f.Reason)
				}
			}
		})
	}
}

// imported are the bytes of an import file of a worked case, which has a folder of members where it is a package.
func imported(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return os.ReadFile(path)
	}
	names, err := filepath.Glob(filepath.Join(path, "*"))
	if err != nil {
		return nil, err
	}
	var members []bundle.Member
	for _, name := range names {
		members = append(members, bundle.Member{Name: filepath.Base(name), Open: func() (io.ReadCloser, error) { return os.Open(name) }})
	}
	var b bytes.Buffer
	err = bundle.Write(&b, "", members)
	return b.Bytes(), err
}

// A document number with room for twenty characters has the end of a report's id, and behind it the number of a further
// document of the report: who answers gives the whole id back, with that number.
func TestCutReferencesAreFound(t *testing.T) {
	k := knownDocuments{"0FBF5FD8BDCD734D706A": true}
	for document, want := range map[string]string{"BF5FD8BDCD734D706A": "0FBF5FD8BDCD734D706A", "BF5FD8BDCD734D706A-2": "0FBF5FD8BDCD734D706A-2", "0FBF5FD8BDCD734D706A": "0FBF5FD8BDCD734D706A", "706A-2": "706A-2"} {
		if got := k.find(document, "Taxi"); got != want {
			t.Errorf("%s is answered as %s, want %s", document, got, want)
		}
	}
}
