package node

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/journal/companies"
)

// Told is how the process of a pass says on its standard output how far it is: a line of JSON each, before the one of its Result.
type Told struct {
	Step  string `json:"step"`
	Done  int    `json:"done,omitempty"`
	Total int    `json:"total,omitempty"`
}

const (
	// tellEvery is how often the database learns how far a pass is: a pass that is over sooner costs it nothing.
	tellEvery = time.Second
	// tellWait bounds one such call; the pass does not wait for it.
	tellWait = 5 * time.Second
)

// hearing takes what a pass writes on its standard output: lines about its steps, and its result.
type hearing struct {
	mu     sync.Mutex
	now    func() time.Time
	line   bytes.Buffer
	result bounded
	steps  []companies.Step
	news   bool
}

// Write takes the next bytes.
func (h *hearing) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for rest := p; len(rest) > 0; {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			if h.line.Len() < mostSaid {
				h.line.Write(rest)
			}
			break
		}
		h.line.Write(rest[:end+1])
		h.take(h.line.Bytes())
		h.line.Reset()
		rest = rest[end+1:]
	}
	return len(p), nil
}

func (h *hearing) take(line []byte) {
	var t Told
	if json.Unmarshal(line, &t) != nil || t.Step == "" {
		_, _ = h.result.Write(line) // it never fails
		return
	}
	h.news = true
	if n := len(h.steps); n == 0 || h.steps[n-1].Name != t.Step {
		h.steps = append(h.steps, companies.Step{Name: t.Step, Began: h.now().UTC()})
	}
	last := &h.steps[len(h.steps)-1]
	last.Done, last.Total = max(last.Done, t.Done), max(last.Total, t.Total)
}

// said is the result, when the process has ended.
func (h *hearing) said() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append(h.result.Bytes(), h.line.Bytes()...)
}

// newer gives the steps, when there is news since it was asked last.
func (h *hearing) newer() ([]companies.Step, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	news := h.news
	h.news = false
	return append([]companies.Step(nil), h.steps...), news
}

// follow tells the consoles of all nodes how far a pass is, until ctx ends. A database in trouble is the pass's own affair.
func (n *Node) follow(ctx context.Context, c *companies.Claim, h *hearing) {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if steps, news := h.newer(); news {
			limited, cancel := context.WithTimeout(ctx, tellWait)
			if err := n.Tell(limited, c, steps); err != nil && ctx.Err() == nil {
				n.Log.Debug("nobody learns how far a pass is", "company", c.Company, "error", err.Error())
			}
			cancel()
		}
	}
}
