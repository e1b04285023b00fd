package check

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge/moved"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/concur/invoicepay"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/extracted"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/flows"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/secret"
	"github.com/fisbridge/fisbridge/internal/tempfolder"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// checker looks at one valid configuration and all that hangs on it.
type checker struct {
	place desk.Place
	cfg   *config.Config
	found []Finding
	// who can mend what is found now.
	who Who
	// unread: there is no journal that could be read, or none that may be used.
	unread bool
	// unproved: some rights to write can only be seen by writing, which was not asked for.
	unproved bool
}

func (c *checker) add(s Severity, place, text, hint string) {
	f := Finding{Severity: s, Place: place, Text: text, Hint: hint}
	if s == Problem || s == Warning {
		f.Who = c.who
	}
	c.found = append(c.found, f)
}

// as looks at what somebody else can mend than who mends what is around it.
func (c *checker) as(who Who, look func()) {
	before := c.who
	c.who = who
	look()
	c.who = before
}

// fault adds a problem that somebody else can mend.
func (c *checker) fault(who Who, place, text, hint string) {
	c.as(who, func() { c.add(Problem, place, text, hint) })
}

// folders looks whether journal, files and the rest can be written.
func (c *checker) folders() {
	for _, f := range []struct{ key, path string }{
		{"journal.path", c.journalFolder()}, {"folders.files", c.cfg.Path(c.cfg.Folders.Files)},
		{"folders.temp", c.cfg.Path(c.cfg.Folders.Temp)},
	} {
		if f.key == "folders.temp" {
			if _, err := tempfolder.Check(c.cfg); err != nil {
				c.add(Problem, f.key, strings.TrimPrefix(err.Error(), f.key+": "), exchange.Hint(err))
				continue
			}
		}
		if f.path == "" {
			continue
		}
		if err := canWrite(f.path); err != nil {
			c.add(Problem, f.key, err.Error(), "give the account that runs fisbridge the right to write there")
			continue
		}
		c.add(Fine, f.key, f.path+" can be written", "")
	}
}

// journal opens the journal for reading, where there is one.
func (c *checker) journal(ctx context.Context) {
	at := desk.JournalPlace(c.cfg)
	if at.Served() && !c.server(ctx, at) {
		return
	}
	j, err := at.OpenRead(ctx, c.place.Now)
	if errors.Is(err, ledger.ErrOlder) {
		if err = c.renew(ctx); err == nil {
			j, err = at.OpenRead(ctx, c.place.Now)
		}
	}
	switch {
	case errors.Is(err, ledger.ErrNoJournal):
		c.unread = true
	case err != nil:
		c.unread = true
		c.add(Problem, desk.JournalKey(c.cfg), err.Error(), desk.JournalHint(err))
	default:
		defer j.Close() //nolint:errcheck // it was only read
		c.formerSystems(ctx, j)
		c.atHome(ctx, j)
		c.messages(ctx, j)
	}
}

// renew brings a journal of an older program up to date, under the lock of the folder: its tables are not changed under
// a run.
func (c *checker) renew(ctx context.Context) error {
	w, err := desk.Open(ctx, c.place, true)
	if err != nil {
		return err
	}
	return w.Close()
}

// atHome tells when runs will refuse the journal. Nothing is tried with its login then: a copy that renews it would
// take it from the journal that works.
func (c *checker) atHome(ctx context.Context, j *journal.Journal) {
	err := moved.AtHome(ctx, c.cfg, j)
	var r *moved.RestoredError
	switch {
	case errors.As(err, &r):
		c.unread = true
		c.add(Problem, desk.JournalKey(c.cfg), r.Error(), desk.RestoredWays(r.Restored))
	case err != nil:
		c.unread = true
		c.add(Problem, desk.JournalKey(c.cfg), err.Error(), desk.JournalHint(err))
	}
}

