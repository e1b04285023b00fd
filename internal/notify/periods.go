package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/reports"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/telling"
	"github.com/fisbridge/fisbridge/internal/notify/post"
)

// period is a day, a week or a month in the company's zone.
type period struct {
	name         string // 2026-11-24, 2026-W48, 2026-11
	since, until time.Time
	due          time.Time
}

// most is how many periods of a report are made that were missed: a month of days, a quarter of weeks, a year.
var most = map[string]int{config.EveryDay: 31, config.EveryWeek: 13, config.EveryMonth: 12}

// periods are those of a report that are due by now and were not when it was first configured, the oldest first.
func periods(r config.Report, zone *time.Location, first, now time.Time) (out []period) {
	clock, err := time.Parse("15:04", r.At)
	if err != nil {
		return nil // validation has refused it
	}
	here := now.In(zone)
	start := time.Date(here.Year(), here.Month(), here.Day(), 0, 0, 0, 0, zone)
	switch r.Every {
	case config.EveryWeek:
		start = start.AddDate(0, 0, -int(start.Weekday()+6)%7) // weeks begin on Monday
	case config.EveryMonth:
		start = time.Date(here.Year(), here.Month(), 1, 0, 0, 0, 0, zone)
	}
	for range most[r.Every] {
		p := period{until: start, due: time.Date(start.Year(), start.Month(), start.Day(), clock.Hour(), clock.Minute(), 0, 0, zone)}
		switch r.Every {
		case config.EveryWeek:
			p.since = start.AddDate(0, 0, -7)
			year, week := p.since.ISOWeek()
			p.name = fmt.Sprintf("%d-W%02d", year, week)
		case config.EveryMonth:
			p.since = start.AddDate(0, -1, 0)
			p.name = p.since.Format("2006-01")
		default:
			p.since = start.AddDate(0, 0, -1)
			p.name = p.since.Format(time.DateOnly)
		}
		if !p.due.After(first) {
			break
		}
		if !p.due.After(now) {
			out = append(out, p)
		}
		start = p.since
	}
	slices.Reverse(out)
	return out
}

