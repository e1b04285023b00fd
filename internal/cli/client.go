package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/journal"
)

// newClient is the FIS client of a working folder; its token lives in the journal. patient: it waits for a service that is not ready, and
// says so; a command that a person waits for tells the failure at once.
func newClient(a *app, cfg *config.Config, j *journal.Journal, log *slog.Logger, patient bool) (*concur.Client, error) {
	return clientWith(a, cfg, bridge.Tokens(j, cfg.Concur.CompanyUUID, tokenKeys(cfg)), log, patient)
}

func clientWith(a *app, cfg *config.Config, tokens concur.TokenStore, log *slog.Logger, patient bool) (*concur.Client, error) {
	c := cfg.Concur
	if !patient {
		c.MaxWait = 0
	}
	secret, err := cfg.Reveal(c.ClientSecret)
	if err != nil {
		return nil, invalid(fmt.Errorf("concur.client_secret: %w", err), "set it for the account that runs fisbridge")
	}
	return concur.New(concur.Config{
		BaseURL: c.BaseURL, Domains: c.AllowedDomains, ClientID: c.ClientID, ClientSecret: concur.Secret(secret), CompanyUUID: c.CompanyUUID, SystemID: c.SystemID,
		Tokens: tokens, DocumentFormat: c.DocumentFormat, PageSize: c.PageSize, BatchSize: c.AcknowledgeBatch, ConfirmBatch: c.ConfirmBatch,
		Timeout: c.Timeout, AfterTimeout: c.WaitAfterTimeout, MaxWait: interval(c.MaxWait), MaxInFlight: c.Concurrency, MinInterval: interval(c.Interval), MaxDocument: int64(cfg.Limits.DocumentMiB) << 20,
		Waiting: func(why error, wait time.Duration) { a.remark("%v; next try in %s", why, wait.Round(time.Second)) },
		Now:     a.now, Log: log, UserAgent: "fisbridge/" + thisVersion().Version,
	})
}

// login is the stored login, read without any secret (its tokens stay sealed) and without a call.
func (w *workspace) login(ctx context.Context, a *app) (concur.Status, error) {
	r, err := w.j.Token(ctx, w.cfg.Concur.CompanyUUID)
	if err != nil && !errors.Is(err, journal.ErrNotFound) {
		return concur.Status{}, fmt.Errorf("read the login: %w", err)
	}
	return concur.StatusOf(concur.Token{Refresh: r.Refresh, Geolocation: r.Geolocation, Scope: r.Scope, AccessExpires: r.AccessExpires, RefreshObtained: r.RefreshObtained}, a.now()), nil
}

// interval is a setting as the client takes it: no time at all is a negative one, for there zero means the default.
func interval(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}
