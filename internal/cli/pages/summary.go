package pages

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// NonEmpty are the texts that say something.
func NonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}

// summaryLine is one line of a run's summary.
type summaryLine struct{ Label, Text string }

// SummaryLines is a run in a few lines, leaving out what did not happen.
func SummaryLines(s *bridge.Summary) []summaryLine {
	var all []summaryLine
	line := func(what string, parts ...string) {
		kept := NonEmpty(parts...)
		if len(kept) == 0 {
			kept = []string{"nothing"}
		}
		all = append(all, summaryLine{what, strings.Join(kept, ", ")})
	}
	line("fetched", Some(s.Stored, "stored"), Some(s.Acknowledged, "acknowledged"), Some(s.Recalled, "recalled"), Some(s.Left, "left in Concur"))
	if s.Acknowledged > 0 && s.LockMax > 0 {
		line("", fmt.Sprintf("answer to acknowledgement: half within %d ms, 99 in 100 within %d ms, longest %d ms", s.LockP50, s.LockP99, s.LockMax))
	}
	line("files", Some(s.Files, "made of "+wording.Counted(s.Filed, "document")), Some(s.Dropped, "dropped"), Some(s.Held, "held back"))
	for _, text := range s.Changed {
		line("", "not written as it came: "+text)
	}
	if s.ReceiptsFetched+s.ReceiptsMissing+s.ReceiptsDropped > 0 {
		line("receipts", Some(s.ReceiptsFetched, "fetched"), Some(s.ReceiptsMissing, "cannot be had"), Some(s.ReceiptsDropped, "dropped before their files"))
	}
	line("results", Some(s.Results, "read"), Some(s.Posted, "posted"), Some(s.Rejected, "rejected"), Several(s.Payments, "payment"))
	line("confirmed", Several(s.Confirmed, "posting"), Several(s.PaymentsSent, "payment"))
	t := s.Todo
	line("open", Some(t.Stored, "to acknowledge"), Some(t.AwaitingAnswer, "without the ERP's answer"), Some(t.Held, "held"), Some(t.ConfirmationsDue+t.PaymentsDue, "to confirm"),
		Some(t.PaymentsWaiting, "paid before their posting is confirmed"), Some(t.FilesUndropped, "to drop"), Some(t.ResultsUnapplied, "to apply"), Several(t.Alarms, "alarm"))
	return all
}

// Several is a number of things, or nothing at all.
func Several(n int, thing string) string {
	if n == 0 {
		return ""
	}
	return wording.Counted(n, thing)
}

// Some is a number of things, or nothing at all.
func Some(n int, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", n, what)
}
