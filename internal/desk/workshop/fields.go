package workshop

import (
	"context"
	"fmt"
	"io/fs"
	"iter"

	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping/seen"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// SeenFields is what documents have in each field.
type SeenFields = seen.Fields

// FurtherFields is the setting that names fields beside those of the reference.
const FurtherFields = workbook.OptionFurther

// Seen looks at documents; those that cannot be read are told and passed over.
func Seen(ctx context.Context, documents iter.Seq2[fis.Envelope, error], unread func(fis.Envelope, error)) (*SeenFields, error) {
	g := seen.New()
	for env, err := range documents {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err == nil {
			err = g.Add(env)
		}
		if err != nil {
			unread(env, err)
		}
	}
	return g.Fields(), nil
}

// Fieldable is a mapping that what documents have can be written into.
type Fieldable struct {
	Bytes   []byte
	name    string
	content *workbook.Content
	write   func(*SeenFields) ([]byte, error)
}

// ReadFieldable reads the mapping that lies under a name, for WithFields.
func ReadFieldable(templates fs.FS, name string) (*Fieldable, error) {
	data, unread := workbook.ReadFile(name)
	if data == nil {
		return nil, unread.Err()
	}
	found := &workbook.Collector{File: name}
	content := workbook.Read(name, data, found)
	if content == nil {
		return nil, found.List.Err()
	}
	tpl := content.Template(templates, found)
	if tpl == nil {
		return nil, found.List.Err()
	}
	return &Fieldable{Bytes: data, name: name, content: content, write: func(s *SeenFields) ([]byte, error) { return workbook.FillFields(name, data, content, tpl, s) }}, nil
}

// WithFields is the mapping with what documents have in each field. What was written is read again before it is given.
func (m *Fieldable) WithFields(documents *SeenFields) ([]byte, error) {
	text, err := m.write(documents)
	if err != nil {
		return nil, err
	}
	found := &workbook.Collector{File: m.name}
	if c := workbook.Read(m.name, text, found); c == nil || hasUnreadable(found.List) {
		return nil, fmt.Errorf("the workbook cannot be read any more with the fields in it, so it was left as it is: %w", found.List.Err())
	}
	return text, nil
}

// hasUnreadable: mistakes of people were there before; a sheet that cannot be read was not.
func hasUnreadable(list findings.List) bool {
	for _, f := range list {
		if f.Severity == findings.Error && f.Sheet == "" {
			return true
		}
	}
	return false
}
