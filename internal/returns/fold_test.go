package returns

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// told makes rows of `[~]verdict[@file line][=number][:message]`, in result lines 1, 2, 3…; ~ is a line that the ERP has
// only checked.
func toldRows(texts ...string) []Row {
	var out []Row
	for i, text := range texts {
		r := Row{Line: i + 1, Kind: Posting, Accepted: -1, Rejected: -1}
		text, checked := strings.CutPrefix(text, "~")
		r.Checked = checked
		text, message, has := strings.Cut(text, ":")
		if has {
			r.Outcome.Messages = []fis.Message{{Text: message}}
		}
		text, r.Outcome.Number, _ = strings.Cut(text, "=")
		verdict, line, byLine := strings.Cut(text, "@")
		r.Outcome.Verdict = fis.Verdict(verdict)
		if r.ByLine = byLine; byLine {
			fmt.Sscan(line, &r.Refs.FileLine)
		}
		out = append(out, r)
	}
	return out
}

func TestFold(t *testing.T) {
	three := Coverage{Lines: 3, First: 11, Last: 13}
	whole := three
	whole.AllOrNothing = true
	for _, tt := range []struct {
		name  string
		rows  []string
		need  Coverage
		state State
		want  string // outcome, or problem
	}{
		{"nothing", nil, three, Waiting, "no row speaks for the document"},
		{"document posted", []string{"posted=77"}, three, Settled, "posted 77"},
		{"document rejected", []string{"rejected:closed"}, three, Settled, "rejected closed"},
		{"duplicate", []string{"duplicate:seen"}, three, Settled, "duplicate seen"},
		{"told twice", []string{"posted=77", "posted=77"}, three, Settled, "posted 77"},
		{"posted and rejected", []string{"posted=77", "rejected:closed"}, three, Conflict, "posted in line 1, rejected in line 2"},
		{"rejected and posted", []string{"rejected:closed", "posted=77"}, three, Conflict, "posted in line 2, rejected in line 1"},
		{"file read twice", []string{"posted=77", "duplicate"}, three, Settled, "posted 77"},
		{"rejected and duplicate", []string{"rejected:closed", "duplicate"}, three, Conflict, "rejected in line 1, but a duplicate in line 2"},
		{"two numbers", []string{"posted=77", "posted=78"}, three, Conflict, "line 1 gives the document number 77, line 2 gives 78"},
		{"two numbers by line", []string{"posted@11=77", "posted@12=78", "posted@13=77"}, three, Settled, "posted 77, 78"},
		{"two numbers of one line", []string{"posted@11=77", "posted@12=77", "posted@13=77", "posted@12=78"}, three, Conflict, "file line 12 has the document number 77 in line 2 and 78 in line 4"},
		{"one number for all, others by line", []string{"posted=77", "posted@12=78"}, three, Conflict, "line 1 gives the document number 77, line 2 gives 78"},
		{"two numbers of lines that are not said", []string{"posted@0=77", "posted@0=78", "posted@0=78"}, three, Conflict, "line 1 gives the document number 77, line 2 gives 78"},
		{"two numbers, not all lines yet", []string{"posted@11=77", "posted@12=78"}, three, Waiting, "posted for 2 of 3 lines"},
		{"a number late", []string{"posted", "posted=77"}, three, Settled, "posted 77"},
		{"all lines", []string{"posted@11=77", "posted@12=77", "posted@13=77"}, three, Settled, "posted 77"},
		{"two of three lines", []string{"posted@11=77", "posted@12=77"}, three, Waiting, "posted for 2 of 3 lines"},
		{"a line twice is not two", []string{"posted@11=77", "posted@12=77", "posted@12=77"}, three, Waiting, "posted for 2 of 3 lines"},
		{"lines of another document", []string{"posted@11=77", "posted@12=77", "posted@14=77"}, three, Waiting, "posted for 2 of 3 lines"},
		{"lines without numbers", []string{"posted@0=77", "posted@0=77", "posted@0=77"}, three, Settled, "posted 77"},
		{"two lines without numbers", []string{"posted@0=77", "posted@0=77"}, three, Waiting, "posted for 2 of 3 lines"},
		{"a document of unknown size", []string{"posted@1=77"}, Coverage{}, Waiting, "posted for 0 of 0 lines"},
		{"one line is enough where the caller says so", []string{"posted@11=77"}, Coverage{Lines: 3, Whole: true}, Settled, "posted 77"},
		{"one line rejected of a whole file", []string{"posted@11", "rejected@12:closed", "posted@13:fine"}, whole, Settled, "rejected closed, fine"},
		{"one line rejected, the others were checked", []string{"~posted@11", "~rejected@12:closed", "~posted@13:fine"}, three, Settled, "rejected closed, fine"},
		{"posted in part without numbers", []string{"posted@11", "posted@12", "rejected@13:closed"}, three, Conflict, "line 1 is posted, but line 3 is rejected: closed"},
		{"checked, but it has a number", []string{"~posted@11=77", "~rejected@12:closed"}, three, Conflict, "line 1 has the document number 77, but line 2 is rejected: closed"},
		{"one line rejected, rest unknown", []string{"rejected@12:closed"}, three, Conflict, "line 1 is rejected: closed; nothing is said of 2 of the 3 lines of the document"},
		{"one line rejected, rest unknown, of a whole file", []string{"rejected@12:closed"}, whole, Settled, "rejected closed"},
		{"one line rejected, rest unknown, by an ERP that checks first", []string{"~rejected@12:closed"}, three, Settled, "rejected closed"},
		{"same message once", []string{"rejected@11:closed", "rejected@12:closed", "rejected@13:open"}, three, Settled, "rejected closed, open"},
		{"booked in part", []string{"posted@11=77", "rejected@12:closed"}, three, Conflict, "line 1 has the document number 77, but line 2 is rejected: closed"},
		{"same line posted and rejected", []string{"posted@11", "rejected@11:closed"}, three, Conflict, "file line 11 is posted in line 1 and rejected in line 2"},
		{"some lines duplicates", []string{"posted@11=77", "duplicate@12"}, three, Conflict, "posted in line 1, but a duplicate in line 2"},
		{"lines posted, then all duplicates", []string{"posted@11=7", "posted@12=7", "posted@13=7", "duplicate@11", "duplicate@12"}, three, Settled, "posted 7"},
		{"duplicates of some lines", []string{"duplicate@11", "duplicate@12"}, three, Waiting, "duplicate for 2 of 3 lines"},
		{"document and its lines", []string{"posted=77", "posted@11=77"}, three, Settled, "posted 77"},
		{"document posted, line rejected", []string{"posted", "rejected@11:closed"}, three, Conflict, "posted in line 1, rejected in line 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Fold(toldRows(tt.rows...), tt.need)
			text := got.Problem
			if got.State == Settled {
				text = string(got.Outcome.Verdict)
				if got.Outcome.Number != "" {
					text += " " + got.Outcome.Numbers()
				}
				var messages []string
				for _, m := range got.Outcome.Messages {
					messages = append(messages, m.Text)
				}
				if len(messages) > 0 {
					text += " " + strings.Join(messages, ", ")
				}
			} else if got.Outcome.Verdict != "" && !got.RestUnsaid {
				t.Errorf("an outcome in state %d: %+v", got.State, got.Outcome)
			}
			if got.State != tt.state || text != tt.want {
				t.Errorf("got %d %q, want %d %q", got.State, text, tt.state, tt.want)
			}
		})
	}
}

