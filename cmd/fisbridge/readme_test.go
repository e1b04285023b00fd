package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What the README shows of the demo is what the demo prints today: each part between its "..." stands in the output,
// word by word. Times, days, the demo's folder and the id that Concur makes up differ each time.
func TestReadmeTranscript(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "$ fisbridge demo /tmp/fisbridge-demo\n")
	transcript, _, whole := strings.Cut(rest, "```")
	if !found || !whole {
		t.Fatal("the README has no transcript of fisbridge demo")
	}
	folder := filepath.Join(t.TempDir(), "fisbridge-demo")
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"demo", folder}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	got := steady(strings.ReplaceAll(out.String(), folder, "/tmp/fisbridge-demo"))
	for _, part := range strings.Split(transcript, "\n...\n") {
		if want := steady(part); !strings.Contains(got, want) {
			t.Errorf("the demo does not print this part of the README any more:\n%s\nit prints:\n%s", part, out.String())
		}
	}
}

// steady is a text without what differs from run to run, in one line.
func steady(s string) string {
	s = strings.Join(strings.Fields(s), " ") // long lines break elsewhere where the folder's name is longer
	s = regexp.MustCompile(`comes back as document [0-9a-f]{8}`).ReplaceAllString(s, "comes back as document ID")
	s = regexp.MustCompile(`(held document|release|released document) [0-9a-f]{8}([0-9a-f]{24})?( --as|: report|…)`).
		ReplaceAllString(s, "$1 ID$3")
	s = regexp.MustCompile(`of document [0-9a-f]{8}…: [0-9a-f]{32}-`).ReplaceAllString(s, "of document ID…: ID-")
	s = regexp.MustCompile(`sha256 [0-9a-f]{12}…`).ReplaceAllString(s, "sha256 HASH…")
	s = regexp.MustCompile(`20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}`).ReplaceAllString(s, "THEN")
	s = regexp.MustCompile(`(of|on) 20[0-9]{2}-[0-9]{2}-[0-9]{2}`).ReplaceAllString(s, "$1 DAY")
	s = regexp.MustCompile(`_[0-9]{8}\.csv`).ReplaceAllString(s, "_DAY.csv")
	return regexp.MustCompile(`[0-9.]+ m?s\b`).ReplaceAllString(s, "TIME")
}
