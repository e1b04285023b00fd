package sftp

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"sort"
	"strings"
	"sync"

	"github.com/pkg/sftp"
)

// folder is the folder; a rename that looks first is one step for all connections.
type folder struct {
	root *os.Root
	mu   sync.Mutex
}

// local turns /a/b into a/b; os.Root keeps everything inside.
func local(p string) string {
	p = strings.TrimPrefix(path.Clean("/"+p), "/")
	if p == "" {
		return "."
	}
	return p
}

var errExists = errors.New("the name is taken")

// handlers serve requests that no fault has stopped.
type handlers struct {
	f *folder
	s *Server
}

func (h handlers) Fileread(r *sftp.Request) (io.ReaderAt, error) {
	return h.f.root.Open(local(r.Filepath))
}

func (h handlers) Filewrite(r *sftp.Request) (io.WriterAt, error) {
	want, flags := r.Pflags(), os.O_WRONLY
	if want.Creat {
		flags |= os.O_CREATE
	}
	if want.Excl {
		flags |= os.O_EXCL
	}
	if want.Trunc {
		flags |= os.O_TRUNC
	}
	return h.f.root.OpenFile(local(r.Filepath), flags, 0o640)
}

func (h handlers) Filecmd(r *sftp.Request) error {
	p := local(r.Filepath)
	switch r.Method {
	case "Rename":
		return h.rename(p, local(r.Target))
	case "Remove":
		fi, err := h.f.root.Lstat(p)
		if err != nil {
			return err
		}
		if fi.IsDir() {
			return errors.New("is a folder")
		}
		return h.f.root.Remove(p)
	case "Rmdir":
		fi, err := h.f.root.Lstat(p)
		if err != nil {
			return err
		}
		if !fi.IsDir() {
			return errors.New("is no folder")
		}
		return h.f.root.Remove(p)
	case "Mkdir":
		return h.f.root.Mkdir(p, 0o750)
	case "Setstat":
		return h.setstat(r, p)
	}
	return sftp.ErrSSHFxOpUnsupported
}

// rename keeps what has the name, as the protocol says, unless the fault DoReplace is on.
func (h handlers) rename(from, to string) error {
	h.f.mu.Lock()
	defer h.f.mu.Unlock()
	if _, err := h.f.root.Lstat(to); err == nil && !h.s.on(DoReplace) {
		return errExists
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return h.f.root.Rename(from, to)
}

// PosixRename replaces.
func (h handlers) PosixRename(r *sftp.Request) error {
	h.f.mu.Lock()
	defer h.f.mu.Unlock()
	return h.f.root.Rename(local(r.Filepath), local(r.Target))
}

func (h handlers) setstat(r *sftp.Request, p string) error {
	flags, a := r.AttrFlags(), r.Attributes()
	if flags.Size {
		f, err := h.f.root.OpenFile(p, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(f.Truncate(int64(a.Size)), f.Close())
	}
	if flags.Acmodtime {
		return h.f.root.Chtimes(p, a.AccessTime(), a.ModTime())
	}
	_, err := h.f.root.Stat(p)
	return err
}

func (h handlers) Filelist(r *sftp.Request) (sftp.ListerAt, error) {
	p := local(r.Filepath)
	switch r.Method {
	case "List":
		return h.list(p)
	case "Stat":
		fi, err := h.f.root.Stat(p)
		return fileInfos{fi}, err
	}
	return nil, sftp.ErrSSHFxOpUnsupported
}

func (h handlers) Lstat(r *sftp.Request) (sftp.ListerAt, error) {
	fi, err := h.f.root.Lstat(local(r.Filepath))
	return fileInfos{fi}, err
}

func (h handlers) list(p string) (sftp.ListerAt, error) {
	d, err := h.f.root.Open(p)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	var out fileInfos
	for _, n := range names {
		fi, err := h.f.root.Lstat(path.Join(p, n))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, fi)
	}
	return out, nil
}

// fileInfos is a listing.
type fileInfos []fs.FileInfo

func (l fileInfos) ListAt(to []fs.FileInfo, off int64) (int, error) {
	if off >= int64(len(l)) {
		return 0, io.EOF
	}
	n := copy(to, l[off:])
	if n < len(to) {
		return n, io.EOF
	}
	return n, nil
}

// on tells whether a fault with this effect is switched on, whatever its counters.
func (s *Server) on(e Effect) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Do == e {
			return true
		}
	}
	return false
}
