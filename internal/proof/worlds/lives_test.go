package worlds

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
)

// life is a world to which everything happens: kills, signals, a journal in trouble, faults of the service and of the
// server, backups that are put back, folders that are copied, a second machine, workbooks that are edited, commands
// that are cancelled. What is done and when, chance says.
type life struct {
	*world
	random *rand.Rand
	// backup is the last one; imported is how many files the ERP had when it was made.
	backup   string
	restores int
	// broken says that the mapping that lies there is wrong: before one was in force that is exit code 4.
	broken bool
	// troubles counts what happened, by kind.
	troubles map[string]int
	story    []string
}

// seedOfTheDay is another number each day, and the same for whoever tests on that day: what fails can be repeated.
func seedOfTheDay() uint64 { return uint64(time.Now().UTC().Unix() / (24 * 3600) * 1000) }

// Lives that chance has written, each judged by what service and ERP have in their own records: every document posted
// once, every payment told once, every number used once. FISBRIDGE_KILL_SEED repeats one life; FISBRIDGE_KILL_LONG=1
// leads hundreds.
func TestTroubledLives(t *testing.T) {
	skipShort(t)
	lives, first := 6, seedOfTheDay()
	if long() {
		lives, first = 150, uint64(time.Now().UnixNano())
	}
	if text := os.Getenv("FISBRIDGE_KILL_SEED"); text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("FISBRIDGE_KILL_SEED: %v", err)
		}
		first, lives = n, 1
	}
	var kills, faults atomic.Int64
	t.Run("seed", func(t *testing.T) {
		for i := range lives {
			seed := first + uint64(i)
			t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
				t.Parallel()
				l := newLife(t, rand.New(rand.NewPCG(seed, 11)))
				defer func() {
					kills.Add(int64(l.kills))
					faults.Add(int64(l.troubles["fault"]))
					if t.Failed() {
						t.Logf("the story:\n%s", strings.Join(l.story, "\n"))
					}
				}()
				l.lead()
			})
		}
	})
	t.Logf("%d lives, %d kills, %d faults", lives, kills.Load(), faults.Load())
}

func newLife(t *testing.T, random *rand.Rand) *life {
	t.Helper()
	set := setup{documents: []string{taxi, tax, threeCentres, "59-erp-rejects"}, files: 2, timeout: time.Second, behaviour: simfis.Behaviour{Frozen: random.IntN(3) == 0}}
	if random.IntN(3) == 0 {
		set.faults.Take = simerp.TakeAtOnce
	}
	return &life{world: begin(t, set), random: random, troubles: map[string]int{}}
}

// lead leads the life and brings it to its end.
func (l *life) lead() {
	l.t.Helper()
	acts := []func(){l.more, l.killed, l.killed, l.disturbed, l.faulty, l.faulty, l.quiet, l.erp, l.erp, l.paid, l.backUp, l.restored, l.intruder, l.edited, l.cancelled}
	for range 16 {
		acts[l.random.IntN(len(acts))]()
	}
	l.settle()
	l.judge()
}

func (l *life) note(format string, args ...any) {
	l.story = append(l.story, fmt.Sprintf(format, args...))
}

// more offers one or two further documents.
func (l *life) more() {
	for range 1 + l.random.IntN(2) {
		l.offerMore()
	}
	l.fis.Thaw()
	l.note("now there are %d documents", len(l.input))
}

// killed is a run that is killed by the clock.
func (l *life) killed() {
	before := l.kills
	d := time.Duration(10+l.random.IntN(140)) * time.Millisecond
	l.killAfter(d, "run")
	l.note("run, killed after %s: %v", d, l.kills > before)
}

