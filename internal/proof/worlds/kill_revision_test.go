package worlds

import (
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// revise edits a posted document in Concur (an entry more). The new one must reach the ERP as what it changes, or
// whole: as the caller says.
func (w *world) revise(name string, replaces bool) *known {
	w.t.Helper()
	old := w.known(name)
	d, ok := w.fis.Document(old.id)
	if !ok {
		w.t.Fatalf("Concur has no %s", old.id)
	}
	content, err := simfis.AnotherEntry(d.Document)
	w.must(err)
	id, err := w.fis.Revise(old.id, content)
	w.must(err)
	now := debitOf(w.t, fis.Envelope{ID: id, DocType: old.docType, Document: content})
	k := &known{id: id, sample: name + " revised", docType: old.docType, currency: old.currency, debit: now}
	if replaces {
		k.debit = now.Add(old.debit) // every old line taken back, every new line
	}
	w.input = append(w.input, k)
	return k
}

// A report is edited after it was posted and paid, and released as replacing. Killed at each transaction of the run
// that holds it, of the command, and of the run that files it: the ERP gets the difference once, and Concur both
// outcomes.
func TestKillDuringRevision(t *testing.T) {
	skipShort(t)
	live := func(phase string) func(t *testing.T, at string) *world {
		return func(t *testing.T, at string) *world {
			w := begin(t, setup{documents: []string{taxi, tax}})
			w.cycle()
			k := w.revise(taxi, true)
			kill := func(now string, what func(env ...string) ended) {
				if now != phase {
					return
				}
				if e := what("FISBRIDGE_KILL_AT="+at, "FISBRIDGE_KILL_RECORD="+w.record(phase)); at != "" && !e.killed {
					t.Fatalf("not killed: %s", e)
				}
			}
			run := func(env ...string) ended { _, e := w.run(env...); return e }
			kill("hold", run)
			if s := w.idle(); s.Todo.Held != 1 {
				t.Fatalf("it is not held: %+v", s)
			}
			release := []string{"release", k.id, "--as", "replace", "--reason", "the hotel was forgotten"}
			kill("release", func(env ...string) ended { return w.exec(env, "", release...) })
			if e := w.exec(nil, "", release...); e.code != 0 && e.code != 1 { // 1: it is done
				t.Fatal(e)
			}
			kill("file", run)
			w.cycle()
			w.check()
			w.command(0, "report")
			w.command(0, "audit", "verify")
			return w
		}
	}
	for _, phase := range []string{"hold", "release", "file"} {
		t.Run(phase, func(t *testing.T) {
			visits := live(phase)(t, "").visits(phase)["commit.intended"]
			killAtCommits(t, visits, max(1, visits-3), max(1, visits-2), live(phase))
		})
	}
}

// Rules of the route do without a person; what is added is posted as it is.
func TestRevisionByRule(t *testing.T) {
	for _, rule := range []string{"replace", "add"} {
		t.Run(rule, func(t *testing.T) {
			w := begin(t, setup{documents: []string{taxi, tax}, route: "    revisions: " + rule + "\n"})
			w.cycle()
			w.revise(taxi, rule == "replace")
			w.cycle()
			w.check()
			w.command(0, "report")
		})
	}
}
