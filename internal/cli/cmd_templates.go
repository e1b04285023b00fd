package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
)

func newTemplates(a *app) *cobra.Command {
	var markdown bool
	cmd := &cobra.Command{
		Use:   "templates [NAME|ERP]",
		Short: "Which ERPs there are templates for, and who has read their files besides us",
		Long: `templates lists the templates of import files: which ERP reads them, for which documents, and their judge, which is who says besides us that a
file is right. A: a program or schema that nobody here wrote; B: the vendor's own rules; C: public definitions and real files.

With the name of a template it tells all about one: what the ERP calls the import, what comes back, what is proved and what is not. With the name of an
ERP or a vendor it lists what that one reads. Templates of the working folder that -C names are in the list.`,
		Example: "  fisbridge templates\n  fisbridge templates sap\n  fisbridge templates generic-csv",
		Args:    frame.WantArgs(0, 1),
	}
	cmd.Flags().BoolVar(&markdown, "markdown", false, "write the page docs/erps.md of the built-in templates")
	cmd.RunE = a.Action(func(_ context.Context, args []string) error {
		if markdown && (len(args) > 0 || a.JSON) {
			return desk.Usage(fmt.Errorf("--markdown writes the page of all templates: leave out NAME and --json"))
		}
		if markdown {
			page, err := workshop.ERPsPage()
			if err == nil {
				_, err = a.Stdout.Write([]byte(page))
			}
			return err
		}
		all := workshop.TemplatesFor(a.Dir, "")
		if len(args) == 0 {
			return a.showTemplates(workshop.Templates(all), true)
		}
		found, err := workshop.FindTemplates(all, args[0])
		switch {
		case err != nil:
			return err
		case len(found) == 1 && a.JSON:
			return a.WriteJSON(found[0])
		case len(found) == 1:
			a.showTemplate(&found[0])
			return nil
		}
		return a.showTemplates(found, false)
	})
	return cmd
}

// shelf is the list for machines.
type shelf struct {
	Templates []workshop.Template `json:"templates"`
	Missing   []workshop.Missing  `json:"missing,omitempty"`
}

// showTemplates lists templates; whole, with what is asked for and not there.
func (a *app) showTemplates(list []workshop.Template, whole bool) error {
	out := shelf{Templates: list}
	if whole {
		var err error
		if out.Missing, err = workshop.MissingTemplates(); err != nil {
			return err
		}
	}
	if a.JSON {
		return a.WriteJSON(out)
	}
	g := term.Grid{Heads: []string{"template", "documents", "read by, and the judge of its files"}}
	for i := range list {
		t := &list[i]
		name := t.Name
		if t.Own {
			name += " (own)"
		}
		g.Add(name, t.For(), readBy(t))
	}
	g.Write(a.Stdout, a.Width())
	for _, m := range out.Missing {
		term.Item(a.Stdout, a.Width(), "not there: "+m.ERP+", "+m.Files, m.Why)
	}
	a.Remark("fisbridge templates NAME tells all about one; fisbridge demo --template NAME runs the loop with it")
	return nil
}

// readBy says who reads the file, and who judged it.
func readBy(t *workshop.Template) string {
	switch {
	case t.Problem != "":
		return "cannot be used: " + t.Problem
	case t.About == nil:
		return t.Title
	}
	return t.ERPs() + ". " + t.Judge()
}

// showTemplate tells all about one.
func (a *app) showTemplate(t *workshop.Template) {
	out := term.Lines{Out: a.Stdout, Width: a.Width(), Label: 14}
	a.Say("%s: %s", t.Name, t.Title)
	if t.Problem != "" {
		out.Put("problem", "%s", t.Problem)
	}
	if t.Description != "" {
		out.Put("what", "%s", strings.TrimSpace(t.Description))
	}
	out.Put("documents", "%s", t.Types())
	out.Put("file", "%s, %s", t.Kind, t.FileName)
	out.Put("acceptance", "%s", t.Takes())
	if len(t.Results) > 0 {
		out.Put("reads", "%s", strings.Join(t.Results, ", "))
	}
	if t.About != nil {
		out.Put("read by", "%s", t.ERPs())
		out.Put("called there", "%s", t.About.Import)
		out.Put("comes back", "%s", t.About.Answers)
		for _, j := range t.About.Judges {
			out.Put("judge", "%s: %s: %s", j.Grade, j.Name, j.Proves)
		}
		if len(t.About.Judges) == 0 {
			out.Put("judge", "%s", workshop.NoReader)
		}
		for _, n := range t.About.NotProved {
			out.Put("not proved", "%s", n)
		}
		out.Put("sources", "%s", strings.Join(t.About.Sources, "; "))
	}
	if t.Own {
		return
	}
	out.Put("try it", "fisbridge demo --template %s", t.Name)
	out.Put("begin", "fisbridge init --template %s FOLDER\n(templates/%s/README.md says how the ERP's side is set up)", t.Name, t.Name)
}
