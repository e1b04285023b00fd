package bridge

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fisbridge/fisbridge/internal/bridge/incoming"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns"
	"github.com/fisbridge/fisbridge/internal/returns/format"
)

// listed is a format of lines without a trailer. Each call makes another one that reads the same.
func listed(t *testing.T) *returns.Format {
	t.Helper()
	f, err := returns.Compile(format.Format{
		Name: "listed", Files: "*.csv", Kind: format.Posting, Level: format.LevelDocument,
		Layout: layout.Spec{Kind: layout.Delimited},
		Records: []layout.Record{{Name: "row",
			Fields: []layout.Field{{Name: "doc", Type: layout.CodeType}, {Name: "status", Type: layout.CodeType}}}},
		Columns: []format.Column{{Role: format.RoleDocID, Field: "doc"},
			{Role: format.RoleOutcome, Field: "status", Words: map[string]format.Word{"ok": format.WordPosted}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// What was read of a result file for its end, or to find its route, is not read again when it is applied: neither by
// the same format nor by that of another route which reads the same. Very long files are not remembered.
func TestResultFileIsReadOnce(t *testing.T) {
	for _, c := range []struct {
		rows int
		once bool
	}{{3, true}, {incoming.MostRemembered, true}, {incoming.MostRemembered + 1, false}} {
		b := &Bridge{cfg: &config.Config{}, now: time.Now, temp: t.TempDir()}
		file, err := b.newCopy("day.csv", func(w io.Writer) (info exchange.Info, err error) {
			_, err = io.WriteString(w, strings.Repeat("D1,ok\n", c.rows))
			return info, err
		})
		if err != nil {
			t.Fatal(err)
		}
		read := func(with func(context.Context, *returns.Format, func(returns.Row) error) (returns.Summary, error,
			error)) string {
			rows := 0
			sum, unread, err := with(t.Context(), listed(t), func(row returns.Row) error {
				if rows++; row.Line != rows || row.Refs.DocID != "D1" {
					t.Errorf("row %d: %+v", rows, row)
				}
				return nil
			})
			return fmt.Sprint(rows, sum.Rows, unread != nil, err)
		}
		first := read(file.Look)
		if err := file.File.Truncate(0); err != nil {
			t.Fatal(err)
		}
		for name, again := range map[string]string{"looked at": read(file.Look), "applied": read(file.Each)} {
			if same := again == first; same != c.once {
				t.Errorf("%d rows, %s: %s", c.rows, name, cmp.Diff(first, again))
			}
		}
		file.Remove()
	}
}