// boundaries are where a run may be disturbed.
var boundaries = []string{"store.intended", "store.done", "acknowledge.intended", "acknowledge.acted", "acknowledge.done", "number.intended", "number.done", "upload.created", "upload.written",
	"rename.intended", "rename.acted", "rename.done", "claim.acted", "collect.done", "parse.done", "archive.acted", "confirm.intended", "confirm.acted", "confirm.done", "pay.intended", "pay.acted",
	"commit.intended", "commit.done"}

// disturbed is a run with a kill, a signal or a journal in trouble at a boundary.
func (l *life) disturbed() {
	at := boundaries[l.random.IntN(len(boundaries))]
	n := 1 + l.random.IntN(2)
	if strings.HasPrefix(at, "commit.") {
		n = 1 + l.random.IntN(14)
	}
	how := append(troubles(), "kill", "kill", "kill", "kill")[l.random.IntN(8)]
	e := l.exec([]string{fmt.Sprintf("FISBRIDGE_KILL_AT=%s:%d", at, n), "FISBRIDGE_KILL_HOW=" + how}, "", "run", "--json")
	if e.killed {
		l.kills++
	} else if !slices.Contains([]int{0, 1, 3, 130}, e.code) && !(l.broken && e.code == 4) {
		l.t.Errorf("%s at %s: %s", how, at, e)
	}
	l.troubles[how]++
	l.note("run with %s at %s:%d ended with %d", how, at, n, e.code)
}

// faulty is a run while the service and the SFTP server have faults.
func (l *life) faulty() {
	mix := faultMix(l.random)
	l.must(l.fis.SetFaults(l.random.Uint64(), mix...))
	before := l.struck(kindsOf(mix)...)
	ops := []simsftp.Op{simsftp.OpConnect, simsftp.OpLogin, simsftp.OpOpen, simsftp.OpClose, simsftp.OpRead, simsftp.OpWrite, simsftp.OpStat, simsftp.OpReaddir, simsftp.OpRename, simsftp.OpPosixRename}
	effects := []simsftp.Effect{simsftp.DoCut, simsftp.DoCutAfter, simsftp.DoRefuse, simsftp.DoFail, simsftp.DoFailAfter}
	var faults []simsftp.Fault
	for range 1 + l.random.IntN(3) {
		faults = append(faults, simsftp.Fault{Op: ops[l.random.IntN(len(ops))], Do: effects[l.random.IntN(len(effects))], Nth: 1 + l.random.IntN(3)})
	}
	l.sftp.Switch(faults...)
	l.sftp.Forget()
	_, e := l.run()
	l.troubles["fault"] += l.sftpFaults() + l.struck(kindsOf(mix)...) - before
	l.sftp.Switch()
	l.must(l.fis.SetFaults(0))
	l.note("run with faults %v %v ended with %d", kindsOf(mix), faults, e.code)
}

// quiet is a run that nothing disturbs.
func (l *life) quiet() {
	_, e := l.run()
	l.note("run ended with %d", e.code)
}

func (l *life) erp() {
	n, err := l.world.erp.Poll()
	l.must(err)
	l.note("the ERP reads %d files", n)
}

func (l *life) paid() {
	l.pay(simerp.PayInFull)
	l.note("the ERP pays")
}

// backUp makes a backup; the command is killed now and then.
func (l *life) backUp() {
	path := l.beside(fmt.Sprintf("backup-%d.db", len(l.story)))
	if l.random.IntN(3) == 0 && !onServer() {
		if e := l.exec([]string{"FISBRIDGE_KILL_AT=backup.copied"}, "", "backup", path); e.killed {
			l.kills++
		}
		if _, err := os.Stat(path); err == nil {
			l.t.Error("half a backup has the name of a whole one")
		}
	}
	l.world.backup(path)
	l.backup = path
	l.note("backup")
}

