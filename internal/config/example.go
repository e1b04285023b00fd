package config

import (
	"bytes"
	_ "embed"
	"fmt"
	"strings"
	"text/template"

	"github.com/fisbridge/fisbridge/internal/fis"
)

//go:embed example.yaml
var example string

// Placeholder stands in a new configuration wherever a person has to write something; validation does not let it pass.
const Placeholder = "CHANGE-ME"

// Example is a commented configuration for a new working folder with one route by the template.
func Example(templateName, mappingPath string, types []fis.DocType) ([]byte, error) {
	t, err := template.New(FileName).Parse(example)
	if err != nil {
		return nil, fmt.Errorf("read the example configuration: %w", err)
	}
	names := make([]string, len(types))
	for i, d := range types {
		names[i] = string(d)
	}
	var out bytes.Buffer
	err = t.Execute(&out, struct{ Template, Mapping, DocTypes string }{templateName, mappingPath, strings.Join(names, ", ")})
	return out.Bytes(), err
}
