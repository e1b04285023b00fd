package template

import (
	"fmt"
	"slices"
	"strings"

	"github.com/fisbridge/fisbridge/internal/say"
)

// About is what a buyer asks of a template before he tries it: which ERP reads its files, under which name, and who says
// so besides us. It is for people; nothing that is rendered depends on it.
type About struct {
	// ERPs are the programs that read the import file.
	ERPs []ERP `yaml:"erps" json:"erps"`
	// Import is what the ERP calls the import, and where people find it.
	Import string `yaml:"import" json:"import"`
	// Answers is what comes back from the ERP, and how fisbridge hears of it.
	Answers string `yaml:"answers" json:"answers"`
	// Judges read the files as the ERP would. None: no reader was to be had, and NotProved says what that means.
	Judges []Judge `yaml:"judges,omitempty" json:"judges"`
	// NotProved is what no judge could say, in honesty.
	NotProved []string `yaml:"not_proved" json:"not_proved"`
	// Sources are where the facts come from: documents of the vendor, public programs, real files.
	Sources []string `yaml:"sources" json:"sources"`
}

// ERP is a program by the name that people know, and who makes it.
type ERP struct {
	Name   string `yaml:"name" json:"name"`
	Vendor string `yaml:"vendor" json:"vendor"`
}

// String is SAP ECC (SAP), or Xero where the vendor has the name of its program.
func (e ERP) String() string {
	if e.Vendor == "" || strings.Contains(e.Name, e.Vendor) {
		return e.Name
	}
	return e.Name + " (" + e.Vendor + ")"
}

// Judge is who says that a file is right, besides us.
type Judge struct {
	Name string `yaml:"name" json:"name"`
	// Grade is A, B or C; see Grades.
	Grade Grade `yaml:"grade" json:"grade"`
	// Proves is what of the file it has looked at.
	Proves string `yaml:"proves" json:"proves"`
	// Command runs it, for template check: a program on PATH and its arguments, {file} is the import file. It ends with
	// 0 when the file is good. No shell reads it.
	Command []string `yaml:"command,omitempty" json:"command,omitempty"`
}

// Grade is how far from us a judge stands.
type Grade string

// Grades are the grades of judges with their meaning, the best first.
func Grades() []struct {
	Grade   Grade
	Meaning string
} {
	return []struct {
		Grade   Grade
		Meaning string
	}{
		{"A", "a program or a schema that nobody here wrote reads the file"},
		{"B", "the vendor's own rules, written down as a test"},
		{"C", "public definitions and real files of others, written down as a test"},
	}
}

// BestGrade is the best grade of the judges; empty when there is none.
func (a *About) BestGrade() Grade {
	best := Grade("")
	for _, j := range a.Judges {
		if best == "" || j.Grade < best {
			best = j.Grade
		}
	}
	return best
}

// about checks what a template says of itself. One of a company may name its judges and nothing else.
func (c *checker) about(a *About) {
	if a == nil {
		return
	}
	c.judges(a.Judges)
	if len(a.ERPs)+len(a.NotProved)+len(a.Sources) == 0 && a.Import+a.Answers == "" && len(a.Judges) > 0 {
		return
	}
	if len(a.ERPs) == 0 {
		c.add("about.erps", "", "name the ERP that reads the file, with its vendor: { name: SAP ECC, vendor: SAP }")
	}
	for i, e := range a.ERPs {
		if strings.TrimSpace(e.Name) == "" {
			c.add(fmt.Sprintf("about.erps[%d].name", i), "", "the ERP has no name")
		}
	}
	for key, text := range map[string]string{"import": a.Import, "answers": a.Answers} {
		if strings.TrimSpace(text) == "" {
			c.add("about."+key, "", "is missing")
		}
	}
	if len(a.NotProved) == 0 {
		c.add("about.not_proved", "", "say what no judge could say: there is always something")
	}
	if len(a.Sources) == 0 {
		c.add("about.sources", "", "say where the facts come from")
	}
}

func (c *checker) judges(judges []Judge) {
	var grades []string
	for _, g := range Grades() {
		grades = append(grades, string(g.Grade))
	}
	for i, j := range judges {
		at := fmt.Sprintf("about.judges[%d]", i)
		if j.Name == "" || j.Proves == "" {
			c.add(at, j.Name, "a judge has a name, and proves something")
		}
		if len(j.Command) > 0 && (strings.ContainsAny(j.Command[0], `/\`) || !strings.Contains(strings.Join(j.Command[1:], " "), "{file}")) {
			c.add(at+".command", strings.Join(j.Command, " "), "is the name of a program on PATH and its arguments, one of them with {file}: [hledger, check, -f, \"{file}\"]")
		}
		if !slices.Contains(grades, string(j.Grade)) {
			c.add(at+".grade", string(j.Grade), say.F("the grades are %s", strings.Join(grades, ", ")))
		}
	}
}
