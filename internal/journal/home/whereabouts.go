package home

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Whereabouts is where a journal's file lies, as far as the system tells.
type Whereabouts struct {
	// Path is absolute, with links resolved. It is for people: a folder may be renamed, and be mounted elsewhere, and
	// is the same folder.
	Path string `json:"path"`
	// File is the number of the file in its file system and the moment of its making. A copy never has both; a file
	// that was only renamed, or is seen through another mount, keeps them. Empty: the system does not tell.
	File string `json:"file,omitempty"`
	// Machine is the machine, told by the system or by MachineVariable. Empty: not known, as in a container, whose name
	// and identity are new at each start.
	Machine string `json:"machine,omitempty"`
	// Timeline, of a journal in a server, is new after the server was restored to a point in time, or another one has
	// taken its place. File is then the database in the server.
	Timeline string `json:"timeline,omitempty"`
}

// MachineVariable is the environment variable by which an installation has a name of its own, in place of the machine's
// identity.
const MachineVariable = "FISBRIDGE_MACHINE"

// Here describes where the journal lies.
func (j *Home) Here(ctx context.Context) (Whereabouts, error) {
	c, err := j.Cluster(ctx)
	switch {
	case err != nil:
		return Whereabouts{}, fmt.Errorf("journal: %w", err)
	case c.ID == "":
		return whereaboutsOf(j.Path()), nil
	}
	return Whereabouts{Path: j.Name(), File: c.ID, Timeline: c.Timeline}, nil
}

// whereaboutsOf describes where a file lies.
func whereaboutsOf(path string) Whereabouts {
	p := Whereabouts{Path: path, File: fileID(path), Machine: machine()}
	if abs, err := filepath.Abs(path); err == nil {
		p.Path = abs
	}
	if real, err := filepath.EvalSymlinks(p.Path); err == nil {
		p.Path = real
	}
	return p
}

// named marks a machine that has its name from MachineVariable.
const named = "name:"

func machine() string {
	if name := os.Getenv(MachineVariable); name != "" {
		return named + name
	}
	id := machineID()
	if id == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("fisbridge\x00" + id)) // systems ask not to pass the identity itself on
	return "id:" + hex.EncodeToString(sum[:8])
}

// sameFile tells whether two places are one file; what the system does not tell is no difference.
func (p Whereabouts) sameFile(other Whereabouts) bool {
	return p.File == "" || other.File == "" || p.File == other.File
}

// sameTimeline tells whether the server went on from where it was; a standby has none.
func (p Whereabouts) sameTimeline(other Whereabouts) bool {
	return p.Timeline == "" || other.Timeline == "" || p.Timeline == other.Timeline
}

// Served tells whether the journal lies in a server, and not in a file of this machine.
func (p Whereabouts) Served() bool { return p.served() }

func (p Whereabouts) served() bool { return p.Timeline != "" || strings.Contains(p.File, "/") }

// sameMachine tells whether two places are on one machine. A name and an identity cannot be compared, and what is not
// known is no difference.
func (p Whereabouts) sameMachine(other Whereabouts) bool {
	if p.Machine == "" || other.Machine == "" || kindOf(p.Machine) != kindOf(other.Machine) {
		return true
	}
	return p.Machine == other.Machine
}

func kindOf(machine string) string { return machine[:min(len(named), len(machine))] }

// String tells the place to people.
func (p Whereabouts) String() string {
	if p.Machine == "" {
		return p.Path
	}
	return p.Path + " on machine " + p.Machine
}
