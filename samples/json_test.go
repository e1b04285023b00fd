package samples_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// object is a JSON object whose fields keep their order.
type object []field

type field struct {
	name  string
	value any // nil, string, json.Number, object, []object, []string, bool
}

// num is a number in exactly the spelling given: 10, 50.00000000, 0E-8.
func num(text string) json.Number { return json.Number(text) }

// set replaces a field or adds it.
func (o *object) set(name string, value any) {
	for i := range *o {
		if (*o)[i].name == name {
			(*o)[i].value = value
			return
		}
	}
	*o = append(*o, field{name, value})
}

// numbered adds prefix1suffix … prefixNsuffix, null.
func (o *object) numbered(prefix string, n int, suffix string) {
	for i := 1; i <= n; i++ {
		*o = append(*o, field{fmt.Sprintf("%s%d%s", prefix, i, suffix), nil})
	}
}

// custom adds the Code and Value pairs of custom fields, null.
func (o *object) custom(prefix string, n int) {
	o.numbered(prefix, n, "Code")
	o.numbered(prefix, n, "Value")
}

// nulls adds null fields.
func (o *object) nulls(names ...string) {
	for _, name := range names {
		*o = append(*o, field{name, nil})
	}
}

func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := encode(f.name)
		if err != nil {
			return nil, err
		}
		value, err := encode(f.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// encode leaves <, > and & as they are, as FIS does.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// numberOf is a key as Concur numbers reports and requests: small, and different for each.
func numberOf(kind, id string) int {
	n, err := strconv.ParseUint(hexID(5, "key", kind, id), 16, 32)
	if err != nil {
		panic(err) // hexadecimal digits
	}
	return 10000 + int(n)
}
