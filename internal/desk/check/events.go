package check

import (
	"strings"

	"github.com/fisbridge/fisbridge/internal/events"
	"github.com/fisbridge/fisbridge/internal/say"
)

// events looks at the receiver of events: whether its certificate can be used, and who may speak to it.
func (c *checker) events() {
	e := c.cfg.Events
	if e.Listen == "" {
		return
	}
	if e.Certificate != "" {
		o := events.Options{Certificate: c.cfg.Path(e.Certificate), Key: c.cfg.Path(e.Key)}
		if e.ClientCA != "" {
			o.ClientCA = c.cfg.Path(e.ClientCA)
		}
		if err := o.Check(); err != nil {
			c.add(Problem, "events", told(strings.TrimPrefix(err.Error(), "receive events: ")), "watch cannot begin without it")
			return
		}
		c.exposed("events.key", o.Key)
	} else if e.SenderHeader == "" {
		c.add(Warning, "events", say.F("whoever reaches %s may send events: each has Concur asked, and stands in the report", e.Listen),
			"have the proxy check the service's certificate and write its subject into a header: events.sender_header")
		return
	}
	c.add(Fine, "events", say.F("watch receives events at %s from %s", e.Listen, e.Sender), "")
}
