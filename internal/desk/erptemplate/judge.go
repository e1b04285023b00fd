package erptemplate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/fisbridge/fisbridge/internal/mapping/template"
)

// Verdict is what a judge says of the files.
type Verdict struct {
	Judge string `json:"judge"`
	// Ran: it has read the files. Else Text says why not.
	Ran bool `json:"ran"`
	// Good: it took all of them.
	Good bool   `json:"good"`
	Text string `json:"text"`
}

const (
	judgeTime = 2 * time.Minute
	mostSaid  = 4000
)

// judge has the judges of the template read the files, those that are programs on this machine, and those that the ERP's
// own definitions among its files make.
func (r *Report) judge(ctx context.Context, t *template.Template, run bool) {
	r.byDefinition(ctx, t, run)
	if t.About == nil {
		return
	}
	for _, j := range t.About.Judges {
		v := Verdict{Judge: j.Name}
		switch {
		case len(j.Command) == 0:
			v.Text = "did not read this file: the template names no command for it (about.judges, `command`)"
		case !run:
			v.Text = "did not read this file: --no-judge"
		case len(r.Made) == 0:
			v.Text = "did not read anything: no file was made"
		default:
			v = r.ask(ctx, j)
		}
		r.Judges = append(r.Judges, v)
	}
}

// ask runs one judge on each file.
func (r *Report) ask(ctx context.Context, j template.Judge) (v Verdict) {
	v = Verdict{Judge: j.Name}
	program, err := exec.LookPath(j.Command[0])
	if err != nil {
		v.Text = fmt.Sprintf("did not read this file: %s is not installed (not found on PATH)", j.Command[0])
		return v
	}
	v = r.askProgram(ctx, program, j.Command[1:])
	v.Judge = j.Name
	return v
}

// askProgram runs a program on each file, in a folder of its own.
func (r *Report) askProgram(ctx context.Context, program string, args []string) (v Verdict) {
	folder, err := os.MkdirTemp("", "fisbridge-judge-*")
	if err != nil {
		v.Text = "did not read this file: " + err.Error()
		return v
	}
	defer func() {
		if err := os.RemoveAll(folder); err != nil {
			v.Text += "; " + err.Error()
		}
	}()
	v.Ran, v.Good = true, true
	for _, f := range r.Made {
		path := filepath.Join(folder, filepath.Base(f.Name))
		if err := os.WriteFile(path, f.Bytes, 0o600); err != nil {
			return Verdict{Text: "did not read this file: " + err.Error()}
		}
		said, err := runJudge(ctx, program, args, path)
		text := fmt.Sprintf("%s: taken", f.Name)
		if err != nil {
			v.Good = false
			text = fmt.Sprintf("%s: %v", f.Name, err)
		}
		v.Text = strings.TrimSpace(v.Text + "\n" + text + "\n" + said)
	}
	return v
}

// runJudge runs a program on a file, without a shell.
func runJudge(ctx context.Context, program string, args []string, path string) (said string, err error) {
	ctx, cancel := context.WithTimeout(ctx, judgeTime)
	defer cancel()
	var out limited
	words := make([]string, len(args))
	for i, a := range args {
		words[i] = strings.ReplaceAll(a, "{file}", path)
	}
	cmd := exec.CommandContext(ctx, program, words...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = filepath.Dir(path), &out, &out
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if code := (*exec.ExitError)(nil); errors.As(err, &code) && ctx.Err() == nil {
		err = fmt.Errorf("refused (exit code %d)", code.ExitCode())
	} else if ctx.Err() != nil {
		err = fmt.Errorf("not done after %v", judgeTime)
	}
	return strings.ReplaceAll(out.String(), filepath.Dir(path)+string(filepath.Separator), ""), err
}

// limited keeps the first bytes of what a program says.
type limited struct{ bytes.Buffer }

func (l *limited) Write(b []byte) (int, error) {
	if left := mostSaid - l.Len(); left > 0 {
		l.Buffer.Write(b[:min(len(b), left)])
	}
	return len(b), nil
}
