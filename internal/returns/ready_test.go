package returns

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// readyFormat is a ready format, compiled.
func readyFormat(tb testing.TB, name string) *Format {
	tb.Helper()
	spec, err := format.Ready(name)
	if err != nil {
		tb.Fatal(err)
	}
	return compiled(tb, spec)
}

// parseFile reads a file by a ready format, with every line told.
func parseFile(tb testing.TB, name, file string) (rows []Row, err error) {
	tb.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		tb.Fatal(err)
	}
	_, err = readyFormat(tb, name).Aloud().Parse(tb.Context(), filepath.Base(file), strings.NewReader(string(content)), int64(len(content)), layout.Limits{}, func(r Row) error {
		rows = append(rows, r)
		return nil
	})
	return rows, err
}

// told is a row as the golden files have it.
func told(r Row) string {
	at := fmt.Sprintf("%d ", r.Line)
	switch r.Kind {
	case Payment:
		p := r.Payment
		return at + strings.TrimRight(fmt.Sprintf("%s %s %s %s %s %s %s | %s", p.Status, r.Refs.Any+r.Refs.ReportID, p.Amount, p.Currency, p.Cleared, p.Method, p.Reference, p.Message), " |")
	case Posting, File:
		o := r.Outcome
		text := at + strings.Join(strings.Fields(fmt.Sprintf("%s %s %s%s%s %s %s %s", o.Verdict, r.Refs.Any, r.Refs.DocID, r.Refs.ReportID, r.Refs.BatchID, o.Number, o.Company, o.FiscalYear)), " ")
		if r.Refs.FileSequence > 0 {
			text += fmt.Sprintf(" file %d", r.Refs.FileSequence)
		}
		for _, m := range o.Messages {
			text += " | " + strings.TrimSpace(m.Code+" "+m.Text)
		}
		return text
	case Ignored:
		return at + "nothing: " + r.Problem
	}
	return at + "listed: " + r.Problem
}

// The files in testdata/ready say what the golden file beside each has: FORMAT--NAME.ext with FORMAT--NAME.ext.told.
// UPDATE_GOLDEN=1 makes them anew.
func TestReadyFormats(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "ready", "*--*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".told") {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			name, _, _ := strings.Cut(filepath.Base(file), "--")
			rows, err := parseFile(t, name, file)
			var lines []string
			if err != nil {
				lines = []string{"not believed: " + err.Error()}
			} else {
				for _, r := range rows {
					lines = append(lines, told(r))
				}
			}
			got := strings.Join(lines, "\n") + "\n"
			if os.Getenv("UPDATE_GOLDEN") != "" {
				if err := os.WriteFile(file+".told", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file + ".told")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// expected is what somebody else says of one payment in a file.
type expected struct {
	Reference, Kind, Amount, Currency, Date, Message string
	BankReference                                    string `json:"bank_reference"`
	Number, Company, Year                            string
}

// Samples that others made, with what they say of each, where they are at hand.
func TestReadyFormatsOfOthers(t *testing.T) {
	for file, name := range map[string]string{
		"camt053-02.xml": "camt.053", "camt053-04.xml": "camt.053", "camt053-08.xml": "iso20022", "camt054-04.xml": "camt.054", "camt054-08.xml": "camt.054",
		"camt054-08-bad-total.xml": "camt.054", "pain002-03.xml": "pain.002", "pain002-11.xml": "iso20022",
		"mt940-german.sta": "mt940", "mt940-structured.sta": "mt940", "mt940-bad-balance.sta": "mt940", "bai2.bai": "bai2", "bai2-bad-total.bai": "bai2",
		"nacha-return.ach": "nacha-return",
		"aleaud.xml":       "aleaud", "concur-payment-confirmation.txt": "concur-100-600",
	} {
		path := filepath.Join("..", "..", "..", "shared", "formats", "samples", file)
		data, err := os.ReadFile(path + ".expect.json")
		if err != nil {
			continue // not at hand
		}
		t.Run(file, func(t *testing.T) {
			var says struct {
				File     string
				Payments []expected
			}
			if err := json.Unmarshal(data, &says); err != nil {
				t.Fatal(err)
			}
			rows, err := parseFile(t, name, path)
			if (err != nil) != (says.File == "hold") {
				t.Fatalf("%s: %v", says.File, err)
			}
			if err == nil {
				compareOthers(t, says.Payments, rows)
			}
		})
	}
}

func compareOthers(t *testing.T, want []expected, rows []Row) {
	t.Helper()
	for _, e := range want {
		if e.Kind == "waiting" || e.Kind == "changed" {
			continue // told as of no consequence
		}
		for len(rows) > 0 && rows[0].Kind == Ignored {
			rows = rows[1:]
		}
		if len(rows) == 0 {
			t.Errorf("%s %s is not told", e.Kind, e.Reference)
			continue
		}
		got := rows[0]
		rows = rows[1:]
		p, o := got.Payment, got.Outcome
		kind, message := map[fis.PaymentStatus]string{"paid": "paid", "CP": "paid", "RE": "returned"}[p.Status], p.Message
		if got.Kind == Posting {
			kind = string(o.Verdict)
			for _, m := range o.Messages {
				message += m.Code + " " + m.Text + " "
			}
		}
		if e.Kind == "rejected" && got.Kind == Payment {
			e.Kind = "returned"
		}
		is := expected{Reference: got.Refs.Any + got.Refs.ReportID, Kind: kind, Amount: e.Amount, Currency: p.Currency, Date: e.Date, BankReference: e.BankReference, Message: e.Message,
			Number: o.Number, Company: o.Company, Year: o.FiscalYear}
		if e.Amount != "" && p.Amount.StringFixed(2) != e.Amount {
			is.Amount = p.Amount.String()
		}
		if e.Date != "" {
			is.Date = p.Cleared.String()
		}
		if e.BankReference != "" {
			is.BankReference = p.Reference
		}
		for word := range strings.FieldsSeq(e.Message) {
			if strings.ToUpper(word) == word && !strings.Contains(message, word) {
				is.Message = message
			}
		}
		if diff := cmp.Diff(e, is); diff != "" {
			t.Errorf("%s: %s\n%s", e.Reference, diff, told(got))
		}
	}
	for _, r := range rows {
		if r.Kind != Ignored {
			t.Errorf("nobody expects %s", told(r))
		}
	}
}
