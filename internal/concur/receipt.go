package concur

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// The images of receipts come from Image v1, a service beside FIS (scope IMAGE). It answers with an address at which
// the image lies for fifteen minutes, and which is fetched without the token. The address is a key to the image: it
// is used at once and kept nowhere, also not in errors.

// Receipt is an image as it was fetched.
type Receipt struct {
	// Type is what the bytes say they are: pdf, jpg or png.
	Type   string
	Size   int64
	SHA256 string
	// Correlation is that of the answer which named the address.
	Correlation string
}

// ReceiptLimits bound one image.
type ReceiptLimits struct {
	Bytes int64
	// Time ends fetching an image that comes in drops; Config.Timeout ends one that does not come at all.
	Time time.Duration
}

// ReceiptCode is why a receipt was not had.
type ReceiptCode string

const (
	// ReceiptMissing: Concur does not have it.
	ReceiptMissing ReceiptCode = "missing"
	// ReceiptTooLarge: it has more bytes than the limit.
	ReceiptTooLarge ReceiptCode = "too-large"
	// ReceiptNoImage: what came is no PDF, JPEG or PNG.
	ReceiptNoImage ReceiptCode = "no-image"
	// ReceiptExpired: the address was dead when it was fetched, twice.
	ReceiptExpired ReceiptCode = "expired"
	// ReceiptUnreachable: no answer, or one that may be another one later.
	ReceiptUnreachable ReceiptCode = "unreachable"
	// ReceiptForbidden: the application may not fetch receipts. ReceiptPlace: the address lies where we do not go.
	ReceiptForbidden ReceiptCode = "forbidden"
	ReceiptPlace     ReceiptCode = "place"
)

// ReceiptError is a receipt that was not had.
type ReceiptError struct {
	Op          string
	Code        ReceiptCode
	Status      int
	Correlation string
	Hint        string
	Err         error
}

// Error says what was asked for and what came back; never the address.
func (e *ReceiptError) Error() string {
	call := CallError{Op: e.Op, Status: e.Status, Correlation: e.Correlation, Err: e.Err}
	return call.Error()
}

// Unwrap is the cause below.
func (e *ReceiptError) Unwrap() error { return e.Err }

// Final reports whether asking again is in vain.
func (e *ReceiptError) Final() bool { return e.Code == ReceiptMissing || e.Code == ReceiptTooLarge }

// Common reports whether other receipts will not be had either, for the same reason.
func (e *ReceiptError) Common() bool { return e.Code == ReceiptForbidden || e.Code == ReceiptPlace }

