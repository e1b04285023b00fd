package concur

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
)

// Every document is handed over exactly once, whatever the server does about pages, envelopes and document forms.
func TestWalkSeesEachDocumentOnce(t *testing.T) {
	for _, frozen := range []bool{false, true} {
		for _, paging := range []simfis.Behaviour{{}, {NoPage: true}, {Unpaged: true}, {MaxLimit: 10}, {MaxLimit: 10, NoPage: true}} {
			for _, envelope := range []string{"", "fIDocuments", "bare", "missing"} {
				for _, form := range []string{"json", "text", "array"} {
					for _, count := range []int{0, 1, 25, 60} {
						behaviour := paging
						behaviour.Frozen, behaviour.Envelope, behaviour.Form = frozen, envelope, form
						t.Run(fmt.Sprintf("%+v/%d", behaviour, count), func(t *testing.T) { walkOnce(t, behaviour, count) })
					}
				}
			}
		}
	}
}

func walkOnce(t *testing.T, behaviour simfis.Behaviour, count int) {
	b := newBench(t)
	ids := b.add(count)
	b.fis.SetBehaviour(behaviour)
	seen, stats, err := b.fetch(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if d, _ := b.fis.Document(id); seen[id] != 1 || d.Status != fis.StatusAcknowledged {
			t.Errorf("%s: %d times, %s", id, seen[id], d.Status)
		}
	}
	if stats.Documents != count || stats.Frozen != (behaviour.Frozen && count > 0) {
		t.Errorf("stats %+v", stats)
	}
	if stats.Calls > 4*(count/10+2) {
		t.Errorf("%d list calls for %d documents", stats.Calls, count)
	}
	b.noRefusals()
}

// Polite means few calls: where pages shift, one for each page and one that finds nothing; a list without pages is read
// twice.
func TestWalkMakesFewCalls(t *testing.T) {
	for _, c := range []struct {
		behaviour simfis.Behaviour
		leave     bool
		calls     int
	}{
		{simfis.Behaviour{}, false, 4}, {simfis.Behaviour{Unpaged: true}, false, 2}, {simfis.Behaviour{Unpaged: true}, true, 2},
		{simfis.Behaviour{}, true, 9}, // each of three pages twice, and once more because news came after the first
	} {
		b := newBench(t)
		b.add(60)
		b.fis.SetBehaviour(c.behaviour)
		_, stats, err := b.fetch(func(string) bool { return c.leave })
		if err != nil || stats.Calls != c.calls {
			t.Errorf("%+v, left alone %v: %+v, %v", c.behaviour, c.leave, stats, err)
		}
	}
}

