package notifytest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

const withReports = people + `reports:
  - { name: daily, kind: reconciliation, every: day, formats: [xlsx, csv, pdf], recipients: [accounting] }
  - { name: still-open, kind: open, every: day, formats: [csv], recipients: [accounting] }
  - { name: filed, kind: month, every: day, at: "00:00", formats: [pdf], target: local, folder: reports }
`

// figures are what `report --json` says: number and amounts by the label of a row.
func (w *world) figures(args ...string) map[string]map[string]string {
	w.Helper()
	type figure struct {
		Label   string            `json:"label"`
		Number  int               `json:"number"`
		Amounts map[string]string `json:"amounts"`
	}
	var r struct {
		Fetched   figure   `json:"fetched"`
		Documents []figure `json:"documents"`
		Postings  []figure `json:"posting_confirmations"`
		Payments  []figure `json:"payments"`
	}
	text := w.must(0, append([]string{"report", "--json"}, args...)...)
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		w.Fatalf("%v\n%s", err, text)
	}
	out := map[string]map[string]string{}
	r.Fetched.Label = "documents fetched"
	for _, f := range slices.Concat([]figure{r.Fetched}, r.Documents, r.Postings, r.Payments) {
		out[f.Label] = map[string]string{"number": fmt.Sprint(f.Number)}
		for c, a := range f.Amounts {
			if f.Number > 0 {
				out[f.Label][c] = exact(a)
			}
		}
	}
	return out
}

// exact is an amount without marks between thousands and without zeros at its end.
func exact(s string) string {
	s = strings.NewReplacer(",", "", "\u00a0", "").Replace(strings.TrimSpace(s))
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// overviewOf reads the table of figures: headings, then rows with a label.
func overviewOf(rows [][]string) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, row := range rows[1:] {
		if len(row) < 2 || row[0] == "" {
			continue
		}
		out[row[0]] = map[string]string{}
		for i := 1; i < len(row); i++ {
			if row[i] != "" {
				out[row[0]][rows[0][i]] = exact(row[i])
			}
		}
	}
	return out
}

func same(t *testing.T, what string, got, want map[string]map[string]string) {
	t.Helper()
	if len(want) < 8 {
		t.Fatalf("%s: only %d rows are compared", what, len(want))
	}
	for label, figures := range want {
		if !maps.Equal(got[label], figures) {
			t.Errorf("%s: %s is %v, and by report --json %v", what, label, got[label], figures)
		}
	}
}

// The figures of workbook, CSV and PDF are those of `report --json`, read back by others.
func TestReportsSayWhatReportSays(t *testing.T) {
	w := newWorld(t)
	want := w.figures()
	dir := t.TempDir()
	for _, kind := range []string{"reconciliation", "month"} {
		book := filepath.Join(dir, kind+".xlsx")
		w.must(0, "report", "--kind", kind, "--format", "xlsx", "-o", book)
		f, err := excelize.OpenFile(book)
		w.ok(err)
		rows, err := f.GetRows("overview", excelize.Options{RawCellValue: true})
		w.ok(err)
		same(t, kind+" as workbook", overviewOf(rows), want)
		w.ok(f.Close())

		page := filepath.Join(dir, kind+".pdf")
		w.must(0, "report", "--kind", kind, "--as", "pdf", "-o", page)
		same(t, kind+" as PDF", overviewOf(w.pdfTable(page, "documents fetched", w.currencies(want))), want)
	}
	var all bytes.Buffer
	all.WriteString(w.must(0, "report", "--format", "csv"))
	rows, err := csv.NewReader(&all).ReadAll()
	w.ok(err)
	got := map[string]string{}
	for _, r := range rows[1:] {
		if r[0] == "fetched" {
			got[r[4]] = exact(r[6])
		}
	}
	fetched := maps.Clone(want["documents fetched"])
	delete(fetched, "number")
	if !maps.Equal(got, fetched) {
		t.Errorf("CSV: fetched %v, want %v", got, fetched)
	}
	list, err := csv.NewReader(strings.NewReader(strings.SplitN(w.must(0, "report", "--kind", "rejected", "--format", "csv"), "\n\n", 2)[1])).ReadAll()
	w.ok(err)
	if n := want["rejected"]["number"]; n == "0" || fmt.Sprint(len(list)-1) != n {
		t.Errorf("%d rejected documents, want %s", len(list)-1, n)
	}
	if code, out := w.command("report", "--kind", "open", "--format", "table"); code != 2 {
		t.Errorf("exit %d\n%s", code, out)
	}
}

func (w *world) currencies(want map[string]map[string]string) []string {
	list := slices.Sorted(maps.Keys(want["documents fetched"]))
	return slices.DeleteFunc(list, func(s string) bool { return s == "number" })
}