// formerSystems says what a changed system_id means for the documents that were acknowledged before.
func (c *checker) formerSystems(ctx context.Context, j *journal.Journal) {
	const place = "concur.system_id"
	former, err := j.FormerSystems(ctx, c.cfg.Concur.SystemID)
	if err != nil {
		c.add(Problem, desk.JournalKey(c.cfg), err.Error(), desk.JournalHint(err))
		return
	}
	for _, f := range former {
		text := fmt.Sprintf("is %s now; documents keep the name with which they were acknowledged, so %s of %s %s still confirmed as %s, and payments of %s come under that name too",
			c.cfg.Concur.SystemID, wording.Counted(f.Open, "open document"), f.ID, wording.Either(f.Open == 1, "is", "are"), f.ID, wording.Counted(f.Posted, "posted document"))
		if f.Open == 0 {
			c.add(note, place, text, "")
			continue
		}
		c.add(Warning, place, text, fmt.Sprintf("let no other installation use the name %s; nothing else is to be done", f.ID))
	}
}

// canWrite tells whether a folder, or the nearest one above it that exists, can be written, without writing.
func canWrite(path string) error {
	for at := path; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		switch {
		case errors.Is(err, fs.ErrNotExist) && filepath.Dir(at) != at:
			continue
		case err != nil:
			return err
		case !info.IsDir():
			return fmt.Errorf("%s is not a folder", at)
		}
		return writable(at)
	}
}

// mappings loads the mapping of each route as a run would.
func (c *checker) mappings(ctx context.Context) {
	templates := desk.TemplatesOf(c.cfg.Path(c.cfg.Folders.Templates))
	var all []flows.Flow
	for _, r := range c.cfg.Routes {
		place := "route " + r.Name
		plan, findings := mapping.Load(templates, c.cfg.Path(r.Mapping))
		for _, f := range findings {
			c.mappingFinding(f)
		}
		c.condition(place, r)
		c.payments(place, r)
		c.extractList(place, r)
		all = append(all, flows.Flow{Route: r, Plan: plan})
		if plan == nil {
			continue
		}
		c.add(Fine, place, fmt.Sprintf("mapping %s fills template %s", r.Mapping, plan.TemplateName()), "")
		c.version(ctx, place, r, plan)
		c.documentTypes(place, r, plan)
		c.results(place, plan)
	}
	c.flows(all)
}

// extractList reads the list of what the extract had as a run does.
func (c *checker) extractList(place string, r config.Route) {
	if r.ExtractList == "" {
		return
	}
	l, err := extracted.Read(c.cfg.Path(r.ExtractList))
	if err != nil {
		c.add(Problem, place+": extract_list", err.Error(), "fisbridge switchover --list "+r.ExtractList+" --extract FILE… writes it")
		return
	}
	c.add(Fine, place, fmt.Sprintf("holds what the extract had: %s in %s", wording.Counted(l.Reports(), "report"), r.ExtractList), "")
}

// flows holds the routes against each other: names, folders, answers.
func (c *checker) flows(all []flows.Flow) {
	for _, f := range flows.Check(c.cfg, all) {
		how := Problem
		if f.Warning {
			how = Warning
		}
		c.add(how, "route "+f.Route, f.Text, f.Hint)
	}
}

func (c *checker) condition(place string, r config.Route) {
	for asks, i := range r.Instructions {
		if i.SuccessWhen == "" {
			continue
		}
		if _, err := scope.CompileCondition(i.SuccessWhen); err != nil {
			c.add(Problem, place+": instructions."+asks, err.Error(), "")
		}
	}
	if r.FilesFundsChecks() {
		c.add(Warning, place, "puts funds checks into import files, and a person in Concur waits for each answer",
			"see that the file is read at once, or say instructions: { fundsCheck: { do: answer, … } } or leave")
	}
	if r.When == "" {
		return
	}
	if _, err := scope.CompileCondition(r.When); err != nil {
		c.add(Problem, place+": when", err.Error(), "")
	}
}

// documentTypes compares what the route takes with what the template can hold.
func (c *checker) documentTypes(place string, r config.Route, plan *mapping.Plan) {
	for _, t := range r.DocTypes {
		known := false
		for _, p := range plan.DocTypes() {
			known = known || p == t
		}
		if !known {
			c.add(Problem, place, fmt.Sprintf("template %s has no place for documents of type %s", plan.TemplateName(), t), "take the type out of doc_types, or give it a route with a template of its own")
		}
	}
}

func (c *checker) results(place string, plan *mapping.Plan) {
	for _, f := range plan.Results() {
		if _, err := returns.Compile(f); err != nil {
			c.fault(Integrator, place+": results", err.Error(), "")
		}
	}
}

// longTerms is the longest time, in days, that suppliers commonly wait for their money, with some time to spare.
const longTerms = 180

