package cobol

import (
	"fmt"
	"strings"
)

// Kind is a record of an import file, as its template has it.
type Kind struct {
	Name string
	// At and Values tell such records from others: what stands from byte At (from 1) on. None: all records are of it.
	At     int
	Values []string
	// Spans are where its fields stand.
	Spans []Span
}

// Span is a place in a record: the first byte, from 1, and how many.
type Span struct{ Start, Width int }

// Reader is a COBOL program that reads a file by the copybook called name, in the fixed form: it looks at each record,
// asks whether what the copybook calls a number is one, and tells counts and sums. It ends with 1 when anything is wrong.
// lines: records end with line feeds. The records of the file are those of the copybook whose fields stand where those of
// the kinds do.
func Reader(copybook Source, name string, kinds []Kind, lines bool) (string, error) {
	roots, err := Read(copybook)
	if err != nil {
		return "", err
	}
	var shapes []shape
	for _, root := range roots {
		if root.Level != 1 {
			return "", copybook.wrong(root.Line, "%s has the level %02d: a copybook of a file begins with a record, level 01", OrFiller(root.Name), root.Level)
		}
		shapes = append(shapes, shapesOf(root)...)
	}
	p := &program{}
	p.head(name, fixedForm(strings.Split(strings.ReplaceAll(copybook.Text, "\r", ""), "\n")), lines)
	for i, k := range kinds {
		s := closest(shapes, k)
		if s == nil {
			return "", fmt.Errorf("no record of %s has its fields where %s has them", copybook.Name, k.Name)
		}
		p.kinds = append(p.kinds, checked{fmt.Sprint(i + 1), k, s})
	}
	return p.write(roots[0].Name), nil
}

// shape is a record of a copybook: its elementary entries with their places.
type shape struct {
	name  string
	items []item
}

type item struct {
	of    string // the name with those of the groups around it
	entry *Entry
	span  Span
}

// shapesOf are the records that a level 01 stands for: one for each group of a set that redefines each other.
func shapesOf(root *Entry) []shape {
	groups := map[string]bool{}
	for _, e := range root.Children {
		if e.Redefines != "" {
			groups[e.Redefines], groups[e.Name] = true, true
		}
	}
	if len(groups) == 0 {
		s := shape{name: root.Name}
		s.add(root, 1, "", "")
		return []shape{s}
	}
	var all []shape
	for _, chosen := range root.Children {
		if !groups[chosen.Name] {
			continue
		}
		s, at := shape{name: chosen.Name}, 1
		for _, e := range root.Children {
			if e == chosen || !groups[e.Name] {
				at = s.add(e, at, root.Name, "")
			}
		}
		all = append(all, s)
	}
	return all
}

// add puts an entry from byte at on; it gives the byte behind it.
func (s *shape) add(e *Entry, at int, of, index string) int {
	for n := range max(e.Occurs, 1) {
		here := index
		if e.Occurs > 1 {
			here = strings.TrimPrefix(index+" ", " ") + fmt.Sprint(n+1)
		}
		if e.Pic == nil {
			inner := of
			if e.Name != "" {
				inner = strings.TrimSuffix(e.Name+" OF "+of, " OF ")
			}
			for _, child := range e.Children {
				if child.Redefines == "" {
					at = s.add(child, at, inner, here)
				}
			}
			continue
		}
		name := strings.TrimSuffix(e.Name+" OF "+of, " OF ")
		if here != "" {
			name += " (" + here + ")"
		}
		w := e.bytes()
		s.items = append(s.items, item{name, e, Span{at, w}})
		at += w
	}
	return at
}

// bytes is how many an elementary entry has.
func (e *Entry) bytes() int {
	switch {
	case e.Usage == "COMP-3":
		return e.Pic.Digits/2 + 1
	case e.Usage == "COMP" && e.Pic.Digits <= 4:
		return 2
	case e.Usage == "COMP" && e.Pic.Digits <= 9:
		return 4
	case e.Usage == "COMP":
		return 8
	case e.Separate:
		return e.Pic.Width + 1
	}
	return e.Pic.Width
}

// closest is the shape with the most fields where the kind has its own; nil where none has one there.
func closest(shapes []shape, k Kind) (best *shape) {
	most := 0
	for i := range shapes {
		n := 0
		for _, it := range shapes[i].items {
			for _, span := range k.Spans {
				if span == it.span {
					n++
				}
			}
		}
		if n > most {
			best, most = &shapes[i], n
		}
	}
	return best
}

type checked struct {
	number string
	kind   Kind
	shape  *shape
}

// program is the text in the making. Each word has a line of its own where lines might get too long for column 72.
type program struct {
	b     strings.Builder
	kinds []checked
}

func (p *program) line(text string) { p.b.WriteString("           " + text + "\n") }
func (p *program) area(text string) { p.b.WriteString("       " + text + "\n") }

