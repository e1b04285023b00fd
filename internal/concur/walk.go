package concur

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Page is a part of the list of ready documents: those that this walk has not handed over before. An answer of more
// than Config.PageSize documents comes in several parts.
type Page struct {
	DocType fis.DocType
	// Number is the page it was on.
	Number    int
	Envelopes []fis.Envelope
	// Bad are items that are no documents (no id, no document, malformed); they stay in Concur and are told once a
	// walk.
	Bad []BadItem
	// Received is when the answer with the first of these documents began to arrive.
	Received    time.Time
	Correlation string
}

// BadItem is an item of a list that cannot be handled.
type BadItem struct {
	DocID  string
	Reason string
}

// WalkStats is what a walk did.
type WalkStats struct {
	// Calls counts list answers, Passes the times it began at the first page.
	Calls, Passes, Documents, Bad int
	// Frozen is true when acknowledged documents stayed in the list for the time of the walk.
	Frozen bool
	// Unfinished is true when new documents kept coming and the walk ended all the same.
	Unfinished bool
}

// Limits of a walk, against a service that never comes to an end.
const (
	mostPasses  = 25
	mostPages   = 100_000
	recheckWait = 5 * time.Second
	mostLooked  = 100 // documents that are looked up one by one
	fewStuck    = 10  // documents without effect that do not end a walk yet
)

// Walk hands each ready document of a type to handle, exactly once, page by page. handle stores and acknowledges what
// it wants (by this client) before it returns; what it leaves alone stays in Concur and is not handed over again in
// this walk.
//
// The server's pages may shift while documents are acknowledged, or stand still: the same page is read until it brings
// nothing new, then the next; a whole pass without news is the end. A document that the service lists as ready although
// it accepted our acknowledgement is looked up: when the service confirms that it is still ready, the walk ends with
// *StillReadyError, which names all such documents: at once when no acknowledgement takes effect, else at its end, so
// that one document does not keep others waiting.
//
// The first error of handle ends the walk and is returned unchanged. Memory holds one part and the ids of the walk.
func (c *Client) Walk(ctx context.Context, t fis.DocType, handle func(context.Context, Page) error) (WalkStats, error) {
	w := &walk{c: c, t: t, handle: handle, seen: map[string]struct{}{}, acked: map[string]struct{}{}, looked: map[string]bool{}, isBack: map[string]bool{}}
	c.mu.Lock()
	c.walks[w] = t
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.walks, w)
		c.mu.Unlock()
	}()
	for {
		w.stats.Passes++
		news, err := w.pass(ctx)
		if err != nil {
			return w.stats, err
		}
		if !news {
			return w.stats, w.verify(ctx)
		}
		if w.stats.Passes == mostPasses {
			w.stats.Unfinished = true
			return w.stats, nil
		}
	}
}

// noteAcknowledged tells the walks of a type what the service accepted.
func (c *Client) noteAcknowledged(t fis.DocType, answers []Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for w, of := range c.walks {
		if of != t {
			continue
		}
		for _, a := range answers {
			if a.Consequence == Done {
				w.acked[a.DocID] = struct{}{}
			}
		}
	}
}

type walk struct {
	c      *Client
	t      fis.DocType
	handle func(context.Context, Page) error
	seen   map[string]struct{}
	acked  map[string]struct{} // guarded by c.mu
	stats  WalkStats
	// back are acknowledged documents that the last pass listed as ready; looked are those looked up, and whether they
	// are ready; stuck is true when one is.
	back   []string
	isBack map[string]bool
	looked map[string]bool
	stuck  bool
}

// pass reads all pages once. news is false when it was whole and brought nothing new: pages before the last news were
// read before it.
func (w *walk) pass(ctx context.Context) (news bool, err error) {
	w.back = nil
	clear(w.isBack)
	var former map[string]struct{}
	for page := 0; page < mostPages; {
		got, err := w.read(ctx, page)
		if err != nil {
			return false, err
		}
		if got.fresh > 0 {
			news = true
			continue
		}
		if page == 0 {
			news = false // a pass without news may begin here
		}
		if got.last(page, w.c.cfg.PageSize, former) {
			return news, nil
		}
		former = got.ids
		page++
	}
	return false, fmt.Errorf("list %s documents: no end after %d pages", w.t, mostPages)
}

