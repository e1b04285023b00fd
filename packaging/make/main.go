// Command make writes what a release holds besides the program, for packaging/release.sh: man pages and completions of
// the shells (manual), the licences of all modules that are built in (licences), archives (pack), and the package for Windows (msi). It guarantees that the same sources
// give the same bytes.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "packaging/make:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	usage := errors.New("say what to write and where to: manual FOLDER, licences FILE, pack FOLDER ARCHIVE, or msi FOLDER FILE")
	if len(args) < 2 {
		return usage
	}
	switch args[0] {
	case "pack":
		if len(args) != 3 {
			return usage
		}
		day, err := releaseDay()
		if err != nil {
			return err
		}
		return pack(args[1], args[2], day)
	case "msi":
		if len(args) != 3 {
			return usage
		}
		day, err := releaseDay()
		if err != nil {
			return err
		}
		return msi(ctx, args[1], args[2], os.Getenv("VERSION"), day)
	case "manual":
		day, err := releaseDay()
		if err != nil {
			return err
		}
		return writeManual(args[1], os.Getenv("VERSION"), day)
	case "licences":
		text, err := licences(ctx)
		if err != nil {
			return err
		}
		return os.WriteFile(args[1], text, 0o644) //nolint:gosec // it is for everybody to read
	}
	return usage
}

// releaseDay is the day of the commit that is released: SOURCE_DATE_EPOCH, seconds since 1970.
func releaseDay() (time.Time, error) {
	text := os.Getenv("SOURCE_DATE_EPOCH")
	seconds, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q, and not the seconds of the commit", text)
	}
	return time.Unix(seconds, 0).UTC(), nil
}
