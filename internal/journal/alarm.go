package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/why"
)

// alarm opens an alarm. One that is open already for the same kind and subject stays beside it, for it says something else: each is looked at and
// resolved for itself. Only the same words again are no second alarm.
func (t *tx) alarm(kind, subject string, r why.Reason) error {
	n, err := t.Exec(`UPDATE alarms SET remedy = $1, why = $2 WHERE kind = $3 AND subject = $4 AND message = $5 AND resolved_at = ''`, r.Way(), r.Stored(), kind, subject, r.Text())
	if err != nil || n > 0 {
		return err
	}
	return t.openAlarm(kind, subject, r)
}

// standing tells of a state that lasts, such as a route that cannot be used: its alarm is one, and takes the newer words.
func (t *tx) standing(kind, subject string, r why.Reason) error {
	message, remedy := r.Text(), r.Way()
	var id int64
	var said, way string
	err := t.QueryRowContext(t.Ctx, `SELECT id, message, remedy FROM alarms WHERE kind = $1 AND subject = $2 AND resolved_at = ''`, kind, subject).Scan(&id, &said, &way)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return t.openAlarm(kind, subject, r)
	case err != nil || said == message && way == remedy:
		return err
	}
	if err := t.One(`UPDATE alarms SET message = $1, digest = $2, remedy = $3, why = $4 WHERE id = $5 AND resolved_at = ''`, message, ledger.Digest([]byte(message)), remedy, r.Stored(), id); err != nil {
		return err
	}
	return t.alarmEvent("alarm", id, subject, ledger.Detail{"kind": kind, "message": message})
}

// alarmEvent is an event about an alarm, and about what the alarm is about.
func (t *tx) alarmEvent(name string, id int64, of string, d ledger.Detail) error {
	where, err := t.aboutSubject(of)
	if err != nil {
		return err
	}
	where.Others = append(where.Others, ledger.NumberOf(ledger.OfAlarm, id))
	d["subject"] = of
	return t.Event(name, where, d)
}

// aboutSubject finds what the subject of an alarm means: a docId, `file ROUTE/N`, `result N`, `payment N`; anything else is nothing of these.
func (t *tx) aboutSubject(of string) (a ledger.About, err error) {
	kind, key, _ := strings.Cut(of, " ")
	route, number := key, key
	if at := strings.LastIndexByte(key, '/'); at >= 0 && kind == ledger.OfFile {
		route, number = key[:at], key[at+1:]
	}
	n, notNumber := strconv.ParseInt(number, 10, 64)
	if notNumber != nil || strconv.FormatInt(n, 10) != number {
		kind = ""
	}
	switch kind {
	case ledger.OfFile:
		err = t.QueryRowContext(t.Ctx, `SELECT id FROM files WHERE route = $1 AND sequence = $2`, route, n).Scan(&a.File)
	case ledger.OfResult:
		err = t.QueryRowContext(t.Ctx, `SELECT id FROM results WHERE id = $1`, n).Scan(&a.Result)
	case ledger.OfPayment:
		err = t.QueryRowContext(t.Ctx, `SELECT doc_id FROM payments WHERE id = $1`, n).Scan(&a.Doc)
	default:
		err = t.QueryRowContext(t.Ctx, `SELECT doc_id FROM documents WHERE doc_id = $1`, of).Scan(&a.Doc)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return a, err
}

// resolved closes open alarms, by a condition whose first two places are the time and the resolution, and tells of each.
func (t *tx) resolved(resolution, where string, args ...any) (int, error) {
	if t.noAlarms {
		return 0, nil
	}
	rows, err := t.Changed(`UPDATE alarms SET resolved_at = $1, resolution = $2 WHERE resolved_at = '' AND `+where, append([]any{t.At, resolution}, args...)...)
	if err != nil {
		return 0, err
	}
	for i, s := range ledger.KeysOf(rows, ledger.OfAlarm, "id") {
		if err := t.alarmEvent("alarm resolved", s.Number(), rows[i].Text("subject"), ledger.Detail{"kind": rows[i].Text("kind"), "resolution": resolution}); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

func (t *tx) openAlarm(kind, subject string, r why.Reason) error {
	message := r.Text()
	t.noAlarms = false
	id, err := t.Next("alarms")
	if err != nil {
		return err
	}
	if _, err := t.Exec(`INSERT INTO alarms (id, kind, subject, message, digest, remedy, why, opened_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		id, kind, subject, message, ledger.Digest([]byte(message)), r.Way(), r.Stored(), t.At); err != nil {
		return err
	}
	return t.alarmEvent("alarm", id, subject, ledger.Detail{"kind": kind, "message": message})
}

// Lasting is what there is to say about one subject of a kind of alarm that lasts as long as its cause. Without a reason nothing new is known: an alarm
// that is open stays as it is.
type Lasting struct {
	Subject string
	Why     why.Reason
}

// LastingAlarms makes the open alarms of a kind those that are given: new ones are opened, those that are open take the newer words, and those
// whose subject is not given any more have settled themselves, which settled words; empty: it is not known, and they stay.
func (j *Journal) LastingAlarms(ctx context.Context, kind string, now []Lasting, settled string) error {
	open, err := j.OpenSubjects(ctx, kind)
	if err != nil || len(now)+len(open) == 0 {
		return err
	}
	return j.in(ctx, "settle alarms about "+kind, func(t *tx) error {
		gone := map[string]bool{}
		for _, subject := range open {
			gone[subject] = true
		}
		for _, l := range now {
			delete(gone, l.Subject)
			if l.Why.None() {
				continue
			}
			if err := t.standing(kind, l.Subject, l.Why); err != nil {
				return err
			}
		}
		if settled == "" {
			return nil
		}
		for _, subject := range slices.Sorted(maps.Keys(gone)) {
			if err := t.clearAlarm(kind, subject, settled); err != nil {
				return err
			}
		}
		return nil
	})
}

// Alarm opens an alarm by itself.
func (j *Journal) Alarm(ctx context.Context, kind, subject string, r why.Reason) error {
	return j.in(ctx, "open alarm", func(t *tx) error { return t.alarm(kind, subject, r) })
}

// ResolveAlarm closes an alarm with what a person did about it.
func (j *Journal) ResolveAlarm(ctx context.Context, id int64, resolution string) error {
	return j.in(ctx, "resolve alarm", func(t *tx) error {
		// What is undone and known to a person is asked about again when it has lasted for some more runs.
		if _, err := t.Exec(`DELETE FROM undone WHERE kind = (SELECT subject FROM alarms WHERE id = $1 AND kind = 'undone')`, id); err != nil {
			return err
		}
		n, err := t.resolved(resolution, `id = $3`, id)
		if err == nil && n == 0 {
			err = fmt.Errorf("alarm %d: %w", id, ledger.ErrNotFound)
		}
		if err != nil {
			return err
		}
		return t.sameCompany(id, resolution)
	})
}

// clearAlarm closes an alarm that has settled itself.
func (t *tx) clearAlarm(kind, subject, resolution string) error {
	_, err := t.resolved(resolution, `kind = $3 AND subject = $4`, kind, subject)
	return err
}

// ResolveAbout closes every open alarm about a subject.
func (j *Journal) ResolveAbout(ctx context.Context, subject, resolution string) error {
	return j.in(ctx, "resolve alarms about "+subject, func(t *tx) error {
		n, err := t.resolved(resolution, `subject = $3`, subject)
		if err == nil && n == 0 {
			err = fmt.Errorf("open alarm about %s: %w", subject, ledger.ErrNotFound)
		}
		return err
	})
}
