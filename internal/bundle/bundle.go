// Package bundle owns how several files are one: a zip archive that is the same byte for byte whenever it is made of
// the same members, by no clock, in their order, with the same attributes. Import files of several members are kept so
// in the journal, whether the ERP takes them as an archive or side by side. It guarantees that a name of a member
// cannot leave its folder.
package bundle

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"github.com/fisbridge/fisbridge/internal/ownfile"
)

// Member is a file of a bundle.
type Member struct {
	Name string
	Size int64
	Open func() (io.ReadCloser, error)
}

// MostMembers bounds the members of a bundle.
const MostMembers = 100

// CheckName refuses names that an archive or a folder cannot have, or that lead out of it. Blanks may stand in a name.
func CheckName(name string) error {
	reason := ""
	switch {
	case name == "" || strings.TrimSpace(name) != name:
		reason = "is empty, or begins or ends with a blank"
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, ".."):
		reason = "must not begin or end with a dot, or hold two in a row"
	case len(name) > 200:
		reason = "is longer than 200 bytes"
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`/\:*?"<>|`, r) }):
		reason = `must not hold control characters, letters beyond ASCII, or one of / \ : * ? " < > |`
	default:
		return nil
	}
	return fmt.Errorf("the name %q %s", name, reason)
}

// Write packs the members into w, in their order. Temporary files are made in folder, the system's when it is empty.
func Write(w io.Writer, folder string, members []Member) (err error) {
	if err := checkNames(members); err != nil {
		return err
	}
	out := zip.NewWriter(w)
	for i := range members {
		if err := add(out, folder, &members[i]); err != nil {
			return fmt.Errorf("pack %s: %w", members[i].Name, err)
		}
	}
	return out.Close()
}

// checkNames refuses members that one folder cannot hold.
func checkNames(members []Member) error {
	seen := map[string]bool{}
	for _, m := range members {
		if err := CheckName(m.Name); err != nil {
			return err
		}
		if key := strings.ToUpper(m.Name); seen[key] {
			return fmt.Errorf("two members have the name %q", m.Name)
		}
		seen[strings.ToUpper(m.Name)] = true
	}
	return nil
}

// add packs one member. Sizes and checksum stand before its bytes, for readers that go through an archive once.
func add(out *zip.Writer, folder string, m *Member) error {
	temp, err := ownfile.Scratch(folder, "fisbridge-*.member")
	if err != nil {
		return err
	}
	defer ownfile.Discard(temp)
	in, err := m.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	packed, err := flate.NewWriter(temp, flate.DefaultCompression)
	if err != nil {
		return err
	}
	sum := crc32.NewIEEE()
	size, err := io.Copy(io.MultiWriter(packed, sum), in)
	if err := errors.Join(err, packed.Close()); err != nil {
		return err
	}
	length, err := temp.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return err
	}
	to, err := out.CreateRaw(&zip.FileHeader{Name: m.Name, Method: zip.Deflate, CreatorVersion: zip20, ReaderVersion: zip20,
		//lint:ignore SA1019 CreateRaw writes the day as it stands in this field, and not what Modified says
		ModifiedDate: firstDay, CRC32: sum.Sum32(), CompressedSize64: uint64(length), UncompressedSize64: uint64(size)})
	if err != nil {
		return err
	}
	_, err = io.Copy(to, temp)
	return err
}

const (
	zip20    = 20       // version 2.0: deflate
	firstDay = 1<<5 | 1 // 1980-01-01, the first day that archives know
)

// Open lists the members of a bundle, in their order; most bounds their bytes together.
func Open(r io.ReaderAt, size, most int64) ([]Member, error) {
	in, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("it is no whole archive: %w", err)
	}
	if len(in.File) > MostMembers {
		return nil, fmt.Errorf("it holds %d files, %d are the most", len(in.File), MostMembers)
	}
	var members []Member
	for _, f := range in.File {
		if f.UncompressedSize64 > uint64(most) {
			return nil, fmt.Errorf("%s holds more than %d bytes", f.Name, most)
		}
		most -= int64(f.UncompressedSize64)
		members = append(members, Member{Name: f.Name, Size: int64(f.UncompressedSize64), Open: f.Open})
	}
	return members, checkNames(members)
}
