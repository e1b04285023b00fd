package config

import (
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
)

// What is done with obligations is said by instruction; an instruction that is none, an answer without words for a no,
// and a rule that answers nothing are told.
func TestInstructions(t *testing.T) {
	with := func(types, lines string) string {
		return strings.Replace(minimal, "doc_types: [expense]", "doc_types: ["+types+"]"+lines, 1)
	}
	c, err := parse(t, with("requestobligation", `
    instructions:
      fundsCheck: { do: answer, success_when: document.total <= 5, message: "too much" }
      release: { do: leave }`))
	if err != nil {
		t.Fatal(err)
	}
	r := c.Routes[0]
	if r.InstructionFor(fis.FundsCheck).Do != InstructionAnswer || r.InstructionFor(fis.Release).Do != InstructionLeave ||
		r.InstructionFor(fis.Obligate).Do != InstructionFile || r.FilesFundsChecks() {
		t.Errorf("%+v", r.Instructions)
	}
	for lines, want := range map[string]string{
		"\n    instructions: { check: { do: file } }":                                          "is no instruction of obligations",
		"\n    instructions: { fundsCheck: { do: guess } }":                                    "guess",
		"\n    instructions: { fundsCheck: { do: answer, success_when: document.total < 5 } }": "message",
		"\n    instructions: { fundsCheck: { number: N } }":                                    "has a rule for an answer, but gives none",
	} {
		if _, err := parse(t, with("requestobligation", lines)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", lines, err)
		}
	}
	if _, err := parse(t, with("expense", "\n    instructions: { release: { do: leave } }")); err == nil || !strings.Contains(err.Error(), "goes with obligations") {
		t.Error(err)
	}
}
