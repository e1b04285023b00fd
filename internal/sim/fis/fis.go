// Package fis is a Concur Financial Integration Service to try everything against. It owns its documents, tokens and
// record of calls, and nothing outside its memory. It is strict: a call that the reference does not allow is refused
// with the reason, and what Concur takes and shows wrong is noted as odd. What the reference leaves open is a
// Behaviour, what can go wrong a Fault; the same seed gives the same faults. It listens on this machine only. Users
// import it as simfis.
package fis

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Config says whom the simulated service knows. Empty fields get the values of DefaultConfig.
type Config struct {
	ClientID, ClientSecret, CompanyUUID, RequestToken string
	// CompanyID and EntityID are written into each envelope.
	CompanyID, EntityID string
	// AccessLife is how long an access token lives (1 hour).
	AccessLife time.Duration
	// Now is the service's clock; nil: the machine's.
	Now func() time.Time
	// Seed makes rates of faults repeatable.
	Seed uint64
	// Log gets one line a call; nil: none.
	Log *slog.Logger
	// Told gets each call when it is noted, in their order; nil: nobody does. It must not call the service.
	Told func(Call)
}

// DefaultConfig are credentials for a service that nobody but us can reach. They are no secrets.
func DefaultConfig() Config {
	return Config{
		ClientID: "sim-client", ClientSecret: "sim-client-secret", CompanyUUID: "7a1c1d58-0000-4000-8000-000000000001",
		RequestToken: "sim-request-token", CompanyID: "p0000001sim", EntityID: "p0000001sim", AccessLife: time.Hour,
	}
}

// FIS is a simulated Financial Integration Service with its token endpoint: an http.Handler over documents in memory.
// It refuses what the vendor's reference does not allow, keeps a record of each call and what it changed, and
// misbehaves on request.
type Service struct {
	cfg Config
	mux *http.ServeMux

	mu        sync.Mutex
	docs      map[string]*Document
	order     []*Document
	payments  map[string]string
	record    []Call
	refusals  []Refusal
	faults    []*armedFault
	behaviour Behaviour
	snapshots map[fis.DocType]*snapshot
	tokens    tokenBook
	receipts  receiptBook
	// subscriptions to events, by their ids
	subscriptions map[string]Subscription
	random        *mathrand.Rand
}

// Document is a document as the service has it.
type Document struct {
	ID      string      `json:"id"`
	DocType fis.DocType `json:"docType"`
	// Status is the docStatus; NOT_READY and RECALLED are states that a list never shows.
	Status      fis.Status      `json:"docStatus"`
	ERPSystemID string          `json:"erpSystemId"`
	Document    json.RawMessage `json:"document"`
	// Posting is the confirmation that took effect, Payments those that did, in their order.
	Posting  json.RawMessage   `json:"posting,omitempty"`
	Payments []json.RawMessage `json:"payments,omitempty"`
	Paid     bool              `json:"paid,omitempty"`
	// Marked is what an invoice is marked as, Marks all marks that took effect, in their order.
	Marked *Marked  `json:"marked,omitempty"`
	Marks  []Marked `json:"marks,omitempty"`
	// Former is the docId of the document that this one is a resubmission or a revision of.
	Former string `json:"former,omitempty"`
	refs   []string
	asked  int // marks that were refused because it was not extracted yet
}

// States beyond those that the service shows.
const (
	Recalled fis.Status = "RECALLED"
	NotReady fis.Status = "NOT_READY"
)

// New makes a service without documents.
func New(cfg Config) *Service {
	d := DefaultConfig()
	for _, f := range []struct {
		to    *string
		value string
	}{
		{&cfg.ClientID, d.ClientID}, {&cfg.ClientSecret, d.ClientSecret}, {&cfg.CompanyUUID, d.CompanyUUID},
		{&cfg.RequestToken, d.RequestToken}, {&cfg.CompanyID, d.CompanyID}, {&cfg.EntityID, d.EntityID},
	} {
		if *f.to == "" {
			*f.to = f.value
		}
	}
	if cfg.AccessLife == 0 {
		cfg.AccessLife = d.AccessLife
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	f := &Service{cfg: cfg, docs: map[string]*Document{}, payments: map[string]string{},
		snapshots: map[fis.DocType]*snapshot{}}
	f.random = mathrand.New(mathrand.NewPCG(cfg.Seed, 1))
	f.tokens = tokenBook{access: map[string]time.Time{}, application: map[string]bool{}, refresh: map[string]*refreshToken{}}
	f.mux = http.NewServeMux()
	f.mux.HandleFunc("/oauth2/v0/token", f.serveToken)
	const base = "/financialintegration/fi/v4/companies/transactiontypes/{docType}/transactions"
	f.mux.HandleFunc(base, f.serveList)
	f.mux.HandleFunc(base+"/acknowledgements", f.servePost(acknowledge))
	f.mux.HandleFunc(base+"/postingconfirmations", f.servePost(confirmPosting))
	f.mux.HandleFunc(base+"/paymentconfirmations", f.servePost(confirmPayment))
	f.invoicePayRoutes()
	f.receiptRoutes()
	f.subscriptionRoutes()
	f.adminRoutes()
	f.mux.HandleFunc("/", f.serveUnknown)
	return f
}

// ServeHTTP answers the service's calls, and the admin calls under /sim/.
func (f *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.mux.ServeHTTP(w, r) }

// Add makes a document ready. An empty id gets a new one; a known id is an error. It returns the id.
func (f *Service) Add(env fis.Envelope) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.add(env, "")
}

