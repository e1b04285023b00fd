package explain

import (
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/mapping"
)

// One renders one document of an import file again as if what lies before it were there, and gives the line that is
// wanted; nil when it makes none, or when that cannot be told from the document alone. Whoever knows the bytes of the
// file compares them: where records of other documents decide what this one says, they differ.
func One(p *mapping.Plan, opt Options, env fis.Envelope, before mapping.Before) (*Line, *Document, error) {
	x := newExplainer(p)
	x.revisions = opt.Revisions
	out := &Document{Envelope: env, File: -1}
	doc, err := x.document(env, true)
	if out.keep(doc, err); err != nil || out.Prepared.Rows == 0 {
		return nil, out, nil
	}
	ctx := opt.Context
	if !opt.OneFile {
		ctx.Group = out.Prepared.Group
	}
	out.Prepared.Group = ctx.Group
	var line *Line
	made, err := x.file(ctx, opt.Member, opt.Want, func(l *Line) {
		if l.Kind == KindRecord {
			line = l
		}
	})
	if err != nil {
		return nil, out, err
	}
	made.file.Unbounded()
	defer made.file.Abort()
	for i := range made.parts {
		if made.parts[i].name == opt.Member {
			made.parts[i].lines = opt.Before
		}
	}
	if !made.file.After(before) {
		return nil, out, nil
	}
	if out.Part, out.Err = made.add(doc); out.Err != nil {
		return nil, out, nil
	}
	return line, out, nil
}

// Heads is how many lines a member of a package begins with that no document made: its headings, and the headers that
// stand there.
func Heads(p *mapping.Plan, opt Options) (int, error) {
	made, err := newExplainer(p).file(opt.Context, opt.Member, func(int, int) bool { return false }, nil)
	if err != nil {
		return 0, err
	}
	defer made.file.Abort()
	return made.linesOf(opt.Member), nil
}