// Receipt fetches an image into w. It makes each call once, and neither waits nor spends the waiting time of the run:
// documents do not wait for their receipts. After an error, w holds a part of the image or nothing. Errors are
// *ReceiptError, or those of the token, or that of ctx.
func (c *Client) Receipt(ctx context.Context, ref fis.ReceiptRef, limits ReceiptLimits, w io.Writer) (Receipt, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Time, ErrTimeout)
	defer cancel()
	op := fmt.Sprintf("fetch receipt %s", clipID(ref.ID))
	if strings.Trim(ref.ID, ".") == "" || strings.ContainsAny(ref.ID, `/\`) {
		return Receipt{}, &ReceiptError{Op: op, Code: ReceiptMissing,
			Err: errors.New("the document names no id of a receipt")}
	}
	for again := false; ; again = true {
		at, correlation, err := c.receiptAddress(ctx, op, ref)
		if err != nil {
			return Receipt{}, err
		}
		got, err := c.receiptBytes(ctx, op, at, limits.Bytes, w)
		got.Correlation = correlation
		var re *ReceiptError
		if errors.As(err, &re) {
			re.Correlation = correlation
		}
		if re == nil || re.Code != ReceiptExpired || again {
			return got, err
		}
	}
}

// receiptAddress asks where the image lies. The vendor's pages disagree about where the id of an entry's receipt
// belongs: under receipt, or under report.
func (c *Client) receiptAddress(ctx context.Context, op string, ref fis.ReceiptRef) (
	at *url.URL, correlation string, err error) {
	kinds := []string{string(ref.Kind)}
	if ref.Kind == fis.EntryReceipt {
		kinds = append(kinds, "report")
	}
	for _, kind := range kinds {
		at, correlation, err = c.askReceipt(ctx, op, kind, ref.ID)
		var re *ReceiptError
		if !errors.As(err, &re) || re.Code != ReceiptMissing {
			break
		}
	}
	return at, correlation, err
}

// askReceipt asks Image v1, once.
func (c *Client) askReceipt(ctx context.Context, op, kind, id string) (at *url.URL, correlation string, err error) {
	resp, err := c.Do(ctx, Request{Op: op, Method: http.MethodGet,
		Path:   []string{"api/image/v1.0", kind, url.PathEscape(id)},
		Accept: "application/xml", Once: true, Scope: "IMAGE"})
	if err != nil {
		ce, ok := asCall(err)
		switch {
		case !ok:
			return nil, "", err
		case ctx.Err() != nil && !errors.Is(context.Cause(ctx), ErrTimeout):
			return nil, ce.Correlation, ctx.Err()
		}
		return nil, ce.Correlation, refusedReceipt(op, ce)
	}
	var answer struct {
		URL string `xml:"Url"`
	}
	if err := xml.Unmarshal(resp.Body, &answer); err != nil || strings.TrimSpace(answer.URL) == "" {
		return nil, resp.Correlation, &ReceiptError{Op: op, Code: ReceiptUnreachable, Status: resp.Status,
			Correlation: resp.Correlation,
			Err:         errors.New("the answer names no address of the image")}
	}
	at, err = c.places.ofReceipts(strings.TrimSpace(answer.URL), c.cfg.ReceiptDomains)
	if err != nil {
		return nil, resp.Correlation, &ReceiptError{Op: op, Code: ReceiptPlace, Correlation: resp.Correlation, Err: err,
			Hint: "if the vendor keeps the images there, name the domain in receipts.domains"}
	}
	return at, resp.Correlation, nil
}

// refusedReceipt is an answer of Image v1 that names no address, or none at all.
func refusedReceipt(op string, ce *CallError) error {
	e := &ReceiptError{Op: op, Code: ReceiptUnreachable, Status: ce.Status, Correlation: ce.Correlation, Err: ce.Err}
	if ce.Status == 0 {
		e.Hint = ce.Hint
	}
	switch ce.Status {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone:
		e.Code = ReceiptMissing
	case http.StatusUnauthorized, http.StatusForbidden:
		e.Code, e.Hint = ReceiptForbidden, "the application needs the scope IMAGE with a company-level token"
	}
	return e
}

// dead are the answers of an address that is not good any more.
var dead = []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound,
	http.StatusGone}

// receiptBytes fetches the image itself, without the token.
func (c *Client) receiptBytes(ctx context.Context, op string, at *url.URL, most int64, w io.Writer) (
	got Receipt, err error) {
	err = c.getReceipt(ctx, op, at, func(resp *http.Response, in io.Reader) error {
		e := &ReceiptError{Op: op, Code: ReceiptUnreachable, Status: resp.StatusCode}
		switch {
		case slices.Contains(dead, resp.StatusCode):
			e.Code, e.Err = ReceiptExpired, errors.New("the address of the image is not good any more")
			return e
		case resp.StatusCode != http.StatusOK:
			return e
		case resp.ContentLength > most:
			return tooLargeReceipt(op, most)
		}
		got, err = copyReceipt(op, in, most, w)
		return err
	})
	return got, err
}

func tooLargeReceipt(op string, most int64) error {
	return &ReceiptError{Op: op, Code: ReceiptTooLarge,
		Err: fmt.Errorf("the image is larger than %d bytes (limits.receipt_mib)", most)}
}

// copyReceipt copies an image and looks at what it is: by its first bytes, for names and headers may say anything.
func copyReceipt(op string, in io.Reader, most int64, w io.Writer) (got Receipt, err error) {
	head := make([]byte, 1024)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return got, err
	}
	ended := err != nil
	if ended && !errors.Is(err, io.EOF) { // a short image, or one that was cut: the next read says which
		if _, err := in.Read(make([]byte, 1)); err != nil && !errors.Is(err, io.EOF) {
			return got, err
		}
	}
	head = head[:n]
	if got.Type = imageType(head); got.Type == "" {
		return got, &ReceiptError{Op: op, Code: ReceiptNoImage,
			Err: errors.New("what came is neither PDF nor JPEG nor PNG")}
	}
	sum := sha256.New()
	var rest io.Reader = bytes.NewReader(nil)
	if !ended {
		rest = io.LimitReader(in, most-int64(n)+1)
	}
	got.Size, err = io.Copy(io.MultiWriter(&ownWriter{w}, sum), io.MultiReader(bytes.NewReader(head), rest))
	if err == nil && got.Size > most {
		err = tooLargeReceipt(op, most)
	}
	got.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return got, err
}

// imageType is the kind of an image by its beginning, empty for anything else. A PDF may have some bytes before its
// mark.
func imageType(head []byte) string {
	switch {
	case bytes.Contains(head, []byte("%PDF-")):
		return "pdf"
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "jpg"
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return "png"
	}
	return ""
}

// getReceipt makes one GET beside the service, whose interval and limit are not for it, and hands the answer over.
// Errors of read that are no *ReceiptError are those of the line, or of what it wrote to.
func (c *Client) getReceipt(ctx context.Context, op string, at *url.URL,
	read func(*http.Response, io.Reader) error) error {
	watch := newWatchdog(ctx, c.cfg.Timeout)
	defer watch.stop()
	req, err := http.NewRequestWithContext(watch.ctx, http.MethodGet, at.String(), http.NoBody)
	if err != nil {
		return &ReceiptError{Op: op, Code: ReceiptUnreachable,
			Err: errors.New("the address of the image is no address")}
	}
	req.Header.Set("User-Agent", c.cfg.UserAgent)
	resp, err := c.http.Do(req)
	if err == nil {
		defer resp.Body.Close()
		err = read(resp, watch.reader(resp.Body))
	} else {
		err = unwrapURL(err)
	}
	var re *ReceiptError
	var own *writeError
	switch {
	case err == nil, errors.As(err, &re):
		return err
	case errors.As(err, &own):
		return own.Err
	case watch.expired(), errors.Is(context.Cause(ctx), ErrTimeout):
		return &ReceiptError{Op: op, Code: ReceiptUnreachable, Err: ErrTimeout, Hint: unreachableHint(ErrTimeout)}
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return &ReceiptError{Op: op, Code: ReceiptUnreachable, Err: err, Hint: unreachableHint(err)}
}

// writeError is an error of where the image goes, which says nothing about the image.
type writeError struct{ Err error }

func (e *writeError) Error() string { return e.Err.Error() }

type ownWriter struct{ io.Writer }

// Write tells its errors from those of the line.
func (w *ownWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		err = &writeError{err}
	}
	return n, err
}
