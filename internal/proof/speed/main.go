// Command speed measures what people run: whole processes that read documents from disk and write an import file,
// beside converters that somebody wrote by hand for exactly that file (baseline). All make the same bytes, or the
// comparison is void. Ratios are of pairs in one round, so that a slow minute of the machine does not decide.
// It measures the journal's half of a night, too: documents fetched from a service that answers late, result files of
// many rows on their way into the journal, and the commands that look at a journal of many documents.
//
//	go run ./internal/proof/speed                 # 20,000 documents, 100,000 result rows, 5 rounds
//	go run ./internal/proof/speed -n 2000 -rounds 3 -only render
//	go run ./internal/proof/speed -rows 1000000 -rounds 3 -only results
package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

//go:embed work
var work embed.FS

func main() {
	n := flag.Int("n", 20_000, "documents")
	rounds := flag.Int("rounds", 5, "rounds")
	folder := flag.String("folder", "", "where corpus and programs are kept; a temporary folder when not given")
	rows := flag.Int("rows", 100_000, "rows of a result file")
	only := flag.String("only", "", "what is measured, all when not given: some of "+strings.Join(parts, ","))
	fill := flag.String("fill", "", "for itself: fill the journal of this folder, DOCUMENTSxLINES:FOLDER")
	flag.Parse()
	if *fill != "" {
		if err := fillIn(*fill); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := measure(*n, *rounds, *rows, *only, *folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bench is what is measured in a folder.
type bench struct {
	folder, docs string
	n, rounds    int
}

// parts are what is measured.
var parts = []string{"render", "looks", "results", "night"}

func measure(n, rounds, rows int, only, folder string) error {
	if only == "" {
		only = strings.Join(parts, ",")
	}
	chosen := strings.Split(only, ",")
	if folder == "" {
		var err error
		if folder, err = os.MkdirTemp("", "speed-"); err != nil {
			return err
		}
		defer os.RemoveAll(folder)
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	b := &bench{folder: folder, docs: filepath.Join(folder, fmt.Sprintf("documents-%d.jsonl", n)), n: n, rounds: rounds}
	if err := b.prepare(); err != nil {
		return err
	}
	info, err := os.Stat(b.docs)
	if err != nil {
		return err
	}
	fmt.Printf("%d documents, %d MB; %d rounds; %d processors, %s/%s, %s\n", n, info.Size()/1e6, rounds, runtime.NumCPU(),
		runtime.GOOS, runtime.GOARCH, runtime.Version())
	for _, part := range chosen {
		switch part {
		case "render":
			err = b.renders()
		case "looks":
			err = b.looks()
		case "results":
			err = b.results(rows)
		case "night":
			err = b.night()
		default:
			err = fmt.Errorf("there is no %q: %s", part, strings.Join(parts, ", "))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) renders() error {
	for _, job := range []string{"rows", "lines"} {
		if err := b.job(job); err != nil {
			return fmt.Errorf("%s: %w", job, err)
		}
	}
	return nil
}

// cores are the processors that a program is given where it is not asked for one or two.
func (b *bench) cores() int { return runtime.NumCPU() }

// prepare builds the programs and makes the documents.
func (b *bench) prepare() error {
	root, err := output("go", "list", "-m", "-f", "{{.Dir}}")
	if err != nil {
		return err
	}
	for dir, target := range map[string]string{root: "./cmd/fisbridge", filepath.Join(root, "internal/proof/speed/baseline"): "."} {
		name := "fisbridge"
		if target == "." {
			name = "baseline"
		}
		cmd := exec.Command("go", "build", "-o", filepath.Join(b.folder, name), target)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath -mod=mod", "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
	}
	files, err := fs.Sub(work, "work")
	if err != nil {
		return err
	}
	for _, name := range []string{"templates", "mappings"} {
		if err := os.RemoveAll(filepath.Join(b.folder, name)); err != nil {
			return err
		}
	}
	if err := os.CopyFS(b.folder, files); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(b.folder, "mappings"), 0o700); err != nil {
		return err
	}
	for _, job := range []string{"rows", "lines"} {
		if err := os.WriteFile(filepath.Join(b.folder, "mappings", job+".yaml"), []byte(mappingOf(job)), 0o600); err != nil {
			return err
		}
	}
	if _, err := os.Stat(b.docs); err == nil {
		return nil
	}
	return writeCorpus(b.docs, b.n)
}

func output(name string, args ...string) (string, error) {
	out, err := exec.Command(name, args...).Output()
	return strings.TrimSpace(string(out)), err
}

// program is one way to make the file of a job.
type program struct {
	name  string
	cores int
	args  []string
	out   string
	runs  []run
}

// run is what a process took.
type run struct {
	wall, cpu time.Duration
	peak      int64 // KiB
}

func (b *bench) job(job string) error {
	var all []*program
	for _, cores := range []int{1, 2} {
		if cores > runtime.NumCPU() {
			continue
		}
		add := func(name, binary string, args ...string) {
			p := &program{name: name, cores: cores, out: filepath.Join(b.folder, fmt.Sprintf("%s-%d.csv", job, len(all)))}
			p.args = append([]string{filepath.Join(b.folder, binary)}, args...)
			if binary == "fisbridge" {
				p.args = append(p.args, "-o", p.out)
			} else {
				p.args = append(p.args, b.docs, p.out)
			}
			all = append(all, p)
		}
		add("fisbridge render", "fisbridge", "-q", "-C", b.folder, "render", b.docs, "--workers", fmt.Sprint(cores),
			"--mapping", filepath.Join(b.folder, "mappings", job+".yaml"))
		add("typed structs, encoding/json", "baseline", "-job", job, "-p", fmt.Sprint(cores))
		add("typed structs, goccy/go-json", "baseline", "-job", job, "-p", fmt.Sprint(cores), "-goccy")
	}
	for range b.rounds {
		for _, p := range all {
			r, err := timed(p.cores, b.folder, p.args...)
			if err != nil {
				return err
			}
			p.runs = append(p.runs, r)
		}
	}
	if err := same(all); err != nil {
		return err
	}
	fmt.Printf("\n%s (the same bytes from all):\n\n", job)
	fmt.Println("| program | processors | wall s | CPU s | peak MiB | wall, encoding/json is … × | CPU, encoding/json is … × | CPU, goccy is … × |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|--:|")
	for i, p := range all {
		std, fast := all[i-i%3+1], all[i-i%3+2]
		fmt.Printf("| %s | %d | %.2f | %.2f | %d | %.2f | %.2f | %.2f |\n", p.name, p.cores, median(p.runs, wall), median(p.runs, cpu),
			highest(p.runs), ratio(std, p, wall), ratio(std, p, cpu), ratio(fast, p, cpu))
	}
	if len(all) > 3 {
		fmt.Printf("\nfisbridge on two processors: %.2f times as fast as on one\n", ratio(all[0], all[3], wall))
	}
	return nil
}

// looks are the looks at what a mapping makes of a quarter of the documents.
func (b *bench) looks() error {
	some := filepath.Join(b.folder, "some.jsonl")
	if err := writeCorpus(some, b.n/4); err != nil {
		return err
	}
	lines := filepath.Join(b.folder, "mappings", "lines.yaml")
	other := filepath.Join(b.folder, "mappings", "other.yaml")
	if err := os.WriteFile(other, bytes.Replace([]byte(mappingOf("lines")), []byte("K1000"), []byte("K9999"), 1), 0o600); err != nil {
		return err
	}
	fmt.Printf("\nlooks at %d documents:\n\n| command | wall s | CPU s | peak MiB |\n|---|--:|--:|--:|\n", b.n/4)
	for _, look := range []struct {
		name string
		args []string
	}{
		{"mapping preview, workbook", []string{"mapping", "preview", lines, "--documents", some, "--limit", "0", "-o", filepath.Join(b.folder, "preview.xlsx")}},
		{"mapping preview, page", []string{"mapping", "preview", lines, "--documents", some, "--limit", "0", "--html", filepath.Join(b.folder, "preview.html")}},
		{"mapping diff", []string{"mapping", "diff", lines, other, "--documents", some}},
	} {
		var runs []run
		for range b.rounds {
			r, err := timed(runtime.NumCPU(), b.folder, append([]string{filepath.Join(b.folder, "fisbridge"), "-q", "-C", b.folder}, look.args...)...)
			if err != nil {
				return err
			}
			runs = append(runs, r)
		}
		fmt.Printf("| %s | %.2f | %.2f | %d |\n", look.name, median(runs, wall), median(runs, cpu), highest(runs))
	}
	return nil
}

// timed runs a process on so many processors.
func timed(cores int, dir string, args ...string) (run, error) {
	return timedAs(cores, dir, func(code int) bool { return code == 0 }, args...)
}

// anyExit is for a run whose exit code tells what else is to be done.
func anyExit(code int) bool { return code == 0 || code == 1 || code == 3 }

// timedAs is timed for a process that may end with certain codes.
func timedAs(cores int, dir string, fine func(int) bool, args ...string) (run, error) {
	return timedInto(io.Discard, cores, dir, fine, args...)
}

// timedInto is timedAs, and takes what the process writes.
func timedInto(stdout io.Writer, cores int, dir string, fine func(int) bool, args ...string) (run, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir, cmd.Stdout = dir, stdout
	cmd.Env = append(os.Environ(), fmt.Sprintf("GOMAXPROCS=%d", cores), "FISBRIDGE_CLIENT_SECRET=none")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	began := time.Now()
	err := cmd.Run()
	r := run{wall: time.Since(began)}
	if cmd.ProcessState == nil || !fine(cmd.ProcessState.ExitCode()) {
		return r, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	r.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	r.peak = peakOf(cmd.ProcessState)
	return r, nil
}

// highest is the highest peak in MiB.
func highest(runs []run) int64 {
	return slices.MaxFunc(runs, func(a, b run) int { return int(a.peak - b.peak) }).peak >> 10
}

func wall(r run) float64 { return r.wall.Seconds() }
func cpu(r run) float64  { return r.cpu.Seconds() }

func median(runs []run, of func(run) float64) float64 {
	var all []float64
	for _, r := range runs {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// ratio is the median of what base took to what p took in the same round.
func ratio(base, p *program, of func(run) float64) float64 {
	var all []float64
	for i := range p.runs {
		all = append(all, of(base.runs[i])/of(p.runs[i]))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// same refuses programs that made different files.
func same(all []*program) error {
	var want []byte
	for _, p := range all {
		f, err := os.Open(p.out)
		if err != nil {
			return err
		}
		h := sha256.New()
		_, err = io.Copy(h, f)
		f.Close()
		if err != nil {
			return err
		}
		if sum := h.Sum(nil); want == nil {
			want = sum
		} else if !bytes.Equal(want, sum) {
			return fmt.Errorf("%s and %s made different files: %s, %s", all[0].name, p.name, all[0].out, p.out)
		}
	}
	return nil
}
