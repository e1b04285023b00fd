package tryout

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/secret"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	simsftp "github.com/fisbridge/fisbridge/internal/sim/sftp"
	"github.com/fisbridge/fisbridge/samples"
)

// world is what the demo runs against: a simulated service, an SFTP server, and one simulated ERP for each route.
type world struct {
	fis   *simfis.Service
	http  *simfis.HTTPServer
	sftp  *simsftp.Server
	erps  map[string]*simerp.ERP // by route
	books []string               // routes in their order
	// door keeps an address for the receiver of events until there is one; nil: nobody tells of events.
	door net.Listener
	// loggedIn: the service knows the login that the folder's journal has.
	loggedIn bool
}

const (
	receiptsFolder = "receipts"
	demoUser       = "fisbridge"
	demoPassword   = "demo-sftp-password"
)

// demoRoute is one flow of the demo.
type demoRoute struct {
	name, template string
	types          []fis.DocType
	marks          bool // invoices are marked paid
	reject         []simerp.Rule
	payable        []string
	after          int64 // the last file number of an earlier life
}

// startWorld starts the simulators on loopback addresses, below the folder.
func startWorld(folder string, now func() time.Time, routes []demoRoute, manifest samples.Manifest) (w *world, err error) {
	w = &world{erps: map[string]*simerp.ERP{}}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	cfg := simfis.DefaultConfig()
	cfg.Now = now
	w.fis = simfis.New(cfg)
	if err := w.offer(manifest); err != nil {
		return w, err
	}
	if w.http, err = simfis.Listen("127.0.0.1:0", w.fis); err != nil {
		return w, err
	}
	if w.door, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return w, err
	}
	root := filepath.Join(folder, "erp")
	for _, r := range routes {
		if err := w.addERP(root, r, now); err != nil {
			return w, fmt.Errorf("simulated ERP of route %s: %w", r.name, err)
		}
	}
	return w, w.startSFTP(folder, "127.0.0.1:0")
}

// offer puts the documents into the service, but those that come later. One is recalled just before its
// acknowledgement.
func (w *world) offer(manifest samples.Manifest) error {
	var faults []simfis.Fault
	lost := false
	for _, s := range manifest.Documents {
		if s.Role == samples.Resubmitted {
			continue
		}
		env, err := sampleEnvelope(s)
		if err != nil {
			return err
		}
		if _, err := w.fis.Add(env); err != nil {
			return fmt.Errorf("sample %s: %w", s.File, err)
		}
		if !lost {
			if lost, err = w.loseReceipt(env); err != nil {
				return err
			}
		}
		if s.Role == samples.Recalled {
			faults = append(faults, simfis.Fault{Kind: simfis.FaultRecall, Call: "acknowledge", DocID: s.DocID, Times: 1})
		}
	}
	return w.fis.SetFaults(1, faults...)
}

// loseReceipt makes Concur not have the image of the first receipt that the document names, and reports whether it
// names one.
func (w *world) loseReceipt(env fis.Envelope) (bool, error) {
	doc, err := fis.NewParser(nil).Parse(env)
	if err != nil || env.DocType != fis.Expense {
		return false, err
	}
	refs := doc.ReceiptRefs()
	if len(refs) == 0 {
		return false, nil
	}
	w.fis.DropReceipt(refs[0].ID)
	return true, nil
}

// sampleEnvelope reads one sample document.
func sampleEnvelope(s samples.Sample) (env fis.Envelope, err error) {
	f, err := samples.Documents().Open(s.File)
	if err != nil {
		return env, err
	}
	defer f.Close()
	err = fis.ReadDocuments(f, s.File, func(e fis.Envelope) error { env = e; return nil })
	return env, err
}