// What one row lacks comes from another, and rows of other kinds say nothing.
func TestFoldGathers(t *testing.T) {
	day, _ := fis.NewDate(2026, 3, 31)
	rows := []Row{
		{Line: 1, Kind: Payment, Outcome: fis.Outcome{Verdict: fis.Rejected}},
		{Line: 2, Kind: Posting, Outcome: fis.Outcome{Verdict: fis.Posted, Number: "77"}},
		{Line: 3, Kind: Posting, Outcome: fis.Outcome{Verdict: fis.Posted, Number: "77", Company: "1000", FiscalYear: "2026", Posted: day}},
		{Line: 4, Kind: Exception},
	}
	want := Folded{State: Settled, Covered: 2, Outcome: fis.Outcome{Verdict: fis.Posted, Number: "77", Company: "1000", FiscalYear: "2026", Posted: day}}
	if diff := cmp.Diff(want, Fold(rows, Coverage{Lines: 2})); diff != "" {
		t.Error(diff)
	}
}

// Two companies, fiscal years or dates of one document are asked about like two numbers; lines of one posting may lie
// in several companies.
func TestFoldContradictions(t *testing.T) {
	day := func(d int) fis.Date { date, _ := fis.NewDate(2026, 3, d); return date }
	for _, tt := range []struct {
		name   string
		a, b   fis.Outcome
		byLine bool
		state  State
		want   string
	}{
		{"company", fis.Outcome{Company: "1000"}, fis.Outcome{Company: "2000"}, false, Conflict, "line 1 gives the company 1000, line 2 gives 2000"},
		{"fiscal year", fis.Outcome{FiscalYear: "2025"}, fis.Outcome{FiscalYear: "2026"}, false, Conflict, "line 1 gives the fiscal year 2025, line 2 gives 2026"},
		{"posting date", fis.Outcome{Posted: day(30)}, fis.Outcome{Posted: day(31)}, false, Conflict, "line 1 gives the posting date 2026-03-30, line 2 gives 2026-03-31"},
		{"lines in two companies", fis.Outcome{Company: "1000"}, fis.Outcome{Company: "2000"}, true, Settled, ""},
	} {
		rows := []Row{{Line: 1, Kind: Posting, ByLine: tt.byLine, Outcome: tt.a}, {Line: 2, Kind: Posting, ByLine: tt.byLine, Outcome: tt.b}}
		for i := range rows {
			rows[i].Outcome.Verdict, rows[i].Outcome.Number = fis.Posted, "77"
		}
		if got := Fold(rows, Coverage{Lines: 2}); got.State != tt.state || got.Problem != tt.want {
			t.Errorf("%s: %d %q", tt.name, got.State, got.Problem)
		}
	}
}

