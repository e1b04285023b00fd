// Package metrics tells machines what desk knows: numbers for Prometheus (/metrics), that the process answers
// (/healthz), and that the journal can be worked with (/readyz). It guarantees that nothing is told of documents,
// people or amounts, only how many and since when; and that being asked changes nothing.
package metrics

import (
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/fisbridge/fisbridge/internal/bridge"
)

// Build is what is told of the program.
type Build struct{ Version, Commit, Go string }

// Set is what one process tells: of one working folder, or of several, each under the label company. How long runs and
// calls take is told of all of them together.
type Set struct {
	registry  *prometheus.Registry
	lasted    prometheus.Histogram
	callTimes *prometheus.HistogramVec

	mu     sync.Mutex
	places []*Numbers
}

// NewSet is a set of no folder yet.
func NewSet(build Build) *Set {
	s := &Set{registry: prometheus.NewRegistry()}
	s.lasted = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "fisbridge_run_duration_seconds", Help: "How long the runs of this process took.",
		Buckets: []float64{1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14400}})
	s.callTimes = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "fisbridge_concur_call_duration_seconds", Help: "How long calls to Concur took, waiting for their turn included.",
		Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 90}}, []string{"operation"})
	about := prometheus.NewGauge(prometheus.GaugeOpts{Name: "fisbridge_build_info", Help: "The program; always 1.",
		ConstLabels: prometheus.Labels{"version": build.Version, "commit": build.Commit, "go": build.Go}})
	about.Set(1)
	s.registry.MustRegister(about, s.lasted, s.callTimes, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return s
}

// Numbers are the counters of this process and the standing of a working folder. Counters begin at zero with the
// process; what the journal keeps is read from it whenever somebody asks.
type Numbers struct {
	set      *Set
	standing *standing

	passes  *prometheus.CounterVec
	handled *prometheus.CounterVec
	files   prometheus.Counter
	results prometheus.Counter
	lock    *prometheus.GaugeVec
	calls   *prometheus.CounterVec
}

// New makes the numbers of the only working folder of a process. Status reads where everything stands.
func New(read Reader, build Build) *Numbers { return NewSet(build).Add("", read) }

// Add makes the numbers of a working folder, under the label of its company; without a name there is no such label.
func (s *Set) Add(company string, read Reader) *Numbers {
	n := &Numbers{set: s, standing: &standing{read: read}}
	n.passes = counters("runs_total", "Runs of this process that did something, by their outcome: done, needs_person, failed or interrupted.", "outcome")
	n.handled = counters("documents_handled_total", "Documents that runs of this process brought a step further, by the step.", "step")
	n.files = prometheus.NewCounter(prometheus.CounterOpts{Name: "fisbridge_files_dropped_total", Help: "Import files that runs of this process dropped."})
	n.results = prometheus.NewCounter(prometheus.CounterOpts{Name: "fisbridge_result_files_read_total", Help: "Result files that runs of this process read."})
	n.lock = prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "fisbridge_acknowledge_delay_seconds",
		Help: "How long documents of the last run that fetched some were unlocked in Concur before they were acknowledged."}, []string{"quantile"})
	n.calls = counters("concur_calls_total", "Calls to Concur by what they were for and the status of the answer; status 0 is no answer, 200 any success.", "operation", "status")
	n.begin()
	into := prometheus.Registerer(s.registry)
	if company != "" {
		into = prometheus.WrapRegistererWith(prometheus.Labels{"company": company}, into)
	}
	into.MustRegister(n.passes, n.handled, n.files, n.results, n.lock, n.calls, n.standing)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.places = append(s.places, n)
	return n
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "fisbridge_" + name, Help: help}, labels)
}

// outcomes are how runs end, by their exit codes.
var outcomes = map[int]string{bridge.ExitDone: "done", bridge.ExitFailed: "failed", bridge.ExitNeedsPerson: "needs_person", bridge.ExitInterrupted: "interrupted"}

// steps are what a run does with documents, by the names of the counters.
func steps(s *bridge.Summary) map[string]int {
	return map[string]int{"stored": s.Stored, "acknowledged": s.Acknowledged, "recalled": s.Recalled, "held": s.Held, "filed": s.Filed,
		"posted": s.Posted, "rejected": s.Rejected, "confirmed": s.Confirmed, "paid": s.Payments, "payment_confirmed": s.PaymentsSent}
}

// begin makes every series exist with zero, so that the first failure is an increase.
func (n *Numbers) begin() {
	for _, o := range outcomes {
		n.passes.WithLabelValues(o)
	}
	for step := range steps(&bridge.Summary{}) {
		n.handled.WithLabelValues(step)
	}
}

// Passed counts a run that has ended.
func (n *Numbers) Passed(s *bridge.Summary) {
	outcome := outcomes[s.Exit]
	if outcome == "" {
		outcome = "failed"
	}
	n.standing.forget() // what it said before the run is old
	n.passes.WithLabelValues(outcome).Inc()
	n.set.lasted.Observe(s.Ended.Sub(s.Started).Seconds())
	for step, number := range steps(s) {
		n.handled.WithLabelValues(step).Add(float64(number))
	}
	n.files.Add(float64(s.Dropped))
	n.results.Add(float64(s.Results))
	if s.Acknowledged > 0 {
		for quantile, millis := range map[string]int64{"0.5": s.LockP50, "0.99": s.LockP99, "1": s.LockMax} {
			n.lock.WithLabelValues(quantile).Set(float64(millis) / 1000)
		}
	}
}

// Called counts a call to Concur.
func (n *Numbers) Called(operation string, status int, took time.Duration) {
	n.calls.WithLabelValues(operation, strconv.Itoa(status)).Inc()
	n.set.callTimes.WithLabelValues(operation).Observe(took.Seconds())
}
