package worlds

import (
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// People act while a run works: the run stands still at a boundary, the person gives every command that settles
// something, and the run goes on. Each act is done wholly, or refused; nothing reaches ERP or Concur twice, and Concur
// hears what was decided last.

// stopped starts a run that stands still at the boundary; the function lets it go on to its end. False: it never came
// there.
func (w *world) stopped(at string) (goOn func() ended, ok bool) {
	w.t.Helper()
	cmd, out, errs := w.start([]string{"FISBRIDGE_KILL_AT=" + at, "FISBRIDGE_KILL_HOW=stop"}, "", "run", "--json")
	w.must(cmd.Start())
	over := make(chan ended, 1)
	go func() { over <- w.wait(cmd, out, errs) }()
	for {
		select {
		case e := <-over:
			w.t.Logf("the run ended before %s: %s", at, e)
			return nil, false
		case <-time.After(20 * time.Millisecond):
		}
		state, err := exec.Command("ps", "-o", "state=", "-p", strconv.Itoa(cmd.Process.Pid)).Output()
		if err == nil && strings.HasPrefix(strings.TrimSpace(string(state)), "T") {
			break
		}
	}
	return func() ended {
		w.must(cmd.Process.Signal(syscall.SIGCONT))
		return <-over
	}, true
}

// besidePoints are boundaries of a run at which a person acts; the long form takes all but those within a transaction,
// which keeps the journal to itself for a moment.
func besidePoints(t *testing.T) []cut {
	t.Helper()
	if !long() {
		return []cut{{"drop", "store.done", 1}, {"drop", "acknowledge.done", 1}, {"drop", "number.intended", 1}, {"drop", "number.done", 1}, {"drop", "upload.acted", 1},
			{"drop", "rename.acted", 1}, {"answer", "collect.intended", 1}, {"answer", "confirm.intended", 1}, {"answer", "confirm.acted", 1}, {"pay", "pay.intended", 1}}
	}
	var out []cut
	for _, c := range cuts(t, setup{}) {
		if c.phase != "login" && !strings.HasPrefix(c.name, "commit.") {
			out = append(out, c)
		}
	}
	return out
}

// acts are what a person tries on documents of their own; it returns those that were done, and fails on any ending but
// "done" and "refused".
func (w *world) acts(at cut) map[string]bool {
	w.t.Helper()
	done := map[string]bool{}
	// The ERP has read the file and answered, and nobody here knows it yet: who says otherwise now contradicts it,
	// which is told and held.
	answered := at.phase == "answer" && !strings.HasPrefix(at.name, "confirm.")
	for name, args := range map[string][]string{
		"hold":         {"hold", w.id(taxi)},
		"reject":       {"reject", w.id(tax), "--message", "cost centre closed"},
		"mark posted":  {"mark", "document", w.id("21-card-company-paid"), "posted", "--number", "by-hand", "--company", "0001", "--fiscal-year", "2026", "--date", "2026-03-31"},
		"mark lost":    {"mark", "file", "books/1", "lost"},
		"reissue":      {"reissue", "books/1"},
		"retry held":   {"retry", "held"},
		"retry":        {"retry", "document", w.id("29-three-cost-centres")},
		"mark settled": {"mark", "document", w.id("44-zloty-lodz"), "settled"},
		"release":      {"release", w.id("47-invoice-plain")},
	} {
		if answered && (name == "reissue" || name == "mark posted") {
			continue
		}
		switch e := w.exec(nil, "", append(args, "--reason", "beside a run")...); e.code {
		case 0:
			done[name] = true
		case 1:
		default:
			w.t.Errorf("%s beside a run: %s", name, e)
		}
	}
	return done
}

func TestActsBesideARun(t *testing.T) {
	skipShort(t)
	for _, at := range besidePoints(t) {
		t.Run(at.String(), func(t *testing.T) {
			t.Parallel()
			w := begin(t, setup{})
			var done map[string]bool
			for _, p := range phases()[1:] {
				p.prepare(w)
				if p.name == at.phase {
					goOn, ok := w.stopped(at.name + ":" + strconv.Itoa(at.n))
					if !ok {
						t.Fatal("the run did not come there")
					}
					done = w.acts(at)
					if e := goOn(); e.code != 0 && e.code != 3 {
						t.Errorf("the run failed because somebody acted beside it: %s", e)
					}
				}
				w.idle()
				if p.name == "answer" {
					w.answers()
				}
			}
			w.settled(done)
		})
	}
}

// settled checks, by the records of service and ERP, that what was done beside the run counts, and what was refused
// does not.
func (w *world) settled(done map[string]bool) {
	w.t.Helper()
	w.t.Logf("done: %v", done)
	if done["hold"] {
		if _, seen := w.erp.Books().Document(w.id(taxi)); seen {
			w.t.Error("a held document reached the ERP")
		}
		w.command(0, "release", w.id(taxi), "--reason", "agreed")
		w.cycle()
	}
	if done["mark lost"] {
		w.t.Error("an import file that was not in doubt was marked lost")
	}
	if done["reject"] {
		k := w.known(tax)
		if _, seen := w.erp.Books().Document(k.id); seen || w.postings(k.id) != 1 || w.status(tax) != fis.StatusPostedFailure {
			w.t.Errorf("a rejected document: in the ERP %v, confirmed %d times, %s", seen, w.postings(k.id), w.status(tax))
		}
	}
	byHand := w.known("21-card-company-paid")
	if done["mark posted"] {
		said := tally(w.fis.Record()).postings[byHand.id]
		if len(said) != 1 || !strings.Contains(string(said[0]), "by-hand") {
			w.t.Errorf("Concur was told %s, want the number by hand, once", said)
		}
	}
	rejected := w.known(tax)
	w.input = slices.DeleteFunc(slices.Clone(w.input), func(k *known) bool {
		return done["reject"] && k == rejected || done["mark posted"] && k == byHand
	})
	for _, text := range w.violations() {
		if done["reject"] && strings.Contains(text, rejected.id) || done["mark posted"] && strings.Contains(text, byHand.id) {
			continue // judged above; the totals know them all the same
		}
		w.t.Errorf("violated: %s", text)
	}
	w.command(0, "audit", "verify")
}
