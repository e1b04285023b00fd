// Command scale simulates a day of a fleet: companies in their time zones, their nightly runs, their return folders, and nodes that serve them as
// watch --fleet does. Its costs were measured; docs/scale.md tells how, and what follows.
//
//	go run ./internal/proof/scale -companies 5000 -month-end
package main

import (
	"container/heap"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"time"
)

// Costs of a pass, as measured on one core.
const (
	passCPU     = 0.19   // seconds of a whole pass that finds nothing, its process included
	returnsCPU  = 0.16   // of a look into the return folders
	documentCPU = 0.017  // of a document, from its list to its import file
	call        = 0.3    // seconds of a call to Concur, as it answers over the ocean
	perCall     = 25.0   // documents of a call
	callsOf     = 4.0    // calls by which a page of documents goes: list, acknowledge, confirm, and what is asked once more
	connections = 3      // of a pass: it writes, reads, and keeps its lease
	emptySchema = 1.45e6 // bytes of a company's tables without documents
	ofDocument  = 39e3   // bytes of a document with its history, payload and indexes, and its share of the mappings
)

// zones are where companies are, by the share of each.
var zones = []struct {
	hours float64
	share float64
}{{-8, .14}, {-6, .16}, {-5, .2}, {0, .12}, {1, .2}, {5.5, .05}, {8, .06}, {9, .04}, {10, .03}}

type company struct {
	night     float64 // second of the day (UTC) of its nightly run
	documents float64
}

// visit is a time at which a company is due.
type visit struct {
	at      float64
	company int
	full    bool
}

type queue []visit

func (q queue) Len() int           { return len(q) }
func (q queue) Less(i, j int) bool { return q[i].at < q[j].at }
func (q queue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(v any)        { *q = append(*q, v.(visit)) }
func (q *queue) Pop() any {
	old := *q
	v := old[len(old)-1]
	*q = old[:len(old)-1]
	return v
}

// ends are the passes under way, by when they end.
type ends []float64

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i] < e[j] }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *ends) Push(v any)        { *e = append(*e, v.(float64)) }
func (e *ends) Pop() any {
	old := *e
	v := old[len(old)-1]
	*e = old[:len(old)-1]
	return v
}

const day = 24 * 3600.0

// settings are what is tried.
type settings struct {
	companies, nodes, cores, atOnce int
	every                           time.Duration
	documents                       float64
	monthEnd                        bool
}

// figures are what came of a day.
type figures struct {
	passes, documents     int
	waits, nightly        []float64
	cores                 [24]float64 // by the hour, how many were busy
	calls                 [24]float64
	mostRunning, unserved int
}

func simulate(s settings) (f figures) {
	random := rand.New(rand.NewPCG(7, 5000))
	fleet := make([]company, s.companies)
	var due queue
	for i := range fleet {
		pick, at := random.Float64(), 0
		for sum := zones[0].share; sum < pick && at < len(zones)-1; sum += zones[at].share {
			at++
		}
		minute := []float64{0, 0, 0, 15, 30, 30, 45}[random.IntN(7)] // people like round times
		hour := []float64{1, 2, 2, 2, 3, 4, 22}[random.IntN(7)]
		fleet[i] = company{night: math.Mod((hour-zones[at].hours)*3600+minute*60+2*day, day), documents: s.documents / math.Exp(.5) * math.Exp(random.NormFloat64())}
		due = append(due, visit{fleet[i].night, i, true}, visit{random.Float64() * s.every.Seconds(), i, false})
	}
	heap.Init(&due)
	var running ends
	slots := s.nodes * s.atOnce
	for len(due) > 0 {
		v := heap.Pop(&due).(visit)
		start := v.at
		for len(running) > 0 && running[0] <= start {
			heap.Pop(&running)
		}
		if len(running) >= slots {
			start = heap.Pop(&running).(float64)
		}
		if start >= day {
			f.unserved++
			continue
		}
		cpu, io, documents := returnsCPU, 0.0, 0.0
		if v.full {
			documents = fleet[v.company].documents
			if s.monthEnd {
				documents *= 6
			}
			cpu = passCPU + documents*documentCPU
			calls := 3 + callsOf*math.Ceil(documents/perCall)
			io = calls * call
			f.calls[int(start/3600)] += calls
			f.documents += int(documents)
			f.nightly = append(f.nightly, start-v.at)
		}
		// cores are shared by what runs: a pass is stretched where more want to compute than there are
		stretch := math.Max(1, float64(len(running)+1)*(cpu/(cpu+io))/float64(s.nodes*s.cores))
		took := cpu*stretch + io
		f.cores[int(start/3600)] += cpu / 3600
		f.passes++
		f.waits = append(f.waits, start-v.at)
		heap.Push(&running, start+took)
		f.mostRunning = max(f.mostRunning, len(running))
		if !v.full {
			if next := start + took + s.every.Seconds(); next < day {
				heap.Push(&due, visit{next, v.company, false})
			}
		}
	}
	return f
}

func quantile(list []float64, q float64) float64 {
	if len(list) == 0 {
		return 0
	}
	slices.Sort(list)
	return list[int(q*float64(len(list)-1))]
}

func main() {
	var s settings
	flag.IntVar(&s.companies, "companies", 5000, "companies")
	flag.IntVar(&s.nodes, "nodes", 0, "nodes; 0: one, two, three, four and six")
	flag.IntVar(&s.cores, "cores", 4, "cores of a node")
	flag.IntVar(&s.atOnce, "at-once", 16, "node.at_once")
	flag.DurationVar(&s.every, "returns-every", 5*time.Minute, "node.returns_every")
	flag.Float64Var(&s.documents, "documents", 40, "documents of a company and night, on average")
	flag.BoolVar(&s.monthEnd, "month-end", false, "six times as many")
	flag.Parse()
	nodes := []int{1, 2, 3, 4, 6}
	if s.nodes > 0 {
		nodes = []int{s.nodes}
	}
	fmt.Fprintf(os.Stdout, "%d companies, return folders every %s, month-end %t\n", s.companies, s.every, s.monthEnd)
	fmt.Fprintln(os.Stdout, "nodes  documents   passes  cores busy (mean, busiest hour)  nightly waits s (p50, p99, most)  all waits p99  connections  Concur calls/s")
	for _, n := range nodes {
		s.nodes = n
		f := simulate(s)
		mean, most, calls := 0.0, 0.0, 0.0
		for h := range f.cores {
			mean += f.cores[h] / 24
			most = math.Max(most, f.cores[h])
			calls = math.Max(calls, f.calls[h]/3600)
		}
		fmt.Fprintf(os.Stdout, "%5d  %9d  %7d  %10.2f %18.2f  %12.0f %8.0f %8.0f  %13.0f  %11d  %14.1f\n", n, f.documents, f.passes, mean, most,
			quantile(f.nightly, .5), quantile(f.nightly, .99), quantile(f.nightly, 1), quantile(f.waits, .99), f.mostRunning*connections, calls)
	}
	year := s.documents * 250 * float64(s.companies)
	fmt.Fprintf(os.Stdout, "database: %.0f GB of empty schemas, %.0f GB a year of documents before retention\n", emptySchema*float64(s.companies)/1e9, year*ofDocument/1e9)
}
