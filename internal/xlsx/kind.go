package xlsx

import (
	"archive/zip"
	"bytes"
)

// NoWorkbook says what a file is that is no .xlsx, by its first bytes, and what to do about it; blank for one that may be.
func NoWorkbook(data []byte) string {
	switch {
	case len(data) == 0:
		return "the file is empty: it may still be being saved; save it again in Excel"
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return ""
	case bytes.HasPrefix(data, []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}):
		if bytes.Contains(data, utf16Name("EncryptedPackage")) {
			return "the workbook is protected by a password: save it without one (File, Info, Protect " +
				"Workbook)"
		}
		return "this is an old .xls workbook: save it as Excel Workbook (.xlsx)"
	case bytes.HasPrefix(data, []byte("<")) || bytes.HasPrefix(data, []byte("\xEF\xBB\xBF<")):
		return "this is XML or a web page named .xlsx: save it as Excel Workbook (.xlsx)"
	case isPlainText(data):
		return "this is a text or CSV file named .xlsx: open it in Excel and save it as Excel Workbook " +
			"(.xlsx)"
	}
	return "this is not an Excel workbook (.xlsx)"
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
	return !bytes.ContainsFunc(data, func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f'
	})
}

// OtherZip says what a zip file is that is no .xlsx.
func OtherZip(zr *zip.Reader) string {
	for _, f := range zr.File {
		switch f.Name {
		case "content.xml":
			return "this is an OpenDocument workbook named .xlsx: save it as Excel Workbook (.xlsx)"
		case "xl/workbook.bin":
			return "this is a binary workbook (.xlsb) named .xlsx: save it as Excel Workbook (.xlsx)"
		}
	}
	return "this zip file is not an Excel workbook (.xlsx)"
}
