package journaltest

import (
	"context"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/why"
)

// The database itself refuses what must never be there twice, whatever the program above it does.
func testSchemaRefusesWhatMustBeOnce(t *testing.T) {
	j, _ := open(t)
	tampered[j] = true
	ctx := context.Background()
	acknowledged(t, j, "A", "B")
	f := filed(t, j, "document", 1, "A")
	filed(t, j, "document", 2, "B")
	answer(t, j, "a", map[string]fis.Outcome{"A": posted}, f.ID, nil)
	if err := j.Alarm(ctx, "k", "s", why.Old("m", "r")); err != nil {
		t.Fatal(err)
	}
	if err := j.PutMappingLive(ctx, version("r", "m.yaml", "one")); err != nil {
		t.Fatal(err)
	}
	if _, err := byHand(j, `INSERT INTO payments (id, reference, doc_id, doc_type, state, status, payment, content_sha256, due_at) VALUES (1, 'P', 'A', 'expense', 'pending', 'CP', '{}', 'x', '')`); err != nil {
		t.Fatal(err)
	}
	for what, statement := range map[string]string{
		"a document in two import files that count": `UPDATE file_documents SET doc_id = 'A'`,
		"two import files with one number":          `UPDATE files SET sequence = 1`,
		"two import files with one name":            `UPDATE files SET name = 'F1.csv'`,
		"a result file twice":                       `INSERT INTO results (id, route, name, sha256, size, state, state_since, collected_at) SELECT id + 1, route, name, sha256, size, state, state_since, collected_at FROM results`,
		"a line of a result file twice":             `INSERT INTO result_rows SELECT * FROM result_rows`,
		"two posting confirmations of a document":   `INSERT INTO confirmations SELECT * FROM confirmations`,
		"a payment reference twice":                 `INSERT INTO payments (id, reference, doc_id, doc_type, state, status, payment, content_sha256, due_at) VALUES (2, 'P', 'B', 'expense', 'pending', 'CP', '{}', 'x', '')`,
		"an open alarm twice":                       `INSERT INTO alarms (id, kind, subject, message, remedy, opened_at, digest) SELECT 99, kind, subject, message, remedy, opened_at, digest FROM alarms WHERE kind = 'k'`,
		"two mappings in force for a route":         `INSERT INTO mappings (id, route, state, since, name, hash, file_hash, template, actor) SELECT id + 1, route, state, since, name, hash, file_hash, template, actor FROM mappings`,
		"a document twice":                          `INSERT INTO documents SELECT * FROM documents`,
		"a row of the history twice":                `INSERT INTO history SELECT * FROM history`,
	} {
		if _, err := byHand(j, statement); err == nil || !strings.Contains(strings.ToUpper(err.Error()), "UNIQUE") {
			t.Errorf("%s: %v", what, err)
		}
	}
}
