package tryout

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/pages"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/samples"
)

// NewDemo shows the whole loop against simulators.
func NewDemo(f *frame.Frame) *cobra.Command {
	a := &app{f}
	template := ""
	cmd := &cobra.Command{
		Use:   "demo [FOLDER]",
		Short: "The whole loop against simulators, no set-up",
		Long: `Starts a simulated Concur service, an SFTP server and three simulated legacy ERPs inside this process, with some sixty invented
documents of every kind, and runs the nightly job against them: documents are fetched, acknowledged, rendered and dropped; the ERPs
post, reject and answer; the rejected and the withdrawn are dealt with; a posted report comes back changed, Concur's event tells of it,
and the difference is posted; a day later the payments come. It ends with a reconciliation, and with an exit code other than 0 if a
figure does not tie out.

--template NAME does the same with one ERP, which reads the files of that template and answers in its words (fisbridge templates
lists them). Such an ERP takes what the template says as it is; it does not know the rules of the real one, which is what the
template's judges are for.

The folder it leaves is a working folder (a new temporary one unless named): look around with status, show and report.`,
		Example: "  fisbridge demo\n  fisbridge demo --template hledger-journal\n  fisbridge demo /tmp/look && fisbridge -C /tmp/look status",
		Args:    frame.WantArgs(0, 1),
		RunE: a.Action(func(ctx context.Context, args []string) error {
			folder := ""
			if len(args) == 1 {
				folder = args[0]
			}
			return a.demo(ctx, folder, template)
		}),
	}
	cmd.Flags().StringVar(&template, "template", "", "`name` of a template: one ERP that reads its files, in place of the three")
	return cmd
}

// demoRoutes are the three flows: one ERP takes documents one by one, one takes a whole file or nothing, and one takes
// wage types and obligations.
func demoRoutes(manifest samples.Manifest) ([]demoRoute, error) {
	var rejected, blocked simerp.Rule
	for _, s := range manifest.Documents {
		switch {
		case s.Role == samples.ERPRejects:
			rejected = simerp.Rule{Document: s.DocID, Code: "FB042", Text: s.ERPMessage}
		case s.File == "50-invoice-several.json":
			env, err := sampleEnvelope(s)
			if err != nil {
				return nil, err
			}
			doc, err := fis.NewParser(nil).Parse(env)
			if err != nil {
				return nil, err
			}
			blocked = simerp.Rule{Document: doc.ReportKey(), Code: "117", Text: "VENDOR IS BLOCKED FOR POSTING"}
		}
	}
	return []demoRoute{
		{name: "expenses", template: "generic-csv", types: []fis.DocType{fis.Expense}, reject: []simerp.Rule{rejected}, payable: []string{"240100", "241700"}},
		{name: "ledger", template: "legacy-fixed", types: []fis.DocType{fis.Invoice, fis.CashAdvance}, marks: true, reject: []simerp.Rule{blocked}, payable: []string{"200100"}},
		{name: "wages", template: "payroll-obligation-csv", types: []fis.DocType{fis.Payroll, fis.RequestObligation}},
	}, nil
}

// demoStory is one demo under way.
type demoStory struct {
	a        *app
	folder   string
	routes   []demoRoute
	w        *world
	ws       *desk.Workspace
	manifest samples.Manifest
	ahead    time.Duration   // how far the demo's clock is in front of the machine's
	told     map[string]int  // files of each ERP that were told
	held     map[string]bool // documents that were told as held
	receipts map[bool]bool   // whether a receipt that was had, and one that was not, were shown
	revised  string          // the docId under which a posted report came back
}

func (a *app) demo(ctx context.Context, folder, template string) (err error) {
	started := time.Now()
	d := &demoStory{a: a, told: map[string]int{}, held: map[string]bool{}, receipts: map[bool]bool{}}
	clock := a.Now
	a.Now = func() time.Time { return clock().Add(d.ahead) }
	if d.manifest, err = samples.Load(); err != nil {
		return err
	}
	routes, err := demoRoutes(d.manifest)
	if template != "" {
		routes, err = routesOf(template, d.manifest)
	}
	if err != nil {
		return err
	}
	if d.folder, err = demoPlace(folder); err != nil {
		return err
	}
	d.routes = routes
	if d.w, err = startWorld(d.folder, a.Now, routes, d.manifest); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.w.close()) }()
	if err := demoFolder(d.folder, d.w, routes); err != nil {
		return err
	}
	a.Dir = d.folder
	if d.ws, err = desk.Open(ctx, a.Place("demo"), true); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.ws.Close()) }()
	d.say("A simulated Concur service, an SFTP server and %s, all on this machine.", map[bool]string{true: "three simulated ERPs", false: "a simulated ERP that reads " + template}[template == ""])
	d.say("%d documents wait in Concur. Working folder: %s", len(d.w.fis.Documents()), d.folder)
	if err := d.tell(ctx); err != nil {
		return d.interrupted(ctx, err)
	}
	return d.end(ctx, started)
}

