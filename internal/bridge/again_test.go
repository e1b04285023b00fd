package bridge_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// keyStory is the life of a report whose documents go to a ledger that takes a key once.
type keyStory struct {
	*world
	files int // whose keys were looked at
}

// pass is a run, whatever it leaves for people.
func (k *keyStory) pass() {
	k.Helper()
	k.clock.add(10 * time.Minute)
	_, err := k.b.Run(k.ctx)
	k.ok(err)
}

// comes: a document of report R comes, in its revision.
func (k *keyStory) comes(id string, revision int, amount string) {
	k.Helper()
	k.add(fis.Expense, id, revised("R", revision, "640100="+amount))
	k.pass()
}

// released is a person's word that a held document is posted so.
func (k *keyStory) released(id string, as records.PostAs) {
	k.Helper()
	k.ok(k.j.ReleaseAs(k.ctx, id, as, "seen in the ERP"))
	k.pass()
}

// newest is the import file of the highest number.
func (k *keyStory) newest() records.File {
	k.Helper()
	f, err := k.j.NewestFile(k.ctx, "ledger")
	k.ok(err)
	return f
}

// answers: the ledger accepts or rejects what is in the newest import file.
func (k *keyStory) answers(id string, verdict fis.Verdict) {
	k.Helper()
	f := k.newest()
	name := strings.TrimSuffix(f.Name, ".dat")
	if verdict == fis.Posted {
		k.write("erp/out/"+name+".ack", fmt.Sprintf("A%s%07d0000000J004711   \n", name, f.Documents))
	} else {
		var rejects strings.Builder
		for i, line := range strings.Split(k.read("erp/in/"+f.Name), "\n") {
			if strings.HasPrefix(line, "D") {
				fmt.Fprintf(&rejects, "%07d%-120sACC%-40s\n", i+1, line, "ACCOUNT IS CLOSED")
			}
		}
		k.write("erp/out/"+name+".ack", fmt.Sprintf("A%s0000000%07dJ004711   \n", name, f.Documents))
		k.write("erp/out/"+name+".rej", rejects.String())
	}
	k.pass()
	k.states(id + " " + string(verdict))
}

// marked is a person's word that the ERP has a document.
func (k *keyStory) marked(id string) {
	k.Helper()
	k.ok(k.j.MarkOutcome(k.ctx, id, fis.Outcome{Verdict: fis.Posted, Number: "N" + id, Company: "1000"}, "found in the ERP"))
	k.pass()
}

// keysOf are the keys of the documents in the rows of an import file.
func keysOf(text string) (out []string) {
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "D") {
			if key := strings.TrimSpace(line[61:73]); !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
	}
	return out
}

// goesOut: a file was dropped since it was last asked, and these are the keys of its documents.
func (k *keyStory) goesOut(want ...string) {
	k.Helper()
	f := k.newest()
	if int(f.Sequence) <= k.files {
		k.Errorf("no file went out, want one with %v", want)
		return
	}
	k.files = int(f.Sequence)
	if got := keysOf(k.read("erp/in/" + f.Name)); !slices.Equal(got, want) {
		k.Errorf("file %d has the keys %v, want %v", f.Sequence, got, want)
	}
}