func (w *world) addERP(root string, r demoRoute, now func() time.Time) error {
	inbox, outbox := filepath.Join(root, r.name, "in"), filepath.Join(root, r.name, "out")
	for _, dir := range []string{inbox, filepath.Join(root, r.name, receiptsFolder), filepath.Join(outbox, "archive"), filepath.Join(outbox, "failed")} {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return err
		}
	}
	plan, err := workshop.ReadyPlan(r.template)
	if err != nil {
		return err
	}
	cfg, err := erpFor(r.template, plan)
	if err != nil {
		return err
	}
	cfg.Inbox, cfg.Outbox, cfg.Done, cfg.Now = inbox, outbox, filepath.Join(root, r.name, "imported"), now
	cfg.AllOrNothing, cfg.Reject, cfg.Company, cfg.Payable = plan.AllOrNothing(), r.reject, "1000", r.payable
	if plan.PartsCompanies() {
		cfg.Company = "" // it has the books of several, and knows only what the file says
	}
	cfg.FirstNumber, cfg.After = 1900000000+int64(len(w.books))*100000+1000*r.after, r.after
	if err := os.MkdirAll(cfg.Done, 0o750); err != nil {
		return err
	}
	erp, err := simerp.New(cfg)
	if err != nil {
		return err
	}
	w.erps[r.name] = erp
	w.books = append(w.books, r.name)
	return nil
}

