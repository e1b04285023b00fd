package preview

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
)

//go:embed htmlview/preview.html htmlview/preview.css htmlview/preview.js
var pageParts embed.FS

// said is a text of the page.
var said = regexp.MustCompile(`\{\{say "([^"]+)"\}\}`)

// WriteHTML writes the preview as one page that a browser shows without a network: documents, posting lines and the
// file's rows side by side, and for each cell what it was made of. Whatever the documents hold is shown as text: the
// page's policy lets no script run but its own, and lets nothing be fetched.
func (v *Preview) WriteHTML(w io.Writer) error {
	part := func(name string) string {
		text, err := pageParts.ReadFile("htmlview/preview." + name)
		if err != nil { // it is part of the program
			return ""
		}
		return string(text)
	}
	data, err := json.Marshal(v.data()) // escapes <, > and &, so that nothing in it ends the script
	if err != nil {
		return fmt.Errorf("write the preview page: %w", err)
	}
	style, script := part("css"), part("js")
	policy := "default-src 'none'; style-src '" + digestOf(style) + "'; script-src '" + digestOf(script) +
		"'; base-uri 'none'; form-action 'none'"
	_, err = strings.NewReplacer("{{title}}", html.EscapeString(v.say("Preview of %s", v.plan.Name())), "{{policy}}", policy, "{{lang}}", v.in().Code(),
		"{{style}}", style, "{{script}}", script, "{{data}}", string(data)).
		WriteString(w, said.ReplaceAllStringFunc(part("html"), func(tag string) string {
			return html.EscapeString(v.say(said.FindStringSubmatch(tag)[1]))
		}))
	if err != nil {
		return fmt.Errorf("write the preview page: %w", err)
	}
	return nil
}

// digestOf names a style or script in a content security policy.
func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
