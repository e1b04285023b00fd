package returns

import (
	"io"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/returns/format"
	"github.com/fisbridge/fisbridge/internal/returns/readers"
)

// Format is a checked result format. It does not change and is safe for concurrent use.
type Format struct {
	spec    format.Format
	plan    *layout.Plan
	name    *regexp.Regexp // nil without name_pattern
	records []record       // by the layout's index
	trailer bool           // a record is used as trailer
	total   bool           // some record declares a total
	heads   bool           // a header says something of the rows below it
	leads   bool           // and it says whose they are
	paid    format.Sign
	today   fis.Date // zero: dates are not held against it
	aloud   bool     // for people: every line is told, with what stands in it
}

// Aloud is the format for people who want to see each line: those of no consequence are rows too, of kind Ignored, and
// each has what stands in the file.
func (f *Format) Aloud() *Format {
	aloud := *f
	aloud.aloud = true
	return &aloud
}

// Unit is how messages name a row: line, row of a sheet, entry.
func (f *Format) Unit() string {
	switch can := f.plan.Can(); {
	case can.Unit != "":
		return can.Unit
	case can.Sheets:
		return "row"
	}
	return "line"
}

// At is the format for files that are read on a day: dates far from it are exceptions.
func (f *Format) At(today fis.Date) *Format {
	dated := *f
	dated.today = today
	return &dated
}

// record is what the lines of one layout record are for, and what is in them.
type record struct {
	name    string
	use     format.Use
	columns []column
}

// column is a role with its source: fields by index, or a constant.
type column struct {
	role    format.Role
	name    string // the field's name, for messages
	fields  []int
	join    string
	minus   bool // two fields, the first less the second
	value   string
	pattern *regexp.Regexp
	words   map[string]format.Word // nil: the role has no words
	exact   bool                   // upper and lower case of words count
	// duplicate are the messages by which the ERP says that it has the document; nil: none are known.
	duplicate *regexp.Regexp
}

// Compile checks a result format; the error is a *findings.ListError with everything that is wrong.
func Compile(f format.Format) (*Format, error) {
	if err := f.Check("").Err(); err != nil {
		return nil, err
	}
	plan, _ := readers.Compile(f.Layout, f.LayoutRecords()) // checked above
	out := &Format{spec: f, plan: plan, paid: f.PaidSign(), records: make([]record, len(f.Records))}
	if f.NamePattern != "" {
		out.name = regexp.MustCompile(f.NamePattern) // checked above
	}
	for i := range f.Records {
		r := &f.Records[i]
		out.records[i] = record{name: r.Name, use: f.UseOf(r.Name), columns: bind(r, f.ColumnsOf(r))}
		out.trailer = out.trailer || out.records[i].use == format.UseTrailer
		for _, c := range out.records[i].columns {
			out.total = out.total || c.role == format.RoleTotalAmount
			out.heads = out.heads || out.records[i].use == format.UseHeader
			out.leads = out.leads || out.records[i].use == format.UseHeader && c.role.IsReference()
		}
	}
	return out, nil
}

// bind finds the fields of a record's columns. The kind comes first: it decides which other roles count.
func bind(r *layout.Record, columns []format.Column) []column {
	index := make(map[string]int, len(r.Fields))
	for i, f := range r.Fields {
		index[f.Name] = i
	}
	var out []column
	for _, c := range columns {
		b := column{role: c.Role, name: c.Written(), join: c.Join, minus: c.Minus != "", value: c.Value}
		for _, name := range c.Sources() {
			b.fields = append(b.fields, index[name])
		}
		if c.Pattern != "" {
			b.pattern = regexp.MustCompile(c.Pattern) // checked by ResultFormat.Check
		}
		switch table := c.WordTable(); {
		case len(table) == 0:
		case c.Role == format.RoleMessage || c.Role == format.RoleMessageCode:
			b.duplicate = anyOf(table)
		default:
			b.words, b.exact = table, c.Exact
		}
		if b.role == format.RoleKind {
			out = append([]column{b}, out...)
		} else {
			out = append(out, b)
		}
	}
	return out
}

// anyOf finds texts that are one of the words; a * in a word stands for any part of a text.
func anyOf(words map[string]format.Word) *regexp.Regexp {
	var parts []string
	for _, w := range slices.Sorted(maps.Keys(words)) {
		parts = append(parts, strings.ReplaceAll(regexp.QuoteMeta(w), `\*`, ".*"))
	}
	return regexp.MustCompile(`(?is)^\s*(?:` + strings.Join(parts, "|") + `)\s*$`)
}

