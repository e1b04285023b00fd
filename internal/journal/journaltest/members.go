package journaltest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// A name of a member is like that of an import file: it is used once in a folder, whatever the routes.
func testMembersHaveNamesOfTheirOwn(t *testing.T) {
	j, _ := open(t)
	acknowledged(t, j, "A", "B", "C", "D")
	file := func(sequence int64, doc, place, name string, members ...string) error {
		f := records.File{Route: "r", Sequence: sequence, Name: name, Members: members, Place: place, Size: 1, Totals: map[string]records.Sum{}}
		err := j.CreateFile(context.Background(), &f, Parts{{DocID: doc}}, strings.NewReader("x"))
		if err != nil {
			return err
		}
		got, err := j.File(context.Background(), f.ID)
		if err != nil || !slices.Equal(got.Members, members) || !slices.Equal(got.Names(), append(slices.Clone(members), name)) {
			t.Errorf("%s has the members %q, %v", name, got.Members, err)
		}
		return nil
	}
	if err := file(1, "A", "in", "B_1.csv", "B_1_EXP.csv", "B%1_ADR.csv"); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][]string{{"b_1_exp.CSV"}, {"B_2.csv", "B_1_EXP.csv"}, {"B_2.csv", "B_1.csv"}} {
		var taken *journal.NameTakenError
		if err := file(2, "B", "in", c[0], c[1:]...); !errors.As(err, &taken) || taken.By.Sequence != 1 {
			t.Errorf("%q: %v", c, err)
		}
	}
	if err := file(2, "B", "elsewhere", "B_2.csv", "B_1_EXP.csv"); err != nil {
		t.Error(err)
	}
	if err := file(3, "C", "in", "EXP.csv", "BX1_EXP.csv"); err != nil {
		t.Errorf("a name that another one ends in: %v", err)
	}
	if err := file(4, "D", "in", "B_4.csv"); err != nil {
		t.Error(err)
	}
}
