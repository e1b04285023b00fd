// Package people owns the commands for who looks after the console and a working folder: who has an account there, and
// whether the process that serves it answers.
package people

import "github.com/fisbridge/fisbridge/internal/cli/frame"

// room has the commands of this package as its methods.
type room struct{ *frame.Frame }
