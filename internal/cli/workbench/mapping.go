package workbench

import (
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
)

// NewMapping is the parent of what accountants do with a mapping; one file holds one subcommand.
func NewMapping(f *frame.Frame) *cobra.Command {
	a := &bench{f}
	cmd := &cobra.Command{
		Use:   "mapping",
		Short: "Make, check and try a mapping: the workbook that fills your ERP's import file",
		Args:  frame.KnownCommand,
		RunE:  frame.Help,
	}
	cmd.AddCommand(mappingCommands(a)...)
	return cmd
}

// mappingCommands lists the subcommands in the order of the help.
func mappingCommands(a *bench) []*cobra.Command {
	return []*cobra.Command{newMappingNew(a), newMappingFields(a), newMappingCheck(a), newMappingPreview(a), newMappingDiff(a), newMappingAccept(a), newMappingPropose(a), newMappingApprove(a), newMappingReject(a), newMappingRevert(a), newMappingVersions(a), newMappingResults(a), newMappingConvert(a)}
}

// bench has the commands of this room as its methods.
type bench struct{ *frame.Frame }

// ownTemplates are the templates by which a mapping is read.
func (a *bench) ownTemplates(mapping string) fs.FS { return workshop.TemplatesFor(a.Dir, mapping) }
