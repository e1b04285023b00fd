package fis

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// snapshot is a list that stands still.
type snapshot struct {
	taken time.Time
	docs  []Document
}

const snapshotLife = 10 * time.Minute

// listQuery is the query of a list call.
type listQuery struct {
	page, limit     int
	docID, systemID string
	ignore          bool
}

// serveList is GET …/transactions.
func (f *Service) serveList(w http.ResponseWriter, r *http.Request) {
	x, ok := f.begin(w, r, callList, r.URL.Query()["docId"])
	if !ok || !x.authorized() {
		return
	}
	q, reasons := readListQuery(r)
	if len(reasons) > 0 {
		f.refuse(w, x.call, reasons...)
		return
	}
	f.mu.Lock()
	if q.ignore && q.docID == "" {
		f.odd(callList, "ignoreDocumentStatus=yes counts only together with docId")
	}
	found := f.selectDocuments(x.call.DocType, q)
	x.call.SystemID = q.systemID
	body := f.listBody(r, x.call.DocType, q, found, &x.call)
	x.call.Status, x.call.Answered = http.StatusOK, x.answered()
	f.note(x.call)
	f.mu.Unlock()
	x.answer(http.StatusOK, body)
}

func readListQuery(r *http.Request) (q listQuery, reasons []string) {
	bad := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }
	if r.Method != http.MethodGet {
		bad("transactions takes GET, not %s", r.Method)
	}
	checkCall(r, bad)
	q.limit = 25
	for name, values := range r.URL.Query() {
		value := values[0]
		if len(values) > 1 {
			bad("query %s is sent twice", name)
		}
		if value == "" {
			continue // as request collections send what is not filled in
		}
		var err error
		switch name {
		case "page":
			q.page, err = strconv.Atoi(value)
		case "limit":
			q.limit, err = strconv.Atoi(value)
		case "docId":
			q.docID = value
		case "systemId":
			q.systemID = value
		case "ignoreDocumentStatus":
			q.ignore = value == "yes"
			if value != "yes" && value != "no" {
				bad("ignoreDocumentStatus is %q, not yes or no", value)
			}
		default:
			bad("unknown query %s", name)
		}
		if err != nil {
			bad("query %s is %q, not a number", name, value)
		}
	}
	if q.page < 0 || q.limit < 1 {
		bad("page %d, limit %d: out of range", q.page, q.limit)
	}
	if len(q.systemID) > 50 {
		bad("systemId has more than 50 characters")
	}
	if v := r.Header.Get("DocumentFormatAs"); v != "" && v != "text" && v != "json" {
		bad("DocumentFormatAs is %q, not text or json", v)
	}
	return q, reasons
}

// checkCall checks what all calls of the service have in common.
func checkCall(r *http.Request, bad func(string, ...any)) {
	if t := fis.DocType(r.PathValue("docType")); !t.Valid() {
		bad("unknown docType %q", t)
	}
	if a := r.Header.Get("Accept"); a != "" && !strings.Contains(a, "application/json") && !strings.Contains(a, "*/*") {
		bad("Accept is %q, the service answers application/json", a)
	}
}

// selectDocuments finds what a list call is about. The lock is held.
func (f *Service) selectDocuments(t fis.DocType, q listQuery) []Document {
	if q.docID == "" && f.behaviour.Frozen {
		s := f.snapshots[t]
		if s == nil || f.cfg.Now().Sub(s.taken) > snapshotLife {
			s = &snapshot{taken: f.cfg.Now(), docs: f.ready(t, q)}
			f.snapshots[t] = s
		}
		return s.docs
	}
	return f.ready(t, q)
}

func (f *Service) ready(t fis.DocType, q listQuery) []Document {
	var out []Document
	for _, d := range f.order {
		hidden := d.Status == Recalled || d.Status == NotReady
		switch {
		case d.DocType != t, hidden:
		case q.docID != "" && d.ID != q.docID && !slices.Contains(d.refs, q.docID):
		case d.Status != fis.StatusReady && (q.docID == "" || !q.ignore):
		case q.systemID != "" && d.ERPSystemID != "" && d.ERPSystemID != q.systemID:
		default:
			out = append(out, *d)
		}
	}
	return out
}

// Thaw drops the lists that stand still.
func (f *Service) Thaw() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.snapshots)
}

func (f *Service) listBody(r *http.Request, t fis.DocType, q listQuery, found []Document, call *Call) []byte {
	most := f.behaviour.MaxLimit
	if most == 0 {
		most = 100
	}
	limit := min(q.limit, most)
	total := len(found)
	part := found
	if !f.behaviour.Unpaged {
		from := min(q.page*limit, total)
		part = found[from:min(from+limit, total)]
	}
	items := make([]map[string]any, len(part))
	for i, d := range part {
		items[i] = f.item(r, d)
		call.Items = append(call.Items, Item{DocID: d.ID})
	}
	pages := (total + limit - 1) / limit
	answer := map[string]any{"content": items, "links": f.links(t, q.page, limit, pages)}
	if !f.behaviour.NoPage && !f.behaviour.Unpaged {
		answer["page"] = map[string]any{"size": limit, "totalElements": total, "totalPages": pages, "number": q.page}
	}
	var body []byte
	switch {
	case f.behaviour.Envelope == "bare":
		body, _ = json.Marshal(items)
		return body
	case f.behaviour.Envelope == "fIDocuments":
		answer = map[string]any{"fIDocuments": items, "offset": "", "nextPage": "", "numberReturned": len(items)}
	case f.behaviour.Envelope == "missing" && len(items) == 0:
		delete(answer, "content")
	}
	body, _ = json.Marshal(answer)
	return body
}

func (f *Service) item(r *http.Request, d Document) map[string]any {
	var system any
	if d.ERPSystemID != "" {
		system = d.ERPSystemID
	}
	form := f.behaviour.Form
	if form == "" {
		form = r.Header.Get("DocumentFormatAs")
	}
	var document any = d.Document
	switch form {
	case "text":
		document = string(d.Document)
	case "array":
		document = []json.RawMessage{d.Document}
	}
	return map[string]any{
		"id": d.ID, "docType": d.DocType, "companyId": f.cfg.CompanyID, "entityId": f.cfg.EntityID,
		"companyUuid": f.cfg.CompanyUUID,
		"erpSystemId": system, "document": document, "docStatus": d.Status, "links": []any{},
	}
}

// links point to a host inside the vendor's network, as the real ones do.
func (f *Service) links(t fis.DocType, page, limit, pages int) []map[string]any {
	host := f.behaviour.LinkHost
	if host == "" {
		host = "https://fi-service.internal.invalid"
	}
	link := func(rel string, page int) map[string]any {
		q := url.Values{"limit": {itoa(limit)}, "page": {itoa(page)}, "size": {itoa(limit)}}
		return map[string]any{"rel": rel,
			"href":     host + "/fi/v4/companies/transactiontypes/" + string(t) + "/transactions?" + q.Encode(),
			"hreflang": nil}
	}
	out := []map[string]any{link("first", 0), link("self", page)}
	if page+1 < pages {
		out = append(out, link("next", page+1))
	}
	return append(out, link("last", max(pages-1, 0)))
}

func itoa(n int) string { return strconv.Itoa(n) }
