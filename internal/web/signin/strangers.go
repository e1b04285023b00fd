package signin

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"
)

// What strangers may leave behind: rows of a history that is never cut, counts in the database, and work.

// mostRefusals is how many refusals of people who are not signed in an hour's history tells one by one, and of one name ofOneName. What comes
// beyond is counted, and told in one row.
const (
	mostRefusals = 100
	ofOneName    = 20
)

// strangers counts refusals of an hour.
type strangers struct {
	mu    sync.Mutex
	since time.Time
	rows  int
	of    map[string]int
	left  int // refusals that were not told one by one
}

// toldOf is what a refusal adds to the history: a row of its own, one that says that others are counted from now on, and the number that was
// counted the hour before.
type toldOf struct {
	row, silent bool
	before      int
}

// told counts a refusal of who, at that moment.
func (s *strangers) told(now time.Time, who string) (t toldOf) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.since) >= time.Hour {
		t.before = s.left
		s.since, s.rows, s.left, s.of = now, 0, 0, map[string]int{}
	}
	if t.row = s.rows < mostRefusals && s.of[who] < ofOneName; t.row {
		s.rows++
		s.of[who]++
		return t
	}
	s.left++
	t.silent = s.left == 1
	return t
}

// Refused tells in the history that somebody who is not signed in was refused, as long as that is not too often.
func (b *Book) Refused(ctx context.Context, who, about, detail string) error {
	told := b.strangers.told(b.now(), who)
	if told == (toldOf{}) {
		return nil
	}
	return b.in(ctx, func(t *tx) error {
		if told.before > 0 {
			if err := t.tell("refused", "strangers", "", fmt.Sprintf("%d more in the hour in which refusals were counted", told.before)); err != nil {
				return err
			}
		}
		if told.silent {
			return t.tell("refused", "strangers", "", "so often that more of them are counted for an hour, not told one by one")
		}
		if !told.row {
			return nil
		}
		return t.tell("refused", who, about, detail)
	})
}

// Network is from where somebody calls, as it is counted: whoever has one address of IPv6 has all of its /64.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// bucket keeps counts few, however many names and addresses strangers make up: what is counted together by chance is one of 65,536.
func bucket(text string) string { return hashed(text)[:4] }

// Knock counts a call of somebody who is not signed in against his network, for what costs more than a page; ErrWait: it comes too soon.
func (b *Book) Knock(ctx context.Context, what, address string) error {
	return b.counted(ctx, b.knocks(what, address))
}

// Opened forgets the calls of a network, one of which was good.
func (b *Book) Opened(ctx context.Context, what, address string) error {
	return b.right(ctx, b.knocks(what, address))
}

func (b *Book) knocks(what, address string) []tried {
	return []tried{{key: what + " " + bucket(Network(address)), free: freeByAddress}}
}

// mostWaiting bounds how many strangers wait for their password to be looked at, each with its request.
const mostWaiting = 64

// queue lets a stranger wait for a hash, unless too many do.
func (b *Book) queue() (leave func(), err error) {
	if b.waiting.Add(1) > mostWaiting {
		b.waiting.Add(-1)
		return nil, &ErrWait{5 * time.Second}
	}
	return func() { b.waiting.Add(-1) }, nil
}
