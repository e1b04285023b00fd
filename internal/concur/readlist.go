package concur

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// listInfo is what a list answer says about itself; -1 where it says nothing.
type listInfo struct {
	size, number, totalPages, total int
}

// listSink takes the items of a list one by one, in their order.
type listSink interface {
	document(fis.Envelope) error
	bad(BadItem) error
}

// readList reads a list answer in any of its forms: {content, page}, the older {fIDocuments}, or a bare array. It holds
// one item in memory at a time. Malformed answers are *FormatError; errors of the reader and of the sink are returned
// unchanged.
func readList(r io.Reader, t fis.DocType, maxItem, maxAll int64, sink listSink) (listInfo, error) {
	l := &listReader{in: &budget{r: r, all: maxAll}, docType: t, maxItem: maxItem, sink: sink, info: listInfo{-1, -1, -1, -1}}
	l.in.item = maxItem
	l.json = json.NewDecoder(l.in)
	err := l.answer()
	return l.info, err
}

type listReader struct {
	in      *budget
	json    *json.Decoder
	docType fis.DocType
	maxItem int64
	sink    listSink
	info    listInfo
}

func (l *listReader) answer() error {
	open, err := l.json.Token()
	if err != nil {
		return l.wrong("the start of the list", err)
	}
	switch open {
	case json.Delim('['):
		return l.items()
	case json.Delim('{'):
	default:
		return &FormatError{What: "a list answer is an object or an array"}
	}
	for l.json.More() {
		name, err := l.json.Token()
		if err != nil {
			return l.wrong("a field name of the list", err)
		}
		if err := l.field(name); err != nil {
			return err
		}
	}
	_, err = l.json.Token()
	return l.wrong("the end of the list", err)
}

func (l *listReader) field(name json.Token) error {
	l.in.renew(l.maxItem)
	key, _ := name.(string)
	switch strings.ToLower(key) {
	case "content", "fidocuments":
		open, err := l.json.Token()
		if err != nil {
			return l.wrong("the documents of the list", err)
		}
		switch open {
		case nil:
			return nil
		case json.Delim('['):
			return l.items()
		}
		return &FormatError{What: "the documents of the list are not an array"}
	case "page":
		return l.page()
	}
	var skipped json.RawMessage
	return l.wrong("field "+clipID(key)+" of the list", l.json.Decode(&skipped))
}

func (l *listReader) page() error {
	var raw struct{ Size, Number, TotalPages, TotalElements json.RawMessage }
	var skipped json.RawMessage
	if err := l.json.Decode(&skipped); err != nil {
		return l.wrong("the page of the list", err)
	}
	if json.Unmarshal(skipped, &raw) != nil {
		return nil // the reference once calls it a string; then it says nothing
	}
	for _, f := range []struct {
		raw json.RawMessage
		to  *int
	}{{raw.Size, &l.info.size}, {raw.Number, &l.info.number}, {raw.TotalPages, &l.info.totalPages}, {raw.TotalElements, &l.info.total}} {
		if n, ok := number(f.raw); ok && n >= 0 {
			*f.to = n
		}
	}
	return nil
}

func (l *listReader) items() error {
	for l.json.More() {
		l.in.renew(l.maxItem)
		var raw json.RawMessage
		if err := l.json.Decode(&raw); err != nil {
			return l.wrong("a document of the list", err)
		}
		if err := l.item(raw); err != nil {
			return err
		}
	}
	_, err := l.json.Token()
	return l.wrong("the end of the documents", err)
}

func (l *listReader) item(raw json.RawMessage) error {
	env, problem := envelope(raw, l.docType)
	if problem != "" {
		return l.sink.bad(BadItem{DocID: clipID(env.ID), Reason: problem})
	}
	return l.sink.document(env)
}

// wrong sorts an error of the decoder: malformed JSON is a *FormatError, an answer that broke off or was too large is
// what it is.
func (l *listReader) wrong(what string, err error) error {
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax) && l.in.err != nil && l.in.err != io.EOF:
		return l.in.err
	case errors.As(err, &syntax):
		return &FormatError{What: what, Err: fmt.Errorf("byte %d: not JSON", syntax.Offset)}
	case errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// envelope reads one item of a list. problem says why it is no document; then only the id may be set.
func envelope(raw json.RawMessage, t fis.DocType) (env fis.Envelope, problem string) {
	var item struct {
		ID, CompanyID, EntityID, CompanyUUID, ERPSystemID, DocStatus, Document json.RawMessage
	}
	if err := json.Unmarshal(raw, &item); err != nil {
		return env, "not an object"
	}
	env = fis.Envelope{
		ID: text(item.ID), DocType: t, CompanyID: text(item.CompanyID), EntityID: text(item.EntityID),
		CompanyUUID: text(item.CompanyUUID), ERPSystemID: text(item.ERPSystemID), Status: fis.Status(text(item.DocStatus)),
	}
	if err := checkDocID(env.ID); err != nil {
		return env, err.Error()
	}
	env.Document, problem = document(item.Document)
	return env, problem
}

// document unwraps the document, which comes as an object, as a string that holds JSON, or as an array of one.
func document(raw json.RawMessage) ([]byte, string) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '"' {
		inner := []byte(text(raw))
		if !json.Valid(inner) {
			return nil, "the document is a text that is not JSON"
		}
		raw = bytes.TrimSpace(inner)
	}
	if len(raw) > 0 && raw[0] == '[' {
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil && len(list) == 1 {
			raw = bytes.TrimSpace(list[0])
		}
	}
	switch {
	case len(raw) == 0 || bytes.Equal(raw, []byte("null")):
		return nil, "there is no document in it"
	case raw[0] != '{':
		return nil, "the document is not an object"
	}
	return raw, ""
}

// budget is a reader that ends with an error when one item, or the whole, is larger than agreed.
type budget struct {
	r         io.Reader
	item, all int64
	err       error
}

// renew allows another item. The decoder may have read a little of it already.
func (b *budget) renew(item int64) { b.item = item }

// Read reads within the budget.
func (b *budget) Read(p []byte) (int, error) {
	left := min(b.item, b.all)
	if left <= 0 {
		what := "one item of the answer is larger than the limit for documents"
		if b.all <= 0 {
			what = "the answer is larger than the limit for answers"
		}
		b.err = &FormatError{What: what}
		return 0, b.err
	}
	if int64(len(p)) > left {
		p = p[:left]
	}
	n, err := b.r.Read(p)
	b.item -= int64(n)
	b.all -= int64(n)
	if err != nil {
		b.err = err
	}
	return n, err
}
