// Package workbench owns the commands by which accountants make, check, try, compare and convert a mapping, and render
// import files from documents that lie on disk.
//
// Nothing here calls Concur or sends a file. A workbook that somebody has open is left alone, and one that is written
// over is kept as .bak.
package workbench
