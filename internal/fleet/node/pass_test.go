//go:build unix

package node

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
)

// TestPassProcess is no test: it is the process of a pass that misbehaves, when TestPassesEndAlone begins it.
func TestPassProcess(*testing.T) {
	if flag.NArg() < 4 {
		return
	}
	switch flag.Arg(0) {
	case "hangs":
		time.Sleep(time.Hour)
	case "crashes":
		fmt.Fprintln(os.Stderr, "panic: the workbook has no sheet")
		os.Exit(2)
	case "takes too much":
		fmt.Fprintln(os.Stderr, "fatal error: runtime: cannot allocate memory")
		os.Exit(2)
	case "babbles":
		for range 3 << 10 {
			fmt.Println(strings.Repeat("x", 1<<10))
		}
	case "goes on":
		fmt.Println(`{"step":"fetch","done":1,"total":3}`)
		fmt.Print(`{"step":"fetch","done":3,`)
		fmt.Println(`"total":3}`)
		fmt.Println(`{"step":"render"}`)
		time.Sleep(tellEvery * 5 / 2)
		fmt.Println(`{"pass":"whole","stored":3}`)
	case "says":
		fmt.Printf(`{"pass":"whole","stored":%s}`+"\n", flag.Arg(2))
		os.Exit(3)
	}
	os.Exit(0)
}

// A pass that hangs is ended when its time is over; one that crashes, or says nothing that a node understands, is told with the words that help. The
// node goes on in each case.
func TestPassesEndAlone(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		does, said string
		exit       int
		longest    time.Duration
	}{
		{"hangs", "longer than node.longest_pass (300ms) and was ended; the next one goes on from there", exitFailed, 300 * time.Millisecond},
		{"crashes", "the workbook has no sheet", 2, time.Minute},
		{"takes too much", "more memory than node.memory_mib (128 MiB", 2, time.Minute},
		{"babbles", "did not say how it ended", 0, time.Minute},
		{"says", "", 3, time.Minute},
	} {
		t.Run(c.does, func(t *testing.T) {
			t.Parallel()
			var errs bytes.Buffer
			n := New(Options{Fleet: &config.Fleet{Node: config.Node{Name: "n", LongestPass: config.Duration(c.longest), MemoryMiB: 128}}, Program: []string{program, "-test.run=^TestPassProcess$", "--", c.does}, Err: &errs})
			r, err := n.pass(context.Background(), &companies.Claim{Company: "acme", Version: 7, Number: 1}, t.TempDir(), false)
			if c.said == "" && (err != nil || r.Stored != 7) {
				t.Errorf("%+v, %v", r, err)
			}
			if c.said != "" && (err == nil || !strings.Contains(err.Error(), c.said)) {
				t.Errorf("said %v, want %q; %s", err, c.said, errs.String())
			}
			if r.Exit != c.exit {
				t.Errorf("exit code %d, want %d", r.Exit, c.exit)
			}
		})
	}
	t.Run("goes on", func(t *testing.T) {
		t.Parallel()
		var told [][]companies.Step
		n := New(Options{Fleet: &config.Fleet{Node: config.Node{Name: "n", LongestPass: config.Duration(time.Minute), MemoryMiB: 128}}, Program: []string{program, "-test.run=^TestPassProcess$", "--", "goes on"}, Err: &bytes.Buffer{},
			Tell: func(_ context.Context, c *companies.Claim, steps []companies.Step) error {
				if c.Number != 1 {
					t.Errorf("%+v", c)
				}
				told = append(told, steps)
				return nil
			}})
		r, err := n.pass(context.Background(), &companies.Claim{Company: "acme", Version: 7, Number: 1}, t.TempDir(), false)
		if err != nil || r.Stored != 3 {
			t.Errorf("%+v, %v", r, err)
		}
		if len(told) != 1 || len(told[0]) != 2 || told[0][0].Name != "fetch" || told[0][0].Done != 3 || told[0][0].Total != 3 || told[0][1].Name != "render" || told[0][1].Began.IsZero() {
			t.Errorf("told %+v", told) // once, for there is no news afterwards
		}
	})
	t.Run("the node ends", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		n := New(Options{Fleet: &config.Fleet{Node: config.Node{Name: "n", LongestPass: config.Duration(time.Hour), MemoryMiB: 128}}, Program: []string{program, "-test.run=^TestPassProcess$", "--", "hangs"}, Err: &bytes.Buffer{}})
		if r, err := n.pass(ctx, &companies.Claim{Company: "acme", Version: 7, Number: 1}, t.TempDir(), false); err != nil || r.Exit != exitInterrupted {
			t.Errorf("%+v, %v", r, err)
		}
	})
}
