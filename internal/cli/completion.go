package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/config"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/fis"
)

// What the shell offers behind each command. The words come from the working folder that -C names: the documents, files
// and alarms that the command could act on. Where the folder cannot be read, nothing is offered, and nothing is told.

// mostOffered bounds what a shell is given to choose from.
const mostOffered = 200

// offer lists words for the argument that comes after args; a tab separates a word from what it means.
type offer func(ctx context.Context, args []string) []cobra.Completion

// completions sets what is offered for the arguments and flags of every command.
func completions(a *app, root *cobra.Command) {
	waiting := a.offerDocuments(desk.Held, desk.Acknowledged)
	arguments := map[string]offer{
		"show":      a.offerShow,
		"hold":      another(a.offerDocuments(desk.Acknowledged)),
		"release":   another(a.offerDocuments(desk.Held)),
		"reject":    another(waiting),
		"retry":     a.offerRetry,
		"reissue":   first(a.offerFiles),
		"mark":      a.offerMark,
		"explain":   first(a.offerFiles),
		"run":       nothing,
		"watch":     nothing,
		"alive":     nothing,
		"status":    nothing,
		"check":     nothing,
		"report":    nothing,
		"restored":  nothing,
		"refetch":   nothing,
		"version":   nothing,
		"templates": first(offerTemplates),
		"login":     nothing,
	}
	flags := map[string]offer{
		"route":     a.offerRoutes,
		"template":  offerTemplates,
		"type":      offerTypes,
		"log-level": words("debug", "info", "warn", "error"),
		"without":   func(ctx context.Context, _ []string) []cobra.Completion { return a.openDocuments(ctx, desk.Filed) },
	}
	formats := map[string]offer{"report": words("table", "csv", "xlsx", "pdf"), "diff": words("table", "csv", "xlsx", "html"), "render": words("json")}
	frame.Each(root, func(cmd *cobra.Command) {
		if o := arguments[cmd.Name()]; o != nil {
			cmd.ValidArgsFunction = o.complete
		}
		if cmd.HasParent() && cmd.Parent().Name() == "mapping" {
			cmd.ValidArgsFunction = offerMappings(cmd.Name())
		}
		if cmd.HasParent() && cmd.Parent().Name() == "notify" {
			cmd.ValidArgsFunction = a.offerRecipients(cmd.Name()).complete
		}
		if cmd.Name() == "report" {
			_ = cmd.RegisterFlagCompletionFunc("kind", words(config.ReportKinds()...).complete)
		}
		for name, o := range flags {
			if cmd.LocalFlags().Lookup(name) != nil {
				_ = cmd.RegisterFlagCompletionFunc(name, o.complete) // the flag is there: it was looked up one line above
			}
		}
		if cmd.LocalFlags().Lookup("mapping") != nil {
			_ = cmd.RegisterFlagCompletionFunc("mapping", offerMappings("check"))
		}
		if o := formats[cmd.Name()]; o != nil {
			_ = cmd.RegisterFlagCompletionFunc("format", o.complete)
		}
	})
}

// complete is the offer in the form that the command line library wants; file names are not mixed in.
func (o offer) complete(cmd *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return o(cmd.Context(), args), cobra.ShellCompDirectiveNoFileComp
}

// first offers words for the first argument only.
func first(o offer) offer {
	return func(ctx context.Context, args []string) []cobra.Completion {
		if len(args) > 0 {
			return nil
		}
		return o(ctx, args)
	}
}

// another offers words for each argument, those that were given excepted.
func another(o offer) offer {
	return func(ctx context.Context, args []string) []cobra.Completion {
		return slices.DeleteFunc(o(ctx, args), func(c cobra.Completion) bool {
			word, _, _ := strings.Cut(string(c), "\t")
			return slices.Contains(args, word)
		})
	}
}

func nothing(context.Context, []string) []cobra.Completion { return nil }

func words(all ...string) offer {
	return func(context.Context, []string) []cobra.Completion { return all }
}

func offerTemplates(context.Context, []string) []cobra.Completion {
	var names []cobra.Completion
	for _, t := range workshop.Templates(workshop.TemplatesFor("", "")) {
		names = append(names, t.Name+"\t"+t.Title)
	}
	return names
}

func offerTypes(context.Context, []string) []cobra.Completion {
	var names []string
	for _, t := range fis.DocTypes() {
		names = append(names, string(t))
	}
	return names
}

// offerMappings lets the shell offer workbooks and YAML files; diff also takes the version in force and built-in
// mappings.
func offerMappings(command string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, toComplete string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if command == "diff" && toComplete != "" && strings.HasPrefix("live", toComplete) {
			return []cobra.Completion{"live"}, cobra.ShellCompDirectiveNoFileComp
		}
		if ready := readyMappings(toComplete); len(ready) > 0 && command != "new" {
			return ready, cobra.ShellCompDirectiveNoFileComp
		}
		return []cobra.Completion{"xlsx", "yaml"}, cobra.ShellCompDirectiveFilterFileExt
	}
}

// readyMappings are the built-in mappings whose names begin with a text.
func readyMappings(begin string) []string {
	var names []string
	for _, name := range workshop.ReadyNames() {
		if begin != "" && strings.HasPrefix(name, begin) {
			names = append(names, name)
		}
	}
	return names
}

