package tryout

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/docfiles"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	simerp "github.com/fisbridge/fisbridge/internal/sim/erp"
	simfis "github.com/fisbridge/fisbridge/internal/sim/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
	"github.com/fisbridge/fisbridge/samples"
)

// simOptions are the flags of sim.
type simOptions struct {
	listen     string
	sftpListen string
	documents  []string
	empty      bool
	faults     []string
	behaviour  string
	every      time.Duration
	noERP      bool
	erpFaults  []string
	gaps       bool
	pay        string
}

// NewSim starts the simulators for a working folder of one's own.
func NewSim(f *frame.Frame) *cobra.Command {
	a := &app{f}
	o := simOptions{}
	cmd := &cobra.Command{
		Use:   "sim [FOLDER]",
		Short: "Start the simulators by themselves: a Concur service, an SFTP server, three ERPs",
		Long: `sim starts a simulated Concur service, an SFTP server and simulated ERPs, all of them reachable from this machine only, and
writes a working folder whose configuration points at them. They run until you interrupt. Another terminal uses the folder as any other
working folder. A folder that demo or sim has made is taken up again: at the same addresses, with the login and with what Concur knew of its
documents; the ERPs begin new books.

The service is strict: a call that Concur's reference does not allow is refused, with the reason in the answer. Each call is a line in this
terminal (-q: none), and an entry of /sim/record with what it changed; /sim/refusals lists what was refused. docs/simulator.md has a curl
command for each call, and the calls under /sim/ that steer the simulator while it runs.

--fault KIND[,key=value…] makes something go wrong:
  before the work   cut, slow (delay=2s), expire (all access tokens end), status (status=503, retry-after=30)
  after the work    lost, half, garbage, timeout (delay=2s), after (status=503): the answer does not arrive, or is none
  in a POST         item (code=199), omit, extra, shuffle, recall (a processor recalls the document just before)
  of images         expired (the address is dead), huge (256 MiB come), wrongtype (what comes is no image)
  limited by        call=token|list|acknowledge|posting|payment|mark|look|
                    image|imagebytes|subscribe, doc=ID, skip=N, times=N, rate=0.2

--erp-fault NAME makes something go wrong with the answers of the ERPs:
  import files      at-once (gone before anybody can look), never (they stay, and are read once), repeat (each is read twice)
  result files      slow (half of it first, the rest at the next look), half (and never the rest), twice, other-name, silent (none)
  rows in them      unknown (of documents that nobody knows), duplicate (said of each document, though it was booked)

--pay[=HOW] pays what was posted: full, halves (one now, one at the next look), reversed (in full, and taken back at the next look).

--behaviour NAME[=value][,…] chooses what the reference leaves open:
  lists             frozen, unpaged, noPage, maxLimit=10, envelope=fIDocuments|bare|missing, form=text|json|array
  answers           nullSystemId, textNumbers, acknowledgeIgnored, warn=TEXT, sunset=TEXT, linkHost=URL
  tokens            keepRefresh, singleUse, noRefresh, geolocation=URL, movedTo=URL
  invoices paid     extractAfter=2, marksChange, noReadBack, readBackBlank
  images            noImageScope, imageHost=URL`,
		Example: `  fisbridge sim /tmp/look                          # in one terminal
  fisbridge -C /tmp/look auth login --token-file /tmp/look/secrets/request_token
  fisbridge -C /tmp/look run                       # in another one, again and again

  fisbridge sim --listen 127.0.0.1:8080              # an address of your own, for a client of your own
  fisbridge sim --fault lost,call=posting,rate=0.2   # a fifth of all confirmations lose their answer
  fisbridge sim --behaviour frozen,form=text         # pages that stand still, documents as text
  fisbridge sim --erp-fault twice,unknown --pay      # ERPs that answer twice and of strangers, and pay
  fisbridge sim --no-erp --documents april.json      # documents of your own, and you play the ERP`,
		Args: frame.WantArgs(0, 1),
	}
	flags := cmd.Flags()
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "`address` of the Concur service; on this machine")
	flags.StringVar(&o.sftpListen, "sftp-listen", "127.0.0.1:0", "`address` of the SFTP server; on this machine")
	flags.StringSliceVar(&o.documents, "documents", nil, "`files` or folders of documents instead of the samples")
	flags.BoolVar(&o.empty, "empty", false, "begin without documents; post them to /sim/documents")
	flags.StringArrayVar(&o.faults, "fault", nil, "a `fault` of the Concur service, such as status,status=503,times=3; may be repeated")
	flags.StringVar(&o.behaviour, "behaviour", "", "`how` the Concur service does what its reference leaves open, such as frozen,form=text")
	flags.DurationVar(&o.every, "every", time.Second, "how often the ERPs look into their inboxes")
	flags.BoolVar(&o.noERP, "no-erp", false, "no ERPs: the import files stay where they are dropped")
	flags.StringSliceVar(&o.erpFaults, "erp-fault", nil, "a `fault` of the ERPs, such as slow or twice; may be repeated")
	flags.BoolVar(&o.gaps, "gaps", false, "the ERPs take an import file although numbers before it are missing, as after a restore")
	flags.StringVar(&o.pay, "pay", "", "the ERPs also pay what they have posted: `how`, full, halves or reversed")
	flags.Lookup("pay").NoOptDefVal = "full"
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		folder := "fisbridge-sim"
		if len(args) == 1 {
			folder = args[0]
		}
		return a.sim(ctx, folder, o)
	})
	return cmd
}

