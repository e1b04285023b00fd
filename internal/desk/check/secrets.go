package check

import (
	"time"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/exchange/seal"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// secrets looks whether every secret is to be had; their values are not shown.
func (c *checker) secrets() {
	c.secret("concur.client_secret", c.cfg.Concur.ClientSecret)
	m := c.cfg.Notify.Mail
	c.secret("notify.mail.password", m.Password)
	c.secret("notify.mail.oauth.client_secret", m.OAuth.ClientSecret)
	c.secret("notify.mail.oauth.refresh_token", m.OAuth.RefreshToken)
	for _, name := range sortedNames(c.cfg.Notify.Webhooks) {
		c.secret("notify.webhooks."+name+".url", c.cfg.Notify.Webhooks[name].URL)
		c.secret("notify.webhooks."+name+".secret", c.cfg.Notify.Webhooks[name].Secret)
	}
	c.secret("notify.heartbeat.url", c.cfg.Notify.Heartbeat.URL)
	for _, name := range sortedNames(c.cfg.Targets) {
		c.secret("targets."+name+".password", c.cfg.Targets[name].Password)
		c.secret("targets."+name+".key_passphrase", c.cfg.Targets[name].KeyPassphrase)
		c.secret("targets."+name+".proxy_password", c.cfg.Targets[name].ProxyPassword)
	}
}

func (c *checker) secret(place string, s secret.Secret) {
	if !s.Given() {
		return
	}
	if _, err := c.cfg.Reveal(s); err != nil {
		c.add(Problem, place, say.Of(err), "set it for the account that runs fisbridge")
		return
	}
	c.add(Fine, place, say.F("found in %s", s.Place()), "")
	if path, is := s.File(); is {
		c.exposed(place, c.cfg.Path(path))
	}
}

// soon is how long before its end a key is told of.
const soon = 30 * 24 * time.Hour

// keys looks whether import files can be sealed and result files be opened, and how long the keys last.
func (c *checker) keys() {
	now := c.place.Now()
	seen := map[string]bool{}
	for _, r := range c.cfg.Routes {
		if how, sealed := c.cfg.Sealing(r); sealed && !seen["seal "+r.Drop.Target] {
			place := "targets." + r.Drop.Target + ".seal"
			seen["seal "+r.Drop.Target] = true
			c.secret(place+".passphrase", c.cfg.Targets[r.Drop.Target].Seal.Passphrase)
			s, err := how.Load(now)
			if c.keysLoaded(place, how.Sign, err) {
				c.endings(place, s.Endings(now), now)
			}
		}
		if how, sealed := c.cfg.Opening(r); sealed && !seen["open "+r.Returns.Target] {
			place := "targets." + r.Returns.Target + ".open"
			seen["open "+r.Returns.Target] = true
			c.secret(place+".passphrase", c.cfg.Targets[r.Returns.Target].Open.Passphrase)
			o, err := how.Load()
			if c.keysLoaded(place, how.Key, err) {
				c.endings(place, o.Endings(now), now)
			}
		}
	}
}

func (c *checker) keysLoaded(place, secretKey string, err error) bool {
	if err != nil {
		c.add(Problem, place, say.Of(err), told(exchange.Hint(err)))
		return false
	}
	c.add(Fine, place, "all keys can be used", "")
	if secretKey != "" {
		c.exposed(place, secretKey)
	}
	return true
}

func (c *checker) endings(place string, ends []seal.Ending, now time.Time) {
	for _, e := range ends {
		day := e.Until.Format(time.DateOnly)
		switch {
		case !now.Before(e.Until):
			c.add(Problem, place, say.F("%s (%s) expired on %s", e.Key, e.File, day), "put the prolonged or the new key in its place")
		case e.Until.Sub(now) < soon:
			c.add(Warning, place, say.F("%s (%s) expires on %s", e.Key, e.File, day), "prolong it, or agree on a new one with the partner, in time")
		default:
			c.add(Fine, place, say.F("%s lasts until %s", e.Key, day), "")
		}
	}
}
