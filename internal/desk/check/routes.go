package check

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/concur/invoicepay"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/extracted"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/flows"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/lint"
	"github.com/fisbridge/fisbridge/internal/mapping/scope"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/say"
)

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
		c.add(Fine, place, say.F("mapping %s fills template %s", r.Mapping, plan.TemplateName()), "")
		c.samples(place, r.Mapping, templates, plan)
		c.unfilled(place, r, plan)
		c.version(ctx, place, r, plan)
		c.documentTypes(place, r, plan)
		c.results(place, r, plan)
	}
	c.flows(all)
}

// unfilled tells of what holds documents whatever they say: sheets without values, more documents than numbers.
func (c *checker) unfilled(place string, r config.Route, plan *mapping.Plan) {
	for _, f := range lint.Unfilled(plan) {
		c.mappingFinding(f)
	}
	if g := plan.Template().Grouping; r.MaxDocuments > 0 && g.Holds(r.MaxDocuments) {
		c.add(Warning, place+": max_documents", say.F("is %d, and template %s numbers %d documents of a file: the further ones of a file are held", r.MaxDocuments, plan.TemplateName(), g.Numbered), "")
	}
}

// extractList reads the list of what the extract had as a run does.
func (c *checker) extractList(place string, r config.Route) {
	if r.ExtractList == "" {
		return
	}
	l, err := extracted.Read(c.cfg.Path(r.ExtractList))
	if err != nil {
		c.add(Problem, place+": extract_list", say.Of(err), say.F("fisbridge switchover --list %s --extract FILE… writes it", r.ExtractList))
		return
	}
	c.add(Fine, place, say.F("holds what the extract had: %s in %s", say.Counted(l.Reports(), "report"), r.ExtractList), "")
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

// formerRoutes tells of import files that wait for an answer and whose route the configuration does not have any more.
func (c *checker) formerRoutes(ctx context.Context, j *journal.Journal) {
	open, err := j.FormerFiles(ctx, func(name string) bool {
		return slices.ContainsFunc(c.cfg.Routes, func(r config.Route) bool { return r.Name == name })
	})
	if err != nil {
		c.add(Problem, desk.JournalKey(c.cfg), say.Of(err), "")
		return
	}
	for _, route := range slices.Sorted(maps.Keys(open)) {
		c.add(Warning, "route "+route, say.F("%s of it without the ERP's answer, and fisbridge.yaml does not have it any more: its return folder is read only where another route has the same one", say.Counted(len(open[route]), "import file")),
			"put it back until they are answered, or mark their documents; a route that was given another name begins again with number 1, and an answer that gives the number alone is listed")
	}
}

func (c *checker) condition(place string, r config.Route) {
	for asks, i := range r.Instructions {
		if i.SuccessWhen == "" {
			continue
		}
		if _, err := scope.CompileCondition(i.SuccessWhen); err != nil {
			c.add(Problem, place+": instructions."+asks, say.Of(err), "")
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
		c.add(Problem, place+": when", say.Of(err), "")
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
			c.add(Problem, place, say.F("template %s has no place for documents of type %s", plan.TemplateName(), t), "take the type out of doc_types, or give it a route with a template of its own")
		}
	}
}

func (c *checker) results(place string, r config.Route, plan *mapping.Plan) {
	if r.Returns.Given() && len(plan.Results()) == 0 {
		c.add(Warning, place, say.F("has a return folder, but the template %s does not say what result files look like: nothing that comes there can be read", plan.TemplateName()),
			"add results to the template, or take returns out of the route")
	}
	for _, f := range plan.Results() {
		if _, err := returns.Compile(f); err != nil {
			c.fault(Integrator, place+": results", say.Of(err), "")
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
				c.add(Warning, place, say.F("documents age out after %d days (retention.payload_days), and an invoice that is paid later is not marked: it is not known any more whether Concur itself pays it", days), say.F("keep documents longer than the suppliers' terms, such as %d days", longTerms))
			}
		case t.IsMarkedPaid():
			c.add(note, place, "payments of invoices stay in the journal: marking them paid is a service of Concur beside FIS (Invoice Payment Confirmation), sold apart from it; payments: true tells it of them", "")
		case !t.HasPaymentConfirmation():
			unpaid = append(unpaid, string(t))
		}
	}
	if len(unpaid) > 0 {
		c.add(note, place, say.F("payments of type %s stay in the journal and are not sent: Concur takes none of them", strings.Join(unpaid, ", ")), "")
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
			c.add(Warning, "login", say.F("route %s marks invoices paid, and the application has not the scope %s (it has %s)", r.Name, invoicepay.Scope, scope), "have the scope added to the application in Concur, and log in anew: fisbridge auth login")
			return
		}
	}
}
