package term

import (
	"io"

	"github.com/fisbridge/fisbridge/internal/wording"
)

// logDoor makes what cannot be seen visible in the lines of a log: people read it in a terminal. A line is written at
// once.
type logDoor struct{ out io.Writer }

// LogDoor is the door for the lines of a log.
func LogDoor(out io.Writer) io.Writer { return logDoor{out} }

// Write writes a line; inside of JSON and of quoted texts the escapes are those of both.
func (l logDoor) Write(p []byte) (int, error) {
	if _, err := l.out.Write(wording.JSON(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}