// interrupted tells of a demo that was stopped where the half-told story lies.
func (d *demoStory) interrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil || !errors.Is(err, context.Canceled) {
		return err
	}
	return &desk.Error{Code: desk.ExitInterrupted, Err: err, Hint: say.Plain(d.folder + " holds what was done so far, and may be deleted")}
}

// say tells a part of the story to people.
func (d *demoStory) say(format string, args ...any) {
	if !d.a.Quiet && !d.a.JSON {
		d.a.Say("%s", term.Own(term.Wrap(term.Sentence(format, args...), d.a.Width())))
	}
}

// line tells a fact of a chapter under its label.
func (d *demoStory) line(label, format string, args ...any) {
	if !d.a.Quiet && !d.a.JSON {
		term.Lines{Out: d.a.Stdout, Width: d.a.Width(), Label: 12}.Put("   "+label, format, args...)
	}
}

// demoPlace is the folder: a new temporary one, or the one named, which must be new or empty.
func demoPlace(folder string) (string, error) {
	const hint = "name a new folder that you may write: fisbridge demo FOLDER"
	if folder == "" {
		made, err := os.MkdirTemp("", "fisbridge-demo-")
		if err != nil {
			return "", &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("make the demo's folder: %w", err), Hint: hint}
		}
		return made, nil
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	entries, err := os.ReadDir(folder)
	if err == nil && len(entries) > 0 {
		return "", &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s is not empty", folder), Hint: "name a new folder: nothing is overwritten"}
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("make the demo's folder: %w", err), Hint: hint}
	}
	return folder, nil
}

