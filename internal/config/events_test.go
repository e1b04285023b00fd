package config

import (
	"strings"
	"testing"
)

// A receiver that the network can reach without a certificate is refused, and so is what contradicts itself.
func TestEvents(t *testing.T) {
	for events, want := range map[string]string{
		"{ listen: 127.0.0.1:8443 }":                                               "",
		"{ listen: \"[::1]:0\", path: /x }":                                        "",
		"{ listen: 0.0.0.0:443, certificate: c.pem, key: k.pem }":                  "",
		"{ listen: 0.0.0.0:8443 }":                                                 "open to the network without a certificate",
		"{ listen: \":8443\" }":                                                    "open to the network without a certificate",
		"{ listen: 8443 }":                                                         "is not an address",
		"{ path: /x }":                                                             "events.listen",
		"{ listen: 127.0.0.1:1, path: x }":                                         "is not a path",
		"{ listen: 127.0.0.1:1, certificate: c.pem }":                              "goes with events.key",
		"{ listen: 127.0.0.1:1, client_ca: c.pem }":                                "events.client_ca",
		"{ listen: 127.0.0.1:1, certificate: c, key: k, sender_header: X-Client }": "is for a proxy",
		"{ listen: 127.0.0.1:1, per_minute: 0 }":                                   "events.per_minute",
		"{ listen: 127.0.0.1:1, gather: 2h }":                                      "events.gather",
		"{ listen: 127.0.0.1:1, sender: \"\" }":                                    "events.sender",
	} {
		_, err := parse(t, strings.ReplaceAll(minimal, "journal:", "events: "+events+"\njournal:"))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", events, err, want)
		}
	}
}