// Name is the format's name.
func (f *Format) Name() string { return f.spec.Name }

// Level is what one row of the format speaks for.
func (f *Format) Level() format.Level { return f.spec.Level }

// DeclaresEnd reports whether the file itself shows where it ends, so that a file which is still being written can be
// told from a whole one: Parse without emit then says so.
func (f *Format) DeclaresEnd() bool {
	return f.trailer || f.spec.FinalLineEnd || f.plan.Can().Ends || f.counted()
}

// counted tells whether a header declares how many rows follow.
func (f *Format) counted() bool {
	for _, r := range f.records {
		for _, c := range r.columns {
			if _, is := control(c.role); is && r.use == format.UseHeader {
				return true
			}
		}
	}
	return false
}

// Matches reports whether a file of this name, without folder, is of this format.
func (f *Format) Matches(name string) bool {
	ok, err := path.Match(strings.ToLower(f.spec.Files), strings.ToLower(name))
	return ok && err == nil && (f.name == nil || f.name.MatchString(name))
}

// letters are the word before the import file's number in a result file's name, when it is the import file's own: in
// capitals. Marks between them count for nothing: other_000001 is as much another file as other000001.
func (f *Format) letters(name string) string {
	at := f.name.SubexpIndex(string(format.RoleSequence))
	found := f.name.FindStringSubmatchIndex(name)
	if at < 0 || found == nil || found[2*at] <= 0 {
		return ""
	}
	return unasked(wordBefore(strings.TrimRightFunc(name[:found[2*at]], mark)), f.spec.NamePattern)
}

// NameRefs is what a file's name says of the rows in it, as one word: two files of the same content are the same result
// only when it is the same too. Empty for formats that take nothing from the name.
func (f *Format) NameRefs(name string) string {
	if f.name == nil {
		return ""
	}
	groups := f.name.FindStringSubmatch(name)
	if groups == nil {
		return ""
	}
	return strings.Join(groups[1:], "\x00") + "\x00" + f.letters(name)
}

// text is the column's value as text, trimmed; for several fields their texts joined, empty when all of them are.
func (c *column) text(values []layout.Value) string {
	switch len(c.fields) {
	case 0:
		return c.value
	case 1:
		return trimmed(values, c.fields[0])
	}
	if c.minus {
		return trimmed(values, c.fields[0]) + trimmed(values, c.fields[1]) // to see whether there is something; the amount is not made of it
	}
	var b strings.Builder
	some := false
	for i, at := range c.fields {
		if i > 0 {
			b.WriteString(c.join)
		}
		part := trimmed(values, at)
		some = some || part != ""
		b.WriteString(part)
	}
	if !some {
		return ""
	}
	return b.String()
}

func trimmed(values []layout.Value, at int) string {
	v := &values[at]
	if v.Kind == layout.TextKind {
		return strings.TrimSpace(v.Text)
	}
	return v.String()
}

// word looks the text up in the column's words: as it is, folded, blank, and at last any other.
func (c *column) word(text string) (format.Word, bool) {
	if text == "" {
		text = format.WordBlank
	}
	if w, ok := c.words[text]; ok && text != format.WordOther {
		return w, true
	}
	if folded := format.FoldWord(text); folded != format.WordOther && !c.exact {
		if w, ok := c.words[folded]; ok {
			return w, true
		}
	}
	if text == format.WordBlank {
		return "", false // an empty cell is not "some other word"
	}
	w, ok := c.words[format.WordOther]
	return w, ok
}

// EndsInside tells whether a file must be read to say that its end is there: a trailer or a count is compared with what
// comes before.
func (f *Format) EndsInside() bool { return f.trailer || f.counted() }

// CheckEnd looks whether the end that the kind of file has is there, by its last bytes. The error is an
// *IncompleteError for a file that is not whole; others tell of a file that Parse will not read either.
func (f *Format) CheckEnd(name string, r io.ReaderAt, size int64) error {
	return (&parser{f: f, sum: Summary{IgnoredBy: map[string]int{}}}).begin(path.Base(name), r, size)
}

// SameAs tells whether another format reads every file as this one does.
func (f *Format) SameAs(o *Format) bool { return f == o || reflect.DeepEqual(f.spec, o.spec) }
