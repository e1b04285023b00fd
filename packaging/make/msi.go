package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// msi makes the package for Windows on amd64 of a folder, with wixl and msibuild (msitools). What these programs take from
// the clock and by chance is set by what is packed and by the day: the same folder gives the same bytes.
func msi(ctx context.Context, folder, file, version string, day time.Time) error {
	numbers := regexp.MustCompile(`^\d+\.\d+\.\d+`).FindString(version)
	if numbers == "" {
		return fmt.Errorf("version %q does not begin with three numbers, as Windows wants them", version)
	}
	program, err := os.ReadFile(filepath.Join(folder, "fisbridge.exe"))
	if err != nil {
		return fmt.Errorf("read the program: %w", err)
	}
	err = filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error { // a cabinet keeps the times of its files
		return errors.Join(err, os.Chtimes(path, day, day))
	})
	if err != nil {
		return fmt.Errorf("set the times of what is packed: %w", err)
	}
	here, err := filepath.Abs("packaging/windows/fisbridge.wxs")
	if err != nil {
		return err
	}
	out, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	id := func(of string) string {
		sum := sha256.Sum256(append([]byte(of+" "+version+" "), program...))
		sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80 // version 8: made by rules of its own
		return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]))
	}
	// wixl takes names relative to where it runs.
	if err := tool(ctx, folder, "wixl", "-a", "x64", "-D", "VERSION="+numbers, "-D", "PRODUCT="+id("product"), "-o", out, here); err != nil {
		return err
	}
	// wixl knows no Environment: the folder of the program joins the path of the machine by these rows.
	err = tool(ctx, folder, "msibuild", out,
		"-q", "CREATE TABLE `Environment` (`Environment` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, `Value` CHAR(255) LOCALIZABLE, `Component_` CHAR(72) NOT NULL PRIMARY KEY `Environment`)",
		"-q", "INSERT INTO `Environment` (`Environment`, `Name`, `Value`, `Component_`) VALUES ('Path', '=-*PATH', '[~];[INSTALLDIR]', 'Program')",
		"-q", "INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('WriteEnvironmentStrings', 5200)",
		"-q", "INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('RemoveEnvironmentStrings', 3300)")
	if err != nil {
		return err
	}
	made, err := os.ReadFile(out)
	if err != nil {
		return err
	}
	if err := settle(made, "{"+id("package")+"}", day); err != nil {
		return err
	}
	return os.WriteFile(out, made, 0o644) //nolint:gosec // it is for everybody to read
}

func tool(ctx context.Context, folder, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = folder
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(said))
	}
	return nil
}

// summary is the format id of the set of properties in which a package says when it was made, and its id.
var summary = []byte{0xe0, 0x85, 0x9f, 0xf2, 0xf9, 0x4f, 0x68, 0x10, 0xab, 0x91, 0x08, 0x00, 0x2b, 0x27, 0xb3, 0xd9}

// Properties of the set, and types of them (MS-OLEPS).
const (
	packageID, created, saved = 9, 12, 13
	isText, isTime            = 30, 64
)

// settle sets the moments and the id of a package.
func settle(file []byte, id string, day time.Time) error {
	at := bytes.Index(file, summary)
	if at < 0 || bytes.Count(file, summary) != 1 || at+20 > len(file) {
		return errors.New("the package has no summary that is known here")
	}
	// the set stands at an offset from the beginning of its stream, which is 28 bytes before the format id
	set := at - 28 + int(binary.LittleEndian.Uint32(file[at+16:]))
	if set < 0 || set+8 > len(file) {
		return errors.New("the summary of the package points out of it")
	}
	done := 0
	for i := range int(binary.LittleEndian.Uint32(file[set+4:])) {
		entry := set + 8 + 8*i
		if entry+8 > len(file) {
			return errors.New("the summary of the package is cut short")
		}
		value := set + int(binary.LittleEndian.Uint32(file[entry+4:]))
		if value < 0 || value+16 > len(file) {
			return errors.New("the summary of the package points out of it")
		}
		kind := binary.LittleEndian.Uint32(file[value:])
		switch property := binary.LittleEndian.Uint32(file[entry:]); {
		case (property == created || property == saved) && kind == isTime:
			binary.LittleEndian.PutUint64(file[value+4:], uint64(day.Unix()+11644473600)*10_000_000) //nolint:gosec // after 1601
			done++
		case property == packageID && kind == isText && value+8+len(id) <= len(file) && file[value+8] == '{':
			copy(file[value+8:], id)
			done++
		}
	}
	if done != 3 {
		return fmt.Errorf("the summary of the package has %d of an id and two moments", done)
	}
	return nil
}