// payments tells what happens to payments that FIS does not take.
func (c *checker) payments(place string, r config.Route) {
	if !r.Returns.Given() {
		c.add(Warning, place, "has no return folder: outcomes have to be given by command, and until then reports stay in Processing Payment", "add returns, if the ERP writes result files")
	}
	var unpaid []string
	for _, t := range r.DocTypes {
		switch {
		case t.IsMarkedPaid() && r.PaysFor(t):
			c.add(note, place, "invoices are marked paid in Concur once the whole is paid; to find out after a lost answer what Concur has, the application needs the right to read payment requests (Payment Request v3) as well", "")
			if days := c.cfg.Retention.PayloadDays; days > 0 && days < longTerms {
				c.add(Warning, place, fmt.Sprintf("documents age out after %d days (retention.payload_days), and an invoice that is paid later is not marked: it is not known any more whether Concur itself pays it", days), fmt.Sprintf("keep documents longer than the suppliers' terms, such as %d days", longTerms))
			}
		case t.IsMarkedPaid():
			c.add(note, place, "payments of invoices stay in the journal: marking them paid is a service of Concur beside FIS (Invoice Payment Confirmation), sold apart from it; payments: true tells it of them", "")
		case !t.HasPaymentConfirmation():
			unpaid = append(unpaid, string(t))
		}
	}
	if len(unpaid) > 0 {
		c.add(note, place, fmt.Sprintf("payments of type %s stay in the journal and are not sent: Concur takes none of them", strings.Join(unpaid, " and ")), "")
	}
}

// marking tells whether the application may mark invoices paid, where a route wants that and the login says what it
// may.
func (c *checker) marking(scope string) {
	may := strings.Fields(strings.ReplaceAll(scope, ",", " "))
	if scope == "" || slices.Contains(may, invoicepay.Scope) {
		return
	}
	for _, r := range c.cfg.Routes {
		if r.Takes(fis.Invoice) && r.PaysFor(fis.Invoice) {
			c.add(Warning, "login", fmt.Sprintf("route %s marks invoices paid, and the application has not the scope %s (it has %s)", r.Name, invoicepay.Scope, scope), "have the scope added to the application in Concur, and log in anew: fisbridge auth login")
			return
		}
	}
}

// secrets looks whether every secret is to be had; their values are not shown.
func (c *checker) secrets() {
	c.secret("concur.client_secret", c.cfg.Concur.ClientSecret)
	m := c.cfg.Notify.Mail
	c.secret("notify.mail.password", m.Password)
	c.secret("notify.mail.oauth.client_secret", m.OAuth.ClientSecret)
	c.secret("notify.mail.oauth.refresh_token", m.OAuth.RefreshToken)
	for _, name := range sortedNames(c.cfg.Notify.Webhooks) {
		c.secret("notify.webhooks."+name+".url", c.cfg.Notify.Webhooks[name].URL)
		c.secret("notify.webhooks."+name+".secret", c.cfg.Notify.Webhooks[name].Secret)
	}
	c.secret("notify.heartbeat.url", c.cfg.Notify.Heartbeat.URL)
	for _, name := range sortedNames(c.cfg.Targets) {
		c.secret("targets."+name+".password", c.cfg.Targets[name].Password)
		c.secret("targets."+name+".key_passphrase", c.cfg.Targets[name].KeyPassphrase)
		c.secret("targets."+name+".proxy_password", c.cfg.Targets[name].ProxyPassword)
	}
}

func (c *checker) secret(place string, s secret.Secret) {
	if !s.Given() {
		return
	}
	if _, err := c.cfg.Reveal(s); err != nil {
		c.add(Problem, place, err.Error(), "set it for the account that runs fisbridge")
		return
	}
	c.add(Fine, place, "found in "+s.Place(), "")
	if path, is := s.File(); is {
		c.exposed(place, c.cfg.Path(path))
	}
}

// soon is how long before its end a key is told of.
const soon = 30 * 24 * time.Hour

