package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/fisbridge/fisbridge/internal/bridge/logins"
	"github.com/fisbridge/fisbridge/internal/concur"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/secret"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Client is the FIS client of a working folder; its token lives in the journal. patient: it waits for a service that is
// not ready, and says so; what a person waits for tells the failure at once.
func (w *Workspace) Client(patient bool) (*concur.Client, error) {
	return w.clientWith(logins.Tokens(w.Journal, w.Config.Concur.CompanyUUID, TokenKeys(w.Config)), patient)
}

func (w *Workspace) clientWith(tokens concur.TokenStore, patient bool) (*concur.Client, error) {
	cfg, c := w.Config, w.Config.Concur
	if !patient {
		c.MaxWait = 0
	}
	if _, err := cfg.Reveal(c.ClientSecret); err != nil {
		return nil, Invalid(fmt.Errorf("concur.client_secret: %w", err), "set it for the account that runs fisbridge")
	}
	return concur.New(concur.Config{
		BaseURL: c.BaseURL, Domains: c.AllowedDomains, ReceiptDomains: cfg.Receipts.Domains, ClientID: c.ClientID, ClientSecret: c.ClientSecret.In(cfg.Path), CompanyUUID: c.CompanyUUID, SystemID: c.SystemID,
		Tokens: tokens, DocumentFormat: c.DocumentFormat, PageSize: c.PageSize, BatchSize: c.AcknowledgeBatch, ConfirmBatch: c.ConfirmBatch,
		Timeout: c.Timeout, AfterTimeout: c.WaitAfterTimeout, MaxWait: interval(c.MaxWait), MaxInFlight: c.Concurrency, MinInterval: interval(c.Interval), MaxDocument: int64(cfg.Limits.DocumentMiB) << 20,
		Waiting: func(why error, wait time.Duration) {
			w.remark("%s; next try in %s", wording.Error(why), wait.Round(time.Second))
		},
		Observed: w.place.Calls,
		Now:      w.place.Now, Log: w.log, UserAgent: w.place.Agent,
	})
}

// remark tells who waits what happens.
func (w *Workspace) remark(format string, args ...any) {
	if w.place.Remark != nil {
		w.place.Remark(fmt.Sprintf(format, args...))
	}
}

// LogIn trades a company request token for a lasting login, which the journal keeps sealed. The token is fetched when
// everything else is in place, and not stored.
func (w *Workspace) LogIn(ctx context.Context, requestToken secret.Secret) (concur.Status, error) {
	client, err := w.clientWith(logins.LoginTokens(w.Journal, w.Config.Concur.CompanyUUID, TokenKeys(w.Config)), false)
	if err != nil {
		return concur.Status{}, err
	}
	defer client.Close()
	token, err := requestToken.Reveal()
	if err != nil {
		return concur.Status{}, err
	}
	return client.Login(ctx, token)
}

// Login is the stored login, read without any secret (its tokens stay sealed) and without a call.
func (w *Workspace) Login(ctx context.Context) (concur.Status, error) {
	r, err := w.Journal.Token(ctx, w.Config.Concur.CompanyUUID)
	if err != nil && !errors.Is(err, ledger.ErrNotFound) {
		return concur.Status{}, fmt.Errorf("read the login: %w", err)
	}
	s := concur.StatusOf(concur.Token{Refresh: r.Refresh, Geolocation: r.Geolocation, Scope: r.Scope, AccessExpires: r.AccessExpires, RefreshObtained: r.RefreshObtained}, w.now())
	runs, err := w.Journal.RunsBegun(ctx, time.Time{}, time.Time{}, runsBeside)
	for _, run := range runs {
		if run.Ended.IsZero() {
			continue // it goes on, or was killed
		}
		told, err := summaryOf(run)
		if err == nil && told.LoginRefused != "" && run.Started.After(s.RefreshIssued) {
			s = s.WithRefusal(run.Started, told.LoginRefused)
		}
		if told.LoginRefused == "" && run.Exit == ExitFailed {
			continue // Concur may not have been reached: what the run before was told still holds
		}
		break
	}
	return s, err
}

// runsBeside is how many runs may have begun since the last one that ended.
const runsBeside = 5

// interval is a setting as the client takes it: no time at all is a negative one, for there zero means the default.
func interval(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}
