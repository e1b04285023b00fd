package fis

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Revise lets a report be edited after it was posted, as Concur does where reopening is switched on: it comes back
// ready under a new docId, with the next revision number, and with the content given or its own. The posted document
// stays as it is. It returns the new id.
func (f *Service) Revise(id string, content []byte) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.docs[id]
	if d == nil {
		return "", fmt.Errorf("revise %s: %w", id, ErrNoDocument)
	}
	if d.Status != fis.StatusPostedSuccess {
		return "", fmt.Errorf("revise %s: it is %s, not posted", id, d.Status)
	}
	if content == nil {
		content = d.Document
	}
	revised, err := edit(content, nextRevision)
	if err != nil {
		return "", fmt.Errorf("revise %s: %w", id, err)
	}
	return f.add(fis.Envelope{DocType: d.DocType, Document: revised}, id)
}

// AnotherEntry is the content of a document with its first entry (or line item) once more, under ids of its own, and
// the head's total to match.
func AnotherEntry(content []byte) ([]byte, error) { return edit(content, anotherEntry) }

// edit changes a document; numbers keep their spelling.
func edit(content []byte, change func(document map[string]any) error) ([]byte, error) {
	var document map[string]any
	in := json.NewDecoder(bytes.NewReader(content))
	in.UseNumber()
	if err := in.Decode(&document); err != nil {
		return nil, err
	}
	if err := change(document); err != nil {
		return nil, err
	}
	return json.Marshal(document)
}

// headOf is the part of a document that says what it is about.
func headOf(document map[string]any) map[string]any {
	for _, name := range []string{"report", "requestHeader", "cashAdvanceData"} {
		if head, ok := document[name].(map[string]any); ok {
			return head
		}
	}
	return nil
}

func nextRevision(document map[string]any) error {
	head := headOf(document)
	if head == nil {
		return fmt.Errorf("it has no head")
	}
	n, _ := strconv.Atoi(fmt.Sprint(head["revisionNumber"]))
	head["revisionNumber"] = strconv.Itoa(max(n, 1) + 1)
	return nil
}

func anotherEntry(document map[string]any) error {
	for list, total := range map[string]string{"expenseEntry": "totalApprovedAmount",
		"requestEntry": "totalApprovedAmount", "lineItem": "requestTotal"} {
		entries, ok := document[list].([]any)
		if !ok || len(entries) == 0 {
			continue
		}
		text, err := json.Marshal(entries[0])
		if err != nil {
			return err
		}
		var again map[string]any
		in := json.NewDecoder(bytes.NewReader(text))
		in.UseNumber()
		if err := in.Decode(&again); err != nil {
			return err
		}
		amount := entryAmount(again)
		for _, id := range []string{"entryId", "lineItemId"} {
			if again[id] != nil {
				again[id] = newDocID()
			}
		}
		document[list] = append(entries, again)
		head := headOf(document)
		if sum, err := fis.ParseAmount(fmt.Sprint(head[total])); err == nil {
			head[total] = json.Number(sum.Add(amount).String())
		}
		return nil
	}
	return fmt.Errorf("it has no entries")
}

// entryAmount is what an entry or line item adds to the total of its document.
func entryAmount(entry map[string]any) fis.Amount {
	if a, err := fis.ParseAmount(fmt.Sprint(entry["entryApprovedAmount"])); err == nil {
		return a
	}
	sum := fis.Zero
	for _, allocation := range listOf(entry["allocation"]) {
		for _, row := range listOf(allocation["journal"]) {
			sum = sum.Add(number(row, "amountNet")).Add(number(row, "amountShipping"))
			for _, tax := range listOf(row["tax"]) {
				sum = sum.Add(number(tax, "amountTax"))
			}
		}
	}
	return sum
}

// listOf are the objects of a list, or the one object where the service sends no list.
func listOf(v any) (out []map[string]any) {
	items, isList := v.([]any)
	if !isList {
		items = []any{v}
	}
	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

func number(object map[string]any, name string) fis.Amount {
	a, err := fis.ParseAmount(fmt.Sprint(object[name]))
	if err != nil {
		return fis.Zero
	}
	return a
}

// adminRevise edits a posted report: {"docId":"…"} with another entry, {"docId":"…","same":true} unchanged,
// {"docId":"…","document":{…}} as given.
func (f *Service) adminRevise(r *http.Request) (any, error) {
	var b struct {
		DocID    string          `json:"docId"`
		Same     bool            `json:"same"`
		Document json.RawMessage `json:"document"`
	}
	if err := strictly(r, &b); err != nil {
		return nil, err
	}
	content := []byte(b.Document)
	if d, ok := f.Document(b.DocID); ok && content == nil && !b.Same {
		var err error
		if content, err = AnotherEntry(d.Document); err != nil {
			return nil, fmt.Errorf("revise %s: %w", b.DocID, err)
		}
	}
	again, err := f.Revise(b.DocID, content)
	return map[string]string{"docId": again}, err
}
