package concur

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

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
	l.json = jsontext.NewDecoder(l.in, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	err := l.answer()
	return l.info, err
}

type listReader struct {
	in      *budget
	json    *jsontext.Decoder
	docType fis.DocType
	maxItem int64
	sink    listSink
	info    listInfo
}

func (l *listReader) answer() error {
	open, err := l.json.ReadToken()
	if err != nil {
		return l.wrong("the start of the list", err)
	}
	switch open.Kind() {
	case '[':
		return l.items()
	case '{':
	default:
		return &FormatError{What: "a list answer is an object or an array"}
	}
	for l.more() {
		name, err := l.json.ReadToken()
		if err != nil {
			return l.wrong("a field name of the list", err)
		}
		if err := l.field(name.String()); err != nil {
			return err
		}
	}
	_, err = l.json.ReadToken()
	return l.wrong("the end of the list", err)
}

// more tells whether another name or value comes before the object or array ends; what is wrong the next reading says.
func (l *listReader) more() bool {
	kind := l.json.PeekKind()
	return kind != '}' && kind != ']'
}

func (l *listReader) field(key string) error {
	l.in.renew(l.maxItem)
	switch strings.ToLower(key) {
	case "content", "fidocuments":
		open, err := l.json.ReadToken()
		if err != nil {
			return l.wrong("the documents of the list", err)
		}
		switch open.Kind() {
		case 'n':
			return nil
		case '[':
			return l.items()
		}
		return &FormatError{What: "the documents of the list are not an array"}
	case "page":
		return l.page()
	}
	return l.wrong("field "+clipID(key)+" of the list", l.json.SkipValue())
}

func (l *listReader) page() error {
	var raw struct{ Size, Number, TotalPages, TotalElements json.RawMessage }
	value, err := l.json.ReadValue()
	if err != nil {
		return l.wrong("the page of the list", err)
	}
	if json.Unmarshal(value, &raw) != nil {
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
	for l.more() {
		l.in.renew(l.maxItem)
		if err := l.item(); err != nil {
			return err
		}
	}
	_, err := l.json.ReadToken()
	return l.wrong("the end of the documents", err)
}

// item reads one item and hands it over. problem says why it is no document; then only the id may be set.
func (l *listReader) item() error {
	const what = "a document of the list"
	if l.json.PeekKind() != '{' {
		if err := l.json.SkipValue(); err != nil {
			return l.wrong(what, err)
		}
		return l.sink.bad(BadItem{Reason: "not an object"})
	}
	if _, err := l.json.ReadToken(); err != nil {
		return l.wrong(what, err)
	}
	env, raw := fis.Envelope{DocType: l.docType}, []byte(nil)
	for l.more() {
		name, err := l.json.ReadToken()
		if err != nil {
			return l.wrong(what, err)
		}
		field := strings.ToLower(name.String())
		value, err := l.json.ReadValue()
		if err != nil {
			return l.wrong(what, err)
		}
		if field == "document" {
			raw = bytes.Clone(value)
		} else if to := envelopeField(&env, field); to != nil {
			*to = text(json.RawMessage(value))
		}
	}
	if _, err := l.json.ReadToken(); err != nil {
		return l.wrong(what, err)
	}
	if err := checkDocID(env.ID); err != nil {
		return l.sink.bad(BadItem{DocID: clipID(env.ID), Reason: err.Error()})
	}
	var problem string
	if env.Document, problem = document(raw); problem != "" {
		return l.sink.bad(BadItem{DocID: clipID(env.ID), Reason: problem})
	}
	return l.sink.document(env)
}

// envelopeField is where a field of an item is kept; nil for one that is not.
func envelopeField(env *fis.Envelope, name string) *string {
	switch name {
	case "id":
		return &env.ID
	case "companyid":
		return &env.CompanyID
	case "entityid":
		return &env.EntityID
	case "companyuuid":
		return &env.CompanyUUID
	case "erpsystemid":
		return &env.ERPSystemID
	case "docstatus":
		return (*string)(&env.Status)
	}
	return nil
}

// wrong sorts an error of the decoder: malformed JSON is a *FormatError, an answer that broke off or was too large is
// what it is.
func (l *listReader) wrong(what string, err error) error {
	var syntax *jsontext.SyntacticError
	switch {
	case err == nil:
		return nil
	case l.in.err != nil && l.in.err != io.EOF:
		return l.in.err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	case errors.As(err, &syntax):
		return &FormatError{What: what, Err: fmt.Errorf("byte %d: not JSON", syntax.ByteOffset)}
	}
	return err
}

// document unwraps the document, which comes as an object, as a string that holds JSON, or as an array of one.
func document(raw []byte) ([]byte, string) {
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
