package erptemplate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/charset"
	"github.com/fisbridge/fisbridge/internal/desk"
	"github.com/fisbridge/fisbridge/internal/desk/workshop"
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
	"github.com/fisbridge/fisbridge/internal/mapping/refusal"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
	"github.com/fisbridge/fisbridge/internal/say"
)

// Report is what a check of a template says.
type Report struct {
	Template string `json:"template"`
	File     string `json:"file"`
	// Findings are everything that is wrong, in the order of the file.
	Findings []Finding `json:"findings"`
	Usable   bool      `json:"usable"`
	// Amounts says in words how the amounts of a file are held against its documents.
	Amounts []say.Text `json:"amounts,omitempty"`
	// Documents is how many were tried, Held what is in no file, Made the files.
	Documents int    `json:"documents"`
	Held      []Held `json:"held"`
	Made      []File `json:"made"`
	// Judges are those that the template names.
	Judges []Verdict `json:"judges"`
	set    *charset.Charset
}

// Show is bytes of a file that was made as text for people.
func (r *Report) Show(b []byte) string {
	if r.set == nil {
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	return r.set.Show(b)
}

// Finding is something that is wrong, with its place: file:line.
type Finding struct {
	Severity findings.Severity `json:"severity"`
	Place    string            `json:"place"`
	Text     string            `json:"text"`
	line     int
}

// Held is a document that is in no file. Reason says everything; Why is the same for people, each thing once.
type Held struct {
	Document string `json:"document"`
	Reason   string `json:"reason"`
	Why      []Why  `json:"-"`
}

// Why is something that holds documents: Key is the same for all documents that it holds, Text an example of it.
type Why struct{ Key, Text string }

// whyOf takes the rows and amounts of one document out of why it is held, as mapping check does: a place is told once.
func whyOf(err error) (out []Why) {
	var refused *refusal.DocumentError
	if !errors.As(err, &refused) {
		return []Why{{err.Error(), err.Error()}}
	}
	for _, p := range refused.Problems {
		p.Entry, p.Allocation, p.Path = "", "", ""
		w := Why{p.String(), p.String()}
		if p.Reason == refusal.Amounts {
			if p.Place == "" && len(refused.Problems) > 1 {
				continue // the rows say it
			}
			w.Key = p.Reason + p.Record + p.Field + p.Place
		}
		if !slices.ContainsFunc(out, func(o Why) bool { return o.Key == w.Key }) {
			out = append(out, w)
		}
	}
	if len(out) == 0 {
		out = []Why{{refused.Problems[0].Reason, refused.Problems[0].String()}}
	}
	return out
}

// File is an import file that was made of the documents.
type File struct {
	Name      string         `json:"name"`
	Documents int            `json:"documents"`
	Lines     int            `json:"lines"`
	Totals    mapping.Totals `json:"-"`
	Bytes     []byte         `json:"-"`
}

// Checking says how a template is checked.
type Checking struct {
	Templates fs.FS
	// Documents are those to try it on; the sample documents when nil.
	Documents iter.Seq2[fis.Envelope, error]
	// At is the moment that the files say they were made at.
	At time.Time
	// Judge runs the judges that are installed.
	Judge bool
}

// Wrong reports whether anything keeps the template from being used.
func (r *Report) Wrong() bool {
	for _, f := range r.Findings {
		if f.Severity == findings.Error {
			return true
		}
	}
	return false
}

// Check checks the template called name. file is the name of its template.yaml for people.
func Check(ctx context.Context, c Checking, name, file string) (*Report, error) {
	r := &Report{Template: name, File: file, Findings: []Finding{}, Held: []Held{}, Made: []File{}, Judges: []Verdict{}}
	data, err := fs.ReadFile(c.Templates, name+"/template.yaml")
	if err != nil {
		return nil, desk.Usage(fmt.Errorf("read the template: %w", err))
	}
	where := readPlaces(data)
	t, found := template.Read(c.Templates, name)
	if t != nil {
		found = append(found, t.Check()...)
	}
	r.add(where, nil, found)
	if t == nil || found.Err() != nil {
		return r, nil
	}
	plan := r.compile(c, where, name)
	if plan == nil || r.Wrong() {
		return r, nil
	}
	r.Usable, r.Amounts = true, t.Declaration()
	if set, err := charset.Lookup(t.File.Encoding); err == nil && t.File.Encoding != "" {
		r.set = set
	}
	if err := r.render(ctx, c, plan); err != nil {
		return r, err
	}
	r.judge(ctx, t, c.Judge)
	return r, nil
}

// compile makes of the template what a new mapping makes of it.
func (r *Report) compile(c Checking, where places, name string) *mapping.Plan {
	text, err := workbook.NewYAML(c.Templates, name, nil)
	if err != nil {
		var list *findings.ListError
		if errors.As(err, &list) {
			r.add(where, nil, list.Findings)
		} else {
			r.Findings = append(r.Findings, Finding{Severity: findings.Error, Place: r.File, Text: err.Error()})
		}
		return nil
	}
	plan, found := mapping.LoadBytes(c.Templates, name+".yaml", text)
	r.add(where, strings.Split(string(text), "\n"), found)
	return plan
}

// inQuotes is the way out for a code that stands without quotes, of which YAML takes one pair away.
var inQuotes = regexp.MustCompile(`put a code in quotes: ("[^"]*")`)

// add adds findings by their lines in the template. made is the mapping that was made of it: what is found there is
// said of what it was made of.
func (r *Report) add(where places, made []string, found findings.List) {
	for _, f := range found {
		place, text := f.Cell, f.Reason.String()
		if f.Sheet != "" {
			place = f.Sheet + "." + f.Cell
		}
		line := where.line(place)
		if made != nil && !strings.HasSuffix(f.File, "template.yaml") {
			place = madeOf(made, f.Cell)
			if line = where.line("records." + place + ".value"); line == 0 {
				line = where.line(place)
			}
		}
		if m := inQuotes.FindStringSubmatch(text); m != nil {
			text += "; in YAML with quotes around the quotes: value: '" + m[1] + "'"
		}
		if place != "" && !strings.HasPrefix(place, "line ") && !strings.HasPrefix(text, strings.ReplaceAll(place, ".", " ")) {
			text = place + ": " + text
		}
		if f.Value != "" && !strings.Contains(text, f.Value) {
			text += " (" + f.Value + ")"
		}
		if f.Nearest != "" && !strings.Contains(text, "did you mean") {
			text += "; did you mean " + f.Nearest + "?"
		}
		one := Finding{f.Severity, at(r.File, line, ""), text, line}
		if !contains(r.Findings, one) {
			r.Findings = append(r.Findings, one)
		}
	}
	sort.SliceStable(r.Findings, func(i, j int) bool { return r.Findings[i].line < r.Findings[j].line })
}

// madeOf is the record and field of a line of the mapping that was made.
func madeOf(made []string, cell string) string {
	n := 0
	if _, err := fmt.Sscanf(cell, "line %d", &n); err != nil || n < 1 || n > len(made) {
		return cell
	}
	place, indent := "", 1<<10
	for ; n > 0; n-- {
		text := strings.TrimLeft(made[n-1], " ")
		key, _, ok := strings.Cut(text, ":")
		key = strings.Trim(key, `"'`)
		if in := len(made[n-1]) - len(text); ok && in < indent {
			if indent = in; in == 0 {
				if key != "columns" && place != "" {
					return key + "." + place
				}
				break
			}
			place = strings.TrimSuffix(key+"."+place, ".")
		}
	}
	return place
}

func contains(list []Finding, f Finding) bool {
	for _, other := range list {
		if other == f {
			return true
		}
	}
	return false
}

// render makes the files of the documents.
func (r *Report) render(ctx context.Context, c Checking, plan *mapping.Plan) error {
	documents := c.Documents
	if documents == nil {
		documents = workshop.Samples(plan)
	}
	var all []fis.Envelope
	for env, err := range documents {
		if err != nil {
			r.Held = append(r.Held, Held{env.Name(), err.Error(), whyOf(err)})
			continue
		}
		all = append(all, env)
	}
	r.Documents = len(all)
	memory := map[string]*bytes.Buffer{}
	made, err := workshop.Render(ctx, plan, workshop.Rendering{
		Route: r.Template, Sequence: 1, Created: c.At,
		First: func() iter.Seq2[workshop.Piece, error] {
			return func(yield func(workshop.Piece, error) bool) {
				for _, env := range all {
					if !yield(workshop.Piece{Envelope: env}, nil) {
						return
					}
				}
			}
		},
		Again: func(numbers []int) iter.Seq2[fis.Envelope, error] {
			return func(yield func(fis.Envelope, error) bool) {
				for _, n := range numbers {
					if !yield(all[n], nil) {
						return
					}
				}
			}
		},
		Open: func(name string) (workshop.Writing, error) {
			memory[name] = &bytes.Buffer{}
			return inMemory{memory[name]}, nil
		},
		LeftOut: func(env fis.Envelope, err error) {
			r.Held = append(r.Held, Held{env.Name(), strings.TrimPrefix(err.Error(), "document "+env.Name()+": "), whyOf(err)})
		},
		NotMade:  func(err error, _ int) { r.Held = append(r.Held, Held{"", err.Error(), whyOf(err)}) },
		Progress: func() {},
	})
	if err != nil {
		return fmt.Errorf("try the template on documents: %w", err)
	}
	for _, f := range made {
		r.Made = append(r.Made, File{f.Name, f.Totals.Documents, f.Totals.Lines, f.Totals, memory[f.Name].Bytes()})
	}
	return nil
}

// inMemory is a file that is written nowhere.
type inMemory struct{ *bytes.Buffer }

func (inMemory) Commit() error { return nil }
func (inMemory) Abort()        {}
