package mend

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/xlsx"
)

// The parts of a workbook that a custom property needs. Excel and LibreOffice show it among the properties of the file,
// and keep it when the workbook is saved.
const (
	customPart  = "docProps/custom.xml"
	typesPart   = "[Content_Types].xml"
	rootPart    = "_rels/.rels"
	stampName   = "fisbridge version"
	customType  = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
	customRel   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
	customSpace = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
	valueSpace  = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
	formatID    = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
)

var (
	stampIn = regexp.MustCompile(`(?s)<property [^>]*name="` + stampName + `"[^>]*>.*?</property>`)
	pidIn   = regexp.MustCompile(`pid="(\d+)"`)
)

// Stamp writes into a workbook of which version it is a copy: the hash of the version, as a property of the file. All
// else stays byte for byte. A mapping in YAML is given back as it is.
func Stamp(data []byte, version string) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return data, nil
	}
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("note the version in the workbook: %w", err)
	}
	texts := map[string][]byte{}
	for _, f := range zr.File {
		if f.Name == customPart || f.Name == typesPart || f.Name == rootPart {
			if texts[f.Name], err = xlsx.ReadPart(f); err != nil {
				return nil, fmt.Errorf("note the version in the workbook: %s: %w", f.Name, err)
			}
		}
	}
	changed := map[string][]byte{customPart: stamped(texts[customPart], version)}
	if !bytes.Contains(texts[typesPart], []byte("/"+customPart)) {
		changed[typesPart] = before(texts[typesPart], "</Types>", `<Override PartName="/`+customPart+`" ContentType="`+customType+`"/>`)
	}
	if !bytes.Contains(texts[rootPart], []byte(customRel)) {
		changed[rootPart] = before(texts[rootPart], "</Relationships>", `<Relationship Id="rIdFisbridge" Type="`+customRel+`" Target="`+customPart+`"/>`)
	}
	return rezip(zr, changed)
}

// before puts a text before the last occurrence of another one.
func before(text []byte, mark, insert string) []byte {
	at := bytes.LastIndex(text, []byte(mark))
	if at < 0 {
		return text
	}
	return append(append(append([]byte{}, text[:at]...), insert...), text[at:]...)
}

// stamped are the custom properties with the version among them.
func stamped(text []byte, version string) []byte {
	value := func(pid int) string {
		return fmt.Sprintf(`<property fmtid="%s" pid="%d" name="%s"><vt:lpwstr xmlns:vt="%s">%s</vt:lpwstr></property>`, formatID, pid, stampName, valueSpace, version)
	}
	if len(text) == 0 || !bytes.Contains(text, []byte("</Properties>")) {
		return []byte(xml.Header + `<Properties xmlns="` + customSpace + `">` + value(2) + `</Properties>`)
	}
	pid := 1
	for _, m := range pidIn.FindAllSubmatch(text, -1) {
		if n, err := strconv.Atoi(string(m[1])); err == nil && n > pid {
			pid = n
		}
	}
	return before(stampIn.ReplaceAll(text, nil), "</Properties>", value(pid+1))
}

// rezip writes a package anew in which some parts are others; the rest is copied as it is.
func rezip(zr *zip.Reader, changed map[string][]byte) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name string, text []byte) error {
		part, err := w.Create(name) // without a time
		if err == nil {
			_, err = part.Write(text)
		}
		return err
	}
	var err error
	for _, f := range zr.File {
		if text, is := changed[f.Name]; is {
			err = put(f.Name, text)
			delete(changed, f.Name)
		} else {
			err = w.Copy(f)
		}
		if err != nil {
			return nil, fmt.Errorf("write the workbook: %s: %w", f.Name, err)
		}
	}
	for _, name := range []string{customPart} {
		if text, is := changed[name]; is {
			if err := put(name, text); err != nil {
				return nil, fmt.Errorf("write the workbook: %s: %w", name, err)
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("write the workbook: %w", err)
	}
	return out.Bytes(), nil
}

// StampOf is the version of which a workbook says that it is a copy; empty where it does not say so.
func StampOf(data []byte) string {
	zr, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return ""
	}
	for _, f := range zr.File {
		if f.Name != customPart {
			continue
		}
		text, err := xlsx.ReadPart(f)
		if err != nil {
			return ""
		}
		var all struct {
			List []struct {
				Name  string `xml:"name,attr"`
				Value string `xml:"lpwstr"`
			} `xml:"property"`
		}
		if xml.Unmarshal(text, &all) != nil {
			return ""
		}
		for _, p := range all.List {
			if p.Name == stampName && len(p.Value) == 64 && strings.Trim(p.Value, "0123456789abcdef") == "" {
				return p.Value
			}
		}
	}
	return ""
}
