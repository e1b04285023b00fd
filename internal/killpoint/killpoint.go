//go:build !(killpoint && unix)

// Package killpoint marks the boundaries between an intention that is committed, the act, and the outcome that is
// committed. In ordinary builds Here does nothing and costs nothing. Built with the tag `killpoint`, the process ends
// itself with SIGKILL at the boundary that the environment names, which is how the tests prove that a kill loses
// nothing; or it is ended softly, stopped, or its journal gets into trouble there.
package killpoint

// On tells that this is a build for such tests.
const On = false

// Here is one boundary; name is `<step>.<intended|acted|done>`.
func Here(string) {}

// Trouble is what the journal must suffer from now on: "busy", "full" or "readonly"; empty in ordinary builds.
func Trouble() string { return "" }
