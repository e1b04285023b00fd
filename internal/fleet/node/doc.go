// Package node serves the companies of a fleet: it claims one that is due, lays its folder out, and makes the pass in a process of its own, which takes
// the company's lease and knows nothing of other companies.
//
// It guarantees that a company takes no more of the node than it is given (processes, memory, time), that one whose pass fails, hangs or dies holds
// up no other one, and that the node writes nothing of a claim that is not its own any more.
package node

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fleet"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
)

// Result is what the process of a pass says on its standard output.
type Result struct {
	// Pass is what was done: full, returns, or nothing.
	Pass string `json:"pass"`
	// Next is the next scheduled time; zero: the schedule has none.
	Next time.Time `json:"next,omitzero"`
	// Returns: the company has return folders.
	Returns bool `json:"returns"`
	// Newer: the company's journal was brought to a newer version by the program of another node.
	Newer bool `json:"newer,omitempty"`

	Exit  int    `json:"exit_code"`
	Error string `json:"error,omitempty"`
	// RunFailed is what the newest run of the journal failed with, when this pass was none.
	RunFailed string `json:"run_failed,omitempty"`
	// Needs is what needs a person, by its kind, and Todo what is left to do: as the journal had it when the pass ended, whatever it did.
	Needs map[string]int  `json:"needs_person,omitempty"`
	Todo  json.RawMessage `json:"todo,omitempty"`
	// Of all documents that it handled.
	Stored    int `json:"stored"`
	Dropped   int `json:"dropped"`
	Posted    int `json:"posted"`
	Rejected  int `json:"rejected"`
	Confirmed int `json:"confirmed"`
	Problems  int `json:"problems"`
}

// Add adds what one run of a pass did.
func (r *Result) Add(s *bridge.Summary) error {
	if s.Run == 0 {
		if r.Pass == "nothing" {
			r.Pass = "returns"
		}
		return nil
	}
	if r.Pass = "returns"; s.Full {
		r.Pass = "full"
	}
	if s.Exit != exitDone && r.Exit != exitFailed {
		r.Exit = s.Exit
	}
	r.Stored += s.Stored
	r.Dropped += s.Dropped
	r.Posted += s.Posted
	r.Rejected += s.Rejected
	r.Confirmed += s.Confirmed
	r.Problems += len(s.Problems)
	if err := s.Err(); err != nil {
		r.Error = err.Error()
	}
	return nil
}

// Stand says what stands in the journal at the end of the pass: a pass that did nothing, or only what a result file wants, takes nothing off the list.
func (r *Result) Stand(needs desk.Needs, todo any, failed string) (err error) {
	r.Needs, r.RunFailed = map[string]int{}, failed
	for kind, number := range needs.Counts {
		if number > 0 {
			r.Needs[strings.ReplaceAll(string(kind), " ", "_")] = number
		}
	}
	if r.Exit == exitDone && (needs.Total > 0 || failed != "") {
		r.Exit = exitNeedsPerson
	}
	r.Todo, err = json.Marshal(todo)
	return err
}

// told reports whether the process of the pass said how it ended.
func (r *Result) told() bool { return r.Pass != "" }

// keep takes what the pass before has left for what this one could not say: it was ended, or failed.
func (s *Summary) keep(before string) {
	var last Summary
	if len(s.Todo) > 0 || before == "" || json.Unmarshal([]byte(before), &last) != nil {
		return
	}
	s.Needs, s.Todo, s.RunFailed = last.Needs, last.Todo, last.RunFailed
}

// Summary is what a pass leaves in the row of its company, for those who ask how all of them are.
type Summary struct {
	Result
	Node    string    `json:"node"`
	Version int64     `json:"version"`
	Began   time.Time `json:"began_at"`
	Seconds float64   `json:"seconds"`
}

// Options is what a node is made of.
type Options struct {
	Fleet *config.Fleet
	Book  *companies.Book
	Keys  []age.Identity
	// Program makes a pass when it is called with the name of a company and its version.
	Program []string
	Now     func() time.Time
	Log     *slog.Logger
	// Err takes what passes say on standard error, each line behind the name of its company.
	Err io.Writer
	// Tell keeps how far a pass is; nil: the Book does.
	Tell func(context.Context, *companies.Claim, []companies.Step) error
	// Passed is told each pass; nil: nobody counts.
	Passed func(company string, s Summary)
}

