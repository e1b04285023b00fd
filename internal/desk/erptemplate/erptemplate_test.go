package erptemplate_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/erptemplate"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// TestMain is the judge, too, when it is called as one: it refuses files without the word KONTO.
func TestMain(m *testing.M) {
	if os.Getenv("ACT_AS_JUDGE") == "" {
		os.Exit(m.Run())
	}
	data, err := os.ReadFile(os.Args[len(os.Args)-1])
	if err != nil || !bytes.Contains(data, []byte("KONTO")) {
		fmt.Println("line 1: no KONTO", err)
		os.Exit(1)
	}
	fmt.Println("all lines read")
	os.Exit(0)
}

// made makes a template of a file and checks it.
func made(t *testing.T, folder, name, from string, o erptemplate.Options) *erptemplate.Report {
	t.Helper()
	if _, err := erptemplate.New(folder, name, from, o); err != nil {
		t.Fatal(err)
	}
	return check(t, folder, name)
}

func check(t *testing.T, folder, name string) *erptemplate.Report {
	t.Helper()
	c := erptemplate.Checking{Templates: desk.TemplatesOf(folder), At: time.Date(2026, 1, 31, 9, 30, 0, 0, time.UTC), Judge: true}
	r, err := erptemplate.Check(t.Context(), c, name, name+"/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sheet is a workbook with headings in some row and two rows below them.
func sheet(t *testing.T, heading int) string {
	t.Helper()
	b := excelize.NewFile()
	rows := [][]any{{"Account", "Posting date", "Debit", "Credit", "Currency", "Document"},
		{"001200", time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), 12.5, nil, "EUR", "A1"}, {"001300", time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), nil, 12.5, "EUR", "A1"}}
	for i, row := range rows {
		if err := b.SetSheetRow("Sheet1", fmt.Sprintf("A%d", heading+i), &row); err != nil {
			t.Fatal(err)
		}
	}
	if heading > 1 {
		if err := b.SetCellValue("Sheet1", "A1", "Journal upload of Acme"); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "Upload Journal.xlsx")
	if err := b.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is made can be used at once, where the definition has what is needed: its file is made of the sample documents.
func TestMadeTemplatesCompile(t *testing.T) {
	folder := t.TempDir()
	for name, from := range map[string]string{
		"cobol":  "../../../templates/legacy-fixed/journal.cpy",
		"ctl":    "../../../templates/oracle-ebs-gl/gl_interface.ctl",
		"table":  write(t, "t.sql", "CREATE TABLE t (Account varchar(20) NOT NULL, Amount decimal(18,2) NOT NULL, Currency char(3), DocNo varchar(32))"),
		"csv":    write(t, "s.csv", "Konto;Betrag;Währung;Belegnr\n1;1,50;EUR;7\n"),
		"plain":  sheet(t, 1),
		"filled": sheet(t, 4),
	} {
		r := made(t, folder, name, from, erptemplate.Options{})
		if r.Wrong() || len(r.Made) == 0 {
			t.Errorf("%s: %+v", name, r.Findings)
		}
	}
	b, err := excelize.OpenReader(bytes.NewReader(check(t, folder, "filled").Made[0].Bytes))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}()
	rows, err := b.GetRows("Sheet1")
	if err != nil || rows[0][0] != "Journal upload of Acme" || rows[3][0] != "Account" || rows[4][0] != "640100" {
		t.Errorf("the workbook is not filled in below its headings, its examples gone: %v, %v", rows[:6], err)
	}
	if _, err := erptemplate.New(folder, "csv", "x", erptemplate.Options{}); err == nil {
		t.Error("a template was written over")
	}
	left, err := filepath.Glob(filepath.Join(folder, ".new-*"))
	if err != nil || len(left) > 0 {
		t.Error("left behind:", left, err)
	}
}

