package erp

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Take is when the ERP takes an import file out of its inbox.
type Take uint8

const (
	TakeAfterAnswer Take = iota // it lies there until the answers are written
	TakeAtOnce                  // gone before anybody can look at it
	TakeNever                   // it stays for ever, and is not read twice
)

// Faults are what can go wrong with the answers.
type Faults struct {
	Take Take
	// Slow leaves each answer half written under its final name; the next Poll writes the rest.
	Slow bool
	// Half never writes the rest.
	Half bool
	// Twice writes each answer once more, with the same content under another name.
	Twice bool
	// OtherName writes answers under names that no format expects.
	OtherName bool
	// Unknown mixes as many rows of documents that nobody knows into the answers.
	Unknown bool
	// AnswerDuplicate answers `duplicate` for every document, though it was booked.
	AnswerDuplicate bool
	// Repeat processes each file a second time, as an operator would by mistake.
	Repeat bool
	// Silent writes no answers; what it withheld comes when it is switched off.
	Silent bool
}

// faultNames are the faults by what the command line calls them.
func faultNames() map[string]func(*Faults) {
	return map[string]func(*Faults){
		"at-once":    func(f *Faults) { f.Take = TakeAtOnce },
		"never":      func(f *Faults) { f.Take = TakeNever },
		"slow":       func(f *Faults) { f.Slow = true },
		"half":       func(f *Faults) { f.Half = true },
		"twice":      func(f *Faults) { f.Twice = true },
		"other-name": func(f *Faults) { f.OtherName = true },
		"unknown":    func(f *Faults) { f.Unknown = true },
		"duplicate":  func(f *Faults) { f.AnswerDuplicate = true },
		"repeat":     func(f *Faults) { f.Repeat = true },
		"silent":     func(f *Faults) { f.Silent = true },
	}
}

// ParseFaults reads faults from the command line by their names.
func ParseFaults(names []string) (f Faults, err error) {
	known := faultNames()
	for _, name := range names {
		set := known[name]
		if set == nil {
			return f, fmt.Errorf("%q is none of %s", name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
		set(&f)
	}
	if f.Slow && f.Half {
		return f, errors.New("slow and half: an answer that is never finished is not a slow one")
	}
	if slices.Contains(names, "at-once") && slices.Contains(names, "never") {
		return f, errors.New("at-once and never: a file is taken at one time only")
	}
	return f, nil
}
