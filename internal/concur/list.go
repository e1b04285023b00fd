package concur

import (
	"context"
	"fmt"
	"net/url"
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// list makes one list call and hands its items to the sink. A call that is repeated hands over the same items again.
func (c *Client) list(ctx context.Context, t fis.DocType, op string, query url.Values, sink func(*answerBody) listSink) (listInfo, string, error) {
	if !t.Valid() {
		return listInfo{}, "", fmt.Errorf("%s: transaction type %q is not known", op, t)
	}
	// No systemId: the reference calls it the system that processed the document, and a ready document has none.
	var info listInfo
	var id string
	err := c.do(ctx, call{op: op, docType: t, query: query, read: func(body *answerBody) (err error) {
		id = body.correlation
		info, err = readList(body, t, c.cfg.MaxDocument, c.cfg.MaxAnswer, sink(body))
		return err
	}})
	return info, id, err
}

// Reach asks for the first ready document of a type and throws it away: that the service answers is all that is asked.
// It returns how many documents are ready, -1 when the service does not tell.
func (c *Client) Reach(ctx context.Context, t fis.DocType) (ready int, err error) {
	query := url.Values{"page": {"0"}, "limit": {"1"}}
	info, _, err := c.list(ctx, t, fmt.Sprintf("list %s documents", t), query, func(*answerBody) listSink { return &gathered{new([]fis.Envelope)} })
	return info.total, err
}

// Find returns the documents that a reference names, whatever their state: a docId, or a report, request or cash
// advance id.
func (c *Client) Find(ctx context.Context, t fis.DocType, ref string) ([]fis.Envelope, error) {
	const mostPages = 40
	var found []fis.Envelope
	seen := map[string]bool{}
	for page := 0; page < mostPages; page++ {
		query := url.Values{
			"docId": {ref}, "ignoreDocumentStatus": {"yes"}, "page": {strconv.Itoa(page)}, "limit": {strconv.Itoa(c.cfg.PageSize)},
		}
		var got []fis.Envelope
		info, _, err := c.list(ctx, t, fmt.Sprintf("look up %s document %s", t, clipID(ref)), query, func(*answerBody) listSink {
			got = nil
			return &gathered{envelopes: &got}
		})
		if err != nil {
			return nil, err
		}
		news := false
		for _, env := range got {
			if !seen[env.ID] {
				seen[env.ID], news = true, true
				found = append(found, env)
			}
		}
		if !news || info.totalPages <= page+1 {
			break
		}
	}
	return found, nil
}

// Get returns the document with this docId, whatever its state; false when the service has none.
func (c *Client) Get(ctx context.Context, t fis.DocType, docID string) (fis.Envelope, bool, error) {
	found, err := c.Find(ctx, t, docID)
	if err != nil {
		return fis.Envelope{}, false, err
	}
	for _, env := range found {
		if env.ID == docID {
			return env, true, nil
		}
	}
	return fis.Envelope{}, false, nil
}

type gathered struct{ envelopes *[]fis.Envelope }

func (g *gathered) document(env fis.Envelope) error {
	*g.envelopes = append(*g.envelopes, env)
	return nil
}

func (g *gathered) bad(BadItem) error { return nil }
