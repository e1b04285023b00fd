//go:build !linux

package worlds

// somebodyElse is another account of the system, which a test can be on Linux only.
func (w *world) somebodyElse(int, ...string) ended {
	w.t.Helper()
	missing(w.t, "an account of its own for somebody else: a test has it on Linux only")
	return ended{}
}
