package api

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// schemas are made of the types that are written, by the rules of encoding/json, so that they say of each field what comes: its name, its kind, and whether it is always there.
type schemas struct {
	named map[string]map[string]any
	types map[string]reflect.Type
	err   error
}

func newSchemas() *schemas {
	return &schemas{named: map[string]map[string]any{}, types: map[string]reflect.Type{}}
}

// schema is one in JSON.
type schema = map[string]any

func ref(name string) schema { return schema{"$ref": "#/components/schemas/" + name} }

// written is the schema of a type that writes itself, by package and name; nil: it does not.
func (s *schemas) written(t reflect.Type) schema {
	switch t.String() {
	case "time.Time":
		return schema{"type": "string", "format": "date-time"}
	case "json.RawMessage":
		return schema{}
	case "decimal.Decimal":
		return schema{"type": "string", "pattern": `^-?[0-9]+(\.[0-9]+)?$`, "description": "an exact decimal"}
	case "why.Reason", "desk.Why":
		return ref("Why")
	case "findings.Finding":
		return s.component(t, func() schema { return s.structure(t, "says", ref("Sentence")) })
	}
	return nil
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// of is the schema of a type.
func (s *schemas) of(t reflect.Type) schema {
	if own := s.written(t); own != nil {
		return own
	}
	switch {
	case t.Kind() == reflect.Pointer:
		return orNull(s.of(t.Elem()))
	case t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler):
		s.fail("%s writes itself: say how in written", t)
		return schema{}
	case t.Implements(textMarshaler):
		return schema{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return schema{"type": "boolean"}
	case reflect.String:
		return schema{"type": "string"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return schema{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return schema{"type": "number"}
	case reflect.Interface:
		return schema{}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return schema{"type": []string{"string", "null"}, "contentEncoding": "base64"}
		}
		return schema{"type": []string{"array", "null"}, "items": s.of(t.Elem())}
	case reflect.Map:
		return schema{"type": []string{"object", "null"}, "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		if t.Name() == "" {
			return s.structure(t, "", nil)
		}
		return s.component(t, func() schema { return s.structure(t, "", nil) })
	}
	s.fail("%s cannot be written as JSON", t)
	return schema{}
}

func (s *schemas) fail(format string, values ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("describe the API: "+format, values...)
	}
}

func orNull(of schema) schema { return schema{"anyOf": []any{of, schema{"type": "null"}}} }

var notInNames = regexp.MustCompile(`[^A-Za-z0-9]+`)

// component is a type that is described once, under a name.
func (s *schemas) component(t reflect.Type, make func() schema) schema {
	name := nameOf(t)
	if had, is := s.types[name]; is && had != t { // two packages have one of that name
		name = strings.ToUpper(t.String()[:1]) + t.String()[1:strings.Index(t.String(), ".")] + name
	}
	if _, is := s.types[name]; !is {
		s.types[name] = t
		s.named[name] = make()
	}
	return ref(name)
}

// nameOf is the name of a type, with that of what it is made of: PageOfListedDoc.
func nameOf(t reflect.Type) string {
	name, of, generic := strings.Cut(t.Name(), "[")
	if !generic {
		return strings.ToUpper(name[:1]) + name[1:]
	}
	of = strings.TrimSuffix(of, "]")
	return name + "Of" + notInNames.ReplaceAllString(of[strings.LastIndexAny(of, "./")+1:], "")
}

// field is a field of an object as it is written.
type field struct {
	name   string
	typ    reflect.Type
	depth  int
	tagged bool
	always bool
}

// fields are those of a struct and of what is embedded into it.
func (s *schemas) fields(t reflect.Type, depth int) (out []field) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, has := f.Tag.Lookup("json")
		name, options, _ := strings.Cut(tag, ",")
		if tag == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if f.Anonymous && name == "" && inner.Kind() == reflect.Struct {
			more := s.fields(inner, depth+1)
			if f.Type.Kind() == reflect.Pointer {
				for i := range more {
					more[i].always = false
				}
			}
			out = append(out, more...)
			continue
		}
		if !f.IsExported() {
			continue
		}
		o := field{name: name, typ: f.Type, depth: depth, tagged: has && name != "", always: !slices.ContainsFunc(strings.Split(options, ","), func(o string) bool { return o == "omitempty" || o == "omitzero" })}
		if name == "" {
			o.name = f.Name // as encoding/json writes it
		}
		out = append(out, o)
	}
	return out
}

// structure is a struct as an object; what has the shorter way hides what has its name, as in Go.
func (s *schemas) structure(t reflect.Type, more string, of schema) schema {
	best := map[string]field{}
	for _, f := range s.fields(t, 0) {
		if had, is := best[f.name]; !is || f.depth < had.depth || f.depth == had.depth && f.tagged && !had.tagged {
			best[f.name] = f
		}
	}
	properties, required := schema{}, []string{}
	for name, f := range best {
		properties[name] = s.of(f.typ)
		if f.always {
			required = append(required, name)
		}
	}
	if more != "" {
		properties[more] = of
	}
	slices.Sort(required)
	return schema{"type": "object", "properties": properties, "required": required}
}
