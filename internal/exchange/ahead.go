package exchange

import (
	"io"
	"sync"
)

// ahead reads a source while what was read before is sent: unpacking it and encrypting it take a processor each.
type ahead struct {
	full  chan piece
	spare chan []byte
	stop  chan struct{}
	reads sync.WaitGroup
	whole []byte // of the piece under way, to be given back
	rest  []byte
	ended error
}

// piece is what one read brought.
type piece struct {
	b   []byte
	err error
}

// Ahead of what is sent lie so many pieces of so many bytes.
const (
	aheadPieces = 4
	aheadBytes  = 256 << 10
)

// readAhead begins to read; close ends it.
func readAhead(r io.Reader) *ahead {
	a := &ahead{full: make(chan piece, aheadPieces), spare: make(chan []byte, aheadPieces), stop: make(chan struct{})}
	for range aheadPieces {
		a.spare <- make([]byte, aheadBytes)
	}
	a.reads.Go(func() {
		defer close(a.full)
		for {
			var b []byte
			select {
			case b = <-a.spare:
			case <-a.stop:
				return
			}
			n, err := io.ReadFull(r, b)
			if err == io.ErrUnexpectedEOF {
				err = io.EOF
			}
			a.full <- piece{b[:n], err} // there are no more pieces than it holds
			if err != nil {
				return
			}
		}
	})
	return a
}

func (a *ahead) Read(p []byte) (int, error) {
	for len(a.rest) == 0 {
		if a.ended != nil {
			return 0, a.ended
		}
		if a.whole != nil {
			a.spare <- a.whole[:cap(a.whole)]
		}
		next := <-a.full
		a.whole, a.rest, a.ended = next.b, next.b, next.err
	}
	n := copy(p, a.rest)
	a.rest = a.rest[n:]
	return n, nil
}

// close ends the reading and returns when it has ended.
func (a *ahead) close() {
	close(a.stop)
	a.reads.Wait()
}
