package evidence

import (
	"strconv"
	"strings"
)

// hidden puts numbers in the place of people where a pack holds ids only.
type hidden struct {
	on    bool
	names map[string]string
	next  int
}

func hiding(o Options) *hidden {
	h := &hidden{on: o.IDsOnly, names: map[string]string{}}
	for _, p := range o.People.List {
		h.names[strings.ToLower(p.Name)] = "person " + strconv.FormatInt(p.ID, 10)
	}
	return h
}

// name is the number of a person by the name that he types: that of his account, or one that the pack gives.
func (h *hidden) name(name string) string {
	if !h.on || name == "" {
		return name
	}
	key := strings.ToLower(strings.TrimSpace(name))
	if h.names[key] == "" {
		h.next++
		h.names[key] = "user " + strconv.Itoa(h.next)
	}
	return h.names[key]
}

// actor is who acted, as the history names him: "fisbridge console by mira (password, session 1f2e…)".
func (h *hidden) actor(actor string) string {
	if !h.on {
		return actor
	}
	what, who, found := strings.Cut(actor, " by ")
	if !found {
		return h.name(actor)
	}
	who, _, _ = strings.Cut(who, " (")
	return what + " by " + h.name(who)
}

// text is a text that may hold names.
func (h *hidden) text(s string) string {
	if h.on {
		return ""
	}
	return s
}
