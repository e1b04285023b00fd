package posting

import "strconv"

// where is a place in a document. It becomes a path only when there is a problem to report.
type where struct {
	entry string
	steps [4]step
	depth int
}

type step struct {
	name  string
	index int
}

// in goes into the i-th item of a list.
func (w where) in(name string, i int) where {
	w.steps[w.depth] = step{name, i}
	w.depth++
	return w
}

// under goes into an object.
func (w where) under(name string) where { return w.in(name, -1) }

// path is the place as text, with a field at its end when one is given.
func (w where) path(field string) string {
	var b []byte
	for _, s := range w.steps[:w.depth] {
		if len(b) > 0 {
			b = append(b, '.')
		}
		b = append(b, s.name...)
		if s.index >= 0 {
			b = append(b, '[')
			b = strconv.AppendInt(b, int64(s.index), 10)
			b = append(b, ']')
		}
	}
	if field != "" && len(b) > 0 {
		b = append(b, '.')
	}
	return string(append(b, field...))
}