func (p *program) head(copybook string, fixed, lines bool) {
	organisation := "SEQUENTIAL."
	if lines {
		organisation = "LINE SEQUENTIAL."
	}
	for _, text := range []string{"IDENTIFICATION DIVISION.", "PROGRAM-ID. FBJUDGE.", "ENVIRONMENT DIVISION.", "INPUT-OUTPUT SECTION.", "FILE-CONTROL."} {
		p.area(text)
	}
	p.line("SELECT FB-FILE ASSIGN TO FB-NAME")
	p.line("ORGANIZATION IS " + organisation)
	p.area("DATA DIVISION.")
	p.area("FILE SECTION.")
	p.area("FD  FB-FILE.")
	if fixed {
		p.line(`COPY "` + copybook + `".`)
		return
	}
	p.area(">>SOURCE FORMAT IS FREE")
	p.line(`COPY "` + copybook + `".`)
	p.area(">>SOURCE FORMAT IS FIXED")
}

// literal is a text as COBOL writes it.
func quoted(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

func (p *program) write(record string) string {
	p.area("WORKING-STORAGE SECTION.")
	p.area("01  FB-NAME PIC X(2000).")
	p.area("01  FB-END PIC 9 VALUE 0.")
	p.area("01  FB-AT PIC 9(9) VALUE 0.")
	p.area("01  FB-WRONG PIC 9(9) VALUE 0.")
	for _, k := range p.kinds {
		p.area("01  FB-N-" + k.number + " PIC 9(9) VALUE 0.")
		for i, it := range k.shape.items {
			if it.sums() {
				p.area(fmt.Sprintf("01  FB-S-%s-%d PIC S9(14)V9(4) COMP-3 VALUE 0.", k.number, i))
			}
		}
	}
	p.area("01  FB-SUM PIC -(14)9.9999.")
	p.area("PROCEDURE DIVISION.")
	p.area("FB-MAIN.")
	for _, text := range []string{"ACCEPT FB-NAME FROM ARGUMENT-VALUE", "OPEN INPUT FB-FILE", "PERFORM UNTIL FB-END = 1", "READ FB-FILE AT END MOVE 1 TO FB-END", "NOT AT END ADD 1 TO FB-AT", "PERFORM FB-LOOK", "END-READ", "END-PERFORM", "CLOSE FB-FILE"} {
		p.line(text)
	}
	for _, k := range p.kinds {
		p.line("DISPLAY FB-N-" + k.number + ` " of "`)
		p.line(quoted(k.shape.name))
		for i, it := range k.shape.items {
			if it.sums() {
				p.line(fmt.Sprintf("MOVE FB-S-%s-%d TO FB-SUM", k.number, i))
				p.line(`DISPLAY "  sum of "`)
				p.line(quoted(it.entry.Name))
				p.line(`": " FUNCTION TRIM(FB-SUM)`)
			}
		}
	}
	p.line("IF FB-AT = 0 DISPLAY \"there is no record\"")
	p.line("ADD 1 TO FB-WRONG END-IF")
	p.line("IF FB-WRONG > 0 MOVE 1 TO RETURN-CODE END-IF")
	p.line("STOP RUN.")
	p.area("FB-LOOK.")
	for _, k := range p.kinds {
		if len(k.kind.Values) == 0 {
			p.line("PERFORM FB-KIND-" + k.number)
			p.line("EXIT PARAGRAPH")
			continue
		}
		for _, v := range k.kind.Values {
			p.line("IF " + record)
			p.line(fmt.Sprintf("(%d:%d) = %s", k.kind.At, len(v), quoted(v)))
			p.line("PERFORM FB-KIND-" + k.number)
			p.line("EXIT PARAGRAPH END-IF")
		}
	}
	p.line("ADD 1 TO FB-WRONG")
	p.line(`DISPLAY "record " FB-AT ": is of no kind".`)
	for _, k := range p.kinds {
		p.area("FB-KIND-" + k.number + ".")
		p.line("ADD 1 TO FB-N-" + k.number)
		for i, it := range k.shape.items {
			if it.numeric() {
				p.item(k, i, it)
			}
		}
		p.line("CONTINUE.")
	}
	return p.b.String()
}

// numeric: the copybook calls it a number, and it has a name to ask by.
func (it item) numeric() bool {
	return it.entry.Name != "" && it.entry.Pic.Digits > 0 && !it.entry.Pic.Edited && !it.entry.Pic.Odd
}

// sums: it is worth to be added up.
func (it item) sums() bool {
	return it.numeric() && (it.entry.Pic.Signed || it.entry.Pic.Decimals > 0)
}

func (p *program) name(of string) {
	words := strings.Split(of, " OF ")
	for i, w := range words {
		if i > 0 {
			w = "OF " + w
		}
		p.line(w)
	}
}

func (p *program) item(k checked, i int, it item) {
	p.line("IF")
	p.name(it.of)
	p.line("IS NOT NUMERIC")
	p.line("ADD 1 TO FB-WRONG")
	p.line(`DISPLAY "record " FB-AT ": "`)
	p.line(quoted(it.entry.Name))
	p.line(fmt.Sprintf(`" (bytes %d to %d)"`, it.span.Start, it.span.Start+it.span.Width-1))
	p.line(`" is no number"`)
	if it.sums() {
		p.line("ELSE ADD")
		p.name(it.of)
		p.line(fmt.Sprintf("TO FB-S-%s-%d", k.number, i))
	}
	p.line("END-IF")
}
