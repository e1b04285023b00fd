// Package mend writes into workbooks of people: findings as notes at the cells that they are about, and number cells as
// the texts that they were meant to be. All else in the workbook stays as people made it; what cannot be mended with
// certainty is left, with the reason.
package mend
