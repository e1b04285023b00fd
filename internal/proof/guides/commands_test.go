package guides

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/fisbridge/fisbridge/internal/cli"
)

// runCommands sees whether the program takes each command: it exists, and so do its flags, and it takes so many words.
func runCommands(t *testing.T, e example) {
	for _, line := range strings.Split(strings.TrimSpace(e.text), "\n") {
		words := wordsOf(line)
		if len(words) == 0 || words[0] == "cd" {
			continue
		}
		if words[0] != "fisbridge" {
			t.Errorf("docs/%s:%d: %s is no command of the program", e.page, e.line, line)
			continue
		}
		cmd, rest, err := cli.Tree().Find(words[1:])
		if err == nil {
			err = cmd.ParseFlags(rest)
		}
		if err == nil {
			err = cmd.ValidateArgs(cmd.Flags().Args())
		}
		if err == nil && !cmd.Runnable() {
			t.Errorf("docs/%s:%d: %s: the command wants another word", e.page, e.line, line)
		}
		if err != nil {
			t.Errorf("docs/%s:%d: %s: %v", e.page, e.line, line, err)
		}
	}
}

// wordsOf are the words of a command line, as a shell takes them apart; a remark ends it.
func wordsOf(line string) (words []string) {
	word, quote, open := "", rune(0), false
	for _, r := range line + " " {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word += string(r)
		case r == '"' || r == '\'':
			quote, open = r, true
		case r == ' ' && (word != "" || open):
			words, word, open = append(words, word), "", false
		case r == ' ':
		case r == '#' && word == "":
			return words
		default:
			word += string(r)
		}
	}
	return words
}

// command runs a command in a folder.
func command(t *testing.T, folder string, args ...string) (out string, code int) {
	t.Helper()
	var both strings.Builder
	code = cli.Run(t.Context(), append([]string{"-C", folder}, args...), strings.NewReader(""), &both, &both)
	return both.String(), code
}

// runMappingCheck makes the workbook of the page, with the slip where the page has one, and checks it.
func runMappingCheck(t *testing.T, e example) {
	folder := t.TempDir()
	t.Chdir(folder)
	if out, code := command(t, ".", "init", "--template", "generic-csv", "."); code != 0 {
		t.Fatal(out)
	}
	const book = "mappings/acme.xlsx"
	if out, code := command(t, ".", "mapping", "new", "--template", "generic-csv", "-o", book); code != 0 {
		t.Fatal(out)
	}
	f, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	value := "LEFT(line.text; 30)"
	if strings.Contains(e.text, "line.txt") {
		value = "line.txt"
	}
	if err := f.SetCellStr("Columns", "C14", value); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if out, _ := command(t, ".", "mapping", "check", book); !strings.Contains(out, strings.TrimSpace(e.text)) {
		t.Errorf("docs/%s:%d: mapping check says\n%s", e.page, e.line, out)
	}
}

// runExplanation compares what the page shows with the explanation that a test of the command line has.
func runExplanation(t *testing.T, e example) {
	golden, err := os.ReadFile(filepath.Join(root, "internal", "cli", "testdata", "look", "explain-account.txt"))
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(e.text, "\n")
	if strings.Join(strings.Fields(shown), " ") != strings.Join(strings.Fields(string(golden)), " ") {
		t.Errorf("docs/%s:%d: explain says\n%s", e.page, e.line, golden)
	}
}
