package config

import (
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/adhocore/gronx"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// validation checks a configuration that was read and adds what it finds to the reader's problems.
type validation struct {
	*Config
	*reader
}

func (v *validation) all() {
	v.concur()
	v.journal()
	v.folders()
	v.targets()
	v.routes()
	v.receipts()
	v.events()
	v.console()
	v.metrics()
	v.notify()
	v.reports()
	v.schedule()
	v.oneOf("language", v.Language, Languages()...)
	v.rest()
	v.paths()
	v.separate()
}

// paths refuses what only a shell would replace: a folder called ~ would be made instead.
func (v *validation) paths() {
	check := func(field, path string) {
		if path == "~" || strings.HasPrefix(path, "~/") || strings.HasPrefix(path, `~\`) || strings.HasPrefix(path, "$") || strings.HasPrefix(path, "%") {
			v.add(field, path, "begins with something that only a shell replaces", "write the whole path, or one that is relative to the working folder")
		}
	}
	check("journal.path", v.Journal.Path)
	check("folders.files", v.Folders.Files)
	check("folders.receipts", v.Folders.Receipts)
	check("folders.templates", v.Folders.Templates)
	check("folders.temp", v.Folders.Temp)
	check("logging.file", v.Logging.File)
	check("events.certificate", v.Events.Certificate)
	check("events.key", v.Events.Key)
	check("events.client_ca", v.Events.ClientCA)
	check("notify.mail.ca", v.Notify.Mail.CA)
	for name, t := range v.Targets {
		field := "targets." + name
		if t.Kind == KindFolder {
			check(field+".path", t.Path)
		}
		check(field+".key", t.Key)
		check(field+".known_hosts", t.KnownHosts)
		check(field+".certificate", t.Certificate)
		for _, k := range t.pgpKeys() {
			check(field+"."+k.field, k.path)
		}
	}
	for i, r := range v.Routes {
		check(fmt.Sprintf("routes[%d].mapping", i), r.Mapping)
	}
}

// required notes a missing key.
func (v *validation) required(field, value, hint string) bool {
	if strings.TrimSpace(value) == "" {
		v.add(field, "", "is missing", hint)
		return false
	}
	if value == Placeholder {
		v.add(field, value, "still has to be filled in", hint)
		return false
	}
	return true
}

func (v *validation) between(field string, n, least, most int) {
	if n < least || n > most {
		v.add(field, fmt.Sprint(n), fmt.Sprintf("is outside %d to %d", least, most), "")
	}
}

func (v *validation) oneOf(field, value string, allowed ...string) {
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	hint := ""
	if near := wording.Nearest(value, allowed); near != "" {
		hint = "did you mean " + near + "?"
	}
	v.add(field, value, "is not one of "+strings.Join(allowed, ", "), hint)
}

// maxSystemID is the length that FIS allows.
const maxSystemID = 50

func (v *validation) concur() {
	c := v.Concur
	if v.required("concur.base_url", c.BaseURL, "where the first login to Concur goes, such as https://glz.api.concursolutions.com") {
		v.baseURL(c.BaseURL)
	}
	v.required("concur.company_uuid", c.CompanyUUID, "Concur shows it beside the company request token")
	v.required("concur.client_id", c.ClientID, "the id of your Concur app")
	if !c.ClientSecret.Given() && !v.has("concur.client_secret") {
		v.add("concur.client_secret", "", "is missing", "write env:NAME or file:path")
	}
	if v.required("concur.system_id", c.SystemID, "a name for this installation that no other one of the company uses") && len(c.SystemID) > maxSystemID {
		v.add("concur.system_id", c.SystemID, fmt.Sprintf("is longer than %d characters", maxSystemID), "")
	}
	v.oneOf("concur.document_format", c.DocumentFormat, "json", "text")
	v.between("concur.page_size", c.PageSize, 1, 1000)
	v.between("concur.acknowledge_batch", c.AcknowledgeBatch, 1, 1000)
	v.between("concur.confirm_batch", c.ConfirmBatch, 1, 1000)
	v.between("concur.concurrency", c.Concurrency, 1, 32)
	if c.Interval < 0 {
		v.add("concur.interval", c.Interval.String(), "is negative", "0 lets calls follow each other at once")
	}
	if c.Timeout < time.Second {
		v.add("concur.timeout", c.Timeout.String(), "is shorter than a second", "an answer of Concur may take a minute: 90s is a good value")
	}
}

// baseURL allows https to the configured domains, and plain http to this machine only.
func (v *validation) baseURL(text string) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		v.add("concur.base_url", "", "is not an address such as https://glz.api.concursolutions.com", "")
	case loopback(u.Hostname()):
		if u.Scheme != "http" && u.Scheme != "https" {
			v.add("concur.base_url", text, "must begin with https://", "")
		}
	case u.Scheme != "https":
		v.add("concur.base_url", text, "must begin with https://", "plain http is for this machine only")
	case !inDomains(u.Hostname(), v.Concur.AllowedDomains):
		v.add("concur.base_url", text, "is outside the allowed domains "+strings.Join(v.Concur.AllowedDomains, ", "), "correct the address, or add its domain to concur.allowed_domains")
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func inDomains(host string, domains []string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	for _, d := range domains {
		d = strings.ToLower(strings.TrimPrefix(d, "."))
		if d != "" && (host == d || strings.HasSuffix(host, "."+d)) {
			return true
		}
	}
	return false
}

func (v *validation) journal() {
	if v.Journal.URL != "" {
		v.server()
		return
	}
	for _, key := range []struct {
		field string
		given bool
	}{{"journal.schema", v.Journal.Schema != ""}, {"journal.password", v.Journal.Password.Given()}} {
		if key.given {
			v.add(key.field, "", "belongs to a database in a server", "give journal.url in place of journal.path, or take it out")
		}
	}
	if !v.required("journal.path", v.Journal.Path, "a file on a disk of this machine, such as journal/fisbridge.db; or journal.url, a PostgreSQL database") {
		return
	}
	if kind, is := NetworkPath(v.Path(v.Journal.Path)); is {
		v.add("journal.path", v.Journal.Path, "is on a network drive ("+kind+")", "the journal needs a disk of this machine: file locks over a network lose data")
	}
}

func (v *validation) folders() {
	v.required("folders.files", v.Folders.Files, "")
	v.required("folders.receipts", v.Folders.Receipts, "")
	v.required("folders.templates", v.Folders.Templates, "")
	v.required("folders.temp", v.Folders.Temp, "")
}

func (v *validation) schedule() {
	cron := gronx.New()
	for i, expression := range v.Schedule.Runs {
		if len(strings.Fields(expression)) != 5 || !cron.IsValid(expression) {
			v.add(fmt.Sprintf("schedule.runs[%d]", i), expression, "is not a cron expression", "five fields: minute hour day month weekday; \"0 2 * * *\" is every night at two")
		}
	}
	if _, err := time.LoadLocation(v.Schedule.Timezone); err != nil || v.Schedule.Timezone == "" {
		v.add("schedule.timezone", v.Schedule.Timezone, "is not a time zone", "write one such as Europe/Berlin or America/New_York")
	}
	v.oneOf("schedule.missed", v.Schedule.Missed, MissedLatest, MissedAll, MissedNone)
}

func (v *validation) rest() {
	v.between("matching.posted_days", v.Matching.PostedDays, 1, 3650)
	v.between("matching.paid_days", v.Matching.PaidDays, 1, 3650)
	v.between("matching.unclaimed_days", v.Matching.UnclaimedDays, 0, 3650)
	v.between("matching.again_days", v.Matching.AgainDays, 0, 60)
	v.between("matching.part_days", v.Matching.PartDays, 0, 3650)
	v.between("retention.payload_days", v.Retention.PayloadDays, 0, 36500)
	v.oneOf("logging.level", v.Logging.Level, "debug", "info", "warn", "error")
	v.oneOf("logging.format", v.Logging.Format, "text", "json")
	v.between("limits.document_mib", v.Limits.DocumentMiB, 1, 1024)
	v.between("limits.result_file_mib", v.Limits.ResultFileMiB, 1, 1<<20)
	v.between("limits.result_rows", v.Limits.ResultRows, 1, 1<<30)
	v.between("limits.receipt_mib", v.Limits.ReceiptMiB, 1, 1024)
	v.between("limits.unzipped_mib", v.Limits.UnzippedMiB, 1, 1<<20)
	v.between("warn_after_days", v.WarnAfterDays, 1, 3650)
	v.oneOf("approval", v.ApprovalRule(), ApprovalNone, ApprovalOther)
}
