package cli

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// Bytes from outside reach every command: as names of files, messages, numbers and ids that the journal has, and as
// words on the command line. None of them may act on a terminal, or begin a line of its own.

// evil is what names, messages and numbers from outside may hold.
const evil = "x\x1b[2J\x1b]0;owned\x07\r\nfisbridge: hint: your licence has expired\u009b31m\u202egpj\u2066\u200b\u0085\U000e0041\x7f\xff"

// acts tells of the first thing in a text that would act on a terminal; these outputs have no colours.
func acts(text string) string {
	for _, r := range text {
		if r != '\n' && !unicode.IsGraphic(r) {
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

// clean tells what is wrong with what a command wrote.
func clean(t *testing.T, args []string, out, stderr string) {
	t.Helper()
	for stream, text := range map[string]string{"output": out, "messages": stderr} {
		if bad := acts(strings.NewReplacer("\u200c", "", "\u200d", "").Replace(text)); bad != "" {
			t.Errorf("%q: the %s hold %s:\n%q", args, stream, bad, text)
		}
		for _, line := range strings.Split(text, "\n") {
			if strings.HasPrefix(line, "fisbridge: hint: your licence") {
				t.Errorf("%q: a forged hint: %q", args, line)
			}
		}
	}
	if len(args) > 0 && args[len(args)-1] == "--json" && out != "" {
		for d := json.NewDecoder(strings.NewReader(out)); d.More(); {
			var v any
			if err := d.Decode(&v); err != nil {
				t.Errorf("%q: no JSON: %v\n%q", args, err, out)
				return
			}
		}
	}
}

// leaves are the words of every command that has no subcommands.
func leafCommands(root *cobra.Command) (out [][]string) {
	frame.Each(root, func(cmd *cobra.Command) {
		if cmd.HasSubCommands() || !cmd.Runnable() || cmd == root {
			return
		}
		out = append(out, strings.Fields(strings.TrimPrefix(cmd.CommandPath(), root.Name())))
	})
	return out
}

// longRunning would stay, or make a world of their own, if they understood their arguments; a file stands where they
// would make it.
var longRunning = map[string]bool{"demo": true, "sim": true, "init": true, "backup": true}

func TestEveryCommandWithHostileWords(t *testing.T) {
	w := newLookWorld(t)
	t.Chdir(t.TempDir()) // what a command writes lies there
	root := newRoot(&app{&frame.Frame{Stdout: term.NewStream(nil), Stderr: term.NewStream(nil)}})
	all := leafCommands(root)
	if len(all) < 25 {
		t.Fatalf("only %d commands", len(all))
	}
	for _, words := range all {
		word := evil
		if longRunning[words[0]] {
			word = filepath.Join(w.dir, "fisbridge.yaml", evil)
		}
		for _, more := range [][]string{{word}, {word, word}, {word, word, word}, {"--route", word, word}, {"--" + evil}, {"--log-level", evil}, {"--format", evil}, {word, "--reason", evil}, {"document", word, "posted", "--reason", "x", "--number", word}} {
			args := append(append([]string{}, words...), more...)
			if words[0] == "completion" || words[0] == "watch" || words[0] == "run" || longRunning[words[0]] && more[0] != word {
				continue // they take no words, or would begin to work; their mistakes are those of all
			}
			out, stderr, _ := w.exec("80", args...)
			clean(t, args, out, stderr)
			args = append(args, "--json")
			out, stderr, _ = w.exec("80", args...)
			clean(t, args, out, stderr)
		}
	}
}

// hostileWorld has evil in everything that comes from outside.
func hostileWorld(t *testing.T) *lookWorld {
	w := newLookWorld(t)
	w.login(1)
	envelope := func(name, status string) journal.Arrival {
		return journal.Arrival{Envelope: fis.Envelope{ID: name + evil, DocType: fis.Expense, Document: []byte(`{"name":"x"}`)}, Route: "expenses", Left: why.Old(status, ""),
			ReportID: "R-" + name + evil, ReportKey: name + evil, Currency: "EUR", Amount: amount(t, "1.00"), EmployeeID: "E" + evil, ReportNumber: "N" + name + evil}
	}
	names := []string{"posted", "held", "waits", "rejected", "doubt"}
	var list []journal.Arrival
	var acks []journal.AckOutcome
	for _, n := range names {
		list = append(list, envelope(n, ""))
		acks = append(acks, journal.AckOutcome{DocID: n + evil, State: records.Acknowledged, Correlation: "corr" + evil})
	}
	list = append(list, envelope("left", "no route takes it"+evil))
	_, err := w.j.StoreArrivals(w.ctx, list, w.at, "corr"+evil)
	w.must(err)
	w.must(w.j.SettleAck(w.ctx, acks))
	w.must(w.j.Hold(w.ctx, "held"+evil, "because"+evil))
	o := fis.Outcome{Verdict: fis.Posted, Number: "19" + evil, Company: "10" + evil, FiscalYear: "2026"}
	w.must(w.j.MarkOutcome(w.ctx, "posted"+evil, o, "found"+evil))
	no := fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Code: evil, Text: "closed" + evil}}}
	w.must(w.j.MarkOutcome(w.ctx, "rejected"+evil, no, "no"+evil))
	r, err := w.j.CollectResult(w.ctx, "expenses", "OUT"+evil, strings.Repeat("0c", 32), 3, strings.NewReader("odd"), nil)
	w.must(err)
	w.must(w.j.ResultUnreadable(w.ctx, r, "line 1: the heading "+evil))
	w.must(w.j.Alarm(w.ctx, "contradiction", "doubt"+evil, why.Old("the ERP says "+evil, "look at "+evil)))
	_, err = w.j.RefuseMapping(w.ctx, records.MappingVersion{Route: "expenses", Name: "map" + evil + ".xlsx", FileHash: "h", Author: "author" + evil, Problems: []string{"cell " + evil}})
	w.must(err)
	id, err := w.j.StartRun(w.ctx)
	w.must(err)
	w.must(w.j.EndRun(w.ctx, id, desk.ExitFailed, `{"problems":["drop: \u001b[2J\nfisbridge: hint: your licence has expired\u202e"]}`))
	return w
}

