package fis

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// documentReader walks through the wrappers of documents. Nothing but the document in hand is kept in memory.
type documentReader struct {
	dec   *jsontext.Decoder
	rec   *recorder
	place string
	count int
	fn    func(Envelope) error
}

// maxWrappers is how deep lists and answers may be wrapped in each other.
const maxWrappers = 8

// maxFields is how many fields a wrapper or the root of a document may have; they have a dozen.
const maxFields = 4096

func readDocuments(r io.Reader, place string, fn func(Envelope) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	rec := &recorder{r: in}
	if err := rec.skipMark(in); err != nil {
		return &FormatError{place, 0, err}
	}
	d := &documentReader{jsontext.NewDecoder(rec, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)), rec, place, 0, fn}
	for {
		err := d.value(0)
		if err == nil {
			continue
		}
		var own *callerError
		switch {
		case errors.As(err, &own):
			return own.err
		case rec.err != nil:
			return fmt.Errorf("read %s: %w", place, rec.err)
		case err == io.EOF: // exactly: between two documents, not within one
			return nil
		}
		offset, err := syntax(err, d.dec.InputOffset())
		return &FormatError{place, offset + rec.skipped, err}
	}
}

// callerError carries an error of fn past our own error handling.
type callerError struct{ err error }

func (e *callerError) Error() string { return e.err.Error() }

// value reads a document, or a list or answer with documents in it.
func (d *documentReader) value(depth int) error {
	kind := d.dec.PeekKind()
	if depth > maxWrappers {
		return fmt.Errorf("%w: lists within lists", ErrNotDocument)
	}
	if kind != '{' && kind != '[' {
		if _, err := d.dec.ReadToken(); err != nil {
			return err
		}
		return fmt.Errorf("%w: found a %s where a document should be", ErrNotDocument, kind)
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return err
	}
	if kind == '{' {
		return d.object(depth)
	}
	for kind := d.dec.PeekKind(); kind != ']'; kind = d.dec.PeekKind() {
		if kind == 'n' {
			if _, err := d.dec.ReadToken(); err != nil {
				return err
			}
			continue
		}
		if err := d.value(depth + 1); err != nil {
			return unexpected(err)
		}
	}
	_, err := d.dec.ReadToken()
	return err
}

// object reads the fields of an object whose brace was read: an answer hands its documents on as they come, anything
// else is a document or the envelope of one, known only at its end because the order of fields is nobody's promise.
func (d *documentReader) object(depth int) error {
	start := d.dec.InputOffset() - 1
	d.rec.keepFrom(start)
	var found envelopeFields
	for kind := d.dec.PeekKind(); kind != '}'; kind = d.dec.PeekKind() {
		if err := d.field(&found, depth); err != nil {
			return unexpected(err)
		}
	}
	if _, err := d.dec.ReadToken(); err != nil {
		return unexpected(err)
	}
	if found.isAnswer() {
		d.rec.keepFrom(d.dec.InputOffset())
		return nil
	}
	env := found.env
	if !found.isEnvelope() {
		env = Envelope{Document: bytes.Clone(d.rec.slice(start, d.dec.InputOffset()))}
	}
	if env.DocType == "" {
		env.DocType = ShapeOf(env.Document)
	}
	d.count++
	env.Place = fmt.Sprintf("%s, document %d", d.place, d.count)
	if err := d.fn(env); err != nil {
		return &callerError{err}
	}
	return nil
}

func (d *documentReader) field(found *envelopeFields, depth int) error {
	tok, err := d.dec.ReadToken()
	if err != nil {
		return err
	}
	name := tok.String()
	kind, from := d.dec.PeekKind(), d.dec.InputOffset()
	if found.opensAnswer(name, kind) {
		found.answer = true
		return d.value(depth + 1)
	}
	if len(found.names) >= maxFields {
		return fmt.Errorf("%w: more than %d fields at its root", ErrNotDocument, maxFields)
	}
	if found.has(name) {
		return fmt.Errorf("field %q comes twice in one object", clip(name, 60))
	}
	if err := d.dec.SkipValue(); err != nil {
		return err
	}
	if found.answer {
		d.rec.keepFrom(d.dec.InputOffset())
		return nil
	}
	found.names = append(found.names, name)
	if d.rec.tooLong() {
		return fmt.Errorf("%w: more than %d MiB", ErrTooLarge, MaxDocumentBytes>>20)
	}
	return found.take(name, bytes.TrimLeft(d.rec.slice(from, d.dec.InputOffset()), " \t\r\n:"))
}

// envelopeFields is what an object shows of itself while it is read.
type envelopeFields struct {
	names  []string
	env    Envelope
	answer bool
}

func (f *envelopeFields) has(name string) bool { return slices.Contains(f.names, name) }

// opensAnswer recognises the list of documents in FIS's answers, today's and the older one's.
func (f *envelopeFields) opensAnswer(name string, kind jsontext.Kind) bool {
	return (name == "content" || name == "fIDocuments") && (kind == '[' || kind == '{') && !f.has("document") && f.shape() == ""
}

// isAnswer recognises an answer also when its list of documents is missing: FIS sends that when there are none.
func (f *envelopeFields) isAnswer() bool {
	return f.answer || !f.isEnvelope() && f.shape() == "" &&
		slices.ContainsFunc([]string{"content", "fIDocuments", "page", "links", "numberReturned"}, f.has)
}

// isEnvelope recognises an envelope also when its document is missing: whoever parses it says so, and it is not lost.
func (f *envelopeFields) isEnvelope() bool {
	return f.has("document") || f.has("id") && f.has("docType") && f.shape() == ""
}

func (f *envelopeFields) shape() DocType { return shapeByNames(f.has) }

// take keeps a field of an envelope. The document itself comes as an object or as a text that holds JSON.
func (f *envelopeFields) take(name string, raw []byte) (err error) {
	if name == "document" {
		switch {
		case len(raw) > 0 && raw[0] == '"':
			raw, err = jsontext.AppendUnquote(nil, raw)
			f.env.Document = bytes.TrimSpace(raw)
		case string(raw) != "null":
			f.env.Document = bytes.Clone(raw)
		}
		return err
	}
	target := f.target(name)
	if target == nil || len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || string(raw) == "null" {
		return nil
	}
	if raw[0] == '"' {
		if raw, err = jsontext.AppendUnquote(nil, raw); err != nil {
			return err
		}
	}
	*target = strings.TrimSpace(string(raw))
	if name == "docType" {
		*target = strings.ToLower(*target)
	}
	return nil
}

func (f *envelopeFields) target(name string) *string {
	switch name {
	case "id":
		return &f.env.ID
	case "docType":
		return (*string)(&f.env.DocType)
	case "companyId":
		return &f.env.CompanyID
	case "entityId":
		return &f.env.EntityID
	case "companyUuid":
		return &f.env.CompanyUUID
	case "erpSystemId":
		return &f.env.ERPSystemID
	case "docStatus":
		return (*string)(&f.env.Status)
	}
	return nil
}

// unexpected makes an end of the input within a document the mistake that it is.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
