package fill

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// editing changes a part of a workbook and leaves all bytes alone that it has no reason to change: what the customer's
// Excel wrote, in its order, with whatever is unknown here.
type editing struct {
	// attribute gives an attribute its new value; keep is false for one to take out.
	attribute func(e xml.StartElement, name, value string) (_ string, keep bool)
	// text gives the text in an element its new value.
	text func(element, value string) string
	// recompute takes the values of formulas out, so that whoever opens the workbook computes them.
	recompute bool
}

// edit is the part as it is after the change.
func (e *editing) edit(part []byte) ([]byte, error) {
	w := &editor{editing: e, in: part, d: xml.NewDecoder(bytes.NewReader(part))}
	w.d.CharsetReader = func(label string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("is in %s, not UTF-8: save the workbook with Excel", label)
	}
	for {
		from := int(w.d.InputOffset())
		token, err := w.d.RawToken()
		if errors.Is(err, io.EOF) {
			return append(w.out, part[w.done:]...), nil
		}
		if err != nil {
			return nil, err
		}
		w.token(token, from, int(w.d.InputOffset()))
	}
}

// sharedFormula is the element of a formula that further cells share.
const sharedFormula = "f shared"

// pivotCache is the element that keeps what a pivot table is made of.
const pivotCache = "pivotCacheDefinition"

type editor struct {
	*editing
	in, out []byte
	done    int // what of in is in out
	d       *xml.Decoder
	element string
	formula bool // the cell in hand has one
	value   int  // where the value begins that is to be taken out, -1 outside
}

func (w *editor) replace(from, to int, by string) {
	w.out = append(append(w.out, w.in[w.done:from]...), by...)
	w.done = to
}

func (w *editor) token(token xml.Token, from, to int) {
	switch t := token.(type) {
	case xml.StartElement:
		w.element = t.Name.Local
		switch w.element {
		case "c":
			w.formula = false
		case "f":
			w.formula = true
			if slices.ContainsFunc(t.Attr, func(a xml.Attr) bool { return a.Name.Local == "t" && a.Value == "shared" }) {
				w.element = sharedFormula
			}
		}
		if w.recompute && w.formula && w.element == "v" {
			w.value = from
			return
		}
		if tag := w.tag(t, string(w.in[from:to])); tag != string(w.in[from:to]) {
			w.replace(from, to, tag)
		}
	case xml.EndElement:
		if w.recompute && w.formula && t.Name.Local == "v" {
			w.replace(w.value, to, "")
		}
		w.element = ""
	case xml.CharData:
		if w.text == nil || w.element == "" {
			return
		}
		if now := w.text(w.element, string(t)); now != string(t) {
			var escaped bytes.Buffer
			_ = xml.EscapeText(&escaped, []byte(now))
			w.replace(from, to, escaped.String())
		}
	}
}

// tag is a start tag with its attributes changed.
func (w *editor) tag(e xml.StartElement, tag string) string {
	if w.attribute == nil {
		return tag
	}
	if e.Name.Local == pivotCache && !strings.Contains(tag, " refreshOnLoad=") {
		tag = strings.TrimSuffix(tag, ">") + ` refreshOnLoad="1">`
	}
	for _, a := range e.Attr {
		if a.Name.Space != "" {
			continue
		}
		now, keep := w.attribute(e, a.Name.Local, a.Value)
		if keep && now == a.Value {
			continue
		}
		by := ""
		if keep {
			by = " " + a.Name.Local + `="` + strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace(now) + `"`
		}
		at := regexp.MustCompile(`\s` + regexp.QuoteMeta(a.Name.Local) + `\s*=\s*("[^"]*"|'[^']*')`).FindStringIndex(tag)
		if at != nil {
			tag = tag[:at[0]] + by + tag[at[1]:]
		}
	}
	return tag
}
