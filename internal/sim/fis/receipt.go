package fis

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"time"
)

// Receipts: Image v1 beside FIS. It names an address at which the image lies for fifteen minutes; the address is
// fetched without a token.

// receiptLife is how long an address is good.
const receiptLife = 15 * time.Minute

// hugeReceipt is how many bytes the fault huge sends.
const hugeReceipt = 256 << 20

// receiptAddress is an address that was given out.
type receiptAddress struct {
	kind, id string
	until    time.Time
}

// receiptBook are the images that were put, and the addresses that were given.
type receiptBook struct {
	images    map[string][]byte
	gone      map[string]bool
	addresses map[string]receiptAddress
}

func (f *Service) receiptRoutes() {
	f.receipts = receiptBook{images: map[string][]byte{}, gone: map[string]bool{},
		addresses: map[string]receiptAddress{}}
	f.mux.HandleFunc("/api/image/v1.0/{kind}/{id}", f.serveReceiptAddress)
	f.mux.HandleFunc("/imaging/{key}", f.serveReceipt)
}

// PutReceipt makes an image what Concur has under an id; others are made up.
func (f *Service) PutReceipt(id string, content []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.receipts.images[id] = content
	delete(f.receipts.gone, id)
}

// DropReceipt makes Concur have no image under an id.
func (f *Service) DropReceipt(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.receipts.gone[id] = true
}

// serveReceiptAddress is GET /api/image/v1.0/receipt|report|expenseentry|invoice/{id}.
func (f *Service) serveReceiptAddress(w http.ResponseWriter, r *http.Request) {
	kind, id := r.PathValue("kind"), r.PathValue("id")
	x, ok := f.begin(w, r, callImage, []string{id})
	if !ok || !x.authorized() {
		return
	}
	x.call.Query = kind + "/" + id
	var reasons []string
	if r.Method != http.MethodGet {
		reasons = append(reasons, "an image takes GET, not "+r.Method)
	}
	if a := r.Header.Get("Accept"); a != "" && !strings.Contains(a, "application/xml") && !strings.Contains(a, "*/*") {
		reasons = append(reasons, fmt.Sprintf("Accept is %q, the service answers application/xml", a))
	}
	if len(reasons) > 0 {
		f.refuse(w, x.call, reasons...)
		return
	}
	f.mu.Lock()
	forbidden, known := f.behaviour.NoImageScope, f.hasReceipt(kind, id)
	key := newSecret("image")
	if known && !forbidden {
		f.receipts.addresses[key] = receiptAddress{kind, id, f.cfg.Now().Add(receiptLife)}
	}
	host := f.behaviour.ImageHost
	f.mu.Unlock()
	if host == "" {
		host = f.geolocation(r)
	}
	switch {
	case forbidden:
		x.turnedAway(http.StatusForbidden, "the token has no scope IMAGE")
	case !known:
		x.turnedAway(http.StatusNotFound, "there is no such image")
	default:
		x.note(http.StatusOK, x.answered())
		x.answerAs("application/xml", http.StatusOK, imageAnswer(id, host+"/imaging/"+key+"?sig=a&exp=900"))
	}
}

// imageAnswer is the answer of Image v1, its address escaped as XML wants it.
func imageAnswer(id, at string) []byte {
	body, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"http://www.concursolutions.com/api/image/2011/02 Image"`
		ID      string   `xml:"Id"`
		URL     string   `xml:"Url"`
	}{ID: id, URL: at})
	if err != nil {
		return nil
	}
	return append([]byte(xml.Header), body...)
}

// hasReceipt: it was put, or a document names it. The lock is held.
func (f *Service) hasReceipt(kind, id string) bool {
	if f.receipts.gone[id] {
		return false
	}
	if f.receipts.images[id] != nil {
		return true
	}
	for _, d := range f.order {
		var names struct {
			Report        struct{ ReportID string }
			RequestHeader struct{ RequestID string }
			ExpenseEntry  []struct{ EntryReceiptID, EntryID string }
		}
		_ = json.Unmarshal(d.Document, &names)
		if kind == "invoice" && names.RequestHeader.RequestID == id || kind == "report" && names.Report.ReportID == id {
			return true
		}
		for _, e := range names.ExpenseEntry {
			if kind == "receipt" && e.EntryReceiptID == id || kind == "expenseentry" && e.EntryID == id {
				return true
			}
		}
	}
	return false
}

// turnedAway answers with a status that is no fault, and keeps the reason with the call.
func (x *exchange) turnedAway(status int, reason string) {
	x.call.Refused = []string{reason}
	x.note(status, true)
	writeJSON(x.w, status, map[string]any{"errorId": "image", "errorMessage": reason})
}

// serveReceipt is the image itself.
func (f *Service) serveReceipt(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	at, known := f.receipts.addresses[r.PathValue("key")]
	if r.Header.Get("Authorization") != "" {
		f.odd(callImageBytes, "the address of an image was fetched with the token: whoever keeps the images has it now")
	}
	f.mu.Unlock()
	x, ok := f.begin(w, r, callImageBytes, []string{at.id})
	if !ok {
		return
	}
	x.call.Query = at.kind + "/" + at.id
	if _, expired := findFault(x.faults, FaultExpired); expired || !known || !f.cfg.Now().Before(at.until) {
		x.turnedAway(http.StatusForbidden, "the address is not good any more")
		return
	}
	if _, huge := findFault(x.faults, FaultHuge); huge {
		x.note(http.StatusOK, true)
		sendHuge(w, r)
		return
	}
	body, kind := f.image(at)
	if _, wrong := findFault(x.faults, FaultWrongType); wrong {
		body = []byte("MZ\x90\x00 this is a program, whatever the header says")
	}
	x.note(http.StatusOK, x.answered())
	x.answerAs(kind, http.StatusOK, body)
}

// sendHuge sends an image without an end in sight, and without saying its size.
func sendHuge(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/pdf")
	block := bytes.Repeat([]byte(" "), 64<<10)
	copy(block, "%PDF-1.4\n")
	for sent := 0; sent < hugeReceipt && r.Context().Err() == nil; sent += len(block) {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

// image is what lies at an address: what was put, or a picture that is the same for the same id.
func (f *Service) image(at receiptAddress) (body []byte, kind string) {
	f.mu.Lock()
	body = f.receipts.images[at.id]
	f.mu.Unlock()
	switch {
	case body != nil:
	case at.kind == "receipt" || at.kind == "expenseentry":
		body = picture(at.id)
	default:
		body = page(at.kind + " " + at.id)
	}
	return body, http.DetectContentType(body)
}

// picture is a PNG of stripes that an id makes.
func picture(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	img := image.NewPaletted(image.Rect(0, 0, 64, 96), color.Palette{color.White,
		color.RGBA{sum[0], sum[1], sum[2], 255}})
	for y := range 96 {
		for x := range 64 {
			if sum[(y/4)%len(sum)]>>(x/8)&1 == 1 {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil
	}
	return out.Bytes()
}

// page is a PDF of one page with a line of text.
func page(text string) []byte {
	h := fnv.New32a()
	_, _ = h.Write([]byte(text))
	line := fmt.Sprintf("BT /F1 12 Tf 72 720 Td (%s %08x) Tj ET",
		strings.NewReplacer("(", "", ")", "", `\`, "").Replace(text), h.Sum32())
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(line), line),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var at []int
	for i, o := range objects {
		at = append(at, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range at {
		fmt.Fprintf(&out, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&out, "trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}
