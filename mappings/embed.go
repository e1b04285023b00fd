// Package mappings holds the ready workbooks, one for each built-in template; `fisbridge init` copies them out.
package mappings

import (
	"embed"
	"io/fs"
)

//go:embed *
var files embed.FS

// FS is the folder of the workbooks.
func FS() fs.FS { return files }
