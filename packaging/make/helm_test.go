package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"text/template"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/config"
)

const chart = "../helm/fisbridge"

// helmHas is what templates of the chart use and text/template does not have; Helm's words mean the same.
var helmHas = template.FuncMap{
	"quote":     strconv.Quote,
	"fail":      func(why string) (string, error) { return "", errors.New(why) },
	"sha256sum": func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) },
	"int": func(v any) int { // what is no number is 0 in Helm
		n, _ := strconv.Atoi(fmt.Sprint(v))
		return n
	},
}

// rendered are the objects that the chart makes, by kind. set has values by their names, as --set has them: node.replicas.
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
	for name, v := range set {
		in := values
		group, key, within := strings.Cut(name, ".")
		if within {
			in, _ = values[group].(map[string]any)
		} else {
			key = group
		}
		if _, known := in[key]; !known {
			t.Fatalf("values.yaml has no %s", name)
		}
		in[key] = v
	}
	files, err := filepath.Glob(filepath.Join(chart, "templates", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	out := map[string]any{}
	for _, file := range files {
		tpl, err := template.New(filepath.Base(file)).Option("missingkey=error").Funcs(helmHas).ParseFiles(file)
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

// manifests are the objects of a folder below packaging/kubernetes, as kubectl apply -k makes them, but for the hash at the end of a name that is made.
func manifests(t *testing.T, folders ...string) map[string]any {
	t.Helper()
	out := map[string]any{}
	for _, folder := range folders {
		dir := filepath.Join("..", "kubernetes", folder)
		text, err := os.ReadFile(filepath.Join(dir, "kustomization.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		var k struct {
			Resources          []string
			ConfigMapGenerator []struct {
				Name    string
				Files   []string
				Options struct{ Labels map[string]any }
			} `yaml:"configMapGenerator"`
		}
		if err := yaml.Unmarshal(text, &k); err != nil {
			t.Fatal(err)
		}
		for _, name := range k.Resources {
			if name == "../base" {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			objects(t, text, out)
		}
		for _, g := range k.ConfigMapGenerator {
			data := map[string]any{}
			for _, name := range g.Files {
				text, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				data[name] = string(text)
			}
			out["ConfigMap"] = map[string]any{"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": g.Name, "labels": g.Options.Labels}, "data": data}
		}
	}
	return out
}

// The chart makes, with the values that it comes with, what the manifests make: nothing is said in one of them alone.
func TestChartIsTheManifests(t *testing.T) {
	for mode, folders := range map[string][]string{"serve": {"base", "serve"}, "nightly": {"base", "nightly"}, "fleet": {"fleet"}} {
		want, got := manifests(t, folders...), rendered(t, map[string]any{"mode": mode})
		if mode == "fleet" { // kustomize has the hash in the ConfigMap's name
			notes := at(t, got["Deployment"], "spec", "template", "metadata", "annotations").(map[string]any)
			if sum, _ := notes["checksum/fleet"].(string); len(sum) != 64 {
				t.Errorf("pods are not replaced when fleet.yaml changes: %v", notes)
			}
			delete(notes, "checksum/fleet")
		}
		if diff := cmp.Diff(want, got); diff != "" || len(want) < 4 {
			t.Errorf("%s: manifests (-) and chart (+) differ:\n%s", mode, diff)
		}
	}
}

// at is a part of an object.
func at(t *testing.T, o any, keys ...any) any {
	t.Helper()
	for _, key := range keys {
		switch k := key.(type) {
		case string:
			o = o.(map[string]any)[k]
		case int:
			o = o.([]any)[k]
		}
		if o == nil {
			t.Fatalf("there is no %v", keys)
		}
	}
	return o
}

// What a node of a fleet takes fits into what its pod may have, and nothing that it needs to change is where it cannot: everything that is mounted but for
// work and tmp can only be read.
func TestFleetFitsIntoItsPods(t *testing.T) {
	for name, made := range map[string]map[string]any{"manifests": manifests(t, "fleet"), "chart": rendered(t, map[string]any{"mode": "fleet"})} {
		text := at(t, made["ConfigMap"], "data", "fleet.yaml").(string)
		dir := t.TempDir()
		// the placeholder is no key, which is what a node that is started with it says
		const key = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
		if err := os.WriteFile(filepath.Join(dir, config.FleetFile), []byte(strings.Replace(text, "age1changeme", key, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := config.LoadFleet(dir)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		pod := at(t, made["Deployment"], "spec", "template", "spec")
		limit := at(t, pod, "containers", 0, "resources", "limits", "memory").(string)
		gib, err := strconv.Atoi(strings.TrimSuffix(limit, "Gi"))
		if need := f.Node.AtOnce*f.Node.MemoryMiB*3/2 + 512; err != nil || gib*1024 < need {
			t.Errorf("%s: a pod may take %s and needs %d MiB", name, limit, need)
		}
		for i, port := range []string{f.Console.Listen, f.Metrics.Listen} {
			if want := fmt.Sprintf("0.0.0.0:%v", at(t, pod, "containers", 0, "ports", i, "containerPort")); port != want {
				t.Errorf("%s: %s is not the pod's %s", name, port, want)
			}
		}
		if notes := at(t, made["Deployment"], "spec", "template", "metadata", "annotations").(map[string]any); "0.0.0.0:"+fmt.Sprint(notes["prometheus.io/port"]) != f.Metrics.Listen {
			t.Errorf("%s: numbers are asked for elsewhere: %v", name, notes)
		}
		for _, m := range at(t, pod, "containers", 0, "volumeMounts").([]any) {
			m := m.(map[string]any)
			if writes := m["name"] == "work" || m["name"] == "tmp"; writes == (m["readOnly"] == true) {
				t.Errorf("%s: %v", name, m)
			}
		}
	}
}

// Further values of a fleet: a volume for targets of kind folder, folders in memory, another number of nodes.
func TestChartOfAFleetTakesValues(t *testing.T) {
	got := rendered(t, map[string]any{"mode": "fleet", "fleet": "a: \"b\"\n# ü\n", "node.replicas": 7, "node.erpClaim": "erp", "node.workInMemory": true, "node.databasePort": 6432, "node.secret": "keys"})
	pod := at(t, got["Deployment"], "spec", "template", "spec")
	for _, c := range []struct {
		got  any
		want string
	}{
		{at(t, got["Deployment"], "spec", "replicas"), "7"},
		{at(t, got["ConfigMap"], "data", "fleet.yaml"), "a: \"b\"\n# ü\n"},
		{at(t, pod, "volumes", 0, "emptyDir", "medium"), "Memory"},
		{at(t, pod, "volumes", 2, "secret", "secretName"), "keys"},
		{at(t, pod, "volumes", 4, "persistentVolumeClaim", "claimName"), "erp"},
		{at(t, pod, "containers", 0, "volumeMounts", 4, "mountPath"), "/mnt/erp"},
		{at(t, got["NetworkPolicy"], "spec", "egress", 2, "ports", 0, "port"), "6432"},
	} {
		if fmt.Sprint(c.got) != c.want {
			t.Errorf("want %q, got %q", c.want, fmt.Sprint(c.got))
		}
	}
	if got["PersistentVolumeClaim"] != nil {
		t.Error("a fleet asks for a volume of its own")
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

// Where helm and kubectl are there they find nothing, either; the tests above need none.
func TestHelmLint(t *testing.T) {
	path, err := exec.LookPath("helm")
	if err != nil {
		t.Log("helm is not installed: the chart was rendered without it")
	}
	for _, mode := range []string{"serve", "nightly", "fleet"} {
		if path == "" {
			break
		}
		if out, err := exec.CommandContext(t.Context(), path, "lint", "--strict", "--set", "mode="+mode, chart).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", mode, err, out)
		}
		out, err := exec.CommandContext(t.Context(), path, "template", "fisbridge", "--set", "mode="+mode, chart).Output()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]any{}
		objects(t, out, got)
		if diff := cmp.Diff(rendered(t, map[string]any{"mode": mode}), got); diff != "" {
			t.Errorf("%s: helm makes something else than this test (+):\n%s", mode, diff)
		}
	}
	if path, err = exec.LookPath("kubectl"); err != nil {
		return
	}
	for mode, folders := range map[string][]string{"serve": {"base", "serve"}, "nightly": {"base", "nightly"}, "fleet": {"fleet"}} {
		out, err := exec.CommandContext(t.Context(), path, "kustomize", filepath.Join("..", "kubernetes", mode)).Output()
		if err != nil {
			t.Fatal(err)
		}
		got, want := map[string]any{}, manifests(t, folders...)
		objects(t, regexp.MustCompile(`(fisbridge-fleet)-[a-z0-9]{10}\b`).ReplaceAll(out, []byte("$1")), got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: kubectl makes something else than this test (+):\n%s", mode, diff)
		}
	}
}