func TestEveryScreenWithHostileContent(t *testing.T) {
	w := hostileWorld(t)
	commands := [][]string{{"status"}, {"status", "--all"}, {"report"}, {"report", "--format", "csv"}, {"audit", "verify"}, {"show", "mapping", "expenses"}, {"show", "result", "1"},
		{"show", "N" + "posted" + evil}, {"show", "E" + evil}, {"show", "19" + evil}, {"check", "--offline"}, {"auth", "status"}, {"version"}, {"list", "alarms"}, {"list", "results"},
		{"release", "held" + evil, "--reason", "agreed" + evil}, {"hold", "held" + evil, "--reason", "again" + evil}, {"reject", "waits" + evil, "--reason", evil, "--message", evil},
		{"hold", "posted" + evil, "--reason", "x"}, {"retry", "held", "--reason", evil}, {"retry", "result", "1", "--reason", "x"}, {"mark", "alarm", "2", "resolved", "--reason", evil}}
	for _, kind := range desk.ListKinds() {
		commands = append(commands, []string{"list", kind, "--limit", "0"}, []string{"list", kind, "--text", evil})
	}
	for _, n := range []string{"posted", "held", "waits", "rejected", "doubt", "left"} {
		commands = append(commands, []string{"show", n + evil}, []string{"show", "document", "R-" + n + evil})
	}
	for _, args := range commands {
		for _, columns := range []string{"80", "200"} {
			out, stderr, _ := w.exec(columns, args...)
			clean(t, args, out, stderr)
		}
		args = append(args, "--json")
		out, stderr, _ := w.exec("80", args...)
		if args[0] != "report" || args[len(args)-2] != "csv" {
			clean(t, args, out, stderr)
		}
	}
	out, _, _ := w.exec("80", "show", "posted"+evil, "--json")
	var got struct {
		ID string `json:"doc_id"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || got.ID != strings.ToValidUTF8("posted"+evil, "\ufffd") {
		t.Errorf("%v: the id is %q for machines", err, got.ID)
	}
}
