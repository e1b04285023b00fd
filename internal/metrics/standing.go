package metrics

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// Reader reads where everything stands, from the journal.
type Reader func(ctx context.Context) (*desk.Status, error)

const (
	// fresh is how long an answer of the journal serves, so that many who ask cost no more than one.
	fresh = 5 * time.Second
	// patience is how long the journal may take; scrapes end after ten seconds.
	patience = 8 * time.Second
)

// standing is what the journal says, as a collector.
type standing struct {
	read Reader

	mu  sync.Mutex
	at  time.Time
	has *desk.Status
	err error
}

// status is the standing of now, or of a moment ago.
func (s *standing) status() (*desk.Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.at.IsZero() && time.Since(s.at) < fresh {
		return s.has, s.err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.has, s.err = s.read(ctx)
	s.at = time.Now()
	return s.has, s.err
}

// forget has the journal read again by the next who asks.
func (s *standing) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = time.Time{}
}

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("fisbridge_"+name, help, labels, nil)
}

// What is read from the journal. Times are seconds since 1970; a series is missing where there is no such time.
var (
	journalReadable = gauge("journal_readable", "1 when the journal could be read just now; else the other numbers of the journal are missing.")
	journalAtHome   = gauge("journal_at_home", "0 when the journal was restored, copied or moved, and no run works with it.")
	documents       = gauge("documents", "Documents by route and state.", "route", "state")
	documentsSince  = gauge("documents_oldest_timestamp_seconds", "Since when the oldest document is in its state, by route and state; finished states excepted.", "route", "state")
	overdue         = gauge("documents_overdue", "Documents that wait for an outcome longer than warn_after_days.")
	needs           = gauge("needs_person", "What needs a person, by kind; the list of fisbridge status.", "kind")
	openFiles       = gauge("open_files", "Import files that are on their way or not answered, by route and state.", "route", "state")
	openFilesSince  = gauge("open_files_oldest_timestamp_seconds", "Since when the oldest open import file is in its state, by route and state.", "route", "state")
	confirmations   = gauge("confirmations", "Confirmations by kind (posting, payment) and state.", "kind", "state")
	confirmSince    = gauge("confirmations_oldest_due_timestamp_seconds", "Since when the oldest confirmation that Concur does not know yet is due.", "kind", "state")
	unmoved         = gauge("result_files_unmoved", "Result files that were read and could not be moved out of the return folder.")
	alarms          = gauge("alarms_open", "Open alarms.")
	lastBegun       = gauge("last_run_started_timestamp_seconds", "When the newest run began, of any process.")
	lastEnded       = gauge("last_run_ended_timestamp_seconds", "When the newest run ended; missing while it goes on, or when it was killed.")
	lastExit        = gauge("last_run_exit_code", "Exit code of the newest run that has ended: 0 done, 1 failed, 3 something needs a person, 130 interrupted.")
	loggedIn        = gauge("login_present", "1 when somebody has logged in to Concur.")
	loginEnds       = gauge("login_expires_timestamp_seconds", "When the login to Concur ends.")
)

func all() []*prometheus.Desc {
	return []*prometheus.Desc{journalReadable, journalAtHome, documents, documentsSince, overdue, needs, openFiles, openFilesSince, confirmations, confirmSince,
		unmoved, alarms, lastBegun, lastEnded, lastExit, loggedIn, loginEnds}
}

// Describe lists what may come.
func (s *standing) Describe(into chan<- *prometheus.Desc) {
	for _, d := range all() {
		into <- d
	}
}

// sink takes numbers.
type sink chan<- prometheus.Metric

func (c sink) put(d *prometheus.Desc, value float64, labels ...string) {
	c <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
}

func (c sink) time(d *prometheus.Desc, at time.Time, labels ...string) {
	if !at.IsZero() {
		c.put(d, float64(at.UnixMilli())/1000, labels...)
	}
}

func (c sink) flag(d *prometheus.Desc, is bool) {
	if is {
		c.put(d, 1)
		return
	}
	c.put(d, 0)
}

// Collect reads the journal.
func (s *standing) Collect(into chan<- prometheus.Metric) {
	c := sink(into)
	now, err := s.status()
	c.flag(journalReadable, err == nil)
	if err != nil {
		return
	}
	c.flag(journalAtHome, now.Restored == nil)
	c.documents(now)
	c.files(now.Files.First)
	c.owed("posting", now.Postings)
	c.owed("payment", now.Payments)
	c.put(unmoved, float64(now.Results.Total))
	c.put(alarms, float64(len(now.Alarms)))
	if r := now.LastRun; r != nil {
		c.time(lastBegun, r.Started)
		if !r.Ended.IsZero() {
			c.time(lastEnded, r.Ended)
			c.put(lastExit, float64(r.Exit))
		}
	}
	c.flag(loggedIn, now.Login.LoggedIn && now.Login.Refused.IsZero())
	c.time(loginEnds, now.Login.RefreshExpires)
}

// finished are states in which documents stay for ever: their age says nothing.
func finished(s records.State) bool {
	switch s {
	case records.Posted, records.Rejected, records.Recalled, records.Foreign, records.Gone, records.Left:
		return true
	}
	return false
}

func (c sink) documents(now *desk.Status) {
	for _, d := range now.Documents {
		c.put(documents, float64(d.Documents), d.Route, string(d.State))
		if !finished(d.State) {
			c.time(documentsSince, d.Oldest, d.Route, string(d.State))
		}
	}
	c.put(overdue, float64(now.Overdue))
	for _, k := range kinds() {
		c.put(needs, float64(now.Needs.Counts[k]), label(k))
	}
}

func kinds() []records.NeedCode {
	return []records.NeedCode{records.NeedAlarm, records.NeedHeld, records.NeedPosting, records.NeedPayment, records.NeedOverdue, records.NeedMapping, records.NeedChange, records.NeedStopped, records.NeedLogin}
}

// label is a kind as one word: held_document.
func label(k records.NeedCode) string { return strings.ReplaceAll(string(k), " ", "_") }

// place is where files are counted.
type place struct{ route, state string }

func (c sink) files(list []records.File) {
	numbers, since := map[place]int{}, map[place]time.Time{}
	for _, f := range list {
		p := place{f.Route, string(f.State)}
		numbers[p]++
		if at, had := since[p]; !had || f.Since.Before(at) {
			since[p] = f.Since
		}
	}
	for p, n := range numbers {
		c.put(openFiles, float64(n), p.route, p.state)
		c.time(openFilesSince, since[p], p.route, p.state)
	}
}

func (c sink) owed(kind string, list []records.Owed) {
	for _, o := range list {
		c.put(confirmations, float64(o.Count), kind, string(o.State))
		if o.State != records.Done && o.State != records.Kept {
			c.time(confirmSince, o.Oldest, kind, string(o.State))
		}
	}
}

// Names lists every number of ours that may be told, for those who write alerts and dashboards.
func (n *Numbers) Names() (names []string) {
	descriptions := make(chan *prometheus.Desc)
	go func() {
		defer close(descriptions)
		n.set.registry.Describe(descriptions)
	}()
	for d := range descriptions {
		text := d.String()
		if _, rest, ok := strings.Cut(text, "fqName: "); ok {
			if name, err := strconv.Unquote(rest[:strings.Index(rest, ",")]); err == nil {
				names = append(names, name)
			}
		}
	}
	return names
}