// read reads one page and hands over what is new on it.
func (w *walk) read(ctx context.Context, page int) (*pageRead, error) {
	query := url.Values{"page": {strconv.Itoa(page)}, "limit": {strconv.Itoa(w.c.cfg.PageSize)}}
	got := &pageRead{walk: w, ctx: ctx, page: Page{DocType: w.t, Number: page}}
	info, correlation, err := w.c.list(ctx, w.t, fmt.Sprintf("list %s documents, page %d", w.t, page), query, func(b *answerBody) listSink {
		got.begin(b)
		return got
	})
	if err != nil {
		return nil, err
	}
	w.stats.Calls++
	got.info = info
	got.page.Correlation = correlation
	if err := got.flush(); err != nil {
		return nil, err
	}
	return got, w.suspect(ctx, got.back)
}

// suspect looks at acknowledged documents that are listed as ready. The first one is looked up: the answer tells a list
// that stands still from an acknowledgement that did not take. When none at all takes, the walk is in vain.
func (w *walk) suspect(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if !w.isBack[id] {
			w.isBack[id] = true
			w.back = append(w.back, id)
		}
	}
	if len(w.back) == 0 {
		return nil
	}
	if len(w.looked) == 0 {
		if err := w.lookUp(ctx, w.back[0]); err != nil {
			return err
		}
		w.stats.Frozen = !w.stuck
	}
	if !w.stuck || len(w.back) < fewStuck || len(w.back) < w.countAcked() {
		return nil
	}
	still, err := w.stillReady(ctx)
	if err != nil || len(still) < len(w.back) {
		return err
	}
	return &StillReadyError{DocType: string(w.t), IDs: still}
}

// verify is an error when acknowledged documents are ready at the end of the walk.
func (w *walk) verify(ctx context.Context) error {
	still, err := w.stillReady(ctx)
	if err != nil || len(still) == 0 {
		return err
	}
	return &StillReadyError{DocType: string(w.t), IDs: still}
}

// stillReady tells which of the documents that the last pass still listed as ready are so: a few are looked up, and
// when one of them is, all (beyond a number they are taken for ready, which costs them a run at most).
func (w *walk) stillReady(ctx context.Context) (still []string, err error) {
	if len(w.back) == 0 {
		return nil, nil
	}
	for _, i := range []int{0, len(w.back) / 2, len(w.back) - 1} {
		if err := w.lookUp(ctx, w.back[i]); err != nil {
			return nil, err
		}
	}
	if !w.stuck {
		return nil, nil
	}
	for i, id := range w.back {
		if i < mostLooked {
			if err := w.lookUp(ctx, id); err != nil {
				return nil, err
			}
		}
		if ready, known := w.looked[id]; ready || !known {
			still = append(still, id)
		}
	}
	return still, nil
}

// lookUp asks once whether an acknowledged document is still ready. The first that is gets some seconds and is asked
// about again.
func (w *walk) lookUp(ctx context.Context, id string) error {
	if _, done := w.looked[id]; done {
		return nil
	}
	for again := w.stuck; ; again = true {
		env, found, err := w.c.Get(ctx, w.t, id)
		if err != nil {
			return err
		}
		if ready := found && env.Status == fis.StatusReady; !ready || again {
			w.looked[id] = ready
			w.stuck = w.stuck || ready
			return nil
		}
		if err := w.c.cfg.Sleep(ctx, recheckWait); err != nil {
			return err
		}
	}
}

func (w *walk) countAcked() int {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	return len(w.acked)
}

// isAcked reports whether the service accepted our acknowledgement in this walk.
func (w *walk) isAcked(id string) bool {
	w.c.mu.Lock()
	defer w.c.mu.Unlock()
	_, ok := w.acked[id]
	return ok
}
