package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// latency is how late the service answers each call.
const latency = 100 * time.Millisecond

const nightConfig = `concur:
  base_url: %s
  company_uuid: 7a1c1d58-0000-4000-8000-000000000001
  client_id: sim-client
  client_secret: file:secrets/client_secret
  system_id: SPEED
journal: {path: journal.db}
targets:
  erp: {kind: folder, path: erp}
routes:
  - name: lines
    doc_types: [expense]
    mapping: mappings/lines.yaml
    drop: {target: erp, folder: in}
`

// night is a nightly run against the simulated service, which answers late: fetched, stored, acknowledged, rendered,
// dropped, with the settings that fisbridge has by itself. Then what people ask of the journal that it leaves.
func (b *bench) night() error {
	dir := filepath.Join(b.folder, "night")
	var runs []run
	var said summary
	for range b.rounds {
		r, s, err := b.oneNight(dir)
		if err != nil {
			return err
		}
		runs, said = append(runs, r), s
	}
	n := float64(b.n)
	pages := (n + 24) / 25
	fmt.Printf("\na night of %d documents, each answer %v late:\n\n| wall s | latency's own share, list and acknowledgement of each page s | CPU s | CPU ms a document | peak MiB | answer to acknowledgement, p99 ms |\n|--:|--:|--:|--:|--:|--:|\n", b.n, latency)
	fmt.Printf("| %.1f | %.1f | %.1f | %.2f | %d | %d |\n", median(runs, wall), 2*pages*latency.Seconds(), median(runs, cpu), 1000*median(runs, cpu)/n, highest(runs), said.P99)
	return b.asked(dir)
}

// summary is what a run says of itself.
type summary struct {
	Stored       int   `json:"stored"`
	Acknowledged int   `json:"acknowledged"`
	Filed        int   `json:"filed"`
	P99          int64 `json:"lock_ms_p99"`
}

func (b *bench) oneNight(dir string) (r run, s summary, err error) {
	service, url, err := b.serve()
	if err != nil {
		return r, s, err
	}
	defer func() { err = errors.Join(err, service.stop()) }()
	if err := b.nightFolder(dir, url); err != nil {
		return r, s, err
	}
	ours := filepath.Join(b.folder, "fisbridge")
	if _, err := timed(b.cores(), dir, ours, "-q", "auth", "login", "--token-file", "secrets/request_token"); err != nil {
		return r, s, err
	}
	var out bytes.Buffer
	if r, err = timedInto(&out, b.cores(), dir, anyExit, ours, "-q", "run", "--json"); err != nil {
		return r, s, err
	}
	if err := json.Unmarshal(out.Bytes(), &s); err != nil {
		return r, s, fmt.Errorf("what the run says: %w\n%.500s", err, out.String())
	}
	if s.Stored != b.n || s.Acknowledged != b.n || s.Filed != b.n {
		return r, s, fmt.Errorf("the run did not do it all: %+v", s)
	}
	return r, s, nil
}

func (b *bench) nightFolder(dir, url string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	for _, sub := range []string{"erp/in", "mappings", "secrets"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o700); err != nil {
			return err
		}
	}
	for name, text := range map[string]string{"fisbridge.yaml": fmt.Sprintf(nightConfig, url), "mappings/lines.yaml": mappingOf("lines"),
		"secrets/client_secret": "sim-client-secret", "secrets/request_token": "sim-request-token"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return os.CopyFS(filepath.Join(dir, "templates"), os.DirFS(filepath.Join(b.folder, "templates")))
}

// service is the simulated service in a process of its own.
type service struct{ cmd *exec.Cmd }

func (b *bench) serve() (*service, string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	address := l.Addr().String()
	l.Close()
	dir := filepath.Join(b.folder, "service")
	if err := os.RemoveAll(dir); err != nil {
		return nil, "", err
	}
	cmd := exec.Command(filepath.Join(b.folder, "fisbridge"), "-q", "sim", dir, "--no-erp", "--listen", address, "--documents", b.docs, "--behaviour", "keepRefresh",
		"--fault", fmt.Sprintf("slow,delay=%v", latency))
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	s := &service{cmd}
	for began := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		c, err := net.Dial("tcp", address)
		if err == nil {
			return s, "http://" + address, c.Close()
		}
		if time.Since(began) > 10*time.Minute {
			return nil, "", errors.Join(err, s.stop())
		}
	}
}

func (s *service) stop() error {
	end := s.cmd.Process.Kill
	if runtime.GOOS != "windows" {
		end = func() error { return s.cmd.Process.Signal(os.Interrupt) }
	}
	err := end()
	_ = s.cmd.Wait() // it was told to end
	return err
}

// asked is what people ask of the journal that the night has left.
func (b *bench) asked(dir string) error {
	fmt.Printf("\nasked of its journal:\n\n| command | CPU ms | peak MiB |\n|---|--:|--:|\n")
	for _, args := range [][]string{{"status"}, {"list", "documents"}, {"show", fmt.Sprintf("%032x", b.n/2)}, {"explain", "lines/1", "2"}, {"report"}, {"audit", "verify"}} {
		var runs []run
		for range b.rounds {
			r, err := timedAs(b.cores(), dir, anyExit, append([]string{filepath.Join(b.folder, "fisbridge"), "-q", "--no-color"}, args...)...)
			if err != nil {
				return err
			}
			runs = append(runs, r)
		}
		fmt.Printf("| %s | %.0f | %d |\n", args, 1000*median(runs, cpu), highest(runs))
	}
	return nil
}
