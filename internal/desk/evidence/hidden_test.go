package evidence

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/fisbridge/fisbridge/internal/desk/changes"
)

// technical are fields of mappings.json that no person's name gets into: names of this configuration, hashes, codes, and sentences that are made of numbers.
var technical = []string{"Mapping", "Routes", "Route", "State", "Origin", "Template", "Hash", "Guarded", "FileHash", "Base", "MadeFrom", "FourEyes", "Ended", "Sentence", "Record", "Column", "Workbook", "Rules",
	"TemplateHash", "RulesHash", "BytesHash", "Program", "Code", "Kind"}

// fill puts an actor into every text of a value that is not technical, also into those that nobody has thought of yet.
func fill(v reflect.Value, actor string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !slices.Contains(technical, f.Name) {
				fill(v.Field(i), actor)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0), actor)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), actor)
	case reflect.String:
		v.SetString(actor)
	}
}

// With ids only no person is named in what is told of mappings: not who gave a change, whose cells it has, or how the file is called.
func TestIDsOnlyHidesWhoChangedMappings(t *testing.T) {
	m := &maker{o: Options{IDsOnly: true}, hide: hiding(Options{IDsOnly: true})}
	var c changes.Change
	var v versionRow
	fill(reflect.ValueOf(&c).Elem(), "fisbridge console by mira@example.com (link, session 4fc2a399)")
	fill(reflect.ValueOf(&v).Elem(), "fisbridge console by mira@example.com (link, session 4fc2a399)")
	for _, told := range []any{m.change(c), m.version(v)} {
		text, err := json.MarshalIndent(told, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, "mira") || strings.Contains(line, "session") {
				t.Errorf("a pack with ids only names a person: %s", line)
			}
		}
	}
	if c.Authors[0] == m.change(c).Authors[0] {
		t.Error("the change itself must stay as it is")
	}
}
