package journal

import (
	"fmt"
	"sort"
	"strings"
)

// in writes `column IN ($n, …)` and its arguments.
func in[T any](column string, values []T, first int) (string, []any) {
	if len(values) == 0 {
		return "1 = 0", nil
	}
	marks, args := make([]string, len(values)), make([]any, len(values))
	for i, v := range values {
		marks[i], args[i] = fmt.Sprintf("$%d", first+i), v
	}
	return column + " IN (" + strings.Join(marks, ", ") + ")", args
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func sortedIDs(m map[int64]bool) []int64 {
	ids := make([]int64, 0, len(m))
	for id := range m {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(a, b int) bool { return ids[a] < ids[b] })
	return ids
}

// places writes `(?, …), (?, …)` for rows of so many columns. Without numbers, for SQLite looks each numbered one up by its name, which
// takes longer than the insert; a database that wants numbers gets them here.
func places(args []any, columns int) string {
	row := "(" + strings.Repeat("?,", columns-1) + "?)"
	return strings.Repeat(row+",", len(args)/columns-1) + row
}
