package frame

import (
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Own is a sentence of the engine in the reader's language; a string is one in English.
type Own string

// own says in which language a sentence is.
func own(said string, is bool) any {
	if is {
		return Own(said)
	}
	return said
}

// Says is a sentence of the engine: Own, or English where there is no text for it.
func (q *Req) Says(t say.Text) any {
	said, whole := q.Say(t)
	return own(said, whole || said != t.String())
}

// EventName is what an event of the history was; Happened tells it with its facts, and what it was about.
func (q *Req) EventName(e desk.Event) any { return q.Says(narrate.Name(e)) }
func (q *Req) Happened(e desk.Event, about say.Text) any {
	return q.Says(narrate.Event(e, about, false))
}

// Details are the facts of an event.
func (q *Req) Details(e desk.Event) any { return q.Says(narrate.Facts(e, "", false)) }

// Is says what a reason is, WayOut what to do about it.
func (q *Req) Is(r why.Reason) any {
	is, _, whole := q.Reason(r)
	return own(is, whole || is != r.Text())
}

// WayOut says what to do about a reason.
func (q *Req) WayOut(r why.Reason) any {
	_, way, whole := q.Reason(r)
	return own(way, whole || way != r.Way())
}

// Refusal is the words of a refused act: what it is, and the way out.
func (q *Req) Refusal(e *desk.Error) (is, way any) {
	switch {
	case e.Why != nil && e.Why.Code != desk.CodeMoved:
		return q.Is(e.Why.Reason()), q.WayOut(e.Why.Reason())
	case e.Err == nil:
		return nil, q.Says(e.Hint)
	}
	return q.Says(saidOf(e.Err)), q.Says(e.Hint)
}

// saidOf is the sentence of an error; what several say stands on one line.
func saidOf(err error) say.Text {
	if t := say.Of(err); !t.IsPlain() {
		return t
	}
	return say.Plain(wording.Error(err))
}

// AboutOf is what an event was about, where the page's subject knows it.
func (v view) AboutOf(e desk.Event) say.Text {
	if d, knows := v.Data.(interface{ About(e desk.Event) say.Text }); knows {
		return d.About(e)
	}
	return ""
}
