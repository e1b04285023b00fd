package config

import "github.com/agnivade/levenshtein"

// Nearest is the name most like the one written, if any is like enough to be meant; else empty.
func Nearest(written string, names []string) string {
	best, distance := "", max(3, len(written)/3+1)
	if len(written) < 3 {
		distance = 2
	}
	for _, name := range names {
		if d := levenshtein.ComputeDistance(written, name); d < distance {
			best, distance = name, d
		}
	}
	return best
}
