package fis

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// endpoint is one of the three calls that change documents: how its body is read, and what it does to one document.
type endpoint struct {
	name   string
	result string
	// read takes the body apart and says what the reference does not allow in it, and what it allows but shows wrong.
	read func(body []byte, t fis.DocType) (request request, reasons, odd []string)
	// do works on one item of a document (nil: there is none of this id). The lock is held.
	do func(f *Service, d *Document, item requestItem, systemID string, t fis.DocType) outcome
}

type request struct {
	systemID string
	items    []requestItem
}

type requestItem struct {
	docID, ref string
	content    json.RawMessage
	status     string
}

type outcome struct {
	code            int
	result, message string
	effect          bool
}

func success() outcome { return outcome{result: "SUCCESS", effect: true} }

func failure(code int, message string) outcome {
	return outcome{code: code, result: "FAILURE", message: message}
}

// servePost answers one of the three calls.
func (f *Service) servePost(work func() endpoint) http.HandlerFunc {
	k := work()
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 16<<20))
		request, reasons, odd := request{}, []string{"the body cannot be read"}, []string(nil)
		if err == nil {
			request, reasons, odd = k.read(body, fis.DocType(r.PathValue("docType")))
		}
		var ids []string
		for _, item := range request.items {
			ids = append(ids, item.docID)
		}
		x, ok := f.begin(w, r, k.name, ids)
		if !ok || !x.authorized() {
			return
		}
		bad := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }
		if r.Method != http.MethodPost {
			bad("%s takes POST, not %s", k.name, r.Method)
		}
		if ct := r.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/json") {
			bad("Content-Type is %q, not application/json", ct)
		}
		if r.URL.RawQuery != "" {
			bad("%s takes no query", k.name)
		}
		checkCall(r, bad)
		x.call.SystemID = request.systemID
		if len(reasons) > 0 {
			f.refuse(w, x.call, reasons...)
			return
		}
		x.work(k, request, odd)
	}
}

// work does all items of a call, notes them, and sends the answer.
func (x *exchange) work(k endpoint, request request, odd []string) {
	f := x.f
	f.mu.Lock()
	for _, reason := range odd {
		f.odd(k.name, reason)
	}
	answers := []map[string]any{}
	for _, item := range request.items {
		strikes := f.itemHits(k.name, item.docID)
		out := f.workItem(k, item, request.systemID, x.call.DocType, strikes)
		x.call.Items = append(x.call.Items, Item{
			DocID: item.docID, PaymentRef: item.ref, Code: out.code, Result: out.result, Effect: out.effect,
			Content: item.content,
		})
		if len(strikes) > 0 {
			x.call.Fault = strings.TrimPrefix(x.call.Fault+","+faultNames(strikes), ",")
		}
		if _, omit := findFault(strikes, FaultOmit); !omit {
			answers = append(answers, f.answerItem(k, item, request.systemID, out))
		}
	}
	if _, extra := findFault(x.faults, FaultExtra); extra {
		answers = append(answers, f.answerItem(k, requestItem{docID: newDocID(), ref: "unasked"}, request.systemID,
			success()))
	}
	if _, shuffle := findFault(x.faults, FaultShuffle); shuffle {
		f.random.Shuffle(len(answers), func(i, j int) { answers[i], answers[j] = answers[j], answers[i] })
	}
	x.call.Status, x.call.Answered = http.StatusOK, x.answered()
	f.note(x.call)
	f.mu.Unlock()
	body, _ := json.Marshal(answers)
	x.answer(http.StatusOK, body)
}

func (f *Service) workItem(k endpoint, item requestItem, systemID string, t fis.DocType, strikes []Fault) outcome {
	if s, ok := findFault(strikes, FaultItem); ok {
		code := s.Code
		if code == 0 {
			code = 199
		}
		return failure(code, "Unknown error, please try again later.")
	}
	if _, ok := findFault(strikes, FaultRecall); ok {
		_ = f.recall(item.docID)
	}
	return k.do(f, f.docs[item.docID], item, systemID, t)
}

