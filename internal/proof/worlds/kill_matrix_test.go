package worlds

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
)

// The kill matrix: the program is ended with SIGKILL at every boundary between intention, act and outcome, in each
// phase of a document's life, started again until it is idle, and the invariants are checked against the simulators'
// own records.
//
// The short form takes the first and the last visit of each boundary and a part of the boundaries of single
// transactions; FISBRIDGE_KILL_LONG=1 takes every visit of every boundary. Where nobody asks for all of it (.ci/run
// does), a plain go test takes a part of the short form, for go test gives a package ten minutes.

func long() bool { return os.Getenv("FISBRIDGE_KILL_LONG") == "1" }

// brief is whether a plain go test runs, on anybody's machine.
func brief() bool { return !long() && os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "1" }

// thinned is every fourth one of very many, and every other one of many, when brief.
func thinned[T any](all []T) []T {
	if !brief() || len(all) < 8 {
		return all
	}
	step := 2
	if len(all) > 24 {
		step = 4
	}
	var out []T
	for i := 0; i < len(all); i += step {
		out = append(out, all[i])
	}
	return out
}

// skipShort leaves the kills out of `go test -short`.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("kills are left out in short mode")
	}
}

// phase is one part of a life, made of one process that may be killed.
type phase struct {
	name    string
	prepare func(*world)
	run     func(w *world, env ...string) ended
}

func phases() []phase {
	pass := func(w *world, env ...string) ended { _, e := w.run(env...); return e }
	return []phase{
		{"login", func(*world) {}, func(w *world, env ...string) ended { return w.exec(env, requestToken+"\n", "auth", "login") }},
		{"drop", func(w *world) { w.fis.ExpireAccess() }, pass},
		{"answer", func(w *world) { w.answer() }, pass},
		{"pay", func(w *world) { w.pay(simerp.PayInFull) }, pass},
	}
}

// phases are those of this world.
func (w *world) phases() []phase {
	if w.bank != nil {
		return bankPhases()
	}
	return phases()
}

// live leads a world through all phases. The first process of the phase gets the environment; then each phase goes on
// until nothing is left.
func (w *world) live(at string, env ...string) (hit ended) {
	w.t.Helper()
	for _, p := range w.phases() {
		p.prepare(w)
		if p.name == at || at == "*" {
			hit = p.run(w, append(env, "FISBRIDGE_KILL_RECORD="+w.record(p.name))...)
		}
		switch p.name {
		case "login":
			w.login()
		case "drop":
			w.idle()
		default:
			w.answers()
		}
	}
	return hit
}

// record is where the boundaries of a phase are written.
func (w *world) record(phase string) string {
	return filepath.Join(filepath.Dir(w.dir), "visited-"+phase)
}

// visits counts the boundaries that the first process of a phase passed.
func (w *world) visits(phase string) map[string]int {
	w.t.Helper()
	text, err := os.ReadFile(w.record(phase))
	w.must(err)
	out := map[string]int{}
	for _, name := range strings.Fields(string(text)) {
		out[name]++
	}
	return out
}

// cut is one kill: in the phase, at the n-th visit of the boundary.
type cut struct {
	phase, name string
	n           int
}

func (c cut) String() string { return fmt.Sprintf("%s/%s/%d", c.phase, c.name, c.n) }

// cuts are the kills of the matrix, found by living once without any.
func cuts(t *testing.T, set setup) []cut {
	t.Helper()
	w := prepare(t, set)
	w.live("*")
	w.check()
	var out []cut
	for _, p := range w.phases() {
		visits := w.visits(p.name)
		for _, name := range sorted(visits) {
			for n := 1; n <= visits[name]; n++ {
				commit := strings.HasPrefix(name, "commit.")
				if long() || !commit && (n == 1 || n == visits[name]) || commit && n%8 == 2 {
					out = append(out, cut{p.name, name, n})
				}
			}
		}
	}
	return out
}

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// mustHave are boundaries that a whole life visits: when one is not there any more, the matrix has a hole.
func mustHave() []string {
	var out []string
	for step, points := range map[string]string{
		"migrate": "intended done", "token": "intended acted done", "store": "intended done", "acknowledge": "intended acted done", "number": "intended done",
		"upload": "intended created written acted", "rename": "intended acted done", "claim": "intended acted", "collect": "intended done", "parse": "intended done",
		"archive": "intended acted done", "confirm": "intended acted done", "pay": "intended acted done", "commit": "intended done",
	} {
		for _, p := range strings.Fields(points) {
			out = append(out, step+"."+p)
		}
	}
	return out
}

