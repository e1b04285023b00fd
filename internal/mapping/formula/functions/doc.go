// Package functions owns what the functions of formulas do with values: texts, numbers, dates, their formats, and the
// catalogue that says how each is written, with an example that is computed. Nothing here knows a formula, a document or
// a lookup sheet; the same values always give the same value, exactly, within limits of size.
package functions