func fileRow(line int, verdict fis.Verdict, accepted, rejected int) Row {
	return Row{Line: line, Kind: File, Outcome: fis.Outcome{Verdict: verdict}, Accepted: accepted, Rejected: rejected}
}

func TestFoldFile(t *testing.T) {
	have := FileTally{Documents: 4, Lines: 10}
	with := func(documents, lines int) FileTally {
		out := have
		out.RejectedDocuments, out.RejectedLines = documents, lines
		return out
	}
	for _, tt := range []struct {
		name  string
		rows  []Row
		have  FileTally
		state State
		want  string
	}{
		{"nothing", nil, have, Waiting, "no row speaks for the import file"},
		{"accepted", []Row{fileRow(1, fis.Posted, -1, -1)}, have, Settled, "posted"},
		{"accepted, lines counted", []Row{fileRow(1, fis.Posted, 10, 0)}, have, Settled, "posted"},
		{"accepted, documents counted", []Row{fileRow(1, fis.Posted, 4, 0)}, have, Settled, "posted"},
		{"a line lost", []Row{fileRow(1, fis.Posted, 9, 0)}, have, Conflict, "the ERP counts posted (9 accepted, 0 rejected), the import file has 10 lines of 4 documents"},
		{"accepted, only what was taken is counted", []Row{fileRow(1, fis.Posted, 4, -1)}, have, Settled, "posted"},
		{"accepted, but some were passed over", []Row{fileRow(1, fis.Posted, 2, -1)}, have, Conflict, "the ERP counts posted (2 accepted), the import file has 10 lines of 4 documents"},
		{"accepted, but all were passed over", []Row{fileRow(1, fis.Posted, 0, -1)}, have, Conflict, "the ERP counts posted (0 accepted), the import file has 10 lines of 4 documents"},
		{"rejected, nothing taken", []Row{fileRow(1, fis.Rejected, 0, -1)}, have, Settled, "rejected"},
		{"accepted, but rejects listed", []Row{fileRow(1, fis.Posted, -1, -1)}, with(1, 2), Conflict, "the file is accepted, yet 1 documents of it are listed as rejected"},
		{"rejected", []Row{fileRow(1, fis.Rejected, 0, 10)}, have, Settled, "rejected"},
		{"in part, none listed yet", []Row{fileRow(1, Partial, 8, 2)}, have, Waiting, "the ERP refused 2; 0 lines of 0 documents are listed so far"},
		{"in part, lines listed", []Row{fileRow(1, Partial, 8, 2)}, with(1, 2), Settled, "partial"},
		{"in part, documents listed", []Row{fileRow(1, Partial, 3, 1)}, with(1, 3), Settled, "partial"},
		{"in part, too many listed", []Row{fileRow(1, Partial, 3, 1)}, with(2, 5), Conflict, "the ERP refused 1, but 5 lines of 2 documents are listed"},
		{"in part without counts", []Row{fileRow(1, Partial, -1, -1)}, with(1, 2), Waiting, "the ERP does not say how many it refused"},
		{"two words", []Row{fileRow(1, fis.Posted, -1, -1), fileRow(2, fis.Rejected, -1, -1)}, have, Conflict, "line 1 says posted, line 2 says rejected"},
		{"read twice", []Row{fileRow(1, fis.Posted, 4, 0), fileRow(2, fis.Duplicate, 0, 4)}, have, Settled, "posted"},
		{"read twice, told late", []Row{fileRow(1, fis.Duplicate, 0, 4), fileRow(2, fis.Posted, 4, 0)}, have, Settled, "posted"},
		{"duplicate only", []Row{fileRow(1, fis.Duplicate, 0, 4)}, have, Settled, "duplicate"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := FoldFile(tt.rows, tt.have)
			text := got.Problem
			if got.State == Settled {
				text = string(got.Outcome.Verdict)
			}
			if got.State != tt.state || text != tt.want {
				t.Errorf("got %d %q, want %d %q", got.State, text, tt.state, tt.want)
			}
		})
	}
}
