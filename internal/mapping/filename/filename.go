// Package filename makes the names of import files by the pattern of a template. Whatever a pattern, a setting or a
// document holds, a name has letters, digits, dot, hyphen and underscore only, does not begin with a dot, and cannot
// leave its folder.
package filename

import (
	"fmt"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Of is what a name may be made of.
type Of struct {
	Route, Group string
	Sequence     int64
	Created      time.Time
}

// Pattern is a file name pattern ready to be used.
type Pattern struct{ parts []part }

// part is a piece of a pattern: a text, or a name with a form.
type part struct{ text, name, form string }

// Setting gives the value of a setting, and the nearest name when there is none.
type Setting func(name string) (value string, known bool, nearest string)

// Read reads a pattern; the findings have no file and no place yet.
func Read(pattern string, setting Setting) (Pattern, findings.List) {
	var found findings.List
	bad := func(value string, reason say.Text, nearest string) {
		found = append(found, findings.Finding{Severity: findings.Error, Value: value, Reason: reason,
			Nearest: nearest})
	}
	parts, err := parse(pattern)
	if err != nil {
		bad(pattern, say.Of(err), "")
		return Pattern{}, found
	}
	sequence := false
	for i, p := range parts {
		switch {
		case p.name == "":
			if safe(p.text) != p.text {
				bad(p.text, "file names are made of letters, digits, dot, hyphen and underscore", "")
			}
		case p.name == "sequence":
			sequence = true
			if strings.Trim(p.form, "0") != "" {
				bad(p.form, "the form of {sequence} is zeros: {sequence:000000}", "")
			}
		case p.name == "date" || p.name == "time":
			if strings.Trim(p.form, "yMdHms-_.") != "" {
				bad(p.form, "the form of a date or time is made of yyyy, yy, MM, dd, HH, mm, ss", "")
			}
		case p.name == "route" || p.name == "group":
		case strings.HasPrefix(p.name, "settings."):
			value, known, nearest := setting(strings.TrimPrefix(p.name, "settings."))
			if !known {
				bad(p.name, "there is no such setting", nearest)
			}
			parts[i] = part{text: safe(value)}
		default:
			bad(p.name, "a file name knows {route}, {sequence}, {date}, {time}, {group} and {settings.NAME}", "")
		}
	}
	if !sequence {
		bad(pattern, "the file name needs {sequence}, or two files could have one name", "")
	}
	return Pattern{parts}, found
}

func parse(pattern string) ([]part, error) {
	var parts []part
	for pattern != "" {
		open := strings.IndexByte(pattern, '{')
		if open < 0 {
			return append(parts, part{text: pattern}), nil
		}
		if open > 0 {
			parts = append(parts, part{text: pattern[:open]})
		}
		end := strings.IndexByte(pattern, '}')
		if end < open {
			return nil, fmt.Errorf("a { has no }")
		}
		name, form, _ := strings.Cut(pattern[open+1:end], ":")
		parts = append(parts, part{name: name, form: form})
		pattern = pattern[end+1:]
	}
	return parts, nil
}

// safe keeps what every file system and every ERP takes, and puts a hyphen for the rest, so that no text can leave the
// folder.
func safe(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-', r == '_':
			return r
		}
		return '-'
	}, s)
}

// longestGroup is what of a group stands in a file name; the sequence number keeps the names apart.
const longestGroup = 80

// safeGroup is safe for what comes from documents: whatever it is, the name stays one that may be used, or one odd
// company code would stop the documents of all others.
func safeGroup(s string) string {
	s = strings.ReplaceAll(s, " / ", "-") // between the parts of a group
	s = safe(s)
	if len(s) > longestGroup {
		s = s[:longestGroup]
	}
	return strings.ReplaceAll(s, ".", "-")
}

// Name is the name of a file.
func (p Pattern) Name(of Of) (string, error) {
	var b strings.Builder
	for _, part := range p.parts {
		switch part.name {
		case "":
			b.WriteString(part.text)
		case "route":
			b.WriteString(safe(of.Route))
		case "group":
			b.WriteString(safeGroup(of.Group))
		case "sequence":
			fmt.Fprintf(&b, "%0*d", len(part.form), of.Sequence)
		default:
			b.WriteString(part.timeText(of.Created))
		}
	}
	name := b.String()
	if name == "" || strings.HasPrefix(name, ".") || strings.Contains(name, "..") || len(name) > longest {
		return name, errForm
	}
	return name, nil
}

// longest is the length of a name at most.
const longest = 200

var errForm = fmt.Errorf("it must not begin with a dot, hold two dots in a row, or be longer than %d characters; "+
	"change file_name of the template or the group", longest)

// timeText is the day or the time of day in the form of the part.
func (p part) timeText(created time.Time) string {
	form := p.form
	if form == "" {
		form = map[string]string{"date": "yyyyMMdd", "time": "HHmmss"}[p.name]
	}
	return created.Format(strings.NewReplacer("yyyy", "2006", "yy", "06", "MM", "01", "dd", "02", "HH", "15", "mm",
		"04", "ss", "05").Replace(form))
}