// pdfTable reads the first table of a PDF by pdftotext: its headings, and the rows that begin with a label.
func (w *world) pdfTable(path, first string, currencies []string) [][]string {
	w.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
			w.Fatal(err)
		}
		w.Skip("pdftotext (poppler-utils) is not installed")
	}
	out, err := exec.Command(tool, "-layout", path, "-").Output()
	w.ok(err)
	var head []string
	var at []int // where each column ends
	var rows [][]string
	for line := range strings.SplitSeq(string(out), "\n") {
		if fields := strings.Fields(line); len(fields) == len(currencies)+1 && fields[0] == "number" {
			head, at = append([]string{""}, fields...), nil
			from := 0
			for _, f := range fields {
				from = strings.Index(line[from:], f) + from + len(f)
				at = append(at, from)
			}
			rows = [][]string{head}
			continue
		}
		if head == nil || strings.TrimSpace(line) == "" || strings.HasPrefix(line, "Documents by route") {
			if strings.HasPrefix(line, "Documents by route") {
				break
			}
			continue
		}
		label := regexp.MustCompile(`^(.*?)\s+[0-9][0-9,.]*(\s|$)`).FindStringSubmatch(line)
		if label == nil {
			continue
		}
		row := make([]string, len(head))
		row[0] = strings.TrimSpace(label[1])
		figures := regexp.MustCompile(`-?[0-9][0-9,.]*`).FindAllStringIndex(line[len(label[1]):], -1)
		for k, m := range figures {
			end := m[1] + len(label[1])
			near := 0
			for i, e := range at {
				if len(figures) == len(at) { // a full row: pdftotext moves wide figures to the right, not out of their order
					near = k
				} else if abs(e-end) < abs(at[near]-end) {
					near = i
				}
			}
			row[near+1] = line[m[0]+len(label[1]) : end]
		}
		rows = append(rows, row)
	}
	if len(rows) < 2 || rows[1][0] != first {
		w.Fatalf("the PDF says:\n%s", out)
	}
	return rows
}

func abs(n int) int { return max(n, -n) }

// Each period's report comes once: three days late, killed at it, and asked again and again; a list of what is open
// only for the last of them. A report that is dropped lies there whole, under its name.
func TestEachPeriodOnce(t *testing.T) {
	w := newWorld(t)
	w.configure("")
	path := filepath.Join(w.dir, "fisbridge.yaml")
	before, err := os.ReadFile(path)
	w.ok(err)
	w.ok(os.WriteFile(path, bytes.Replace(before, []byte("targets:\n"), []byte("targets:\n  local: { kind: folder, path: out }\n"), 1), 0o600))
	w.ok(os.MkdirAll(filepath.Join(w.dir, "out", "reports"), 0o755))
	w.configure(withReports)
	w.must(0, "notify", "send") // from now on they count
	w.mails.taken()
	w.ahead += 72 * time.Hour
	for _, at := range []string{"commit.done:2", "message.acted:2", "report.renaming", "report.renamed"} {
		w.kill = at
		w.command("notify", "send")
		w.ahead += 11 * time.Minute
	}
	w.kill = ""
	for range 2 {
		w.must(0, "notify", "send")
		w.ahead += 11 * time.Minute
	}
	reports := map[string]map[string]bool{} // files by address, each by message id
	for _, l := range w.mails.taken() {
		for name, data := range l.files {
			if len(data) < 20 {
				t.Errorf("%s has %d bytes", name, len(data))
			}
			if reports[l.to+" "+name] == nil {
				reports[l.to+" "+name] = map[string]bool{}
			}
			reports[l.to+" "+name][l.messageID] = true
		}
	}
	count := map[string]int{}
	for key, ids := range reports {
		if len(ids) != 1 {
			t.Errorf("%s came under %d ids", key, len(ids))
		}
		count[regexp.MustCompile(`-[0-9]{4}-[0-9]{2}-[0-9]{2}`).ReplaceAllString(key, "")]++
	}
	want := map[string]int{}
	for _, who := range []string{"ann@lantern.example", "bob@lantern.example"} {
		for _, ext := range []string{"xlsx", "csv", "pdf"} {
			want[who+" daily."+ext] = 3
		}
		want[who+" still-open.csv"] = 1
	}
	if !maps.Equal(count, want) {
		t.Errorf("reports %v\nwant %v", count, want)
	}
	entries, err := os.ReadDir(filepath.Join(w.dir, "out", "reports"))
	w.ok(err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if len(names) != 3 || !regexp.MustCompile(`^filed-[0-9-]{10}\.pdf$`).MatchString(names[0]) {
		t.Errorf("dropped: %v", names)
	}
}
