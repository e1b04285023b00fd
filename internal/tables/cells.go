// Package tables owns tables of figures that people read, print and file: cells that are texts, counts or exact amounts,
// and the same table as a workbook, as CSV and as PDF. It guarantees that an amount is written with all its digits in
// every form, and that no text runs as a formula.
package tables

import (
	"strconv"

	"github.com/fisbridge/fisbridge/internal/fis"
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
	Text     string
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

// CountCell is a cell with a number of things.
func CountCell(n int) Cell { return Cell{count: &n} }

// AmountCell is a cell with an amount of money.
func AmountCell(a fis.Amount, currency string) Cell {
	return Cell{amount: &a, currency: currency}
}

// String is the cell for people.
func (c Cell) String() string {
	switch {
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
