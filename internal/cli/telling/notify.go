package telling

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/notify"
	"github.com/fisbridge/fisbridge/internal/web"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// NewNotify shows, tries and sends the messages to people.
func NewNotify(shared *frame.Frame) *cobra.Command {
	a := &room{shared}
	cmd := &cobra.Command{
		Use:   "notify",
		Short: "Messages to people: show what would go out, send a test, send what is due",
		Long: `run, watch and serve tell people by mail and webhooks what notify of the configuration says: held and rejected documents to their
accountants, failures and nights that did not come to operators (docs/notify.md). These commands look at it, and try it.`,
		Args: frame.KnownCommand,
		RunE: frame.Help,
	}
	cmd.AddCommand(newNotifyShow(a), newNotifyTest(a), newNotifySend(a))
	return cmd
}

func newNotifyShow(a *room) *cobra.Command {
	return &cobra.Command{
		Use:     "show",
		Short:   "Show what would go to whom now; nothing is sent",
		Long:    "show says for each recipient the message that would go out now, what waits for the next digest, and what was told already.",
		Example: "  fisbridge notify show\n  fisbridge notify show --json",
		Args:    frame.WantArgs(0, 0),
		RunE: a.Action(func(ctx context.Context, _ []string) error {
			return desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) error {
				t, err := NewTeller(a.Frame, w)
				if err != nil {
					return err
				}
				list, box, err := t.Show(ctx)
				if err != nil {
					return err
				}
				if a.JSON {
					return a.WriteJSON(struct {
						Recipients []notify.Outlook `json:"recipients"`
						Messages   desk.Outbox      `json:"messages"`
					}{list, box})
				}
				a.showOutlook(list, box)
				return nil
			})
		}),
	}
}

func (a *room) showOutlook(list []notify.Outlook, box desk.Outbox) {
	if len(list) == 0 {
		a.Say("nobody is told anything: the configuration has no notify.recipients")
		return
	}
	for i, o := range list {
		if i > 0 {
			a.Say("")
		}
		a.Say("%s (%s): %s", o.Recipient, o.Role, strings.Join(append(slices.Clone(o.Mail), o.Webhooks...), ", "))
		if o.Subject == "" {
			a.Say("  nothing would go out now")
		} else {
			a.Say("  would go out now: %s", o.Subject)
			for line := range strings.SplitSeq(strings.TrimSpace(strings.ReplaceAll(o.Text, "\r\n", "\n")), "\n") {
				a.Say("    %s", line)
			}
		}
		for _, text := range o.Later {
			a.Say("  with the next digest: %s", text)
		}
		for _, text := range o.Known {
			a.Say("  was told: %s", text)
		}
	}
	if box.Waiting > 0 {
		a.Say("")
		a.Say("%s on the way", wording.Counted(box.Waiting, "message"))
	}
	if box.Failing > 0 {
		a.Say("%s tried in vain: %s", wording.Counted(box.Failing, "message"), box.Trouble)
	}
}

func newNotifyTest(a *room) *cobra.Command {
	return &cobra.Command{
		Use:   "test [RECIPIENT...]",
		Short: "Send a test message to each address",
		Long: `test sends one message to each address of notify.recipients, or of those that are named, and tells what the other side said. The
heartbeat's host is called without a word about a run.`,
		Example: "  fisbridge notify test\n  fisbridge notify test accounting",
		RunE: a.Action(func(ctx context.Context, args []string) error {
			cfg, err := config.Load(a.Dir)
			if err != nil {
				return err
			}
			for _, name := range args {
				if !slices.ContainsFunc(cfg.Notify.Recipients, func(r config.Recipient) bool { return r.Name == name }) {
					return desk.Usage(fmt.Errorf("there is no recipient %q in notify.recipients", name))
				}
			}
			short, err := a.ShortName()
			if err != nil {
				return err
			}
			list, err := notify.Test(ctx, cfg, notify.Options{Short: short, Agent: a.Agent}, a.Now, args)
			if err != nil {
				return err
			}
			return a.tellTested(list)
		}),
	}
}

