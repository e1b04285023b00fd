package bridge

import (
	"os"
	"path"
	"slices"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/ownfile"
	"github.com/fisbridge/fisbridge/internal/returns"
)

// inbox is one return folder with the routes that share it. The target takes what any of them takes; each route says
// for itself what is its own.
type inbox struct {
	exchange.Returns
	key    string
	target exchange.Target
	routes []*route
	wants  []exchange.Target // of each route
	odds   []exchange.Oddity // what this pass cannot take, beside what the folder's list tells
}

// subject names a file of the folder in an alarm.
func (in *inbox) subject(name string) string { return name + " in " + in.key }

// odd notes a file that is not taken as it is, with the way out.
func (in *inbox) odd(name, reason, hint string) {
	in.odds = append(in.odds, exchange.Oddity{Name: name, Reason: reason, Hint: hint})
}

// inboxes groups the usable routes by their return folder, whatever the targets call it, in the order of the
// configuration.
func (b *Bridge) inboxes() ([]*inbox, error) {
	var out []*inbox
	for _, r := range b.usable() {
		if !r.Returns.Given() {
			continue
		}
		t, err := b.cfg.ReturnsFrom(r.Route)
		if err != nil {
			return nil, err
		}
		key := r.Returns.Target + ":" + path.Clean("/" + r.Returns.Folder)[1:]
		at := slices.IndexFunc(out, func(in *inbox) bool { return exchange.SamePlace(in.target, t) })
		if at < 0 {
			at = len(out)
			out = append(out, &inbox{key: key, target: t})
		}
		in := out[at]
		in.share(r, t)
	}
	return out, nil
}

// share adds a route to those of the folder: its files are taken too, and the more patient of the routes decides when
// files stand still.
func (in *inbox) share(r *route, t exchange.Target) {
	in.routes, in.wants = append(in.routes, r), append(in.wants, t)
	all := len(in.target.Match) == 0 || len(t.Match) == 0
	if in.target.Match = append(slices.Clip(in.target.Match), t.Match...); all {
		in.target.Match = nil
	}
	in.target.Ignore = slices.DeleteFunc(slices.Clone(in.target.Ignore),
		func(p string) bool { return !slices.Contains(t.Ignore, p) })
	in.target.MinAge, in.target.LookInterval = max(in.target.MinAge, t.MinAge),
		max(in.target.LookInterval, t.LookInterval)
}

// format finds the route and format that a file name belongs to.
func (in *inbox) format(name string) (*route, *returns.Format) {
	for i, r := range in.routes {
		if !in.wants[i].Wants(name) {
			continue
		}
		for _, f := range r.formats {
			if f.Matches(r.plainName(name)) {
				return r, f
			}
		}
	}
	return nil, nil
}

// createTemp makes a file in the folder for temporary files; what is its subject.
func (b *Bridge) createTemp(what string) (*os.File, error) {
	return ownfile.Scratch(b.temp, "fisbridge-"+what+"-*")
}