// tell is the story: two nights and the days between.
func (d *demoStory) tell(ctx context.Context) error {
	if err := loginDemo(ctx, d.ws); err != nil {
		return err
	}
	for i, s := range d.steps() {
		d.ahead += s.after
		d.say("\n%d. %s", i+1, s.title)
		if err := s.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// step is a chapter of the story.
type step struct {
	title string
	after time.Duration // how much later it happens
	do    func(context.Context) error
}

// steps are the chapters, but those for which no ERP of the demo has the documents.
func (d *demoStory) steps() []step {
	all := []step{
		{"The nightly job: documents become import files", 0, d.run},
		{"The ERPs read their inbox and answer", 4 * time.Hour, d.answer},
		{"The next run: posted, rejected, and a file issued again", 0, d.run},
		{"Two reports come back, and Concur's events tell of them; the ERPs take the new file", 2 * time.Hour, d.comeBack},
		{"The run after that", time.Hour, d.run},
		{"A person releases the changed report: its old lines are taken back, the new ones posted", time.Hour, d.release},
		{"A day later the payments come", 24 * time.Hour, d.pay},
		{"The last run", 0, d.lastRun},
	}
	if len(d.routes) > 1 {
		return all
	}
	if d.ofExpenses() == "" {
		return all[:3]
	}
	return append(all[:6:6], step{"The ERP takes the difference", 2 * time.Hour, d.answer}, all[7])
}

// ofExpenses is the route of expense reports; empty where there is none.
func (d *demoStory) ofExpenses() string { return receiptsOf(d.routes) }

func (d *demoStory) run(ctx context.Context) error {
	bars := d.a.NewBars()
	b, err := d.ws.Bridge(bars.Step)
	if err != nil {
		return err
	}
	s, err := b.Run(ctx)
	bars.End()
	if err != nil {
		return err
	}
	for _, l := range pages.SummaryLines(s) {
		d.line(l.Label, "%s", l.Text)
	}
	for _, al := range s.Alarms {
		d.line("alarm", "%s", al.Message)
	}
	if s.Held > 0 {
		held, err := d.ws.DocumentsIn(ctx, 5, desk.Held)
		if err != nil {
			return err
		}
		for _, h := range held {
			if !d.held[h.ID] {
				d.line("held", "document %s: %s", h.ID, h.Reason)
			}
			d.held[h.ID] = true
		}
	}
	if s.ReceiptsDropped > 0 {
		if err := d.receipt(ctx); err != nil {
			return err
		}
	}
	return s.Err()
}

// receipt shows a receipt that lies beside the import files: the first one of a document that has some, and one that
// cannot be had.
func (d *demoStory) receipt(ctx context.Context) error {
	docs, err := d.ws.DocumentsIn(ctx, 0, desk.Filed)
	if err != nil {
		return err
	}
	for _, doc := range docs {
		life, err := d.ws.DocumentLife(ctx, doc)
		if err != nil {
			return err
		}
		for _, r := range life.Receipts {
			if had := r.SHA256 != ""; !d.receipts[had] {
				d.receipts[had] = true
				d.line("receipt", "of document %s…: %s", doc.ID[:8], narrate.Receipt(r, time.UTC))
			}
		}
	}
	return nil
}

func (d *demoStory) answer(context.Context) error {
	if err := d.w.answer(); err != nil {
		return err
	}
	for _, name := range d.w.books {
		posted, rejected := 0, 0
		books := d.w.erps[name].Books()
		for _, doc := range books.Documents {
			if doc.Number != "" {
				posted++
			} else if len(doc.Rejections) > 0 {
				rejected++
			}
		}
		for _, f := range books.Files[d.told[name]:] {
			if f.Verdict == "rejected" && f.Reason != "" {
				d.line(name, "refuses %s: %s", f.Name, f.Reason)
			}
		}
		d.told[name] = len(books.Files)
		d.line(name, "%s", strings.Join(pages.NonEmpty(pages.Several(len(books.Files), "file")+" read so far", pages.Several(posted, "document")+" in the books", pages.Some(rejected, "rejected")), ", "))
	}
	return nil
}

// lastRun tells what Concur makes of the payments of invoices, beside the run.
func (d *demoStory) lastRun(ctx context.Context) error {
	if err := d.run(ctx); err != nil {
		return err
	}
	marked := 0
	for _, doc := range d.w.fis.Documents() {
		if doc.Marked != nil {
			marked++
		}
	}
	if marked > 0 {
		d.line("Concur", "has %s marked as paid", wording.Counted(marked, "invoice"))
	}
	return nil
}

// pay lets the ERPs pay what they posted: one report in two parts, the others and the invoices at once.
func (d *demoStory) pay(ctx context.Context) error {
	if err := d.answer(ctx); err != nil {
		return err
	}
	n := 0
	name, err := d.w.erps["expenses"].Pay(func(doc simerp.Document) []simerp.Payment {
		if n++; n == 3 {
			half := simerp.PayHalf(doc)
			doc.Payments = append(doc.Payments, half...)
			return append(half, simerp.PayInFull(doc)...)
		}
		return simerp.PayInFull(doc)
	})
	if err != nil {
		return err
	}
	d.line("expenses", "writes the payment file %s", name)
	if name, err = d.w.erps["ledger"].Pay(simerp.PayInFull); err != nil {
		return err
	}
	d.line("ledger", "pays the suppliers, and writes the payment file %s", name)
	return nil
}

// end reconciles: the journal with itself, with the service's record and with the ERPs' books.
func (d *demoStory) end(ctx context.Context, started time.Time) error {
	r, err := pages.Reconcile(ctx, d.a.Frame, d.ws, desk.Selection{})
	if err != nil {
		return err
	}
	broken := append(append([]string{}, r.Broken()...), d.compare(ctx)...)
	if d.a.JSON {
		err = d.a.WriteJSON(demoEnd{Folder: d.folder, Seconds: time.Since(started).Seconds(), Reconciliation: r, Broken: broken})
	} else {
		err = d.tellEnd(r, started)
	}
	if err != nil {
		return err
	}
	if len(broken) > 0 {
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("the figures do not tie out:\n%w", frame.Joined(broken)), Hint: "this is a defect of fisbridge; please report it with the folder"}
	}
	d.say("All figures tie out: what Concur was told is what the ERPs booked, each document once.")
	return nil
}

// demoEnd is the end of a demo for machines.
type demoEnd struct {
	Folder         string              `json:"folder"`
	Seconds        float64             `json:"seconds"`
	Reconciliation desk.Reconciliation `json:"reconciliation"`
	// Broken are the figures that do not tie out, those that only the simulators can know included.
	Broken []string `json:"broken"`
}

// tellEnd shows the reconciliation, and where everything lies.
func (d *demoStory) tellEnd(r desk.Reconciliation, started time.Time) error {
	d.say("\nReconciliation")
	if err := (pages.Reconciliation{Reconciliation: r, Zone: time.UTC}).Table(d.a.Stdout, d.a.Width()); err != nil {
		return err
	}
	end := term.Lines{Out: d.a.Stdout, Width: d.a.Width(), Label: 14}
	d.a.Say("")
	end.Put("import files", "%s", filepath.Join(d.folder, "files"))
	end.Put("mappings", "%s", filepath.Join(d.folder, "mappings"))
	end.Put("journal", "%s", d.ws.JournalPath())
	end.Put("look around", "fisbridge -C %s status\n(also: show DOC, report, explain %s/1 2%s, audit verify)", d.folder, d.routes[0].name, d.member())
	end.Put("go on", "fisbridge sim %s\n(starts the simulators again, for run and check)", d.folder)
	end.Put("clock", "the demo plays two nights in seconds: its times run until %s, ahead of this machine's clock", wording.At(d.a.Now(), time.UTC))
	end.Put("took", "%.1f s", time.Since(started).Seconds())
	return nil
}

// member is the flag by which explain is told the file of a package.
func (d *demoStory) member() string {
	plan, err := workshop.ReadyPlan(d.routes[0].template)
	if err != nil || len(plan.Layout().Members("x.csv")) < 2 {
		return ""
	}
	return " --member FILE"
}

func tail(s string, n int) string { return s[max(0, len(s)-n):] }

// app has the commands of this room as its methods.
type app struct{ *frame.Frame }
