package proof

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/returns/readers"
)

// Bank files of public test suites read by fisbridge and by parsers that nobody here wrote: every file that
// one of them reads is read here too, with as many transactions and the same sum. (Our own samples of MT940 go through
// them as well.) `go test -v -run Foreign ./internal/proof` shows the table.

// The parsers whose files these are; they are installed as their users do.
const (
	isoModule = "github.com/moov-io/iso20022@v0.2.1"
	mtPackage = "@centrapay/swift-parser@1.0.1"
)

// reading is what a parser makes of a file.
type reading struct {
	refused string // why; empty: read
	n       int
	sum     float64
}

func (r reading) String() string {
	if r.refused != "" {
		return "refused"
	}
	return fmt.Sprintf("%d, %.2f", r.n, r.sum)
}

// ours reads a file by a ready format: rows, and the sum of their amounts.
func ours(t *testing.T, word, name string) reading {
	t.Helper()
	f, err := format.Ready(word)
	if err != nil {
		t.Fatal(err)
	}
	plan, problems := readers.Compile(f.Layout, f.Records)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	amount := -1
	for i, field := range f.Records[0].Fields {
		if field.Name == "amount" {
			amount = i
		}
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	r, err := plan.NewReader(file, info.Size(), layout.Limits{})
	if err != nil {
		return reading{refused: err.Error()}
	}
	defer r.Close()
	var out reading
	for sum := fis.Zero; ; out.n++ {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			out.sum, _ = sum.Abs().Float64()
			return out
		}
		if err != nil {
			return reading{refused: err.Error()}
		}
		sum = sum.Add(row.Values[amount].Number.Abs())
	}
}

// installed runs a command that installs something; where nothing can be had from outside the test is skipped, but in
// CI.
func installed(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	needs(t, name)
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
			t.Fatalf("%s %q: %v\n%s", name, args, err, out)
		}
		t.Skipf("%s %q: %v", name, args, err)
	}
}

// needs skips a test whose program is not there; in CI it must be.
func needs(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") == "1" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
}

// lines are those that a command prints, one a file; its exit code says nothing.
func lines(t *testing.T, dir string, files int, name string, args ...string) []string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := cmd.Output()
	got := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(got) != files {
		t.Fatalf("%s: %d lines for %d files, %v\n%s", name, len(got), files, err, out)
	}
	return got
}

