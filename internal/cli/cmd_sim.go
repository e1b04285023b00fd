package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func newSim(a *app) *cobra.Command {
	return &cobra.Command{Use: "sim", Short: "Start the simulators by themselves", Args: cobra.NoArgs, RunE: a.action(func(context.Context, []string) error { return errors.ErrUnsupported })}
}
