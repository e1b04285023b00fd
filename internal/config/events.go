package config

import (
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// Events is the receiver of what Concur's event service says, in `watch`. It sleeps where Listen is empty.
type Events struct {
	// Listen is host:port. Without a certificate it must be an address of this machine alone: a proxy is in front of
	// it.
	Listen string `yaml:"listen"`
	// Path is where events are posted.
	Path string `yaml:"path"`
	// Certificate and Key are files of the receiver's own certificate. ClientCA is a file of the authorities that sign
	// the service's certificate; those of the machine where it is empty.
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
	ClientCA    string `yaml:"client_ca"`
	// Sender is the common name of the certificate by which the service calls; SenderHeader the header in which a proxy
	// writes its subject.
	Sender       string `yaml:"sender"`
	SenderHeader string `yaml:"sender_header"`
	// Subscription is the id under which events are subscribed to, Endpoint the public address at which Concur delivers
	// them; see `auth events`.
	Subscription string `yaml:"subscription"`
	Endpoint     string `yaml:"endpoint"`
	// PerMinute bounds the calls. Gather is how long is waited for more events before Concur is asked.
	PerMinute int      `yaml:"per_minute"`
	Gather    Duration `yaml:"gather"`
}

// Sender of the vendor's events, as its documentation names it.
const eventSender = "webhook.api.concursolutions.com"

func defaultEvents() Events {
	return Events{Path: "/events", Sender: eventSender, PerMinute: 600, Gather: 5 * time.Second}
}

func (v *validation) events() {
	e := v.Events
	v.subscription(e)
	e.Subscription, e.Endpoint = "", "" // whoever subscribes need not be who listens
	if e.Listen == "" {
		if e != defaultEvents() {
			v.add("events.listen", "", "is missing", "the address at which watch receives events, such as 127.0.0.1:8443")
		}
		return
	}
	host, port, err := net.SplitHostPort(e.Listen)
	if err != nil || port == "" {
		v.add("events.listen", e.Listen, "is not an address", "write host:port, such as 127.0.0.1:8443")
	} else if e.Certificate == "" && !loopback(host) {
		v.add("events.listen", e.Listen, "is open to the network without a certificate",
			"let a proxy take the calls and listen at 127.0.0.1, or name events.certificate and events.key")
	}
	if !strings.HasPrefix(e.Path, "/") || strings.ContainsAny(e.Path, "?#% ") {
		v.add("events.path", e.Path, "is not a path", "write one such as /events")
	}
	if (e.Certificate == "") != (e.Key == "") {
		v.add("events.certificate", e.Certificate, "goes with events.key", "name both, or none")
	}
	if e.ClientCA != "" && e.Certificate == "" {
		v.add("events.client_ca", e.ClientCA, "is for a receiver with a certificate of its own", "name events.certificate and events.key")
	}
	if e.SenderHeader != "" && e.Certificate != "" {
		v.add("events.sender_header", e.SenderHeader, "is for a proxy, and the receiver takes the calls itself", "leave it out")
	}
	v.required("events.sender", e.Sender, "the common name of the certificate by which Concur calls")
	v.between("events.per_minute", e.PerMinute, 1, 100_000)
	if e.Gather < 0 || time.Duration(e.Gather) > time.Hour {
		v.add("events.gather", e.Gather.String(), "is outside 0 to 1h", "")
	}
}

// idOfSubscription is what an id may be made of, in an address too.
var idOfSubscription = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

func (v *validation) subscription(e Events) {
	if e.Subscription != "" && (!idOfSubscription.MatchString(e.Subscription) || e.Subscription == "webhook") {
		v.add("events.subscription", e.Subscription, "is no id of a subscription", "letters, digits, - and _; one that nobody else in the world has")
	}
	if e.Endpoint == "" {
		return
	}
	u, err := url.Parse(e.Endpoint)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && !(u.Scheme == "http" && loopback(u.Hostname())) {
		v.add("events.endpoint", "", "is no https address", "the public address of the receiver, such as https://events.example.com/events")
	}
}
