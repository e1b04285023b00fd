package worlds

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
)

// troubles are what may happen to a process at a boundary beside the kill: SIGTERM (or Ctrl-C), and a journal that is
// locked by another process, full, or read-only from then on.
func troubles() []string { return []string{"term", "busy", "full", "readonly"} }

// A cancelled context or a database in trouble says nothing about a document: at every boundary, with every kind of
// trouble, the next runs go on as if nothing had been. Judged by the records of service and ERP; and what needs a
// person is the same as in an undisturbed life.
//
// The short form takes SIGTERM at the first visit of the boundaries before and after each act, and now and then another
// kind; FISBRIDGE_KILL_LONG=1 takes everything everywhere.
func TestTroubleAtEveryBoundary(t *testing.T) {
	skipShort(t)
	all := cuts(t, setup{})
	calm := prepare(t, setup{})
	calm.live("") // no phase is disturbed
	want := needs(calm.idle())
	n := 0
	t.Run("trouble", func(t *testing.T) {
		for i, c := range thinned(all) {
			kinds := troubles()
			switch {
			case long():
			case c.n == 1 && (strings.HasSuffix(c.name, ".intended") || strings.HasSuffix(c.name, ".acted")):
				kinds = []string{"term"}
			case i%5 == 0:
				kinds = []string{kinds[1+i/5%3]}
			default:
				kinds = nil
			}
			for _, how := range kinds {
				n++
				t.Run(c.String()+"/"+how, func(t *testing.T) {
					t.Parallel()
					w := prepare(t, setup{})
					w.troubled(c, how)
					if got := needs(w.idle()); got != want {
						t.Errorf("what needs a person: %s\nin an undisturbed life: %s", got, want)
					}
					w.check()
				})
			}
		}
	})
	t.Logf("%d troubles", n)
}

// troubled leads a world through all phases, with trouble in the first process of one of them.
func (w *world) troubled(c cut, how string) {
	w.t.Helper()
	for _, p := range phases() {
		p.prepare(w)
		if p.name == c.phase {
			e := w.exec([]string{fmt.Sprintf("FISBRIDGE_KILL_AT=%s:%d", c.name, c.n), "FISBRIDGE_KILL_HOW=" + how}, requestToken+"\n", w.argsOf(p)...)
			if codes := []int{0, 1, 3, 130}; e.killed || !slices.Contains(codes, e.code) {
				w.t.Errorf("want one of the exit codes %v: %s", codes, e)
			}
		}
		switch p.name {
		case "login":
			w.login()
		case "drop":
			w.idle()
		default:
			w.answers()
		}
	}
}

func (w *world) argsOf(p phase) []string {
	if p.name == "login" {
		return []string{"auth", "login"}
	}
	return []string{"run", "--json"}
}

// needs is what needs a person, by kind.
func needs(s summary) string {
	return fmt.Sprintf("alarms %v, held %d, stuck %d and %d", s.alarmsOf(), s.Todo.Held, s.Todo.ConfirmationsStuck, s.Todo.PaymentsStuck)
}

// The issue's own case: SIGTERM when a batch of confirmations is intended. None of them is stuck, and the next run
// sends them all.
func TestTermWhileConfirming(t *testing.T) {
	w := begin(t, setup{page: 50, files: 50})
	w.idle()
	w.answer()
	e := w.exec([]string{"FISBRIDGE_KILL_AT=confirm.intended", "FISBRIDGE_KILL_HOW=term"}, "", "run")
	if e.code != 130 {
		t.Fatalf("want exit code 130: %s", e)
	}
	if e := w.exec(nil, "", "status"); !strings.Contains(e.out, ": interrupted") {
		t.Errorf("status does not say that the run was interrupted: %s", e)
	}
	s := w.idle()
	if s.Todo.ConfirmationsStuck > 0 || len(s.Alarms) > 0 {
		t.Errorf("stuck %d, alarms %+v", s.Todo.ConfirmationsStuck, s.Alarms)
	}
	w.pay(simerp.PayInFull)
	w.idle()
	w.check()
}

// Concur has lost its lock on a document whose posting is to be confirmed: it is acknowledged once more, and killed or
// ended around that.
func TestKillAroundTheLock(t *testing.T) {
	skipShort(t)
	for _, point := range []string{"lock.intended", "lock.acted", "lock.done"} {
		for _, how := range []string{"kill", "term", "busy"} {
			t.Run(point+"/"+how, func(t *testing.T) {
				t.Parallel()
				w := begin(t, setup{documents: []string{"01-cash-taxi", "14-tax-deductible"}})
				w.idle()
				w.answer()
				lost := w.input[0]
				w.must(w.fis.SetStatus(lost.id, fis.StatusReady, ""))
				e := w.exec([]string{"FISBRIDGE_KILL_AT=" + point, "FISBRIDGE_KILL_HOW=" + how}, "", "run")
				if e.code == 0 {
					t.Fatalf("it was not disturbed: %s", e)
				}
				s := w.idle()
				if got := needs(s); got != needs(summary{}) {
					t.Error(got)
				}
				if got := tally(w.fis.Record()).postings[lost.id]; len(got) != 1 {
					t.Errorf("confirmed %d times", len(got))
				}
				w.checkJournal()
			})
		}
	}
}
