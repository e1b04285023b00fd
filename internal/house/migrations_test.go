package house

import (
	"io/fs"
	"regexp"
	"testing"

	"github.com/fisbridge/fisbridge/internal/journal/migrations"
)

// TestMigrationsHaveNumbersOfTheirOwn: two migrations with one number, as two branches make them side by side, open no journal.
func TestMigrationsHaveNumbersOfTheirOwn(t *testing.T) {
	files, err := fs.Glob(migrations.SQLite(), "*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations", err)
	}
	for _, problem := range sameNumbers(files) {
		t.Error(problem)
	}
	if got := sameNumbers([]string{"00001_a.sql", "00002_b.sql", "00002_c.sql", "3_d.sql"}); len(got) != 2 {
		t.Errorf("of a second 00002 and a name without five digits this is told: %q", got)
	}
}

var migrationName = regexp.MustCompile(`^(\d{5})_[a-z_]+\.sql$`)

func sameNumbers(files []string) (problems []string) {
	taken := map[string]string{}
	for _, name := range files {
		m := migrationName.FindStringSubmatch(name)
		switch {
		case m == nil:
			problems = append(problems, name+": a migration is called 00042_subject.sql")
		case taken[m[1]] != "":
			problems = append(problems, name+" has the number of "+taken[m[1]]+": give it the next free one")
		default:
			taken[m[1]] = name
		}
	}
	return problems
}