// A judge that a template names is run when it is installed; what it says is told, and what it refuses is refused.
func TestJudge(t *testing.T) {
	folder, bin := t.TempDir(), t.TempDir()
	from := write(t, "s.csv", "Konto;Betrag;Währung;Belegnr\n1;1,50;EUR;7\n")
	if _, err := erptemplate.New(folder, "csv", from, erptemplate.Options{}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "csv", "template.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	about := "\nabout:\n  erps: [{ name: Acme, vendor: Acme }]\n  import: upload\n  answers: none\n  judges: [{ name: our check, grade: A, proves: it reads, command: [glcheck, \"{file}\"] }]\n  not_proved: [accounts]\n  sources: [a sample]\n"
	if err := os.WriteFile(path, append(text, about...), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	v := check(t, folder, "csv").Judges
	if len(v) != 1 || v[0].Ran || !strings.Contains(v[0].Text, "glcheck is not installed") {
		t.Errorf("%+v", v)
	}
	program, err := os.ReadFile(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	name := "glcheck"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if err := os.WriteFile(filepath.Join(bin, name), program, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("ACT_AS_JUDGE", "1")
	if v = check(t, folder, "csv").Judges; !v[0].Ran || v[0].Good || !strings.Contains(v[0].Text, "refused (exit code 1)") || !strings.Contains(v[0].Text, "no KONTO") {
		t.Errorf("%+v", v)
	}
	changed := strings.Replace(string(text), "name: Konto,", "name: KONTO,", 1) + about
	if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	if v = check(t, folder, "csv").Judges; !v[0].Ran || !v[0].Good || !strings.Contains(v[0].Text, "all lines read") {
		t.Errorf("%+v", v)
	}
}

// The judges that ready templates name a command for are asked as `template check` asks them, and take the files of the
// sample documents.
func TestJudgesOfReadyTemplates(t *testing.T) {
	asked := 0
	for _, name := range workshop.BuiltinNames() {
		tpl, err := workshop.KnownTemplate(name)
		if err != nil {
			t.Fatal(err)
		}
		if tpl.About == nil || !slices.ContainsFunc(tpl.About.Judges, func(j template.Judge) bool { return len(j.Command) > 0 }) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			for i, v := range check(t, t.TempDir(), name).Judges {
				command := tpl.About.Judges[i].Command
				switch {
				case len(command) == 0:
				case v.Ran && v.Good:
					asked++
				case !v.Ran && strings.Contains(v.Text, "is not installed") && os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "1":
					t.Skip(v.Text)
				default:
					t.Errorf("%s: %+v", strings.Join(command, " "), v)
				}
			}
		})
	}
	if asked == 0 && os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
		t.Error("nobody was asked")
	}
}

// Why documents are held is told once for each place, and not row by row; the place stands once, and a code that stands
// in one pair of quotes is shown in two.
func TestWhatCheckTells(t *testing.T) {
	folder := t.TempDir()
	from := write(t, "s.csv", "Konto;Betrag;Währung;Belegnr\n1;1,50;EUR;7\n")
	if _, err := erptemplate.New(folder, "csv", from, erptemplate.Options{}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "csv", "template.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	change := func(from, to string) *erptemplate.Report {
		changed := strings.Replace(string(text), from, to, 1)
		if changed == string(text) {
			t.Fatalf("no %q in\n%s", from, text)
		}
		if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		return check(t, folder, "csv")
	}
	r := change("value: line.amount", "value: line.amount * 2")
	if len(r.Held) < 5 {
		t.Fatalf("%d held", len(r.Held))
	}
	keys := map[string]bool{}
	for _, h := range r.Held {
		for _, w := range h.Why {
			keys[w.Key] = true
			if len(w.Text) > 400 {
				t.Errorf("too long: %s", w.Text)
			}
		}
	}
	if len(keys) > 3 {
		t.Errorf("%d reasons: %v", len(keys), keys)
	}
	r = change("value: document.currency", `value: "001"`)
	said := fmt.Sprint(r.Findings)
	if !strings.Contains(said, `value: '"001"'`) || strings.Contains(said, "Line.Währung: Line Währung") {
		t.Error(said)
	}
	r = change("encoding: utf-8", "encoding: windows-1252\n  unmappable: fail")
	if got := r.Show([]byte("M\xFCller")); got != "Müller" {
		t.Errorf("%q", got)
	}
}
