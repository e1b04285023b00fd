package desk

import (
	"encoding/json"
	"sort"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// OneActor is who did everything, nothing when there were several.
func OneActor(events []ledger.Event) string {
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
		return MessageWords(messages)
	}
	var sums map[string]records.Sum
	if err := json.Unmarshal(value, &sums); name == "totals" && err == nil {
		return SumWords(sums)
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

// EventTime is when an event was.
func EventTime(e ledger.Event) string { return wording.When(ledger.Time(e.At)) }

// EventWords tells an event: what it was, its facts, what it was about, and who did it where that is asked.
func EventWords(e ledger.Event, about string, who bool) string {
	parts := facts(e.Detail)
	if about != "" {
		parts = append(parts, about)
	}
	if e.Correlation != "" {
		parts = append(parts, "correlation "+e.Correlation)
	}
	if who {
		parts = append(parts, "by "+e.Actor)
	}
	return e.Event + wording.Either(len(parts) > 0, ": ", "") + strings.Join(parts, ", ")
}