// Node serves companies.
type Node struct {
	Options
	name string
	err  sync.Mutex

	mu    sync.Mutex
	newer []string // companies that a newer program works for
}

// New makes a node.
func New(o Options) *Node {
	if o.Tell == nil {
		o.Tell = o.Book.Tell
	}
	return &Node{Options: o, name: NameOf(o.Fleet)}
}

// NameOf is what people call a node.
func NameOf(f *config.Fleet) string {
	if f.Node.Name != "" {
		return f.Node.Name
	}
	host, err := os.Hostname()
	if err != nil {
		return "a node without a name"
	}
	return host
}

// Name is what people call the node.
func (n *Node) Name() string { return n.name }

const (
	// poll is how long a node waits when no company is due.
	poll = time.Second
	// afterTrouble is how long a database in trouble is left alone.
	afterTrouble = 5 * time.Second
	// sweepEvery is how often the folders of erased companies are looked for.
	sweepEvery = time.Minute
	// longestPause bounds the time until a company whose passes fail is tried again.
	longestPause = 15 * time.Minute
	// unscheduled is when a company is looked at that has neither a schedule nor return folders.
	unscheduled = 24 * time.Hour
)

// Watch serves companies until ctx ends; then it waits for the passes that are under way, which end at their next boundary.
func (n *Node) Watch(ctx context.Context) error {
	free := make(chan struct{}, n.Fleet.Node.AtOnce)
	var passes sync.WaitGroup
	defer passes.Wait()
	var swept time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case free <- struct{}{}:
		}
		if time.Since(swept) > sweepEvery {
			swept = time.Now()
			n.sweep(ctx)
		}
		c, err := n.Book.Due(ctx, n.owner, n.left(nil), false)
		if err != nil || c == nil {
			<-free
			wait := poll
			if err != nil && ctx.Err() == nil {
				n.Log.Warn("the database of the companies is in trouble; tried again soon", "error", err.Error())
				wait = afterTrouble
			}
			if sleep(ctx, wait) != nil {
				return nil
			}
			continue
		}
		passes.Go(func() {
			defer func() { <-free }()
			n.serve(ctx, c, !c.Asked.IsZero())
		})
	}
}

// Once makes a whole pass for each company, whether it is due or not, and gives what each left. A company that another one works for is not waited for.
func (n *Node) Once(ctx context.Context) (map[string]Summary, error) {
	n.sweep(ctx)
	out := map[string]Summary{}
	var mu sync.Mutex
	var tried []string
	free := make(chan struct{}, n.Fleet.Node.AtOnce)
	var passes sync.WaitGroup
	defer passes.Wait()
	for {
		select {
		case <-ctx.Done():
			return out, ctx.Err()
		case free <- struct{}{}:
		}
		c, err := n.Book.Due(ctx, n.owner, n.left(tried), true)
		if err != nil || c == nil {
			passes.Wait()
			return out, err
		}
		tried = append(tried, c.Company)
		passes.Go(func() {
			defer func() { <-free }()
			s := n.serve(ctx, c, true)
			mu.Lock()
			defer mu.Unlock()
			out[c.Company] = s
		})
	}
}

// owner names this node's folder of a company, as the process of the pass does.
func (n *Node) owner(company string) string {
	host, err := os.Hostname()
	if err != nil {
		host = "a machine without a name"
	}
	return host + ":" + fleet.Folder(n.Fleet, company)
}