// sim runs the simulators until the context ends, which is how they are meant to end.
func (a *app) sim(ctx context.Context, folder string, o simOptions) (err error) {
	folder, err = filepath.Abs(folder)
	if err != nil {
		return fmt.Errorf("find the folder: %w", err)
	}
	_, err = os.Lstat(filepath.Join(folder, config.FileName))
	again := err == nil && resumable(folder)
	if !again && !errors.Is(err, fs.ErrNotExist) {
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s is a working folder already", folder), Hint: "name a new folder: nothing is overwritten"}
	}
	manifest, err := samples.Load()
	if err != nil {
		return err
	}
	routes := simRoutes(manifest)
	way, err := o.erps()
	if err != nil {
		return desk.Usage(err)
	}
	w := &world{erps: map[string]*simerp.ERP{}}
	defer func() { err = errors.Join(err, w.close()) }()
	left := 0
	if again {
		if len(o.documents) > 0 || o.empty {
			return desk.Usage(errors.New("a folder that is taken up again keeps its documents: --documents and --empty are for a new folder"))
		}
		err = a.resumeSim(ctx, w, folder, o, routes, manifest)
	} else if left, err = a.startSim(w, folder, o, routes, manifest); err == nil {
		err = demoFolder(folder, w, routes)
	}
	if err != nil {
		return err
	}
	w.behave(way)
	if err := a.tellSim(w, folder); err != nil {
		return err
	}
	err = w.work(ctx, a, o, way, routes)
	a.Remark("stopped")
	if err == nil && left > 0 {
		return desk.NeedsPerson()
	}
	return err
}

// simRoutes are the flows of the simulators: one ERP takes documents one by one, one a whole file or nothing, one wage
// types and obligations.
func simRoutes(manifest samples.Manifest) []demoRoute {
	var reject []simerp.Rule
	for _, s := range manifest.Documents {
		if s.Role == samples.ERPRejects {
			reject = append(reject, simerp.Rule{Document: s.DocID, Code: "FB042", Text: s.ERPMessage})
		}
	}
	return []demoRoute{
		{name: "expenses", template: "generic-csv", types: []fis.DocType{fis.Expense}, reject: reject, payable: []string{"240100", "241700"}},
		{name: "ledger", template: "legacy-fixed", types: []fis.DocType{fis.Invoice, fis.CashAdvance}, marks: true, payable: []string{"200100"}},
		{name: "wages", template: "payroll-obligation-csv", types: []fis.DocType{fis.Payroll, fis.RequestObligation}},
	}
}

