package mapping

import (
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
)

// LoadVersion loads a former version of a mapping with the template as it was then; name is the mapping file's name,
// with a folder for messages and for documents beside it. What was in force goes on as it was: rules that are stricter
// than those of then are warnings.
func LoadVersion(name string, body []byte, templateName string, templateBody []byte) (*Plan, findings.List) {
	templates, err := template.Alone(templateName, templateBody)
	if err != nil {
		return nil, findings.List{{Severity: findings.Error, File: name,
			Reason: say.F("cannot read the template of this version: %s", err)}}
	}
	return load(templates, name, body, &workbook.Collector{File: name, Former: true})
}
