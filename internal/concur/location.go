package concur

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
)

// places decides which base addresses a token may send us to: https under the configured domains, and plain http only
// from a loopback address to a loopback address.
type places struct {
	base    *url.URL
	domains []string
}

func newPlaces(base string, domains []string) (places, error) {
	p := places{domains: domains}
	u, err := parseBase(base)
	if err != nil {
		return p, fmt.Errorf("base url: %w", err)
	}
	if u.Scheme != "https" && !loopback(u) {
		return p, fmt.Errorf("base url %s: https is required, http is for loopback addresses only", u)
	}
	p.base = u
	return p, nil
}

// check returns the base address behind raw, or an error that says why it is refused. An empty raw is the configured
// base.
func (p places) check(raw string) (*url.URL, error) {
	if raw == "" {
		return p.base, nil
	}
	u, err := parseBase(raw)
	if err != nil {
		return nil, fmt.Errorf("geolocation: %w", err)
	}
	switch why := p.refuses(u, p.domains); {
	case why == "":
		return u, nil
	case why == otherDomain:
		return nil, fmt.Errorf("geolocation %s is refused: its domain is none of %s (add it to the allowed domains if it is the vendor's)",
			u, strings.Join(p.domains, ", "))
	default:
		return nil, fmt.Errorf("geolocation %s is refused: %s", u, why)
	}
}

const otherDomain = "its domain is another one"

// refuses says why we do not go to an address; empty: we do.
func (p places) refuses(u *url.URL, domains []string) string {
	switch {
	case loopback(u) && !loopback(p.base):
		return "it is on this machine and the base url is not"
	case loopback(u):
		return ""
	case u.Scheme != "https":
		return "https is required"
	case strings.EqualFold(u.Host, p.base.Host):
		return ""
	}
	host := strings.ToLower(u.Hostname())
	for _, d := range domains {
		d = strings.ToLower(strings.Trim(d, "."))
		if d != "" && (host == d || strings.HasSuffix(host, "."+d)) {
			return ""
		}
	}
	return otherDomain
}

// ofReceipts returns the address of an image, or an error that says why it is refused. The address itself is a secret:
// the error names its host only.
func (p places) ofReceipts(raw string, more []string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return nil, errors.New("what Concur names is no address")
	}
	domains := slices.Concat(p.domains, more)
	switch why := p.refuses(u, domains); {
	case why == "":
		return u, nil
	case why == otherDomain:
		return nil, fmt.Errorf("the image lies at %s, which is none of %s", clipID(u.Hostname()), strings.Join(domains, ", "))
	default:
		return nil, fmt.Errorf("the image lies at %s, where nothing is fetched: %s", clipID(u.Hostname()), why)
	}
}

func parseBase(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(raw), "/"))
	if err != nil {
		return nil, fmt.Errorf("%q is not an address", clipID(raw))
	}
	if u.Scheme == "" && u.Host == "" && strings.HasSuffix(u.Path, ".com") && !strings.Contains(u.Path, "/") {
		return parseBase("https://" + u.Path)
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%q is not a base address (https://host)", clipID(raw))
	}
	return u, nil
}

func loopback(u *url.URL) bool {
	host := u.Hostname()
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
