package format

import (
	"maps"
	"slices"
	"strings"
)

// Changed is what a word of a result file means now and meant before, or where a role is read.
type Changed struct {
	Role, Word string // Word is empty for what holds for every line
	Is, Was    string
	Moved      bool // Is and Was are the columns that the role is read from
}

// ChangedSince gives what a word of the ERP or the bank means otherwise than by a former version of the format. A word that
// meant nothing before, and one that means nothing now (its lines are listed), are not among them.
func (f *Format) ChangedSince(former *Format) []Changed {
	m := meanings{}
	for _, role := range []Role{RoleKind, RoleOutcome, RoleStatus} {
		for _, now := range columnsOf(f, role) {
			if then := columnLike(former, now); then != nil {
				m.words(then, now)
			}
		}
	}
	m.word(RoleOutcome, "", former.DefaultOutcome, f.DefaultOutcome)
	m.word(RoleStatus, "", former.DefaultStatus, f.DefaultStatus)
	m.word(RoleOutcome, "(rest)", former.Rest, f.Rest)
	return m.all
}

type meanings struct{ all []Changed }

func (m *meanings) words(then, now *Column) {
	if then.Written() != now.Written() {
		m.all = append(m.all, Changed{Role: string(now.Role), Is: now.Written(), Was: then.Written(), Moved: true})
	}
	older, newer := then.WordTable(), now.WordTable()
	for _, word := range slices.Sorted(maps.Keys(older)) {
		means := newer[word]
		if means == "" && word != WordBlank {
			means = newer[WordOther]
		}
		m.word(now.Role, word, older[word], means)
	}
	if other := older[WordOther]; other != "" {
		for _, word := range slices.Sorted(maps.Keys(newer)) {
			if _, known := older[word]; !known && word != WordBlank {
				m.word(now.Role, word, other, newer[word])
			}
		}
	}
}

func (m *meanings) word(role Role, word string, was, is Word) {
	if was != "" && is != "" && asTold(was) != asTold(is) {
		m.all = append(m.all, Changed{Role: string(role), Word: word, Is: string(is), Was: string(was)})
	}
}

// asTold is a word by what Concur is told of it.
func asTold(w Word) Word {
	if w == WordWarning {
		return WordPosted
	}
	return w
}

func columnsOf(f *Format, role Role) (out []*Column) {
	for i := range f.Columns {
		if f.Columns[i].Role == role {
			out = append(out, &f.Columns[i])
		}
	}
	return out
}

// columnLike is the column of the role that a format had for the same record; the only one where there was one.
func columnLike(f *Format, now *Column) *Column {
	had := columnsOf(f, now.Role)
	for _, c := range had {
		if strings.EqualFold(c.Record, now.Record) {
			return c
		}
	}
	if len(had) == 1 {
		return had[0]
	}
	return nil
}
