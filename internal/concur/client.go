package concur

import (
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"sync"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// Client speaks with the service for one company. Its methods may be called at once from several goroutines; the limits
// of the configuration hold for all of them together.
type Client struct {
	cfg      Config
	http     *http.Client
	places   places
	tokens   *tokens
	gate     *gate
	notices  *notices
	patience *patience

	mu    sync.Mutex
	walks map[*walk]fis.DocType
}

// New checks the configuration and makes a client. It makes no call.
func New(cfg Config) (*Client, error) {
	var err error
	if cfg.clientSecret, err = cfg.ClientSecret.Reveal(); err != nil {
		return nil, fmt.Errorf("concur client: client secret: %w", err)
	}
	if err := cfg.validate(); err != nil {
		return nil, fmt.Errorf("concur client: %w", err)
	}
	cfg = cfg.withDefaults()
	where, err := newPlaces(cfg.BaseURL, cfg.Domains)
	if err != nil {
		return nil, fmt.Errorf("concur client: %w", err)
	}
	if cfg.Owner == "" {
		host, _ := os.Hostname()
		cfg.Owner = fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text()[:8])
	}
	if cfg.Transport == nil {
		cfg.Transport = ownTransport(cfg.MaxInFlight)
	}
	c := &Client{cfg: cfg, places: where, walks: map[*walk]fis.DocType{}}
	c.http = &http.Client{Transport: cfg.Transport, CheckRedirect: noRedirect}
	c.gate = newGate(&c.cfg)
	c.patience = &patience{most: cfg.MaxWait, left: cfg.MaxWait}
	c.notices = &notices{log: cfg.Log, now: cfg.Now}
	c.tokens = &tokens{cfg: &c.cfg, http: c.http, places: where, busy: make(chan struct{}, 1)}
	return c, nil
}

// Close ends idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

func ownTransport(inFlight int) http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = inFlight + 1
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	return t
}