// serve makes a pass for a company that was claimed, and gives it back.
func (n *Node) serve(ctx context.Context, c *companies.Claim, whole bool) Summary {
	began := n.Now()
	s := Summary{Node: n.name, Version: c.Version, Began: began.UTC()}
	dir, err := n.Lay(ctx, c.Company, c.Version)
	if err == nil {
		s.Result, err = n.pass(ctx, c, dir, whole)
	}
	s.keep(c.Summary)
	s.Seconds = n.Now().Sub(began).Seconds()
	if err != nil {
		s.Error = err.Error()
		if s.Exit == exitDone { // it was not begun
			s.Exit = exitFailed
		}
	}
	p := companies.Passed{Next: n.pause(s, c.Failed), Whole: whole && (s.Exit == exitDone || s.Exit == exitNeedsPerson), Failed: s.Exit != exitDone && s.Exit != exitNeedsPerson && s.Exit != exitInterrupted && s.Exit != exitTaken}
	if s.Exit != exitTaken { // then another one has the word
		text, err := json.Marshal(s)
		if err == nil {
			p.Summary = string(text)
		}
		if n.Passed != nil {
			n.Passed(c.Company, s)
		}
	}
	if s.Newer {
		n.leave(c.Company)
	} else if s.Error != "" {
		n.Log.Warn("a pass failed", "company", c.Company, "version", c.Version, "exit", s.Exit, "error", s.Error)
	} else {
		n.Log.Info("pass", "company", c.Company, "version", c.Version, "pass", s.Pass, "exit", s.Exit, "seconds", s.Seconds)
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if _, err := n.Book.End(end, c, n.owner(c.Company), p); err != nil {
		n.Log.Warn("a company could not be given back; its lease ends within a minute", "company", c.Company, "error", err.Error())
	}
	return s
}

// leave leaves a company to nodes with a newer program: what has been brought to a newer version never goes back. So an older and a newer program may serve a fleet side by
// side while it is upgraded.
func (n *Node) leave(company string) {
	n.mu.Lock()
	n.newer = append(n.newer, company)
	n.mu.Unlock()
	n.Log.Warn("a newer program works for a company; this node leaves it to nodes that have that one", "company", company)
}

// left are the companies that this node does not ask for: others, and those that are left to newer nodes.
func (n *Node) left(others []string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Concat(others, n.newer)
}

// Exit codes of a pass, as those of all commands.
const (
	exitDone        = 0
	exitFailed      = 1
	exitNeedsPerson = 3
	exitTaken       = 5
	exitInterrupted = 130
)

// pause is how long a company is left alone after a pass.
func (n *Node) pause(s Summary, failed int64) time.Duration {
	switch s.Exit {
	case exitInterrupted:
		return 0
	case exitTaken:
		return poll
	case exitDone, exitNeedsPerson:
	default:
		return min(longestPause, time.Minute<<min(failed, 4))
	}
	wait := unscheduled
	if !s.Next.IsZero() {
		wait = min(wait, max(0, s.Next.Sub(n.Now())))
	}
	if s.Returns || len(s.Needs) > 0 { // what people settle meanwhile is off the list soon
		wait = min(wait, n.Fleet.Node.ReturnsEvery)
	}
	return wait
}

// Lay makes a company's folder on this node what a version says, unless a pass works in it.
func (n *Node) Lay(ctx context.Context, company string, version int64) (string, error) {
	content, err := n.Book.Content(ctx, company, version)
	if err != nil {
		return "", err
	}
	unlock, err := lockFolder(fleet.Folder(n.Fleet, company))
	if err != nil {
		return "", err
	}
	defer unlock()
	return fleet.Lay(n.Fleet, n.Keys, company, version, content)
}

// shut removes the secrets of companies that are disabled, and of versions that are not in force, where no pass works with them.
func (n *Node) shut(ctx context.Context, here, gone []string) error {
	serving, err := n.Book.Serving(ctx, here)
	if err != nil {
		return err
	}
	var errs []error
	for _, company := range here {
		if slices.Contains(gone, company) {
			continue
		}
		unlock, err := lockFolder(fleet.Folder(n.Fleet, company))
		if err != nil {
			continue // a pass works there; the next sweep comes in a minute
		}
		done, err := fleet.Shut(n.Fleet, company, serving[company])
		unlock()
		if errs = append(errs, err); done {
			n.Log.Info("the secrets of a company were removed that is disabled, or has another version in force", "company", company)
		}
	}
	return errors.Join(errs...)
}

// sweep removes the folders of companies that were erased, and secrets that nobody works with.
func (n *Node) sweep(ctx context.Context) {
	here, err := fleet.Laid(n.Fleet)
	if err == nil && len(here) > 0 {
		var gone []string
		gone, err = n.Book.Gone(ctx, here)
		for _, company := range gone {
			err = errors.Join(err, fleet.Clear(n.Fleet, company))
			n.Log.Info("the folder of an erased company was removed", "company", company)
		}
		err = errors.Join(err, n.shut(ctx, here, gone))
	}
	if err != nil && ctx.Err() == nil {
		n.Log.Warn("folders of erased companies could not be looked for", "error", err.Error())
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
