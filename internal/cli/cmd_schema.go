package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/schemas"
)

// schemaOf are the schemas by the names of the files that they are of.
func schemaOf() map[string][]byte {
	return map[string][]byte{"fisbridge.yaml": schemas.Config, "template.yaml": schemas.Template}
}

func newSchema(a *app) *cobra.Command {
	names := []string{"fisbridge.yaml", "template.yaml"}
	cmd := &cobra.Command{
		Use:   "schema fisbridge.yaml|template.yaml",
		Short: "Print the JSON Schema of a file that you write, for your editor",
		Long: `With a schema an editor offers the keys of a file and underlines what would be refused. init puts both
schemas into the folder schemas and names them in the first line of the files; after an upgrade write them anew.`,
		Example: `  fisbridge schema fisbridge.yaml > schemas/fisbridge.schema.json
  fisbridge schema template.yaml > schemas/template.schema.json`,
		Args:              frame.OneOf("schema", names),
		ValidArgsFunction: first(words("fisbridge.yaml", "template.yaml")).complete,
	}
	cmd.RunE = a.Action(func(_ context.Context, args []string) error {
		_, err := a.Stdout.Write(schemaOf()[args[0]])
		return err
	})
	return cmd
}
