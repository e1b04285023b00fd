package mapping

import (
	"fmt"
	"strings"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// namePart is a piece of a file name pattern: a text, or a name with a form.
type namePart struct{ text, name, form string }

// fileName reads the template's file name pattern.
func (c *compiler) fileName() []namePart {
	parts, err := parsePattern(c.tpl.FileName)
	if err != nil {
		c.templateError("file_name", c.tpl.FileName, err.Error())
		return nil
	}
	sequence := false
	for i, p := range parts {
		switch {
		case p.name == "":
			if safe(p.text) != p.text {
				c.templateError("file_name", p.text, "file names are made of letters, digits, dot, hyphen and underscore")
			}
		case p.name == "sequence":
			sequence = true
			if strings.Trim(p.form, "0") != "" {
				c.templateError("file_name", p.form, "the form of {sequence} is zeros: {sequence:000000}")
			}
		case p.name == "date" || p.name == "time":
			if strings.Trim(p.form, "yMdHms-_.") != "" {
				c.templateError("file_name", p.form, "the form of a date or time is made of yyyy, yy, MM, dd, HH, mm, ss")
			}
		case p.name == "route" || p.name == "group":
		case strings.HasPrefix(p.name, "settings."):
			name := strings.TrimPrefix(p.name, "settings.")
			v, ok := c.settings[strings.ToLower(name)]
			if !ok {
				c.found.List = append(c.found.List, findings.Finding{Severity: findings.Error, File: c.tpl.Path(), Cell: "file_name", Value: p.name, Reason: "there is no such setting", Nearest: wording.Nearest(name, c.settingNames)})
			}
			parts[i] = namePart{text: safe(v.String())}
		default:
			c.templateError("file_name", p.name, "a file name knows {route}, {sequence}, {date}, {time}, {group} and {settings.NAME}")
		}
	}
	if !sequence {
		c.templateError("file_name", c.tpl.FileName, "the file name needs {sequence}, or two files could have one name")
	}
	return parts
}

func parsePattern(pattern string) ([]namePart, error) {
	var parts []namePart
	for pattern != "" {
		open := strings.IndexByte(pattern, '{')
		if open < 0 {
			return append(parts, namePart{text: pattern}), nil
		}
		if open > 0 {
			parts = append(parts, namePart{text: pattern[:open]})
		}
		end := strings.IndexByte(pattern, '}')
		if end < open {
			return nil, fmt.Errorf("a { has no }")
		}
		name, form, _ := strings.Cut(pattern[open+1:end], ":")
		parts = append(parts, namePart{name: name, form: form})
		pattern = pattern[end+1:]
	}
	return parts, nil
}

// safe keeps what every file system and every ERP takes, and puts a hyphen for the rest, so that no text can leave the folder.
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

// safeGroup is safe for what comes from documents: whatever it is, the name stays one that may be used, or one odd company code would stop
// the documents of all others.
func safeGroup(s string) string {
	s = safe(s)
	if len(s) > longestGroup {
		s = s[:longestGroup]
	}
	return strings.ReplaceAll(s, ".", "-")
}

// FileName is the name of a file by the template's pattern. It holds letters, digits, dot, hyphen and underscore only, and does not begin
// with a dot.
func (p *Plan) FileName(ctx FileContext) (string, error) {
	var b strings.Builder
	for _, part := range p.fileName {
		switch part.name {
		case "":
			b.WriteString(part.text)
		case "route":
			b.WriteString(safe(ctx.Route))
		case "group":
			b.WriteString(safeGroup(ctx.Group))
		case "sequence":
			fmt.Fprintf(&b, "%0*d", len(part.form), ctx.Sequence)
		default:
			b.WriteString(timeForm(part, ctx))
		}
	}
	name := b.String()
	if name == "" || strings.HasPrefix(name, ".") || strings.Contains(name, "..") || len(name) > 200 {
		return "", fmt.Errorf("file name %q of mapping %s: it must not begin with a dot, hold two dots in a row, or be longer than 200 characters; change file_name of the template or the group", name, p.name)
	}
	return name, nil
}

func timeForm(part namePart, ctx FileContext) string {
	form := part.form
	if form == "" {
		form = map[string]string{"date": "yyyyMMdd", "time": "HHmmss"}[part.name]
	}
	goForm := strings.NewReplacer("yyyy", "2006", "yy", "06", "MM", "01", "dd", "02", "HH", "15", "mm", "04", "ss", "05").Replace(form)
	return ctx.Created.Format(goForm)
}
