package concur

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// The service's reference and its samples disagree about types: a text may come as a number, a number as a text. These
// readers take either.

// text is a JSON string, number or flag as text; null, missing, objects and arrays are empty.
func text(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
		return ""
	case '{', '[', 'n':
		return ""
	}
	return string(raw)
}

// number is a whole JSON number, or a string that holds one.
func number(raw json.RawMessage) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(text(raw)))
	return n, err == nil
}

// texts joins a string, or the strings of an array.
func texts(raw json.RawMessage) string {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		return text(raw)
	}
	var parts []string
	for _, item := range list {
		if s := text(item); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "; ")
}
