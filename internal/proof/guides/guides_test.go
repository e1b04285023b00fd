package guides

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../../.."

// guides are the pages whose examples are run.
var guides = []string{"integrators.md", "accountants.md", "returns.md", "configuration.md"}

// example is a fenced block of a page.
type example struct {
	page     string
	line     int
	language string
	text     string
	// reason is why it is not run, from the comment before it.
	reason string
	// next is the text of the block behind it.
	next string
}

// notRun is the comment before an example that cannot be run.
var notRun = regexp.MustCompile(`^<!-- not run: (.{10,}) -->$`)

// kinds are the kinds of examples there are, each with how it is run. The first that takes an example runs it.
var kinds = []struct {
	name  string
	takes func(e example) bool
	run   func(t *testing.T, e example)
}{
	{"commands", func(e example) bool { return e.language == "sh" || strings.HasPrefix(e.text, "fisbridge mapping ") }, runCommands},
	{"run elsewhere", func(e example) bool { return e.elsewhere() != (other{}) }, runElsewhere},
	{"an explanation", func(e example) bool { return strings.HasPrefix(e.text, "$ fisbridge explain ") }, runExplanation},
	{"result formats", func(e example) bool { return e.language == "yaml" && strings.HasPrefix(e.text, "results:") }, runResults},
	{"tests of a mapping", func(e example) bool { return e.language == "yaml" && strings.HasPrefix(e.text, "tests:") }, runMappingTests},
	{"a part of a template", func(e example) bool { return e.language == "yaml" }, runTemplate},
	{"a file that the template before it makes", func(e example) bool {
		return e.page == "integrators.md" && (e.language == "xml" || e.language == "json")
	}, runMadeFile},
	{"what mapping check says", func(e example) bool { return strings.HasPrefix(e.text, "mappings/acme.xlsx: ") }, runMappingCheck},
	{"a formula", func(e example) bool {
		return e.page == "accountants.md" && e.language == "" && strings.Count(e.text, "\n") == 1
	}, runFormula},
}

// Every example of the guides is run, or says why not.
func TestEveryExampleIsRun(t *testing.T) {
	for _, page := range guides {
		for _, e := range examples(t, page) {
			t.Run(page+":"+strings.TrimSpace(strings.Split(e.text, "\n")[0]), func(t *testing.T) {
				if e.reason != "" {
					t.Logf("%s:%d is not run: %s", page, e.line, e.reason)
					return
				}
				for _, k := range kinds {
					if k.takes(e) {
						k.run(t, e)
						return
					}
				}
				t.Errorf("docs/%s:%d: nothing runs this example; say how in this test, or why not in a comment before it (<!-- not run: … -->)", page, e.line)
			})
		}
	}
}

// examples are the fenced blocks of a page.
func examples(t *testing.T, page string) (out []example) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", page))
	if err != nil {
		t.Fatal(err)
	}
	var e *example
	reason := ""
	for i, line := range strings.Split(string(text), "\n") {
		trimmed := strings.TrimSpace(line)
		switch {
		case e == nil && strings.HasPrefix(trimmed, "```"):
			e = &example{page: page, line: i + 1, language: strings.TrimPrefix(trimmed, "```"), reason: reason}
		case e != nil && trimmed == "```":
			if n := len(out); n > 0 {
				out[n-1].next = e.text
			}
			out, e, reason = append(out, *e), nil, ""
		case e != nil:
			e.text += line + "\n"
		case notRun.MatchString(trimmed):
			reason = notRun.FindStringSubmatch(trimmed)[1]
		case trimmed != "":
			reason = ""
		}
	}
	if e != nil {
		t.Fatalf("docs/%s:%d: the block has no end", page, e.line)
	}
	return out
}

// other is a test elsewhere that runs an example.
type other struct{ file, test string }

// elsewhere is the test that runs the example already.
func (e example) elsewhere() other {
	copybook := other{"internal/proof/guidecopybook_test.go", "TestGuideCopybookWorks"}
	format := other{"internal/returns/docs_test.go", "TestDocumentedFormat"}
	const said = "$ fisbridge mapping results ("
	switch {
	case e.language == "cobol", strings.HasPrefix(e.text, "D640300"):
		return copybook
	case strings.HasPrefix(e.text, "name: oldbooks"):
		return other{"internal/proof/guide_test.go", "TestGuideTemplateWorks"}
	case strings.HasPrefix(e.text, "Beleg-ID"), strings.HasPrefix(e.text, "results:\n  - name: rueckmeldung"):
		return format
	case e.page == "returns.md" && (strings.HasPrefix(e.text, said) || strings.HasPrefix(e.next, said) && e.language != "yaml"):
		return other{"internal/desk/workshop/returns_docs_test.go", "TestDocumentedResultFiles"}
	}
	return other{}
}

// runElsewhere sees to it that the other test is there and reads the page.
func runElsewhere(t *testing.T, e example) {
	o := e.elsewhere()
	text, err := os.ReadFile(filepath.Join(root, o.file))
	if err != nil || !strings.Contains(string(text), "func "+o.test+"(") {
		t.Errorf("docs/%s:%d is run by %s in %s, which is not there (%v)", e.page, e.line, o.test, o.file, err)
	}
}
