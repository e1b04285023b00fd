package migrations

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// A node with an older program goes on with the shared schema as a newer one has made it: each step only adds what older programs need not know. What takes something
// away comes with a later version, when no program in use asks for it any more.
func TestStepsOfAFleetOnlyAdd(t *testing.T) {
	bodies := regexp.MustCompile(`(?s)\$\$.*?\$\$`)
	comments := regexp.MustCompile(`(?m)--.*$`)
	adds := regexp.MustCompile(`^(CREATE (TABLE|INDEX|UNIQUE INDEX|FUNCTION|TRIGGER|POLICY) |ALTER TABLE \w+\s+ENABLE ROW LEVEL SECURITY$)`)
	column := regexp.MustCompile(`^ADD COLUMN \w+ \w+( NOT NULL DEFAULT \S+)?$`)
	names, err := fs.Glob(Fleet(), "*.sql")
	if err != nil || len(names) < 5 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(Fleet(), name)
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(string(text), "-- +goose Down")
		for s := range strings.SplitSeq(comments.ReplaceAllString(bodies.ReplaceAllString(up, ""), ""), ";") {
			s = strings.TrimSpace(s)
			if s == "" || adds.MatchString(s) {
				continue
			}
			rest, is := regexp.MustCompile(`^ALTER TABLE \w+\s+`).FindString(s), true
			for part := range strings.SplitSeq(strings.TrimPrefix(s, rest), ",") {
				is = is && rest != "" && column.MatchString(strings.TrimSpace(part))
			}
			if !is {
				t.Errorf("%s: an older node may not go on after\n%s", name, s)
			}
		}
	}
}
