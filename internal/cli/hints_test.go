package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/fisbridge/fisbridge/internal/cli/frame"
	"github.com/fisbridge/fisbridge/internal/cli/term"
)

// prose are the words that stand behind "fisbridge" in sentences about the program.
var prose = strings.Fields(`itself could has holds works acts is and does did takes knows made that can cannot writes reads or process never lies on as to by from at in so whose asks stops then will finds tells deletes
	keeps runs sends was uses renders drops shows needs counts gives looks puts goes for with the of itself: sees may
	wrote renews fetches held brings makes`)

var mention = regexp.MustCompile("fisbridge((?: +[^ `\"\\n;(),:]+)+)")

// Every command that a message, a hint, a note or the documentation names can be given: it exists, its subcommand exists, and so do its flags.
func TestEveryHintWorks(t *testing.T) {
	root := newRoot(&app{&frame.Frame{Stdout: term.NewStream(nil), Stderr: term.NewStream(nil)}})
	texts := sourceTexts(t)
	if len(texts) < 200 {
		t.Fatalf("only %d texts name a command", len(texts))
	}
	for text, place := range texts {
		for _, m := range mention.FindAllStringSubmatch(text, -1) {
			if wrong := wrongCommand(root, strings.Fields(m[1])); wrong != "" {
				t.Errorf("%s: %s: %q", place, wrong, strings.TrimSpace(m[0]))
			}
		}
	}
}

// wrongCommand says what is wrong with the words of a command; empty when nothing is, or when they are no command.
func wrongCommand(root *cobra.Command, words []string) string {
	for len(words) > 1 && words[0] == "-C" {
		words = words[2:]
	}
	if len(words) == 0 || !regexp.MustCompile(`^[a-z]+$`).MatchString(words[0]) || slices.Contains(prose, words[0]) {
		return ""
	}
	cmd := root
	for len(words) > 0 {
		next := child(cmd, words[0])
		if next == nil {
			if cmd == root {
				return "there is no such command"
			}
			if cmd.HasSubCommands() && regexp.MustCompile(`^[a-z]+$`).MatchString(words[0]) && !slices.Contains(prose, words[0]) {
				return "there is no such subcommand"
			}
			break
		}
		cmd, words = next, words[1:]
	}
	for _, w := range words {
		name, _, _ := strings.Cut(strings.TrimLeft(strings.Trim(w, "'.…]["), "-"), "=")
		switch {
		case strings.HasPrefix(w, "--") && name != "help" && cmd.Flags().Lookup(name) == nil && cmd.InheritedFlags().Lookup(name) == nil:
			return "there is no flag --" + name
		case strings.HasPrefix(w, "-") && len(name) == 1 && cmd.Flags().ShorthandLookup(name) == nil && cmd.InheritedFlags().ShorthandLookup(name) == nil:
			return "there is no flag -" + name
		}
	}
	if f := cmd.Flags().Lookup("reason"); f != nil && !strings.HasPrefix(f.Usage, "why it ends") && len(words) > 0 && words[len(words)-1] != "--next-number" && !slices.ContainsFunc(words, isProse) && !slices.Contains(words, "--look") && !slices.Contains(words, "--reason") && !slices.Contains(words, "-r") {
		return "the reason is missing"
	}
	return wrongWords(cmd, words)
}

func isProse(word string) bool { return slices.Contains(prose, word) }

// wrongWords checks the words that some commands take.
func wrongWords(cmd *cobra.Command, words []string) string {
	if cmd.Name() != "mark" || len(words) < 3 {
		return ""
	}
	may := map[string]string{"document": "posted rejected settled posted|rejected", "file": "received lost", "result": "settled", "alarm": "resolved", "payment": "valid invalid --document"}[words[0]]
	if may == "" || !slices.Contains(strings.Fields(may), words[2]) {
		return "mark does not know these words"
	}
	return ""
}

func child(cmd *cobra.Command, name string) *cobra.Command {
	for _, c := range cmd.Commands() {
		if c.Name() == name {
			return c
		}
	}
	return nil
}

// sourceTexts are the texts in our packages and pages that name the program, with their places.
func sourceTexts(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, dir := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				lit, ok := n.(*ast.BasicLit)
				if !ok || lit.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(lit.Value)
				if err == nil && strings.Contains(text, "fisbridge ") {
					out[text] = files.Position(lit.Pos()).String()
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			for _, code := range codeIn(line) {
				out[code] = page + ":" + strconv.Itoa(i+1)
			}
		}
	}
	return out
}

// codeIn gives what stands between backticks, or the whole line of a transcript.
func codeIn(line string) (out []string) {
	if strings.HasPrefix(line, "fisbridge ") || strings.HasPrefix(line, "$ fisbridge ") {
		return []string{line}
	}
	for i, part := range strings.Split(line, "`") {
		if i%2 == 1 && strings.HasPrefix(part, "fisbridge ") {
			out = append(out, part)
		}
	}
	return out
}

// Help fits a terminal of 80 columns.
func TestHelpFits(t *testing.T) {
	root := newRoot(&app{&frame.Frame{Stdout: term.NewStream(nil), Stderr: term.NewStream(nil)}})
	frame.Each(root, func(cmd *cobra.Command) {
		for _, line := range strings.Split(cmd.Long+"\n"+cmd.LocalFlags().FlagUsagesWrapped(frame.HelpWidth), "\n") {
			if n := len([]rune(line)); n > frame.HelpWidth {
				t.Errorf("%s --help: %d columns: %s", cmd.CommandPath(), n, line)
			}
		}
	})
}
