package config

import "net"

// Metrics is where `watch` and `serve` answer the questions of machines: Prometheus and probes. It sleeps where Listen
// is empty.
type Metrics struct {
	// Listen is host:port. It is plain HTTP without a sign-in: counts, states and times are told, and no document,
	// person or amount.
	Listen string `yaml:"listen"`
}

func (v *validation) metrics() {
	m := v.Metrics
	if m.Listen == "" {
		return
	}
	if _, port, err := net.SplitHostPort(m.Listen); err != nil || port == "" {
		v.add("metrics.listen", m.Listen, "is not an address", "write host:port, such as 127.0.0.1:9464")
	}
	for field, taken := range map[string]string{"console.listen": v.Console.Listen, "events.listen": v.Events.Listen} {
		if m.Listen == taken {
			v.add("metrics.listen", m.Listen, "is the address of "+field, "give it a port of its own, such as 127.0.0.1:9464")
		}
	}
}
