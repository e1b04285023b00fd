// Package tables owns tables of figures that people read, print and file: cells that are texts, counts or exact amounts,
// and the same table as a workbook, as CSV and as PDF. It guarantees that an amount is written with all its digits in
// every form, and that no text runs as a formula.
package tables

import (
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
	"github.com/fisbridge/fisbridge/internal/say"
	"github.com/fisbridge/fisbridge/internal/why"
	"github.com/fisbridge/fisbridge/internal/wording"
)

// Table is a table of a report; every form of the report shows the same ones.
type Table struct {
	Title, Sheet string
	Heads        []string
	Right        []int
	Rows         [][]Cell
	// Note says what the table leaves out, and how its figures are meant.
	Note string
	// Long tables are cut in the terminal.
	Long bool
	// Plain tables have no filter in a workbook: their rows stand in an order that means something.
	Plain bool
}

// Cell is a text, a count, or an amount.
type Cell struct {
	Text string
	// Word: the text is the engine's, and not a name or a number of somebody. Why is what it says, where it is a reason.
	Word bool
	Why  *why.Reason
	// Said is the text where it is a sentence with parts.
	Said say.Text
	// own is what people read where the table is in another language than English.
	own      string
	count    *int
	amount   *fis.Amount
	currency string
}

// TextCells are cells of texts, made visible.
func TextCells(list ...string) []Cell {
	out := make([]Cell, len(list))
	for i, s := range list {
		out[i].Text = wording.Visible(s)
	}
	return out
}

// WordCell is a cell with words of the engine.
func WordCell(s string) Cell { return Cell{Text: wording.Visible(s), Word: true} }

// WordCells are cells with words of the engine.
func WordCells(list ...string) []Cell {
	out := make([]Cell, len(list))
	for i, s := range list {
		out[i] = WordCell(s)
	}
	return out
}

// In is the cell as people read it in a language: words by word, amounts by money, counts by count.
func (c Cell) In(word func(Cell) string, money func(fis.Amount, string) string, count func(int) string) Cell {
	switch {
	case c.count != nil:
		c.own = count(*c.count)
	case c.amount != nil:
		c.own = money(*c.amount, c.currency)
	case c.Word && c.Text != "":
		c.own = wording.Visible(word(c))
	}
	return c
}

// CountCell is a cell with a number of things.
func CountCell(n int) Cell { return Cell{count: &n} }

// AmountCell is a cell with an amount of money.
func AmountCell(a fis.Amount, currency string) Cell {
	return Cell{amount: &a, currency: currency}
}

// String is the cell for people.
func (c Cell) String() string {
	switch {
	case c.own != "":
		return c.own
	case c.count != nil:
		return wording.Grouped(strconv.Itoa(*c.count))
	case c.amount != nil:
		return fis.Money(*c.amount, c.currency)
	}
	return c.Text
}

// IsText reports whether the cell is no figure.
func (c Cell) IsText() bool { return c.count == nil && c.amount == nil }

// Plain is the cell for machines: amounts without marks between thousands, with a point before the decimals.
func (c Cell) Plain() string {
	switch {
	case c.count != nil:
		return strconv.Itoa(*c.count)
	case c.amount != nil:
		return fis.Text(*c.amount, c.currency)
	}
	return c.Text
}
