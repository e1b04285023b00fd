package frame

import (
	"html/template"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// The engine tells the way out as a command, for that is what a terminal takes. Who reads a page has none: where the console
// has the same, the words of its button or page stand in the command's place. What only a command does stays one.

// command is a way of writing a command, and what the console has instead: keys of the catalogue, and where it is.
type command struct {
	pattern *regexp.Regexp
	keys    []string
	to      func(q *Req, args []string) string
}

// Pieces of commands: an id, and the flags that stand behind.
const (
	someID  = "([^\\s`;,:)]+)"
	theID   = "([^\\s`;,:)]*[0-9A-Z…][^\\s`;,:)]*)" // of a document or file, or what stands for it: DOC, N
	someEnd = "(?: --no-number| --(?:number|message|document|without) [^\\s`;,)]+)*(?: --reason (?:…|“[^”]*”|\"[^\"]*\"|\\.{3}))?"
)

// anyCommand finds a command in ticks or without, and a flag that stands alone in the place of one.
func anyCommand(expr string) *regexp.Regexp {
	return regexp.MustCompile("`fisbridge " + expr + someEnd + "`|fisbridge " + expr + someEnd)
}

// flag is one that stands alone: it goes on with the command before it.
func flag(expr string) *regexp.Regexp { return regexp.MustCompile("`" + expr + "`|" + expr) }

func nowhere(*Req, []string) string { return "" }

func below(parts ...any) func(*Req, []string) string {
	return func(q *Req, args []string) string {
		all := append([]any{}, parts...)
		for _, a := range args {
			for _, part := range strings.Split(a, "/") { // route/number
				all = append(all, part)
			}
		}
		return q.To(all...)
	}
}

// of is the page of something that the command names; a placeholder, as DOC and N, names nothing.
func of(parts ...any) func(*Req, []string) string {
	return func(q *Req, args []string) string {
		if slices.ContainsFunc(args, func(a string) bool {
			return a == "…" || strings.ToUpper(a) == a && !strings.ContainsAny(a, "0123456789")
		}) {
			return ""
		}
		return below(parts...)(q, args)
	}
}

// ofMapping is the page of the mapping that a page is about, and of all where it is about something else.
func ofMapping(q *Req, _ []string) string {
	if q.R != nil && q.R.PathValue("route") != "" {
		return q.To("mappings", q.R.PathValue("route"))
	}
	return q.To("mappings")
}

// commands are those of which the console has the same; the longer ones stand before those they begin with.
var commands = []command{
	{anyCommand("release " + theID + " --as replace"), []string{"act.release-replace"}, nowhere},
	{anyCommand("release " + theID + " --as add"), []string{"act.release-add"}, nowhere},
	{flag("--as replace"), []string{"act.release-replace"}, nowhere},
	{flag("--as add"), []string{"act.release-add"}, nowhere},
	{flag("--other-company"), []string{"field.other_company"}, nowhere},
	{anyCommand("release " + theID), []string{"act.release"}, nowhere},
	{anyCommand("reject " + theID), []string{"act.reject"}, nowhere},
	{anyCommand("hold " + theID), []string{"act.hold"}, nowhere},
	{anyCommand("retry result " + theID), []string{"act.read-again"}, nowhere},
	{anyCommand("retry(?: document)? " + theID), []string{"act.retry"}, nowhere},
	{anyCommand("reissue " + theID), []string{"act.reissue"}, nowhere},
	{flag("--without " + someID), []string{"field.without"}, nowhere},
	{anyCommand("mark document " + theID + " posted\\|rejected"), []string{"act.mark-posted", "act.mark-rejected"}, nowhere},
	{anyCommand("mark document " + theID + " posted"), []string{"act.mark-posted"}, nowhere},
	{anyCommand("mark document " + theID + " rejected"), []string{"act.mark-rejected"}, nowhere},
	{regexp.MustCompile("`rejected`"), []string{"act.mark-rejected"}, nowhere},
	{anyCommand("mark document " + theID + " settled"), []string{"act.mark-settled"}, nowhere},
	{anyCommand("mark file " + theID + " posted"), []string{"act.file-posted"}, nowhere},
	{anyCommand("mark file " + theID + " rejected"), []string{"act.file-rejected"}, nowhere},
	{anyCommand("mark file " + theID + " received"), []string{"act.arrived"}, nowhere},
	{anyCommand("mark file " + theID + " lost"), []string{"act.lost"}, nowhere},
	{anyCommand("mark result " + theID + " settled"), []string{"act.lines-settled"}, nowhere},
	{anyCommand("mark alarm " + theID + " resolved"), []string{"act.resolve"}, nowhere},
	{anyCommand("mark payment " + theID + " valid (?:or|oder|ou|o) invalid"), []string{"act.payment-valid", "act.payment-invalid"}, nowhere},
	{anyCommand("mark payment " + theID + " invalid"), []string{"act.payment-invalid"}, nowhere},
	{anyCommand("mark payment " + theID + "(?: valid)?"), []string{"act.payment-valid"}, nowhere},
	{regexp.MustCompile("`fisbridge mark`"), []string{"act.mark-posted", "act.mark-rejected"}, nowhere},
	{anyCommand("mapping approve " + someID), []string{"act.approve"}, nowhere},
	{anyCommand("mapping reject " + someID), []string{"act.decline"}, nowhere},
	{anyCommand("mapping (?:accept|propose) " + someID), []string{"act.propose"}, nowhere},
	{anyCommand("mapping diff live " + someID + " --from-journal [0-9]+d"), []string{"page.mapping"}, nowhere},
	{anyCommand("mapping check(?: [^\\s`;,:)]+)?"), []string{"act.propose"}, nowhere},
	{anyCommand("mapping propose"), []string{"act.propose"}, nowhere},
	{anyCommand("mapping convert (?:OLD NEW|ALT NEU|ANCIEN NOUVEAU|ANTIGUO NUEVO)"), []string{"mapping.renewed"}, ofMapping},
	{anyCommand("mapping versions " + someID), []string{"page.mapping"}, of("mappings")},
	{anyCommand("show mapping " + someID), []string{"page.mapping"}, of("mappings")},
	{anyCommand("show mapping"), []string{"nav.mappings"}, below("mappings")},
	{anyCommand("route start " + someID), []string{"act.start-route"}, of("mappings")},
	{anyCommand("route stop " + someID), []string{"act.stop-route"}, of("mappings")},
	{anyCommand("show result " + theID), []string{"page.result"}, of("results")},
	{anyCommand("show file " + theID), []string{"page.file"}, of("files")},
	{anyCommand("show(?: document)? " + theID), []string{"page.document"}, of("documents")},
	{anyCommand("show"), []string{"page.document"}, nowhere},
	{anyCommand("list documents --route " + someID + " --state acknowledged"), []string{"nav.documents"}, func(q *Req, args []string) string {
		return q.To("documents") + "?state=open&route=" + template.URLQueryEscaper(args[0])
	}},
	{anyCommand("list documents --text " + someID), []string{"nav.documents"}, func(q *Req, args []string) string {
		return q.To("documents") + "?q=" + template.URLQueryEscaper(args[0])
	}},
	{anyCommand("status"), []string{"nav.todo"}, below("todo")},
	{anyCommand("report"), []string{"nav.today"}, below()},
	{anyCommand("check"), []string{"nav.settings"}, below("settings")},
	{anyCommand("run"), []string{"act.run"}, nowhere},
}

// ticked is what stands in ticks: a command that stays one.
var ticked = regexp.MustCompile("`([^`]+)`")

// piece is a part of a sentence: a text, or what stands in the place of a command.
type piece struct {
	text string
	keys []string
	to   string
}

// asButtons is a sentence with buttons and pages in the place of commands.
func (q *Req) asButtons(sentence string) template.HTML {
	var out strings.Builder
	for _, p := range q.pieces(wording.Local(sentence, q.Zone)) {
		if p.keys == nil {
			out.WriteString(ticked.ReplaceAllString(esc(p.text), `<code>$1</code>`))
			continue
		}
		for i, key := range p.keys {
			if i > 0 {
				out.WriteString(" / ")
			}
			if p.to == "" {
				out.WriteString(`<b>` + esc(q.T(key)) + `</b>`)
			} else {
				out.WriteString(`<a href="` + esc(p.to) + `">` + esc(q.T(key)) + `</a>`)
			}
		}
	}
	return template.HTML(out.String()) //nolint:gosec // escaped piece by piece
}

func (q *Req) pieces(sentence string) []piece {
	if q.Co == nil || !strings.Contains(sentence, "fisbridge ") {
		return []piece{{text: sentence}}
	}
	all := []piece{{text: sentence}}
	for _, c := range commands {
		for i := 0; i < len(all); i++ {
			if all[i].keys != nil {
				continue
			}
			at := c.pattern.FindStringSubmatchIndex(all[i].text)
			if at == nil {
				continue
			}
			text := all[i].text
			if at[1] < len(text) && goesOn(text[at[0]:at[1]], text[at[1]:]) {
				continue
			}
			var args []string
			for n := 2; n+1 < len(at); n += 2 {
				if at[n] >= 0 {
					args = append(args, text[at[n]:at[n+1]])
				}
			}
			all = slices.Replace(all, i, i+1, piece{text: text[:at[0]]}, piece{keys: c.keys, to: c.to(q, args)}, piece{text: text[at[1]:]})
			i++
		}
	}
	return all
}

// goesOn reports whether what was found is only the beginning of another word or command.
func goesOn(found, rest string) bool {
	if strings.HasSuffix(found, "`") {
		return false
	}
	return strings.HasPrefix(rest, " --") || strings.IndexFunc(rest[:1], func(r rune) bool { return r >= 'a' && r <= 'z' || r == '-' || r == '=' }) == 0
}
