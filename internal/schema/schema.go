// Package schema makes the JSON Schemas of the files that people write, fisbridge.yaml and template.yaml, of the Go
// types that read them, with their comments as descriptions. So an editor offers and checks exactly what the program
// reads. It guarantees that keys unknown to the program are unknown to the schema.
package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/secret"
)

// draft is the version of JSON Schema that editors of YAML know.
const draft = "http://json-schema.org/draft-07/schema#"

// object is a JSON object whose keys are written in the order of the alphabet.
type object = map[string]any

// maker makes one schema.
type maker struct {
	notes notes
	// special are types that are read in a way of their own, by PACKAGE.NAME.
	special map[string]object
	// words are the values that a key takes, by TYPE.key.
	words map[string][]string
	// required are the keys that must be given, by TYPE.
	required map[string][]string
	// lists may be written as one value without brackets where they hold simple values.
	lists bool
	defs  object
}

// Files are the schemas by their file names, made of the sources of the module below root.
func Files(root string) (map[string][]byte, error) {
	read, err := readNotes(root)
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for name, m := range map[string]struct {
		of    reflect.Type
		title string
		maker maker
	}{
		"fisbridge.schema.json": {reflect.TypeOf(config.Config{}), "Configuration of a working folder (fisbridge.yaml)", maker{notes: read, words: configWords(), required: configRequired(), lists: true}},
		"template.schema.json":  {reflect.TypeOf(template.Template{}), "Template of an ERP's import file", maker{notes: read, words: templateWords(), required: templateRequired(), special: templateTypes()}},
	} {
		text, err := m.maker.make(m.title, m.of)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out[name] = text
	}
	return out, nil
}

func (m *maker) make(title string, t reflect.Type) ([]byte, error) {
	m.defs = object{}
	top := m.structure(t)
	top["$schema"], top["title"] = draft, title
	if len(m.defs) > 0 {
		top["definitions"] = m.defs
	}
	text, err := json.MarshalIndent(top, "", "  ")
	return append(text, '\n'), err
}

func nameOf(t reflect.Type) string {
	return t.PkgPath()[strings.LastIndex(t.PkgPath(), "/")+1:] + "." + t.Name()
}

// scalar is a simple value that is read as it is spelled: 007 stays 007.
func scalar() object { return object{"type": []string{"string", "number", "boolean", "null"}} }

// value is the schema of a type.
func (m *maker) value(t reflect.Type) object {
	if s, ok := m.special[nameOf(t)]; ok {
		return clone(s)
	}
	switch t {
	case reflect.TypeOf(secret.Secret{}):
		return object{"type": []string{"string", "null"}, "pattern": "^(env|file|credential):.*[^ ]"}
	case reflect.TypeOf(time.Duration(0)):
		return object{"type": []string{"string", "number", "null"}, "pattern": `^(0|([0-9]+(\.[0-9]+)?(ns|us|ms|s|m|h))+)$`}
	case reflect.TypeOf(fis.DocType("")):
		return object{"type": "string", "enum": words(fis.DocTypes())}
	}
	switch t.Kind() {
	case reflect.Struct:
		name := nameOf(t)
		if _, done := m.defs[name]; !done {
			m.defs[name] = object{} // one that holds itself ends here
			m.defs[name] = m.structure(t)
		}
		return object{"$ref": "#/definitions/" + name}
	case reflect.Pointer:
		return m.value(t.Elem())
	case reflect.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": m.value(t.Elem())}
	case reflect.Slice:
		return m.list(t.Elem())
	case reflect.Int, reflect.Int64:
		return object{"type": []string{"integer", "null"}}
	case reflect.Bool:
		return object{"type": []string{"boolean", "null"}}
	}
	return scalar()
}

func (m *maker) list(of reflect.Type) object {
	item := m.value(of)
	list := object{"type": []string{"array", "null"}, "items": item}
	if !m.lists || of.Kind() == reflect.Struct {
		return list
	}
	return object{"anyOf": []object{list, m.value(of)}}
}

// structure is the schema of a struct's keys.
func (m *maker) structure(t reflect.Type) object {
	keys := object{}
	m.keys(t, keys)
	s := object{"type": []string{"object", "null"}, "additionalProperties": false, "properties": keys}
	if list := m.required[t.Name()]; list != nil {
		s["required"] = list
	}
	if note := m.notes[nameOf(t)]; note != "" {
		s["description"] = note
	}
	return s
}

func (m *maker) keys(t reflect.Type, into object) {
	for i := range t.NumField() {
		f := t.Field(i)
		key, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case option == "inline":
			m.keys(f.Type, into)
			continue
		case key == "" || key == "-":
			continue
		}
		s := m.value(f.Type)
		if list := m.words[t.Name()+"."+key]; list != nil {
			s = object{"type": "string", "enum": list}
		}
		if note := m.notes[nameOf(t)+"."+f.Name]; note != "" {
			if _, ref := s["$ref"]; ref { // beside a $ref draft 7 sees nothing
				s = object{"allOf": []object{s}}
			}
			s["description"] = note
		}
		into[key] = s
	}
}

func clone(s object) object {
	out := object{}
	for k, v := range s {
		out[k] = v
	}
	return out
}

func words[T ~string](list []T) []string {
	out := make([]string, 0, len(list))
	for _, w := range list {
		out = append(out, string(w))
	}
	slices.Sort(out)
	return out
}