func TestKillAtEveryBoundary(t *testing.T) {
	skipShort(t)
	all := cuts(t, setup{})
	for _, name := range mustHave() {
		if !slices.ContainsFunc(all, func(c cut) bool { return c.name == name }) {
			t.Errorf("no phase visits the boundary %s", name)
		}
	}
	killAt(t, setup{}, all)
}

// An ERP that imports a file completely or not at all rejects the first file; the documents' second way is killed at
// every boundary too.
func TestKillDuringReissue(t *testing.T) {
	skipShort(t)
	set := setup{whole: true, files: 5}
	var again []cut
	for _, c := range cuts(t, set) {
		if c.phase == "answer" && (long() || c.n == 1) {
			again = append(again, c)
		}
	}
	killAt(t, set, again)
}

// An ERP that reads nothing without a done-marker: each file gets its own, also when the program dies around it.
func TestKillAroundTheMarker(t *testing.T) {
	skipShort(t)
	set := setup{marker: true}
	var around []cut
	for _, c := range cuts(t, set) {
		if strings.HasPrefix(c.name, "marker.") || c.name == "rename.done" || c.name == "copy.done" {
			around = append(around, c)
		}
	}
	for _, name := range []string{"copy.done", "rename.done", "marker.intended", "marker.acted"} { // files that travel together get their names in one commit
		if !slices.ContainsFunc(around, func(c cut) bool { return c.name == name }) {
			t.Errorf("no phase visits the boundary %s", name)
		}
	}
	if !slices.ContainsFunc(around, func(c cut) bool { return c.name == "marker.acted" && c.n > 1 }) {
		t.Error("there is one marker only")
	}
	killAt(t, set, around)
}

// Many import files travel at once: the process dies at every boundary of that, between any two files that are written
// and between any two names that are given, and each file arrives once and whole, under its own name.
func TestKillDuringManyDrops(t *testing.T) {
	skipShort(t)
	sets := map[string]setup{"simulator": {files: 1}}
	if long() {
		sets["OpenSSH"], sets["folder"] = setup{files: 1, openssh: true}, setup{files: 1, local: true}
	}
	for name, set := range sets {
		t.Run(name, func(t *testing.T) {
			w := prepare(t, set)
			w.live("*")
			w.check()
			visits, all := w.visits("drop"), []cut{}
			for _, at := range sorted(visits) {
				for n := 1; n <= visits[at] && (strings.HasPrefix(at, "upload.") || strings.HasPrefix(at, "rename.") || at == "copy.done"); n++ {
					all = append(all, cut{"drop", at, n})
				}
			}
			if visits["rename.answered"] < 4 || visits["rename.acted"] >= visits["rename.answered"] {
				t.Errorf("the files do not travel at once: %v", visits)
			}
			killAt(t, set, all)
		})
	}
}

// A receipt is found again wherever the process dies between asking for it and dropping it, and none lies in the ERP's
// folder twice, by half, or under a temporary name.
func TestKillAroundReceipts(t *testing.T) {
	skipShort(t)
	set := setup{receipts: true, documents: []string{"01-cash-taxi", "02-cash-several-entries", "47-invoice-plain"}}
	var around []cut
	for _, c := range cuts(t, set) {
		if strings.HasPrefix(c.name, "receipt") {
			around = append(around, c)
		}
	}
	if len(around) < 8 {
		t.Errorf("only %d boundaries around the receipts", len(around))
	}
	killAt(t, set, around)
}

func killAt(t *testing.T, set setup, all []cut) {
	t.Helper()
	all = thinned(all)
	t.Run("kill", func(t *testing.T) {
		for _, c := range all {
			t.Run(c.String(), func(t *testing.T) {
				t.Parallel()
				w := prepare(t, set)
				if e := w.live(c.phase, fmt.Sprintf("FISBRIDGE_KILL_AT=%s:%d", c.name, c.n)); !e.killed {
					t.Fatalf("the process was not killed: %s", e)
				}
				w.check()
			})
		}
	})
	t.Logf("%d kills", len(all))
}
