package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

const chart = "../helm/fisbridge"

// rendered are the objects that the chart makes, by kind: its templates use nothing that text/template does not have,
// but for quote and fail.
func rendered(t *testing.T, set map[string]any) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]any{}
	if err := yaml.Unmarshal(text, &values); err != nil {
		t.Fatal(err)
	}
	for key, v := range set {
		if _, known := values[key]; !known {
			t.Fatalf("values.yaml has no %s", key)
		}
		values[key] = v
	}
	files, err := filepath.Glob(filepath.Join(chart, "templates", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	out := map[string]any{}
	for _, file := range files {
		tpl, err := template.New(filepath.Base(file)).Option("missingkey=error").Funcs(template.FuncMap{"quote": strconv.Quote, "fail": func(why string) (string, error) { return "", errors.New(why) }}).ParseFiles(file)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := tpl.Execute(&b, map[string]any{"Values": values}); err != nil {
			t.Fatal(err)
		}
		objects(t, b.Bytes(), out)
	}
	return out
}

// objects puts the objects of a file of manifests beside others.
func objects(t *testing.T, text []byte, out map[string]any) {
	t.Helper()
	in := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var o map[string]any
		err := in.Decode(&o)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if kind, _ := o["kind"].(string); kind != "" && kind != "Kustomization" {
			out[kind] = o
		}
	}
}

// The chart makes, with the values that it comes with, what the manifests make: nothing is said in one of them alone.
func TestChartIsTheManifests(t *testing.T) {
	for _, mode := range []string{"serve", "nightly"} {
		want := map[string]any{}
		for _, folder := range []string{"base", mode} {
			files, err := filepath.Glob(filepath.Join("..", "kubernetes", folder, "*.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			for _, file := range files {
				text, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				objects(t, text, want)
			}
		}
		if diff := cmp.Diff(want, rendered(t, map[string]any{"mode": mode})); diff != "" || len(want) < 4 {
			t.Errorf("%s: manifests (-) and chart (+) differ:\n%s", mode, diff)
		}
	}
}

// A volume that is there already is not made; hostile values stay values.
func TestChartTakesValues(t *testing.T) {
	image := "x\"\nkind: Secret"
	got := rendered(t, map[string]any{"mode": "nightly", "claimExists": true, "claim": "other", "image": image})
	var kinds []string
	for kind := range got {
		kinds = append(kinds, kind)
	}
	sort.Strings(kinds)
	if diff := cmp.Diff([]string{"CronJob", "NetworkPolicy", "ServiceAccount"}, kinds); diff != "" {
		t.Error(diff)
	}
	text, err := yaml.Marshal(got["CronJob"])
	if err != nil || !bytes.Contains(text, []byte("claimName: other")) {
		t.Errorf("%v\n%s", err, text)
	}
}

// Where helm is there it finds nothing, either; the tests above need none.
func TestHelmLint(t *testing.T) {
	path, err := exec.LookPath("helm")
	if err != nil {
		t.Log("helm is not installed: the chart was rendered without it")
		return
	}
	if out, err := exec.CommandContext(t.Context(), path, "lint", chart).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
