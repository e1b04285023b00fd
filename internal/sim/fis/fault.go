package fis

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is one thing that goes wrong on request. Zero values mean: any call, always, without end.
type Fault struct {
	// Kind is one of the kinds below.
	Kind string `json:"kind"`
	// Call limits it to token, list, acknowledge, posting, payment, mark, look, image or imagebytes; DocID to calls (or
	// items) with the document, or with the id of an image.
	Call  string `json:"call,omitempty"`
	DocID string `json:"docId,omitempty"`
	// Skip spares the first matching calls, Times ends it after so many hits, Rate hits only this part of the calls (0:
	// all), by the service's seeded chance.
	Skip  int     `json:"skip,omitempty"`
	Times int     `json:"times,omitempty"`
	Rate  float64 `json:"rate,omitempty"`
	// Status is for kind status; RetryAfter (seconds) goes with it; Delay is for slow and timeout.
	Status     int           `json:"status,omitempty"`
	RetryAfter int           `json:"retryAfter,omitempty"`
	Delay      time.Duration `json:"delay,omitempty"`
	// Code is the item code of kind item (199 when 0).
	Code int `json:"code,omitempty"`
}

// Kinds of faults: of whole calls, then of the items of a POST.
const (
	FaultLost    = "lost"    // the work is done, the connection is cut without an answer
	FaultTimeout = "timeout" // the work is done, the answer never comes (Delay, then cut; 0: until the client gives up)
	FaultCut     = "cut"     // the connection is cut before the work
	FaultHalf    = "half"    // the work is done, the answer breaks off in the middle
	FaultStatus  = "status"  // Status (500) instead of the work
	FaultAfter   = "after"   // the work is done, the answer is Status (500)
	FaultExpire  = "expire"  // all access tokens end now
	FaultSlow    = "slow"    // Delay before the work
	FaultGarbage = "garbage" // the work is done, the answer is a proxy's HTML page

	// Of images alone.
	FaultExpired   = "expired"   // the address is not good any more
	FaultHuge      = "huge"      // 256 MiB come
	FaultWrongType = "wrongtype" // what comes is no image

	FaultItem    = "item"    // the item is answered with Code and nothing is done
	FaultOmit    = "omit"    // the item is done and left out of the answer
	FaultExtra   = "extra"   // the answer has an item that nobody asked about
	FaultShuffle = "shuffle" // the answer's items come in another order
	FaultRecall  = "recall"  // a processor recalls the document just before the work
)

// faultKinds says for each kind whether it concerns items.
func faultKinds() map[string]bool {
	return map[string]bool{
		FaultLost: false, FaultTimeout: false, FaultCut: false, FaultHalf: false, FaultStatus: false,
		FaultAfter: false, FaultExpire: false, FaultSlow: false, FaultGarbage: false, FaultItem: true,
		FaultExpired: false, FaultHuge: false, FaultWrongType: false,
		FaultOmit: true, FaultExtra: false, FaultShuffle: false, FaultRecall: true,
	}
}

// Behaviour is how the service does what the reference leaves open.
type Behaviour struct {
	// Frozen keeps each list as it was when it was first asked for, until Thaw or ten minutes later; otherwise pages
	// shift.
	Frozen bool `json:"frozen,omitempty"`
	// Form of a document: "" as the DocumentFormatAs header says (json when it is missing), json, text, or array.
	Form string `json:"form,omitempty"`
	// Envelope of a list: "" {content, page}, fIDocuments, bare (an array), missing (no content when it is empty).
	Envelope string `json:"envelope,omitempty"`
	// Unpaged ignores page and limit; NoPage leaves out the page member.
	Unpaged bool `json:"unpaged,omitempty"`
	NoPage  bool `json:"noPage,omitempty"`
	// MaxLimit is the most documents of a page (100).
	MaxLimit int `json:"maxLimit,omitempty"`
	// AcknowledgeIgnored answers acknowledgements with SUCCESS and does nothing.
	AcknowledgeIgnored bool `json:"acknowledgeIgnored,omitempty"`
	// NullSystemID answers with systemId null, as the vendor's samples do; otherwise with the system id on record.
	NullSystemID bool `json:"nullSystemId,omitempty"`
	// TextNumbers writes codes and expires_in as strings.
	TextNumbers bool `json:"textNumbers,omitempty"`
	// KeepRefresh returns the same refresh token at each refresh; otherwise it rotates, and the one before works until
	// the new one is used. SingleUse ends a refresh token with its first use. NoRefresh sends none with a refresh.
	KeepRefresh bool `json:"keepRefresh,omitempty"`
	SingleUse   bool `json:"singleUse,omitempty"`
	NoRefresh   bool `json:"noRefresh,omitempty"`
	// Geolocation is what token answers say; "" is the address that was called. MovedTo refuses tokens here with code
	// 16.
	Geolocation string `json:"geolocation,omitempty"`
	MovedTo     string `json:"movedTo,omitempty"`
	// NoImageScope forbids images; ImageHost (https://host) is where their addresses lead.
	NoImageScope bool   `json:"noImageScope,omitempty"`
	ImageHost    string `json:"imageHost,omitempty"`
	// Warn and Sunset are sent as x-api-warn and sunset; LinkHost is the host in links.
	Warn     string `json:"warn,omitempty"`
	Sunset   string `json:"sunset,omitempty"`
	LinkHost string `json:"linkHost,omitempty"`
	// ExtractAfter is how many marks of an invoice are refused before it is extracted: that takes its time after the
	// posting was confirmed. MarksChange lets a paid invoice become void, and a void one paid; otherwise the first mark
	// stands.
	ExtractAfter int  `json:"extractAfter,omitempty"`
	MarksChange  bool `json:"marksChange,omitempty"`
	// NoReadBack forbids looking at invoices; ReadBackBlank shows nothing of what a mark wrote.
	NoReadBack    bool `json:"noReadBack,omitempty"`
	ReadBackBlank bool `json:"readBackBlank,omitempty"`
}

