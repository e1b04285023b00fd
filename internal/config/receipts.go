package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/exchange"
	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Receipts says of which documents the images of receipts are fetched, and where they go: into the folder of the
// import file, before it.
type Receipts struct {
	// Routes and Types name what they are fetched for: documents that go by one of the routes, and documents of one
	// of the types.
	Routes []string      `yaml:"routes"`
	Types  []fis.DocType `yaml:"types"`
	// Folder is relative to the target's path; empty: the drop folder of the route.
	Folder string `yaml:"folder"`
	// Name is the pattern of their names; see ReceiptName.
	Name string `yaml:"name"`
	// Domains are the domains under which the vendor keeps images, besides concur.allowed_domains; subdomains are
	// included.
	Domains []string `yaml:"domains"`
}

// WantsReceipts reports whether the receipts of documents of the type that go by the route are fetched.
func (c *Config) WantsReceipts(route string, t fis.DocType) bool {
	return t.HasReceipts() && (slices.Contains(c.Receipts.Routes, route) || slices.Contains(c.Receipts.Types, t))
}

// TakesReceipts reports whether some documents of a route have their receipts fetched.
func (c *Config) TakesReceipts(r Route) bool {
	return slices.ContainsFunc(r.DocTypes, func(t fis.DocType) bool { return c.WantsReceipts(r.Name, t) })
}

// ReceiptRoutes are the routes that may have documents with receipts.
func (c *Config) ReceiptRoutes() []Route {
	var out []Route
	for _, r := range c.Routes {
		if c.TakesReceipts(r) {
			out = append(out, r)
		}
	}
	return out
}

// ReceiptsTo is where the receipts of a route go.
func (c *Config) ReceiptsTo(r Route) (exchange.Target, error) {
	if c.Receipts.Folder != "" {
		r.Drop.Folder = c.Receipts.Folder
	}
	r.Drop.DoneMarker = "" // that says that an import file may be read
	return c.DropTo(r)
}

var receiptPart = regexp.MustCompile(`\{([a-z]+)\}`)

// receiptParts are what a name of a receipt may be made of.
func receiptParts() []string { return []string{"document", "extension", "hash", "number", "report"} }

// unfit are characters that a part of a file name has not.
var unfit = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// ReceiptName is the name of the file of a receipt by the pattern: {document} is the docId, {report} the report or
// request id, {number} counts the receipts of the document from 1, {hash} is the SHA-256 of the bytes, {extension}
// what they are.
func (r Receipts) ReceiptName(document, report string, number int, hash, extension string) string {
	values := map[string]string{"document": document, "report": report, "number": fmt.Sprint(number), "hash": hash,
		"extension": extension}
	return receiptPart.ReplaceAllStringFunc(r.Name, func(part string) string {
		return unfit.ReplaceAllString(values[strings.Trim(part, "{}")], "_")
	})
}

func (v *validation) receipts() {
	r := v.Receipts
	for i, name := range r.Routes {
		at := fmt.Sprintf("receipts.routes[%d]", i)
		route, known := v.Route(name)
		switch {
		case !known:
			v.oneOf(at, name, v.routeNames()...)
		case !slices.ContainsFunc(route.DocTypes, fis.DocType.HasReceipts):
			v.add(at, name, "takes no documents that have receipts", "expense, invoice and reportobligation have")
		}
	}
	for i, t := range r.Types {
		at := fmt.Sprintf("receipts.types[%d]", i)
		switch {
		case !t.Valid():
			v.oneOf(at, string(t), strings.Split(docTypeNames(), ", ")...)
		case !t.HasReceipts():
			v.add(at, string(t), "has no receipts", "expense, invoice and reportobligation have")
		}
	}
	v.folder("receipts.folder", r.Folder)
	v.receiptName(r.Name)
	v.receiptRoutes()
}

// receiptRoutes refuses routes that wait for receipts which nobody fetches.
func (v *validation) receiptRoutes() {
	taking := v.ReceiptRoutes()
	for i, r := range v.Routes {
		if r.ReceiptsRequired && !slices.ContainsFunc(taking, func(t Route) bool { return t.Name == r.Name }) {
			v.add(fmt.Sprintf("routes[%d].receipts_required", i), "", "waits for receipts that are not fetched",
				"name the route in receipts.routes")
		}
	}
}

func (v *validation) sealed(r Route) bool {
	_, sealed := v.Sealing(r)
	return sealed
}

func (v *validation) routeNames() []string {
	var names []string
	for _, r := range v.Routes {
		names = append(names, r.Name)
	}
	return names
}

// receiptName: no two receipts have one name, whatever the documents are.
func (v *validation) receiptName(pattern string) {
	const at = "receipts.name"
	has := map[string]bool{}
	for _, m := range receiptPart.FindAllStringSubmatch(pattern, -1) {
		has[m[1]] = true
		if !slices.Contains(receiptParts(), m[1]) {
			hint := "the parts are {" + strings.Join(receiptParts(), "}, {") + "}"
			if near := wording.Nearest(m[1], receiptParts()); near != "" {
				hint = "did you mean {" + near + "}?"
			}
			v.add(at, pattern, "has the unknown part {"+m[1]+"}", hint)
		}
	}
	rest := receiptPart.ReplaceAllString(pattern, "")
	switch {
	case strings.ContainsAny(rest, `/\{}`) || strings.HasPrefix(pattern, ".") ||
		exchange.CheckName(receiptPart.ReplaceAllString(pattern, "x")) != nil:
		v.add(at, pattern, "is not a pattern of a file name", "write one such as {document}-{number}.{extension}")
	case !has["hash"] && !(has["document"] && has["number"]):
		v.add(at, pattern, "gives several receipts one name", "use {document} and {number}, or {hash}")
	case !(has["document"] && has["number"]) && slices.ContainsFunc(v.ReceiptRoutes(), v.sealed):
		v.add(at, pattern, "gives the same receipt of two documents one name, and sealed it is other bytes each time",
			"use {document} and {number} where files are sealed")
	}
}
