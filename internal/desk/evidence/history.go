package evidence

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
)

// people writes who may act, and the history of sign-ins and roles in the time of the pack.
func (m *maker) people(context.Context) error {
	_, err := m.file(peopleName, func(out io.Writer) error {
		t, err := newTable(out, "number", "name", "shown", "machine", "roles", "since", "ended")
		if err != nil {
			return err
		}
		for _, p := range m.o.People.List {
			if err := t.row(num(p.ID), m.hide.name(p.Name), m.hide.text(p.Shown), strconv.FormatBool(p.Machine), strings.Join(p.Roles, " "), stamp(p.Made), stamp(p.Ended)); err != nil {
				return err
			}
		}
		return t.end()
	})
	if err != nil {
		return err
	}
	_, err = m.file(signInsName, func(out io.Writer) error {
		t, err := newTable(out, "row", "at", "event", "who", "about", "detail", "hash")
		if err != nil {
			return err
		}
		for _, r := range m.o.People.History {
			if r.At.Before(m.o.Since) || !m.o.Until.IsZero() && !r.At.Before(m.o.Until) {
				continue
			}
			if err := t.row(num(r.Seq), stamp(r.At), r.Event, m.hide.name(r.Who), m.hide.name(r.About), m.hide.text(r.Detail), r.Hash); err != nil {
				return err
			}
		}
		return t.end()
	})
	return err
}

// hiddenRow is a row of the history with ids only.
type hiddenRow struct {
	Seq      int64  `json:"seq"`
	At       string `json:"at"`
	Event    string `json:"event"`
	DocID    string `json:"doc_id,omitempty"`
	FileID   int64  `json:"file_id,omitempty"`
	ResultID int64  `json:"result_id,omitempty"`
	Actor    string `json:"actor"`
	Before   string `json:"before"`
	Hash     string `json:"hash"`
}

// history writes the rows of the pack's time, and later ones about its documents, one a line, each with the hash of the
// row before it. What a pack of one route or of named documents holds is about them alone.
func (m *maker) history(ctx context.Context) error {
	_, err := m.file(historyName, func(out io.Writer) error {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		return m.w.Journal.EachLink(ctx, m.o.Since, func(l ledger.Link) error {
			if !m.tells(l.Event) {
				return nil
			}
			m.shown.happened(l.Event)
			if !m.o.IDsOnly {
				return e.Encode(l)
			}
			return e.Encode(hiddenRow{l.Seq, l.At, l.Event.Event, l.DocID, l.FileID, l.ResultID, m.hide.actor(l.Actor), l.Before, l.Hash})
		})
	})
	return err
}

// tells: the row belongs into the pack.
func (m *maker) tells(e ledger.Event) bool {
	_, file := m.files[e.FileID]
	switch {
	case m.docs[e.DocID]:
		return true
	case !m.o.Until.IsZero() && !ledger.Time(e.At).Before(m.o.Until):
		return false
	case m.o.whole():
		return true
	case e.DocID != "":
		return false
	}
	return file || m.results[e.ResultID]
}
