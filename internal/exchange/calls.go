package exchange

import (
	"encoding/binary"
	"sync"
	"time"
)

// call is a request that waits for the server: when it began, and how many bytes had gone over the line then.
type call struct {
	since time.Duration
	moved int64
}

// calls are those under way, the oldest first.
type calls struct {
	mu   sync.Mutex
	list []*call
}

// begin notes a call; the function that it returns ends it.
func (c *calls) begin(one call) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, &one)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		for i := range c.list {
			if c.list[i] == &one {
				c.list = append(c.list[:i], c.list[i+1:]...)
				return
			}
		}
	}
}

func (c *calls) none() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.list) == 0
}

// first is the oldest call; with none, one that has just begun at nothing.
func (c *calls) first() call {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.list) == 0 {
		return call{since: time.Duration(1<<63 - 1)}
	}
	return *c.list[0]
}

// packets follows what is written to the line packet by packet (a length of four bytes, then the kind), to tell when a
// rename is on its way.
type packets struct {
	left int // of the packet under way
	mu   sync.Mutex
	sent chan struct{} // closed when the next rename is written; nil when nobody waits
}

// renameKind is SSH_FXP_RENAME.
const renameKind = 18

// wrote takes what was written: the whole of one packet, or its head and then its data. It is called for one write
// after the other.
func (p *packets) wrote(b []byte) {
	if p.left > 0 || len(b) < 5 {
		p.left = max(p.left-len(b), 0)
		return
	}
	if p.left = max(4+int(binary.BigEndian.Uint32(b))-len(b), 0); b[4] != renameKind {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sent != nil {
		close(p.sent)
		p.sent = nil
	}
}

// nextRename is closed when the next rename is on its way.
func (s *session) nextRename() <-chan struct{} {
	s.sent.mu.Lock()
	defer s.sent.mu.Unlock()
	s.sent.sent = make(chan struct{})
	return s.sent.sent
}
