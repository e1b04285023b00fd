package fis

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// shapeWriter writes random documents of a few shapes that differ a little each time.
type shapeWriter struct {
	rnd *rand.Rand
	b   strings.Builder
	// wrong is how rarely something is written that is no document; 0 for never.
	wrong int
}

var shapeWords = []string{"entryId", "reportId", "amountGross", "entry", "entryI", "allocation", "journal", "tax", "id", "docType", "document", "content", "page", "report", "requestHeader", "lineItem",
	"expenseEntry", "instruction", "cashAdvanceData", "travelAllowances", "payrollData", "orgUnit1Code", "größe", "a", "b", "", "null", "links", "isTest", "companyId", "fIDocuments", "a,b", "x:y"}

func (s *shapeWriter) one(of int) bool { return s.rnd.Intn(of) == 0 }

func (s *shapeWriter) blank() {
	if s.one(40) {
		s.b.WriteString([]string{" ", "\t", "  \r"}[s.rnd.Intn(3)])
	}
}

func (s *shapeWriter) name(n string) {
	if s.one(60) && n != "" {
		fmt.Fprintf(&s.b, `"\u%04x%s"`, []rune(n)[0], string([]rune(n)[1:]))
		return
	}
	s.b.WriteString(`"` + n + `"`)
}

func (s *shapeWriter) scalar() {
	texts := []string{`0`, `-0`, `1.50`, `0E-8`, `1e5`, `-12.30E+2`, `12345678901234567890.123456789`, `1E-400`, `true`, `false`, `""`, `"null"`, `"a\"b"`, `"\ud83d\ude00"`, `"ü"`, `"\\"`, `"nullx, \"b\":"`, `"null,\"entryId\":"`, `"  x "`,
		`"` + strings.Repeat("long text ", 7) + `"`}
	s.b.WriteString(texts[s.rnd.Intn(len(texts))])
}

func (s *shapeWriter) value(level int) {
	if s.wrong > 0 && s.one(s.wrong) {
		s.b.WriteString([]string{`nul`, `nullx`, `01`, `1.`, `"`, `{`, `]`, `tru`, `null null`, `,`, "\"\x01\"", "\"\xff\"", `+1`, `"\x"`, ``}[s.rnd.Intn(15)])
		return
	}
	switch n := s.rnd.Intn(10); {
	case n < 5:
		s.b.WriteString("null")
	case n < 8 || level > 6:
		s.scalar()
	case n < 9:
		s.object(level + 1)
	default:
		s.b.WriteByte('[')
		for i := range s.rnd.Intn(4) {
			if i > 0 {
				s.b.WriteByte(',')
			}
			if s.one(2) {
				s.object(level + 1)
			} else {
				s.value(level + 1)
			}
		}
		s.b.WriteByte(']')
	}
}

// object writes fields in a fixed order, but for some that are left out, moved, or twice.
func (s *shapeWriter) object(level int) {
	from, n := s.rnd.Intn(3), s.rnd.Intn(12)
	if level < 2 && s.one(40) {
		n += 600
	}
	var names []string
	for i := range n {
		switch {
		case s.one(10):
		case i >= len(shapeWords):
			names = append(names, fmt.Sprintf("custom%d", i))
		default:
			names = append(names, shapeWords[(from*7+i)%len(shapeWords)])
		}
	}
	if s.one(4) && len(names) > 1 {
		i, j := s.rnd.Intn(len(names)), s.rnd.Intn(len(names))
		names[i], names[j] = names[j], names[i]
	}
	if s.one(8) {
		names = append(names, fmt.Sprintf("unknown%d", s.rnd.Intn(500)))
	}
	if s.wrong > 0 && s.one(s.wrong) && len(names) > 0 {
		names = append(names, names[s.rnd.Intn(len(names))])
	}
	s.b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			s.b.WriteByte(',')
		}
		s.blank()
		s.name(name)
		s.blank()
		s.b.WriteByte(':')
		s.blank()
		s.value(level + 1)
		s.blank()
	}
	s.b.WriteByte('}')
}

func (s *shapeWriter) document() []byte {
	s.b.Reset()
	switch s.rnd.Intn(4) {
	case 0:
		s.object(0)
	case 1:
		fmt.Fprintf(&s.b, `{"id":"d%d","docType":"%s","document":`, s.rnd.Intn(99), []string{"expense", "invoice", "cashAdvance", "payroll"}[s.rnd.Intn(4)])
		s.object(1)
		s.b.WriteByte('}')
	case 2:
		s.b.WriteString(`{"content":[`)
		for i := range 1 + s.rnd.Intn(3) {
			if i > 0 {
				s.b.WriteByte(',')
			}
			fmt.Fprintf(&s.b, `{"id":"d%d","docType":"expense","companyId":null,"document":`, i)
			s.object(2)
			s.b.WriteByte('}')
		}
		s.b.WriteString(`],"page":{}}`)
	default:
		s.b.WriteString(`{"expenseEntry":[`)
		for i := range 1 + s.rnd.Intn(4) {
			if i > 0 {
				s.b.WriteByte(',')
			}
			s.object(2)
		}
		s.b.WriteString(`]}`)
	}
	return []byte(s.b.String())
}

// Whatever shapes a parser has met, right and wrong ones, it reads the next document as one that has met none, and as encoding/json does.
func TestShapesInterleaved(t *testing.T) {
	seed, rounds := int64(1), 1500
	if n, err := strconv.Atoi(os.Getenv("SHAPES")); err == nil {
		seed, rounds = int64(n), 20000
	}
	some := func(name string) bool { return strings.Contains(name, "entry") || name == "a" || name == "null" }
	for _, wanted := range []func(string) bool{nil, some} {
		s := &shapeWriter{rnd: rand.New(rand.NewSource(seed))}
		line, whole := NewParser(wanted), NewParser(wanted)
		for i := range rounds {
			s.wrong = []int{0, 0, 100}[i%3]
			text := s.document()
			var want, got []found
			wantErr := ReadDocuments(bytes.NewReader(text), "in", func(env Envelope) error {
				doc, err := NewParser(wanted).Parse(env)
				want = append(want, asFound(doc, env, err))
				lent, lentErr := whole.read(env, i%2 == 0)
				if diff := cmp.Diff(asFound(doc, env, err), asFound(lent, env, lentErr)); diff != "" {
					t.Fatalf("%d: %s\n%s", i, env.Document, diff)
				}
				if err == nil && wanted == nil {
					if diff := cmp.Diff(plain(t, env.Document), dump(lent.Root)); diff != "" {
						t.Fatalf("%d: %s\n%s", i, env.Document, diff)
					}
				}
				if !json.Valid(env.Document) && lentErr == nil {
					t.Fatalf("%d: %s is taken", i, env.Document)
				}
				return nil
			})
			err := line.Line(text, "in", 0, func(doc *Document, err error) error {
				got = append(got, asFound(doc, doc.Envelope, err))
				return nil
			})
			if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(err) != fmt.Sprint(wantErr) {
				t.Fatalf("%d: %s\n%v, want %v\n%s", i, text, err, wantErr, diff)
			}
		}
	}
}
