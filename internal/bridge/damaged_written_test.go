package bridge_test

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/bridge"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/journal/pgtest"
	"github.com/fisbridge/fisbridge/mappings"
)

// What was written of an earlier document and cannot be read any more is missing for the later one of its report, which is
// held and says so; the others of the night go their way. It is the same for posting lines and for rows of documents.
func TestWhatWasWrittenIsDamaged(t *testing.T) {
	ready, err := fs.ReadFile(mappings.FS(), "concur-sae.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	out, _ := flate.NewWriter(&packed, flate.BestSpeed)
	_, _ = out.Write([]byte(`{"lines":[{`))
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(`{"lines":[{`))
	for name, mapping := range map[string]string{"posting lines": "csv.xlsx", "rows": "sae.xlsx"} {
		for what, damage := range map[string][]any{"bytes": {[]byte("spoiled"), "x"}, "JSON": {packed.Bytes(), hex.EncodeToString(sum[:])}} {
			t.Run(name+" "+what, func(t *testing.T) {
				w := newWorld(t, options{routes: strings.ReplaceAll(fmt.Sprintf(revisionRoute, "replace"), "csv.xlsx", mapping), mappings: map[string]string{"sae.xlsx": string(ready)}})
				w.add(fis.Expense, "A", revised("R", 1, "640100=100.00"))
				w.run(bridge.ExitDone)
				w.answer("1", posted("A", "4711"))
				w.run(bridge.ExitDone)
				db := pgtest.Raw(t, filepath.Join(w.dir, "journal.db"))
				_, err := db.ExecContext(w.ctx, "UPDATE written SET body = $1, sha256 = $2 WHERE doc_id = 'A'", damage...)
				w.ok(err)
				w.ok(db.Close())
				w.add(fis.Expense, "B", revised("R", 2, "640100=80.00"))
				w.add(fis.Expense, "C", revised("S", 1, "640100=7.00"))
				w.run(bridge.ExitNeedsPerson)
				w.states("B held, C filed")
				w.reason("B", "what the journal keeps of document A is damaged", "backup")
			})
		}
	}
}