func (f *Service) add(env fis.Envelope, former string) (string, error) {
	if env.ID == "" {
		env.ID = newDocID()
	}
	if !env.DocType.Valid() {
		return "", fmt.Errorf("document %s: unknown docType %q", env.ID, env.DocType)
	}
	if len(env.ID) > 32 || f.docs[env.ID] != nil {
		return "", fmt.Errorf("document %q: the id is too long, or taken", env.ID)
	}
	if !json.Valid(env.Document) {
		return "", fmt.Errorf("document %s: not JSON", env.ID)
	}
	if env.Status == "" {
		env.Status = fis.StatusReady
	}
	d := &Document{
		ID: env.ID, DocType: env.DocType, Status: env.Status, ERPSystemID: env.ERPSystemID,
		Document: env.Document, Former: former, refs: references(env.Document),
	}
	f.docs[d.ID] = d
	f.order = append(f.order, d)
	return d.ID, nil
}

// references are the ids by which a document is also found: report, request, cash advance.
func references(document []byte) []string {
	var d struct {
		Report          struct{ ReportID string }
		RequestHeader   struct{ RequestID string }
		CashAdvanceData struct{ CashAdvanceID string }
	}
	_ = json.Unmarshal(document, &d)
	return []string{d.Report.ReportID, d.RequestHeader.RequestID, d.CashAdvanceData.CashAdvanceID}
}

// ErrNoDocument says that the service does not have the document.
var ErrNoDocument = errors.New("the service has no such document")

// Recall takes a document back, as a processor does. Documents that are confirmed as posted cannot be recalled.
func (f *Service) Recall(id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.recall(id)
}

func (f *Service) recall(id string) error {
	d := f.docs[id]
	if d == nil {
		return fmt.Errorf("recall %s: %w", id, ErrNoDocument)
	}
	if d.Status == fis.StatusPostedSuccess {
		return fmt.Errorf("recall %s: it is confirmed as posted", id)
	}
	d.Status = Recalled
	return nil
}

// Resubmit approves a recalled or refused document again: it comes back as a new document with a new id and the same
// content, or with the content given. It returns the new id.
func (f *Service) Resubmit(id string, content []byte) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.docs[id]
	if d == nil {
		return "", fmt.Errorf("resubmit %s: %w", id, ErrNoDocument)
	}
	if d.Status != Recalled && d.Status != fis.StatusPostedFailure {
		return "", fmt.Errorf("resubmit %s: it is %s", id, d.Status)
	}
	if content == nil {
		content = d.Document
	}
	d.Status = Recalled
	return f.add(fis.Envelope{DocType: d.DocType, Document: content}, id)
}

// SetStatus puts a document into a state, whatever its state was.
func (f *Service) SetStatus(id string, s fis.Status, systemID string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.docs[id]
	if d == nil {
		return fmt.Errorf("set the status of %s: %w", id, ErrNoDocument)
	}
	d.Status, d.ERPSystemID = s, systemID
	return nil
}

// Documents returns all documents, in the order in which they came.
func (f *Service) Documents() []Document {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]Document, len(f.order))
	for i, d := range f.order {
		out[i] = *d
		out[i].Payments = append([]json.RawMessage(nil), d.Payments...)
	}
	return out
}

// Document returns one document.
func (f *Service) Document(id string) (Document, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.docs[id]
	if d == nil {
		return Document{}, false
	}
	return *d, true
}

// newDocID is a docId as the service makes them: 32 hexadecimal digits.
func newDocID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func newSecret(kind string) string { return kind + "-" + strings.ToLower(rand.Text()) }
