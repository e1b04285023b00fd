package term

import (
	"strings"
)

// HelpText breaks a text at blanks. Lines of a paragraph flow; a line that begins with a blank, or with words and a
// wide gap as in a list, keeps its beginning, and goes on below what stands behind the gap.
func HelpText(text string, width int) string {
	var out []string
	for _, paragraph := range strings.Split(text, "\n\n") {
		lines := strings.Split(paragraph, "\n")
		flowing := ""
		flush := func() {
			if flowing != "" {
				out = append(out, Wrap(flowing, width))
				flowing = ""
			}
		}
		for _, line := range lines {
			if at := behindGap(line); at > 0 {
				flush()
				out = append(out, hanging(line, at, width))
				continue
			}
			flowing = strings.TrimSpace(flowing + " " + line)
		}
		flush()
		out = append(out, "")
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n")
}

// behindGap is where the text behind a wide gap of a list's line begins; 0: it is a line like others.
func behindGap(line string) int {
	words := strings.TrimLeft(line, " ")
	indent := len(line) - len(words)
	if at := strings.Index(words, "  "); at > 0 {
		rest := strings.TrimLeft(words[at:], " ")
		return indent + len(words) - len(rest)
	}
	return indent
}

func hanging(line string, at, width int) string {
	parts := strings.Split(Wrap(line[at:], max(20, width-at)), "\n")
	return line[:at] + strings.Join(parts, "\n"+strings.Repeat(" ", at))
}
