package invoicepay_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/concur/invoicepay"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/secret"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// store keeps one token in memory.
type store struct {
	mu    sync.Mutex
	token concur.Token
}

func (s *store) LoadToken(context.Context) (concur.Token, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token.Version == 0 {
		return s.token, concur.ErrNoToken
	}
	return s.token, nil
}

func (s *store) SaveToken(_ context.Context, t concur.Token) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.Version++
	s.token = t
	return nil
}

func (s *store) LockToken(context.Context, string, time.Duration) (func(), bool, error) {
	return func() {}, true, nil
}

// bench is a client beside a simulated service with invoices whose posting is confirmed.
type bench struct {
	*testing.T
	sim    *simfis.Service
	client *invoicepay.Client
	waits  []time.Duration
}

func newBench(t *testing.T, invoices int) *bench {
	t.Helper()
	b := &bench{T: t, sim: simfis.New(simfis.Config{Seed: 5})}
	server := httptest.NewServer(b.sim)
	t.Cleanup(server.Close)
	d := simfis.DefaultConfig()
	core, err := concur.New(concur.Config{BaseURL: server.URL, ClientID: d.ClientID,
		ClientSecret: secret.Text(d.ClientSecret), CompanyUUID: d.CompanyUUID, Tokens: &store{}, MinInterval: -1,
		Timeout: 20 * time.Second,
		Sleep: func(ctx context.Context, d time.Duration) error {
			b.waits = append(b.waits, d)
			return ctx.Err()
		}})
	b.ok(err)
	t.Cleanup(core.Close)
	_, err = core.Login(t.Context(), d.RequestToken)
	b.ok(err)
	b.client = &invoicepay.Client{Core: core}
	for i := range invoices {
		id := fmt.Sprintf("D%d", i)
		_, err := b.sim.Add(fis.Envelope{ID: id, DocType: fis.Invoice, Status: fis.StatusPostedSuccess,
			Document: fmt.Appendf(nil, `{"requestHeader":{"requestId":"%s"}}`, request(i))})
		b.ok(err)
	}
	return b
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) faults(faults ...simfis.Fault) {
	b.Helper()
	b.ok(b.sim.SetFaults(1, faults...))
}

func request(i int) string { return fmt.Sprintf("9B1D30723CBF4F86A%03d", i) }

// paid is the mark of the i-th invoice.
func paid(i int) invoicepay.Mark {
	amount, _ := fis.ParseAmount("50.00")
	return invoicepay.Mark{DocID: fmt.Sprintf("D%d", i), RequestID: request(i), Status: invoicepay.Paid, Method: "CLIENT",
		Date: fis.Date{Year: 2026, Month: 3, Day: 2}, CheckNumber: fmt.Sprintf("BANK-%d", i), Amount: &amount,
		Currency: "USD"}
}

func several(n int) (list []invoicepay.Mark) {
	for i := range n {
		list = append(list, paid(i))
	}
	return list
}

// meant are the consequences of answers, in order.
func meant(answers []concur.Answer) string {
	var out []string
	for _, a := range answers {
		out = append(out, a.Consequence.String())
	}
	return strings.Join(out, ", ")
}

func (b *bench) want(answers []concur.Answer, want string) {
	b.Helper()
	if got := meant(answers); got != want {
		b.Errorf("answers are %s, want %s", got, want)
	}
}

// marks are the marks of invoices that took effect, in the order of the invoices.
func (b *bench) marks() string {
	var out []string
	for _, d := range b.sim.Documents() {
		for _, m := range d.Marks {
			out = append(out, strings.TrimSpace(d.ID+" "+m.Status+" "+m.Method+" "+m.CheckNumber+" "+m.Amount))
		}
	}
	return strings.Join(out, "; ")
}

func (b *bench) noRefusals() {
	b.Helper()
	for _, r := range b.sim.Refusals() {
		b.Errorf("the service minded: %s: %s", r.Call, r.Reason)
	}
}

func TestMarkItemByItem(t *testing.T) {
	b := newBench(t, 3)
	b.ok(b.sim.SetStatus("D1", fis.StatusAcknowledged, "OURS")) // its posting is not confirmed: not extracted
	b.faults(simfis.Fault{Kind: simfis.FaultShuffle})
	list := append(several(3), paid(3)) // the service knows no fourth
	answers, err := b.client.Mark(t.Context(), list)
	b.ok(err)
	b.want(answers, "done, not extracted, done, missing")
	if got, want := b.marks(), "D0 PAID CLIENT BANK-0 50.00; D2 PAID CLIENT BANK-2 50.00"; got != want {
		t.Errorf("marks: %s\nwant: %s", got, want)
	}
	for i, a := range answers {
		if a.DocID != list[i].DocID || a.PaymentRef != list[i].CheckNumber || a.Correlation == "" {
			t.Errorf("answer %d: %+v", i, a)
		}
	}
	b.noRefusals()
}

// All refused one by one comes with the status of a bad request; it says what became of each all the same.
func TestAllRefused(t *testing.T) {
	b := newBench(t, 2)
	answers, err := b.client.Mark(t.Context(), several(2))
	b.ok(err)
	b.want(answers, "done, done")
	answers, err = b.client.Mark(t.Context(), several(2))
	b.ok(err)
	b.want(answers, "not extracted, not extracted")
	if !strings.Contains(answers[0].Message, "Extracted") {
		t.Errorf("the service's words are lost: %+v", answers[0])
	}
}

