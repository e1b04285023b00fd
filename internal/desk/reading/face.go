package reading

import (
	"context"
	"errors"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/posting"
)

// Face is what people know a document by. It is in the payload alone, and ages out with it.
type Face struct {
	Title string `json:"title,omitempty"`
	Name  string `json:"name,omitempty"` // of the employee or the vendor
	ID    string `json:"id,omitempty"`
}

// nameFields are the fields of which faces are made, beside those that a document itself knows.
var nameFields = map[string]bool{"employeeFirstName": true, "employeeLastName": true, "employeeId": true, "vendorName": true, "vendorCode": true,
	"reportName": true, "requestName": true, "requestTitle": true, "name": true}

// Faces are those of documents, by docId; one whose payload is not kept has none.
func Faces(ctx context.Context, w *desk.Workspace, ids []string) (map[string]Face, error) {
	parser := fis.NewParser(func(name string) bool { return nameFields[name] })
	out := make(map[string]Face, len(ids))
	for _, id := range ids {
		doc, err := parsed(ctx, w, parser, id)
		if err != nil {
			return nil, err
		}
		if doc != nil {
			out[id] = faceOf(doc)
		}
	}
	return out, nil
}

// parsed is a document by its payload; nil where that is not kept or cannot be read.
func parsed(ctx context.Context, w *desk.Workspace, parser *fis.Parser, id string) (*fis.Document, error) {
	env, err := w.Journal.Payload(ctx, id)
	if errors.Is(err, ledger.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	doc, err := parser.Parse(env)
	if err != nil {
		return nil, nil //nolint:nilerr // a damaged document has no face; verify tells of it
	}
	return doc, nil
}

func faceOf(doc *fis.Document) Face {
	if v := doc.Root.Get("vendor"); v.Str("vendorName") != "" {
		return Face{Title: doc.Title(), Name: doc.Named(), ID: v.Str("vendorCode")}
	}
	return Face{Title: doc.Title(), Name: doc.Named(), ID: doc.EmployeeID()}
}

// Sides are the debits and credits of a document.
type Sides struct {
	Currency      string
	Lines         []posting.Line
	Debit, Credit fis.Amount
	// Refused is why the document cannot be posted.
	Refused string
}

// Postings are the posting lines of a document; nil where its payload is not kept.
func Postings(ctx context.Context, w *desk.Workspace, d desk.Doc) (*Sides, error) {
	doc, err := parsed(ctx, w, fis.NewParser(nil), d.ID)
	if doc == nil || err != nil {
		return nil, err
	}
	r, err := posting.Derive(doc, posting.Options{})
	if err != nil {
		return &Sides{Currency: d.Currency, Refused: err.Error()}, nil //nolint:nilerr // that is what the page tells
	}
	s := &Sides{Currency: r.Currency, Lines: r.Lines}
	s.Debit, s.Credit = r.Totals()
	return s, nil
}

// Happened narrows the history, and Key is where a page of documents begins.
type (
	Happened = records.Happened
	Key      = records.Key
)
