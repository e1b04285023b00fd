// Command gen writes the schemas into the folder it is run in. It is run by go generate in the folder schemas.
package main

import (
	"fmt"
	"os"

	"github.com/fisbridge/fisbridge/internal/schema"
)

func main() {
	if err := run(".."); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	files, err := schema.Files(root)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
