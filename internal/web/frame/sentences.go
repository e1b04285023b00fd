package frame

import (
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
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
		return nil, e.Hint
	}
	return q.Says(say.Of(e.Err)), e.Hint
}
