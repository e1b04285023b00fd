package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/flate"
)

// ChunkSize is how much of a file lies in one row.
const ChunkSize = 1 << 20

func (t *Tx) SaveChunks(table, key string, id, size int64, body io.Reader) error {
	buffer := make([]byte, ChunkSize)
	var written int64
	for n := 0; ; n++ {
		read, err := io.ReadFull(body, buffer)
		if read > 0 {
			packed, err := t.Deflate(buffer[:read])
			if err != nil {
				return err
			}
			if _, err := t.Exec(`INSERT INTO `+table+` (`+key+`, n, body) VALUES ($1,$2,$3)`, id, n, packed); err != nil {
				return err
			}
			written += int64(read)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return err
		}
	}
	if written != size {
		return fmt.Errorf("%d bytes announced, %d read", size, written)
	}
	return nil
}

// FileBytes opens the bytes of an import file, as they were fixed.
func (j *Ledger) FileBytes(ctx context.Context, fileID int64) io.ReadCloser {
	return &chunks{ctx: ctx, j: j, query: `SELECT body FROM file_chunks WHERE file_id = $1 AND n = $2`, id: fileID}
}

// ResultBytes opens the bytes of a collected result file.
func (j *Ledger) ResultBytes(ctx context.Context, resultID int64) io.ReadCloser {
	return &chunks{ctx: ctx, j: j, query: `SELECT body FROM result_chunks WHERE result_id = $1 AND n = $2`, id: resultID}
}

// chunks reads one row after the other, so that memory is that of one.
type chunks struct {
	ctx   context.Context
	j     *Ledger
	query string
	id    int64
	n     int
	rest  []byte
	ended bool
	// packed, unpacker and clear are used again for each row: garbage of the size of the file would be made else.
	packed   []byte
	unpacker io.Reader
	clear    bytes.Buffer
}

func (c *chunks) Read(p []byte) (int, error) {
	for len(c.rest) == 0 {
		if c.ended {
			return 0, io.EOF
		}
		err := QueryRow(c.ctx, c.j, c.query, c.id, c.n).Scan(&c.packed)
		if errors.Is(err, sql.ErrNoRows) {
			c.ended = true
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("journal: read bytes: %w", err)
		}
		if err := c.unpack(); err != nil {
			return 0, fmt.Errorf("journal: bytes are damaged: %w", err)
		}
		c.n++
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

// unpack makes the rest of the packed bytes.
func (c *chunks) unpack() error {
	in := bytes.NewReader(c.packed)
	if c.unpacker == nil {
		c.unpacker = flate.NewReader(in)
		c.clear.Grow(min(ChunkSize, 16*len(c.packed)) + bytes.MinRead)
	} else if err := c.unpacker.(flate.Resetter).Reset(in, nil); err != nil {
		return err
	}
	c.clear.Reset()
	_, err := c.clear.ReadFrom(c.unpacker)
	c.rest = c.clear.Bytes()
	return err
}

func (c *chunks) Close() error { return nil }