// keys looks whether import files can be sealed and result files be opened, and how long the keys last.
func (c *checker) keys() {
	now := c.place.Now()
	seen := map[string]bool{}
	for _, r := range c.cfg.Routes {
		if how, sealed := c.cfg.Sealing(r); sealed && !seen["seal "+r.Drop.Target] {
			place := "targets." + r.Drop.Target + ".seal"
			seen["seal "+r.Drop.Target] = true
			c.secret(place+".passphrase", c.cfg.Targets[r.Drop.Target].Seal.Passphrase)
			s, err := how.Load(now)
			if c.keysLoaded(place, how.Sign, err) {
				c.endings(place, s.Endings(now), now)
			}
		}
		if how, sealed := c.cfg.Opening(r); sealed && !seen["open "+r.Returns.Target] {
			place := "targets." + r.Returns.Target + ".open"
			seen["open "+r.Returns.Target] = true
			c.secret(place+".passphrase", c.cfg.Targets[r.Returns.Target].Open.Passphrase)
			o, err := how.Load()
			if c.keysLoaded(place, how.Key, err) {
				c.endings(place, o.Endings(now), now)
			}
		}
	}
}

func (c *checker) keysLoaded(place, secretKey string, err error) bool {
	if err != nil {
		c.add(Problem, place, err.Error(), exchange.Hint(err))
		return false
	}
	c.add(Fine, place, "all keys can be used", "")
	if secretKey != "" {
		c.exposed(place, secretKey)
	}
	return true
}

func (c *checker) endings(place string, ends []seal.Ending, now time.Time) {
	for _, e := range ends {
		day := e.Until.Format(time.DateOnly)
		switch {
		case !now.Before(e.Until):
			c.add(Problem, place, fmt.Sprintf("%s (%s) expired on %s", e.Key, e.File, day), "put the prolonged or the new key in its place")
		case e.Until.Sub(now) < soon:
			c.add(Warning, place, fmt.Sprintf("%s (%s) expires on %s", e.Key, e.File, day), "prolong it, or agree on a new one with the partner, in time")
		default:
			c.add(Fine, place, fmt.Sprintf("%s lasts until %s", e.Key, day), "")
		}
	}
}

// login looks at the stored login and, unless offline, tries it.
func (c *checker) login(ctx context.Context, offline bool) {
	const place = "login"
	hint := "fisbridge auth login"
	if err := desk.JournalPlace(c.cfg).There(); errors.Is(err, ledger.ErrNoJournal) {
		c.add(Problem, place, "nobody has logged in to Concur yet", hint)
		return
	}
	if c.unread {
		return // the journal cannot be read or used, which is told already
	}
	w, err := desk.Open(ctx, c.place, false)
	if err != nil {
		c.fault(Operator, desk.JournalKey(c.cfg), err.Error(), desk.JournalHint(err))
		return
	}
	defer w.Close()
	status, err := w.Login(ctx)
	switch {
	case err != nil:
		c.add(Problem, place, err.Error(), "")
		return
	case !status.LoggedIn:
		c.add(Problem, place, "nobody has logged in to Concur yet", hint)
		return
	case status.Warning != "":
		c.add(Warning, place, status.Warning, hint)
	}
	c.add(Fine, place, fmt.Sprintf("lasts until %s, %d days from now, at %s", status.RefreshExpires.Format(time.DateOnly), status.DaysLeft, status.Geolocation), "")
	c.marking(status.Scope)
	c.tryLogin(ctx, w, offline)
}

// tryLogin opens the stored login and, unless offline, asks Concur for an access token, as each run does first, and for
// the first document of each type that a route takes.
func (c *checker) tryLogin(ctx context.Context, w *desk.Workspace, offline bool) {
	client, err := w.Client(false)
	if err != nil {
		return // the secret is missing, which is told already
	}
	defer client.Close()
	if _, err := client.Status(ctx); err != nil { // what seals it is not there, or another one
		c.fault(Operator, "login", err.Error(), desk.WayOut(err))
		return
	}
	if offline {
		return
	}
	if err := client.Authorize(ctx); err != nil {
		c.fault(refuser(err), "concur", err.Error(), desk.WayOut(err))
		return
	}
	for _, t := range c.cfg.DocTypes() {
		ready, err := client.Reach(ctx, t)
		switch {
		case err != nil:
			c.fault(refuser(err), "concur", err.Error(), desk.WayOut(err))
			var call *concur.CallError
			if errors.As(err, &call) && call.Temporary() {
				return // the other types would say the same
			}
		case ready < 0:
			c.add(Fine, "concur", fmt.Sprintf("answers for %s", t), "")
		default:
			c.add(Fine, "concur", fmt.Sprintf("answers for %s: %s ready", t, wording.Counted(ready, "document")), "")
		}
	}
}

