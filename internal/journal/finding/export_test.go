package finding

// Enough sets how many documents a word may have to select them, and gives what it was.
func Enough(n int) (before int) {
	before, enough = enough, n
	return before
}
