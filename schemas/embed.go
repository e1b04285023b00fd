// Package schemas holds the JSON Schemas of fisbridge.yaml and template.yaml, for editors. They are made of the types
// that read these files: go generate ./schemas.
package schemas

import _ "embed"

//go:generate go run ../internal/schema/gen

// Config is the schema of fisbridge.yaml.
//
//go:embed fisbridge.schema.json
var Config []byte

// Template is the schema of template.yaml.
//
//go:embed template.schema.json
var Template []byte