// xpath is what libxml2 makes of an expression: -1 where it cannot.
func xpath(name, expression string) float64 {
	out, err := exec.Command("xmllint", "--xpath", expression, name).Output()
	if err != nil {
		return -1
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	if err != nil || math.IsNaN(n) {
		return -1
	}
	return n
}

// amounts is the sum of the elements that libxml2 finds.
func amounts(t *testing.T, name, expression string) float64 {
	t.Helper()
	out, err := exec.Command("xmllint", "--xpath", expression, name).Output()
	if err != nil {
		return 0 // there are none
	}
	sum := fis.Zero
	for _, m := range regexp.MustCompile(`>\s*([0-9.]+)\s*<`).FindAllSubmatch(out, -1) {
		a, err := fis.ParseAmount(string(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		sum = sum.Add(a)
	}
	f, _ := sum.Float64()
	return f
}

// In words of XPath: transactions of camt, each entry without one counting as one, and the amounts of the entries.
const (
	camtCount = `count(//*[local-name()='TxDtls']) + count(//*[local-name()='Ntry'][not(.//*[local-name()='TxDtls'])])`
	camtSum   = `//*[local-name()='Ntry']/*[local-name()='Amt']`
	camtAny   = `count(//*[local-name()='Ntry'])`
	statusAny = `count(//*[local-name()='CstmrPmtStsRpt'])`
	statusAll = `count(//*[local-name()='TxInfAndSts'])`
)

// odd are files of the suites that we refuse, with what we say.
var odd = map[string]string{
	// The bank's own sample: an entry of 1537.00 is in the balance of the next day only.
	"camt.053_P_CH2909000000250094239_1110092698_0_2020112503071366.xml": "which makes 216649.21, but it ends with 215112.21",
}

// without are amounts of entries that we do not give: of a batch of four the bank lists one payment without its amount.
var without = map[string]float64{"FI_camt_053_sample.xml.xml": 1000.12}

// asWell fails where a file is not read as well as by others: all their transactions, and their sum.
func asWell(t *testing.T, base string, got, want reading) {
	t.Helper()
	switch reason, refused := odd[base]; {
	case refused && !strings.Contains(got.refused, reason):
		t.Errorf("%s: ours %s (%s), want it refused: %s", base, got, got.refused, reason)
	case !refused && (got.refused != "" || got.n < want.n || math.Abs(got.sum-want.sum) > 0.005):
		t.Errorf("%s: ours %s (%s), others %s", base, got, got.refused, want)
	}
}

func TestForeignISO20022(t *testing.T) {
	needs(t, "xmllint")
	dir := t.TempDir()
	source, err := os.ReadFile(filepath.Join("testdata", "foreign", "iso20022.go.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.go"), source, 0o600); err != nil {
		t.Fatal(err)
	}
	installed(t, dir, "go", "mod", "init", "foreign")
	installed(t, dir, "go", "get", isoModule)
	installed(t, dir, "go", "build", "-o", "foreign", ".")
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", strings.Split(isoModule, "@")[0])
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	module, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(module)), "test", "testdata", "*.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, name := range all {
		if xpath(name, camtAny) > 0 || xpath(name, statusAny) > 0 {
			files = append(files, name)
		}
	}
	theirs := lines(t, dir, len(files), filepath.Join(dir, "foreign"), files...)
	read := 0
	for i, name := range files {
		got, base := ours(t, "iso20022", name), filepath.Base(name)
		want := reading{n: int(xpath(name, camtCount)), sum: amounts(t, name, camtSum) - without[base]}
		if xpath(name, camtAny) == 0 {
			want = reading{n: int(xpath(name, statusAll)), sum: got.sum} // most of them name no amount
		}
		state, why, _ := strings.Cut(theirs[i], "\t")
		if state == "read" {
			read++
		}
		t.Logf("| %s | ours %s | moov %s | libxml2 %s | %s", base, got, state, want, why)
		asWell(t, base, got, want)
	}
	if len(files) < 18 || read == 0 {
		t.Errorf("%d files, of which their own parser reads %d: that shows nothing", len(files), read)
	}
}

// ownFiles are samples of our own that the reader's tests use.
func ownFiles(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "returns", "testdata", "ready", pattern))
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		if files[i], err = filepath.Abs(files[i]); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestForeignMT940(t *testing.T) {
	needs(t, "node")
	needs(t, "aqbanking-cli")
	dir := t.TempDir()
	installed(t, dir, "npm", "install", "--no-audit", "--no-fund", "--silent", mtPackage)
	files, err := filepath.Glob(filepath.Join(dir, "node_modules", "@centrapay", "swift-parser", "test", "*.mt94*"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, ownFiles(t, "*.sta")...)
	script, err := os.ReadFile(filepath.Join("testdata", "foreign", "mt940.js"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "mt940.js"), script, 0o600); err != nil {
		t.Fatal(err)
	}
	theirs := lines(t, dir, len(files), "node", append([]string{"mt940.js"}, files...)...)
	read := 0
	for i, name := range files {
		word, base := "mt940", filepath.Base(name)
		if strings.HasSuffix(name, "942") {
			word = "mt942"
		}
		got, entries := ours(t, word, name), aqbanking(t, name)
		var state string
		var want reading
		var thousandths int64
		if _, err := fmt.Sscan(theirs[i], &state, &want.n, &thousandths); err != nil {
			t.Fatal(err)
		}
		want.sum = float64(thousandths) / 1000
		if state == "refused" {
			want.refused = state
		} else {
			read++
		}
		t.Logf("| %s | ours %s | swift-parser %s | aqbanking %d | %s", base, got, want, entries, got.refused)
		if want.refused == "" {
			asWell(t, base, got, want)
		}
	}
	if len(files) < 4 || read < 2 {
		t.Errorf("%d files, of which their own parser reads %d: that shows nothing", len(files), read)
	}
}

// aqbanking is how many entries AqBanking finds.
func aqbanking(t *testing.T, name string) int {
	t.Helper()
	home := t.TempDir()
	cmd := exec.Command("aqbanking-cli", "--cfgdir="+home, "import", "--importer=swift", "--profile=SWIFT-MT940", "-f", name, "-c", filepath.Join(home, "ctx"))
	cmd.Env = append(os.Environ(), "HOME="+home, "AQBANKING_HOME="+home)
	_ = cmd.Run()
	text, err := os.ReadFile(filepath.Join(home, "ctx"))
	if err != nil {
		return 0
	}
	return strings.Count(string(text), "valutaDate=")
}