// answer lets every ERP read its inbox and write its result files.
func (w *world) answer() error {
	var errs []error
	for _, name := range w.books {
		if _, err := w.erps[name].Poll(); err != nil {
			errs = append(errs, fmt.Errorf("simulated ERP of route %s: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// doorAddress is the address that is kept for the receiver of events; empty where nobody tells of any.
func (w *world) doorAddress() string {
	if w.door == nil {
		return ""
	}
	return w.door.Addr().String()
}

// openDoor gives the address to the receiver of events.
func (w *world) openDoor() error {
	if w.door == nil {
		return nil
	}
	err := w.door.Close()
	w.door = nil
	return err
}

func (w *world) close() error {
	errs := []error{w.openDoor()}
	if w.http != nil {
		errs = append(errs, w.http.Close())
	}
	if w.sftp != nil {
		errs = append(errs, w.sftp.Close())
	}
	return errors.Join(errs...)
}

// erpFor describes an ERP that reads the template's import files and answers in the template's first result format.
func erpFor(template string, plan *workshop.Plan) (simerp.Config, error) {
	im := simerp.Import{Spec: plan.Layout().Spec(), Records: plan.Layout().Records()}
	switch template {
	case "generic-csv":
		im.Lines, im.Sequence, im.LineNumber, im.Document = []string{"Line"}, "Line.Batch", "Line", "Reference"
		im.Debit, im.Credit, im.Currency, im.Account, im.Description, im.Date, im.Balance = "Debit", "Credit", "Currency", "Account", "Text", "Posting date", "document"
	case "payroll-obligation-csv":
		im.Lines, im.Sequence, im.Document = []string{"Wage", "Obligation"}, "Wage.Batch", "Reference"
		im.Amount, im.Currency, im.Account, im.Description, im.Date, im.Balance = "Amount", "Currency", "Code", "Text", "Date", "none"
	case "legacy-fixed":
		return legacyERP(im, plan)
	default:
		return anyERP(template, plan)
	}
	formats := plan.Results()
	if len(formats) == 0 {
		return simerp.Config{}, fmt.Errorf("template %s has no result format", template)
	}
	f := formats[0]
	answer := simerp.Answer{Name: "{file}.result.csv", Spec: f.Layout, Records: f.Records, Row: "Row", Level: "document", Fields: []simerp.Field{
		{Field: "doc_id", What: "reference"}, {Field: "kind", What: "=post"},
		{Field: "status", What: "outcome", Words: map[string]string{"posted": "ok", "rejected": "error"}}, {Field: "company", What: "company"},
		{Field: "document_number", What: "document_number"}, {Field: "fiscal_year", What: "fiscal_year"}, {Field: "date", What: "posting_date"},
		{Field: "message_code", What: "message_code"}, {Field: "message", What: "message"},
	}}
	pay := simerp.Answer{Name: "payments-{n}.result.csv", Spec: f.Layout, Records: f.Records, Row: "Row", Level: "document", Fields: []simerp.Field{
		{Field: "doc_id", What: "reference"}, {Field: "kind", What: "=pay"},
		{Field: "status", What: "status", Words: map[string]string{"CP": "paid", "PP": "part", "RE": "reversed", "OB": "void"}}, {Field: "company", What: "company"},
		{Field: "document_number", What: "document_number"}, {Field: "fiscal_year", What: "fiscal_year"}, {Field: "date", What: "payment_date"},
		{Field: "amount", What: "amount"}, {Field: "currency", What: "currency"}, {Field: "payment_reference", What: "payment_ref"},
		{Field: "payment_method", What: "method", Words: map[string]string{"E": "transfer", "C": "check"}}, {Field: "message", What: "message"},
	}}
	if template == "payroll-obligation-csv" {
		answer.Fields = append(answer.Fields[:1:1], answer.Fields[2:]...)
		pay = simerp.Answer{}
	}
	return simerp.Config{Import: im, Answers: []simerp.Answer{answer}, Payments: pay}, nil
}

// legacyERP reads the fixed-width journal and answers with an acknowledgement, and with its rejects where there are
// any.
func legacyERP(im simerp.Import, plan *workshop.Plan) (simerp.Config, error) {
	im.Lines, im.Sequence, im.Count, im.DebitTotal, im.CreditTotal, im.HashTotal = []string{"D"}, "H.batch", "T.count", "T.debits", "T.credits", "T.hash"
	im.Document, im.LineNumber, im.Amount, im.Currency, im.Account = "document", "sequence", "amount", "currency", "account"
	im.Description, im.Company, im.Date, im.Balance = "description", "company", "posting date", "document"
	cfg := simerp.Config{Import: im}
	for _, f := range plan.Results() {
		switch f.Name {
		case "ack":
			cfg.Answers = append(cfg.Answers, simerp.Answer{Name: "{file}.ack", Spec: f.Layout, Records: f.Records, Row: "A", Level: "file", Always: true, Fields: []simerp.Field{
				{Field: "type", What: "=A"}, {Field: "batch", What: "batch_id"}, {Field: "accepted", What: "accepted_count"}, {Field: "rejected", What: "rejected_count"}, {Field: "journal", What: "document_number"}}})
		case "rejects":
			cfg.Answers = append(cfg.Answers, simerp.Answer{Name: "{file}.rej", Spec: f.Layout, Records: f.Records, Row: "reject", Level: "line", Only: "rejected", Fields: []simerp.Field{
				{Field: "line", What: "file_line"}, {Field: "code", What: "message_code"}, {Field: "text", What: "message"}}})
		case "payments":
			cfg.Payments = simerp.Answer{Name: "PAY{n}.dat", Spec: f.Layout, Records: f.Records, Row: "P", Trailer: "T", Level: "document", Fields: []simerp.Field{
				{Record: "P", Field: "type", What: "=P"}, {Field: "document", What: "reference"}, {Field: "payment", What: "payment_ref"}, {Field: "amount", What: "amount"},
				{Field: "currency", What: "currency"}, {Field: "date", What: "payment_date"}, {Record: "T", Field: "type", What: "=T"}, {Field: "count", What: "row_count"}}}
		}
	}
	if len(cfg.Answers) != 2 {
		return cfg, errors.New("the template has no formats ack and rejects")
	}
	return cfg, nil
}

// loginDemo gives the request token to the service, as an administrator would.
func loginDemo(ctx context.Context, w *desk.Workspace) error {
	_, err := w.LogIn(ctx, secret.Text(simfis.DefaultConfig().RequestToken))
	return err
}
