package bridge_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/house"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	"github.com/fisbridge/fisbridge/samples"
)

// BenchmarkRun makes whole runs against the simulated service over HTTP, with documents of 30 KB, each with several
// entries: fetched, stored, acknowledged, rendered by the ready generic-csv workbook, dropped into a folder. Then the
// ERP answers, and a second run reads that and confirms. lock-p99-ms is how long a document was offered to us and not
// locked yet; fetch-B/doc and render-B/doc are what a step keeps of each document, from the live heap after a quarter
// of them and at the end. The service is another process, so that the memory is ours alone.
//
//	go test -run '^$' -bench Run -benchtime 1x ./internal/bridge
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{1_000, 20_000} {
		b.Run(fmt.Sprintf("%d_documents", n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := newWorld(b, options{realClock: true, concur: "  confirm_batch: 100\n", url: serve(b, n)})
				live := watchLive(w, n/4, n)
				peak := newPeak(b)
				b.StartTimer()
				s := fullRun(b, w)
				b.StopTimer()
				peak.report(b)
				live.report(b)
				if s.Acknowledged != n || s.Filed != n || s.Dropped != 1 {
					b.Fatalf("%+v", s)
				}
				b.ReportMetric(float64(s.LockP99), "lock-p99-ms")
				b.ReportMetric(s.Ended.Sub(s.Started).Seconds(), "s/out")
				lines := make([]string, n)
				for i := range lines {
					lines[i] = posted(scaleID(i), fmt.Sprint(1900000000+i))
				}
				w.answer("1", lines...)
				b.StartTimer()
				back := fullRun(b, w)
				if back.Confirmed != n {
					b.Fatalf("%+v", back)
				}
				b.ReportMetric(back.Ended.Sub(back.Started).Seconds(), "s/back")
			}
		})
	}
}

func fullRun(b *testing.B, w *world) *bridge.Summary {
	s, err := w.b.Run(w.ctx)
	if err != nil || s.Exit != bridge.ExitDone {
		b.Fatalf("%v %+v", err, s)
	}
	return s
}

// serving is the environment variable that makes the test binary a simulated service with so many documents.
const serving = "FISBRIDGE_TEST_SERVE"

// TestMain runs the tests, of which no goroutine may be left, or the service of a benchmark until its standard input
// ends.
func TestMain(m *testing.M) {
	n, err := strconv.Atoi(os.Getenv(serving))
	if err != nil {
		os.Exit(house.Leaks(m))
	}
	if err := serveDocuments(n); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serveDocuments(n int) error {
	f, err := samples.Documents().Open("02-cash-several-entries.json")
	if err != nil {
		return err
	}
	defer f.Close()
	service := simfis.New(simfis.DefaultConfig())
	err = fis.ReadDocuments(f, "sample", func(e fis.Envelope) error {
		for i := range n {
			if _, err := service.Add(fis.Envelope{ID: scaleID(i), DocType: fis.Expense,
				Document: e.Document}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	l, err := simfis.Listen("127.0.0.1:0", service)
	if err != nil {
		return err
	}
	fmt.Println(l.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
	return l.Close()
}

// serve starts a service with so many documents in a process of its own and gives its address.
func serve(b *testing.B, n int) string {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serving+"="+strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(url)
}