// A ledger takes the key of a report once. Whatever way a further document of it takes, the key has a number that
// the ledger can't have, and none is left out that it has no reason to have.
func TestNoKeyOfAReportIsGivenTwice(t *testing.T) {
	for name, story := range map[string]func(k *keyStory){
		"posted elsewhere first": func(k *keyStory) {
			k.comes("B", 2, "20.00") // nobody knows revision 1
			k.released("B", records.PostAdd)
			k.goesOut("KR-2")
			k.answers("B", fis.Posted)
			k.comes("C", 3, "30.00")
			k.released("C", records.PostAdd)
			k.goesOut("KR-3")
			k.answers("C", fis.Posted)
			k.comes("D", 4, "40.00")
			k.released("D", records.PostReplace)
			k.goesOut("KR-4")
		},
		"taken by another system first": func(k *keyStory) {
			k.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "acknowledge", DocID: "A", Code: 99, Times: 1})
			k.comes("A", 1, "10.00")
			k.states("A foreign")
			k.ok(k.fis.SetStatus("A", fis.StatusPostedSuccess, "THEIRS"))
			k.comes("B", 2, "20.00")
			k.states("B held")
			k.released("B", records.PostAdd)
			k.goesOut("KR-2")
			k.answers("B", fis.Posted)
			k.comes("C", 3, "30.00")
			k.released("C", records.PostAdd)
			k.goesOut("KR-3")
		},
		"a revision between is not known": func(k *keyStory) {
			k.comes("A", 1, "10.00")
			k.goesOut("KR")
			k.answers("A", fis.Posted)
			k.comes("C", 3, "30.00") // revision 2 may have been posted before a restore
			k.released("C", records.PostAdd)
			k.goesOut("KR-3")
			k.answers("C", fis.Posted)
			k.comes("D", 4, "30.50")
			k.released("D", records.PostAdd)
			k.goesOut("KR-4")
		},
		"rejected, and submitted again": func(k *keyStory) {
			k.comes("A", 1, "10.00")
			k.goesOut("KR")
			k.answers("A", fis.Rejected)
			k.comes("B", 2, "11.00")
			k.goesOut("KR") // the ledger has nothing of it
			k.answers("B", fis.Posted)
			k.comes("C", 3, "12.00")
			k.released("C", records.PostReplace)
			k.goesOut("KR-2")
			k.answers("C", fis.Rejected)
			k.comes("D", 4, "13.00")
			k.released("D", records.PostAdd)
			k.goesOut("KR-2")
		},
		"a revision that changed nothing": func(k *keyStory) {
			k.comes("A", 1, "10.00")
			k.goesOut("KR")
			k.answers("A", fis.Posted)
			k.comes("B", 2, "10.00")
			k.released("B", records.PostReplace)
			k.states("B posted")
			k.comes("C", 3, "12.00")
			k.released("C", records.PostReplace)
			k.goesOut("KR-2")
		},
		"the second was booked by hand": func(k *keyStory) {
			k.comes("A", 1, "10.00")
			k.goesOut("KR")
			k.answers("A", fis.Posted)
			k.comes("B", 2, "11.00")
			k.marked("B")
			k.comes("C", 3, "12.00")
			k.released("C", records.PostAdd)
			k.goesOut("KR-3")
			k.answers("C", fis.Posted)
			k.comes("D", 4, "13.00")
			k.marked("D")
			k.comes("E", 5, "14.00")
			k.released("E", records.PostAdd)
			k.goesOut("KR-5")
		},
		"posted elsewhere, then by hand": func(k *keyStory) {
			k.comes("B", 2, "20.00")
			k.released("B", records.PostAdd)
			k.goesOut("KR-2")
			k.answers("B", fis.Posted)
			k.comes("C", 3, "30.00")
			k.marked("C")
			k.comes("D", 4, "40.00")
			k.released("D", records.PostAdd)
			k.goesOut("KR-4")
		},
		"the first was booked by hand": func(k *keyStory) {
			k.add(fis.Expense, "A", revised("R", 1, "649999=10.00")) // an account that the mapping does not know
			k.pass()
			k.marked("A")
			k.comes("B", 2, "11.00")
			k.released("B", records.PostAdd)
			k.goesOut("KR-2")
		},
		"marked posted in its file": func(k *keyStory) {
			k.comes("A", 1, "10.00")
			k.goesOut("KR")
			k.marked("A")
			k.comes("B", 2, "11.00")
			k.released("B", records.PostReplace)
			k.goesOut("KR-2")
		},
		"issued again": func(k *keyStory) {
			k.comes("A", 1, "10.00")
			k.goesOut("KR")
			k.ok(k.j.Reissue(k.ctx, k.newest().ID, nil, "lost by the ERP"))
			k.pass()
			k.goesOut("KR")
			k.answers("A", fis.Posted)
			k.comes("B", 2, "11.00")
			k.released("B", records.PostReplace)
			k.goesOut("KR-2")
			k.ok(k.j.Reissue(k.ctx, k.newest().ID, nil, "lost by the ERP"))
			k.pass()
			k.goesOut("KR-2")
			k.answers("B", fis.Posted)
			k.comes("C", 3, "12.00")
			k.released("C", records.PostReplace)
			k.goesOut("KR-3")
		},
		"said to be posted after its file was withdrawn": func(k *keyStory) {
			k.comes("B", 2, "20.00")
			k.released("B", records.PostAdd)
			k.goesOut("KR-2")
			k.ok(k.j.Reissue(k.ctx, k.newest().ID, nil, "no answer"))
			k.ok(k.j.Hold(k.ctx, "B", "look first"))
			k.marked("B")
			k.comes("C", 3, "30.00")
			k.released("C", records.PostAdd)
			k.goesOut("KR-3")
		},
		"files of a version that kept no numbers": func(k *keyStory) {
			k.comes("A", 1, "10.00")
			k.answers("A", fis.Posted)
			k.comes("B", 2, "20.00")
			k.released("B", records.PostAdd)
			k.answers("B", fis.Posted)
			k.files = 2
			db := pgtest.Raw(k.TB, filepath.Join(k.dir, "journal.db"))
			_, err := db.ExecContext(k.ctx, `UPDATE file_documents SET posting = 0`)
			k.ok(err)
			k.ok(db.Close())
			k.write("erp/out/PAY1.dat", fmt.Sprintf("P%-12s%-10s%s%s%s\nT0000001\n", "KR-2", "PY77", "000000000200{", "EUR", "20260401"))
			k.comes("C", 3, "31.00")
			k.payment("B", "PY77/KR-2", records.Done)
			k.released("C", records.PostReplace)
			k.goesOut("KR-3")
		},
		"an older one overtakes what waits to be issued again": func(k *keyStory) {
			k.comes("B", 1, "20.00")
			k.goesOut("KR")
			k.ok(k.j.Reissue(k.ctx, k.newest().ID, nil, "lost by the ERP"))
			k.ok(k.j.Hold(k.ctx, "B", "wait"))
			k.comes("A", 1, "10.00")
			k.goesOut("KR-2") // the ledger may have KR after all
			k.answers("A", fis.Posted)
			k.ok(k.j.Release(k.ctx, "B", "go on"))
			k.pass()
			k.released("B", records.PostAdd)
			k.goesOut("KR") // which then refuses it, and posts nothing twice
		},
		"recalled after posting, and reversed": func(k *keyStory) {
			k.comes("A", 1, "10.00")
			k.goesOut("KR")
			k.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "posting", DocID: "A", Code: 112, Times: 1})
			k.answers("A", fis.Posted)
			_, err := k.j.SettleByHand(k.ctx, "A", "reversed in the ERP")
			k.ok(err)
			k.comes("B", 1, "11.00")
			k.goesOut("KR-2") // KR is in its books, reversed or not
			k.answers("B", fis.Posted)
			k.comes("C", 2, "12.00")
			k.released("C", records.PostReplace)
			k.goesOut("KR-3")
		},
	} {
		t.Run(name, func(t *testing.T) { story(&keyStory{world: fixedLedger(t, "hold")}) })
	}
}

// What an employee gives back of an advance has the same id as the advance, and another key in the ledger.
func TestReturnedAdvanceHasAKeyOfItsOwn(t *testing.T) {
	for name, oneNight := range map[string]bool{"in one night": true, "in two": false} {
		t.Run(name, func(t *testing.T) {
			k := &keyStory{world: fixedLedger(t, "hold")}
			k.add(fis.CashAdvance, "A", advanceOf("CA1", "100.00"))
			if !oneNight {
				k.pass()
				k.goesOut("CA1")
			}
			k.clock.add(time.Minute)
			k.add(fis.CashAdvance, "B", advanceOf("CA1", "-40.00"))
			k.pass()
			if oneNight {
				k.goesOut("CA1", "CA1-2")
			} else {
				k.goesOut("CA1-2")
			}
			k.states("A filed, B filed")
		})
	}
}