// refuser is who can mend that Concur was not asked or did not give: the administrator of Concur where it refused, else the
// operator, who looks after network and proxies.
func refuser(err error) Who {
	var call *concur.CallError
	if errors.As(err, &call) && call.Status >= 400 && call.Status < 500 && !call.Temporary() {
		return Administrator
	}
	return Operator
}

// targets tries connection and rights of every drop and return folder.
func (c *checker) targets(ctx context.Context, offline, probe bool) {
	seen := map[string]bool{}
	for _, r := range c.cfg.Routes {
		drop, err := c.cfg.DropTo(r)
		if err != nil {
			c.add(Problem, "route "+r.Name, err.Error(), "")
			continue
		}
		drop.Probe = probe
		// Two targets may lead to one place by different logins: each is tried.
		if key := "drop " + r.Drop.Target + " " + drop.Place(); c.reachable(drop, offline) && !seen[key] {
			seen[key] = true
			c.tryDrop(ctx, r, drop, "drop")
		}
		c.receipts(ctx, r, seen, offline, probe)
		if !r.Returns.Given() {
			continue
		}
		back, err := c.cfg.ReturnsFrom(r)
		if err != nil {
			c.add(Problem, "route "+r.Name, err.Error(), "")
			continue
		}
		back.Probe = probe
		if key := "returns " + r.Returns.Target + " " + back.Place(); c.reachable(back, offline) && !seen[key] {
			seen[key] = true
			c.tryReturns(ctx, r, back)
		}
	}
	if c.unproved && !probe {
		c.add(note, "rights", "nothing was written into drop and return folders, so the rights to create, rename and remove files are not proved", "fisbridge check --probe")
	}
}

// reachable: folders of this machine are looked at even offline.
func (c *checker) reachable(t exchange.Target, offline bool) bool {
	return !offline || t.Kind == exchange.KindFolder
}

// receipts tries the folder of the receipts of a route, where it is another one.
func (c *checker) receipts(ctx context.Context, r config.Route, seen map[string]bool, offline, probe bool) {
	if !c.cfg.TakesReceipts(r) {
		return
	}
	to, err := c.cfg.ReceiptsTo(r)
	if err != nil {
		return // it is that of the drop folder
	}
	to.Probe = probe
	if key := "drop " + r.Drop.Target + " " + to.Place(); c.reachable(to, offline) && !seen[key] {
		seen[key] = true
		c.tryDrop(ctx, r, to, "receipts")
	}
}

func (c *checker) tryDrop(ctx context.Context, r config.Route, t exchange.Target, what string) {
	d, err := exchange.OpenDrop(t, exchange.Options{})
	if err != nil {
		c.add(Problem, "targets."+r.Drop.Target, err.Error(), exchange.Hint(err))
		return
	}
	defer d.Close()
	c.exchange(what+" of route "+r.Name, d.Check(ctx))
}

func (c *checker) tryReturns(ctx context.Context, r config.Route, t exchange.Target) {
	b, err := exchange.OpenReturns(t, exchange.Options{})
	if err != nil {
		c.add(Problem, "targets."+r.Returns.Target, err.Error(), exchange.Hint(err))
		return
	}
	defer b.Close()
	c.exchange("returns of route "+r.Name, b.Check(ctx))
}

// exchange tells what is wrong with a place one by one, and what is right in one line.
func (c *checker) exchange(what string, found []exchange.Finding) {
	var allowed []string
	place := ""
	for _, f := range found {
		place = f.Place
		text := fmt.Sprintf("%s: %s: %s", f.Place, f.Right, f.Text)
		switch {
		case f.Severity == exchange.Problem:
			c.add(Problem, what, text, f.Hint)
		case f.Severity == exchange.Warning:
			c.add(Warning, what, text, f.Hint)
		case f.Right == "probe":
			c.unproved = true // told once for all places
		default:
			right, _, _ := strings.Cut(f.Right, " in ") // sub-folders need the same rights
			if !slices.Contains(allowed, right) {
				allowed = append(allowed, right)
			}
		}
	}
	if len(allowed) > 0 {
		c.add(Fine, what, place+": "+strings.Join(allowed, ", "), "")
	}
}
