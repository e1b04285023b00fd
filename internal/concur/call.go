package concur

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// call is one request for the service.
type call struct {
	op      string
	docType fis.DocType
	// tail is the part of the path after …/transactions.
	tail  string
	query url.Values
	// body makes the call a POST.
	body []byte
	// neighbour is set for a call that is not one of FIS: it has a path and a method of its own.
	neighbour *Request
	// urgent calls skip the polite interval.
	urgent bool
	// read reads the answer. Errors of *handlerError are returned as they are and end everything.
	read func(*answerBody) error
}

// changes tells a call that changes something at the service from one that reads.
func (k call) changes() bool {
	return k.body != nil || k.neighbour != nil && k.neighbour.Method != http.MethodGet
}

// takes tells whether an answer of this status is read, or is a failure of the call.
func (k call) takes(status int) bool {
	return status == http.StatusOK || k.neighbour != nil && slices.Contains(k.neighbour.Takes, status)
}

// purpose is what the call is for without what it is about: one of a few words, for those who count.
func (k call) purpose() string {
	switch {
	case k.neighbour != nil:
		return k.neighbour.Method + " " + k.neighbour.Path[0]
	case k.tail != "":
		return k.tail
	}
	return "list"
}

// answerBody is an answer that the call takes, while it is read.
type answerBody struct {
	io.Reader
	status      int
	token       Token
	correlation string
	received    func() time.Time
	watch       *watchdog
}

// handlerError carries an error of the caller's own code through the reading of an answer.
type handlerError struct{ err error }

func (e *handlerError) Error() string { return e.err.Error() }

// do makes a call, with repeats where these are safe: reads after anything that may pass, writes only when the service
// certainly did nothing.
func (c *Client) do(ctx context.Context, k call) error {
	p := c.newPause()
	for {
		err := c.authorized(ctx, k)
		if err == nil {
			c.patience.set(false)
			return nil
		}
		var own *handlerError
		if errors.As(err, &own) {
			return own.err
		}
		var ce *CallError
		if !errors.As(err, &ce) || ce.Sent || !p.allows(ce.RetryAfter) {
			return err
		}
		c.cfg.Log.WarnContext(ctx, "call failed, waiting before the repeat",
			"op", k.op, "status", ce.Status, "wait", p.next, keyCorrelation, ce.Correlation)
		if werr := p.wait(ctx, err); werr != nil {
			return fmt.Errorf("%w; stopped while waiting: %w", err, werr)
		}
	}
}

// authorized makes a call with a good token; when the service refuses the token in the middle, it is renewed and the
// call repeated once.
func (c *Client) authorized(ctx context.Context, k call) error {
	t, err := c.token(ctx, "")
	if err != nil {
		return fmt.Errorf("%s: %w", k.op, err)
	}
	err = c.once(ctx, k, t)
	var ce *CallError
	if !errors.As(err, &ce) || ce.Status != http.StatusUnauthorized {
		return err
	}
	if t, err = c.token(ctx, t.Access); err != nil {
		return fmt.Errorf("%s: %w", k.op, err)
	}
	return c.once(ctx, k, t)
}

// asApplication makes a call once, with a token of the application.
func (c *Client) asApplication(ctx context.Context, k call) error {
	const op = "get a token of the application"
	got, err := c.tokens.exchange(ctx, op, "", url.Values{})
	if err != nil {
		return fmt.Errorf("%s: %w", k.op, err)
	}
	return c.once(ctx, k, Token{Access: got.access, Geolocation: got.geolocation})
}

// once makes a call one time, and tells who counts.
func (c *Client) once(ctx context.Context, k call, t Token) error {
	begin := time.Now()
	err := c.trip(ctx, k, t)
	if c.cfg.Observed == nil {
		return err
	}
	status := http.StatusOK
	if err != nil {
		status = 0
		var ce *CallError
		if errors.As(err, &ce) {
			status = ce.Status
		}
	}
	c.cfg.Observed(k.purpose(), status, time.Since(begin))
	return err
}

func (c *Client) trip(ctx context.Context, k call, t Token) error {
	leave, err := c.gate.enter(ctx, k.urgent)
	if err != nil {
		return &CallError{Op: k.op, Err: err}
	}
	defer leave()
	watch := newWatchdog(ctx, c.cfg.Timeout)
	defer watch.stop()
	var sent atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }}
	req, err := c.request(httptrace.WithClientTrace(watch.ctx, trace), k, t)
	if err != nil {
		return &CallError{Op: k.op, Err: err}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return c.transportError(k, watch, unwrapURL(err), sent.Load(), "")
	}
	defer resp.Body.Close()
	leave()
	c.notices.see(ctx, resp.Header)
	if !k.takes(resp.StatusCode) {
		return c.statusError(k, resp, t)
	}
	body := &answerBody{Reader: watch.reader(resp.Body), status: resp.StatusCode, token: t, correlation: correlation(resp.Header), received: c.cfg.Now, watch: watch}
	err = k.read(body)
	if err == nil { // to the end, so that the connection can be used again
		_, _ = io.CopyN(io.Discard, body, 4<<10)
	}
	return c.readError(k, watch, err, body.correlation)
}

