package concur

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// places decides which base addresses a token may send us to: https under the configured domains, and plain http only from a
// loopback address to a loopback address.
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

// check returns the base address behind raw, or an error that says why it is refused. An empty raw is the configured base.
func (p places) check(raw string) (*url.URL, error) {
	if raw == "" {
		return p.base, nil
	}
	u, err := parseBase(raw)
	if err != nil {
		return nil, fmt.Errorf("geolocation: %w", err)
	}
	if loopback(u) {
		if !loopback(p.base) {
			return nil, fmt.Errorf("geolocation %s is refused: it is on this machine and the base url is not", u)
		}
		return u, nil
	}
	if u.Scheme != "https" {
		return nil, fmt.Errorf("geolocation %s is refused: https is required", u)
	}
	if strings.EqualFold(u.Host, p.base.Host) {
		return u, nil
	}
	host := strings.ToLower(u.Hostname())
	for _, d := range p.domains {
		d = strings.ToLower(strings.Trim(d, "."))
		if d != "" && (host == d || strings.HasSuffix(host, "."+d)) {
			return u, nil
		}
	}
	return nil, fmt.Errorf("geolocation %s is refused: its domain is none of %s (add it to the allowed domains if it is the vendor's)",
		u, strings.Join(p.domains, ", "))
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
