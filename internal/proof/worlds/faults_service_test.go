package worlds

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// The answer to a call that did its work is lost, in every way in which answers get lost, at the first and the second
// call of each kind.
func TestLostAnswers(t *testing.T) {
	for _, kind := range []string{simfis.FaultLost, simfis.FaultTimeout, simfis.FaultHalf, simfis.FaultAfter, simfis.FaultGarbage} {
		for _, call := range []string{"acknowledge", "posting", "payment", "token"} {
			t.Run(kind+" "+call, func(t *testing.T) {
				t.Parallel()
				w := begin(t, setup{timeout: time.Second})
				var faults []simfis.Fault
				for _, skip := range []int{0, 1} {
					faults = append(faults, simfis.Fault{Kind: kind, Call: call, Skip: skip, Times: 1, Delay: 1200 * time.Millisecond})
				}
				w.must(w.fis.SetFaults(1, faults...))
				for _, p := range phases()[1:] {
					w.fis.ExpireAccess()
					p.prepare(w)
					w.idle()
				}
				if n := w.struck(kind); n < 1 {
					t.Errorf("the fault struck %d calls", n)
				}
				w.check()
			})
		}
	}
}

// struck counts the calls that a fault hit.
func (w *world) struck(kinds ...string) (n int) {
	for _, c := range w.fis.Record() {
		for _, kind := range strings.Split(c.Fault, ",") {
			if slices.Contains(kinds, kind) {
				n++
			}
		}
	}
	return n
}

// Seeded mixes of everything that can go wrong at the service, in all phases; afterwards the service behaves again and
// the work is finished.
func TestServiceFaultMixes(t *testing.T) {
	worlds := 6
	switch {
	case testing.Short():
		worlds = 2
	case long():
		worlds = 60
	}
	for i := range worlds {
		seed := uint64(1000 + i)
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 3))
			behaviour := simfis.Behaviour{Frozen: random.IntN(2) == 0, Form: []string{"", "text", "json"}[random.IntN(3)], TextNumbers: random.IntN(2) == 0,
				Envelope: []string{"", "fIDocuments", "missing"}[random.IntN(3)], MaxLimit: 2 + random.IntN(3), LinkHost: "internal.invalid"}
			w := begin(t, setup{timeout: time.Second, behaviour: behaviour, whole: random.IntN(3) == 0})
			mix := faultMix(random)
			for _, p := range phases()[1:] {
				p.prepare(w)
				w.must(w.fis.SetFaults(random.Uint64(), mix...))
				for range 3 {
					_, _ = w.run()
				}
				w.must(w.fis.SetFaults(0))
				w.answers()
			}
			t.Logf("%d calls were struck: %v", w.struck(kindsOf(mix)...), kindsOf(mix))
			w.check()
		})
	}
}

func kindsOf(mix []simfis.Fault) []string {
	var out []string
	for _, f := range mix {
		out = append(out, f.Kind)
	}
	return out
}

// faultMix is about half of all faults, each striking a part of the calls.
func faultMix(random *rand.Rand) []simfis.Fault {
	status := []int{http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, http.StatusTooManyRequests}
	all := []simfis.Fault{
		{Kind: simfis.FaultLost}, {Kind: simfis.FaultHalf}, {Kind: simfis.FaultCut}, {Kind: simfis.FaultAfter}, {Kind: simfis.FaultGarbage}, {Kind: simfis.FaultExpire},
		{Kind: simfis.FaultTimeout, Delay: 1100 * time.Millisecond, Times: 1}, {Kind: simfis.FaultSlow, Delay: 20 * time.Millisecond},
		{Kind: simfis.FaultStatus, Status: status[random.IntN(len(status))]}, {Kind: simfis.FaultItem, Code: 199}, {Kind: simfis.FaultOmit}, {Kind: simfis.FaultExtra}, {Kind: simfis.FaultShuffle},
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	all = all[:4+random.IntN(5)]
	for i := range all {
		all[i].Rate = 0.1 + 0.3*random.Float64()
	}
	return all
}

// Documents are recalled while the program works: before the acknowledgement they must not reach the ERP; the list goes
// on around them.
func TestRecallsInTheMiddle(t *testing.T) {
	for _, frozen := range []bool{false, true} {
		t.Run(fmt.Sprintf("frozen %v", frozen), func(t *testing.T) {
			t.Parallel()
			w := begin(t, setup{behaviour: simfis.Behaviour{Frozen: frozen}, page: 2})
			var faults []simfis.Fault
			for _, name := range []string{"14-tax-deductible", "44-zloty-lodz"} {
				w.known(name).fate = recalled
				faults = append(faults, simfis.Fault{Kind: simfis.FaultRecall, Call: "acknowledge", DocID: w.id(name), Times: 1})
			}
			w.must(w.fis.SetFaults(1, faults...))
			w.idle()
			w.fis.Thaw()
			// It comes back under a new id, and is a document like any other.
			again, err := w.fis.Resubmit(w.id("14-tax-deductible"), nil)
			w.must(err)
			k := *w.known("14-tax-deductible")
			k.id, k.fate = again, told
			_, env := sample(t, "14-tax-deductible")
			k.debit = debitOf(t, env)
			w.input = append(w.input, &k)
			w.cycle()
			w.check()
		})
	}
}
