package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// historyList tells each event with its time, what it was about, and who did it; when that was always the same, once for all. about names
// the import file or result file of an event, where the reader does not know it.
func historyList(out io.Writer, width int, events []journal.Event, about func(journal.Event) string) {
	if len(events) == 0 {
		return
	}
	actor := oneActor(events)
	term.Print(out, "\nhistory (UTC%s)\n", wording.Either(actor != "", ", all by "+actor, ""))
	l := term.Lines{Out: out, Width: width, Label: 21}
	for _, e := range events {
		parts := facts(e.Detail)
		if text := about(e); text != "" {
			parts = append(parts, text)
		}
		if e.Correlation != "" {
			parts = append(parts, "correlation "+e.Correlation)
		}
		if actor == "" {
			parts = append(parts, "by "+e.Actor)
		}
		l.Put("  "+wording.When(journal.Time(e.At)), "%s%s%s", e.Event, wording.Either(len(parts) > 0, ": ", ""), strings.Join(parts, ", "))
	}
}

// oneActor is who did everything, nothing when there were several.
func oneActor(events []journal.Event) string {
	for _, e := range events {
		if e.Actor != events[0].Actor {
			return ""
		}
	}
	return events[0].Actor
}

// facts writes an event's detail as name and value, sorted; nothing is left out but what says nothing.
func facts(detail json.RawMessage) []string {
	if len(detail) == 0 {
		return nil
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(detail, &values); err != nil {
		return []string{string(detail)}
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	var out []string
	for _, name := range names {
		if text := fact(name, values[name]); text != "" {
			out = append(out, strings.ReplaceAll(name, "_", " ")+" "+text)
		}
	}
	return out
}

func fact(name string, value json.RawMessage) string {
	var text string
	if err := json.Unmarshal(value, &text); err == nil {
		if name == "sha256" || name == "mapping_hash" {
			return wording.Short(text)
		}
		return text
	}
	var messages []fis.Message
	if err := json.Unmarshal(value, &messages); name == "messages" && err == nil {
		return messageText(messages)
	}
	var sums map[string]journal.Sum
	if err := json.Unmarshal(value, &sums); name == "totals" && err == nil {
		return sumText(sums)
	}
	var list []string
	if err := json.Unmarshal(value, &list); err == nil {
		return strings.Join(list, " ")
	}
	var inner map[string]json.RawMessage
	if err := json.Unmarshal(value, &inner); err == nil && inner != nil {
		return strings.Join(facts(value), " ")
	}
	switch s := string(value); s {
	case "false", "0":
		return ""
	case "true":
		return "yes"
	default:
		return s
	}
}

func messageText(messages []fis.Message) string {
	var out []string
	for _, m := range messages {
		out = append(out, strings.TrimSpace(m.Code+" "+m.Text))
	}
	return strings.Join(out, "; ")
}

// sumText tells debits by currency, and credits where they are not the same.
func sumText(sums map[string]journal.Sum) string {
	var out []string
	for _, c := range desk.CurrenciesIn(sums) {
		text := fis.Money(sums[c].Debit, c) + " " + fis.CurrencyName(c)
		if !sums[c].Debit.Equal(sums[c].Credit) {
			text += " (credit " + fis.Money(sums[c].Credit, c) + ")"
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

// span tells lines of a file.
func span(first, last int) string {
	if first == last {
		return "line " + strconv.Itoa(first)
	}
	return fmt.Sprintf("lines %d to %d", first, last)
}
