package term

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Questions asks a person at a terminal, one line a question: it needs no colours and no moving cursor, so that a screen
// reader tells it too. Every question has an answer that an empty line takes.
type Questions struct {
	ctx context.Context
	in  *bufio.Reader
	tty *os.File
	out *Stream
}

// ErrNoAnswer says that the input ended before a question was answered.
var ErrNoAnswer = errors.New("no answer")

// NewQuestions asks on out and reads from a terminal, whose wait ends with ctx.
func NewQuestions(ctx context.Context, tty *os.File, in *Input, out *Stream) *Questions {
	return &Questions{ctx: ctx, in: bufio.NewReader(in), tty: tty, out: out}
}

// Say tells something between questions.
func (q *Questions) Say(format string, args ...any) { Print(q.out, format+"\n", args...) }

// Text asks for a line. usual is what an empty line means; check refuses an answer with the reason, and the question is
// asked again.
func (q *Questions) Text(question, usual string, check func(string) error) (string, error) {
	for {
		Print(q.out, "%s [%s]: ", question, usual)
		line, err := q.in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			Print(q.out, "\n")
			return "", ErrNoAnswer
		}
		if err != nil {
			return "", err
		}
		answer := strings.TrimSpace(line)
		if answer == "" {
			answer = usual
		}
		if check != nil {
			if err := check(answer); err != nil {
				q.Say("  %v", err)
				continue
			}
		}
		return answer, nil
	}
}

// Secret asks for a line that is not shown. An empty one is "".
func (q *Questions) Secret(question string) (string, error) {
	text, err := AskSecret(q.ctx, q.out, q.tty, question+" (not shown) [later]: ")
	if errors.Is(err, io.EOF) {
		return "", ErrNoAnswer
	}
	return strings.TrimSpace(string(text)), err
}

// Choice asks for one of a list, by its number or its name; the first one is usual. What each means stands beside it.
func (q *Questions) Choice(question string, names, meanings []string) (int, error) {
	for i, name := range names {
		Print(q.out, "  %2d  %-22s %s\n", i+1, name, cutTo(meanings[i], max(20, q.out.Width()-30)))
	}
	chosen := 0
	_, err := q.Text(question, "1", func(answer string) error {
		for i, name := range names {
			if strings.EqualFold(name, answer) {
				chosen = i
				return nil
			}
		}
		n, err := strconv.Atoi(answer)
		if err != nil || n < 1 || n > len(names) {
			return fmt.Errorf("a number from 1 to %d, or one of the names", len(names))
		}
		chosen = n - 1
		return nil
	})
	return chosen, err
}

// Yes asks for yes or no; usual is what an empty line means.
func (q *Questions) Yes(question string, usual bool) (bool, error) {
	word := "no"
	if usual {
		word = "yes"
	}
	yes := false
	_, err := q.Text(question, word, func(answer string) error {
		switch strings.ToLower(answer) {
		case "y", "yes", "j", "ja", "o", "oui", "s", "sí", "si":
			yes = true
		case "n", "no", "nein", "non":
			yes = false
		default:
			return errors.New("yes or no")
		}
		return nil
	})
	return yes, err
}

// cutTo shortens a text that is only there to choose by.
func cutTo(text string, width int) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) <= width {
		return string(letters)
	}
	return string(letters[:width-3]) + "..."
}
