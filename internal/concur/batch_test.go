package concur

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

func consequences(answers []Answer) []Consequence {
	var out []Consequence
	for _, a := range answers {
		out = append(out, a.Consequence)
	}
	return out
}

func repeated(c Consequence, n int) []Consequence {
	var out []Consequence
	for range n {
		out = append(out, c)
	}
	return out
}

func confirmations(t *testing.T, ids []string) []PostingConfirmation {
	t.Helper()
	var out []PostingConfirmation
	for _, id := range ids {
		p, err := PostingFor(id, fis.Outcome{Verdict: fis.Posted, Company: "0100", Number: "N" + id[28:], FiscalYear: "2026", Posted: fis.Date{Year: 2026, Month: 3, Day: 2}})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func payment(t *testing.T, id, ref string, status fis.PaymentStatus) PaymentConfirmation {
	t.Helper()
	amount, err := fis.ParseAmount("220.5")
	if err != nil {
		t.Fatal(err)
	}
	p, err := PaymentFor(id, fis.Payment{Status: status, Reference: ref, Amount: amount, Currency: "USD", Method: "E",
		Cleared: fis.Date{Year: 2026, Month: 3, Day: 4}, ReceiverID: "57", Message: "because"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The whole life of documents, in batches, as the strict simulator takes it.
func TestAcknowledgeConfirmPay(t *testing.T) {
	b := newBench(t)
	ids := b.add(60)
	answers, err := b.client.Acknowledge(b.Context(), fis.Expense, ids)
	if diff := cmp.Diff(repeated(Done, 60), consequences(answers)); diff != "" || err != nil {
		t.Fatal(diff, err)
	}
	if b.calls("acknowledge") != 3 || answers[0].Correlation == "" || answers[59].DocID != ids[59] || answers[3].SystemID != "bridge-1" {
		t.Errorf("%d calls, %+v", b.calls("acknowledge"), answers[0])
	}
	refused, err := PostingFor(ids[0], fis.Outcome{Verdict: fis.Rejected, Messages: []fis.Message{{Code: "F5", Text: strings.Repeat("é", 2000)}}})
	if err != nil {
		t.Fatal(err)
	}
	answers, err = b.client.ConfirmPostings(b.Context(), fis.Expense, append([]PostingConfirmation{refused}, confirmations(t, ids[1:])...))
	if diff := cmp.Diff(repeated(Done, 60), consequences(answers)); diff != "" || err != nil {
		t.Fatal(diff, err)
	}
	list := []PaymentConfirmation{payment(t, ids[1], "r1", fis.PaidPartially), payment(t, ids[1], "r2", fis.PaidCompletely),
		payment(t, ids[2], "r3", fis.PaidCompletely), payment(t, ids[0], "r4", fis.PaidCompletely), payment(t, ids[2], "r5", fis.PaymentReversed)}
	answers, err = b.client.ConfirmPayments(b.Context(), fis.Expense, list)
	if diff := cmp.Diff([]Consequence{Done, Done, Done, NotPosted, Done}, consequences(answers)); diff != "" || err != nil {
		t.Fatal(diff, err)
	}
	answers, err = b.client.ConfirmPayments(b.Context(), fis.Expense, list[:2])
	if diff := cmp.Diff(repeated(PaymentKnown, 2), consequences(answers)); diff != "" || err != nil {
		t.Error(diff, err)
	}
	d, _ := b.fis.Document(ids[0])
	if d.Status != fis.StatusPostedFailure {
		t.Errorf("rejected document is %s", d.Status)
	}
	b.noRefusals()
}

// HTTP 200 hides failures, leaves some out, and mixes the order: each id gets its own answer.
func TestAnswersOfTheirOwn(t *testing.T) {
	b := newBench(t)
	ids := b.add(8)
	for _, do := range []error{b.fis.Recall(ids[1]), b.fis.SetStatus(ids[2], fis.StatusAcknowledged, "other"), b.fis.SetStatus(ids[3], simfis.NotReady, ""), b.fis.SetStatus(ids[7], fis.StatusReady, "other")} {
		if do != nil {
			t.Fatal(do)
		}
	}
	b.faults(simfis.Fault{Kind: simfis.FaultOmit, DocID: ids[4]}, simfis.Fault{Kind: simfis.FaultItem, DocID: ids[5]}, simfis.Fault{Kind: simfis.FaultShuffle}, simfis.Fault{Kind: simfis.FaultExtra})
	answers, err := b.client.Acknowledge(b.Context(), fis.Expense, append(ids, "no-such-document"))
	want := []Consequence{Done, Recalled, AlreadyDone, NotReady, Unknown, RepeatLater, Done, ForeignSystem, Missing}
	if diff := cmp.Diff(want, consequences(answers)); diff != "" {
		t.Error(diff)
	}
	if e := as[*AnswerError](t, err); len(e.Extra) != 1 || len(e.Contradicted) != 0 {
		t.Errorf("%+v", e)
	}
	if answers[2].SystemID != "other" {
		t.Errorf("the owner of a foreign document is %q", answers[2].SystemID)
	}
	b.faults()
	answers, err = b.client.Acknowledge(b.Context(), fis.Invoice, ids[6:7])
	if err != nil || answers[0].Consequence != WrongType {
		t.Errorf("another type: %+v, %v", answers, err)
	}
}

// Acknowledgements and confirmations have each their own size of a call.
func TestBatchSizes(t *testing.T) {
	b := newBench(t, func(c *Config) { c.BatchSize, c.ConfirmBatch = 2, 3 })
	ids := b.add(6)
	if _, err := b.client.Acknowledge(b.Context(), fis.Expense, ids); err != nil {
		t.Fatal(err)
	}
	if _, err := b.client.ConfirmPostings(b.Context(), fis.Expense, confirmations(t, ids)); err != nil {
		t.Fatal(err)
	}
	if b.calls("acknowledge") != 3 || b.calls("posting") != 2 {
		t.Errorf("%d acknowledgements, %d confirmations, want 3 and 2", b.calls("acknowledge"), b.calls("posting"))
	}
}

// A lost answer is not repeated here: the caller learns that the work may be done, and finds it done.
func TestLostAnswer(t *testing.T) {
	for _, kind := range []string{simfis.FaultLost, simfis.FaultHalf, simfis.FaultGarbage, simfis.FaultAfter, simfis.FaultTimeout} {
		t.Run(kind, func(t *testing.T) {
			b := newBench(t, func(c *Config) { c.Timeout = 300 * time.Millisecond; c.BatchSize = 2 })
			ids := b.add(6)
			if _, err := b.client.Acknowledge(b.Context(), fis.Expense, ids[:1]); err != nil {
				t.Fatal(err)
			}
			b.faults(simfis.Fault{Kind: kind, Call: "acknowledge", Skip: 1, Times: 1})
			answers, err := b.client.Acknowledge(b.Context(), fis.Expense, ids)
			if e := as[*CallError](t, err); !e.Sent || !strings.Contains(err.Error(), "acknowledge 2 expense documents") {
				t.Errorf("%+v", e)
			}
			if diff := cmp.Diff([]Consequence{AlreadyDone, Done, Unknown, Unknown, NotSent, NotSent}, consequences(answers)); diff != "" {
				t.Error(diff)
			}
			if n := b.calls("acknowledge"); n != 3 {
				t.Errorf("%d calls: the lost one was repeated", n-1)
			}
			answers, err = b.client.Acknowledge(b.Context(), fis.Expense, ids)
			want := []Consequence{AlreadyDone, AlreadyDone, AlreadyDone, AlreadyDone, Done, Done}
			if diff := cmp.Diff(want, consequences(answers)); diff != "" || err != nil {
				t.Error(diff, err)
			}
			b.noRefusals()
		})
	}
}

// What the service asks for before a repeat, and what is repeated at all.
func TestWaits(t *testing.T) {
	const minute = time.Minute
	for _, c := range []struct {
		name  string
		post  bool
		fault simfis.Fault
		waits []time.Duration
		sent  bool
		fails bool
	}{
		{"get 503", false, simfis.Fault{Status: 503, Times: 1}, []time.Duration{5 * minute}, false, false},
		{"get 504", false, simfis.Fault{Status: 504, Times: 2}, []time.Duration{5 * minute, 5 * minute}, false, false},
		{"get 503 with a time", false, simfis.Fault{Status: 503, RetryAfter: 90, Times: 1}, []time.Duration{90 * time.Second}, false, false},
		{"get 429", false, simfis.Fault{Status: 429, RetryAfter: 42, Times: 2}, []time.Duration{42 * time.Second, 42 * time.Second}, false, false},
		{"get 400", false, simfis.Fault{Status: 400, Times: 1}, nil, false, true},
		{"get 403", false, simfis.Fault{Status: 403, Times: 1}, nil, false, true},
		{"get 404", false, simfis.Fault{Status: 404, Times: 1}, nil, false, true},
		{"get timeout", false, simfis.Fault{Kind: simfis.FaultTimeout, Times: 1}, []time.Duration{5 * minute}, false, false},
		{"get for ever", false, simfis.Fault{Status: 503}, []time.Duration{5 * minute, 5 * minute, 5 * minute}, false, true},
		{"post 429", true, simfis.Fault{Status: 429, RetryAfter: 30, Times: 1}, []time.Duration{30 * time.Second}, false, false},
		{"post 503", true, simfis.Fault{Status: 503, Times: 1}, nil, true, true},
		{"post 500", true, simfis.Fault{Status: 500, Times: 1}, nil, true, true},
		{"post timeout", true, simfis.Fault{Kind: simfis.FaultTimeout, Times: 1}, nil, true, true},
		{"post 400", true, simfis.Fault{Status: 400, Times: 1}, nil, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, func(cfg *Config) {
				if c.fault.Kind == simfis.FaultTimeout {
					cfg.Timeout = 300 * time.Millisecond
				}
			})
			ids := b.add(1)
			if c.fault.Kind == "" {
				c.fault.Kind = simfis.FaultStatus
			}
			call := func() error { _, err := b.client.Find(b.Context(), fis.Expense, ids[0]); return err }
			c.fault.Call = "list"
			if c.post {
				call = func() error { _, err := b.client.Acknowledge(b.Context(), fis.Expense, ids); return err }
				c.fault.Call = "acknowledge"
			}
			b.faults(c.fault)
			b.clock.took()
			err := call()
			if (err != nil) != c.fails {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(c.waits, b.clock.took()); diff != "" {
				t.Error(diff)
			}
			if err != nil {
				if e := as[*CallError](t, err); e.Sent != c.sent || (e.Correlation == "" && e.Status != 0) {
					t.Errorf("%+v", e)
				}
			}
		})
	}
}

// In a run nobody waits when the bridge says so; the error tells how long it would have been.
func TestNoWaiting(t *testing.T) {
	b := newBench(t, func(c *Config) { c.MaxWait = -1 })
	b.faults(simfis.Fault{Kind: simfis.FaultStatus, Status: 503})
	b.clock.took()
	_, err := b.client.Find(b.Context(), fis.Expense, "x")
	if e := as[*CallError](t, err); e.RetryAfter != 5*time.Minute || !e.Temporary() || len(b.clock.took()) != 0 {
		t.Errorf("%+v", e)
	}
}

// A service that is down for hours costs a run its waiting time once: the calls behind the one that waited in vain are
// made once. Whoever is answered may wait again, within what the run has left; the next run has it all.
func TestWaitingIsForAllCallsTogether(t *testing.T) {
	var told []string
	b := newBench(t, func(c *Config) {
		c.MaxWait = 12 * time.Minute
		c.Waiting = func(why error, wait time.Duration) {
			told = append(told, fmt.Sprint(wait, " ", as[*CallError](t, why).Status))
		}
	})
	down := simfis.Fault{Kind: simfis.FaultStatus, Call: "list", Status: 503}
	look := func(fails bool) []time.Duration {
		t.Helper()
		b.clock.took()
		if _, err := b.client.Find(b.Context(), fis.Expense, "x"); (err != nil) != fails {
			t.Errorf("error %v", err)
		}
		return b.clock.took()
	}
	b.faults(down)
	five := 5 * time.Minute
	for i, want := range [][]time.Duration{{five, five}, nil, nil} {
		if diff := cmp.Diff(want, look(true)); diff != "" {
			t.Errorf("call %d: %s", i, diff)
		}
	}
	if n := b.calls("list"); n != 5 {
		t.Errorf("%d calls, want 3 and 1 and 1", n)
	}
	if diff := cmp.Diff([]string{"5m0s 503", "5m0s 503"}, told); diff != "" {
		t.Error(diff)
	}
	b.faults()
	look(false)
	brief := simfis.Fault{Kind: simfis.FaultStatus, Call: "list", Status: 429, RetryAfter: 60, Times: 1}
	b.faults(brief)
	if diff := cmp.Diff([]time.Duration{time.Minute}, look(false)); diff != "" {
		t.Error(diff)
	}
	b.faults(down)
	if diff := cmp.Diff([]time.Duration(nil), look(true)); diff != "" {
		t.Error("one minute is left: ", diff)
	}
	b.client.BeginRun()
	if diff := cmp.Diff([]time.Duration{five, five}, look(true)); diff != "" {
		t.Error("the next run: ", diff)
	}
}

// A wait ends with its context, and the error tells both what went wrong and why nobody waited on.
func TestStoppedWhileWaiting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	b := newBench(t, func(c *Config) {
		c.Sleep = func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }
	})
	b.faults(simfis.Fault{Kind: simfis.FaultStatus, Call: "list", Status: 503})
	_, err := b.client.Find(ctx, fis.Expense, "x")
	if as[*CallError](t, err).Status != 503 || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A server that nobody listens at did not do the work.
func TestNotSent(t *testing.T) {
	b := newBench(t, func(c *Config) { c.MaxWait = -1 })
	ids := b.add(3)
	b.server.Close()
	b.client.Close()
	answers, err := b.client.Acknowledge(b.Context(), fis.Expense, ids)
	if e := as[*CallError](t, err); e.Sent || !e.Temporary() {
		t.Errorf("%+v", e)
	}
	if diff := cmp.Diff(repeated(NotSent, 3), consequences(answers)); diff != "" {
		t.Error(diff)
	}
}

// One item that the service will not read does not stop the others; a fault of ours stops at once.
func TestOneBadItemInABatch(t *testing.T) {
	b := newBench(t)
	ids := b.add(20)
	b.faults(simfis.Fault{Kind: simfis.FaultStatus, Status: 400, DocID: ids[13]})
	answers, err := b.client.Acknowledge(b.Context(), fis.Expense, ids)
	want := repeated(Done, 20)
	want[13] = Never
	if diff := cmp.Diff(want, consequences(answers)); diff != "" || err != nil {
		t.Error(diff, err)
	}
	before := b.calls("acknowledge")
	b.faults(simfis.Fault{Kind: simfis.FaultStatus, Status: 400})
	if _, err := b.client.Acknowledge(b.Context(), fis.Expense, ids); as[*CallError](t, err).Status != 400 {
		t.Error(err)
	}
	if n := b.calls("acknowledge") - before; n > 8 {
		t.Errorf("%d calls that could not work", n)
	}
}

// What the service would refuse is stopped before it is sent.
func TestStoppedBeforeSending(t *testing.T) {
	b := newBench(t)
	ids := b.add(2)
	two := []PaymentConfirmation{payment(t, ids[0], "same", fis.PaidPartially), payment(t, ids[1], "same", fis.PaidPartially)}
	bad := confirmations(t, ids[:1])
	bad[0].PostingDocs[0].DocumentNumber = strings.Repeat("9", 81)
	for name, call := range map[string]func() ([]Answer, error){
		"same reference":  func() ([]Answer, error) { return b.client.ConfirmPayments(b.Context(), fis.Expense, two) },
		"invoice payment": func() ([]Answer, error) { return b.client.ConfirmPayments(b.Context(), fis.Invoice, two[:1]) },
		"long number":     func() ([]Answer, error) { return b.client.ConfirmPostings(b.Context(), fis.Expense, bad) },
		"same document": func() ([]Answer, error) {
			return b.client.Acknowledge(b.Context(), fis.Expense, []string{ids[0], ids[0]})
		},
		"long id": func() ([]Answer, error) {
			return b.client.Acknowledge(b.Context(), fis.Expense, []string{strings.Repeat("a", 33)})
		},
		"no type": func() ([]Answer, error) { return b.client.Acknowledge(b.Context(), "expenses", ids) },
	} {
		if answers, err := call(); err == nil || answers != nil {
			t.Errorf("%s: %v, %v", name, answers, err)
		}
	}
	if n := len(b.fis.Record()); n != 1 {
		t.Errorf("%d calls besides the login", n-1)
	}
}

// At most so many calls at once, and acknowledgements need not wait for the interval.
func TestPolite(t *testing.T) {
	var mu sync.Mutex
	now, most := 0, 0
	service := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		now++
		most = max(most, now)
		mu.Unlock()
		time.Sleep(5 * time.Millisecond)
		mu.Lock()
		now--
		mu.Unlock()
		_, _ = w.Write([]byte(`{"content":[]}`))
	})
	server := httptest.NewServer(service)
	defer server.Close()
	b := newBench(t, func(c *Config) { c.MaxInFlight, c.MinInterval = 3, time.Second })
	b.client.tokens.have.Geolocation = server.URL
	b.clock.took()
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if _, err := b.client.Find(b.Context(), fis.Expense, "x"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if most > 3 {
		t.Errorf("%d calls at once", most)
	}
	if len(b.clock.took()) == 0 {
		t.Error("nobody waited for the interval")
	}
	g := newGate(&Config{MaxInFlight: 1, MinInterval: time.Hour, Now: b.clock.Now, Sleep: b.clock.Sleep})
	for range 3 {
		leave, err := g.enter(b.Context(), true)
		if err != nil {
			t.Fatal(err)
		}
		leave()
		leave()
	}
	if w := b.clock.took(); len(w) != 0 {
		t.Errorf("an urgent call waited %v", w)
	}
	full, _ := g.enter(b.Context(), true)
	defer full()
	ended, cancel := context.WithCancel(b.Context())
	cancel()
	if _, err := g.enter(ended, true); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
