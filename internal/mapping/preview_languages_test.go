package mapping_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/preview"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/words"
	"github.com/fisbridge/fisbridge/internal/words/sheets"
	"github.com/fisbridge/fisbridge/templates"
)

// inLanguage is the preview of sample documents in a language.
func inLanguage(t *testing.T, name, code string, most int) *preview.Preview {
	t.Helper()
	all, err := words.Load()
	must(t)(err)
	plan := readyPlan(t, name)
	var taken []fis.Envelope
	for _, d := range sampleDocuments(t) {
		if slices.Contains(plan.DocTypes(), d.DocType) && len(taken) < most {
			taken = append(taken, d)
		}
	}
	v, err := preview.Make(plan, preview.Options{Context: explainContext(t), Language: code, Words: all.Of(code, "")}, seq(taken))
	must(t)(err)
	return v
}

type rulesOfPage struct {
	Records []struct {
		Fields []struct {
			Rules []string `json:"r"`
		} `json:"fields"`
	} `json:"records"`
	Amounts []string `json:"amounts"`
}

func rulesOf(t *testing.T, v *preview.Preview) (all []string) {
	t.Helper()
	_, data, _ := bytes.Cut(pageOf(t, v), []byte(`id="data">`))
	data, _, _ = bytes.Cut(data, []byte("</script>"))
	var page rulesOfPage
	must(t)(json.Unmarshal(data, &page))
	for _, r := range page.Records {
		for _, f := range r.Fields {
			all = append(all, f.Rules...)
		}
	}
	return append(all, page.Amounts...)
}

// Each text of the page is in every language, and the page says nothing else.
func TestPageIsCompleteInEveryLanguage(t *testing.T) {
	script, err := os.ReadFile("preview/htmlview/preview.js")
	must(t)(err)
	page, err := os.ReadFile("preview/htmlview/preview.html")
	must(t)(err)
	texts := map[string]bool{}
	for _, m := range regexp.MustCompile(`say\("([^"]+)"|"([a-z]+\|[a-z]+)"`).FindAllStringSubmatch(string(script), -1) {
		texts[m[1]+m[2]] = true
	}
	said := regexp.MustCompile(`\{\{say "([^"]+)"\}\}`)
	for _, m := range said.FindAllStringSubmatch(string(page), -1) {
		texts[m[1]] = true
	}
	if len(texts) < 55 {
		t.Fatalf("%d texts: the test looks in the wrong place", len(texts))
	}
	for text := range texts {
		for _, l := range sheets.All()[1:] {
			if _, ok := l.Format(text); !ok {
				t.Errorf("%s: %q is missing in words/sheets/page", l.Code(), text)
			}
		}
	}
	if m := regexp.MustCompile(`\bel\("[a-z0-9]+", "[^"]*", "[^"]*[A-Za-z]{3}[^"]*"`).FindString(string(script)); m != "" {
		t.Errorf("the script has %s in English alone", m)
	}
	bare := regexp.MustCompile(`(?s)<style>.*?</style>|<script.*?</script>|<[^>]*>|\{\{[^}]*\}\}`).ReplaceAllString(said.ReplaceAllString(string(page), ""), " ")
	if m := regexp.MustCompile(`[A-Za-z]{3,}`).FindString(bare); m != "" {
		t.Errorf("the page says %q in English alone", m)
	}
	if m := regexp.MustCompile(`(?:placeholder|aria-label|title)="[A-Za-z]`).FindString(string(page)); m != "" {
		t.Errorf("the page has %q in English alone", m)
	}
}

// What templates demand of their fields, and say of their amounts, is told in every language.
func TestRulesAreInEveryLanguage(t *testing.T) {
	same := regexp.MustCompile(`^(text|code|date|Text|[\d ,.%()-]*)$`)
	for _, l := range sheets.All()[1:] {
		told, english := 0, map[string]bool{}
		for _, name := range template.Names(templates.FS()) {
			plain := rulesOf(t, inLanguage(t, name, "en", 1))
			for i, rule := range rulesOf(t, inLanguage(t, name, l.Code(), 1)) {
				if told++; rule == plain[i] && !same.MatchString(rule) {
					english[rule] = true
				}
			}
		}
		var left []string
		for rule := range english {
			left = append(left, rule)
		}
		slices.Sort(left)
		if told < 1000 || len(left) > 0 {
			t.Errorf("%s: of %d rules are in English: %d:\n%.4000s", l.Code(), told, len(left), strings.Join(left, "\n"))
		}
	}
}

// The page in German: no English is left in what a reader sees of its frame, and numbers are written as there.
func TestPageSpeaksTheLanguageOfTheWorkbook(t *testing.T) {
	b := chromium(t)
	for code, want := range map[string][]string{
		"de": {"Beleg", "Soll und Haben", "Importdatei", "Woher es kommt", "Summen", "Soll", "Verbindlichkeit Mitarbeiter", "Suchen"},
		"fr": {"Pièce", "Débits et crédits", "Fichier d’import", "D’où cela vient", "Totaux", "Rechercher"},
		"es": {"Documento", "Debe y haber", "Fichero de importación", "De dónde viene", "Totales", "Buscar"},
	} {
		b.open(pageOf(t, inLanguage(t, "generic-csv", code, 30)), "#L2C3")
		seen := b.text(`document.body.innerText`)
		for _, text := range want {
			if !strings.Contains(strings.ToLower(strings.ReplaceAll(seen, "\n", " ")), strings.ToLower(text)) {
				t.Errorf("%s: the page does not say %q:\n%.3000s", code, text, seen)
			}
		}
		if m := regexp.MustCompile(`\b(rows?|Where|Looked|Totals|credits?|debits?|required|What|findings?|longer)\b`).FindAllString(seen, -1); m != nil {
			t.Errorf("%s: the page says %q", code, m)
		}
		if got := b.text(`document.documentElement.lang`); got != code {
			t.Errorf("lang is %s", got)
		}
	}
}