func (a *app) offerRoutes(context.Context, []string) []cobra.Completion {
	return desk.RouteNames(a.Dir)
}

// reading asks the journal of the working folder for words.
func (a *app) reading(ctx context.Context, ask func(*desk.Workspace) ([]cobra.Completion, error)) []cobra.Completion {
	var found []cobra.Completion
	err := desk.Looking(ctx, a.Place(""), func(w *desk.Workspace) (err error) {
		found, err = ask(w)
		return err
	})
	if err != nil {
		cobra.CompDebugln(err.Error(), true)
		return nil
	}
	return found
}

func (a *app) openDocuments(ctx context.Context, states ...desk.State) []cobra.Completion {
	return a.reading(ctx, func(w *desk.Workspace) ([]cobra.Completion, error) {
		docs, err := w.DocumentsIn(ctx, mostOffered, states...)
		var found []cobra.Completion
		for _, d := range docs {
			found = append(found, fmt.Sprintf("%s\t%s, report %s", d.ID, d.State, d.ReportID))
		}
		return found, err
	})
}

func (a *app) offerDocuments(states ...desk.State) offer {
	return func(ctx context.Context, _ []string) []cobra.Completion { return a.openDocuments(ctx, states...) }
}

func (a *app) offerFiles(ctx context.Context, _ []string) []cobra.Completion {
	return a.reading(ctx, func(w *desk.Workspace) ([]cobra.Completion, error) {
		files, err := w.FilesThatCount(ctx)
		var found []cobra.Completion
		for _, f := range files[max(0, len(files)-mostOffered):] {
			found = append(found, fmt.Sprintf("%s\t%s, %s", desk.FileLabel(f), f.Name, f.State))
		}
		return found, err
	})
}

func (a *app) offerResults(states ...desk.ResultState) offer {
	return func(ctx context.Context, _ []string) []cobra.Completion {
		return a.reading(ctx, func(w *desk.Workspace) ([]cobra.Completion, error) {
			results, err := w.ResultsIn(ctx, states...)
			var found []cobra.Completion
			for _, r := range results[max(0, len(results)-mostOffered):] {
				found = append(found, fmt.Sprintf("%d\t%s, %s", r.ID, r.Name, r.State))
			}
			return found, err
		})
	}
}

func (a *app) offerAlarms(ctx context.Context, _ []string) []cobra.Completion {
	return a.reading(ctx, func(w *desk.Workspace) ([]cobra.Completion, error) {
		alarms, err := w.OpenAlarms(ctx)
		var found []cobra.Completion
		for _, al := range alarms {
			found = append(found, fmt.Sprintf("%d\t%s", al.ID, al.Message))
		}
		return found, err
	})
}

func (a *app) offerShow(ctx context.Context, args []string) []cobra.Completion {
	documents := a.offerDocuments(desk.Held, desk.Acknowledged, desk.Filed, desk.Posted, desk.Rejected, desk.Recalled, desk.Foreign)
	if len(args) == 0 {
		return append([]cobra.Completion{"document", "file", "result"}, append(a.offerFiles(ctx, nil), documents(ctx, nil)...)...)
	}
	return behind(ctx, args, map[string]offer{"document": documents, "file": a.offerFiles, "result": a.offerResults(desk.ResultCollected, desk.ResultApplied, desk.ResultUnreadable)})
}

func (a *app) offerRetry(ctx context.Context, args []string) []cobra.Completion {
	if len(args) == 0 {
		return []cobra.Completion{"held", "document", "result"}
	}
	return behind(ctx, args, map[string]offer{
		"held": a.offerRoutes, "document": a.offerDocuments(desk.Held, desk.Posted, desk.Rejected), "result": a.offerResults(desk.ResultUnreadable),
	})
}

func (a *app) offerMark(ctx context.Context, args []string) []cobra.Completion {
	switch len(args) {
	case 0:
		return []cobra.Completion{"document", "file", "result", "alarm"}
	case 1:
		return behind(ctx, args, map[string]offer{
			"document": a.offerDocuments(desk.Held, desk.Acknowledged, desk.Filed, desk.Posted, desk.Rejected), "file": a.offerFiles,
			"result": a.offerResults(desk.ResultCollected, desk.ResultApplied, desk.ResultUnreadable), "alarm": a.offerAlarms,
		})
	case 2:
		return map[string][]cobra.Completion{"document": {"posted", "rejected", "settled"}, "file": {"received", "lost"}, "payment": {"valid", "invalid"}, "result": {"settled"}, "alarm": {"resolved"}}[args[0]]
	}
	return nil
}

// behind offers what belongs to the first word, for the second.
func behind(ctx context.Context, args []string, by map[string]offer) []cobra.Completion {
	if o := by[args[0]]; o != nil && len(args) == 1 {
		return o(ctx, nil)
	}
	return nil
}

// offerRecipients offers the names of notify.recipients to the command that takes them.
func (a *app) offerRecipients(command string) offer {
	return another(func(context.Context, []string) (out []cobra.Completion) {
		cfg, err := config.Load(a.Dir)
		if err != nil || command != "test" {
			return nil
		}
		for _, r := range cfg.Notify.Recipients {
			out = append(out, r.Name)
		}
		return out
	})
}
