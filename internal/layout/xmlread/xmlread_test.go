package xmlread

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/fisbridge/fisbridge/internal/layout"
)

// all reads a file to its end and writes its events down.
func all(in io.ReaderAt, size int64, line int) (string, error) {
	var b strings.Builder
	r := New(layout.Input{R: in, Size: size, Limits: layout.Limits{Line: line}})
	for {
		kind, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return b.String(), nil
		case err != nil:
			return b.String(), err
		case kind == Begin:
			fmt.Fprintf(&b, "<%s", r.Name)
			for _, a := range r.Attributes {
				fmt.Fprintf(&b, " %s=%s", a.Name.Local, a.Value)
			}
			b.WriteString(">")
		default:
			fmt.Fprintf(&b, "%s</%s>", r.Text(), r.Name)
		}
	}
}

func TestEvents(t *testing.T) {
	for in, want := range map[string]string{
		`<a><b x="1"> t&amp;<![CDATA[<u>]]><!-- c --> </b><n:c/></a>`: `<a><b x=1>t&<u></b><c></c></a>`,
		"\uFEFF<?xml version='1.0'?>\n<a>\u00e4</a>\n<!-- end -->\n":  `<a>ä</a>`,
		"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>":      `<a>ä</a>`,
		"\xff\xfe<\x00a\x00/\x00>\x00":                                `<a></a>`,
		"<a b = 'x > &#x20AC;&lt;'\n/>":                               `<a b=x > €<></a>`,
		"<a>1\r\n2\r3 ]] ]&gt;</a>":                                   "<a>1\n2\n3 ]] ]></a>",
		"<a><![CDATA[]]]]><![CDATA[>]]></a >":                         `<a>]]></a>`,
		"<?pi <a> ?><ä:é ü='1'></ä:é>":                                `<é ü=1></é>`,
		// what some bank sends: a declaration behind blanks, line breaks or a second byte order mark, obeyed all the same
		"\r\n \t<?xml version='1.0' encoding='utf-8'?>\n<a>\u00e4</a>":                   `<a>ä</a>`,
		"\n<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>":                       `<a>ä</a>`,
		"\uFEFF\n<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>":                 `<a>ä</a>`,
		"\uFEFF\uFEFF<?xml version='1.0'?><a>\u00e4</a>":                                 `<a>ä</a>`,
		strings.Repeat(" ", 1000) + "<?xml version='1.0' encoding='latin1'?><a>\xe4</a>": `<a>ä</a>`,
		"\xff\xfe\n\x00<\x00?\x00x\x00m\x00l\x00 \x00?\x00>\x00<\x00a\x00/\x00>\x00":     `<a></a>`,
	} {
		got, err := all(strings.NewReader(in), int64(len(in)), 1<<10)
		if got != want || err != nil {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

// Namespaces are those of the element, whatever its prefix; one ends with the element that names it.
func TestNamespaces(t *testing.T) {
	in := `<a xmlns="u:a"><p:b xmlns:p="u:b" p:x="1" y="2"><c xmlns=""/></p:b><p:d/><e xml:lang="de"/></a>`
	r := New(layout.Input{R: strings.NewReader(in), Size: int64(len(in)), Limits: layout.Limits{Line: 1 << 10}})
	var got []string
	for {
		kind, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if kind == Begin {
			said := r.Space + "|" + r.Name
			for _, a := range r.Attributes {
				said += " " + a.Name.Space + "|" + a.Name.Local
			}
			got = append(got, said)
		}
	}
	want := []string{"u:a|a |xmlns", "u:b|b xmlns|p u:b|x |y", "|c |xmlns", "p|d", "u:a|e http://www.w3.org/XML/1998/namespace|lang"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%q", got)
	}
}

// A reader that gives a byte at a time makes the same of a file, in time that grows with it and not faster.
func TestPieces(t *testing.T) {
	in := "<?xml version='1.0' encoding='iso-8859-1'?><a>" + strings.Repeat("<b x='\xe4'>text \xe4 &amp; more</b>", 3000) + strings.Repeat("y", 100_000) + "</a>"
	tokens := func(source io.Reader) (out []string) {
		made := newTokens(source, 1<<20)
		made.encoding = "iso-8859-1"
		for {
			k, err := made.next()
			if errors.Is(err, io.EOF) {
				return out
			}
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, fmt.Sprint(k, made.tag, len(made.text), made.attrs))
		}
	}
	whole, err := charsetReader("iso-8859-1", strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(whole)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := tokens(bytes.NewReader(text)), tokens(iotest.OneByteReader(bytes.NewReader(text))); len(a) < 9000 || strings.Join(a, "\n") != strings.Join(b, "\n") {
		t.Error("byte by byte it is another file")
	}
}

// What is no sound XML, or could do harm, is refused, with the reason.
func TestRefused(t *testing.T) {
	deep := strings.Repeat("<a>", 101)
	for name, c := range map[string]struct{ in, want string }{
		"document type":    {`<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>`, "document type"},
		"external entity":  {`<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`, "document type"},
		"unknown entity":   {`<a>&x;</a>`, "well-formed"},
		"two roots":        {`<a/><b/>`, "second root element <b>"},
		"text outside":     {`hello <a/>`, "no XML"},
		"empty":            {` `, "no XML"},
		"not closed":       {`<a><b></b>`, "well-formed"},
		"crossed":          {`<a><b></a></b>`, "well-formed"},
		"attribute twice":  {`<a x="1" x="2"/>`, "stands twice"},
		"not quoted":       {`<a x=1/>`, "well-formed"},
		"control":          {"<a>\x01</a>", "well-formed"},
		"bytes":            {"<a>\xff</a>", "well-formed"},
		"end alone":        {"</a>", "well-formed"},
		"other prefix":     {"<x:a></y:a>", "element <x:a> closed by </y:a>"},
		"second end":       {"<a/></a>", "unexpected end"},
		"cut in a tag":     {"<a><b x='1", "unexpected EOF"},
		"cut in a comment": {"<a><!-- x", "unexpected EOF"},
		"< in a value":     {"<a x='<'/>", "unescaped <"},
		"]]> in a text":    {"<a>]]></a>", "CDATA"},
		"two dashes":       {"<a><!-- a -- b --></a>", "comments"},
		"no name":          {"<a>< b/></a>", "element name"},
		"digit first":      {"<1a/>", "element name"},
		"two colons":       {"<a:b:c/>", "element name"},
		"late declaration": {"<a><?xml version='1.0'?></a>", "declaration"},
		"two declarations": {"\n<?xml version='1.0'?> <?xml version='1.0'?><a/>", "declaration"},
		"after a comment":  {"<!-- a --><?xml version='1.0'?><a/>", "declaration"},
		"after a section":  {"<![CDATA[ ]]><?xml version='1.0'?><a/>", "declaration"},
		"after a text":     {" x <?xml version='1.0'?><a/>", "outside of all elements"},
		"version":          {"<?xml version='1.1'?><a/>", "version"},
		"version behind":   {"\n<?xml version='1.1'?><a/>", "version"},
		"surrogate":        {"<a>&#xD800;</a>", "entity"},
		"no declaration":   {"<?xml0encoding='ISO-8859-1'?><a>\xe4</a>", "invalid UTF-8"},
		"bytes of latin-1": {"<?xml version='1.0' encoding='us-ascii'?><a>\xe4</a>", "encoding does not have"},
		"deep":             {deep, "more than 100 elements in each other"},
		"long text":        {"<a>" + strings.Repeat("x", 2000) + "</a>", "more than 1024 bytes"},
		"long comment":     {"<a><!--" + strings.Repeat("x", 2000) + "--></a>", "more than 1024 bytes"},
		"long in pieces":   {"<a>" + strings.Repeat("x<![CDATA[y]]>", 800) + "</a>", "more than 1024 bytes"},
		"long name":        {"<" + strings.Repeat("x", 2000) + "/>", "more than 1024 bytes"},
		"long attribute":   {"<a x='" + strings.Repeat("x", 2000) + "'/>", "more than 1024 bytes"},
		"unknown encoding": {"<?xml version='1.0' encoding='nobody'?><a/>", "encoding"},
	} {
		if _, err := all(strings.NewReader(c.in), int64(len(c.in)), 1<<10); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// endless is a file of a gigabyte that nobody has to hold.
type endless struct{ head, body string }

func (e endless) ReadAt(p []byte, off int64) (int, error) {
	for i := range p {
		if at := off + int64(i); at < int64(len(e.head)) {
			p[i] = e.head[at]
		} else {
			p[i] = e.body[(at-int64(len(e.head)))%int64(len(e.body))]
		}
	}
	return len(p), nil
}

// A gigabyte in one text, tag, comment or attribute, and a million elements in each other, are refused before they are
// held.
func TestFlatMemory(t *testing.T) {
	for _, e := range []endless{{"<a>", "x"}, {"<a x='", "x"}, {"<a><!--", "x"}, {"<", "x"}, {"", "<a>"}, {"<a><![CDATA[", "x"}, {"<!DOCTYPE a [", "<!ENTITY x 'y'>"}, {"<a ", "x='1' "}} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := all(e, 1<<30, 1<<20)
		runtime.ReadMemStats(&after)
		if err == nil || after.TotalAlloc-before.TotalAlloc > 64<<20 {
			t.Errorf("%s%s…: %v, %d MiB", e.head, e.body, err, (after.TotalAlloc-before.TotalAlloc)>>20)
		}
	}
}

func TestUnfinished(t *testing.T) {
	for in, whole := range map[string]bool{
		"<a><b></b></a>": true, "<a><b></b></a>\n<!-- x --> ": true, "<a/>": true, "<n:a></n:a>": true, "<a><b></b>": false, "<a><b/>": true, "<a": true, "x": true, "<a></a": false,
		"<?xml version='1.0'?><a></b>": false,
	} {
		missing, err := Unfinished(strings.NewReader(in), int64(len(in)))
		if err != nil || (missing == "") != whole {
			t.Errorf("%q: %q, %v", in, missing, err)
		}
	}
}

// FuzzXML: what is taken is what the standard library takes, and nothing that it refuses.
func FuzzXML(f *testing.F) {
	for _, seed := range []string{`<a><b x="1">t&amp;<![CDATA[<u>]]></b><n:c/></a>`, "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>", "\xff\xfe<\x00a\x00/\x00>\x00", "<!DOCTYPE a><a/>", "<a/><b/>", "\n<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := all(bytes.NewReader(content), int64(len(content)), 1<<12)
		again, err2 := all(bytes.NewReader(content), int64(len(content)), 1<<12)
		if got != again || (err == nil) != (err2 == nil) {
			t.Fatalf("not the same twice: %q %v, %q %v", got, err, again, err2)
		}
		if err != nil || bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff")) || bytes.ContainsRune(content, 0) {
			return
		}
		d := xml.NewDecoder(bytes.NewReader(content))
		d.CharsetReader = charsetReader
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatalf("taken, but: %v", err)
			}
		}
	})
}
