package frame

import (
	"encoding/json"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/words"
)

// only are commands of which the console has nothing: they stay commands.
var only = regexp.MustCompile(`fisbridge (?:restored|refetch|auth|notify|backup|switchover|fleet|journal|templates|events|audit|init|forget|mapping (?:new|convert (?:makes|fait|macht|hace)|fields)|mapping check \S+ --fix|check --probe)`)

// left is what a page does not say: a command that the console has, or a flag.
var left = regexp.MustCompile("fisbridge mapping convert|fisbridge [a-z]+ (?:document|file|result|alarm|payment|mapping)? ?(?:DOC|N\\b|LINE|[0-9a-f]{32}|expenses)|--(?:reason|as|without|number)|`")

// What the console can do is told by the words of its buttons and pages, in each language; a command stays where there is
// nothing else.
func TestButtonsInThePlaceOfCommands(t *testing.T) {
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	const doc = "071b2c5f6e7d8c9ba0a1b2c3d4e5f607"
	values := map[string]string{}
	for _, code := range why.Codes() {
		is, out, _ := why.Sentences(code)
		for _, m := range regexp.MustCompile(`\{([a-z_]+)`).FindAllStringSubmatch(is+out, -1) {
			values[m[1]] = "x"
		}
	}
	values["doc"], values["file"], values["number"], values["result"], values["route"], values["other"] = doc, "expenses/7", "7", "5", "expenses", doc
	for _, l := range all.Langs() {
		q := &Req{Lang: l, Co: &Company{Short: "lantern"}}
		told := func(sentence string) {
			t.Helper()
			page := string(q.asButtons(sentence))
			if rest := only.ReplaceAllString(page, ""); left.MatchString(rest) && !only.MatchString(page) {
				t.Errorf("%s: a page says a command: %s", l.Code, page)
			}
		}
		for _, code := range why.Codes() {
			is, way, _ := l.Reason(why.Reason{Code: code, Values: values})
			told(is)
			told(way)
		}
		files, err := filepath.Glob("../../words/says/*/" + l.Code + ".json")
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range append(files, "../../words/says/"+l.Code+".json") {
			formats, b := map[string]string{}, []byte(nil)
			if b, err = os.ReadFile(name); err != nil || strings.Contains(name, "counts") || json.Unmarshal(b, &formats) != nil {
				continue // English has none; numbers with their nouns have no command
			}
			for _, format := range formats {
				told(regexp.MustCompile(`%(\[\d\])?[a-z]`).ReplaceAllString(format, "7"))
			}
		}
	}
	q := &Req{Lang: all.Langs()[0], Co: &Company{Short: "lantern"}}
	for sentence, page := range map[string]string{
		"`fisbridge release " + doc + " --as replace --reason …` posts what changed, `--as add` posts this document as it is": "<b>Post what changed…</b> posts what changed, <b>Post it beside…</b> posts this document as it is",
		"wait; fisbridge mapping approve expenses --reason \"…\", or fisbridge mapping reject expenses --reason \"…\"":        "wait; <b>Approve…</b>, or <b>Decline…</b>",
		"`fisbridge show " + doc + "` tells what it waits for":                                                                `<a href="/c/lantern/documents/` + doc + `">the document’s page</a> tells what it waits for`,
		"fisbridge show file expenses/7 tells where its documents are":                                                        `<a href="/c/lantern/files/expenses/7">the import file’s page</a> tells where its documents are`,
		"made before. fisbridge mapping convert OLD NEW makes one that has it":                                                `made before. <a href="/c/lantern/mappings">Take it for the new template</a> makes one that has it`,
		"fisbridge run finds out":                                        "<b>Run now…</b> finds out",
		"fisbridge status lists what is open":                            `<a href="/c/lantern/todo">To do</a> lists what is open`,
		"`fisbridge check --probe` tries the drop folders":               "<code>fisbridge check --probe</code> tries the drop folders",
		"the account that runs fisbridge may read it, fisbridge runs it": "the account that runs fisbridge may read it, fisbridge runs it",
		"<b>fisbridge reject 7 --reason …</b>":                           "&lt;b&gt;<b>Reject…</b>&lt;/b&gt;",
		"fisbridge restored --from-backup --reason …":                    "fisbridge restored --from-backup --reason …",
	} {
		if got := q.asButtons(sentence); got != template.HTML(page) { //nolint:gosec // a test
			t.Errorf("%s\nis told as %s\nand not    %s", sentence, got, page)
		}
	}
}

// Moments in a sentence are told in the zone of the company.
func TestMomentsOfSentencesAreThoseOfTheCompany(t *testing.T) {
	all, err := words.Load()
	if err != nil {
		t.Fatal(err)
	}
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	stopped := why.New("route-stopped", "route", "expenses", "since", "2026-03-01 20:00", "who", "Mira", "waiting", "")
	for _, l := range all.Langs() {
		q := &Req{Lang: l, Zone: kolkata}
		if got := string(q.English(q.Is(stopped))); !strings.Contains(got, "2026-03-02 01:30 IST") || strings.Contains(got, "UTC") {
			t.Errorf("%s: %s", l.Code, got)
		}
	}
}
