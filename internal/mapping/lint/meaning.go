package lint

import (
	"github.com/fisbridge/fisbridge/internal/findings"
	"github.com/fisbridge/fisbridge/internal/mapping/workbook"
)

// meanings are doubts: a word of the ERP or the bank that means something else than before. What Concur is told of every
// later result file hangs on it, and no document of the last month shows it.
func (w *doubter) meanings() {
	at := findings.Place{Sheet: w.sheet(workbook.SheetResults)}
	before := w.older.Results()
	for _, is := range w.newer.Results() {
		for i := range before {
			if before[i].Name != is.Name {
				continue
			}
			for _, m := range is.ChangedSince(&before[i]) {
				switch {
				case m.Moved:
					w.add(at, "results %s: %s is read from %s; the version in force reads it from %s", is.Name, m.Role, m.Is, m.Was)
				case m.Word == "":
					w.add(at, "results %s: every line without a word of its own means %s; in the version in force it means %s", is.Name, m.Is, m.Was)
				default:
					w.add(at, "results %s: the word %q of %s means %s; in the version in force it means %s", is.Name, m.Word, m.Role, m.Is, m.Was)
				}
			}
		}
	}
}
