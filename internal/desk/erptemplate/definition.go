package erptemplate

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/fisbridge/fisbridge/internal/layout"
	"github.com/fisbridge/fisbridge/internal/mapping/template"
	"github.com/fisbridge/fisbridge/internal/templating/cobol"
)

// byDefinition has the files read by the ERP's own definitions among the files of the template: a copybook by a program
// that GnuCOBOL compiles with it, an XML schema by xmllint.
func (r *Report) byDefinition(ctx context.Context, t *template.Template, run bool) {
	for _, name := range t.Files {
		var ask func(context.Context, *template.Template, string, string) Verdict
		v := Verdict{}
		switch ext := strings.ToLower(filepath.Ext(name)); {
		case t.File.Kind == "fixed" && (ext == ".cpy" || ext == ".cbl" || ext == ".cob" || ext == ".cobol"):
			v.Judge, ask = "GnuCOBOL, with "+name, r.askCobol
		case t.File.Kind == "xml" && ext == ".xsd":
			v.Judge, ask = "xmllint, with "+name, r.askSchema
		default:
			continue
		}
		switch {
		case !run:
			v.Text = "did not read this file: --no-judge"
		case len(r.Made) == 0:
			v.Text = "did not read anything: no file was made"
		default:
			v = r.inFolder(ctx, v.Judge, t, name, ask)
		}
		r.Judges = append(r.Judges, v)
	}
}

// inFolder lays the files of the template into a folder of their own for a judge.
func (r *Report) inFolder(ctx context.Context, judge string, t *template.Template, name string, ask func(context.Context, *template.Template, string, string) Verdict) (v Verdict) {
	folder, err := os.MkdirTemp("", "fisbridge-judge-*")
	if err != nil {
		return Verdict{Judge: judge, Text: "did not read this file: " + err.Error()}
	}
	defer func() {
		if err := os.RemoveAll(folder); err != nil {
			v.Text += "; " + err.Error()
		}
	}()
	for _, file := range t.Files {
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), t.File.Files[file], 0o600); err != nil {
			return Verdict{Judge: judge, Text: "did not read this file: " + err.Error()}
		}
	}
	v = ask(ctx, t, folder, filepath.Base(name))
	v.Judge, v.Text = judge, strings.ReplaceAll(v.Text, folder+string(filepath.Separator), "")
	return v
}

// askSchema has xmllint hold the files against a schema, without a network.
func (r *Report) askSchema(ctx context.Context, _ *template.Template, folder, name string) Verdict {
	return r.ask(ctx, template.Judge{Command: []string{"xmllint", "--noout", "--nonet", "--schema", filepath.Join(folder, name), "{file}"}})
}

// askCobol compiles a program with the copybook and has it read the files.
func (r *Report) askCobol(ctx context.Context, t *template.Template, folder, name string) (v Verdict) {
	not := func(format string, args ...any) Verdict {
		return Verdict{Text: "did not read this file: " + fmt.Sprintf(format, args...)}
	}
	if strings.HasPrefix(t.File.Encoding, "ebcdic") {
		return not("it is in EBCDIC, and GnuCOBOL reads ASCII here; try it with `encoding: us-ascii`")
	}
	cobc, err := exec.LookPath("cobc")
	if err != nil {
		return not("cobc is not installed (not found on PATH)")
	}
	text, err := cobol.Reader(cobol.Source{Name: name, Text: string(t.File.Files[name])}, name, kindsOf(t.Records), t.File.LineEnd != "none")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "fbjudge.cob"), []byte(text), 0o600)
	}
	if err != nil {
		return not("%v", err)
	}
	sign := "-fsign=EBCDIC"
	if strings.HasSuffix(t.File.Sign, "-ascii") {
		sign = "-fsign=ASCII"
	}
	program := filepath.Join(folder, "fbjudge.exe")
	ctx, cancel := context.WithTimeout(ctx, judgeTime)
	defer cancel()
	if said, err := runJudge(ctx, cobc, []string{"-x", sign, "-I", folder, "-o", program, "{file}"}, filepath.Join(folder, "fbjudge.cob")); err != nil {
		return not("the copybook cannot be compiled: %v\n%s", err, said)
	}
	return r.askProgram(ctx, program, []string{"{file}"})
}

// kindsOf are the records as a program in COBOL tells them apart.
func kindsOf(records []template.Record) (kinds []cobol.Kind) {
	for i := range records {
		rec := &records[i]
		k := cobol.Kind{Name: rec.Name, At: rec.Match.Start}
		words := rec.Match.Values
		switch {
		case rec.Match.Prefix != "":
			k.At, words = 1, []layout.Word{rec.Match.Prefix}
		case rec.Match.Value != "":
			words = []layout.Word{rec.Match.Value}
		}
		for _, w := range words {
			k.Values = append(k.Values, string(w))
		}
		at := 1
		for _, f := range rec.Fields {
			if f.Start > 0 {
				at = f.Start
			}
			if f.Hidden {
				continue
			}
			k.Spans = append(k.Spans, cobol.Span{Start: at, Width: f.Width})
			at += f.Width
		}
		kinds = append(kinds, k)
	}
	return kinds
}
