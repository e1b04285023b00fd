package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/exchange"
)

// Report is a report that is made for each period, and sent or dropped.
type Report struct {
	Name string `yaml:"name"`
	// Kind is reconciliation, rejected, open or month.
	Kind string `yaml:"kind"`
	// Every is day, week or month: the report is of the one that has ended.
	Every string `yaml:"every"`
	// At is the time of day from which it is made, on the first day after the period.
	At      string   `yaml:"at"`
	Formats []string `yaml:"formats"`
	Route   string   `yaml:"route"`
	// Recipients are names of notify.recipients.
	Recipients []string `yaml:"recipients"`
	// Target and Folder are where it is dropped, as an import file is.
	Target string `yaml:"target"`
	Folder string `yaml:"folder"`
}

// Kinds and periods of reports, and what they are written as.
const (
	ReportReconciliation = "reconciliation"
	ReportRejected       = "rejected"
	ReportOpen           = "open"
	ReportMonth          = "month"
	EveryDay             = "day"
	EveryWeek            = "week"
	EveryMonth           = "month"
	FormatXLSX           = "xlsx"
	FormatCSV            = "csv"
	FormatPDF            = "pdf"
)

// ReportKinds and ReportFormats list them.
func ReportKinds() []string {
	return []string{ReportReconciliation, ReportRejected, ReportOpen, ReportMonth}
}

// ReportFormats lists what reports are written as.
func ReportFormats() []string { return []string{FormatXLSX, FormatCSV, FormatPDF} }

func (r *Report) setDefaults() { r.At, r.Formats = "06:00", []string{FormatXLSX} }

// ReportTo is where a report is dropped; its Target is given.
func (c *Config) ReportTo(r Report) (exchange.Target, error) {
	t, ok := c.Targets[r.Target]
	if !ok {
		return exchange.Target{}, fmt.Errorf("report %s: there is no target %q", r.Name, r.Target)
	}
	e := t.Exchange(c, r.Folder)
	var d Drop
	d.setDefaults()
	e.TempName, e.Verify = d.TempName, d.Verify
	return e.WithDefaults(), nil
}

func (v *validation) reports() {
	names := map[string]bool{}
	for i, r := range v.Reports {
		field := fmt.Sprintf("reports[%d]", i)
		switch {
		case !namePattern.MatchString(r.Name):
			v.add(field+".name", r.Name, "is not a name", nameHint)
		case names[r.Name]:
			v.add(field+".name", r.Name, "is the name of two reports", "each is kept by its name")
		}
		names[r.Name] = true
		v.oneOf(field+".kind", r.Kind, ReportKinds()...)
		v.oneOf(field+".every", r.Every, EveryDay, EveryWeek, EveryMonth)
		if !timeOfDay.MatchString(r.At) {
			v.add(field+".at", r.At, "is not a time of day", "write one such as \"06:00\", in schedule.timezone")
		}
		for k, f := range r.Formats {
			v.oneOf(fmt.Sprintf("%s.formats[%d]", field, k), f, ReportFormats()...)
		}
		if _, ok := v.Route(r.Route); r.Route != "" && !ok {
			v.add(field+".route", r.Route, "is not a route", "")
		}
		v.reportTo(field, r)
	}
}

// reportTo looks who gets a report: lists of documents tell what stands in them.
func (v *validation) reportTo(field string, r Report) {
	if len(r.Recipients) == 0 && r.Target == "" {
		v.add(field, "", "goes nowhere", "name recipients, or a target to drop it at")
	}
	for i, name := range r.Recipients {
		at := slices.IndexFunc(v.Notify.Recipients, func(x Recipient) bool { return x.Name == name })
		place := fmt.Sprintf("%s.recipients[%d]", field, i)
		switch {
		case at < 0:
			v.add(place, name, "is not one of notify.recipients", "")
		case len(v.Notify.Recipients[at].Mail) == 0:
			v.add(place, name, "has no mail address", "a report goes by mail, or is dropped at a target")
		case r.Kind != ReportReconciliation && !v.Notify.Recipients[at].SeesAmounts():
			v.add(place, name, "may not see what stands in documents ("+v.Notify.Recipients[at].Role+")",
				"send it to accountants, approvers or auditors; a reconciliation has figures only and may go to everybody")
		}
	}
	if r.Target == "" {
		if r.Folder != "" {
			v.add(field+".target", "", "is missing", "name the target of the folder")
		}
		return
	}
	t, ok := v.Targets[r.Target]
	switch {
	case !ok:
		v.target(field+".target", r.Target)
	case t.Kind == KindJump:
		v.add(field+".target", r.Target, "is of kind jump", "files go to the target that names it as its jump")
	}
	if v.required(field+".folder", r.Folder, "the folder below the target's path, one that no import file goes to") {
		v.folder(field+".folder", r.Folder)
	}
	for _, route := range v.Routes {
		if route.Drop.Target == r.Target && strings.Trim(route.Drop.Folder, "/") == strings.Trim(r.Folder, "/") && r.Folder != "" {
			v.add(field+".folder", r.Folder, "is the drop folder of route "+route.Name, "the ERP would take the report for an import file: give it a folder of its own")
		}
	}
}
