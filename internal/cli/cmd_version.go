package cli

import (
	"context"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// version is what a bug report needs to know about this program.
type version struct {
	Version string `json:"version"`
	Commit  string `json:"commit,omitempty"`
	Time    string `json:"commit_time,omitempty"`
	Dirty   bool   `json:"modified,omitempty"`
	Go      string `json:"go"`
	System  string `json:"system"`
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Show the version of this program",
		Example: "  fisbridge version\n  fisbridge version --json",
		Args:    frame.WantArgs(0, 0),
		RunE:    a.Action(func(context.Context, []string) error { return a.showVersion() }),
	}
}

func (a *app) showVersion() error {
	v := thisVersion()
	if a.JSON {
		return a.WriteJSON(v)
	}
	a.Say("fisbridge %s", v.Version)
	if v.Commit != "" {
		a.Say("commit %s %s%s", v.Commit, v.Time, wording.Either(v.Dirty, ", modified", ""))
	}
	a.Say("%s %s", v.Go, v.System)
	return nil
}

// release, releaseCommit and releaseTime are set by the linker when a release is built (packaging/release.sh).
var release, releaseCommit, releaseTime string

func thisVersion() version {
	v := version{Version: "unknown", Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if release != "" {
		v.Version, v.Commit, v.Time = release, releaseCommit, releaseTime
		return v
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Version = info.Main.Version
	if v.Version == "" || v.Version == "(devel)" {
		v.Version = "development"
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			v.Commit = s.Value
		case "vcs.time":
			v.Time = s.Value
		case "vcs.modified":
			v.Dirty = s.Value == "true"
		}
	}
	return v
}
