// Package templates holds the built-in templates, one folder for each ERP: what its import file looks like and how its
// result files read, with a README of facts and what else people need to set up the ERP's side. `fisbridge init` copies
// them out. missing.yaml says what people ask for and is not here.
package templates

import (
	"embed"
	"io/fs"
)

//go:embed */*.* missing.yaml
var files embed.FS

// FS is the folder of the templates.
func FS() fs.FS { return files }