// startSim starts everything; left is how many documents could not be offered.
func (a *app) startSim(w *world, folder string, o simOptions, routes []demoRoute, manifest samples.Manifest) (left int, err error) {
	w.fis = a.simService()
	if left, err = a.offerTo(w, o, manifest); err != nil {
		return left, err
	}
	if err := simFaults(w.fis, o); err != nil {
		return left, err
	}
	if w.http, err = simfis.Listen(o.listen, w.fis); err != nil {
		return left, fmt.Errorf("listen at %s: %w", o.listen, err)
	}
	root := filepath.Join(folder, "erp")
	for _, r := range routes {
		if err := w.addERP(root, r, a.Now); err != nil {
			return left, fmt.Errorf("simulated ERP of route %s: %w", r.name, err)
		}
	}
	return left, w.startSFTP(folder, o.sftpListen)
}

// simService is a Concur service without documents that tells each call in the terminal.
func (a *app) simService() *simfis.Service {
	cfg := simfis.DefaultConfig()
	cfg.Now, cfg.Told = a.Now, func(c simfis.Call) { a.Remark("%s", simCallText(c)) }
	return simfis.New(cfg)
}

// simCallText is one call in one line: when, what, how it ended, and what became of its documents, or why it was
// refused.
func simCallText(c simfis.Call) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %-11s %-17s %d", c.Time.Format("15:04:05"), c.Call, c.DocType, c.Status)
	said := map[string]int{}
	for _, item := range c.Items {
		if item.Result != "" {
			said[strings.TrimSpace(fmt.Sprintf("%s %d", item.Result, item.Code))]++
		}
	}
	switch {
	case len(c.Refused) > 0:
		b.WriteString("  refused: " + strings.Join(c.Refused, "; "))
	case c.Call == "list":
		b.WriteString("  " + wording.Counted(len(c.Items), "document"))
	}
	for _, result := range slices.Sorted(maps.Keys(said)) {
		fmt.Fprintf(&b, "  %d × %s", said[result], result)
	}
	if c.Fault != "" {
		b.WriteString("  fault: " + c.Fault)
	}
	if !c.Answered {
		b.WriteString(", not answered")
	}
	return b.String()
}

// offerTo makes the documents ready in the service; those that cannot be are told and counted.
func (a *app) offerTo(w *world, o simOptions, manifest samples.Manifest) (int, error) {
	switch {
	case o.empty:
		return 0, nil
	case len(o.documents) == 0:
		return 0, w.offer(manifest)
	}
	left := &docfiles.LeftOut{Frame: a.Frame}
	for env, err := range docfiles.In(a.Frame, o.documents) {
		if err == nil {
			env.Status = fis.StatusReady
			_, err = w.fis.Add(env)
		}
		if err != nil {
			left.Tell(env, err)
		}
	}
	return left.Count, nil
}

// simFaults switches faults and behaviour on; without any, those of the samples stay.
func simFaults(service *simfis.Service, o simOptions) error {
	if o.behaviour != "" {
		b, err := simfis.ParseBehaviour(o.behaviour)
		if err != nil {
			return desk.Usage(fmt.Errorf("--behaviour %q: %w", o.behaviour, err))
		}
		service.SetBehaviour(b)
	}
	texts := o.faults
	if len(texts) == 0 {
		return nil
	}
	faults := make([]simfis.Fault, len(texts))
	for i, text := range texts {
		var err error
		if faults[i], err = simfis.ParseFault(text); err != nil {
			return desk.Usage(fmt.Errorf("--fault %q: %w", text, err))
		}
	}
	if err := service.SetFaults(1, faults...); err != nil {
		return desk.Usage(fmt.Errorf("--fault: %w", err))
	}
	return nil
}