func (a *room) tellTested(list []notify.Tested) error {
	if a.JSON {
		if err := a.WriteJSON(list); err != nil {
			return err
		}
	}
	var errs []error
	for _, t := range list {
		if t.Err() != nil {
			errs = append(errs, fmt.Errorf("%s of %s: %w", t.Channel, t.Recipient, t.Err()))
		} else if !a.JSON {
			a.Say("%s %s, %s %s", term.Tick(true), t.Recipient, t.Channel, t.Address)
		}
	}
	switch {
	case len(errs) > 0:
		return &desk.Error{Code: desk.ExitFailed, Err: errors.Join(errs...), Hint: "docs/notify.md tells what each answer means; fisbridge check looks at the settings"}
	case len(list) == 0:
		return &desk.Error{Code: desk.ExitFailed, Err: errors.New("there is nobody to tell: the configuration has no notify.recipients"), Hint: "docs/notify.md shows how to name them"}
	}
	return nil
}

func newNotifySend(a *room) *cobra.Command {
	return &cobra.Command{
		Use:   "send",
		Short: "Tell now what is due: messages, digests and reports",
		Long: `send does once what watch and serve do each minute: it tells what is new, makes the reports that are due, and tries again what could not
be sent. It is for installations where only run is called by a scheduler of their own: call it at the time of day of a digest. It works
beside a run.`,
		Example: "  fisbridge -C bridge notify send     # cron: 0 7 * * 1-5",
		Args:    frame.WantArgs(0, 0),
		RunE: a.Action(func(ctx context.Context, _ []string) error {
			return desk.Beside(ctx, a.Place("notify send"), func(w *desk.Workspace) error {
				t, err := NewTeller(a.Frame, w)
				if err != nil {
					return err
				}
				t.Pass(ctx)
				box, err := w.Journal.OutboxNow(ctx)
				if err != nil {
					return err
				}
				if box.Failing > 0 {
					return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s could not be sent: %s", wording.Counted(box.Failing, "message"), box.Trouble), Hint: "they are tried again for a day; fisbridge notify test tries the addresses"}
				}
				return nil
			})
		}),
	}
}

// NewTeller is the teller of an open working folder.
func NewTeller(a *frame.Frame, w *desk.Workspace) (*notify.Teller, error) {
	short, err := a.ShortName()
	if err != nil {
		return nil, err
	}
	return TellerOf(a, w, short)
}

// TellerOf is the teller of an open working folder of several.
func TellerOf(a *frame.Frame, w *desk.Workspace, short string) (*notify.Teller, error) {
	return notify.New(w, notify.Options{Short: short, Agent: a.Agent, Roles: rolesGiven(a, w, short), Remark: func(text string) { a.Warn("%s", text) }})
}

// rolesGiven asks the database of people.
func rolesGiven(a *frame.Frame, w *desk.Workspace, short string) func(context.Context, time.Time) ([]notify.Given, error) {
	return func(ctx context.Context, since time.Time) (out []notify.Given, err error) {
		list, err := web.RolesGiven(ctx, w, a.Now, short, since)
		for _, g := range list {
			out = append(out, notify.Given{Number: g.Seq, At: g.At})
		}
		return out, err
	}
}

// RunText says in figures what a run did, for a heartbeat.
func RunText(s *bridge.Summary) string {
	return fmt.Sprintf("run %d, exit %d: %d fetched, %d import files dropped, %d posted, %d rejected, %d need a person, %d problems",
		s.Run, s.Exit, s.Stored, s.Dropped, s.Posted, s.Rejected, s.Needs.Total, len(s.Problems))
}

// RunEnded tells the heartbeat and the people how a run ended.
func RunEnded(ctx context.Context, t *notify.Teller, s *bridge.Summary, err error) {
	switch {
	case err != nil && ctx.Err() != nil:
		t.End(ctx, bridge.ExitInterrupted, "the run was interrupted")
	case err != nil || s == nil:
		t.End(ctx, -1, "the run did not come to its end")
	default:
		t.End(ctx, s.Exit, RunText(s))
	}
	if ctx.Err() == nil {
		t.Pass(ctx)
	}
}
