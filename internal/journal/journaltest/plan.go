package journaltest

import (
	"context"
	"database/sql"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/why"
)

// What a run asks for every document, file or line, and what it asks in every run, is found by an index: no statement
// of it walks over all documents or the whole history.
func testHotStatementsUseAnIndex(t *testing.T) {
	ctx := context.Background()
	var j *journal.Journal
	opening := heard(func() { open(t) }) // seals whatever is there
	hot := heard(func() {
		var c *clock
		j, c = full(t)
		acknowledged(t, j, "D", "E", "F", "G")
		f := filed(t, j, "file", 2, "D")
		answer(t, j, "rejected", map[string]fis.Outcome{"D": {Verdict: fis.Rejected}}, f.ID, nil)
		g := filed(t, j, "file", 3, "E")
		answer(t, j, "refused", nil, g.ID, &fis.Outcome{Verdict: fis.Rejected})
		d, err := j.Document(ctx, "B")
		if err != nil {
			t.Fatal(err)
		}
		for i, do := range []func() error{
			func() error {
				return j.EachTryable(ctx, "r", func(records.Doc, fis.Envelope, error) error { return nil })
			},
			func() error { _, err := j.Related(ctx, "r"); return err },
			func() error { _, err := j.CountTryable(ctx, "r"); return err },
			func() error { _, err := j.Siblings(ctx, d); return err },
			func() error { _, err := j.NextSequence(ctx, "r"); return err },
			func() error { _, err := j.HoldMany(ctx, map[string]why.Reason{"F": why.Old("x", "")}); return err },
			func() error { return j.Wait(ctx, map[string]why.Reason{"G": why.Old("x", "")}) },
			func() error { return j.Release(ctx, "F", "x") },
			func() error { _, err := j.DueConfirmations(ctx, fis.Expense, 10); return err },
			func() error { _, err := j.DuePayments(ctx, fis.Expense, 10); return err },
			func() error { confirmNow(t, j, "A"); return nil },
			func() error { _, err := j.ResultsIn(ctx, records.Collected); return err },
			func() error { _, err := j.FilesIn(ctx, records.Numbered); return err },
			func() error { _, err := j.DocumentsIn(ctx, "", 0, records.Stored); return err },
			func() error {
				_, err := j.Weigh(ctx, "r", []records.Ref{{Refs: fis.Refs{Any: "A"}}, {Refs: fis.Refs{BatchID: "1"}}})
				return err
			},
			func() error {
				_, err := j.CountUndone(ctx, "k", []records.Undone{{Subject: "A", Since: c.at}})
				return err
			},
			func() error { return j.Alarm(ctx, "k", "file r/1", why.Old("m", "r")) },
			func() error { return j.ResolveAbout(ctx, "file r/1", "x") },
			func() error { _, err := j.Todo(ctx); return err },
			func() error { _, err := j.CountOverdue(ctx, c.at); return err },
			func() error { _, err := j.DocumentsIn(ctx, "", 10, records.Held); return err },
			func() error { _, err := j.Unanswered(ctx, 10); return err },
			func() error {
				_, err := j.Needs(ctx, records.NeedRulesAt(c.at.Add(90*24*time.Hour), 1, 10))
				return err
			},
			func() error { _, err := j.History(ctx, "A", 1, 1); return err },
			func() error { _, err := j.SaidAbout(ctx, "A"); return err },
			func() error { return j.NoteHead(ctx) },
			func() error { _, err := j.Unlisted(ctx, "r", "", 10); return err },
			func() error { _, err := j.WantedReceipts(ctx, "r", 10); return err },
			func() error { _, err := j.ReceiptsFor(ctx, 1); return err },
			func() error { _, err := j.LateReceipts(ctx, "r"); return err },
			func() error { _, _, err := j.MissingReceipts(ctx, c.at, 5); return err },
			func() error { _, err := j.ReceiptsOf(ctx, "C"); return err },
			func() error { _, _, err := j.ReceiptBytes(ctx, "x"); return err },
			func() error { _, err := j.FindDocuments(ctx, "A"); return err },
			func() error { _, err := j.FindByFacts(ctx, "A"); return err },
			func() error { _, err := j.PartsOf(ctx, "A"); return err },
			func() error { _, err := j.ReissuedFiles(ctx); return err },
			func() error { _, err := j.ListDocuments(ctx, records.Filter{Since: c.at}); return err },
		} {
			if err := do(); err != nil {
				t.Fatalf("%d: %v", i, err)
			}
		}
	})
	if len(hot) < 100 {
		t.Fatalf("%d statements heard: the test listens in the wrong place", len(hot))
	}
	table := regexp.MustCompile(`(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?`)
	scan := regexp.MustCompile(`^SCAN (\w+)`)
	waiting := regexp.MustCompile(`USING (COVERING )?INDEX (documents_waiting|documents_held|receipts_wanted)$`) // they hold what waits, and nothing else
	place := regexp.MustCompile(`\$\d+|\?`)
	for _, s := range hot {
		if slices.Contains(opening, s) {
			continue
		}
		if strings.Contains(s, " LIMIT 1") && strings.Contains(s, "ORDER BY seq DESC") {
			continue // the head: one row
		}
		names := map[string]string{}
		for _, m := range table.FindAllStringSubmatch(s, -1) {
			names[m[1]] = m[1]
			if m[2] != "" && !slices.Contains([]string{"WHERE", "SET", "ORDER", "GROUP", "LEFT", "JOIN", "VALUES", "LIMIT", "ON", "SELECT"}, m[2]) {
				names[m[2]] = m[1]
			}
		}
		places := 0
		for _, p := range place.FindAllString(s, -1) {
			if n, err := strconv.Atoi(p[1:]); err == nil {
				places = max(places, n)
			} else {
				places++
			}
		}
		steps, err := ledger.List(ctx, j.Ledger, "EXPLAIN QUERY PLAN "+s, make([]any, places), func(rows *sql.Rows) (step string, err error) {
			var id, parent, unused int
			err = rows.Scan(&id, &parent, &unused, &step)
			return step, err
		})
		if err != nil {
			t.Errorf("%s: %v", s, err)
		}
		if strings.Contains(s, "ORDER BY reissue_of, received_at, doc_id LIMIT") && !strings.Contains(strings.Join(steps, "\n"), "documents_tryable (") {
			t.Errorf("what waits for an import file is not read in its order: %q", steps)
		}
		if strings.Contains(s, "w.state = 'withdrawn'") && !strings.Contains(strings.Join(steps, "\n"), "documents_reissue (") {
			t.Errorf("the documents of withdrawn import files are looked for among all that wait for an answer: %q", steps)
		}
		// Of many the first ones are read in the order of an index, and not sorted; those that have one id are few.
		if last := s[strings.LastIndex(s, ")")+1:]; strings.Contains(last, "ORDER BY") && strings.Contains(last, " LIMIT ") && !strings.Contains(s, "UPPER(d.doc_id) IN") && slices.Contains(steps, "USE TEMP B-TREE FOR ORDER BY") {
			t.Errorf("all rows are sorted for the first ones: %s\n\t%q", s, steps)
		}
		for _, step := range steps {
			if m := scan.FindStringSubmatch(step); m != nil && !waiting.MatchString(step) && slices.Contains([]string{"documents", "payloads", "history", "result_rows", "file_documents", "confirmations", "payments", "receipts"}, names[m[1]]) {
				t.Errorf("%s\n\t%s (%s)", s, step, names[m[1]])
			}
		}
	}
}
