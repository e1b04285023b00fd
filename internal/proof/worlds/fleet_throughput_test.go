//go:build linux

package worlds

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// How long one node and three nodes take until all documents are confirmed, where passes wait for Concur, as they mostly do: a second between two calls of a company.
// It measures, and is for FISBRIDGE_KILL_LONG=1.
func TestFleetThroughput(t *testing.T) {
	if !onServer() || !long() {
		return
	}
	const companies, documents = 24, 6
	var took []time.Duration
	for _, nodes := range []int{1, 3} {
		t.Run(fmt.Sprintf("nodes=%d", nodes), func(t *testing.T) {
			f := openFleet(t)
			for i := range companies {
				w := f.company(fmt.Sprintf("company_%03d", i), setup{documents: []string{}, files: 3, extra: "schedule: {runs: [\"* * * * *\"]}\n"})
				w.copies("01-cash-taxi", documents)
			}
			f.parallel(func(w *world) {
				w.login()
				f.want(0, "fleet", "publish", w.dir, "--reason", "a measure")
			})
			var running []*nodeProcess
			for i := range nodes {
				n := f.node(i+1, 2, "1s")
				file := filepath.Join(n.dir, "fleet.yaml")
				text, err := os.ReadFile(file)
				if err == nil {
					err = os.WriteFile(file, bytes.Replace(text, []byte("node:\n"), []byte("node:\n  concur_interval: 1s\n"), 1), 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
				running = append(running, n)
			}
			began := time.Now()
			for _, n := range running {
				n.begin(t)
			}
			for left := slices.Clone(f.companies); len(left) > 0 && time.Since(began) < 10*time.Minute; time.Sleep(100 * time.Millisecond) {
				left = slices.DeleteFunc(left, func(w *world) bool { w.poll(); return len(w.violations()) == 0 })
			}
			took = append(took, time.Since(began))
			for _, n := range running {
				n.end(syscall.SIGTERM)
			}
			t.Logf("%d nodes: %d documents of %d companies are confirmed after %s, %.1f a second", nodes, companies*documents, companies, took[len(took)-1].Round(100*time.Millisecond), companies*documents/took[len(took)-1].Seconds())
		})
	}
	t.Logf("three nodes do %.1f times what one does", took[0].Seconds()/took[1].Seconds())
}
