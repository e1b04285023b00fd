package templating

import (
	"strconv"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// schema makes XML of an XML schema: a record of the root, and of each element that may repeat; what stands in them
// once are their fields, by path.
func schema(d *Draft, file string, data []byte, part string) error {
	s := source{name: file}
	root, err := parseXSD(file, data)
	if err != nil {
		return err
	}
	if root.tag != "schema" {
		return s.wrong(root.line, "is no XML schema: its root is %s", root.tag)
	}
	x := &xsd{d: d, s: s, global: map[string]*xsdNode{}, types: map[string]*xsdNode{}, groups: map[string]*xsdNode{}}
	x.qualified = root.attrs["elementFormDefault"] == "qualified"
	if err := x.index(root); err != nil {
		return err
	}
	top, err := oneOf(s, part, "root element", x.roots(root), func(n *xsdNode) (string, int) { return n.attrs["name"], n.line })
	if err != nil {
		return err
	}
	d.kind, d.fileName = "xml", "{route}_{sequence:000000}.xml"
	d.set("encoding", "utf-8", "GUESS")
	d.set("own", x.own(root.attrs["targetNamespace"]), "")
	d.guess(0, "the file is UTF-8, and elements without a value are left out (`empty: omit`)")
	r := &record{name: top.attrs["name"], line: top.line, repeat: "header", own: "{ element: " + quote(x.prefix+top.attrs["name"]) + " }"}
	d.records = append(d.records, r)
	if err := x.element(r, top, "", true, nil); err != nil {
		return err
	}
	return x.finish()
}

// own are the settings of the file as a whole.
func (x *xsd) own(namespace string) string {
	own := "empty: omit, indent: 1"
	switch {
	case namespace == "":
	case x.qualified:
		own = "namespace: " + quote(namespace) + ", " + own
	default:
		x.prefix = "ns:"
		own = "namespaces: { ns: " + quote(namespace) + " }, " + own
	}
	return "{ " + own + " }"
}

// xsd reads a schema.
type xsd struct {
	d         *Draft
	s         source
	global    map[string]*xsdNode // elements
	types     map[string]*xsdNode
	groups    map[string]*xsdNode // groups and attribute groups
	qualified bool
	prefix    string // of the root, where only global elements have the namespace
	fields    int
}

// index finds what other parts of the schema name.
func (x *xsd) index(root *xsdNode) error {
	for _, n := range root.children {
		name := n.attrs["name"]
		switch n.tag {
		case "element":
			x.global[name] = n
		case "complexType", "simpleType":
			x.types[name] = n
		case "group", "attributeGroup":
			x.groups[name] = n
		case "include", "redefine":
			return x.s.wrong(n.line, "takes %q in, which is not here: put both into one file (xmllint --schema reads them apart; most vendors have one with all)", n.attrs["schemaLocation"])
		case "import":
			x.d.open(n.line, "what stands in the namespace %s, which another schema describes", wording.OrBlank(n.attrs["namespace"]))
		}
	}
	return nil
}

// roots are the elements that no other one refers to.
func (x *xsd) roots(root *xsdNode) []*xsdNode {
	named := map[string]bool{}
	var walk func(n *xsdNode)
	walk = func(n *xsdNode) {
		if n.tag == "element" && n.attrs["ref"] != "" {
			named[local(n.attrs["ref"])] = true
		}
		for _, c := range n.children {
			walk(c)
		}
	}
	walk(root)
	var free, all []*xsdNode
	for _, n := range root.children {
		if n.tag == "element" {
			if all = append(all, n); !named[n.attrs["name"]] {
				free = append(free, n)
			}
		}
	}
	if len(free) == 0 {
		return all
	}
	return free
}

// element takes what an element has in it into the record: fields by path, or records of their own. required: the
// element cannot be left out. within are the types around it, which must not come again.
func (x *xsd) element(r *record, n *xsdNode, path string, required bool, within []string) error {
	if name := local(n.attrs["type"]); name != "" {
		for _, w := range within {
			if w == name {
				x.d.open(n.line, "how deep %s goes: its type %s stands in itself; it is left out", n.attrs["name"], name)
				return nil
			}
		}
		within = append(within[:len(within):len(within)], name)
	}
	kind := x.typeOf(n)
	if kind == nil || kind.tag == "simpleType" {
		return x.leaf(r, n, kind, path, ".", required)
	}
	if len(within) > 40 {
		return x.s.wrong(n.line, "elements stand in each other more than 40 deep")
	}
	if content := kind.find("simpleContent"); content != nil {
		if err := x.leaf(r, n, x.baseOf(content), path, ".", required); err != nil {
			return err
		}
		for _, c := range content.children {
			if err := x.content(r, c, path, required, within); err != nil {
				return err
			}
		}
		return nil
	}
	return x.content(r, kind, path, required, within)
}

// typeOf is the type of an element: its own, or the one it names; nil for those of XML Schema itself.
func (x *xsd) typeOf(n *xsdNode) *xsdNode {
	for _, tag := range []string{"complexType", "simpleType"} {
		if own := n.find(tag); own != nil {
			return own
		}
	}
	return x.types[local(n.attrs["type"])]
}

func (x *xsd) baseOf(content *xsdNode) *xsdNode {
	for _, c := range content.children {
		if base := c.attrs["base"]; base != "" {
			if t := x.types[local(base)]; t != nil {
				return t
			}
			return &xsdNode{tag: "simpleType", attrs: map[string]string{}, line: c.line, children: []*xsdNode{{tag: "restriction", attrs: map[string]string{"base": base}, line: c.line}}}
		}
	}
	return nil
}

// content reads sequences, choices, attributes, extensions.
func (x *xsd) content(r *record, n *xsdNode, path string, required bool, within []string) error {
	if len(within) > 60 {
		return x.s.wrong(n.line, "types stand in each other more than 60 deep")
	}
	if n.tag == "extension" {
		if base := x.types[local(n.attrs["base"])]; base != nil && base.tag == "complexType" {
			if err := x.content(r, base, path, required, append(within[:len(within):len(within)], local(n.attrs["base"]))); err != nil {
				return err
			}
		}
	}
	for _, c := range n.children {
		var err error
		switch c.tag {
		case "sequence", "all", "complexContent", "extension", "restriction":
			err = x.content(r, c, path, required && c.attrs["minOccurs"] != "0", within)
		case "choice":
			x.d.open(c.line, "which of the elements of a choice the file has: all are in the template; leave out the others")
			err = x.content(r, c, path, false, within)
		case "group", "attributeGroup":
			name := local(c.attrs["ref"])
			if g := x.groups[name]; g != nil {
				err = x.content(r, g, path, required && c.attrs["minOccurs"] != "0", append(within[:len(within):len(within)], "group "+name))
			}
		case "attribute":
			err = x.attribute(r, c, path, required)
		case "element":
			err = x.child(r, c, path, required, within)
		case "any":
			x.d.open(c.line, "which elements of other schemas stand here (xs:any)")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// child is an element in another one.
func (x *xsd) child(r *record, n *xsdNode, path string, required bool, within []string) error {
	occurs := n
	if ref := n.attrs["ref"]; ref != "" {
		n = x.global[local(ref)]
		if n == nil {
			x.d.open(occurs.line, "what %s is: this schema does not have it; it is left out", ref)
			return nil
		}
		for _, w := range within {
			if w == "element "+local(ref) {
				x.d.open(occurs.line, "how deep %s goes: it stands in itself; it is left out", ref)
				return nil
			}
		}
		within = append(within[:len(within):len(within)], "element "+local(ref))
	}
	name := n.attrs["name"]
	must := required && occurs.attrs["minOccurs"] != "0"
	if most := occurs.attrs["maxOccurs"]; most == "" || most == "1" {
		return x.element(r, n, joinPath(path, name), must, within)
	}
	if strings.HasPrefix(path, "@") {
		return x.s.wrong(n.line, "%s cannot repeat here", name)
	}
	child := &record{name: x.free(name), line: occurs.line, parent: r.name, own: "{ element: " + quote(joinPath(path, name)) + " }"}
	child.repeat = "repeats" // decided when all are known
	x.d.records = append(x.d.records, child)
	return x.element(child, n, "", true, within)
}

// free is a name that no record has.
func (x *xsd) free(name string) string {
	for n, try := 2, name; ; n++ {
		taken := false
		for _, r := range x.d.records {
			taken = taken || wording.Fold(r.name) == wording.Fold(try)
		}
		if !taken {
			return try
		}
		try = name + " " + strconv.Itoa(n)
	}
}

func joinPath(path, name string) string {
	if path == "" || path == "." {
		return name
	}
	return path + "/" + name
}

func (x *xsd) attribute(r *record, n *xsdNode, path string, required bool) error {
	name := n.attrs["name"]
	if name == "" || n.attrs["use"] == "prohibited" {
		return nil
	}
	at := "@" + name
	if path != "" {
		at = path + "/@" + name
	}
	if fixed := n.attrs["fixed"]; fixed != "" {
		f, err := x.add(r, n, name, at)
		if err == nil {
			f.constant = fixed
		}
		return err
	}
	kind := n.find("simpleType")
	if kind == nil {
		kind = x.types[local(n.attrs["type"])]
	}
	return x.leaf(r, n, kind, at, "", required && n.attrs["use"] == "required")
}

// leaf makes a field. self is its path where it is the element of the record.
func (x *xsd) leaf(r *record, n *xsdNode, kind *xsdNode, path, self string, required bool) error {
	if path == "" {
		path = self
	}
	f, err := x.add(r, n, n.attrs["name"], path)
	if err != nil {
		return err
	}
	f.Required = required && n.attrs["nillable"] != "true" && n.attrs["default"] == ""
	f.constant = n.attrs["fixed"]
	x.simple(f, kind, n.attrs["type"], 0)
	if f.Type == layout.AmountType && f.Decimals == "" {
		f.Decimals = "any"
	}
	return nil
}

func (x *xsd) add(r *record, n *xsdNode, name, path string) (*field, error) {
	if x.fields++; x.fields > mostFields {
		return nil, x.s.wrong(n.line, "the schema has more than %d fields: name the part that the file has with --part", mostFields)
	}
	f := &field{line: n.line, loose: true}
	f.Name, f.Note = name, n.documentation()
	f.own = "{ path: " + quote(path) + " }"
	r.add(f)
	if path == f.Name {
		f.own = ""
	}
	return f, nil
}

// simple gives the field what its simple type says.
func (x *xsd) simple(f *field, kind *xsdNode, name string, depth int) {
	if kind == nil {
		f.xsdType(local(name))
		return
	}
	restriction := kind.find("restriction")
	if restriction == nil || depth > 20 {
		f.Type = layout.CodeType
		x.d.open(f.line, "field %s is a list or has one of several types: it is a code here", f.Name)
		return
	}
	base := restriction.attrs["base"]
	if next := x.types[local(base)]; next != nil || base == "" {
		x.simple(f, next, base, depth+1)
	} else {
		f.xsdType(local(base))
	}
	for _, c := range restriction.children {
		value := c.attrs["value"]
		n, _ := strconv.Atoi(value)
		switch c.tag {
		case "maxLength", "length":
			f.Width = min(n, 1<<20)
		case "totalDigits":
			f.Digits = n
		case "fractionDigits":
			if f.Type == layout.AmountType {
				f.Decimals = layout.Decimals("0.." + strconv.Itoa(max(0, min(n, 30))))
			}
		case "enumeration":
			f.Codes = append(f.Codes, layout.Word(value))
		case "pattern":
			f.note("pattern " + value)
		}
	}
	if len(f.Codes) > 0 && f.loose {
		f.Type, f.loose = layout.CodeType, false
	}
}

// xsdType is the type for one of XML Schema's own.
func (f *field) xsdType(name string) {
	switch name {
	case "decimal", "double", "float":
		f.Type, f.loose = layout.AmountType, false
	case "integer", "int", "long", "short", "byte", "positiveInteger", "nonNegativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte":
		f.Type = layout.IntegerType
	case "date":
		f.Type, f.loose = layout.DateType, false
	case "time":
		f.Type, f.loose = layout.TimeType, false
	case "boolean":
		f.Type, f.Flags, f.loose = layout.FlagType, []string{"true", "false"}, false
	case "dateTime":
		f.Type, f.loose = layout.CodeType, false
		f.note("xs:dateTime: a date and a time, such as CONCAT(TEXT(file.date; \"yyyy-MM-dd\"); \"T00:00:00\")")
	}
}

// finish decides what each record repeats over: where records stand in records that repeat, the outer ones are
// documents and the inner ones lines.
func (x *xsd) finish() error {
	d := x.d
	outer := map[string]bool{}
	for _, r := range d.records {
		if r.parent != "" {
			outer[r.parent] = true
		}
	}
	repeat := map[string]string{}
	var kept []*record
	for _, r := range d.records {
		switch {
		case r.repeat != "repeats":
		case outer[r.name] && repeat[r.parent] == "header":
			r.repeat = "document"
		default:
			r.repeat = "posting"
		}
		repeat[r.name] = r.repeat
		if r.repeat != "header" {
			d.guess(r.line, "element %s repeats, and is written %s (`repeat: %s`)", r.name, inWords(r.repeat), r.repeat)
			r.comment = "GUESS: repeat"
		}
		if len(r.fields) > 0 || outer[r.name] {
			kept = append(kept, r)
		}
	}
	d.records = kept
	if len(kept) == 0 {
		return x.s.wrong(0, "the schema has no element with a value")
	}
	return nil
}
