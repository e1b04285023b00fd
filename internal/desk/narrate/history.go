// Package narrate tells what happened and what became of things, as sentences that are said in the reader's language:
// rows of the history, the life of a document, outcomes, payments, receipts.
//
// It guarantees that each event and each fact is told under its name, and that what people and other systems wrote
// stays as they wrote it.
package narrate

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
	"github.com/fisbridge/fisbridge/internal/mapping/compare"
	"github.com/fisbridge/fisbridge/internal/say"
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

// facts tells an event's detail as name and value, sorted; nothing is left out but what says nothing.
func facts(detail json.RawMessage, byRun bool) []say.Text {
	if len(detail) == 0 {
		return nil
	}
	var values map[string]json.RawMessage
	if err := json.Unmarshal(detail, &values); err != nil {
		return []say.Text{say.Plain(string(detail))}
	}
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	sort.Strings(names)
	var out []say.Text
	for _, name := range names {
		if value := fact(name, values[name], byRun); !value.None() {
			out = append(out, say.F(Named(name), value))
		}
	}
	return out
}

// Named is the sentence that tells a fact of a name: "system id %s".
func Named(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "%", "%%"), "_", " ") + " %s"
}

// states are facts whose value is the word of a state, or of a rule.
var states = map[string]bool{"was": true, "state": true, "verdict": true, "post_as": true, "origin": true, "approval": true, "before": true, "rule": true}

// sentences are facts that the engine says, where no person acts.
var sentences = map[string]bool{"reason": true, "message": true, "kind": true, "effect": true, "ended_by": true, "because": true}

// engine is a sentence of the engine.
func engine(english string) say.Text {
	if english == "" {
		return ""
	}
	return say.F("%s", say.English(english))
}

// ByRun reports whether no person did it, of an actor as the history names him.
func ByRun(actor string) bool {
	word, _, found := strings.Cut(strings.TrimPrefix(actor, "fisbridge "), " by ")
	return found && slices.Contains([]string{"run", "watch", "serve", "demo", "sim", "node"}, word)
}

func fact(name string, value json.RawMessage, byRun bool) say.Text {
	var text string
	if err := json.Unmarshal(value, &text); err == nil {
		switch {
		case name == "sha256" || name == "mapping_hash":
			return say.Plain(wording.Short(text))
		case name == "amount" || name == "debit":
			return amount(text)
		case states[name] && plainWord(text):
			return say.Text(text)
		case sentences[name] && byRun, name == "kind":
			return engine(text)
		}
		return say.Plain(text)
	}
	var messages []fis.Message
	if err := json.Unmarshal(value, &messages); name == "messages" && err == nil {
		return say.Plain(Messages(messages))
	}
	var sums map[string]records.Sum
	if err := json.Unmarshal(value, &sums); name == "totals" && err == nil {
		return Sums(sums)
	}
	var basis []records.Place
	if err := json.Unmarshal(value, &basis); name == "basis" && err == nil {
		return places(basis)
	}
	var owed map[string]string
	if err := json.Unmarshal(value, &owed); name == "owed" && err == nil {
		return owedTo(owed)
	}
	var list []string
	if err := json.Unmarshal(value, &list); err == nil {
		if name == "effect" {
			return effects(list)
		}
		return say.Plain(strings.Join(list, " "))
	}
	var inner map[string]json.RawMessage
	if err := json.Unmarshal(value, &inner); err == nil && inner != nil {
		return say.Join(" ", facts(value, byRun)...)
	}
	switch s := string(value); s {
	case "false", "0":
		return ""
	case "true":
		return "yes"
	default:
		return say.Plain(s)
	}
}

// effects are what a change of a mapping would do to the documents of each of its routes.
func effects(list []string) say.Text {
	out := make([]say.Text, len(list))
	for i, english := range list {
		out[i] = compare.Said(english)
	}
	return say.Join(" ", out...)
}

// places are documents that something rests on.
func places(basis []records.Place) say.Text {
	docs := make([]string, len(basis))
	for i, p := range basis {
		docs[i] = p.Doc
	}
	return say.Plain(strings.Join(docs, " "))
}

// owedTo are amounts by whom they are owed to.
func owedTo(owed map[string]string) say.Text {
	var out []say.Text
	for _, who := range slices.Sorted(maps.Keys(owed)) {
		out = append(out, say.F("%s %s", who, amount(owed[who])))
	}
	return say.Join(" ", out...)
}

// amount is one as the history has it.
func amount(text string) say.Text {
	if _, err := fis.ParseAmount(text); err != nil {
		return say.Plain(text)
	}
	return say.F("%s", say.Number{Shown: text, Digits: text})
}

// plainWord: it is a word of the program.
func plainWord(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && r != ' ' {
			return false
		}
	}
	return s != ""
}

// EventTime is when an event was, in a zone that is named above.
func EventTime(e ledger.Event, zone *time.Location) string {
	return wording.Bare(ledger.Time(e.At), zone)
}

// Name is what an event was.
func Name(e ledger.Event) say.Text {
	if !plainWord(strings.NewReplacer("'", "", "ERP", "erp").Replace(e.Event)) {
		return say.Plain(e.Event)
	}
	return say.Text(e.Event)
}

// Event tells an event: what it was, its facts, what it was about, and who did it where that is asked.
func Event(e ledger.Event, about say.Text, who bool) say.Text {
	return After(Name(e), Facts(e, about, who))
}

// Facts tells the facts of an event.
func Facts(e ledger.Event, about say.Text, who bool) say.Text {
	parts := append(facts(e.Detail, ByRun(e.Actor)), about)
	if e.Correlation != "" {
		parts = append(parts, say.F("correlation %s", e.Correlation))
	}
	if who {
		parts = append(parts, say.F("by %s", e.Actor))
	}
	return say.Join(", ", parts...)
}

// After is a sentence with what belongs to it behind a colon.
func After(head, rest say.Text) say.Text {
	if rest.None() {
		return head
	}
	return say.F("%s: %s", head, rest)
}
