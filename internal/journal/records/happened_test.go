package records

import (
	"os"
	"strings"
	"testing"
)

// A partial index is taken only where the condition stands in the query as it stands in the index.
func TestIndexesHaveTheWordsOfTheQueries(t *testing.T) {
	text, err := os.ReadFile("../migrations/00048_console.sql")
	if err != nil {
		t.Fatal(err)
	}
	people := "WHERE actor NOT LIKE '" + strings.Join(runActors, "' AND actor NOT LIKE '") + "';"
	for _, want := range []string{"WHERE " + often + ";", people} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the index does not say %s", want)
		}
	}
}
