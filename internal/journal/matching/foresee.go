package matching

import (
	"slices"

	"github.com/fisbridge/fisbridge/internal/journal/ledger"
	"github.com/fisbridge/fisbridge/internal/journal/records"
)

// lookedUp is a question for documents: a column, the word in it in capital letters, and an import file, 0 for any.
type lookedUp struct {
	column, word string
	file         int64
}

// Foresee looks up together the documents of references that are about to be matched. It decides nothing: what was not looked up here is looked up when it
// is matched.
func (a *Finder) Foresee(refs []records.Ref) error {
	a.foreseen = map[lookedUp][]candidate{}
	open := map[int64]map[string][]string{} // by import file, then by word: the columns where it may stand
	for _, ref := range refs {
		kind, word := wordOf(ref)
		if word == "" {
			continue
		}
		file, err := a.fileOf(&ref)
		if err != nil {
			return err
		}
		if file.problem != "" {
			continue
		}
		if open[file.id] == nil {
			open[file.id] = map[string][]string{}
		}
		open[file.id][records.FoldID(word)] = columnsOf(kind)
	}
	for file, words := range open {
		if err := a.foresee(file, words); err != nil {
			return err
		}
	}
	return nil
}

// foresee looks for words in one column after the other, until each is found as a docId: other words may be a key of two kinds.
func (a *Finder) foresee(file int64, open map[string][]string) error {
	for len(open) > 0 {
		next := map[string][]string{} // by column
		for word, columns := range open {
			next[columns[0]] = append(next[columns[0]], word)
		}
		for column, words := range next {
			slices.Sort(words)
			for some := range slices.Chunk(words, ledger.AtOnce) {
				found, whole, err := a.lookUp(column, some, file, 10*mostCandidates)
				if err != nil {
					return err
				}
				for _, word := range some {
					if whole {
						a.foreseen[lookedUp{column, word, file}] = found[word][:min(len(found[word]), mostCandidates)]
					}
					if open[word] = open[word][1:]; len(open[word]) == 0 || len(found[word]) > 0 && column == "doc_id" || !whole {
						delete(open, word)
					}
				}
			}
		}
	}
	return nil
}
