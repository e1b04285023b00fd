package exchange

import (
	"io"
	"os"
)

// dialAgent opens the pipe of the OpenSSH agent service.
func dialAgent() (io.ReadWriteCloser, error) {
	return os.OpenFile(`\\.\pipe\openssh-ssh-agent`, os.O_RDWR, 0)
}
