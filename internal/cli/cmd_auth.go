package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/secret"
)

func newAuth(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "auth",
		Short: "Log in to Concur and see how long the login lasts",
		Args:  frame.KnownCommand,
		RunE:  frame.Help,
	}
	cmd.AddCommand(newAuthLogin(a), newAuthStatus(a), newAuthEvents(a))
	return cmd
}

func newAuthLogin(a *app) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Trade a company request token for a lasting login",
		Long: `login takes a company request token, which a Concur administrator makes and which lives 24 hours, and stores the
refresh token that Concur gives for it in the journal, sealed by a key that lies elsewhere (concur.token_key). From then on
fisbridge renews it by itself. When the key is lost, log in anew: a new login needs nothing of the old one.

The request token is asked for, or read from standard input, or from --token-file. It is not stored.`,
		Example: "  fisbridge auth login\n  fisbridge auth login --token-file request-token.txt\n  echo \"$TOKEN\" | fisbridge auth login",
		Args:    frame.WantArgs(0, 0),
	}
	cmd.Flags().StringVar(&file, "token-file", "", "`file` that holds the request token")
	cmd.RunE = a.Action(func(ctx context.Context, _ []string) error {
		w, err := desk.Open(ctx, a.Place("auth login"), false)
		if err != nil {
			return err
		}
		defer w.Close()
		status, err := w.LogIn(ctx, secret.Func(func() (string, error) { return a.requestToken(ctx, file) }))
		if err != nil {
			return err
		}
		return a.tellAuth(status)
	})
	return cmd
}

func newAuthStatus(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "status",
		Short:   "Show whether fisbridge is logged in, and until when",
		Long:    "status reads the stored login and calls nobody. Exit code 3 when somebody has to renew it.",
		Example: "  fisbridge auth status\n  fisbridge auth status --json",
		Args:    frame.WantArgs(0, 0),
		RunE: a.Action(func(ctx context.Context, _ []string) error {
			w, err := desk.Open(ctx, a.Place("auth status"), false)
			if err != nil {
				return err
			}
			defer w.Close()
			status, err := w.Login(ctx)
			if err != nil {
				return err
			}
			if err := a.tellAuth(status); err != nil {
				return err
			}
			if status.Warning != "" {
				return desk.NeedsPerson()
			}
			return nil
		}),
	}
}

// maxToken bounds what is read as a request token.
const maxToken = 16 << 10

// requestToken reads the token from a file, from a person without showing it, or from standard input.
func (a *app) requestToken(ctx context.Context, file string) (string, error) {
	var text []byte
	var err error
	switch {
	case file != "":
		text, err = os.ReadFile(file)
	case term.IsTerminal(a.Stdin):
		text, err = term.AskSecret(ctx, a.Stderr, a.Stdin.(*os.File), "company request token: ")
	default:
		text, err = bufio.NewReader(io.LimitReader(a.Input, maxToken)).ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		return "", fmt.Errorf("read the request token: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" {
		return "", &desk.Error{Code: desk.ExitUsage, Err: errors.New("the request token is empty"), Hint: "paste it when asked, pipe it in, or name its file with --token-file"}
	}
	return token, nil
}

func (a *app) tellAuth(s desk.LoginStatus) error {
	if a.JSON {
		return a.WriteJSON(s)
	}
	if !s.LoggedIn {
		a.Say("not logged in: fisbridge auth login")
		return nil
	}
	if !s.Refused.IsZero() {
		a.Say("%s", s.Warning)
		return nil
	}
	a.Say("logged in at %s (scope %s)", s.Geolocation, s.Scope)
	a.Say("the login lasts until %s, %d days from now; every run renews it", s.RefreshExpires.In(a.Zone()).Format(time.DateOnly), s.DaysLeft)
	if s.Warning != "" {
		a.Warn("%s", s.Warning)
	}
	return nil
}
