package mapping

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Limits of a workbook, so that a small file cannot grow without end when it is unpacked.
const (
	maxPartBytes = 64 << 20
	maxCells     = 4_000_000
)

// workbook is an .xlsx file, read part by part. Sheets are read when they are asked for, cell by cell, so that a sheet of 100,000 rows costs
// little more than its texts.
type workbook struct {
	zip     *zip.Reader
	names   []string          // sheets in order
	parts   map[string]string // sheet name → part
	strings []string
	hidden  map[string]bool    // sheets that people do not see
	formats map[int]cellFormat // by the number of the style
	base    int                // 1904 or 1900
}

// openError is a file that is not a workbook we can read, with what to do about it.
type openError struct{ reason string }

func (e *openError) Error() string { return e.reason }

// openWorkbook looks at the first bytes before it believes the name.
func openWorkbook(data []byte) (*workbook, error) {
	if err := sniff(data); err != nil {
		return nil, err
	}
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, &openError{"the file ends early or is damaged: it may still be being saved; save it again in Excel"}
	}
	w := &workbook{zip: zr, parts: map[string]string{}, hidden: map[string]bool{}, formats: map[int]cellFormat{}, base: 1900}
	if err := w.index(); err != nil {
		return nil, err
	}
	return w, nil
}

func sniff(data []byte) error {
	switch {
	case len(data) == 0:
		return &openError{"the file is empty: it may still be being saved; save it again in Excel"}
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil
	case bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}):
		if bytes.Contains(data, utf16Name("EncryptedPackage")) {
			return &openError{"the workbook is protected by a password: save it without one (File, Info, Protect Workbook)"}
		}
		return &openError{"this is an old .xls workbook: save it as Excel Workbook (.xlsx)"}
	case bytes.HasPrefix(data, []byte("<")) || bytes.HasPrefix(data, []byte("\xEF\xBB\xBF<")):
		return &openError{"this is XML or a web page named .xlsx: save it as Excel Workbook (.xlsx)"}
	case isPlainText(data):
		return &openError{"this is a text or CSV file named .xlsx: open it in Excel and save it as Excel Workbook (.xlsx)"}
	}
	return &openError{"this is not an Excel workbook (.xlsx)"}
}

func utf16Name(s string) []byte {
	out := make([]byte, 0, 2*len(s))
	for i := 0; i < len(s); i++ {
		out = append(out, s[i], 0)
	}
	return out
}

