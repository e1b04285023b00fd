package check

import (
	"context"
	"path/filepath"

	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/say"
)

// journalFolder is the folder of a journal that is a file; empty: it is in a server.
func (c *checker) journalFolder() string {
	if at := desk.JournalPlace(c.cfg); !at.Served() {
		return filepath.Dir(at.Path)
	}
	return ""
}

// server looks whether the server of a journal answers, is new enough and gives the rights that runs need; true: it does.
func (c *checker) server(ctx context.Context, at journal.Place) bool {
	const place = "journal.url"
	s, err := at.Probe(ctx)
	if err != nil {
		c.unread = true
		c.add(Problem, place, say.Of(err), told(desk.JournalHint(err)))
		return false
	}
	tls := say.Text("without TLS")
	if s.TLS {
		tls = "with TLS"
	}
	c.add(Fine, place, say.F("%s answers: PostgreSQL %s, %s", s.Name, s.Version, tls), "")
	for _, missing := range s.Missing {
		c.unread = true
		c.add(Problem, place, told(missing.What), told(missing.Way))
	}
	return len(s.Missing) == 0
}