func (c *Client) request(ctx context.Context, k call, t Token) (*http.Request, error) {
	base, err := c.places.check(t.Geolocation)
	if err != nil {
		return nil, err
	}
	at := base.JoinPath("financialintegration/fi/v4/companies/transactiontypes", string(k.docType), "transactions", k.tail)
	method, body := http.MethodGet, io.Reader(http.NoBody)
	if k.body != nil {
		method, body = http.MethodPost, bytes.NewReader(k.body)
	}
	if k.neighbour != nil {
		at, method = base.JoinPath(k.neighbour.Path...), k.neighbour.Method
	}
	at.RawQuery = k.query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, at.String(), body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Authorization", "Bearer "+t.Access)
	req.Header.Set("User-Agent", c.cfg.UserAgent)
	if k.neighbour != nil && k.neighbour.Accept != "" {
		req.Header.Set("Accept", k.neighbour.Accept)
	}
	if k.body != nil {
		req.Header.Set("Content-Type", "application/json")
	} else if c.cfg.DocumentFormat != "" && k.neighbour == nil {
		req.Header.Set("DocumentFormatAs", c.cfg.DocumentFormat)
	}
	return req, nil
}

// transportError is a call without an answer, or with one that broke off.
func (c *Client) transportError(k call, w *watchdog, cause error, sent bool, correlation string) error {
	e := &CallError{Op: k.op, Err: cause, Correlation: correlation, Sent: sent && k.changes(), RetryAfter: firstPause}
	switch {
	case w.expired():
		e.Err, e.RetryAfter = fmt.Errorf("%w (%s)", ErrTimeout, c.cfg.Timeout), c.cfg.AfterTimeout
	case w.ctx.Err() != nil:
		e.Err, e.RetryAfter = w.ctx.Err(), 0
		return e
	}
	e.Hint = unreachableHint(e.Err)
	return e
}

// readError sorts what went wrong while an answer of status 200 was read.
func (c *Client) readError(k call, w *watchdog, err error, correlation string) error {
	var own *handlerError
	if err == nil || errors.As(err, &own) {
		return err
	}
	var format *FormatError
	if errors.As(err, &format) {
		return &CallError{Op: k.op, Status: http.StatusOK, Correlation: correlation, Sent: k.changes(), Err: err,
			Hint: "something between us and the service may have changed the answer (a proxy?)"}
	}
	return c.transportError(k, w, err, true, correlation)
}

// statusError is an answer with another status than 200.
func (c *Client) statusError(k call, resp *http.Response, t Token) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	e := &CallError{Op: k.op, Status: resp.StatusCode, Correlation: correlation(resp.Header)}
	c.said(e, body, t)
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests, status == http.StatusRequestTimeout, status >= 500:
		e.RetryAfter = retryAfter(resp.Header.Get("Retry-After"), c.cfg.Now(), status, c.cfg.AfterTimeout)
		e.Sent = k.changes() && status != http.StatusTooManyRequests
	case status < 300:
		e.Sent = k.changes()
	}
	e.Hint = statusHint(resp.StatusCode)
	if k.neighbour != nil && resp.StatusCode == http.StatusForbidden {
		e.Hint = "the application needs the scope " + k.neighbour.Scope + " with a company-level token"
		if k.neighbour.Application {
			e.Hint = "the application needs the grant client_credentials and the scope " + k.neighbour.Scope
		}
	}
	return e
}

// said takes the service's own words into an error, without any secret.
func (c *Client) said(e *CallError, body []byte, t Token) {
	e.Code, e.Message = errorBody(body)
	e.Code = scrub(e.Code, t.Access)
	e.Message = scrub(e.Message, t.Access, t.Refresh, c.cfg.clientSecret)
}

func statusHint(status int) string {
	switch {
	case status == http.StatusUnauthorized:
		return "the service refuses a fresh access token: check fisbridge auth status, or log in anew"
	case status == http.StatusForbidden:
		return "the application needs the scope FISVC with a company-level token, and FIS must be enabled for the company"
	case status == http.StatusNotFound:
		return "check the base url and that the transaction type is enabled for the company"
	case status == http.StatusTooManyRequests:
		return "the service asks to slow down: lower the calls at once, or raise the interval"
	case status >= 300 && status < 400:
		return "the service redirects, which is not followed: check the base url"
	case status >= 500:
		return "Concur is not ready: nothing is to be done here; when it lasts, ask the vendor's support, with the correlation id"
	}
	return ""
}

// errorBody finds a code and a message in the error answers that the service and its gateway are known to send.
func errorBody(body []byte) (code, message string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil {
		return "", ""
	}
	var list []map[string]json.RawMessage
	if json.Unmarshal(fields["errors"], &list) == nil && len(list) > 0 {
		fields = list[0]
	}
	for _, name := range []string{"code", "errorCode", "errorId", "errorNumber"} {
		if code == "" {
			code = text(fields[name])
		}
	}
	for _, name := range []string{"message", "errorMessage", "error_description", "error", "detail"} {
		if message == "" {
			message = strings.TrimSpace(texts(fields[name]))
		}
	}
	return code, message
}
