package templating_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/templating"
)

func FuzzCopybook(f *testing.F) { fuzz(f, templating.Copybook, copybook) }
func FuzzControl(f *testing.F) {
	fuzz(f, templating.Control, "LOAD DATA INTO TABLE t WHEN (1)='D' FIELDS TERMINATED BY ',' (a POSITION(1:2) CHAR, b DATE \"YYYY\", c FILLER)")
}
func FuzzTable(f *testing.F) {
	fuzz(f, templating.Table, "CREATE TABLE [a].b (c decimal(3,2) NOT NULL DEFAULT 'x' CHECK (c IN ('A')), PRIMARY KEY (c)); COMMENT ON COLUMN b.c IS 'x'")
}
func FuzzCSV(f *testing.F)    { fuzz(f, templating.CSV, "a;b;c\r\n1;\"2\";3,5\r\n") }
func FuzzSchema(f *testing.F) { fuzz(f, templating.XSD, schema) }
func FuzzWE60(f *testing.F)   { fuzz(f, templating.WE60, segments) }

// fuzz: whatever a definition holds, what is made of it is a template that can be read, or an error.
func fuzz(f *testing.F, kind templating.Kind, seed string) {
	f.Add([]byte(seed))
	for _, c := range definitions {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := templating.Read("acme", "x", data, templating.Options{Kind: kind})
		if err != nil {
			return
		}
		files := fstest.MapFS{"acme/template.yaml": {Data: d.YAML()}}
		for name, data := range d.Files {
			files["acme/"+name] = &fstest.MapFile{Data: data}
		}
		if _, found := template.Read(files, "acme"); found.Err() != nil && !strings.Contains(found.Err().Error(), "&") {
			t.Fatalf("%v\n%s", found.Err(), d.YAML())
		}
	})
}