// restored puts the last backup in the place of the journal. No run works before a person has said so, and the ERP's
// answers are put back, as the help of backup says.
func (l *life) restored() {
	if l.backup == "" || l.restores >= 2 {
		return
	}
	l.restores++
	l.world.erp.AllowGaps()
	l.whole() // a mapping that is wrong would be told first
	l.restore(l.backup)
	least, done := l.leastNumber()
	next := max(l.nextNumber(), least)
	at := []string{"", "commit.intended", "commit.done"}[l.random.IntN(3)]
	args := []string{"restored", "--from-backup", "--next-number", "books=" + strconv.FormatInt(next, 10), "--reason", "the disk died"}
	if at != "" && !done {
		if e := l.exec([]string{"FISBRIDGE_KILL_AT=" + at}, "", args...); e.killed {
			l.kills++
		}
	}
	e := l.exec(nil, "", args...)
	if !done && e.code != 0 && (e.code > 2 || at != "commit.done") {
		l.t.Fatalf("restored: %s", e)
	}
	l.note("restored (killed at %q before): %d %s", at, e.code, e.err)
	l.login()    // the token of the backup may have been renewed since
	l.fis.Thaw() // a list stands still for ten minutes, and a restore takes longer
	l.putAnswersBack()
	l.note("restored, the next number is %d", next)
}

// leastNumber is the lowest number that the restored journal would take: it tells when it is asked for number 1. Where
// the note beside the journal knows what was used, it takes the next one by itself, and is done.
func (l *life) leastNumber() (n int64, done bool) {
	e := l.exec(nil, "", "restored", "--from-backup", "--next-number", "books=1", "--reason", "the disk died")
	if _, rest, found := strings.Cut(e.err, "the next one is "); found {
		_, err := fmt.Sscanf(rest, "%d or higher", &n)
		l.must(err)
	}
	l.note("asked for number 1: %d %s", e.code, e.err)
	return n, e.code == 0
}

// whole makes the mapping what it should be.
func (l *life) whole() {
	m, err := journalMapping()
	l.must(err)
	l.write("mappings/journal.yaml", m.text)
	l.broken = false
}

// nextNumber is what a person finds in the ERP and its folders: one more than the highest number that was used.
func (l *life) nextNumber() int64 {
	var highest int64
	for _, f := range l.world.erp.Books().Files {
		highest = max(highest, f.Sequence)
	}
	for _, name := range l.names("in") {
		var n int64
		if _, err := fmt.Sscanf(strings.TrimPrefix(name, "."), "books_%d_", &n); err == nil {
			highest = max(highest, n)
		}
	}
	return highest + 1
}

// putAnswersBack lays the ERP's answers into the return folder again.
func (l *life) putAnswersBack() {
	for _, folder := range []string{"out/archive", "out/failed"} {
		for _, name := range l.names(folder) {
			for _, answer := range l.world.erp.Books().Answers {
				if strings.HasSuffix(name, "-"+answer) {
					l.must(os.Rename(l.path(folder, name), l.path("out", answer)))
				}
			}
		}
	}
}

// intruder is the same folder somewhere else, or on another machine: it does nothing. Where the journal lies in PostgreSQL it may work there, one at a time.
func (l *life) intruder() {
	if onServer() {
		l.elsewhere()
		return
	}
	calls, dropped := len(l.fis.Record()), len(l.names("in"))
	other, env := l.world, []string{"FISBRIDGE_MACHINE=other"}
	if l.random.IntN(2) == 0 {
		other, env = l.at(l.beside(fmt.Sprintf("copy-%d", len(l.story)))), nil
		l.copyFolder(l.dir, other.dir)
	} else if e := l.exec([]string{"FISBRIDGE_MACHINE=home"}, "", "run", "--json"); e.code == 5 {
		l.t.Fatal(e)
	}
	if env != nil {
		calls, dropped = len(l.fis.Record()), len(l.names("in"))
	}
	if e := other.exec(env, "", "run"); e.code != 3 && !(l.broken && e.code == 4) || len(l.fis.Record()) != calls || len(l.names("in")) != dropped {
		l.t.Errorf("it is not where it was, and works: %s", e)
	}
	l.troubles["elsewhere"]++
	l.note("the folder elsewhere, %v", env)
}

