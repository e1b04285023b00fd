package metrics

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk"
)

const packaging = "../../packaging/"

// inUse are the names of our numbers in a text, without what histograms put behind them.
func inUse(text string) (names []string) {
	for _, n := range regexp.MustCompile(`fisbridge_[a-z_]+`).FindAllString(text, -1) {
		for _, end := range []string{"_bucket", "_sum", "_count"} {
			n = strings.TrimSuffix(n, end)
		}
		names = append(names, n)
	}
	return names
}

// Alerts and dashboard name numbers that there are, and docs/monitoring.md tells of each of them.
func TestPackagedFilesNameWhatThereIs(t *testing.T) {
	known := New(nil, Build{}).Names()
	for _, file := range []string{"prometheus/alerts.yaml", "prometheus/alerts_test.yaml", "grafana/fisbridge.json", "../docs/monitoring.md"} {
		text, err := os.ReadFile(packaging + file)
		if err != nil {
			t.Fatal(err)
		}
		used := inUse(string(text))
		if len(used) == 0 {
			t.Errorf("%s names nothing", file)
		}
		for _, name := range used {
			if !slices.Contains(known, name) {
				t.Errorf("%s names %s, which nobody tells", file, name)
			}
		}
		if strings.HasSuffix(file, ".md") {
			for _, name := range known {
				if strings.HasPrefix(name, "fisbridge_") && !slices.Contains(used, name) {
					t.Errorf("%s does not tell of %s", file, name)
				}
			}
		}
	}
	var board struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	text, err := os.ReadFile(packaging + "grafana/fisbridge.json")
	if err := errors.Join(err, json.Unmarshal(text, &board)); err != nil || len(board.Panels) < 10 {
		t.Fatal(err)
	}
}

// promtool of Prometheus takes the rules, finds what they should find, and takes what is told.
func TestPromtool(t *testing.T) {
	tool, err := exec.LookPath("promtool")
	if err != nil {
		if os.Getenv("FISBRIDGE_REQUIRE_EXTERNAL") != "" {
			t.Fatal("promtool is missing")
		}
		t.Skip("promtool is missing: apt-get install prometheus")
	}
	for _, args := range [][]string{{"check", "rules", "alerts.yaml"}, {"test", "rules", "alerts_test.yaml"}} {
		cmd := exec.Command(tool, args...)
		cmd.Dir = packaging + "prometheus"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
	n := New(func(context.Context) (*desk.Status, error) { return &desk.Status{}, nil }, Build{Version: "v1"})
	s, err := n.Listen("127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cmd := exec.Command(tool, "check", "metrics")
	cmd.Stdin = strings.NewReader(get(t, s, "/metrics", http.StatusOK))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func get(t *testing.T, s *Server, path string, status int) string {
	t.Helper()
	resp, err := http.Get("http://" + s.Addr + path)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		t.Errorf("%s: %d, want %d (%v): %s", path, resp.StatusCode, status, err, text)
	}
	return string(text)
}

// A journal that cannot be read, or that was moved, is told, and the process still answers. No path is told.
func TestNotReady(t *testing.T) {
	for name, read := range map[string]Reader{
		"fisbridge_journal_readable 0": func(context.Context) (*desk.Status, error) { return nil, errors.New("open /secret/place: no") },
		"fisbridge_journal_at_home 0": func(context.Context) (*desk.Status, error) {
			return &desk.Status{Restored: &desk.RestoredStatus{}}, nil
		},
	} {
		s, err := New(read, Build{}).Listen("127.0.0.1:0", slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		if text := get(t, s, "/readyz", http.StatusServiceUnavailable); strings.Contains(text, "secret") {
			t.Error(text)
		}
		get(t, s, "/healthz", http.StatusOK)
		get(t, s, "/else", http.StatusNotFound)
		if text := get(t, s, "/metrics", http.StatusOK); !strings.Contains(text, "\n"+name+"\n") {
			t.Errorf("%s is not told:\n%s", name, text)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// One process tells of several companies: each number bears its company, and a journal that cannot be read takes nothing
// from the others.
func TestCompanies(t *testing.T) {
	set := NewSet(Build{Version: "v1"})
	if set.Add("acme", func(context.Context) (*desk.Status, error) { return &desk.Status{Overdue: 4}, nil }); len(set.places) != 1 {
		t.Fatal("it is not kept")
	}
	set.Add("borealis", func(context.Context) (*desk.Status, error) { return nil, errors.New("no") }).Called("list", 200, 0)
	s, err := set.Listen("127.0.0.1:0", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	text := get(t, s, "/metrics", http.StatusOK)
	for _, line := range []string{`fisbridge_documents_overdue{company="acme"} 4`, `fisbridge_journal_readable{company="borealis"} 0`, `fisbridge_concur_calls_total{company="borealis",operation="list",status="200"} 1`, `fisbridge_runs_total{company="acme",outcome="done"} 0`} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("%s is not told", line)
		}
	}
	get(t, s, "/readyz", http.StatusOK)
}
