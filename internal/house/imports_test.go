package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "github.com/fisbridge/fisbridge"
	root   = "../.."
)

// allowed says which packages of ours each package may import. Anything is allowed to import the leaves.
func allowed() map[string][]string {
	return map[string][]string{
		"cmd/fisbridge":        {"internal/cli"},
		"internal/cli":         {"internal/desk/narrate", "internal/cli/fleet", "internal/config", "internal/cli/interview", "internal/cli/winservice", "internal/notify", "internal/bridge", "internal/metrics", "schemas", "internal/cli/docfiles", "internal/cli/frame", "internal/cli/pages", "internal/cli/people", "internal/cli/telling", "internal/cli/term", "internal/cli/shown", "internal/cli/tryout", "internal/cli/workbench", "internal/web", "internal/desk", "internal/desk/check", "internal/desk/explaining", "internal/desk/workshop", "internal/fis", "internal/mapping/explain"},
		"internal/cli/shown":   {"internal/desk", "internal/web"},
		"internal/cli/people":  {"internal/cli/frame", "internal/cli/term", "internal/config", "internal/desk", "internal/desk/stops", "internal/web"},
		"internal/cli/telling": {"internal/bridge", "internal/cli/frame", "internal/cli/pages", "internal/cli/term", "internal/config", "internal/desk", "internal/desk/evidence", "internal/desk/reports", "internal/desk/switchover", "internal/fis", "internal/notify", "internal/web", "internal/words"},
		// Companies in one database, and the nodes that serve them.
		"internal/cli/fleet":         {"internal/bridge", "internal/cli/frame", "internal/cli/shown", "internal/cli/telling", "internal/cli/term", "internal/config", "internal/desk", "internal/desk/check", "internal/desk/todo", "internal/fleet", "internal/fleet/node", "internal/journal/companies", "internal/journal/postgres", "internal/metrics", "internal/web"},
		"internal/fleet":             {"internal/config", "internal/journal", "internal/journal/companies", "internal/journal/ledger"},
		"internal/fleet/node":        {"internal/bridge", "internal/config", "internal/desk", "internal/fleet", "internal/journal/companies"},
		"internal/journal/companies": {"internal/journal/ledger", "internal/journal/postgres"},
		"internal/cli/workbench":     {"internal/tables", "internal/cli/docfiles", "internal/cli/frame", "internal/cli/term", "internal/desk", "internal/desk/changes", "internal/desk/erptemplate", "internal/templating", "internal/desk/workshop", "internal/fis", "internal/mapping/compare"},
		"internal/desk/check":        append(rooms(), "mappings", "internal/notify/post", "internal/events", "internal/exchange/seal", "internal/bridge", "internal/bridge/moved", "internal/golive", "internal/concur", "internal/concur/invoicepay", "internal/config", "internal/desk", "internal/exchange", "internal/extracted", "internal/fis", "internal/flows", "internal/journal", "internal/journal/ledger", "internal/journal/records", "internal/returns", "internal/tempfolder"),
		"internal/cli/tryout":        {"internal/desk/narrate", "internal/bridge", "internal/cli/docfiles", "internal/cli/frame", "internal/cli/pages", "internal/cli/term", "internal/config", "internal/desk", "internal/desk/workshop", "internal/fis", "internal/sim/erp", "internal/sim/fis", "internal/sim/sftp", "samples"},
		"internal/cli/pages":         {"internal/desk/reports", "internal/bridge", "internal/cli/frame", "internal/cli/term", "internal/desk", "internal/fis"},
		"internal/cli/docfiles":      {"internal/cli/frame", "internal/desk", "internal/desk/workshop", "internal/fis"},
		"internal/cli/frame":         {"internal/cli/term", "internal/config", "internal/desk"},
		"internal/cli/term":          {"internal/tables", "internal/fis"},
		"internal/desk":              append(rooms(), "internal/journal/telling", "internal/journal/hearing", "internal/concur/eventsub", "internal/exchange/seal", "internal/bridge", "internal/bridge/logins", "internal/bridge/moved", "internal/bridge/paying", "internal/bridge/rendering", "internal/golive", "internal/concur", "internal/concur/invoicepay", "internal/config", "internal/desk/reconcile", "internal/desk/switchover", "internal/exchange", "internal/fis", "internal/journal", "internal/journal/home", "internal/journal/ledger", "internal/journal/records", "internal/journal/retention", "internal/journal/tokens", "internal/layout", "internal/returns", "templates"),
		// What pages ask: the equation of a period, what needs a person by cause, what stands beside a row, and acts on
		// what was seen.
		"internal/desk/today":   {"internal/desk", "internal/fis", "internal/journal/records"},
		"internal/desk/todo":    {"internal/bridge", "internal/desk", "internal/journal/records", "internal/words"},
		"internal/desk/reading": append(rooms(), "internal/bridge", "internal/desk", "internal/fis", "internal/journal/ledger", "internal/journal/records", "internal/posting", "internal/schedule"),
		// The way of a changed mapping into force.
		"internal/desk/changes": append(rooms(), "internal/mapping/keyed", "internal/bridge", "internal/config", "internal/desk", "internal/desk/asseen", "internal/fis", "internal/golive", "internal/journal/changes", "internal/journal/ledger", "internal/journal/records"),
		// What happened, and what became of things, in sentences.
		"internal/desk/narrate": {"internal/desk", "internal/desk/reconcile", "internal/fis", "internal/journal/ledger", "internal/journal/records", "internal/mapping/compare"},
		// Routes that people stop.
		"internal/desk/stops":  {"internal/desk", "internal/desk/asseen", "internal/journal/ledger", "internal/journal/records"},
		"internal/desk/asseen": {"internal/desk", "internal/desk/todo"},
		// Evidence packs, made and checked.
		"internal/desk/evidence": {"internal/journal/records", "internal/mapping/takeback", "internal/desk/narrate", "internal/desk", "internal/desk/changes", "internal/desk/reading", "internal/desk/today", "internal/fis", "internal/journal/ledger"},
		// Reports that people file, and tables as workbook, CSV and PDF.
		"internal/desk/reports": {"internal/config", "internal/desk", "internal/fis", "internal/journal/records", "internal/tables", "internal/words"},
		"internal/tables":       {"internal/fis"},
		// What people are told, and how it gets to them. The words are those of the console.
		"internal/notify":            {"internal/bridge/moved", "internal/config", "internal/desk", "internal/desk/reports", "internal/desk/today", "internal/desk/todo", "internal/exchange", "internal/fis", "internal/journal", "internal/journal/changes", "internal/journal/ledger", "internal/journal/records", "internal/journal/telling", "internal/notify/post", "internal/schedule", "internal/words"},
		"internal/notify/post":       {"internal/config"},
		"internal/notify/notifytest": {},
		// Numbers for machines.
		"internal/metrics": {"internal/bridge", "internal/desk", "internal/journal/records"},
		// What editors know of the files that people write.
		"internal/schema":     {"internal/config", "internal/fis", "internal/layout", "internal/mapping/template", "internal/posting"},
		"internal/schema/gen": {"internal/schema"},
		"schemas":             {},
		// The console: its rooms see desk and its rooms, and the sign-in knows nobody.
		"internal/web":         {"internal/config", "internal/desk", "internal/desk/evidence", "internal/web/acts", "internal/web/api", "internal/web/door", "internal/web/frame", "internal/web/pages", "internal/web/signin", "internal/words"},
		"internal/web/acts":    {"internal/desk/narrate", "internal/desk", "internal/desk/asseen", "internal/desk/changes", "internal/desk/reading", "internal/fis", "internal/desk/stops", "internal/web/frame", "internal/web/pages", "internal/web/signin"},
		"internal/web/api":     {"internal/desk", "internal/desk/asseen", "internal/desk/reading", "internal/desk/today", "internal/fis", "internal/desk/changes", "internal/desk/stops", "internal/web/frame", "internal/web/pages", "internal/web/signin"},
		"internal/web/door":    {"internal/web/frame", "internal/web/signin", "internal/words"},
		"internal/web/frame":   {"internal/desk/narrate", "internal/config", "internal/desk", "internal/desk/evidence", "internal/desk/reading", "internal/desk/today", "internal/desk/todo", "internal/fis", "internal/web/signin", "internal/words"},
		"internal/web/pages":   {"internal/desk/narrate", "internal/config", "internal/desk", "internal/desk/changes", "internal/desk/check", "internal/desk/evidence", "internal/desk/explaining", "internal/desk/reading", "internal/desk/today", "internal/desk/todo", "internal/fis", "internal/mapping/compare", "internal/mapping/explain", "internal/desk/stops", "internal/web/frame", "internal/web/signin", "internal/words"},
		"internal/web/signin":  {},
		"internal/words":       {"internal/fis"},
		"internal/web/webtest": {},
		// Where a line of an import file comes from.
		"internal/desk/explaining": append(rooms(), "internal/bridge/rendering", "internal/config", "internal/desk", "internal/exchange/seal", "internal/fis", "internal/journal", "internal/journal/ledger", "internal/journal/records"),
		// What people do with a mapping before a run uses it. A command prints what it gives: of the rooms of a mapping
		// it knows only what explain and compare say.
		"internal/desk/workshop":  append(rooms(), "schemas", "internal/words", "internal/config", "internal/desk", "internal/fis", "internal/layout", "internal/returns", "internal/posting", "mappings", "samples", "templates"),
		"internal/desk/reconcile": append(rooms(), "internal/journal/infile", "internal/journal/hearing", "internal/exchange/seal", "internal/bridge/rendering", "internal/fis", "internal/journal", "internal/journal/ledger", "internal/journal/records"),
		// Reads the files of the old world by the templates that write them.
		"internal/desk/switchover": {"internal/extracted", "internal/fis", "internal/journal", "internal/journal/records", "internal/layout", "internal/layout/kinds", "internal/mapping/template", "internal/posting", "templates"},
		"internal/bridge":          append(rooms(), "internal/bridge/placing", "internal/bridge/booked", "internal/bridge/incoming", "internal/bridge/kept", "internal/bridge/hearsay", "internal/events", "internal/journal/hearing", "internal/exchange/seal", "internal/exchange/settle", "internal/bridge/dropping", "internal/bridge/moved", "internal/bridge/paying", "internal/bridge/receipts", "internal/bridge/rendering", "internal/bridge/sending", "internal/bridge/slots", "internal/golive", "internal/concur", "internal/config", "internal/exchange", "internal/extracted", "internal/fis", "internal/flows", "internal/journal", "internal/journal/home", "internal/journal/ledger", "internal/journal/matching", "internal/journal/records", "internal/journal/said", "internal/journal/tokens", "internal/layout", "internal/posting", "internal/returns", "internal/schedule", "internal/tempfolder"),
		"internal/golive":          append(rooms(), "internal/fis", "internal/journal", "internal/journal/changes", "internal/journal/ledger", "internal/journal/records"),
		"internal/config":          {"internal/exchange", "internal/exchange/seal", "internal/fis"},
		"internal/flows":           append(rooms(), "internal/config", "internal/exchange", "internal/returns"),
		"internal/schedule":        {"internal/config"},
		"internal/partspool":       {"internal/journal", "internal/journal/records", "internal/mapping/spool"},
		"internal/tempfolder":      {"internal/config", "internal/exchange"},
		"internal/concur":          {"internal/fis"},
		// The neighbours of FIS: each is a client of its own that makes its calls by the core of internal/concur.
		"internal/bridge/logins":     {"internal/concur", "internal/journal", "internal/journal/ledger", "internal/journal/tokens"},
		"internal/bridge/moved":      {"internal/config", "internal/journal", "internal/journal/home"},
		"internal/concur/invoicepay": {"internal/concur", "internal/fis"},
		"internal/concur/eventsub":   {"internal/concur"},
		"internal/journal":           {"internal/journal/infile", "internal/journal/telling", "internal/journal/confirmed", "internal/fis", "internal/journal/changes", "internal/journal/folders", "internal/journal/hearing", "internal/journal/home", "internal/journal/ledger", "internal/journal/matching", "internal/journal/postgres", "internal/journal/receipts", "internal/journal/records", "internal/journal/retention", "internal/journal/runs", "internal/journal/said", "internal/journal/sqlite", "internal/journal/stops", "internal/journal/tokens", "internal/journal/versions", "internal/journal/whose"},
		// The receiver of events, on one machine with watch: it knows nobody, and hands over what it hears.
		"internal/events":          {"internal/fis"},
		"internal/exchange":        {},
		"internal/exchange/settle": {"internal/exchange"},
		"internal/exchange/seal":   {"internal/exchange"},
		"internal/returns":         {"internal/fis", "internal/layout", "internal/returns/format", "internal/returns/readers"},
		"internal/mapping":         {"internal/fis", "internal/layout", "internal/layout/kinds", "internal/mapping/amounts", "internal/mapping/contenthash", "internal/mapping/control", "internal/mapping/facts", "internal/mapping/filename", "internal/mapping/formula", "internal/mapping/hashtotal", "internal/mapping/inorder", "internal/mapping/lent", "internal/mapping/lookup", "internal/mapping/keyed", "internal/mapping/readalong", "internal/mapping/refusal", "internal/mapping/renewal", "internal/mapping/resultsheet", "internal/mapping/scope", "internal/mapping/settings", "internal/mapping/spool", "internal/mapping/takeback", "internal/mapping/template", "internal/mapping/workbook", "internal/posting", "internal/returns/format"},
		"internal/mapping/formula": {"internal/fis", "internal/layout", "internal/mapping/formula/functions"},
		"internal/charset":         {},
		"internal/layout":          {"internal/charset", "internal/fis", "internal/layout/beside", "internal/layout/clock"},
		"internal/returns/format":  {"internal/layout", "internal/returns/readers", "internal/returns/ready"},
		"internal/extracted":       {"internal/fis"},
		"internal/findings":        {},
		"internal/words/sheets":    {},
		"internal/xlsx":            {},
		"internal/posting":         {"internal/fis"},
		"internal/fis":             {},
		// A leaf.
		"internal/decimal":      {},
		"internal/fis/fieldgen": {},
		"internal/sim/fis":      {"internal/fis"},
		"internal/sim/erp":      {"internal/fis", "internal/layout", "internal/layout/kinds"},
		"internal/sim/sftp":     {},
		"samples":               {"internal/fis"},
		"templates":             {},
		"mappings":              {},
		"internal/killpoint":    {},
		"internal/ownfile":      {},
		"internal/secret":       {},
		"internal/say":          {},
		"internal/why":          {},
		"internal/wording":      {},
		"internal/house":        {},
		"internal/proof":        {},
		"internal/proof/worlds": {},
		"internal/proof/guides": {},

		// How fast it is: a program that runs the others, and what they are compared with, which is a module of its
		// own.
		"internal/proof/speed":          {"internal/config", "internal/fis", "internal/journal", "internal/journal/journaltest", "internal/journal/records"},
		"internal/proof/speed/baseline": {},
		"internal/proof/scale":          {},
		"internal/proof/pictures":       {},

		// What a release holds besides the program; the questions of init; and services of Windows.
		"packaging/make":          {"internal/cli"},
		"internal/cli/interview":  {"internal/cli/term", "internal/config", "internal/desk", "internal/desk/check", "internal/desk/workshop"},
		"internal/cli/winservice": {},

		// The rooms of a run, each of them one of its steps.
		"internal/bridge/receipts":  {"internal/concur", "internal/config", "internal/exchange", "internal/exchange/seal", "internal/fis", "internal/journal", "internal/journal/receipts", "internal/journal/records"},
		"internal/bridge/hearsay":   {"internal/fis", "internal/journal", "internal/journal/hearing", "internal/journal/ledger"},
		"internal/bridge/booked":    {"internal/fis", "internal/journal/records", "internal/journal/said", "internal/returns"},
		"internal/bridge/incoming":  {"internal/exchange", "internal/fis", "internal/layout", "internal/returns"},
		"internal/bridge/kept":      {"internal/fis", "internal/journal/records", "internal/returns"},
		"internal/bridge/paying":    {"internal/fis", "internal/journal", "internal/journal/records", "internal/posting", "internal/returns"},
		"internal/bridge/placing":   {"internal/bridge/paying", "internal/fis", "internal/journal", "internal/journal/matching", "internal/journal/records", "internal/returns", "internal/returns/format"},
		"internal/bridge/dropping":  {"internal/exchange", "internal/journal", "internal/journal/ledger", "internal/journal/records"},
		"internal/bridge/rendering": {"internal/journal/infile", "internal/mapping/amounts", "internal/config", "internal/exchange/seal", "internal/extracted", "internal/fis", "internal/journal", "internal/journal/ledger", "internal/journal/records", "internal/mapping", "internal/mapping/marks", "internal/mapping/refusal", "internal/mapping/takeback", "internal/partspool"},
		"internal/bridge/sending":   {"internal/mapping/takeback", "internal/journal/confirmed", "internal/concur", "internal/concur/invoicepay", "internal/fis", "internal/journal", "internal/journal/ledger", "internal/journal/ledger", "internal/journal/records", "internal/returns"},

		// The scheduled times of runs.
		"internal/bridge/slots": {"internal/config", "internal/journal", "internal/journal/records", "internal/schedule"},

		// The rooms of the journal: others use their words, but nobody else writes into the database; see
		// TestOnlyTheJournalAsksTheDatabase.
		"internal/journal/ledger":      {"internal/fis"},
		"internal/journal/sqlite":      {"internal/journal/ledger", "internal/journal/migrations"},
		"internal/journal/postgres":    {"internal/journal/ledger", "internal/journal/migrations"},
		"internal/journal/migrations":  {},
		"internal/journal/pgtest":      {"internal/journal"},
		"internal/journal/journaltest": {"internal/journal/telling", "internal/fis", "internal/journal", "internal/journal/changes", "internal/journal/hearing", "internal/journal/home", "internal/journal/ledger", "internal/journal/receipts", "internal/journal/records", "internal/journal/retention", "internal/journal/said", "internal/journal/tokens"},
		"internal/journal/finding":     {"internal/fis", "internal/journal/ledger"},
		"internal/journal/infile":      {"internal/fis"},
		"internal/journal/records":     {"internal/fis", "internal/journal/finding", "internal/journal/infile", "internal/journal/ledger"},
		"internal/journal/hearing":     {"internal/fis", "internal/journal/ledger"},
		"internal/journal/changes":     {"internal/journal/ledger"},
		"internal/journal/telling":     {"internal/journal/ledger"},
		"internal/journal/home":        {"internal/journal/ledger"},
		"internal/journal/confirmed":   {"internal/fis", "internal/journal/ledger", "internal/journal/records"},
		"internal/journal/stops":       {"internal/journal/ledger", "internal/journal/records"},
		"internal/journal/runs":        {"internal/journal/ledger", "internal/journal/records"},
		"internal/journal/folders":     {"internal/journal/ledger", "internal/journal/records"},
		"internal/journal/matching":    {"internal/fis", "internal/journal/ledger", "internal/journal/records", "internal/journal/whose"},
		"internal/journal/said":        {"internal/journal/ledger", "internal/journal/records", "internal/journal/whose"},
		"internal/journal/whose":       {"internal/fis", "internal/journal/ledger"},
		"internal/journal/tokens":      {"internal/journal/ledger"},
		"internal/journal/versions":    {"internal/journal/ledger", "internal/journal/records"},
		"internal/journal/receipts":    {"internal/fis", "internal/journal/ledger", "internal/journal/records"},
		"internal/journal/retention":   {"internal/fis", "internal/journal/ledger", "internal/journal/records"},

		// Rows of a workbook go into one of the customer's own.
		"internal/layout/fill": {"internal/layout", "internal/layout/sheet"},

		// Several files in one.
		"internal/bundle": {},

		// How much room a disk has.
		"internal/diskroom": {},

		// Templates made of what an ERP has, and checked.
		"internal/templating":        {"internal/charset", "internal/layout", "internal/templating/cobol", "internal/templating/naming"},
		"internal/templating/cobol":  {},
		"internal/templating/naming": {},
		"internal/desk/erptemplate":  {"internal/charset", "internal/config", "internal/desk", "internal/desk/workshop", "internal/fis", "internal/layout", "internal/mapping", "internal/mapping/refusal", "internal/mapping/template", "internal/mapping/workbook", "internal/templating", "internal/templating/cobol"},

		// The kinds of files, and those that are only read: a * stands for every folder there that has no rule of its
		// own, so that a new kind has one already.
		"internal/layout/*":          {"internal/charset", "internal/fis", "internal/layout", "internal/layout/beside", "internal/layout/xmlread"},
		"internal/layout/kinds":      {"internal/layout", "internal/layout/*", "internal/layout/fill"},
		"internal/layout/layouttest": {"internal/fis", "internal/layout", "internal/layout/kinds"},
		"internal/returns/*":         {"internal/charset", "internal/fis", "internal/layout", "internal/returns/named", "internal/layout/xmlread"},
		"internal/returns/readers":   {"internal/layout", "internal/layout/kinds", "internal/returns/*"},

		// The rooms below and beside the plan of a mapping.
		"internal/mapping/template":        {"internal/fis", "internal/layout", "internal/posting", "internal/returns/format"},
		"internal/mapping/facts":           {"internal/mapping/formula"},
		"internal/mapping/workbook/paper":  {},
		"internal/mapping/workbook/holder": {},
		"internal/mapping/keyed":           {"internal/mapping/workbook"},
		"internal/mapping/renewal":         {"internal/mapping/template"},
		"internal/mapping/workbook":        {"internal/mapping/renewal", "internal/mapping/workbook/paper", "internal/fis", "internal/layout", "internal/layout/pack", "internal/mapping/facts", "internal/mapping/formula", "internal/mapping/seen", "internal/mapping/template", "internal/returns/format"},
		"internal/mapping/seen":            {"internal/fis"},
		"internal/mapping/marks":           {"internal/fis", "internal/layout", "internal/mapping", "internal/mapping/facts", "internal/mapping/scope"},
		"internal/mapping/sums":            {"internal/fis", "internal/mapping/amounts"},
		"internal/mapping/compare":         {"internal/mapping/keyed", "internal/mapping/renewal", "internal/fis", "internal/layout", "internal/mapping", "internal/mapping/facts", "internal/mapping/lookup", "internal/mapping/refusal", "internal/mapping/template", "internal/mapping/workbook"},
		"internal/mapping/explain":         {"internal/fis", "internal/layout", "internal/mapping", "internal/mapping/amounts", "internal/mapping/facts", "internal/mapping/formula", "internal/mapping/refusal", "internal/mapping/scope", "internal/mapping/template", "internal/posting"},
		"internal/mapping/trial":           {"internal/fis", "internal/layout", "internal/mapping", "internal/mapping/refusal", "internal/mapping/workbook"},
		"internal/mapping/lint":            {"internal/mapping/keyed", "internal/fis", "internal/layout", "internal/mapping", "internal/mapping/amounts", "internal/mapping/compare", "internal/mapping/facts", "internal/mapping/formula", "internal/mapping/lookup", "internal/mapping/refusal", "internal/mapping/scope", "internal/mapping/sums", "internal/mapping/trial", "internal/mapping/workbook"},
		"internal/mapping/preview":         {"internal/mapping/workbook/paper", "internal/fis", "internal/layout", "internal/mapping", "internal/mapping/amounts", "internal/mapping/explain", "internal/mapping/sums", "internal/mapping/template", "internal/mapping/workbook"},
		"internal/mapping/lookup":          {"internal/layout", "internal/mapping/formula", "internal/mapping/template", "internal/mapping/workbook"},
		"internal/mapping/takeback":        {"internal/fis", "internal/mapping/refusal", "internal/posting"},
		"internal/mapping/refusal":         {"internal/fis", "internal/posting"},
		"internal/mapping/contenthash":     {"internal/layout", "internal/mapping/lookup", "internal/returns/format"},
		"internal/mapping/resultsheet":     {"internal/layout", "internal/mapping/template", "internal/mapping/workbook", "internal/returns/format"},
		"internal/mapping/readalong":       {"internal/layout", "internal/mapping/amounts"},
		"internal/mapping/spool":           {},
		"internal/mapping/inorder":         {},
		"internal/mapping/lent":            {},
		"internal/mapping/hashtotal":       {},
		"internal/mapping/control":         {"internal/fis", "internal/layout", "internal/mapping/facts", "internal/mapping/scope", "internal/mapping/template", "internal/mapping/workbook"},
		"internal/mapping/filename":        {},
		"internal/mapping/mend":            {"internal/mapping/workbook/paper", "internal/fis", "internal/mapping/workbook"},
		"internal/mapping/amounts":         {"internal/fis", "internal/layout", "internal/layout/kinds", "internal/mapping/facts", "internal/mapping/formula", "internal/mapping/refusal", "internal/mapping/scope", "internal/mapping/spool", "internal/mapping/template", "internal/mapping/workbook", "internal/posting"},
		"internal/mapping/scope":           {"internal/fis", "internal/layout", "internal/layout/beside", "internal/mapping/facts", "internal/mapping/formula", "internal/mapping/template", "internal/posting"},

		// What functions of formulas do with values.
		"internal/mapping/formula/functions": {"internal/fis", "internal/layout"},

		// What the sheet Settings says of a mapping and its files.
		"internal/mapping/settings": {"internal/fis", "internal/layout", "internal/mapping/filename", "internal/mapping/formula", "internal/mapping/template", "internal/mapping/workbook", "internal/posting"},
	}
}

