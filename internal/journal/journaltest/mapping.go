package journaltest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

func version(route, name, body string, changes ...string) records.MappingContent {
	return records.MappingContent{MappingVersion: records.MappingVersion{Route: route, Name: name, Template: "csv", Hash: ledger.Digest([]byte("content of " + body)), FileHash: ledger.Digest([]byte(body)), Author: "Ada", Changes: changes},
		Body: []byte(body), TemplateBody: []byte("template of " + body)}
}

// One version of a route is in force; the former ones can still be had by their hash, byte for byte.
func testMappingGoesLiveAndStaysToBeHad(t *testing.T) {
	j, c := open(t)
	first, second := version("a", "acme", "one"), version("a", "acme", "two", "Accounts!B2: 1 → 2")
	for _, v := range []records.MappingContent{first, version("b", "other", "one"), second} {
		c.at = c.at.Add(time.Hour)
		if err := j.PutMappingLive(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	live, ok, err := j.LiveMapping(t.Context(), "a")
	want := second
	want.ID, want.State, want.Since, want.Actor = 3, records.MappingLive, c.at, "test"
	if diff := cmp.Diff(want, live); diff != "" || !ok || err != nil {
		t.Error(ok, err, diff)
	}
	for _, hash := range []string{first.Hash, first.Hash[:8]} {
		got, err := j.MappingBytes(t.Context(), hash)
		if err != nil || string(got.Body) != "one" || string(got.TemplateBody) != "template of one" {
			t.Errorf("%s: %q %v", hash, got.Body, err)
		}
	}
	for hash, want := range map[string]string{"00000000": "not found", "abc": "at least 8"} {
		if _, err := j.MappingBytes(t.Context(), hash); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", hash, err)
		}
	}
	all, err := j.MappingVersions(t.Context(), "a")
	if err != nil || len(all) != 2 || all[0].State != records.MappingLive || all[1].State != records.MappingFormer {
		t.Errorf("versions: %+v %v", all, err)
	}
	if _, ok, err := j.LiveMapping(t.Context(), "c"); ok || err != nil {
		t.Errorf("a route without a version: %v %v", ok, err)
	}
}

// The history tells who put what in force, each once, however often a run says it.
func testMappingEventsAreWrittenOnce(t *testing.T) {
	j, _ := open(t)
	var changes []string
	for i := range 150 {
		changes = append(changes, fmt.Sprintf("Accounts!B%d: 1 → 2", i+2))
	}
	for range 2 {
		if err := j.PutMappingLive(t.Context(), version("a", "acme", "one")); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.PutMappingLive(t.Context(), version("a", "acme", "two", changes...)); err != nil {
		t.Fatal(err)
	}
	bad := version("a", "acme", "three").MappingVersion
	bad.Hash, bad.Problems = "", []string{"Columns!C7: no such field"}
	for i := range 2 {
		if news, err := j.RefuseMapping(t.Context(), bad); err != nil || news != (i == 0) {
			t.Errorf("refused: %v %v", news, err)
		}
	}
	var events []string
	rows, err := raw(j).QueryContext(t.Context(), `SELECT event, detail FROM history WHERE event <> 'sealed' ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var event, detail string
		if err := rows.Scan(&event, &detail); err != nil {
			t.Fatal(err)
		}
		events = append(events, event+" "+detail)
	}
	if len(events) != 3 || !strings.Contains(events[1], `"cells_changed":150`) || !strings.Contains(events[1], "Accounts!B101: ") || strings.Contains(events[1], "Accounts!B102: ") ||
		!strings.Contains(events[1], "and 50 more") || !strings.Contains(events[2], "no such field") || !strings.Contains(events[0], `"saved_by":"Ada"`) {
		t.Errorf("%d events: %s", len(events), strings.Join(events, "\n"))
	}
	live, _, err := j.LiveMapping(t.Context(), "a")
	if err != nil || len(live.Changes) != 150 {
		t.Errorf("the version names %d changes, %v", len(live.Changes), err)
	}
	if _, _, breaks, err := j.VerifyHistory(t.Context()); len(breaks) > 0 || err != nil {
		t.Error(breaks, err)
	}
}

// A refused version stands beside the live one until the workbook is fine again.
func testRefusedMappingWaitsBesideTheLiveOne(t *testing.T) {
	j, _ := open(t)
	if err := j.PutMappingLive(t.Context(), version("a", "acme", "one")); err != nil {
		t.Fatal(err)
	}
	standing := func() string {
		t.Helper()
		list, err := j.LiveMappings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, v := range list {
			out = append(out, fmt.Sprint(v.State, " ", v.FileHash[:4], " ", v.Problems))
		}
		return strings.Join(out, "; ")
	}
	for i, body := range []string{"two", "three"} {
		v := version("a", "acme", body).MappingVersion
		v.Problems = []string{fmt.Sprint("problem ", i)}
		if _, err := j.RefuseMapping(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := standing(), "live "+ledger.Digest([]byte("one"))[:4]+" []; refused "+ledger.Digest([]byte("three"))[:4]+" [problem 1]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if err := j.ForgetRefused(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if got, want := standing(), "live "+ledger.Digest([]byte("one"))[:4]+" []"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Bytes that were changed in the database are not believed.
func testDamagedMappingIsNotUsed(t *testing.T) {
	j, _ := open(t)
	tampered[j] = true
	if err := j.PutMappingLive(t.Context(), version("a", "acme", "one")); err != nil {
		t.Fatal(err)
	}
	if err := j.PutMappingLive(t.Context(), version("b", "acme", "eno")); err != nil {
		t.Fatal(err)
	}
	if _, err := byHand(j, `UPDATE mappings SET body = (SELECT o.body FROM mappings o WHERE o.route = 'b') WHERE route = 'a'`); err != nil {
		t.Fatal(err)
	}
	if _, _, err := j.LiveMapping(t.Context(), "a"); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("%v", err)
	}
}

// Recent documents come oldest first, of the route that was asked for, and only while their payload is there.
func testRecentPayloads(t *testing.T) {
	j, c := open(t)
	tampered[j] = true
	acknowledged(t, j, "1", "2")
	c.at = c.at.Add(48 * time.Hour)
	acknowledged(t, j, "3")
	for name, ask := range map[string]struct {
		route string
		since time.Time
		want  []string
	}{
		"all":   {"", c.at.Add(-72 * time.Hour), []string{"1", "2", "3"}},
		"day":   {"r", c.at.Add(-24 * time.Hour), []string{"3"}},
		"other": {"x", c.at.Add(-72 * time.Hour), nil},
	} {
		var got []string
		err := j.EachRecentPayload(t.Context(), ask.route, ask.since, func(d records.Doc, e fis.Envelope) error {
			if !bytes.Contains(e.Document, []byte("R"+d.ID)) {
				t.Errorf("document %s has another's payload", d.ID)
			}
			got = append(got, e.ID)
			return nil
		})
		if diff := cmp.Diff(ask.want, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Error(name, err, diff)
		}
	}
	stop := errors.New("stop")
	if err := j.EachRecentPayload(t.Context(), "", time.Time{}, func(records.Doc, fis.Envelope) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the caller's error is lost: %v", err)
	}
	for word, want := range map[string]string{"2": "2", "R3": "3", "R9": ""} {
		e, ok, err := j.FindPayload(t.Context(), word)
		if err != nil || ok != (want != "") || e.ID != want {
			t.Errorf("find %s: %s %v %v", word, e.ID, ok, err)
		}
	}
	if _, err := byHand(j, `DELETE FROM payloads WHERE doc_id = '2'`); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := j.FindPayload(t.Context(), "R2"); ok || err != nil {
		t.Errorf("aged out: %v %v", ok, err)
	}
}
