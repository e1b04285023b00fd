// Command baseline is what somebody writes by hand for exactly these files and these documents: typed structs with the
// fields that are wanted and no more, amounts in cents, no look at what is wrong. fisbridge makes the same bytes.
//
//	baseline -job rows|lines [-p N] [-goccy] IN.jsonl OUT.csv
//	baseline -job split IN.csv       # only reads
//	baseline -job sheet IN.xlsx      # the same
package main

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	goccy "github.com/goccy/go-json"
)

type envelope struct {
	ID       string `json:"id"`
	Document struct {
		Employee struct {
			EmployeeID string `json:"employeeId"`
		} `json:"employee"`
		Report struct {
			ReportID string `json:"reportId"`
			Currency string `json:"employeeCurrencyAlphaCode"`
		} `json:"report"`
		Entries []struct {
			Date        string `json:"entryDate"`
			Type        string `json:"expenseTypeCode"`
			Text        string `json:"entryDescription"`
			Allocations []struct {
				Centre  string `json:"allocationCustom1Code"`
				Journal []struct {
					Account string      `json:"journalAccountCode"`
					Payer   string      `json:"journalPayer"`
					Payee   string      `json:"journalPayee"`
					Gross   json.Number `json:"amountGross"`
					Net     json.Number `json:"amountNetOfTax"`
				} `json:"journal"`
				Taxes []struct {
					Amount json.Number `json:"amountTax"`
					Back   json.Number `json:"amountReclaim"`
				} `json:"tax"`
			} `json:"allocation"`
		} `json:"expenseEntry"`
	} `json:"document"`
}

// cents of an amount with two decimals.
func cents(n json.Number) int64 {
	c, err := strconv.ParseInt(strings.Replace(string(n), ".", "", 1), 10, 64)
	if err != nil {
		panic(err)
	}
	return c
}

func text(c int64) string { return fmt.Sprintf("%d.%02d", c/100, c%100) }

func rows(w *csv.Writer, e *envelope) {
	d := &e.Document
	for _, entry := range d.Entries {
		for _, a := range entry.Allocations {
			for _, j := range a.Journal {
				w.Write([]string{d.Report.ReportID, d.Employee.EmployeeID, entry.Date[:10], entry.Type, j.Account, j.Payer, j.Payee, d.Report.Currency, string(j.Gross), string(j.Net), a.Centre})
			}
		}
	}
}

var accounts, centres = lookups()

func lookups() (a, c map[string]string) {
	a, c = map[string]string{}, map[string]string{}
	for i := range 200 {
		a[strconv.Itoa(640000+i)] = fmt.Sprintf("%06d", 40000+i)
	}
	for i := range 500 {
		c[strconv.Itoa(1000+i)] = fmt.Sprintf("K%d", 1000+i)
	}
	return a, c
}

func or(m map[string]string, key, other string) string {
	if v, ok := m[key]; ok {
		return v
	}
	return other
}

func lines(w *csv.Writer, e *envelope) {
	d := &e.Document
	record := []string{d.Report.ReportID, "", "", "", "", "", d.Report.Currency, "", d.Employee.EmployeeID, "", e.ID}
	post := func(account string, amount int64) {
		if amount == 0 {
			return
		}
		record[2], record[4], record[5] = account, "", ""
		if amount > 0 {
			record[4] = text(amount)
		} else {
			record[5] = text(-amount)
		}
		w.Write(record)
	}
	for _, entry := range d.Entries {
		record[1], record[9] = entry.Date[:10], strings.ToUpper(entry.Type[:5])
		record[7] = entry.Text[:min(len(entry.Text), 40)]
		for _, a := range entry.Allocations {
			j := a.Journal[0]
			record[3] = or(centres, a.Centre, "K999")
			post(or(accounts, j.Account, "999999"), cents(j.Net))
			for _, t := range a.Taxes {
				post("157600", cents(t.Back))
				post(or(accounts, j.Account, "999999"), cents(t.Amount)-cents(t.Back))
			}
			post("174000", -cents(j.Gross))
		}
	}
}

// job renders documents; numbered puts the number of the line before each.
type job struct {
	heading  string
	render   func(*csv.Writer, *envelope)
	numbered bool
}

var jobs = map[string]job{
	"rows":  {"Report,Employee,Date,Expense type,Account,Payer,Payee,Currency,Gross,Net,Cost centre\n", rows, false},
	"lines": {"Line,Report,Date,Account,Cost centre,Debit,Credit,Currency,Text,Employee,Expense type,Document\n", lines, true},
}

func main() {
	name := flag.String("job", "rows", "rows, lines, split or sheet")
	p := flag.Int("p", 1, "workers")
	fast := flag.Bool("goccy", false, "decode with goccy/go-json instead of encoding/json")
	flag.Parse()
	switch *name {
	case "split":
		split(flag.Arg(0))
		return
	case "sheet":
		sheet(flag.Arg(0))
		return
	}
	decode := json.Unmarshal
	if *fast {
		decode = goccy.Unmarshal
	}
	j := jobs[*name]
	in, err := os.Open(flag.Arg(0))
	must(err)
	out, err := os.Create(flag.Arg(1))
	must(err)
	w := bufio.NewWriterSize(out, 1<<20)
	w.WriteString(j.heading)
	n := 0
	run(in, *p, func(lines, dst []byte) []byte {
		b := bytes.NewBuffer(dst)
		c := csv.NewWriter(b)
		for line := range bytes.Lines(lines) {
			var e envelope
			must(decode(line, &e))
			j.render(c, &e)
		}
		c.Flush()
		return b.Bytes()
	}, func(made []byte) {
		for line := range bytes.Lines(made) {
			if j.numbered {
				n++
				w.WriteString(strconv.Itoa(n) + ",")
			}
			w.Write(line)
		}
	})
	must(w.Flush())
	must(out.Close())
}

// run reads whole lines in blocks, has them rendered by workers, and puts what comes of them in their order.
func run(in *os.File, workers int, render func(lines, dst []byte) []byte, put func([]byte)) {
	type block struct{ lines, made []byte }
	type place struct {
		*block
		done chan struct{}
	}
	spare := make(chan *block, 4*workers+2)
	jobs, order := make(chan place, workers), make(chan place, workers)
	for range workers {
		go func() {
			for b := range jobs {
				b.made = render(b.lines, b.made[:0])
				close(b.done)
			}
		}()
	}
	go func() {
		defer close(order)
		var rest []byte
		for ended := false; !ended; {
			var b *block
			select {
			case b = <-spare:
			default:
				b = &block{lines: make([]byte, 0, 1<<18)}
			}
			b.lines = append(b.lines[:0], rest...)
			cut := 0
			for cut == 0 && !ended {
				if len(b.lines) == cap(b.lines) {
					b.lines = append(b.lines, 0)[:len(b.lines)]
				}
				n, err := in.Read(b.lines[len(b.lines):cap(b.lines)])
				b.lines = b.lines[:len(b.lines)+n]
				if cut = bytes.LastIndexByte(b.lines, '\n') + 1; err != nil {
					cut, ended = len(b.lines), true
				}
			}
			rest = append(rest[:0], b.lines[cut:]...)
			b.lines = b.lines[:cut]
			at := place{b, make(chan struct{})}
			order <- at
			jobs <- at
		}
		close(jobs)
	}()
	for b := range order {
		<-b.done
		put(b.made)
		select {
		case spare <- b.block:
		default:
		}
	}
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
