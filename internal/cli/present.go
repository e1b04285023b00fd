package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// How people read times, ages and amounts in the terminal. Machines ask for --json, where nothing is shortened.

// usualWidth is how wide output is that no terminal shows: a mail of cron, a pipe.
const usualWidth = 100

// width is how many columns there are to write into.
func (a *app) width() int {
	if f, ok := a.stdout.raw.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return max(60, w)
		}
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return max(60, n)
	}
	return usualWidth
}

// when writes a moment; all times of one screen are UTC, which its first line says.
func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}

// age writes how long ago a moment was, in its largest unit.
func age(now, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	switch d := now.Sub(t); {
	case d < time.Second:
		return "now"
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	default:
		return fmt.Sprintf("%d d", int(d.Hours()/24))
	}
}

// ago is age with the words around it.
func ago(now, t time.Time) string {
	if s := age(now, t); s != "now" {
		return s + " ago"
	}
	return "just now"
}

// money writes an amount with its currency's decimals and commas between thousands.
func money(a fis.Amount, currency string) string {
	s := fis.Text(a, currency)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, rest := s, ""
	if point := strings.IndexByte(s, '.'); point >= 0 {
		whole, rest = s[:point], s[point:]
	}
	return sign + grouped(whole) + rest
}

// grouped puts commas between thousands.
func grouped(digits string) string {
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return digits
}

func currencyName(currency string) string {
	if currency == "" {
		return "no currency"
	}
	return currency
}

// counted writes a number with its noun: 1 document, 2,000 documents.
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return grouped(strconv.Itoa(n)) + " " + noun
}

// lines writes name and value pairs, the values under each other; long values go on in further lines under their own beginning.
type lines struct {
	out   io.Writer
	width int
	label int
}

func (l lines) put(label, format string, args ...any) {
	value := sentence(format, args...)
	if value == "" {
		return
	}
	room := max(20, l.width-l.label-1)
	for i, part := range strings.Split(wrap(value, room), "\n") {
		if i > 0 {
			label = ""
		}
		print(l.out, "%-*s %s\n", l.label, label, own(part))
	}
}

// wrap breaks a text at blanks; what has no blank for longer than a line, a hash, stays whole.
func wrap(s string, width int) string {
	var out strings.Builder
	for i, paragraph := range strings.Split(s, "\n") {
		if i > 0 {
			out.WriteByte('\n')
		}
		at := 0
		for _, word := range strings.Fields(paragraph) {
			n := utf8.RuneCountInString(word)
			switch {
			case at == 0:
			case at+1+n > width:
				out.WriteByte('\n')
				at = 0
			default:
				out.WriteByte(' ')
				at++
			}
			out.WriteString(word)
			at += n
		}
	}
	return out.String()
}

// grid is a table that fits the width: its last column takes what the others leave, and breaks into lines.
type grid struct {
	heads []string
	right []int // columns (from 0) that are aligned to the right
	rows  [][]string
}

func (g *grid) add(cells ...string) {
	for i, c := range cells {
		cells[i] = wording.Visible(c)
	}
	g.rows = append(g.rows, cells)
}

func (g *grid) write(out io.Writer, width int) {
	heads := make([]any, len(g.heads))
	used := 1
	for i, h := range g.heads {
		heads[i] = h
		if i < len(g.heads)-1 {
			used += g.columnWidth(i) + 3
		}
	}
	t := newTable(out, heads...)
	t.Style().Format.Header = text.FormatDefault
	last := max(18, width-used-3)
	var columns []table.ColumnConfig
	for _, c := range g.right {
		columns = append(columns, table.ColumnConfig{Number: c + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.SetColumnConfigs(columns)
	for _, r := range g.rows {
		cells := make(table.Row, len(r))
		for i, c := range r {
			if i == len(g.heads)-1 && utf8.RuneCountInString(c) > last {
				c = text.WrapSoft(wrap(c, last), last)
			}
			cells[i] = c
		}
		t.AppendRow(cells)
	}
	t.Render()
}

func (g *grid) columnWidth(i int) int {
	w := utf8.RuneCountInString(g.heads[i])
	for _, r := range g.rows {
		if i < len(r) {
			w = max(w, utf8.RuneCountInString(r[i]))
		}
	}
	return w
}

// item writes one thing in its own line, and what is to be said of it indented below.
func item(out io.Writer, width int, head, body string) {
	print(out, "  %s\n", head)
	if body == "" {
		return
	}
	for _, line := range strings.Split(wrap(wording.Visible(body), width-6), "\n") {
		print(out, "      %s\n", own(line))
	}
}

// short is the beginning of a hash.
func short(hash string) string {
	if len(hash) <= 12 {
		return hash
	}
	return hash[:12] + "…"
}
