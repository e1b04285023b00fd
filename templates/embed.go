// Package templates holds the built-in templates, one folder for each ERP: what its import file looks like and how its
// result files read, with a README of facts and what else people need to set up the ERP's side. `fisbridge init` copies
// them out.
package templates

import (
	"embed"
	"io/fs"
)

//go:embed */*
var files embed.FS

// FS is the folder of the templates.
func FS() fs.FS { return files }
