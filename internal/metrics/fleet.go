package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Company is where a company of a fleet stands, for machines.
type Company struct {
	Name     string
	Active   bool
	Version  int64
	Failures int64
	Exit     int
	Ended    time.Time // of its last pass; zero: there was none
	Due      time.Time
	Working  bool // a node works for it
	Needs    map[string]int
}

// Pass is what a pass of this node did.
type Pass struct {
	Company, Outcome string
	Seconds          float64
	Steps            map[string]int
}

// Fleet are the numbers of a node: what it did itself, and where all companies stand by what their passes have left in the database. Times of passes bear no
// company: hundreds of companies would be thousands of series.
type Fleet struct {
	registry *prometheus.Registry
	passes   *prometheus.CounterVec
	handled  *prometheus.CounterVec
	lasted   prometheus.Histogram
	read     func(context.Context) ([]Company, error)

	mu  sync.Mutex
	at  time.Time
	has []Company
	err error
}

// NewFleet makes the numbers of a node. read asks where the companies stand.
func NewFleet(read func(context.Context) ([]Company, error), build Build) *Fleet {
	f := &Fleet{registry: prometheus.NewRegistry(), read: read}
	f.passes = counters("fleet_passes_total", "Passes that this node made, by company and outcome: done, needs_person, failed or interrupted.", "company", "outcome")
	f.handled = counters("fleet_documents_handled_total", "Documents that passes of this node brought a step further, by company and step.", "company", "step")
	f.lasted = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "fisbridge_fleet_pass_duration_seconds", Help: "How long the passes of this node took, of all companies.",
		Buckets: []float64{.1, .25, .5, 1, 2.5, 5, 15, 60, 300, 1800}})
	about := prometheus.NewGauge(prometheus.GaugeOpts{Name: "fisbridge_build_info", Help: "The program; always 1.",
		ConstLabels: prometheus.Labels{"version": build.Version, "commit": build.Commit, "go": build.Go}})
	about.Set(1)
	f.registry.MustRegister(about, f.passes, f.handled, f.lasted, f, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return f
}

// Passed counts a pass.
func (f *Fleet) Passed(p Pass) {
	f.passes.WithLabelValues(p.Company, p.Outcome).Inc()
	f.lasted.Observe(p.Seconds)
	for step, number := range p.Steps {
		f.handled.WithLabelValues(p.Company, step).Add(float64(number))
	}
}

// Outcome words how a pass ended.
func Outcome(exit int) string {
	if text := outcomes[exit]; text != "" {
		return text
	}
	return "failed"
}

var (
	fleetReadable = gauge("fleet_readable", "1 when the database of the companies could be read just now; else the other numbers of companies are missing.")
	fleetActive   = gauge("fleet_company_active", "1 for a company that nodes serve, 0 for one that is disabled.", "company")
	fleetVersion  = gauge("fleet_company_version", "The version of the company that is in force.", "company")
	fleetFailures = gauge("fleet_company_failures", "Passes of the company that failed since one did not.", "company")
	fleetExit     = gauge("fleet_company_last_exit_code", "Exit code of the company's last pass, of any node.", "company")
	fleetEnded    = gauge("fleet_company_last_pass_timestamp_seconds", "When the company's last pass ended, of any node.", "company")
	fleetDue      = gauge("fleet_company_due_timestamp_seconds", "When the company is due; in the past: it waits for a node.", "company")
	fleetWorking  = gauge("fleet_company_working", "1 while some node works for the company.", "company")
	fleetNeeds    = gauge("fleet_company_needs_person", "What needs a person in the company, by kind.", "company", "kind")
)

// Describe lists what may come.
func (f *Fleet) Describe(into chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{fleetReadable, fleetActive, fleetVersion, fleetFailures, fleetExit, fleetEnded, fleetDue, fleetWorking, fleetNeeds} {
		into <- d
	}
}

// standing is where the companies stand now, or stood a moment ago.
func (f *Fleet) standing() ([]Company, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.at.IsZero() && time.Since(f.at) < fresh {
		return f.has, f.err
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	f.has, f.err = f.read(ctx)
	f.at = time.Now()
	return f.has, f.err
}

// Collect reads the database.
func (f *Fleet) Collect(into chan<- prometheus.Metric) {
	c := sink(into)
	list, err := f.standing()
	c.flag(fleetReadable, err == nil)
	bit := map[bool]float64{true: 1}
	for _, company := range list {
		c.put(fleetActive, bit[company.Active], company.Name)
		c.put(fleetVersion, float64(company.Version), company.Name)
		c.put(fleetFailures, float64(company.Failures), company.Name)
		c.put(fleetWorking, bit[company.Working], company.Name)
		c.time(fleetDue, company.Due, company.Name)
		if company.Ended.IsZero() {
			continue
		}
		c.time(fleetEnded, company.Ended, company.Name)
		c.put(fleetExit, float64(company.Exit), company.Name)
		for _, k := range kinds() {
			c.put(fleetNeeds, float64(company.Needs[label(k)]), company.Name, label(k))
		}
	}
}

// Listen takes the address and answers at it, until Close.
func (f *Fleet) Listen(address string, log *slog.Logger) (*Server, error) {
	return listen(address, answers(f.registry, f.ready), log)
}

func (f *Fleet) ready(w http.ResponseWriter, _ *http.Request) {
	if _, err := f.standing(); err != nil {
		tell(w, http.StatusServiceUnavailable, "the database of the companies cannot be read; the log says why")
		return
	}
	tell(w, http.StatusOK, "ready")
}
