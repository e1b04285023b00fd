package layout

import (
	"bytes"
	"cmp"
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
	if found == FoundUTF16 && p.charset.UTF16 != "" {
		found = FoundText
	}
	ok, own := p.format.Expects(found)
	if ok {
		return nil
	}
	return &WrongFileError{expected, string(found), cmp.Or(own, hint)}
}

// Found is what the first bytes of a file look like, in words.
type Found string

const (
	FoundText  Found = "plain text" // or anything else that is nothing known
	FoundEmpty Found = "an empty file"
	FoundZip   Found = "a zip archive or Excel workbook"
	FoundOLE   Found = "an old Excel workbook (.xls)"
	FoundXML   Found = "XML or a web page"
	FoundUTF16 Found = "UTF-16 text"
)

// recognise names what the first bytes are. holds searches the whole file.
func recognise(head []byte, holds func(string) bool) (found Found, hint string) {
	is := func(magic string) bool { return bytes.HasPrefix(head, []byte(magic)) }
	switch {
	case len(head) == 0:
		return FoundEmpty, "have it sent again; it may have been collected while it was written"
	case is("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"):
		if holds("EncryptedPackage") {
			return "a workbook protected by a password", "save it without the password"
		}
		return FoundOLE, "open it in Excel and save it as .xlsx"
	case is("PK\x03\x04"), is("PK\x05\x06"):
		return FoundZip, "unpack it, or save it in the form the layout names"
	case is("\xFF\xFE"), is("\xFE\xFF"):
		return FoundUTF16, "save it as UTF-8 (in Excel: CSV UTF-8), or set `encoding: utf-16`"
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
			return FoundXML, "some programs name web pages .xls or .csv; open it in Excel and save it again"
		}
	}
	return FoundText, ""
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