// elsewhere is a run of another node with a copy of the folder, killed now and then; what it knows of the history comes along with it.
func (l *life) elsewhere() {
	other := l.at(l.beside(fmt.Sprintf("copy-%d", len(l.story))))
	l.copyFolder(l.dir, other.dir)
	var env []string
	if l.random.IntN(2) == 0 {
		env = []string{"FISBRIDGE_KILL_AT=commit.done:" + strconv.Itoa(1+l.random.IntN(10))}
	}
	e := other.exec(env, "", "run", "--json")
	if e.killed {
		l.kills++
		l.minuteLater()
	} else if !slices.Contains([]int{0, 1, 3, 5}, e.code) && !(l.broken && e.code == 4) {
		l.t.Errorf("another node: %s", e)
	}
	l.troubles["elsewhere"]++
	l.note("another node with the folder (%v): %d", env, e.code)
}

// edited changes the mapping: mended for the document that it cannot place, or broken, or as it was.
func (l *life) edited() {
	m, err := journalMapping()
	l.must(err)
	text := m.text
	switch l.random.IntN(3) {
	case 0:
		text = strings.Replace(text, `["640100", "640100"`, `["640100", "=640100"`, 1)
	case 1:
		text = strings.Replace(text, "line.account", "line.acount", 1)
	}
	l.broken = text != m.text
	l.write("mappings/journal.yaml", text)
	l.troubles["edited"]++
	l.note("the mapping is edited")
}

// cancelled is a command of a person that is killed or gets a signal, and is given again.
func (l *life) cancelled() {
	k := l.input[l.random.IntN(len(l.input))]
	state := l.seen(k.id)
	args := []string{"hold", k.id, "--reason", "waits for the budget owner"}
	if state == "held" {
		args = []string{"retry", "held", "--reason", "looked at"}
	}
	how := []string{"kill", "term", "busy"}[l.random.IntN(3)]
	at := []string{"commit.intended", "commit.done"}[l.random.IntN(2)]
	e := l.exec([]string{"FISBRIDGE_KILL_AT=" + at, "FISBRIDGE_KILL_HOW=" + how}, "", args...)
	if e.killed {
		l.kills++
	}
	again := l.exec(nil, "", args...)
	l.note("%s %s (%s), %s at %s: %d, then %d", args[0], k.sample, state, how, at, e.code, again.code)
}

// seen is the state of a document in the journal, empty when it has none.
func (l *life) seen(id string) string {
	e := l.exec(nil, "", "show", id, "--json")
	if e.code != 0 {
		return ""
	}
	_, rest, _ := strings.Cut(e.out, `"state": "`)
	state, _, _ := strings.Cut(rest, `"`)
	return state
}

// settle is what people do in the end: the mapping is as it should be, the service and the server behave, the ERP
// answers what it has, and whatever needs a person is looked up in the ERP and settled.
func (l *life) settle() {
	l.t.Helper()
	l.whole()
	l.note("-- the end begins")
	for range 6 {
		l.calm()
		if l.restores > 0 {
			l.refetch()
			l.putAnswersBack()
			l.calm()
		}
		l.pay(simerp.PayInFull)
		l.calm()
		if l.settled() == 0 {
			return
		}
	}
}

// calm lets runs, people and the ERP go on until none of them has anything to do.
func (l *life) calm() {
	for quiet, n := 0, 0; quiet < 2 && n < 30; n++ {
		l.alarms()
		s, _ := l.run()
		read, err := l.world.erp.Poll()
		l.must(err)
		if quiet++; read > 0 || s.leaves() || len(l.names("out")) > 0 {
			quiet = 0
		}
	}
}