func (f *Service) answerItem(k endpoint, item requestItem, systemID string, out outcome) map[string]any {
	var code any = out.code
	if f.behaviour.TextNumbers {
		code = itoa(out.code)
	}
	if d := f.docs[item.docID]; d != nil && d.ERPSystemID != "" {
		systemID = d.ERPSystemID
	}
	var system any = systemID
	if f.behaviour.NullSystemID {
		system = nil
	}
	a := map[string]any{"code": code, "docId": item.docID, "systemId": system, k.result: out.result,
		"errorMessage": out.message}
	if k.name != callAcknowledge {
		a["detailMessage"] = ""
	}
	if k.name == callPayment {
		a["paymentRef"] = item.ref
	}
	return a
}

// acknowledge is POST …/acknowledgements.
func acknowledge() endpoint {
	return endpoint{name: callAcknowledge, result: "acknowledgeResult", read: readAcknowledge,
		do: func(f *Service, d *Document, _ requestItem, systemID string, t fis.DocType) outcome {
			switch {
			case d == nil:
				return failure(104, "This document does not exist.")
			case d.DocType != t:
				return failure(105, "This document is not of type "+string(t)+".")
			case d.Status == Recalled:
				return failure(102, "This document has been recalled.")
			case d.Status == NotReady:
				return failure(103, "This document is not ready.")
			case d.Status != fis.StatusReady:
				return failure(101, "This document was previously acknowledged by SystemId: "+d.ERPSystemID+".")
			case d.ERPSystemID != "" && d.ERPSystemID != systemID:
				return failure(99, "System ID in request does not match system ID in FI database.")
			case f.behaviour.AcknowledgeIgnored:
				return outcome{result: "SUCCESS"}
			}
			d.Status, d.ERPSystemID = fis.StatusAcknowledged, systemID
			return success()
		}}
}

// confirmPosting is POST …/postingconfirmations.
func confirmPosting() endpoint {
	return endpoint{name: callPosting, result: "postingConfirmationResult", read: readPosting,
		do: func(_ *Service, d *Document, item requestItem, systemID string, t fis.DocType) outcome {
			switch {
			case d == nil:
				return outcome{code: 116, result: "DOCUMENT_NOT_FOUND", message: "This document does not exist."}
			case d.DocType != t:
				return failure(115, "This document is not of type "+string(t)+".")
			case d.Status == Recalled:
				return outcome{code: 112, result: "WAS_RECALLED", message: "This document has been recalled."}
			case d.ERPSystemID != systemID && d.Status != fis.StatusReady:
				return failure(99, "System ID in request does not match system ID in FI database.")
			case d.Status == fis.StatusReady, d.Status == NotReady:
				return outcome{code: 111, result: "NOT_YET_ACKNOWLEDGED",
					message: "This document has not been acknowledged."}
			case d.Status != fis.StatusAcknowledged:
				return failure(113, "Confirmation has been posted for this document.")
			}
			d.Status, d.Posting = fis.StatusPostedSuccess, item.content
			if item.status == "error" {
				d.Status = fis.StatusPostedFailure
			}
			return success()
		}}
}

// confirmPayment is POST …/paymentconfirmations.
func confirmPayment() endpoint {
	return endpoint{name: callPayment, result: "paymentConfirmationResult", read: readPayment,
		do: func(f *Service, d *Document, item requestItem, systemID string, t fis.DocType) outcome {
			switch {
			case d == nil:
				return outcome{code: 116, result: "DOCUMENT_NOT_FOUND", message: "This document does not exist."}
			case d.DocType != t:
				return failure(115, "This document is not of type "+string(t)+".")
			case d.ERPSystemID != systemID && d.ERPSystemID != "":
				return failure(99, "System ID in request does not match system ID in FI database.")
			case d.Status != fis.StatusPostedSuccess:
				return outcome{code: 211, result: "NOT_POSTING_CONFIRMED",
					message: "This document has not been posting confirmed."}
			case f.payments[item.ref] != "":
				return outcome{code: 298, result: "NOOP",
					message: "Payment confirmation already exist " + item.ref + "."}
			case d.Paid && (item.status == "CP" || item.status == "PP"):
				return failure(213, "Payment has been confirmed for this document.")
			}
			f.payments[item.ref] = d.ID
			d.Payments = append(d.Payments, item.content)
			d.Paid = item.status == "CP" || (d.Paid && item.status == "OB")
			return success()
		}}
}
