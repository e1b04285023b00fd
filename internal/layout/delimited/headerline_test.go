package delimited_test

import (
	"bytes"
	"testing"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/layout/kinds"
	"github.com/fisbridge/fisbridge/internal/layout/layouttest"
)

// Headings may stand behind header records, and are there too where no record follows.
func TestHeadingsBehindAHeader(t *testing.T) {
	spec := layout.Spec{Kind: layout.Delimited, Header: true, HeaderRecord: "row", HeaderLine: 2}
	records := []layout.Record{{Name: "head", Match: layout.Match{Columns: 1}, Fields: []layout.Field{{Name: "mark"}}}, {Name: "row", Fields: []layout.Field{{Name: "a"}, {Name: "b"}}}}
	p := layouttest.Compiled(t, spec, records...)
	for want, rows := range map[string][][]layout.Value{"M\na,b\n1,2\n3,4\n": {{layout.Text("1"), layout.Text("2")}, {layout.Text("3"), layout.Text("4")}}, "M\na,b\n": nil} {
		var out bytes.Buffer
		f, err := p.NewFile(&out)
		if err != nil {
			t.Fatal(err)
		}
		for i, values := range append([][]layout.Value{{layout.Text("M")}}, rows...) {
			b, err := p.Encode(nil, min(i, 1), values, nil)
			if err == nil {
				err = f.Write(b)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil || out.String() != want {
			t.Errorf("%q, %v; want %q", out.String(), err, want)
		}
		read, bad := layouttest.ReadAll(t, p, out.Bytes())
		if len(bad) > 0 || len(read) != len(rows) || len(read) > 0 && read[0].Line != 3 {
			t.Errorf("read %v, %v", read, bad)
		}
	}
	spec.Header = false
	if _, problems := kinds.Compile(spec, records); len(problems) == 0 {
		t.Error("header_line without headings")
	}
}

// A file whose columns are parted by another character has no heading, and says that once.
func TestPartedByAnotherCharacter(t *testing.T) {
	spec := layout.Spec{Kind: layout.Delimited, Header: true, Delimiter: "comma"}
	p := layouttest.Compiled(t, spec, layout.Record{Name: "row", Fields: []layout.Field{{Name: "doc_id"}, {Name: "status"}}})
	_, _, err := layouttest.TryRead(p, []byte("\xef\xbb\xbfdoc_id;status\n1;ok\n"), layout.Limits{})
	if err == nil {
		t.Fatal("read")
	}
	if want := `line 1: the line has one column, for it is parted by ";" and not as the format says; column missing: "doc_id", "status"`; err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
