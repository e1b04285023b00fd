package webtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// described is the description of the API as the console gives it, read strictly: a field that it does not name is a fault.
type described struct {
	*world
	compiler *jsonschema.Compiler
	paths    map[string]map[string]any
	judged   map[string]bool // what was answered with success, by method and pattern
}

func (w *world) described() *described {
	w.Helper()
	status, text := w.anon().get("/api/v1/openapi.json")
	if status != http.StatusOK {
		w.Fatalf("the description is answered by %d", status)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	w.ok(err)
	strict(doc.(map[string]any)["components"])
	d := &described{world: w, compiler: jsonschema.NewCompiler(), judged: map[string]bool{}}
	d.compiler.DefaultDraft(jsonschema.Draft2020)
	w.ok(d.compiler.AddResource("openapi.json", doc))
	var paths struct {
		Paths map[string]map[string]any `json:"paths"`
	}
	w.ok(json.Unmarshal([]byte(text), &paths))
	d.paths = paths.Paths
	return d
}

// strict closes each object to fields that it does not name.
func strict(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, open := v["additionalProperties"]; v["properties"] != nil && v["type"] == "object" && !open {
			v["additionalProperties"] = false
		}
		for _, name := range slices.Collect(maps.Keys(v)) {
			strict(v[name])
		}
	case []any:
		for _, one := range v {
			strict(one)
		}
	}
}

var parameterOf = regexp.MustCompile(`\\\{[a-z]+\\\}`)

// judge holds an answer against the description.
func (d *described) judge(method, path string, status int, body string) {
	d.Helper()
	path, _, _ = strings.Cut(path, "?")
	for pattern, does := range d.paths {
		if !regexp.MustCompile("^"+parameterOf.ReplaceAllString(regexp.QuoteMeta(pattern), "[^/]+")+"$").MatchString(path) || does[strings.ToLower(method)] == nil {
			continue
		}
		at := fmt.Sprintf("openapi.json#/paths/%s/%s/responses/%d/content/%s/schema", strings.ReplaceAll(strings.ReplaceAll(pattern, "~", "~0"), "/", "~1"), strings.ToLower(method), status, "application~1json")
		s, err := d.compiler.Compile(at)
		if err != nil {
			d.Errorf("%s %s: %d is not described: %v", method, pattern, status, err)
			return
		}
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err == nil {
			err = s.Validate(v)
		}
		if err != nil {
			d.Errorf("%s %s: the answer %d is not as described: %v\n%.600s", method, path, status, err, body)
		}
		if status == http.StatusOK {
			d.judged[method+" "+pattern] = true
		}
		return
	}
	if !strings.HasPrefix(body, "{") || !strings.Contains(body, `"error"`) {
		d.Errorf("%s %s is nowhere, and not answered in JSON: %.200s", method, path, body)
	}
}

// all asks every address that changes nothing, for all that there is, and holds each answer against the description.
func (d *described) all(get func(path string) (int, string)) (names []string) {
	d.Helper()
	ask := func(path string) string {
		d.Helper()
		status, body := get("/api/v1/lantern" + path)
		d.judge(http.MethodGet, "/api/v1/lantern"+path, status, body)
		return body
	}
	ids := func(path, field string) (out []string) {
		d.Helper()
		var page struct {
			Rows []map[string]any `json:"rows"`
		}
		text := ask(path)
		if strings.HasPrefix(text, "[") {
			d.ok(json.Unmarshal([]byte(text), &page.Rows))
		} else {
			d.ok(json.Unmarshal([]byte(text), &page))
		}
		for _, row := range page.Rows {
			if n, is := row[field].(float64); is {
				out = append(out, strconv.Itoa(int(n)))
			} else {
				out = append(out, fmt.Sprint(row[field]))
			}
		}
		return out
	}
	for _, path := range []string{"/status", "/today", "/report", "/payments?limit=200", "/alarms", "/history?limit=500", "/mappings/expenses", "/routes"} {
		ask(path)
	}
	for _, id := range ids("/documents?limit=200", "doc_id") {
		ask("/documents/" + id)
		ask("/documents/" + id + "/standing")
	}
	for _, id := range ids("/results?limit=100", "id") {
		ask("/results/" + id)
	}
	for _, id := range ids("/runs?limit=20", "id") {
		ask("/runs/" + id)
	}
	names = ids("/results?state=applied", "name")
	var files struct {
		Rows []struct {
			Name     string `json:"name"`
			Route    string `json:"route"`
			Sequence int    `json:"sequence"`
		} `json:"rows"`
	}
	d.ok(json.Unmarshal([]byte(ask("/files?limit=100")), &files))
	for _, f := range files.Rows {
		ask(fmt.Sprintf("/files/%s/%d", f.Route, f.Sequence))
		names = append(names, f.Name)
	}
	for pattern, does := range d.paths {
		for method := range does {
			if method == "get" && pattern != "/api/v1/openapi.json" && !d.judged["GET "+pattern] {
				d.Errorf("no answer of GET %s was held against its description", pattern)
			}
		}
	}
	return names
}
