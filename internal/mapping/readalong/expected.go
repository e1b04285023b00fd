package readalong

import (
	"encoding/binary"
	"io"
	"iter"

	"github.com/fisbridge/fisbridge/internal/mapping/amounts"
)

// appendSized appends a text with its length.
func appendSized(dst, text []byte) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// eachOf are the documents that were appended, each valid until the next.
func eachOf(texts []byte) iter.Seq2[*amounts.Expected, error] {
	return func(yield func(*amounts.Expected, error) bool) {
		var e amounts.Expected
		for len(texts) > 0 {
			n, width := binary.Uvarint(texts)
			if width <= 0 || uint64(len(texts)-width) < n {
				yield(nil, io.ErrUnexpectedEOF)
				return
			}
			err := e.Take(texts[width : width+int(n)])
			texts = texts[width+int(n):]
			if !yield(&e, err) || err != nil {
				return
			}
		}
	}
}
