package pages

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/fisbridge/fisbridge/internal/desk/narrate"
	"github.com/fisbridge/fisbridge/internal/desk/reading"
	"github.com/fisbridge/fisbridge/internal/web/frame"
)

// How often a live page is told, how long a stream lasts at most, and how many there may be.
const (
	beat       = 500 * time.Millisecond
	comment    = 15 * time.Second
	streamEnds = 30 * time.Minute
	mostOpen   = 200
	perSession = 2
	askAgain   = 4 // beats until it is asked again whether the stream may go on
)

// streams counts the open ones, by session.
type streams struct {
	mu   sync.Mutex
	all  int
	mine map[string]int
}

func (s *streams) enter(who string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= mostOpen || s.mine[who] >= perSession {
		return false
	}
	if s.mine == nil {
		s.mine = map[string]int{}
	}
	s.all++
	s.mine[who]++
	return true
}

func (s *streams) leave(who string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.mine[who]--; s.mine[who] == 0 {
		delete(s.mine, who)
	}
}

// Events gives the handler of live runs. Each row of the history has its number as the event's id, so that a browser
// that lost its stream goes on without a gap.
func Events() frame.Handler {
	open := &streams{}
	return func(q *frame.Req) (frame.Answer, error) {
		after, err := strconv.ParseInt(q.R.Header.Get("Last-Event-ID"), 10, 64)
		if err != nil {
			after, _ = strconv.ParseInt(q.Value("after"), 10, 64)
		}
		if !open.enter(q.Who.ID) {
			return nil, &frame.Fault{Status: http.StatusTooManyRequests, Code: "wait"}
		}
		return frame.Raw(func(w http.ResponseWriter) error {
			defer open.leave(q.Who.ID)
			return stream(q, w, after)
		}), nil
	}
}

// stream tells what goes on until the run ends.
func stream(q *frame.Req, w http.ResponseWriter, after int64) error {
	w.Header().Set("Content-Type", "text/event-stream")
	control := http.NewResponseController(w)
	_ = control.SetWriteDeadline(time.Time{}) // the stream lasts longer than a page
	out := &events{w: w}
	out.raw("retry: 3000\n\n")
	said, last, end := map[string]string{}, time.Now(), time.Now().Add(streamEnds)
	for beats := 0; out.err == nil && time.Now().Before(end); beats++ {
		if beats%askAgain == askAgain-1 { // whose session or role has ended, or whose company is served no more, sees nothing more
			if still, err := q.Still(); err != nil || !still {
				return err
			}
		}
		going := q.Co.Live.Going()
		var err error
		if after, err = tellRows(q, out, after, !going); err != nil {
			return err
		}
		for _, s := range stepsOf(q) {
			tellStep(q, out, said, s)
		}
		if !going {
			out.event(after, "end", map[string]string{"state": "done"})
			break
		}
		if time.Since(last) > comment {
			out.raw(": here\n\n")
			last = time.Now()
		}
		if err := control.Flush(); err != nil {
			return nil //nolint:nilerr // whoever asked is gone
		}
		select {
		case <-q.Ctx().Done():
			return nil
		case <-q.App.Life.Done():
			return nil
		case <-time.After(beat):
		}
	}
	_ = control.Flush() // whoever asked may be gone
	return nil
}

// events writes server-sent events.
type events struct {
	w   http.ResponseWriter
	err error
}

func (e *events) raw(text string) {
	if e.err == nil {
		_, e.err = e.w.Write([]byte(text))
	}
}

func (e *events) event(id int64, name string, data any) {
	b, err := json.Marshal(data)
	if err != nil {
		e.err = err
		return
	}
	if id > 0 {
		e.raw(fmt.Sprintf("id: %d\n", id))
	}
	e.raw("event: " + name + "\ndata: " + string(b) + "\n\n")
}

// rowsAtOnce is how many rows of the history are told at once.
const rowsAtOnce = 50

// tellRows tells new rows of the history; all of them when the run is over, for the stream ends then.
func tellRows(q *frame.Req, out *events, after int64, all bool) (int64, error) {
	for out.err == nil {
		last, n, err := tellSome(q, out, after)
		if err != nil || !all || n < rowsAtOnce {
			return last, err
		}
		after = last
	}
	return after, nil
}

func tellSome(q *frame.Req, out *events, after int64) (last int64, n int, err error) {
	rows, err := reading.History(q.Ctx(), q.Co.Desk, reading.Happened{After: max(after, 1), Limit: rowsAtOnce})
	if err != nil {
		return after, 0, err
	}
	for _, e := range rows {
		at, err := time.Parse(time.RFC3339Nano, e.At)
		if err != nil {
			return after, 0, err
		}
		detail := ""
		what, _ := q.Say(narrate.Name(e))
		if q.Persons() {
			detail, _ = q.Say(narrate.Facts(e, "", false))
		}
		out.event(e.Seq, "line", map[string]string{"time": q.Second(at.In(q.Zone)), "what": what, "about": q.ShortID(e.DocID), "detail": detail})
		after = e.Seq
	}
	return after, len(rows), nil
}

func tellStep(q *frame.Req, out *events, said map[string]string, s stepRow) {
	now := s.State + s.Done + s.Time
	if said[s.Name] == now {
		return
	}
	said[s.Name] = now
	out.event(0, "step", map[string]any{"step": s.Name, "state": q.T("state." + s.State), "done": s.Done, "time": s.Time, "n": s.N, "total": s.Total})
}