func TestLostAnswerIsNotRepeated(t *testing.T) {
	for _, kind := range []string{simfis.FaultLost, simfis.FaultHalf, simfis.FaultAfter, simfis.FaultGarbage} {
		t.Run(kind, func(t *testing.T) {
			b := newBench(t, 2)
			b.faults(simfis.Fault{Kind: kind, Call: "mark", Times: 1})
			answers, err := b.client.Mark(t.Context(), several(2))
			if !concur.Lost(err) {
				t.Fatalf("error is %v", err)
			}
			b.want(answers, "unknown, unknown")
			seen, err := b.client.Look(t.Context(), request(0))
			b.ok(err)
			if seen.CheckNumber != "BANK-0" {
				t.Errorf("read back: %+v", seen)
			}
			if got := strings.Count(b.marks(), "PAID"); got != 2 {
				t.Errorf("marked %d times: %s", got, b.marks())
			}
		})
	}
}

// What the service certainly did not do is repeated after the wait it asks for.
func TestBusyServiceIsRepeated(t *testing.T) {
	b := newBench(t, 1)
	b.faults(simfis.Fault{Kind: simfis.FaultStatus, Call: "mark", Status: 429, RetryAfter: 7, Times: 1})
	answers, err := b.client.Mark(t.Context(), several(1))
	b.ok(err)
	b.want(answers, "done")
	if len(b.waits) == 0 || b.waits[0] < 7*time.Second {
		t.Errorf("waited %v", b.waits)
	}
}

func TestServerErrorIsUnknown(t *testing.T) {
	b := newBench(t, 1)
	b.faults(simfis.Fault{Kind: simfis.FaultStatus, Call: "mark", Status: 503, Times: 1})
	answers, err := b.client.Mark(t.Context(), several(1))
	if !concur.Lost(err) {
		t.Fatalf("error is %v", err)
	}
	b.want(answers, "unknown")
}

func TestAnswersThatDoNotFit(t *testing.T) {
	b := newBench(t, 3)
	b.faults(simfis.Fault{Kind: simfis.FaultOmit, Call: "mark", DocID: "D1"},
		simfis.Fault{Kind: simfis.FaultExtra, Call: "mark"}, simfis.Fault{Kind: simfis.FaultItem, Call: "mark", DocID: "D2"})
	answers, err := b.client.Mark(t.Context(), several(3))
	if !concur.OnlyOdd(err) {
		t.Fatalf("error is %v", err)
	}
	b.want(answers, "done, unknown, never")
}

// One mark that the service will not read does not stop the others. Our own check would refuse it before: only a later
// rule of the service can do so, which a proxy stands for here.
func TestOneUnreadableMark(t *testing.T) {
	b := newBench(t, 4)
	b.client.Core = picky{b.client.Core, "BANK-2"}
	answers, err := b.client.Mark(t.Context(), several(4))
	b.ok(err)
	b.want(answers, "done, done, never, done")
}

type picky struct {
	invoicepay.Caller
	minds string
}

func (p picky) Do(ctx context.Context, r concur.Request) (concur.Response, error) {
	if strings.Contains(fmt.Sprintf("%+v", r.Body), p.minds) {
		return concur.Response{}, &concur.CallError{Op: r.Op, Status: 422}
	}
	return p.Caller.Do(ctx, r)
}

func TestWhatIsNotSent(t *testing.T) {
	for name, change := range map[string]func(*invoicepay.Mark){
		"no status":       func(m *invoicepay.Mark) { m.Status = "" },
		"Concur pays":     func(m *invoicepay.Mark) { m.Method = "ACH" },
		"the supplier's":  func(m *invoicepay.Mark) { m.Method = "" },
		"no reference":    func(m *invoicepay.Mark) { m.CheckNumber = "" },
		"long reference":  func(m *invoicepay.Mark) { m.CheckNumber = strings.Repeat("9", 101) },
		"no invoice":      func(m *invoicepay.Mark) { m.RequestID = "" },
		"another address": func(m *invoicepay.Mark) { m.RequestID = "../../list" },
		"no date":         func(m *invoicepay.Mark) { m.Date = fis.Date{} },
		"no amount":       func(m *invoicepay.Mark) { m.Amount = nil },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, 1)
			m := paid(0)
			change(&m)
			if _, err := b.client.Mark(t.Context(), []invoicepay.Mark{m}); err == nil {
				t.Error("it was sent")
			}
			if b.marks() != "" {
				t.Errorf("marks: %s", b.marks())
			}
		})
	}
}

func TestReadBackIsForbidden(t *testing.T) {
	b := newBench(t, 1)
	b.sim.SetBehaviour(simfis.Behaviour{NoReadBack: true})
	_, err := b.client.Look(t.Context(), request(0))
	var ce *concur.CallError
	if !concur.Forbidden(err) || !errors.As(err, &ce) || !strings.Contains(ce.Hint, "Payment Request") {
		t.Errorf("error is %v (%+v)", err, ce)
	}
}

// Two documents of one invoice, as after a revision: each mark goes in a call of its own, and the others go on.
func TestOneInvoiceTwice(t *testing.T) {
	b := newBench(t, 2)
	again := paid(0)
	again.DocID, again.CheckNumber = "D0-revised", "BANK-9"
	answers, err := b.client.Mark(t.Context(), []invoicepay.Mark{paid(0), again, paid(1)})
	b.ok(err)
	b.want(answers, "done, not extracted, done")
	b.noRefusals()
}

func TestManyMarks(t *testing.T) {
	b := newBench(t, 250)
	answers, err := b.client.Mark(t.Context(), several(250))
	b.ok(err)
	calls := 0
	for _, c := range b.sim.Record() {
		if c.Call == "mark" {
			calls++
		}
	}
	if done := strings.Count(meant(answers), "done"); done != 250 || calls != 3 {
		t.Errorf("%d done in %d calls", done, calls)
	}
}