// erpWay is what the ERPs do beside reading and answering.
type erpWay struct {
	faults simerp.Faults
	gaps   bool
	pay    func(simerp.Document) []simerp.Payment // nil: they do not pay
}

// erps reads the options about the ERPs.
func (o simOptions) erps() (way erpWay, err error) {
	way.gaps = o.gaps
	if o.noERP && (len(o.erpFaults) > 0 || o.gaps || o.pay != "") {
		return way, errors.New("--no-erp leaves the ERPs out: --erp-fault, --gaps and --pay are theirs")
	}
	if way.faults, err = simerp.ParseFaults(o.erpFaults); err != nil {
		return way, fmt.Errorf("--erp-fault: %w", err)
	}
	if o.pay != "" {
		if way.pay, err = simerp.PayAs(o.pay); err != nil {
			return way, fmt.Errorf("--pay: %w", err)
		}
	}
	return way, nil
}

// behave gives all ERPs their faults.
func (w *world) behave(way erpWay) {
	for _, e := range w.erps {
		e.SetFaults(way.faults)
		if way.gaps {
			e.AllowGaps()
		}
	}
}

// work lets the ERPs read, answer and pay until the context ends.
func (w *world) work(ctx context.Context, a *app, o simOptions, way erpWay, routes []demoRoute) error {
	tick := time.NewTicker(max(o.every, 10*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		if o.noERP {
			continue
		}
		if err := w.answer(); err != nil {
			a.Warn("%v", err)
		}
		if way.pay != nil {
			w.payAll(a, way.pay, routes)
		}
	}
}

// payAll pays what is posted, on the routes whose ERP pays.
func (w *world) payAll(a *app, how func(simerp.Document) []simerp.Payment, routes []demoRoute) {
	for _, r := range routes {
		if len(r.payable) == 0 {
			continue
		}
		if _, err := w.erps[r.name].Pay(how); err != nil {
			a.Warn("simulated ERP of route %s: %v", r.name, err)
		}
	}
}

// simAddresses is what another program needs to use the simulators.
type simAddresses struct {
	FIS          string `json:"fis"`
	SFTP         string `json:"sftp"`
	SFTPUser     string `json:"sftp_user"`
	HostKey      string `json:"sftp_host_key"`
	Folder       string `json:"folder"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	CompanyUUID  string `json:"company_uuid"`
	RequestToken string `json:"request_token"`
}

func (a *app) tellSim(w *world, folder string) error {
	login := simfis.DefaultConfig()
	s := simAddresses{FIS: w.http.URL, SFTP: w.sftp.Addr(), SFTPUser: demoUser, HostKey: w.sftp.Fingerprints()[0], Folder: folder,
		ClientID: login.ClientID, ClientSecret: login.ClientSecret, CompanyUUID: login.CompanyUUID, RequestToken: login.RequestToken}
	if a.JSON {
		return a.WriteJSON(s)
	}
	a.Say("Concur service   %s   (%d documents; every call: %s/sim/record)", s.FIS, len(w.fis.Documents()), s.FIS)
	a.Say("  client id      %s, secret %s", s.ClientID, s.ClientSecret)
	a.Say("  company        %s, request token %s", s.CompanyUUID, s.RequestToken)
	a.Say("SFTP server      %s   (user %s, password %s)", s.SFTP, demoUser, demoPassword)
	a.Say("  host key       %s", s.HostKey)
	a.Say("ERPs             %s", strings.Join(w.books, ", "))
	a.Say("working folder   %s", folder)
	a.Say("")
	a.Say("in another terminal:")
	if !w.loggedIn {
		a.Say("  fisbridge -C %s auth login --token-file %s", folder, filepath.Join(folder, "secrets", "request_token"))
	}
	a.Say("  fisbridge -C %s run", folder)
	a.Say("")
	a.Say("interrupt to stop")
	return nil
}
