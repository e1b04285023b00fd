package ledger

import (
	"bytes"
	"compress/flate"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
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
}

func (c *chunks) Read(p []byte) (int, error) {
	for len(c.rest) == 0 {
		if c.ended {
			return 0, io.EOF
		}
		var packed []byte
		err := QueryRow(c.ctx, c.j, c.query, c.id, c.n).Scan(&packed)
		if errors.Is(err, sql.ErrNoRows) {
			c.ended = true
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("journal: read bytes: %w", err)
		}
		if c.rest, err = io.ReadAll(flate.NewReader(bytes.NewReader(packed))); err != nil {
			return 0, fmt.Errorf("journal: bytes are damaged: %w", err)
		}
		c.n++
	}
	n := copy(p, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *chunks) Close() error { return nil }