func isPlainText(data []byte) bool {
	if len(data) > 4096 {
		data = data[:4096]
	}
	return !bytes.ContainsFunc(data, func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' })
}

// otherKind says what a zip file is that is no workbook of ours.
func (w *workbook) otherKind() string {
	for _, f := range w.zip.File {
		switch f.Name {
		case "content.xml":
			return "this is an OpenDocument workbook named .xlsx: save it as Excel Workbook (.xlsx)"
		case "xl/workbook.bin":
			return "this is a binary workbook (.xlsb) named .xlsx: save it as Excel Workbook (.xlsx)"
		}
	}
	return "this zip file is not an Excel workbook (.xlsx)"
}

func (w *workbook) index() error {
	var book struct {
		Properties struct {
			Date1904 string `xml:"date1904,attr"`
		} `xml:"workbookPr"`
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	if err := w.decode("xl/workbook.xml", &book); err != nil {
		if errors.Is(err, errNoPart) {
			return &openError{w.otherKind()}
		}
		return err
	}
	var rels struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := w.decode("xl/_rels/workbook.xml.rels", &rels); err != nil {
		return err
	}
	targets := map[string]string{}
	for _, r := range rels.Relations {
		if strings.HasPrefix(r.Target, "/") {
			targets[r.ID] = strings.TrimPrefix(r.Target, "/")
		} else {
			targets[r.ID] = path.Join("xl", r.Target)
		}
	}
	if s := book.Properties.Date1904; s == "1" || s == "true" {
		w.base = 1904
	}
	for _, s := range book.Sheets {
		w.names = append(w.names, s.Name)
		w.parts[s.Name] = targets[s.ID]
		w.hidden[s.Name] = s.State != "" && s.State != "visible"
	}
	if err := w.readStrings(); err != nil && !errors.Is(err, errNoPart) {
		return err
	}
	if err := w.readStyles(); err != nil && !errors.Is(err, errNoPart) {
		return err
	}
	return nil
}

var errNoPart = errors.New("the workbook lacks a part")

// part opens a part of the workbook under the size limit.
func (w *workbook) part(name string) (io.ReadCloser, error) {
	for _, f := range w.zip.File {
		if strings.EqualFold(f.Name, name) {
			if f.UncompressedSize64 > maxPartBytes {
				return nil, &openError{fmt.Sprintf("%s is larger than %d MiB unpacked", name, maxPartBytes>>20)}
			}
			r, err := f.Open()
			if err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
			return struct {
				io.Reader
				io.Closer
			}{io.LimitReader(r, maxPartBytes), r}, nil
		}
	}
	return nil, fmt.Errorf("%w: %s", errNoPart, name)
}

func (w *workbook) decode(name string, into any) error {
	r, err := w.part(name)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := xml.NewDecoder(r).Decode(into); err != nil {
		return &openError{fmt.Sprintf("%s is damaged (%v): save the workbook again in Excel", name, err)}
	}
	return nil
}

func (w *workbook) readStrings() error {
	r, err := w.part("xl/sharedStrings.xml")
	if err != nil {
		return err
	}
	defer r.Close()
	dec := xml.NewDecoder(r)
	for {
		tok, err := dec.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &openError{fmt.Sprintf("xl/sharedStrings.xml is damaged (%v): save the workbook again in Excel", err)}
		}
		if start, ok := tok.(xml.StartElement); ok && start.Name.Local == "si" {
			text, err := richText(dec, "si")
			if err != nil {
				return &openError{fmt.Sprintf("xl/sharedStrings.xml is damaged (%v): save the workbook again in Excel", err)}
			}
			if len(w.strings) >= maxCells {
				return &openError{"the workbook has too many texts"}
			}
			w.strings = append(w.strings, text)
		}
	}
}

// richText joins the texts of an si or is element; phonetic readings (rPh) do not count.
func richText(dec *xml.Decoder, end string) (string, error) {
	var b strings.Builder
	inText := false
	for {
		tok, err := dec.Token()
		if err != nil {
			return "", err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "t":
				inText = true
			case "rPh":
				if err := dec.Skip(); err != nil {
					return "", err
				}
			}
		case xml.CharData:
			if inText {
				b.Write(t)
			}
		case xml.EndElement:
			if t.Name.Local == "t" {
				inText = false
			}
			if t.Name.Local == end {
				return unescapeX(b.String()), nil
			}
		}
	}
}

// escapeX keeps a text that looks like Excel's spelling of a character, _x000D_ say, from being read as one.
func escapeX(s string) string {
	for i := 0; i < len(s); i++ {
		if _, ok := hexEscape(s[i:]); ok {
			s = s[:i] + "_x005F" + s[i:]
			i += len("_x005F")
		}
	}
	return s
}

// unescapeX reads _x000D_ and the like, Excel's spelling of characters that XML cannot hold.
func unescapeX(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if n, ok := hexEscape(s[i:]); ok {
			b.WriteRune(n)
			i += 6
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func hexEscape(s string) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	n := rune(0)
	for _, c := range s[2:6] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | (c - '0')
		case c >= 'A' && c <= 'F':
			n = n<<4 | (c - 'A' + 10)
		case c >= 'a' && c <= 'f':
			n = n<<4 | (c - 'a' + 10)
		default:
			return 0, false
		}
	}
	return n, true
}
