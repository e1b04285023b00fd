// Package takeback owns what a later document of a report changes: what import files say of the earlier ones, kept
// beside them, the difference by account, and, for types that have no posting lines, the document in which the old rows
// stand reversed in front of the new ones. Numbers keep their digits; nothing but rows and their signs changes.
package takeback

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// rowLists are the lists whose rows a document is made of.
func rowLists() []string {
	return []string{"expenseEntry", "lineItem", "requestEntry", "cashAdvanceApplication", "journalData",
		"travelAllowances"}
}

// WithRowsBefore is a document with the rows of the earlier ones taken back in front of its own. same: it says what the
// earlier ones said.
func WithRowsBefore(env fis.Envelope, earlier []fis.Envelope) (combined fis.Envelope, same bool, err error) {
	now, err := decodeObject(env.Document)
	if err != nil {
		return env, false, err
	}
	amounts := amountFields()
	var before []map[string]any
	for _, e := range earlier {
		old, err := decodeObject(e.Document)
		if err != nil {
			return env, false, fmt.Errorf("document %s: %w", e.ID, err)
		}
		if a, b := currencyOf(e.DocType, e.Document), currencyOf(env.DocType, env.Document); a != b {
			return env, false, fmt.Errorf("it was posted in %s, and this document is in %s: there is no difference "+
				"of two currencies", a, b)
		}
		before = append(before, old)
	}
	same = len(before) == 1 && sameRows(now, before[0])
	for _, list := range rowLists() {
		if err := takeBack(now, before, list, amounts); err != nil {
			return env, false, err
		}
	}
	env.Document, err = json.Marshal(now)
	return env, same, err
}

// takeBack puts the reversed rows of one list in front.
func takeBack(now map[string]any, before []map[string]any, list string, amounts map[string]bool) error {
	if single(now, list) || slices.ContainsFunc(before, func(d map[string]any) bool { return single(d, list) }) {
		return takeBackSingle(now, before, list)
	}
	var rows []any
	for _, old := range before {
		items, _ := old[list].([]any)
		for _, item := range items {
			rows = append(rows, reversed(item, amounts))
		}
	}
	if len(rows) == 0 {
		return nil
	}
	own, _ := now[list].([]any)
	now[list] = append(rows, own...)
	return nil
}

// single: the document has one object where others have a list (the advance of a payroll document).
func single(d map[string]any, list string) bool {
	_, object := d[list].(map[string]any)
	return object
}

// takeBackSingle leaves out what has not changed; two of them cannot stand in one document.
func takeBackSingle(now map[string]any, before []map[string]any, list string) error {
	if len(before) != 1 || jsonText(now[list]) != jsonText(before[0][list]) {
		return fmt.Errorf("%s has changed, and there can be only one in a document", list)
	}
	delete(now, list)
	return nil
}

// reversed is a copy of a row with payer and payee exchanged, and every amount negative.
func reversed(v any, amounts map[string]bool) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = reversed(value, amounts)
			if amounts[name] {
				out[name] = negated(value)
			}
		}
		for _, pair := range [][2]string{{"journalPayer", "journalPayee"}, {"payer", "payee"}} {
			if a, ok := v[pair[0]]; ok {
				out[pair[0]], out[pair[1]] = v[pair[1]], a
			}
		}
		if side, ok := v["debitOrCredit"].(string); ok {
			if other := map[string]string{"DR": "CR", "CR": "DR"}[strings.TrimSpace(side)]; other != "" {
				out["debitOrCredit"] = other
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = reversed(item, amounts)
		}
		return out
	}
	return v
}

// negated is an amount with the other sign, as a number; what is no number stays, and posting or mapping will say so.
func negated(v any) any {
	text, ok := v.(string)
	if n, number := v.(json.Number); number {
		text, ok = n.String(), true
	}
	if !ok || strings.TrimSpace(text) == "" {
		return v
	}
	a, err := fis.ParseAmount(text)
	if err != nil {
		return v
	}
	return json.Number(a.Neg().String())
}

// amountFields are the names of the fields that hold money.
var amountFields = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, t := range fis.DocTypes() {
		for _, f := range fis.Fields(t) {
			if f.Type == fis.FieldAmount {
				out[f.Name] = true
			}
		}
	}
	return out
})

// sameRows reports whether two documents have the same rows, whatever their ids.
func sameRows(a, b map[string]any) bool {
	for _, list := range rowLists() {
		if !slices.Equal(rowTexts(a[list]), rowTexts(b[list])) {
			return false
		}
	}
	return true
}

func rowTexts(v any) []string {
	items, isList := v.([]any)
	if !isList {
		items = []any{v}
	}
	var out []string
	for _, item := range items {
		out = append(out, jsonText(withoutIDs(item)))
	}
	slices.Sort(out)
	return out
}

// withoutIDs leaves out what names a row and may change when a report is opened again.
func withoutIDs(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			if value != nil && !strings.HasSuffix(name, "Id") && !strings.HasSuffix(name, "ID") &&
				!strings.HasSuffix(name, "Uuid") {
				out[name] = withoutIDs(value)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = withoutIDs(item)
		}
		return out
	case json.Number:
		if a, err := fis.ParseAmount(v.String()); err == nil {
			return a.String()
		}
	}
	return v
}

func jsonText(v any) string {
	b, _ := json.Marshal(v) // it came out of JSON
	return string(b)
}

func decodeObject(document []byte) (map[string]any, error) {
	var out map[string]any
	in := json.NewDecoder(bytes.NewReader(document))
	in.UseNumber()
	if err := in.Decode(&out); err != nil {
		return nil, fmt.Errorf("read the document: %w", err)
	}
	return out, nil
}

// currencyOf is the posting currency of a document, "" when it cannot be read.
func currencyOf(t fis.DocType, document []byte) string {
	doc, err := fis.NewParser(nil).Parse(fis.Envelope{DocType: t, Document: document})
	if err != nil {
		return ""
	}
	return doc.Currency()
}
