package concur

import (
	"context"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// partBytes ends a part before PageSize documents when they are large, so that memory stays bounded.
const partBytes = 8 << 20

// pageRead takes the items of one list answer, and hands the new ones over in parts of at most PageSize documents,
// while the answer is still read when it is a long one.
type pageRead struct {
	walk  *walk
	ctx   context.Context
	body  *answerBody
	page  Page
	bytes int
	info  listInfo
	ids   map[string]struct{}
	items int
	fresh int
	back  []string
}

// begin starts an answer, or starts it again when the call is repeated: what was handed over stays handed over, what
// was only collected is collected anew.
func (p *pageRead) begin(b *answerBody) {
	p.body, p.items, p.ids, p.back = b, 0, map[string]struct{}{}, nil
	for _, env := range p.page.Envelopes {
		delete(p.walk.seen, env.ID)
	}
	for _, bad := range p.page.Bad {
		delete(p.walk.seen, badKey(bad))
	}
	p.page.Envelopes, p.page.Bad, p.bytes = nil, nil, 0
	p.page.Received, p.page.Correlation = b.received(), b.correlation
}

func (p *pageRead) document(env fis.Envelope) error {
	p.items++
	p.ids[env.ID] = struct{}{}
	if p.walk.isAcked(env.ID) && (env.Status == fis.StatusReady || env.Status == "") {
		p.back = append(p.back, env.ID)
	}
	if !p.first(env.ID) {
		return nil
	}
	p.page.Envelopes = append(p.page.Envelopes, env)
	if p.bytes += len(env.Document); len(p.page.Envelopes) < p.walk.c.cfg.PageSize && p.bytes < partBytes {
		return nil
	}
	p.body.watch.pause()
	defer p.body.watch.resume()
	if err := p.flush(); err != nil {
		return &handlerError{err}
	}
	return nil
}

func (p *pageRead) bad(b BadItem) error {
	p.items++
	if b.DocID != "" {
		p.ids[b.DocID] = struct{}{}
	}
	if p.first(badKey(b)) {
		p.page.Bad = append(p.page.Bad, b)
	}
	return nil
}

// first reports whether an id is new to the walk, and notes it.
func (p *pageRead) first(id string) bool {
	if _, known := p.walk.seen[id]; known {
		return false
	}
	p.walk.seen[id] = struct{}{}
	return true
}

// flush hands over what is collected.
func (p *pageRead) flush() error {
	if len(p.page.Envelopes) == 0 && len(p.page.Bad) == 0 {
		return nil
	}
	part := p.page
	p.fresh += len(part.Envelopes)
	p.walk.stats.Documents += len(part.Envelopes)
	p.walk.stats.Bad += len(part.Bad)
	p.page.Envelopes, p.page.Bad, p.bytes = nil, nil, 0
	return p.walk.handle(p.ctx, part)
}

// last reports whether no page follows this one, which brought nothing new.
func (p *pageRead) last(page, limit int, former map[string]struct{}) bool {
	switch {
	case p.items == 0, p.items > limit:
		return true
	case p.info.totalPages > 0 && (p.info.number == page || p.info.number == -1):
		return page+1 >= p.info.totalPages
	}
	// Nothing tells the pages apart: when this one is the same as the one before, the server does not page.
	for id := range p.ids {
		if _, same := former[id]; !same {
			return false
		}
	}
	return former != nil
}

func badKey(b BadItem) string { return "bad " + b.DocID + " " + b.Reason }
