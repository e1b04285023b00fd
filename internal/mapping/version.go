package mapping

import (
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// LoadVersion loads a former version of a mapping with the template as it was then; name is the mapping file's name,
// with a folder for messages and for documents beside it.
func LoadVersion(name string, body []byte, templateName string, templateBody []byte) (*Plan, findings.List) {
	templates, err := template.Alone(templateName, templateBody)
	if err != nil {
		return nil, findings.List{{Severity: findings.Error, File: name,
			Reason: "cannot read the template of this version: " + err.Error()}}
	}
	return LoadBytes(templates, name, body)
}
