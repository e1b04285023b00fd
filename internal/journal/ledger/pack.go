package ledger

import (
	"bytes"
	"io"
	"sync"

	"github.com/klauspost/compress/flate"
)

// Deflate packs bytes. The packer is a large thing and is made once for the transaction.
func (t *Tx) Deflate(b []byte) (packed []byte, err error) {
	var out bytes.Buffer
	if t.packer == nil {
		t.packer, err = flate.NewWriter(&out, flate.BestSpeed)
	} else {
		t.packer.Reset(&out)
	}
	if err != nil {
		return nil, err
	}
	if _, err := t.packer.Write(b); err != nil {
		return nil, err
	}
	err = t.packer.Close()
	return out.Bytes(), err
}

// unpacker is what unpacking needs, to be used again.
type unpacker struct {
	in    bytes.Reader
	flate io.ReadCloser
	clear bytes.Buffer
}

var unpackers = sync.Pool{New: func() any { return new(unpacker) }}

// mostKept is how large a buffer may be that is kept for the next unpacking.
const mostKept = 1 << 20

// Inflate unpacks what Deflate has packed.
func Inflate(packed []byte) ([]byte, error) {
	u := unpackers.Get().(*unpacker)
	u.in.Reset(packed)
	if u.flate == nil {
		u.flate = flate.NewReader(&u.in)
	} else if err := u.flate.(flate.Resetter).Reset(&u.in, nil); err != nil {
		return nil, err
	}
	u.clear.Reset()
	_, err := u.clear.ReadFrom(u.flate)
	out := bytes.Clone(u.clear.Bytes())
	if u.clear.Cap() <= mostKept {
		unpackers.Put(u)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}
