package fleet

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/telling"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/todo"
	companyfolder "github.com/fisbridge/fisbridge/internal/fleet"
	"github.com/fisbridge/fisbridge/internal/fleet/node"
	"github.com/fisbridge/fisbridge/internal/journal/companies"
)

// newPass is the process that a node begins for one pass of one company. People do not call it.
func newPass(a *room) *cobra.Command {
	var whole bool
	var since string
	cmd := &cobra.Command{
		Use:    "pass COMPANY VERSION CLAIM",
		Short:  "One pass for a company whose folder a node has laid out",
		Hidden: true,
		Args:   frame.WantArgs(3, 3),
	}
	cmd.Flags().BoolVar(&whole, "whole", false, "a pass over everything, whatever the schedule says")
	cmd.Flags().StringVar(&since, "since", "", "the `moment` from which the schedule counts where nobody has looked after it yet")
	cmd.RunE = a.Action(func(ctx context.Context, args []string) error {
		version, err := strconv.ParseInt(args[1], 10, 64)
		if err != nil {
			return desk.Usage(fmt.Errorf("%q is no version", args[1]))
		}
		claim, err := strconv.ParseInt(args[2], 10, 64)
		if err != nil || claim < 1 {
			return desk.Usage(fmt.Errorf("%q is no claim of a node", args[2]))
		}
		from, err := time.Parse(time.RFC3339, since)
		if err != nil && since != "" {
			return desk.Usage(fmt.Errorf("--since %q is no moment", since))
		}
		f, err := a.load()
		if err != nil {
			return err
		}
		if err := boundMemory(f.Node.MemoryMiB); err != nil {
			return err
		}
		return a.pass(ctx, f, companies.Claim{Company: args[0], Version: version, Number: claim, Since: from}, whole)
	})
	return cmd
}

// pass works in the folder of the company as run does, and says in JSON what came of it.
func (a *room) pass(ctx context.Context, f *config.Fleet, c companies.Claim, whole bool) (err error) {
	inside := *a.Frame
	inside.Dir, inside.JSON, inside.Quiet = companyfolder.Folder(f, c.Company), false, true
	place := inside.Place("fleet pass")
	place.Actor, place.Bound, place.Remark = fmt.Sprintf("fisbridge watch --fleet at %s, version %d", node.NameOf(f), c.Version), f.Bound, nil
	place.Claim, place.Version = c.Number, c.Version
	w, err := desk.Open(ctx, place, true)
	if desk.IsNewer(err) { // another node has a newer program, as in the middle of an upgrade
		return errors.Join(err, saidLast(&teller{out: a.Stdout}, node.Result{Pass: "nothing", Newer: true, Exit: desk.ExitLocked}))
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	if err := companyfolder.IsLaid(f, c.Company, c.Version); err != nil {
		return &desk.Error{Code: desk.ExitLocked, Err: err, Hint: "the next pass lays it out anew"}
	}
	t, err := telling.NewTeller(&inside, w)
	if err != nil {
		return err
	}
	steps := &teller{out: a.Stdout}
	b, err := w.BridgeBeside(steps.progress, bridge.Beside{Began: func() { t.Begin(ctx) }, Step: steps.step, Since: c.Since})
	if err != nil {
		return err
	}
	r := node.Result{Pass: "nothing", Returns: slices.ContainsFunc(w.Config.Routes, func(r config.Route) bool { return r.Returns.Given() })}
	var last *bridge.Summary
	err = w.Working(ctx, func(ctx context.Context) (err error) {
		if whole {
			if last, err = b.Run(ctx); err != nil {
				return err
			}
			if err := r.Add(last); err != nil {
				return err
			}
		}
		r.Next, err = b.Due(ctx, r.Returns && !whole, func(s *bridge.Summary) { last = s; _ = r.Add(s) })
		return err
	})
	if t.Going() || last != nil {
		telling.RunEnded(ctx, t, last, err)
	} else if err == nil && ctx.Err() == nil {
		t.Pass(ctx) // digests and reports have times of their own
	}
	if err != nil {
		return desk.RestoredHint(err)
	}
	if err := stands(ctx, w, &r); err != nil {
		return err
	}
	if err := saidLast(steps, r); err != nil {
		return err
	}
	if r.Exit != bridge.ExitDone {
		return &desk.Error{Code: r.Exit}
	}
	return nil
}

// saidLast tells the node how the pass ended.
func saidLast(t *teller, r node.Result) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return t.line(text)
}

// stands notes what the journal says at the end of the pass. One that was told to end says it, too.
func stands(ctx context.Context, w *desk.Workspace, r *node.Result) error {
	return w.Snapshot(context.WithoutCancel(ctx), func(w *desk.Workspace) error {
		ctx := context.WithoutCancel(ctx)
		needs, err := todo.Needs(ctx, w, w.Now(), 1)
		if err != nil {
			return err
		}
		left, err := w.Journal.Todo(ctx)
		if err != nil {
			return err
		}
		failed := ""
		if newest, is, err := w.Journal.LastRun(ctx); err != nil {
			return err
		} else if is && newest.Exit == bridge.ExitFailed && r.Error == "" {
			failed = strings.Join(desk.ProblemsOfRun(newest), "; ")
			failed = cmp.Or(failed, "it does not say why")
		}
		return r.Stand(needs, left, failed)
	})
}

// teller tells the node how far the pass is.
type teller struct {
	mu   sync.Mutex
	out  io.Writer
	last time.Time
}

// tellEvery bounds how often progress inside of a step is told; the node looks once a second.
const tellEvery = 250 * time.Millisecond

func (t *teller) step(name string) { t.tell(node.Told{Step: name}) }

func (t *teller) progress(step string, done, total int) {
	t.mu.Lock()
	due := time.Since(t.last) >= tellEvery || done == total
	if due {
		t.last = time.Now()
	}
	t.mu.Unlock()
	if due {
		t.tell(node.Told{Step: step, Done: done, Total: total})
	}
}

func (t *teller) tell(told node.Told) {
	if text, err := json.Marshal(told); err == nil {
		_ = t.line(text) // a node that is gone takes the pass with it
	}
}

func (t *teller) line(text []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := t.out.Write(append(text, '\n'))
	return err
}