// alarms are what a person does about what the runs ask: after a restore the journal is known to be older, and result
// files are read again.
func (l *life) alarms() {
	s, _ := l.run()
	for _, a := range s.Alarms {
		switch {
		case a.Kind == "older journal" && l.restores > 0:
			l.command(0, "mark", "alarm", strconv.Itoa(a.ID), "resolved", "--reason", "it was restored, and that was said")
		case a.Kind == "unverified" && l.restores > 0:
			l.lookFor(a)
		case a.Kind == "result lines" && l.restores > 0:
			l.exec(nil, "", "retry", "result", strings.TrimPrefix(a.Subject, "result "), "--reason", "the documents are back")
		}
	}
}

// lookFor looks in the ERP for an import file that was on its way, and says what is found.
func (l *life) lookFor(a alarm) {
	l.erp()
	is := "lost"
	for _, f := range l.world.erp.Books().Files {
		if strings.Contains(a.Message, f.Name) {
			is = "received"
		}
	}
	_, rest, _ := strings.Cut(a.Remedy, "`fisbridge mark file ")
	file, _, _ := strings.Cut(rest, " ")
	e := l.exec(nil, "", "mark", "file", file, is, "--reason", "looked in the ERP")
	l.note("file %s is %s: %d %s", file, is, e.code, e.err)
}

// refetch asks for the documents that Concur has given us, and that the journal has lost.
func (l *life) refetch() {
	for _, k := range l.input {
		if d, ok := l.fis.Document(k.id); ok && d.Status != fis.StatusReady && l.seen(k.id) == "" {
			e := l.exec(nil, "", "refetch", k.id, "--reason", "unknown after the restore")
			l.note("refetch %s: %d", k.sample, e.code)
		}
	}
}

// settled settles documents by what the ERP says of them, and gives their number: held ones, and ones that wait for an import file although the ERP has
// them, of which an alarm speaks.
func (l *life) settled() (n int) {
	l.t.Helper()
	for _, k := range l.input {
		d, seen := l.world.erp.Books().Document(k.id)
		if state := l.seen(k.id); k.fate != told || state != "held" && (state != "acknowledged" || d.Number == "") {
			continue
		}
		n++
		args := []string{"release", k.id, "--reason", "the ERP does not have it"}
		switch {
		case d.Number != "":
			args = []string{"mark", "document", k.id, "posted", "--number", d.Number, "--company", d.Company, "--fiscal-year", d.FiscalYear, "--reason", "found in the ERP"}
		case seen && len(d.Rejections) > 0:
			args = []string{"mark", "document", k.id, "rejected", "--message", d.Rejections[len(d.Rejections)-1], "--reason", "rejected in the ERP"}
		}
		e := l.exec(nil, "", args...)
		l.note("%s: %d %s", strings.Join(args, " "), e.code, e.err)
	}
	return n
}

// judge compares the records of service and ERP. After a restore numbers may have a gap, an answer that was put back may lie in the archive twice, and of
// an upload that the journal has lost half a file may lie there under its temporary name.
func (l *life) judge() {
	l.t.Helper()
	s, e := l.run()
	if s.did() || s.leaves() {
		l.t.Errorf("there was something left to do: %s", e)
	}
	for _, text := range l.violations() {
		if l.restores > 0 && (strings.Contains(text, "have a gap") || strings.HasPrefix(text, "result file ") && strings.Contains(text, " times among") || strings.HasSuffix(text, ".part was left in the import folder")) {
			continue
		}
		l.t.Errorf("violated: %s", text)
	}
	l.command(0, "audit", "verify")
	if l.restores == 0 {
		l.checkJournal()
	}
	if l.t.Failed() {
		var doc struct{ NeedsPerson []string }
		_ = json.Unmarshal([]byte(l.exec(nil, "", "status", "--json").out), &doc)
		l.note("status: %v", doc.NeedsPerson)
		l.note("%s", l.exec(nil, "", "status").out)
		l.note("ERP's files: %v", filepath.Join(l.root, "imported"))
	}
}
