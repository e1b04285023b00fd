package config

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"text/template"

	"github.com/fisbridge/fisbridge/internal/fis"
)

//go:embed example.yaml
var example string

// Placeholder stands in a new configuration wherever a person has to write something; validation does not let it pass.
const Placeholder = "CHANGE-ME"

// Beginning is what is known of a company when its working folder is made. What is left out has its default, or the
// placeholder.
type Beginning struct {
	Company  string // what people call it
	Timezone string // UTC
	Language string // of the company's people and of its mapping workbook: en

	// BaseURL is the address of the data centre; ClientSecret says where the secret lies (env:NAME, file:path).
	BaseURL, CompanyUUID, ClientID, ClientSecret, SystemID string

	// Server is where files go, when that is an SFTP server. Path is the folder there, or of this machine (erp); the
	// folders of the route, Drop and Returns, lie below it (in, out).
	Server              BeginServer
	Path, Drop, Returns string
}

// BeginServer is an SFTP server of a new configuration. Key is the path of a key file, Password says where a password
// lies, HostKey is the fingerprint of the server's key.
type BeginServer struct {
	Host     string
	Port     int
	User     string
	Key      string
	Password string
	HostKey  string
}

// WithDefaults fills in what is not known.
func (b Beginning) WithDefaults() Beginning {
	b.Timezone = cmp.Or(b.Timezone, "UTC")
	b.Language = cmp.Or(b.Language, "en")
	b.BaseURL = cmp.Or(b.BaseURL, "https://glz.api.concursolutions.com")
	for _, text := range []*string{&b.CompanyUUID, &b.ClientID, &b.SystemID} {
		*text = cmp.Or(*text, Placeholder)
	}
	b.ClientSecret = cmp.Or(b.ClientSecret, "env:FISBRIDGE_CLIENT_SECRET")
	b.Server.Port = cmp.Or(b.Server.Port, 22)
	b.Server.User = cmp.Or(b.Server.User, "fisbridge")
	b.Server.HostKey = cmp.Or(b.Server.HostKey, Placeholder)
	b.Path, b.Drop, b.Returns = cmp.Or(b.Path, "erp"), cmp.Or(b.Drop, "in"), cmp.Or(b.Returns, "out")
	return b
}

// Example is a commented configuration for a new working folder with one route by the template.
func Example(templateName, mappingPath string, types []fis.DocType, begin Beginning) ([]byte, error) {
	t, err := template.New(FileName).Funcs(template.FuncMap{"value": yamlValue}).Parse(example)
	if err != nil {
		return nil, fmt.Errorf("read the example configuration: %w", err)
	}
	names := make([]string, len(types))
	for i, d := range types {
		names[i] = string(d)
	}
	var out bytes.Buffer
	err = t.Execute(&out, struct {
		Beginning
		Template, Mapping, DocTypes string
	}{begin.WithDefaults(), templateName, mappingPath, strings.Join(names, ", ")})
	return out.Bytes(), err
}

// plainValue is text that means itself in YAML; words such as yes, and what looks like a number, do not match.
var plainValue = regexp.MustCompile(`^(https?://[A-Za-z0-9./:-]+|/[A-Za-z0-9_./-]*|[A-Za-z][A-Za-z0-9_./-]{3,})$`)

// yamlValue is text as a value of YAML, in quotes where it needs them.
func yamlValue(text string) (string, error) {
	if plainValue.MatchString(text) && !strings.EqualFold(text, "true") && !strings.EqualFold(text, "false") && !strings.EqualFold(text, "null") || text == "in" || text == "out" || text == "erp" || text == "UTC" {
		return text, nil
	}
	quoted, err := json.Marshal(text)
	return string(quoted), err
}
