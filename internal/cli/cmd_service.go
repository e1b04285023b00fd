package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/winservice"
	"github.com/fisbridge/fisbridge/internal/desk"
)

func newService(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "service",
		Short: "Windows: serve as a service of this machine",
		Long: `service puts the working folder's serve (console, schedule and return folders) into the list of services of Windows, where it
starts with the machine. It runs as an account of its own, NT SERVICE\\fisbridge-NAME, which gets the right to change the working
folder and has no other; or as the account that you name. Beginning, end and failure stand in the event log.

On other systems the service manager runs fisbridge serve: docs/installing.md.`,
		Example: "  fisbridge -C C:\\bridge\\acme service install\n  fisbridge -C C:\\bridge\\acme service start\n  fisbridge -C C:\\bridge\\acme service status",
		Args:    frame.KnownCommand,
		RunE:    frame.Help,
	}
	cmd.AddCommand(newServiceInstall(a))
	for _, c := range []struct {
		name, short string
		do          func(ctx context.Context, name string) error
	}{
		{"uninstall", "Stop the service and take it out of the list; the working folder stays", func(_ context.Context, name string) error { return winservice.Uninstall(name) }},
		{"start", "Start the service", func(_ context.Context, name string) error { return winservice.Start(name) }},
		{"stop", "Stop the service at the next boundary of a step", winservice.Stop},
	} {
		cmd.AddCommand(&cobra.Command{
			Use: c.name, Short: c.short, Args: frame.WantArgs(0, 0), Example: "  fisbridge -C C:\\bridge\\acme service " + c.name,
			RunE: a.Action(func(ctx context.Context, _ []string) error {
				s, err := a.service()
				if err != nil {
					return err
				}
				if err := c.do(ctx, s.Name); err != nil {
					return onWindows(err)
				}
				return a.tellService(s.Name)
			}),
		})
	}
	cmd.AddCommand(&cobra.Command{
		Use: "status", Short: "Tell whether the service runs", Args: frame.WantArgs(0, 0), Example: "  fisbridge -C C:\\bridge\\acme service status",
		RunE: a.Action(func(context.Context, []string) error {
			s, err := a.service()
			if err != nil {
				return err
			}
			return a.tellService(s.Name)
		}),
	})
	cmd.AddCommand(&cobra.Command{
		Use: "run", Short: "What the list of services calls", Hidden: true, Args: frame.WantArgs(0, 0),
		RunE: a.Action(func(ctx context.Context, _ []string) error {
			s, err := a.service()
			if err != nil {
				return err
			}
			return onWindows(winservice.Run(ctx, s.Name, func(ctx context.Context) error { return a.serve(ctx, "") }))
		}),
	})
	return cmd
}

func newServiceInstall(a *app) *cobra.Command {
	var account, password string
	cmd := &cobra.Command{
		Use:     "install",
		Short:   "Put serve of this working folder into the list of services",
		Args:    frame.WantArgs(0, 0),
		Example: "  fisbridge -C C:\\bridge\\acme service install\n  fisbridge -C C:\\bridge\\acme service install --account ACME\\svc-fisbridge$",
	}
	cmd.Flags().StringVar(&account, "account", "", "`account` to run as, such as a group-managed one, for drop folders on network shares; by default one of its own")
	cmd.Flags().StringVar(&password, "password-env", "", "`name` of the environment variable with the account's password, where it has one")
	cmd.RunE = a.Action(func(context.Context, []string) error {
		s, err := a.service()
		if err != nil {
			return err
		}
		s.Account = account
		if password != "" {
			if s.Password = os.Getenv(password); s.Password == "" {
				return desk.Usage(errors.New("--password-env: the environment variable " + password + " is not set"))
			}
		}
		if err := winservice.Install(s); err != nil {
			return onWindows(err)
		}
		return a.tellService(s.Name)
	})
	return cmd
}

// service is the service of the working folder.
func (a *app) service() (winservice.Service, error) {
	folder, err := filepath.Abs(a.Dir)
	if err != nil {
		return winservice.Service{}, err
	}
	program, err := os.Executable()
	if err != nil {
		return winservice.Service{}, err
	}
	short, err := a.ShortName()
	if err != nil {
		return winservice.Service{}, err
	}
	return winservice.Service{Name: "fisbridge-" + short, Display: "fisbridge (" + short + ")", Description: "Concur documents into import files of the ERP, and its answers back, for " + folder,
		Program: program, Args: []string{"-C", folder, "service", "run"}, Folder: folder}, nil
}

// onWindows tells where there is no such service.
func onWindows(err error) error {
	if errors.Is(err, winservice.ErrNoWindows) {
		return &desk.Error{Code: desk.ExitUsage, Err: err, Hint: "let the service manager of this system run fisbridge serve: docs/installing.md has units of systemd"}
	}
	return err
}

// tellService says what the service does now.
func (a *app) tellService(name string) error {
	state, err := winservice.State(name)
	switch {
	case errors.Is(err, winservice.ErrNotInstalled):
		state = "not installed"
	case err != nil:
		return onWindows(err)
	}
	if a.JSON {
		return a.WriteJSON(map[string]string{"service": name, "state": state})
	}
	a.Say("%s: %s", name, state)
	return nil
}
