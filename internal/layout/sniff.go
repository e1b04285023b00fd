package layout

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
)

// sniff looks at the first bytes: a file of another kind gets its own message instead of a thousand bad lines.
func sniff(p *Plan, r io.ReaderAt, size int64) error {
	expected := p.spec.Kind
	head := make([]byte, min(size, 512))
	if n, err := r.ReadAt(head, 0); err != nil && !(errors.Is(err, io.EOF) && n == len(head)) {
		return fmt.Errorf("read the first bytes: %w", err)
	}
	found, hint := recognise(head, func(text string) bool { return holdsUTF16(r, size, text) })
	switch {
	case found == "" && expected == Workbook:
		return &WrongFileError{expected, "plain text", "it looks like a CSV that was named .xlsx; open it in Excel and save it as an Excel workbook (.xlsx)"}
	case found == "", found == foundZip && expected == Workbook:
		return nil
	case size == 0 && expected != Workbook && p.header < 0:
		return nil // no rows
	case expected == Fixed && (p.charset.EBCDIC || len(p.lineEnd) == 0) && found != foundZip && found != foundOLE:
		return nil // any bytes may stand at the beginning of such a record
	}
	return &WrongFileError{expected, found, hint}
}

const (
	foundZip = "a zip archive or Excel workbook"
	foundOLE = "an old Excel workbook (.xls)"
)

// recognise names what the first bytes are, empty when they are nothing known. holds searches the whole file.
func recognise(head []byte, holds func(string) bool) (found, hint string) {
	is := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case len(head) == 0:
		return "an empty file", "have it sent again; it may have been collected while it was written"
	case is("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"):
		if holds("EncryptedPackage") {
			return "a workbook protected by a password", "save it without the password"
		}
		return foundOLE, "open it in Excel and save it as .xlsx"
	case is("PK\x03\x04"), is("PK\x05\x06"):
		return foundZip, "unpack it, or save it in the form the layout names"
	case is("\xFF\xFE"), is("\xFE\xFF"):
		return "UTF-16 text", "save it as UTF-8 (in Excel: CSV UTF-8)"
	case is("\x1F\x8B"):
		return "a gzip archive", "unpack it"
	case is("%PDF-"):
		return "a PDF", "have the data itself sent"
	case is("-----BEGIN PGP"):
		return "a PGP message", "decrypt it first"
	}
	start := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(string(head), "\uFEFF"), " \t\r\n"))
	for _, tag := range []string{"<?xml", "<html", "<!doctype", "<table"} {
		if strings.HasPrefix(start, tag) {
			return "XML or a web page", "some programs name web pages .xls or .csv; open it in Excel and save it again"
		}
	}
	return "", ""
}

// holdsUTF16 searches the file for a text in UTF-16, block by block: OLE keeps the names of its streams so.
func holdsUTF16(r io.ReaderAt, size int64, text string) bool {
	var want []byte
	for _, u := range utf16.Encode([]rune(text)) {
		want = append(want, byte(u), byte(u>>8))
	}
	const block = 64 << 10
	buf := make([]byte, block+len(want))
	for at := int64(0); at < size; at += block {
		n, err := r.ReadAt(buf[:min(int64(len(buf)), size-at)], at)
		if bytes.Contains(buf[:n], want) {
			return true
		}
		if err != nil {
			return false
		}
	}
	return false
}
