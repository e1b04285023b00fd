// Command pictures makes the pictures of the documentation anew, docs/pictures, from what the program shows: sheets of a
// workbook by LibreOffice, pages by a headless Chromium. It runs fisbridge itself, on its own sample documents, in a
// temporary folder, and listens on this machine alone.
//
//	go run ./internal/proof/pictures              # all of them, into docs/pictures
//	go run ./internal/proof/pictures -only today  # those whose name holds it
//	go run ./internal/proof/pictures -to /tmp/p   # elsewhere, to compare
//
// It needs chromium, soffice (LibreOffice Calc) and pdftoppm (poppler-utils).
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	to := flag.String("to", filepath.Join("docs", "pictures"), "folder to write to")
	only := flag.String("only", "", "only pictures whose name holds this")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	if err := run(ctx, *to, *only); err != nil {
		log.Fatal("pictures: ", err)
	}
}

// studio is where pictures are taken.
type studio struct {
	program  string // fisbridge
	dir      string // a temporary folder
	to, only string
}

func run(ctx context.Context, to, only string) (err error) {
	dir, err := os.MkdirTemp("", "pictures")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s := &studio{program: filepath.Join(dir, "fisbridge"), dir: dir, to: to, only: only}
	if err := command(ctx, ".", "go", "build", "-o", s.program, "./cmd/fisbridge"); err != nil {
		return err
	}
	if err := s.workbook(ctx); err != nil {
		return err
	}
	return s.console(ctx)
}

// wanted is whether one of these pictures is to be made.
func (s *studio) wanted(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, s.only) })
}

// needsPeople is the exit code of fisbridge when it did its work and something waits for people, as the samples' held document does.
const needsPeople = 3

// fisbridge runs the program in the temporary folder.
func (s *studio) fisbridge(ctx context.Context, args ...string) error {
	err := command(ctx, s.dir, s.program, args...)
	if exit := new(exec.ExitError); errors.As(err, &exit) && exit.ExitCode() == needsPeople {
		return nil
	}
	return err
}

// command runs a program in a folder; what it says is told only when it fails.
func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return nil
}

// save writes a picture, without the white around it and cut to width × height (0: as it is), in as few colours as it has.
func (s *studio) save(name string, picture []byte, width, height int) error {
	full, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	within := full.Bounds()
	if width > 0 {
		within = trimmed(full)
		within.Max.X = min(within.Max.X, within.Min.X+width)
		within.Max.Y = min(within.Max.Y, within.Min.Y+height)
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, paletted(full, within)); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	path := filepath.Join(s.to, name+".png")
	fmt.Printf("%s: %d × %d, %d kB\n", path, within.Dx(), within.Dy(), (out.Len()+999)/1000)
	return os.WriteFile(path, out.Bytes(), 0o644) //nolint:gosec // it is for everybody to read
}

// trimmed is the part of a picture that is not white, with a little white around it.
func trimmed(p image.Image) image.Rectangle {
	const margin = 8
	var out image.Rectangle
	b := p.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if r, g, b, _ := p.At(x, y).RGBA(); r < 0xff00 || g < 0xff00 || b < 0xff00 {
				out = out.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return out.Inset(-margin).Intersect(b)
}

// paletted is a part of a picture in 256 colours: those that most of its points have, but none that one before is like, so
// that a red word on a large page stays red. Texts and tables need no more, and take a quarter of the bytes.
func paletted(p image.Image, within image.Rectangle) *image.Paletted {
	points := map[color.RGBA]int{}
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			points[color.RGBAModel.Convert(p.At(x, y)).(color.RGBA)]++
		}
	}
	colours := make([]color.RGBA, 0, len(points))
	for c := range points {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.RGBA) int {
		if d := points[b] - points[a]; d != 0 {
			return d
		}
		return int(a.R)<<16 + int(a.G)<<8 + int(a.B) - (int(b.R)<<16 + int(b.G)<<8 + int(b.B))
	})
	palette := distinct(colours, 0)
	for apart := 4; len(palette) > 256; apart += 4 {
		palette = distinct(colours, apart)
	}
	out := image.NewPaletted(image.Rect(0, 0, within.Dx(), within.Dy()), palette)
	draw.Draw(out, out.Bounds(), p, within.Min, draw.Src)
	return out
}

// distinct are the colours, the first ones first, that differ from all before by more than this in red, green or blue.
func distinct(colours []color.RGBA, apart int) color.Palette {
	out := color.Palette{}
	taken := []color.RGBA{}
	for _, c := range colours {
		near := func(o color.RGBA) bool {
			return max(abs(int(o.R)-int(c.R)), abs(int(o.G)-int(c.G)), abs(int(o.B)-int(c.B))) <= apart
		}
		if apart > 0 && slices.ContainsFunc(taken, near) {
			continue
		}
		out, taken = append(out, c), append(taken, c)
	}
	return out
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
