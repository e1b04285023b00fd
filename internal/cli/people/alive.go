package people

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
)

// NewAlive asks whether the process of the working folder answers.
func NewAlive(shared *frame.Frame) *cobra.Command {
	a := &room{shared}
	return &cobra.Command{
		Use:   "alive",
		Short: "Ask whether watch or serve of this working folder answers",
		Long: `alive asks /healthz of the process that works in the folder, at metrics.listen of the configuration, or where that is not
given at console.listen. It is for the health check of a container and for service managers without probes of their own.

Exit code 0 when it answers, 1 when it does not.`,
		Example: "  fisbridge -C bridge alive",
		Args:    frame.WantArgs(0, 0),
		RunE:    a.Action(func(ctx context.Context, _ []string) error { return a.alive(ctx) }),
	}
}

// patience is how long an answer may take.
const patience = 5 * time.Second

func (a *room) alive(ctx context.Context) error {
	cfg, err := config.Load(a.Dir)
	if err != nil {
		return err
	}
	address, err := aliveAddress(cfg)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	// Nothing is told and nothing is believed but that somebody answers on this machine, so the certificate, which is for
	// the name that people use, does not matter.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above
	answer, err := client.Do(req)
	if err != nil {
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("nobody answers: %w", err), Hint: "fisbridge serve and fisbridge watch with metrics.listen answer there"}
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return &desk.Error{Code: desk.ExitFailed, Err: fmt.Errorf("%s answers %s", address, answer.Status)}
	}
	a.Remark("%s answers", address)
	return nil
}

// aliveAddress is where the process of the folder is asked, on this machine, whatever addresses it listens at.
func aliveAddress(cfg *config.Config) (string, error) {
	scheme, listen := "http", cfg.Metrics.Listen
	if listen == "" {
		listen = cfg.Console.Listen
		if cfg.Console.Certificate != "" {
			scheme = "https"
		}
	}
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port == "0" {
		return "", desk.Invalid(errors.New("neither metrics.listen nor console.listen names a port"), "give one of them a port, such as 127.0.0.1:9464")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip != nil && ip.To4() == nil {
			host = "::1"
		}
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/healthz", nil
}