// ParseBehaviour reads a behaviour from the command line: names of Behaviour's JSON form, with =value where it is no
// switch, parted by commas, e.g. frozen,form=text.
func ParseBehaviour(text string) (b Behaviour, err error) {
	fields := map[string]any{}
	for _, pair := range strings.Split(text, ",") {
		name, value, given := strings.Cut(pair, "=")
		switch n, nerr := strconv.Atoi(value); {
		case !given:
			fields[name] = true
		case nerr == nil:
			fields[name] = n
		default:
			fields[name] = value
		}
	}
	raw, err := json.Marshal(fields)
	if err != nil {
		return b, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&b); err != nil {
		return b, errors.New(jsonProblem(err))
	}
	return b, nil
}

type armedFault struct {
	Fault
	matched, hit int
}

// ParseFault reads a fault from the command line: kind, then key=value pairs, all parted by commas, e.g.
// lost,call=posting,rate=0.1,times=3.
func ParseFault(text string) (Fault, error) {
	kind, rest, _ := strings.Cut(text, ",")
	f := Fault{Kind: kind}
	for _, pair := range strings.Split(rest, ",") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		var err error
		switch key {
		case "call":
			f.Call = value
		case "doc":
			f.DocID = value
		case "skip":
			f.Skip, err = strconv.Atoi(value)
		case "times":
			f.Times, err = strconv.Atoi(value)
		case "rate":
			f.Rate, err = strconv.ParseFloat(value, 64)
		case "status":
			f.Status, err = strconv.Atoi(value)
		case "retry-after":
			f.RetryAfter, err = strconv.Atoi(value)
		case "delay":
			f.Delay, err = time.ParseDuration(value)
		case "code":
			f.Code, err = strconv.Atoi(value)
		default:
			return f, fmt.Errorf("fault %q: %q is none of call, doc, skip, times, rate, status, retry-after, delay, code", text, key)
		}
		if err != nil {
			return f, fmt.Errorf("fault %q: %s: %q is not a number", text, key, value)
		}
	}
	return f, f.validate()
}

func (f Fault) validate() error {
	if _, ok := faultKinds()[f.Kind]; !ok {
		return fmt.Errorf("fault %q is none of %s", f.Kind, strings.Join(slices.Sorted(maps.Keys(faultKinds())), ", "))
	}
	switch f.Call {
	case "", callToken, callList, callAcknowledge, callPosting, callPayment, callMark, callLook, callImage,
		callImageBytes, callSubscribe:
	default:
		return fmt.Errorf("fault %s: call %q is none of token, list, acknowledge, posting, payment, mark, look, image, "+
			"imagebytes, subscribe", f.Kind, f.Call)
	}
	if f.Rate < 0 || f.Rate > 1 {
		return fmt.Errorf("fault %s: rate %v is not between 0 and 1", f.Kind, f.Rate)
	}
	if f.Kind == FaultStatus && f.Status != 0 && (f.Status < 300 || f.Status > 599) {
		return fmt.Errorf("fault %s: status %d is not between 300 and 599", f.Kind, f.Status)
	}
	return nil
}

// SetFaults replaces all faults; seed makes their rates repeatable.
func (f *Service) SetFaults(seed uint64, faults ...Fault) error {
	for _, fault := range faults {
		if err := fault.validate(); err != nil {
			return err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.random = mathrand.New(mathrand.NewPCG(seed, 1))
	f.faults = nil
	for _, fault := range faults {
		f.faults = append(f.faults, &armedFault{Fault: fault})
	}
	return nil
}

// SetBehaviour replaces the behaviour.
func (f *Service) SetBehaviour(b Behaviour) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.behaviour = b
}

// hits returns the faults of whole calls that strike this call. The lock is held.
func (f *Service) hits(call string, ids []string) []Fault {
	var out []Fault
	for _, a := range f.faults {
		if !faultKinds()[a.Kind] && (a.DocID == "" || slices.Contains(ids, a.DocID)) && a.strikes(call, f.random) {
			out = append(out, a.Fault)
		}
	}
	return out
}

// itemHits returns the faults that strike one item. The lock is held.
func (f *Service) itemHits(call, id string) []Fault {
	var out []Fault
	for _, a := range f.faults {
		if faultKinds()[a.Kind] && (a.DocID == "" || a.DocID == id) && a.strikes(call, f.random) {
			out = append(out, a.Fault)
		}
	}
	return out
}

func (a *armedFault) strikes(call string, random *mathrand.Rand) bool {
	if a.Call != "" && a.Call != call {
		return false
	}
	if a.matched++; a.matched <= a.Skip || (a.Times > 0 && a.hit >= a.Times) {
		return false
	}
	if a.Rate > 0 && random.Float64() >= a.Rate {
		return false
	}
	a.hit++
	return true
}

func findFault(faults []Fault, kind string) (Fault, bool) {
	for _, f := range faults {
		if f.Kind == kind {
			return f, true
		}
	}
	return Fault{}, false
}

func faultNames(faults []Fault) string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Kind)
	}
	return strings.Join(out, ",")
}

func stallFor(ctx context.Context, d time.Duration) {
	var timer <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-timer:
	case <-ctx.Done():
	}
}
