package invoicepay

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/fisbridge/fisbridge/internal/concur"
)

// Seen is what Concur shows of an invoice's payment. The service that marks has no call to look; Payment Request v3
// shows the number of the payment. That it shows what a mark wrote is likely and not documented: what it does not show
// proves nothing.
type Seen struct {
	// CheckNumber is the reference of the payment that Concur has; empty: it shows none.
	CheckNumber string
	Correlation string
}

// Look reads an invoice back. An error for which concur.Forbidden holds says that the application may not.
func (c *Client) Look(ctx context.Context, requestID string) (Seen, error) {
	resp, err := c.Core.Do(ctx, concur.Request{Op: "look up the payment of invoice " + requestID, Method: http.MethodGet,
		Path: []string{"api/v3.0/invoice/paymentrequest", requestID}, Scope: ReadScope})
	if err != nil {
		return Seen{}, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(resp.Body, &fields); err != nil {
		return Seen{}, &concur.CallError{Op: "look up the payment of invoice " + requestID, Status: resp.Status,
			Correlation: resp.Correlation, Err: &concur.FormatError{What: "it is no JSON object"}}
	}
	seen := Seen{Correlation: resp.Correlation}
	for name, value := range fields {
		if strings.EqualFold(name, "CheckNumber") {
			seen.CheckNumber = strings.TrimSpace(concur.Text(value))
		}
	}
	return seen, nil
}
