package fis

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// adminRoutes are the calls that steer the simulator; they are answered to loopback addresses only.
//
//	GET  /sim/record     every call and what it changed      GET /sim/refusals   what was not allowed
//	GET  /sim/documents  every document and its state         POST /sim/documents  documents in any envelope (?docType= for bare ones)
//	POST /sim/faults     {"seed":1,"faults":[…],"behaviour":{…}}; what is left out stays
//	POST /sim/recall     {"docId":"…"}        POST /sim/resubmit  {"docId":"…"} → {"docId":"new"}
//	POST /sim/revise     {"docId":"…"} → {"docId":"new"}: edited after posting; "same":true unchanged, "document":{…} as given
//	POST /sim/expire     {"what":"access"|"refresh"}
//	POST /sim/events     {"endpoint":"http://127.0.0.1:8443/events"}: tells of all that is ready; see Telling for late, twice, disorder, never
func (f *Service) adminRoutes() {
	get := func(path string, answer func() any) {
		f.mux.HandleFunc("GET "+path, onLoopback(func(w http.ResponseWriter, _ *http.Request) {
			writeJSON(w, http.StatusOK, answer())
		}))
	}
	get("/sim/record", func() any { return f.Record() })
	get("/sim/refusals", func() any { return f.Refusals() })
	get("/sim/documents", func() any { return f.Documents() })
	post := func(path string, do func(r *http.Request) (any, error)) {
		f.mux.HandleFunc("POST "+path, onLoopback(func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, 256<<20)
			answer, err := do(r)
			if err != nil {
				writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
				return
			}
			writeJSON(w, http.StatusOK, answer)
		}))
	}
	post("/sim/faults", f.adminFaults)
	post("/sim/documents", f.adminDocuments)
	post("/sim/recall", f.adminRecall)
	post("/sim/resubmit", f.adminResubmit)
	post("/sim/revise", f.adminRevise)
	post("/sim/expire", f.adminExpire)
	post("/sim/events", f.adminEvents)
}

func onLoopback(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
			writeJSON(w, http.StatusForbidden, map[string]string{"error": "the admin calls are for this machine only"})
			return
		}
		next(w, r)
	}
}

func (f *Service) adminFaults(r *http.Request) (any, error) {
	var b struct {
		Seed      uint64     `json:"seed"`
		Faults    *[]Fault   `json:"faults"`
		Behaviour *Behaviour `json:"behaviour"`
	}
	if err := strictly(r, &b); err != nil {
		return nil, err
	}
	if b.Faults != nil {
		if err := f.SetFaults(b.Seed, *b.Faults...); err != nil {
			return nil, err
		}
	}
	if b.Behaviour != nil {
		f.SetBehaviour(*b.Behaviour)
	}
	return map[string]bool{"ok": true}, nil
}

func (f *Service) adminDocuments(r *http.Request) (any, error) {
	added := []string{}
	t := fis.DocType(r.URL.Query().Get("docType"))
	err := fis.ReadDocuments(r.Body, "request", func(env fis.Envelope) error {
		if env.DocType == "" || t != "" {
			env.DocType = t
		}
		id, err := f.Add(env)
		added = append(added, id)
		return err
	})
	if err != nil {
		return nil, err
	}
	return map[string]any{"added": added}, nil
}

func (f *Service) adminRecall(r *http.Request) (any, error) {
	id, err := adminDocID(r)
	if err != nil {
		return nil, err
	}
	return map[string]bool{"ok": true}, f.Recall(id)
}

func (f *Service) adminResubmit(r *http.Request) (any, error) {
	id, err := adminDocID(r)
	if err != nil {
		return nil, err
	}
	again, err := f.Resubmit(id, nil)
	return map[string]string{"docId": again}, err
}

func (f *Service) adminExpire(r *http.Request) (any, error) {
	var b struct {
		What string `json:"what"`
	}
	if err := strictly(r, &b); err != nil {
		return nil, err
	}
	switch b.What {
	case "access":
		f.ExpireAccess()
	case "refresh":
		f.ExpireRefresh()
	default:
		return nil, fmt.Errorf("what is %q, not access or refresh", b.What)
	}
	return map[string]bool{"ok": true}, nil
}

func adminDocID(r *http.Request) (string, error) {
	var b struct {
		DocID string `json:"docId"`
	}
	return b.DocID, strictly(r, &b)
}

func strictly(r *http.Request, to any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	return d.Decode(to)
}