// reports makes the reports that are due, each of its period once. A list of what is open is of now: of several periods
// that were missed only the last one is made.
func (t *Teller) reports(ctx context.Context) error {
	var errs []error
	for _, r := range t.w.Config.Reports {
		if ctx.Err() != nil {
			break
		}
		if err := t.report(ctx, r); err != nil {
			errs = append(errs, fmt.Errorf("report %s: %w", r.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (t *Teller) report(ctx context.Context, r config.Report) error {
	s, _, err := t.standing(ctx)
	if err != nil {
		return err
	}
	first, known := s.Reports[r.Name]
	if !known {
		if s.Reports == nil {
			s.Reports = map[string]time.Time{}
		}
		s.Reports[r.Name] = t.w.Now().UTC()
		return t.keep(ctx, s, nil, nil)
	}
	made, err := t.w.Journal.PeriodsMade(ctx, r.Name)
	if err != nil {
		return err
	}
	due := periods(r, t.w.Config.Schedule.Zone(), first, t.w.Now())
	due = slices.DeleteFunc(due, func(p period) bool { return slices.Contains(made, p.name) })
	if len(due) == 0 {
		return nil
	}
	if r.Kind == config.ReportOpen { // the others are over, and cannot be had any more
		last := len(due) - 1
		return t.makeReport(ctx, r, due[last], due[:last])
	}
	for _, p := range due {
		if err := t.makeReport(ctx, r, p, nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *Teller) keep(ctx context.Context, s telling.Standing, messages []telling.Message, of []telling.Period) error {
	err := t.w.Journal.KeepTelling(ctx, s, nil, messages, of)
	if errors.Is(err, ledger.ErrStale) {
		return nil // another process is at it
	}
	return err
}

// types are the media types of the formats.
var types = map[string]string{config.FormatXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", config.FormatCSV: "text/csv; charset=utf-8", config.FormatPDF: "application/pdf"}

// largestMail is how large the files of a mail may be: servers refuse more.
const largestMail = 15 << 20

// makeReport makes a report of a period and commits it with its messages: from then on its bytes are fixed. passed are
// periods that are over without one.
func (t *Teller) makeReport(ctx context.Context, r config.Report, p period, passed []period) error {
	s, _, err := t.standing(ctx)
	if err != nil {
		return err
	}
	made, err := reports.Make(ctx, t.w, reports.Ask{Kind: r.Kind, Selection: desk.Selection{Since: p.since, Until: p.until, Route: r.Route}, Period: p.name}, nil)
	if err != nil {
		return err
	}
	written := map[string][]post.File{}
	filesIn := func(language string) (files []post.File, size int, err error) {
		l := t.words.Of(language, "")
		files, done := written[l.Code]
		if !done {
			if files, err = filesOf(made.In(l), r, p); err != nil {
				return nil, 0, err
			}
			written[l.Code] = files
		}
		for _, f := range files {
			size += len(f.Data)
		}
		return files, size, nil
	}
	var messages []telling.Message
	for _, name := range r.Recipients {
		at := slices.IndexFunc(t.w.Config.Notify.Recipients, func(x config.Recipient) bool { return x.Name == name })
		if at < 0 {
			continue // validation has refused it
		}
		to := t.w.Config.Notify.Recipients[at]
		files, size, err := filesIn(to.Language)
		if err != nil {
			return err
		}
		l, err := t.writer(to).reportLetter(to, r, p, made, files, size)
		if err != nil {
			return err
		}
		for _, address := range to.Mail {
			m, err := messageOf(to.Name, post.Mail, address, l)
			if err != nil {
				return err
			}
			messages = append(messages, m)
		}
	}
	if r.Target != "" {
		files, _, err := filesIn(t.w.Config.Language)
		if err != nil {
			return err
		}
		for _, f := range files {
			m, err := messageOf(r.Target, channelDrop, r.Name, post.Letter{Kind: "report", At: made.Made, Subject: f.Name, Files: []post.File{f}})
			if err != nil {
				return err
			}
			messages = append(messages, m)
		}
	}
	done := []telling.Period{{Report: r.Name, Period: p.name}}
	for _, p := range passed {
		done = append(done, telling.Period{Report: r.Name, Period: p.name})
	}
	if err := t.keep(ctx, s, messages, done); err != nil {
		return err
	}
	t.log.Info("report made", "report", r.Name, "period", p.name, "messages", len(messages))
	return nil
}

// filesOf writes a report in its formats.
func filesOf(made *reports.Report, r config.Report, p period) (files []post.File, err error) {
	for _, format := range r.Formats {
		var b bytes.Buffer
		if err := made.Write(&b, format); err != nil {
			return nil, err
		}
		files = append(files, post.File{Name: r.Name + "-" + p.name + "." + format, Type: types[format], Data: b.Bytes()})
	}
	return files, nil
}

// reportLetter is the mail that a report is attached to.
func (w writer) reportLetter(to config.Recipient, r config.Report, p period, made *reports.Report, files []post.File, size int) (post.Letter, error) {
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
	}
	title := w.T("mail.report." + r.Kind)
	l := post.Letter{Kind: "report", Company: w.company, At: made.Made.UTC(), Subject: w.T("mail.report.subject", "company", w.company, "title", title, "period", p.name), URL: w.link("/"), Link: w.T("mail.open")}
	text := w.T("mail.report.text", "files", strings.Join(names, ", "))
	if l.Files = files; size > largestMail {
		l.Files, text = nil, w.T("mail.report.large", "files", strings.Join(names, ", "))
	}
	more := []string{text}
	if made.Reconciliation != nil {
		if n := len(made.Reconciliation.Broken()); n > 0 {
			more = append(more, w.T("mail.report.broken", "n", n))
		} else {
			more = append(more, w.T("mail.report.ties"))
		}
	}
	parts := []section{{Head: title + ", " + p.name, Lines: []sectionLine{{Text: more[0], More: more[1:]}}}}
	foot := w.T("mail.foot", "role", w.T("role."+to.Role), "company", w.company, "name", to.Name)
	l.Text = plainText(parts, "", l.URL, foot)
	var err error
	l.HTML, err = htmlText(w.Code, l, parts, "", foot)
	return l, err
}
