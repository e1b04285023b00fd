package concur

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// TokenError is a refusal of the token endpoint.
type TokenError struct {
	// Op is "log in" or "refresh the access token", empty when no call was made.
	Op     string
	Status int
	// Code is the service's number, 0 when there was none; Reason its OAuth error word.
	Code   int
	Reason string
	// Description is the service's text, with our secrets taken out.
	Description string
	// Geolocation is where the company lives, when the service told (code 16).
	Geolocation string
	Correlation string
	// RetryAfter is how long to wait before the same may work, 0 when it will not.
	RetryAfter time.Duration
	// Hint is the way out.
	Hint string
	Err  error
}

// Error says what was refused and why, in our words where the code is known.
func (e *TokenError) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if known, ok := tokenCode(e.Code); ok {
		b.WriteString(": " + known.text)
	}
	if e.Status != 0 {
		fmt.Fprintf(&b, ": status %d", e.Status)
	}
	if e.Code != 0 {
		fmt.Fprintf(&b, ", code %d", e.Code)
	}
	for _, s := range []string{e.Reason, e.Description} {
		if s != "" {
			b.WriteString(": " + s)
		}
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	text := strings.TrimPrefix(b.String(), ": ")
	if e.Correlation != "" {
		text += " (correlation id " + e.Correlation + ")"
	}
	return text
}

// Unwrap is the cause below.
func (e *TokenError) Unwrap() error { return e.Err }

// Temporary reports whether the same may work later.
func (e *TokenError) Temporary() bool { return e.RetryAfter > 0 }

// invalidGrant reports whether the refresh token was refused as such.
func (e *TokenError) invalidGrant() bool {
	return e.Code == 108 || e.Code == 106 || (e.Code == 0 && e.Reason == "invalid_grant")
}

type tokenCodeText struct{ text, hint string }

// tokenCode is what the service's token error codes mean and what to do about them.
func tokenCode(code int) (tokenCodeText, bool) {
	const relogin = "have an administrator make a new company request token and run fisbridge auth login"
	switch code {
	case 5, 19:
		return tokenCodeText{"wrong credentials", "check company uuid and request token; a request token lives 24 hours: " + relogin}, true
	case 10, 11, 12, 13, 14, 20:
		return tokenCodeText{"logon denied or account locked", "ask the Concur administrator why the company's logon is denied or locked"}, true
	case 16:
		return tokenCodeText{"the company lives at another location", "set the base url to the geolocation that the service names"}, true
	case 53:
		return tokenCodeText{"the company is not enabled for this client", "ask the vendor to enable the application for the company"}, true
	case 54:
		return tokenCodeText{"the scope exceeds what was granted", "the application needs the scope FISVC and no other"}, true
	case 59:
		return tokenCodeText{"the client is disabled", "ask the vendor why the application is disabled"}, true
	case 61:
		return tokenCodeText{"the client is not found", "check the client id, and that the base url is the application's data centre"}, true
	case 64:
		return tokenCodeText{"wrong client secret", "check the client secret"}, true
	case 106:
		return tokenCodeText{"the refresh token is missing", relogin}, true
	case 107:
		return tokenCodeText{"refreshing is not allowed", "ask the vendor to allow the grant refresh_token for the application"}, true
	case 108:
		return tokenCodeText{"the refresh token is bad or expired", relogin}, true
	case 120:
		return tokenCodeText{"bad credtype", "the application must be allowed to log in with a company request token (credtype authtoken)"}, true
	case 123:
		return tokenCodeText{"the principal is disabled", "ask the Concur administrator to enable the company's integration"}, true
	}
	return tokenCodeText{}, false
}

// tokenHint is the way out of a refusal: by its code, else by its status.
func tokenHint(code, status int) string {
	if known, ok := tokenCode(code); ok {
		return known.hint
	}
	switch {
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status >= 300 && status < 400:
		return "there is no token endpoint: check concur.base_url"
	case status == http.StatusForbidden:
		return "something before the token endpoint refuses the call: check concur.base_url, proxy and firewall"
	}
	return statusHint(status)
}

// tokenErrorBody reads the error answer of the token endpoint, whatever type its code has.
func tokenErrorBody(body []byte) (code int, reason, description, geolocation string) {
	var raw struct {
		Code        json.RawMessage `json:"code"`
		Error       json.RawMessage `json:"error"`
		Description json.RawMessage `json:"error_description"`
		Geolocation json.RawMessage `json:"geolocation"`
	}
	if json.Unmarshal(body, &raw) != nil {
		return 0, "", "", ""
	}
	code, _ = number(raw.Code)
	return code, text(raw.Error), text(raw.Description), text(raw.Geolocation)
}