// With one call at a time, documents of a long answer are acknowledged while the answer is still read.
func TestAcknowledgeWhileReading(t *testing.T) {
	b := newBench(t, func(c *Config) { c.MaxInFlight = 1 })
	b.add(60)
	b.fis.SetBehaviour(simfis.Behaviour{Unpaged: true})
	ctx, cancel := context.WithTimeout(b.Context(), 20*time.Second)
	defer cancel()
	_, err := b.client.Walk(ctx, fis.Expense, func(ctx context.Context, p Page) error {
		var ids []string
		for _, env := range p.Envelopes {
			ids = append(ids, env.ID)
		}
		_, err := b.client.Acknowledge(ctx, fis.Expense, ids)
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Thirty documents at the front stay where they are; the others arrive all the same, and nobody waits for ever.
func TestWalkPastDocumentsLeftAlone(t *testing.T) {
	for _, frozen := range []bool{false, true} {
		b := newBench(t)
		ids := b.add(90)
		b.fis.SetBehaviour(simfis.Behaviour{Frozen: frozen})
		alone := map[string]bool{}
		for _, id := range ids[:30] {
			alone[id] = true
		}
		seen, _, err := b.fetch(func(id string) bool { return alone[id] })
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if d, _ := b.fis.Document(id); seen[id] != 1 || (d.Status == fis.StatusReady) != alone[id] {
				t.Errorf("%s: %d times, %s", id, seen[id], d.Status)
			}
		}
	}
}

// The service accepts acknowledgements and does nothing: the walk stops with a message instead of fetching the queue in
// vain.
func TestWalkStopsWhenAcknowledgingDoesNotWork(t *testing.T) {
	b := newBench(t)
	b.add(60)
	b.fis.SetBehaviour(simfis.Behaviour{AcknowledgeIgnored: true})
	seen, _, err := b.fetch(nil)
	e := as[*StillReadyError](t, err)
	if len(seen) != 25 || len(e.IDs) != 25 || !strings.Contains(err.Error(), "still listed as ready") {
		t.Errorf("%d documents, %v", len(seen), err)
	}
}

// One acknowledgement among many has no effect: the others are not kept waiting for it, on a list that shifts and on
// one that stands still, and the walk names it at its end.
func TestOneAcknowledgementWithoutEffect(t *testing.T) {
	for _, frozen := range []bool{false, true} {
		b := newBench(t)
		ids := b.add(70)
		b.fis.SetBehaviour(simfis.Behaviour{Frozen: frozen})
		seen := map[string]int{}
		_, err := b.client.Walk(b.Context(), fis.Expense, func(ctx context.Context, p Page) error {
			var all []string
			for _, env := range p.Envelopes {
				seen[env.ID]++
				all = append(all, env.ID)
			}
			_, err := b.client.Acknowledge(ctx, fis.Expense, all)
			return errors.Join(err, b.fis.SetStatus(ids[0], fis.StatusReady, ""))
		})
		if len(seen) != 70 {
			t.Errorf("frozen %v: %d documents", frozen, len(seen))
		}
		if diff := cmp.Diff([]string{ids[0]}, as[*StillReadyError](t, err).IDs); diff != "" {
			t.Errorf("frozen %v: %s", frozen, diff)
		}
	}
}

// Acknowledgements that fail are no error of the walk: their documents are seen once and left.
func TestWalkWithFailingAcknowledgements(t *testing.T) {
	b := newBench(t)
	b.add(40)
	b.faults(simfis.Fault{Kind: simfis.FaultItem, Call: "acknowledge"})
	seen, _, err := b.fetch(nil)
	if err != nil || len(seen) != 40 {
		t.Errorf("%d documents, %v", len(seen), err)
	}
}

// Other things happen while we walk: documents are recalled, approved, and acknowledged by somebody else. What stays
// ready is seen.
func TestWalkAmongOthers(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 2))
		b := newBench(t, func(c *Config) { c.PageSize = 5 })
		ids := b.add(40)
		next := 5000
		seen := map[string]int{}
		_, err := b.client.Walk(b.Context(), fis.Expense, func(ctx context.Context, p Page) error {
			var mine []string
			for _, env := range p.Envelopes {
				if seen[env.ID]++; random.IntN(3) > 0 {
					mine = append(mine, env.ID)
				}
			}
			switch id := ids[random.IntN(len(ids))]; random.IntN(6) {
			case 0:
				_ = b.fis.Recall(id)
			case 1:
				_ = b.fis.SetStatus(id, fis.StatusAcknowledged, "other")
			case 2:
				next++
				id, err := b.fis.Add(fis.Envelope{ID: fmt.Sprintf("%032x", next), DocType: fis.Expense, Document: []byte(`{}`)})
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			_, err := b.client.Acknowledge(ctx, fis.Expense, mine)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			d, _ := b.fis.Document(id)
			if seen[id] > 1 || (seen[id] == 0 && d.Status == fis.StatusReady) {
				t.Errorf("seed %d: %s (%s) seen %d times", seed, id, d.Status, seen[id])
			}
		}
	}
}

func TestWalkReturnsTheErrorOfItsCaller(t *testing.T) {
	for _, unpaged := range []bool{false, true} {
		b := newBench(t)
		b.add(60)
		b.fis.SetBehaviour(simfis.Behaviour{Unpaged: unpaged})
		stop := errors.New("stop")
		if _, err := b.client.Walk(b.Context(), fis.Expense, func(context.Context, Page) error { return stop }); err != stop {
			t.Errorf("error %v", err)
		}
		if n := b.calls("list"); n != 1 {
			t.Errorf("%d calls", n)
		}
	}
}

// A list that breaks off in the middle is asked for again; what was handed over before is not handed over twice.
func TestWalkOverBrokenAnswers(t *testing.T) {
	for _, unpaged := range []bool{false, true} {
		b := newBench(t)
		ids := b.add(120)
		b.fis.SetBehaviour(simfis.Behaviour{Unpaged: unpaged})
		b.faults(simfis.Fault{Kind: simfis.FaultHalf, Call: "list", Times: 3}, simfis.Fault{Kind: simfis.FaultCut, Call: "list", Skip: 4, Times: 1})
		seen, _, err := b.fetch(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range ids {
			if seen[id] != 1 {
				t.Errorf("%s: %d times", id, seen[id])
			}
		}
	}
}

// A list without pages is handed over in parts, so that memory holds a part and not the list.
func TestUnpagedListComesInParts(t *testing.T) {
	b := newBench(t)
	b.add(1000)
	b.fis.SetBehaviour(simfis.Behaviour{Unpaged: true})
	largest := 0
	_, err := b.client.Walk(b.Context(), fis.Expense, func(_ context.Context, p Page) error {
		largest = max(largest, len(p.Envelopes))
		return nil
	})
	if err != nil || largest != 25 {
		t.Errorf("parts of %d, %v", largest, err)
	}
}

// The raw bytes of a document are those that were sent, in both forms, and the envelope is complete.
func TestEnvelopeIsKeptAsSent(t *testing.T) {
	const sent = `{"report":{"reportId":"R0000"},  "n":0,"amount":12345678901234567890123.00000001,"nothing":null}`
	compact := strings.ReplaceAll(sent, "  ", "") // the simulator sends objects without blanks, texts as they are
	for format, want := range map[string]string{"": compact, "json": compact, "text": sent} {
		b := newBench(t, func(c *Config) { c.DocumentFormat = format })
		ids := b.add(1)
		env, found, err := b.client.Get(b.Context(), fis.Expense, ids[0])
		if err != nil || !found {
			t.Fatal(found, err)
		}
		if string(env.Document) != want {
			t.Errorf("%q: %s", format, env.Document)
		}
		if env.DocType != fis.Expense || env.CompanyUUID != simfis.DefaultConfig().CompanyUUID || env.Status != fis.StatusReady || env.ERPSystemID != "" {
			t.Errorf("envelope %+v", env)
		}
	}
}

func TestFindByReportAndState(t *testing.T) {
	b := newBench(t)
	ids := b.add(2)
	if _, err := b.client.Acknowledge(b.Context(), fis.Expense, ids); err != nil {
		t.Fatal(err)
	}
	found, err := b.client.Find(b.Context(), fis.Expense, "R0001")
	if err != nil || len(found) != 1 || found[0].ID != ids[1] || found[0].Status != fis.StatusAcknowledged || found[0].ERPSystemID != "bridge-1" {
		t.Errorf("%+v, %v", found, err)
	}
	if _, found, err := b.client.Get(b.Context(), fis.Expense, "R0001"); found || err != nil {
		t.Errorf("a report id was taken for a document id: %v", err)
	}
}

// Items that are no documents are told once, and do not stop the others.
func TestBadItems(t *testing.T) {
	list := `{"content":[
		{"id":"good-1","document":{"a":1}}, 7, {"document":{"a":1}}, {"id":"empty"}, {"id":"null","document":null},
		{"id":"text","document":"{THE_FINANCIAL_DOCUMENT}"}, {"id":"two","document":[{},{}]},
		{"id":"123456789012345678901234567890123","document":{}}, {"id":12345,"document":"{\"b\":2}","erpSystemId":null,"docStatus":"READY"}
	],"page":"odd","links":[{"href":"x"}],"new":{"deep":[1,2]}}`
	var docs []fis.Envelope
	sink := &collect{docs: &docs}
	if _, err := readList(strings.NewReader(list), fis.Expense, 1<<20, 1<<20, sink); err != nil {
		t.Fatal(err)
	}
	if len(docs) != 2 || docs[0].ID != "good-1" || docs[1].ID != "12345" || string(docs[1].Document) != `{"b":2}` {
		t.Errorf("documents %+v", docs)
	}
	if len(sink.badItems) != 7 {
		t.Errorf("bad %+v", sink.badItems)
	}
}

type collect struct {
	docs     *[]fis.Envelope
	badItems []BadItem
}

func (c *collect) document(e fis.Envelope) error { *c.docs = append(*c.docs, e); return nil }
func (c *collect) bad(b BadItem) error           { c.badItems = append(c.badItems, b); return nil }

// Answers that are too large, or not what was asked for, end with a message; nothing of them is kept.
func TestListLimits(t *testing.T) {
	big := `{"content":[{"id":"a","document":{"x":"` + strings.Repeat("y", 5000) + `"}}]}`
	many := `{"content":[` + strings.Repeat(`{"id":"a","document":{}},`, 500) + `{}]}`
	for name, c := range map[string]struct{ body, want string }{
		"document":  {big, "larger than the limit for documents"},
		"answer":    {many, "larger than the limit for answers"},
		"html":      {"<html>", "cannot be read"},
		"number":    {"12", "an object or an array"},
		"truncated": {`{"content":[{"id":"a"`, "unexpected EOF"},
		"no array":  {`{"content":{}}`, "not an array"},
	} {
		_, err := readList(strings.NewReader(c.body), fis.Expense, 4000, 8000, &collect{docs: new([]fis.Envelope)})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Links and redirects lead nowhere.
func TestLinksAreNotFollowed(t *testing.T) {
	strangers := 0
	stranger := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { strangers++ }))
	defer stranger.Close()
	b := newBench(t)
	b.add(60)
	b.fis.SetBehaviour(simfis.Behaviour{LinkHost: stranger.URL})
	if seen, _, err := b.fetch(nil); err != nil || len(seen) != 60 {
		t.Fatal(len(seen), err)
	}
	redirect := httptest.NewServer(http.RedirectHandler(stranger.URL, http.StatusTemporaryRedirect))
	defer redirect.Close()
	b.client.tokens.have.Geolocation = redirect.URL
	if _, err := b.client.Find(b.Context(), fis.Expense, "x"); as[*CallError](t, err).Status != 307 {
		t.Error(err)
	}
	if strangers != 0 {
		t.Errorf("%d calls went to another host", strangers)
	}
}

func TestNoticesOnceADay(t *testing.T) {
	b := newBench(t)
	b.fis.SetBehaviour(simfis.Behaviour{Warn: "version 4 ends", Sunset: "Sat, 31 Dec 2026 23:59:59 GMT"})
	for range 3 {
		for range 5 {
			if _, err := b.client.Find(b.Context(), fis.Expense, "x"); err != nil {
				t.Fatal(err)
			}
		}
		b.clock.Sleep(b.Context(), 24*time.Hour)
	}
	if n := strings.Count(b.log.String(), "version 4 ends"); n != 3 {
		t.Errorf("x-api-warn logged %d times in three days", n)
	}
	if n := strings.Count(b.log.String(), "31 Dec 2026"); n != 3 {
		t.Errorf("sunset logged %d times in three days", n)
	}
}