// rooms are the plan of a mapping and everything below and beside it.
func rooms() []string {
	return []string{"internal/mapping", "internal/mapping/amounts", "internal/mapping/compare", "internal/mapping/explain", "internal/mapping/facts", "internal/mapping/formula", "internal/mapping/lint", "internal/mapping/lookup", "internal/mapping/mend", "internal/mapping/preview", "internal/mapping/refusal", "internal/mapping/scope", "internal/mapping/seen", "internal/mapping/sums", "internal/mapping/takeback", "internal/mapping/template", "internal/mapping/trial", "internal/mapping/workbook", "internal/mapping/workbook/holder", "internal/returns/format"}
}

// leaves may be imported from everywhere; they import nothing of ours.
func leaves() []string {
	return []string{"internal/bundle", "internal/decimal", "internal/diskroom", "internal/findings", "internal/killpoint", "internal/ownfile", "internal/say", "internal/secret", "internal/why", "internal/wording", "internal/words/sheets", "internal/xlsx"}
}

// imports lists, for each package folder, what its shipped files import of ours.
func imports(t *testing.T) map[string]map[string]string {
	t.Helper()
	found := map[string]map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != ".." || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		folder = filepath.ToSlash(folder)
		if found[folder] == nil {
			found[folder] = map[string]string{}
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if own, is := strings.CutPrefix(name, module+"/"); is {
				found[folder][own] = path
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// fromLedger is what others may use of the ledger: its words. Whatever asks or changes the database is a method of the
// journal.
var fromLedger = []string{"Break", "ClosedError", "Difference", "ErrClaimOver", "ErrLost", "ErrNewer", "ErrNoJournal", "ErrNotEmpty", "ErrNotFound", "ErrOlder", "ErrStale", "Event", "Link", "TakenError", "Time", "Trouble", "TroubleAway", "TroubleBusy", "TroubleCrowded", "TroubleDamaged", "TroubleDiskFull", "TroubleReadOnly", "TroubleRefused",
	"TroubleUnreadable", "TroubleUnwritable", "UnknownError"}

// TestOnlyTheJournalAsksTheDatabase: SQL and transactions stay in the journal and its rooms.
func TestOnlyTheJournalAsksTheDatabase(t *testing.T) {
	users := 0
	for folder, list := range imports(t) {
		if strings.HasPrefix(folder, "internal/journal") || list["internal/journal/ledger"] == "" {
			continue
		}
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				s, is := n.(*ast.SelectorExpr)
				if !is {
					return true
				}
				if of, is := s.X.(*ast.Ident); is && of.Name == "ledger" && of.Obj == nil {
					users++
					if !slices.Contains(fromLedger, s.Sel.Name) {
						t.Errorf("%s uses ledger.%s: ask and change the database in the journal", name, s.Sel.Name)
					}
				}
				return true
			})
		}
	}
	if users == 0 {
		t.Fatal("nobody uses the ledger's words: the test looks in the wrong place")
	}
}

// TestImportsPointDown: the folder list tells the story, and imports point one way.
func TestImportsPointDown(t *testing.T) {
	rules := allowed()
	found := imports(t)
	if len(found["internal/cli"]) == 0 {
		t.Fatal("no imports found: the test looks in the wrong place")
	}
	for folder, list := range found {
		may, known := rules[folder]
		if !known {
			may, known = rules[path.Dir(folder)+"/*"]
		}
		if !known {
			t.Errorf("package %s is not in the list: say here what it may import", folder)
			continue
		}
		for name, file := range list {
			if _, own := rules[name]; !own && slices.Contains(may, path.Dir(name)+"/*") {
				continue
			}
			if !slices.Contains(may, name) && !slices.Contains(leaves(), name) {
				t.Errorf("%s imports %s, which %s may not", file, name, folder)
			}
		}
	}
}
