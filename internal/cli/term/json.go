package term

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// WriteJSON writes JSON whose values are what they are, and in which nothing can act on a terminal.
func WriteJSON(w io.Writer, v any) error {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	if _, err := w.Write(wording.JSON(text.Bytes())); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}
