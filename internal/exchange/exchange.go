// Package exchange moves files between this machine and a partner: it drops import files whole or not at all, and collects
// result files without losing one or taking half of one. It knows local folders and SFTP servers, and treats them alike.
//
// What it guarantees: a final name is absent or whole; a final name is never overwritten; every step may be repeated after a
// crash at any point; an unreadable folder is an error and never an empty one; no secret reaches an error or a log. What it does
// not know: which step is due. Intentions and outcomes are the caller's, in the journal.
package exchange

import (
	"context"
	"io"
	"time"
)

// Info is what a place says of one file.
type Info struct {
	Name    string    // the name in its folder, without a path
	Size    int64     // bytes
	ModTime time.Time // the place's clock; zero when the place does not tell
	Marker  string    // the name of the done-marker beside it, when the target works with markers
	Odd     string    // in a listing: what it is when it is no plain file; empty for one
}

// Drop delivers files into one folder of the partner. All methods may be repeated. A Drop is for one goroutine at a time; UploadAll and
// PublishAll do several things at once by themselves.
type Drop interface {
	// Upload writes size bytes to the temporary name and proves that they arrived: exclusive create, errors of every write and
	// of Close, size looked up afterwards, content read back and hashed where the target asks. What it finds under temp is
	// discarded first; after any error temp is removed, best effort, and a repeat begins anew, never in the middle. open is
	// called once for writing and may be called again for the comparison.
	Upload(ctx context.Context, temp string, size int64, open func() (io.ReadCloser, error)) error
	// Publish renames temp to final. It never replaces a file: a final name that holds the same bytes counts as delivered (temp
	// is removed), other bytes are a *NameTakenError. Temp gone and final there counts as delivered. Temp and final both gone is
	// ErrGone. An answer "renamed" is believed: the partner may have taken the file before anyone can look.
	Publish(ctx context.Context, temp, final string) error
	// UploadAll is Upload of several files at once, each with an error of its own.
	UploadAll(ctx context.Context, files []Sending) []error
	// PublishAll is Publish of several files, which get their final names in their order. Those behind one that failed are ErrWaits, unless their
	// renames were on the line with it.
	PublishAll(ctx context.Context, files []Renaming) []error
	// AtOnce is how many files are best given to UploadAll and PublishAll.
	AtOnce() int
	// Stat looks for a name; false means that it is certainly not there. ErrCannotTell when the place lets nobody look.
	Stat(ctx context.Context, name string) (Info, bool, error)
	// Remove removes a temporary name; that it is gone already is no error.
	Remove(ctx context.Context, temp string) error
	// Mark writes the done-marker of a delivered name, last of all; nothing happens when the target has none.
	Mark(ctx context.Context, name string) error
	// Check tries the connection and each right that delivery needs, and names what is missing.
	Check(ctx context.Context) []Finding
	// TempName is the temporary name for a final one, by the target's pattern: one that the partner ignores. The token makes it the name of
	// one attempt, so that a process that was paused and an upload that began meanwhile never write the same file.
	TempName(final, token string) string
	Close() error
}

// Returns collects files from one folder of the partner. All methods may be repeated. A Returns is for one goroutine at a time;
// Close waits for the one behind Watch.
type Returns interface {
	// List returns the files in the folder that may be result files, by name, claimed and ignored names left out. A folder that
	// is missing or cannot be read is a *FolderError, never an empty list.
	List(ctx context.Context) ([]Info, error)
	// Odd returns what the last List left alone though its name is wanted: links, which are not followed, folders, impossible names.
	Odd() []Oddity
	// Look looks for a file under its name; false means that it is certainly not there.
	Look(ctx context.Context, name string) (Info, bool, error)
	// Fetch copies a file to w and compares the bytes with the size before and after: ErrChanging when they differ. A file of more than
	// most bytes (0: any size) is a *TooLargeError, before it is read where the place tells its size, and else as soon as it is.
	Fetch(ctx context.Context, name string, most int64, w io.Writer) (Info, error)
	// Claim takes a file for us alone by renaming it within the folder; token makes the new name ours. It returns the name to
	// fetch, move and claim again by (same token: no-op). False: somebody else has it, or it is gone. ErrBusy: open elsewhere.
	Claim(ctx context.Context, name, token string) (claimed string, ok bool, err error)
	// Claimed lists the claims that lie in the folder, whoever made them: after a crash they are taken up again.
	Claimed(ctx context.Context) ([]Claim, error)
	// Move puts a file (claimed or not) into a sub-folder (or an absolute folder) under the name as; the marker beside it goes
	// too. Nothing is replaced: the same bytes there are a finished move, other bytes a *NameTakenError. Across devices it
	// copies, syncs, renames, removes.
	Move(ctx context.Context, name, folder, as string) error
	// WriteNote writes a text beside a moved file; a former note of that name is replaced.
	WriteNote(ctx context.Context, folder, name string, text []byte) error
	// Remove takes away what Move put into a sub-folder, and the note beside it. What is gone already is no error.
	Remove(ctx context.Context, folder, name string) error
	// Lacks tells that a sub-folder is certainly not there; of an absolute folder it says nothing.
	Lacks(ctx context.Context, folder string) (bool, error)
	// Filed lists the names in a sub-folder (or an absolute folder) into which files were moved; none when it is not there.
	Filed(ctx context.Context, folder string) ([]string, error)
	// Watch wakes the caller: at once, at every event, and every ScanInterval whether or not there was one. It carries no
	// content, List is the truth. The channel closes when ctx ends.
	Watch(ctx context.Context) <-chan struct{}
	// Check tries the connection and each right that collecting needs, and names what is missing.
	Check(ctx context.Context) []Finding
	Close() error
}

// Claim is a file taken by somebody's Claim.
type Claim struct {
	Info            // under its claimed name
	Original string // the name it had
	Token    string
}
